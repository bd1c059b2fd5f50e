//! One exhibit, large, with its parameters beside it.

use bevy::{prelude::*, ui_widgets::ScrollArea, window::PrimaryWindow};
use bevy_viewfinder::{menus::EffectPanel, prelude::*};

use crate::{
    Action, Chosen, View,
    button::pill,
    divider,
    exhibit::Exhibits,
    feed::Original,
    filter::Filter,
    header::Root,
    scroll::Draggable,
    theme::{self, Fonts},
};

/// The picture's room and the panel: beside each other, or below each other where the window is high.
#[derive(Component, Debug)]
struct Hall;
#[derive(Component, Debug)]
struct Room;
#[derive(Component, Debug)]
struct Panel;
/// The picture, in the shape of the camera's.
#[derive(Component, Debug)]
struct Glass;

/// The track that is shown large.
#[derive(Component, Debug)]
pub struct Large;

pub fn plugin(app: &mut App) {
    app.add_systems(OnEnter(View::Large), enter)
        .add_systems(OnExit(View::Large), leave)
        .add_systems(Update, (lay_out, fit).run_if(in_state(View::Large)))
        .add_systems(Update, replace.run_if(in_state(View::Large).and_then(resource_changed::<Chosen>)))
        .add_observer(step)
        .add_observer(reset);
}

fn enter(
    mut commands: Commands,
    fonts: Res<Fonts>,
    exhibits: Res<Exhibits>,
    chosen: Res<Chosen>,
    root: Single<Entity, With<Root>>,
    original: Single<(Entity, &Mirroring), With<Original>>,
) {
    let Some(exhibit) = exhibits.0.get(chosen.0) else { return };
    let (original, mirrored) = *original;
    let stack = exhibit.stack.clone();
    let track = commands.spawn((Large, VideoTrack, CloneOf(original), *mirrored, stack)).id();

    // It is seen once its room is known.
    let glass = Node { display: Display::None, border_radius: BorderRadius::all(px(14)), ..default() };
    let glass = commands
        .spawn((
            Glass,
            glass,
            BackgroundColor(theme::SURFACE),
            ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
            ShowTrack(track),
        ))
        .id();
    divider::build(&mut commands, &fonts, glass, original);
    let room = commands
        .spawn((
            Room,
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                min_height: px(0),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
        ))
        .add_child(glass)
        .id();

    let buttons = Node { column_gap: px(8), row_gap: px(8), flex_wrap: FlexWrap::Wrap, ..default() };
    let label = |text: &str| fonts.medium(text, 15.0, theme::TEXT);
    let panel = commands
        .spawn((
            Panel,
            Node {
                flex_direction: FlexDirection::Column,
                row_gap: px(16),
                padding: px(4).all(),
                overflow: Overflow::scroll_y(),
                ..default()
            },
            ScrollPosition::default(),
            ScrollArea,
            Draggable,
            children![
                (
                    Node { flex_direction: FlexDirection::Column, row_gap: px(2), ..default() },
                    children![
                        fonts.bold(&exhibit.name, 24.0, theme::TEXT),
                        fonts.medium(exhibit.group.name(), 15.0, theme::MUTED),
                    ],
                ),
                (
                    buttons,
                    children![
                        (pill(Action::Back), children![label("Back")]),
                        (pill(Action::Step(-1)), children![label("Previous")]),
                        (pill(Action::Step(1)), children![label("Next")]),
                        (pill(Action::Reset), children![label("Reset")]),
                    ],
                ),
                EffectPanel { track },
            ],
        ))
        .id();
    commands
        .spawn((
            Hall,
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_height: px(0),
                column_gap: px(24),
                row_gap: px(14),
                ..default()
            },
            ChildOf(*root),
        ))
        .add_children(&[room, panel]);
}

fn leave(mut commands: Commands, halls: Query<Entity, With<Hall>>, tracks: Query<Entity, With<Large>>) {
    for entity in halls.iter().chain(&tracks) {
        commands.entity(entity).despawn();
    }
}

/// Shows another exhibit.
fn replace(mut commands: Commands, view: Res<State<View>>) {
    if !view.is_changed() {
        commands.run_system_cached(leave);
        commands.run_system_cached(enter);
    }
}

fn lay_out(
    window: Single<&Window, With<PrimaryWindow>>,
    hall: Single<&mut Node, (With<Hall>, Without<Panel>)>,
    panel: Single<&mut Node, With<Panel>>,
) {
    let beside = window.width() > window.height();
    let (direction, width, height) = match beside {
        true => (FlexDirection::Row, px(300), auto()),
        false => (FlexDirection::Column, percent(100), percent(48)),
    };
    let (mut hall, mut panel) = (hall.into_inner(), panel.into_inner());
    if (hall.flex_direction, panel.width, panel.height) != (direction, width, height) {
        (hall.flex_direction, panel.width, panel.height) = (direction, width, height);
        panel.flex_shrink = 0.0;
    }
}

/// Makes the picture as large as its room allows, in the shape of the camera's.
fn fit(
    room: Single<&ComputedNode, With<Room>>,
    mut glass: Single<&mut Node, With<Glass>>,
    settings: Query<&VideoSettings, With<Large>>,
) {
    let aspect = settings.single().map_or(16.0 / 9.0, |settings| settings.aspect_ratio() as f32);
    let room = room.size() * room.inverse_scale_factor();
    if room.min_element() <= 0.0 {
        return;
    }
    let width = room.x.min(room.y * aspect).floor().max(1.0);
    let size = (px(width), px((width / aspect).floor().max(1.0)));
    if (glass.width, glass.height) != size {
        (glass.width, glass.height) = size;
        glass.display = Display::Flex;
    }
}

fn step(action: On<Action>, filter: Res<Filter>, exhibits: Res<Exhibits>, mut chosen: ResMut<Chosen>) {
    let Action::Step(by) = *action else { return };
    let shown = filter.indices(&exhibits);
    let count = shown.len() as i32;
    if count == 0 {
        return;
    }
    let next = match shown.iter().position(|index| *index == chosen.0) {
        Some(place) => (place as i32 + by).rem_euclid(count),
        None => 0,
    };
    chosen.0 = shown[next as usize];
}

fn reset(
    action: On<Action>,
    exhibits: Res<Exhibits>,
    chosen: Res<Chosen>,
    mut stack: Query<&mut EffectStack, With<Large>>,
) {
    if *action == Action::Reset
        && let Some(exhibit) = exhibits.0.get(chosen.0)
        && let Ok(mut stack) = stack.single_mut()
    {
        *stack = exhibit.stack.clone();
    }
}
