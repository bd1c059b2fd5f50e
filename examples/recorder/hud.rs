//! The picture, and what lies on it.

use bevy::{prelude::*, window::PrimaryWindow};
use bevy_viewfinder::{
    menus::{DeviceMenu, EffectMenu},
    prelude::*,
};

use crate::{
    Action,
    button::{Does, Glass},
    camera::{self, Viewfinder},
    controls,
    figures::{Dot, Figure, Panel},
    notice,
    theme::{self, Fonts, set_shown},
};

/// The width in logical pixels below which the window is narrow: a phone.
const NARROW: f32 = 760.0;

#[derive(Component, Debug)]
struct Picture;
#[derive(Component, Debug)]
struct BottomRow;
/// The names of the keys, which a phone doesn't have.
#[derive(Component, Debug)]
struct Keys;

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, build.after(camera::open)).add_systems(Update, (fit_picture, fit_rows));
}

fn build(mut commands: Commands, fonts: Res<Fonts>, track: Single<Entity, With<Viewfinder>>) {
    let picture = commands
        .spawn((
            Picture,
            ShowTrack(*track),
            Node { position_type: PositionType::Absolute, ..default() },
            ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
            Pickable::IGNORE,
        ))
        .id();
    let shade = |at_top| {
        let dark = Color::BLACK.with_alpha(0.5);
        let (from, to) = if at_top { (dark, Color::NONE) } else { (Color::NONE, dark) };
        (
            Node {
                position_type: PositionType::Absolute,
                top: if at_top { px(0) } else { auto() },
                bottom: if at_top { auto() } else { px(0) },
                width: percent(100),
                height: px(if at_top { 110 } else { 190 }),
                ..default()
            },
            BackgroundGradient::from(LinearGradient::to_bottom(vec![from.into(), to.into()])),
            Pickable::IGNORE,
        )
    };
    let shades = [commands.spawn(shade(true)).id(), commands.spawn(shade(false)).id()];
    let top = top(&mut commands, &fonts, *track);
    let bottom = bottom(&mut commands, &fonts);
    commands
        .spawn((
            Node {
                width: percent(100),
                height: percent(100),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                overflow: Overflow::clip(),
                ..default()
            },
            Pickable::IGNORE,
        ))
        .add_child(picture)
        .add_children(&shades)
        .add_children(&[bottom, top]);
}

/// The time on the left, the menus on the right, and below them the reason why there is no camera.
fn top(commands: &mut Commands, fonts: &Fonts, track: Entity) -> Entity {
    let time = commands
        .spawn((
            Node {
                padding: UiRect::axes(px(16), px(8)),
                column_gap: px(10),
                align_items: AlignItems::Center,
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(theme::GLASS),
            Pickable::IGNORE,
            children![
                (
                    Dot,
                    Node { width: px(13), height: px(13), border_radius: BorderRadius::MAX, ..default() },
                    BackgroundColor(theme::MUTED),
                ),
                (Figure::Time, fonts.bold("00:00", 22.0, theme::TEXT)),
                (Figure::State, fonts.bold("", 13.0, theme::RED)),
            ],
        ))
        .id();
    let kind = commands
        .spawn((
            Does(Action::NextType, "Type of the recording"),
            Glass,
            Node {
                padding: UiRect::axes(px(11), px(6)),
                border_radius: BorderRadius::all(px(7.5)),
                ..default()
            },
            BackgroundColor(theme::GLASS),
            children![(Figure::Type, fonts.medium("", 15.0, theme::TEXT), TextLayout::no_wrap())],
        ))
        .id();
    let devices = commands.spawn(DeviceMenu { track }).id();
    let effects = commands.spawn(EffectMenu { track }).id();
    let menus = commands
        .spawn(Node {
            column_gap: px(8),
            row_gap: px(8),
            flex_wrap: FlexWrap::Wrap,
            justify_content: JustifyContent::FlexEnd,
            ..default()
        })
        .add_children(&[kind, effects, devices])
        .id();
    let row = commands
        .spawn((
            Node {
                justify_content: JustifyContent::SpaceBetween,
                align_items: AlignItems::FlexStart,
                column_gap: px(12),
                row_gap: px(10),
                flex_wrap: FlexWrap::Wrap,
                ..default()
            },
            Pickable::IGNORE,
        ))
        .add_children(&[time, menus])
        .id();
    commands
        .spawn((
            Node {
                position_type: PositionType::Absolute,
                top: px(0),
                width: percent(100),
                padding: UiRect::all(px(20)),
                row_gap: px(14),
                flex_direction: FlexDirection::Column,
                ..default()
            },
            Pickable::IGNORE,
        ))
        .add_child(row)
        .with_child((
            Node { justify_content: JustifyContent::Center, ..default() },
            Pickable::IGNORE,
            children![notice::banner(fonts)],
        ))
        .id()
}

/// The figures on the left, the buttons in the middle, the keys on the right, and the last notice above them.
fn bottom(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let buttons = controls::build(commands);
    let figures = commands
        .spawn((
            Panel,
            Node {
                flex_direction: FlexDirection::Column,
                row_gap: px(3),
                justify_self: JustifySelf::Start,
                padding: UiRect::axes(px(16), px(10)),
                border_radius: BorderRadius::all(px(16)),
                ..default()
            },
            BackgroundColor(theme::GLASS),
            Pickable::IGNORE,
            children![
                (Figure::Dropped, fonts.bold("", 15.0, theme::AMBER)),
                (Figure::Size, fonts.bold("", 20.0, theme::TEXT)),
                (Figure::Space, fonts.medium("", 15.0, theme::MUTED)),
            ],
        ))
        .id();
    let keys = commands
        .spawn((
            Keys,
            Node {
                justify_self: JustifySelf::End,
                align_items: AlignItems::Center,
                column_gap: px(7),
                padding: UiRect::axes(px(12), px(8)),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(theme::GLASS),
            Pickable::IGNORE,
        ))
        .id();
    for (key, action) in [("Space", "record"), ("P", "pause"), ("T", "type")] {
        let cap = commands
            .spawn((
                Node {
                    padding: UiRect::axes(px(8), px(2)),
                    border: UiRect::all(px(1)),
                    border_radius: BorderRadius::all(px(6)),
                    ..default()
                },
                BorderColor::all(theme::MUTED.with_alpha(0.6)),
                children![fonts.medium(key, 13.0, theme::TEXT)],
            ))
            .id();
        let name = commands
            .spawn((
                fonts.medium(action, 14.0, theme::MUTED),
                Node { margin: UiRect::right(px(7)), ..default() },
            ))
            .id();
        commands.entity(keys).add_children(&[cap, name]);
    }
    let row = commands
        .spawn((
            BottomRow,
            Node {
                display: Display::Grid,
                align_items: AlignItems::End,
                column_gap: px(16),
                row_gap: px(12),
                ..default()
            },
            Pickable::IGNORE,
        ))
        .add_children(&[figures, buttons, keys])
        .id();
    commands
        .spawn((
            Node {
                position_type: PositionType::Absolute,
                bottom: px(0),
                width: percent(100),
                padding: UiRect::all(px(20)),
                row_gap: px(18),
                flex_direction: FlexDirection::Column,
                ..default()
            },
            Pickable::IGNORE,
            children![(
                Node { justify_content: JustifyContent::Center, ..default() },
                Pickable::IGNORE,
                children![notice::card(fonts)],
            )],
        ))
        .add_child(row)
        .id()
}

/// Makes the picture as large as the window, in its own shape: all that is recorded is seen.
fn fit_picture(
    window: Single<&Window, With<PrimaryWindow>>,
    settings: Query<&VideoSettings, With<Viewfinder>>,
    mut picture: Single<&mut Node, With<Picture>>,
) {
    let aspect = settings.single().map_or(16.0 / 9.0, |settings| settings.aspect_ratio() as f32);
    let width = window.width().min(window.height() * aspect).round();
    let (width, height) = (px(width), px((width / aspect).round()));
    if (picture.width, picture.height) != (width, height) {
        (picture.width, picture.height) = (width, height);
    }
}

/// On a phone the figures are above the buttons.
fn fit_rows(
    window: Single<&Window, (With<PrimaryWindow>, Changed<Window>)>,
    mut row: Single<&mut Node, (With<BottomRow>, Without<Keys>, Without<Panel>)>,
    mut keys: Single<&mut Node, (With<Keys>, Without<Panel>)>,
    mut panel: Single<&mut Node, With<Panel>>,
) {
    let is_narrow = window.width() < NARROW;
    let side = RepeatedGridTrack::flex::<RepeatedGridTrack>(1, 1.0);
    let middle = RepeatedGridTrack::auto::<RepeatedGridTrack>(1);
    row.grid_template_columns = if is_narrow { vec![side] } else { vec![side.clone(), middle, side] };
    panel.justify_self = if is_narrow { JustifySelf::Center } else { JustifySelf::Start };
    set_shown(&mut keys, !is_narrow);
}
