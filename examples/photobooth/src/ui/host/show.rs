//! The idle show in full screen, with the text that a touch starts the booth.

use bevy::{prelude::*, ui::FocusPolicy, window::PrimaryWindow};
use photobooth::words::Key;

use crate::{
    host::{
        Host, Screen,
        show::{FADE, IdleShow},
    },
    settings::Settings,
    ui::{
        speech::Says,
        theme::{Fonts, color, cover, set_image, set_shown},
    },
};

#[derive(Component, Debug)]
struct Show;
/// The picture that is shown, and the one that fades below it.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
enum Picture {
    Before,
    Now,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, build).add_systems(Update, (show, show_pictures));
}

fn build(mut commands: Commands, fonts: Res<Fonts>, settings: Res<Settings>) {
    let one_button = settings.venue.kiosk.one_button;
    let start = if one_button { Key::PressToStart } else { Key::TouchToStart };
    let picture = |picture| {
        let node = Node { position_type: PositionType::Absolute, ..default() };
        let image = ImageNode { image_mode: NodeImageMode::Stretch, ..default() };
        (picture, node, image, Pickable::IGNORE)
    };
    commands.spawn((
        Show,
        Node {
            display: Display::None,
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            overflow: Overflow::clip(),
            ..cover()
        },
        BackgroundColor(Color::BLACK),
        // It covers the buttons below, so they can't be pressed.
        FocusPolicy::Block,
        GlobalZIndex(5),
        children![
            picture(Picture::Before),
            picture(Picture::Now),
            (
                Node {
                    position_type: PositionType::Absolute,
                    bottom: percent(5),
                    max_width: percent(92),
                    padding: UiRect::axes(px(30), px(15)),
                    border_radius: BorderRadius::MAX,
                    ..default()
                },
                BackgroundColor(color::NIGHT.with_alpha(0.95)),
                Pickable::IGNORE,
                children![(
                    Says(start),
                    fonts.bold("", 26.0, color::TEXT),
                    TextLayout::justify(Justify::Center)
                )],
            ),
        ],
    ));
}

fn show(host: Res<Host>, mut show: Single<&mut Node, With<Show>>) {
    set_shown(&mut show, host.screen == Screen::Show);
}

/// Makes the pictures as large as the window, and fades from one to the next.
fn show_pictures(
    host: Res<Host>,
    show: Res<IdleShow>,
    time: Res<Time<Real>>,
    scale: Res<UiScale>,
    window: Single<&Window, With<PrimaryWindow>>,
    mut pictures: Query<(&Picture, &mut Node, &mut ImageNode)>,
) {
    if host.screen != Screen::Show {
        // An image that isn't shown doesn't stay in memory.
        for (.., mut image) in &mut pictures {
            set_image(&mut image, &Handle::default());
        }
        return;
    }
    let room = window.size() / scale.0;
    let shown = time.elapsed().saturating_sub(show.since).as_secs_f32() / FADE.as_secs_f32();
    let opacity = EaseFunction::CubicInOut.sample_clamped(shown);
    for (picture, mut node, mut image) in &mut pictures {
        let (slide, opacity) = match picture {
            Picture::Before => (&show.before, 1.0 - opacity),
            Picture::Now => (&show.now, opacity),
        };
        set_shown(&mut node, slide.is_some());
        let Some(slide) = slide else {
            set_image(&mut image, &Handle::default());
            continue;
        };
        set_image(&mut image, &slide.image);
        let shade = Color::WHITE.with_alpha(opacity);
        if image.color != shade {
            image.color = shade;
        }
        let size = slide.size.as_vec2();
        let size = size * (room / size.max(Vec2::ONE)).min_element();
        let (width, height) = (px(size.x.round()), px(size.y.round()));
        if (node.width, node.height) != (width, height) {
            (node.width, node.height) = (width, height);
        }
    }
}
