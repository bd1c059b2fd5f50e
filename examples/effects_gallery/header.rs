//! The top: the gallery's name, what is looked for, which camera it is, and the groups.

use bevy::{prelude::*, ui_widgets::ScrollArea};
use bevy_viewfinder::{menus::DeviceMenu, prelude::*};

use crate::{
    Action,
    button::{self, Pill},
    exhibit::{Exhibits, Group},
    feed::{self, Original},
    filter::{Filter, SearchField, SearchText},
    scroll::Draggable,
    theme::{self, Fonts},
};

/// The column that the whole window is.
#[derive(Component, Debug)]
pub struct Root;

/// A group's button.
#[derive(Component, Debug)]
struct Chip(Option<Group>);

/// The text about the device.
#[derive(Component, Debug)]
struct Notice;

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, build.after(feed::ask)).add_systems(Update, (mark_group, say));
}

pub fn build(
    mut commands: Commands,
    fonts: Res<Fonts>,
    exhibits: Res<Exhibits>,
    original: Single<Entity, With<Original>>,
) {
    let root = (
        Root,
        Node {
            width: percent(100),
            height: percent(100),
            padding: UiRect::axes(px(20), px(14)),
            row_gap: px(12),
            flex_direction: FlexDirection::Column,
            ..default()
        },
        BackgroundGradient::from(LinearGradient::to_bottom(vec![
            theme::DUSK.into(),
            ColorStop::percent(theme::NIGHT, 60),
        ])),
    );
    let line = Node {
        flex_shrink: 0.0,
        align_items: AlignItems::Center,
        justify_content: JustifyContent::SpaceBetween,
        column_gap: px(16),
        row_gap: px(8),
        flex_wrap: FlexWrap::Wrap,
        ..default()
    };
    let title = (
        Node { align_items: AlignItems::Center, column_gap: px(10), flex_shrink: 0.0, ..default() },
        children![
            (
                Node { width: px(14), height: px(14), border_radius: BorderRadius::MAX, ..default() },
                BackgroundColor(theme::ACCENT),
            ),
            fonts.bold("Effects gallery", 22.0, theme::TEXT),
        ],
    );
    let field = (
        SearchField,
        Node {
            width: px(210),
            min_width: px(110),
            height: px(34),
            padding: UiRect::horizontal(px(14)),
            border: px(1).all(),
            align_items: AlignItems::Center,
            border_radius: BorderRadius::MAX,
            overflow: Overflow::clip(),
            ..default()
        },
        BackgroundColor(theme::SURFACE),
        BorderColor::all(theme::SURFACE),
        children![(SearchText, fonts.medium("", 15.0, theme::MUTED))],
    );
    let right = (
        Node { align_items: AlignItems::Center, column_gap: px(10), max_width: percent(100), ..default() },
        children![(Notice, fonts.medium("", 14.0, theme::MUTED)), field, DeviceMenu { track: *original }],
    );
    let chips = (
        Node {
            flex_shrink: 0.0,
            column_gap: px(8),
            overflow: Overflow { x: OverflowAxis::Scroll, y: OverflowAxis::Visible },
            ..default()
        },
        ScrollPosition::default(),
        ScrollArea,
        Draggable,
    );
    let root = commands.spawn((root, children![(line, children![title, right])])).id();
    let chips = commands.spawn((chips, ChildOf(root))).id();
    let groups = Group::ALL.into_iter().map(Some);
    for group in std::iter::once(None).chain(groups) {
        let count = exhibits.0.iter().filter(|exhibit| group.is_none_or(|group| exhibit.group == group));
        let label = match (group.map_or("All", Group::name), count.count()) {
            (_, 0) => continue,
            (name, count) => format!("{name}  {count}"),
        };
        commands.spawn((
            Chip(group),
            button::pill(Action::Show(group)),
            ChildOf(chips),
            children![fonts.medium(&label, 15.0, theme::TEXT)],
        ));
    }
}

fn mark_group(filter: Res<Filter>, mut chips: Query<(&Chip, &mut Pill)>) {
    for (chip, mut pill) in &mut chips {
        pill.set_if_neq(Pill { on: chip.0 == filter.group });
    }
}

/// Says what is wrong with the camera.
fn say(
    original: Single<(&Original, &TrackState), Or<(Changed<Original>, Changed<TrackState>)>>,
    mut notice: Single<&mut Text, With<Notice>>,
) {
    let (original, state) = *original;
    notice.0 = match (&original.trouble, state) {
        (Some(_), _) => "No camera: a synthetic one".into(),
        (None, TrackState::Pending) => "Asking for a camera".into(),
        _ => String::new(),
    };
}
