//! The wall: a tile for each exhibit, in as many columns as there is room for.

use bevy::{
    prelude::*,
    ui_widgets::{ControlOrientation, ScrollArea, ScrollIntoView, Scrollbar, ScrollbarThumb},
};
use bevy_viewfinder::prelude::*;

use crate::{
    Action, Chosen, View,
    button::Does,
    exhibit::Exhibits,
    feed::Original,
    filter::Filter,
    header::{self, Root},
    scroll::Draggable,
    theme::{self, Fonts},
};

/// The size that tiles are drawn at, whatever the camera's: many of them cost no more than one large picture.
const TILE: UVec2 = UVec2::new(288, 180);
/// How narrow tiles may be shown, in logical pixels.
const NARROWEST: f32 = 156.0;

/// The scrolled node, and the row of it and its scroll bar.
#[derive(Component, Debug)]
pub struct Wall;
#[derive(Component, Debug)]
struct WallRow;

/// An exhibit on the wall.
#[derive(Component, Debug)]
pub struct Tile {
    pub exhibit: usize,
    picture: Entity,
    name: Entity,
    /// Its own clone of the camera's track, once it has been seen.
    track: Option<Entity>,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, build.after(header::build))
        .add_systems(Update, (filter_tiles.run_if(resource_changed::<Filter>), mark_chosen))
        .add_systems(Update, show_wall.run_if(state_changed::<View>))
        .add_systems(Update, (leave_other_cameras, attend).chain());
}

fn build(
    mut commands: Commands,
    fonts: Res<Fonts>,
    exhibits: Res<Exhibits>,
    root: Single<Entity, With<Root>>,
) {
    let row = Node { flex_grow: 1.0, flex_basis: px(0), min_height: px(0), column_gap: px(8), ..default() };
    let row = commands.spawn((WallRow, row, ChildOf(*root))).id();
    let wall = Node {
        flex_direction: FlexDirection::Column,
        flex_grow: 1.0,
        flex_basis: px(0),
        min_width: px(0),
        height: percent(100),
        overflow: Overflow::scroll_y(),
        ..default()
    };
    let wall = commands.spawn((Wall, wall, ScrollPosition::default(), ScrollArea, Draggable)).id();
    // A grid doesn't know how far it can be scrolled itself; what it lies in does.
    let grid = Node {
        display: Display::Grid,
        flex_shrink: 0.0,
        padding: px(4).all(),
        column_gap: px(12),
        row_gap: px(14),
        grid_template_columns: vec![RepeatedGridTrack::minmax(
            GridTrackRepetition::AutoFill,
            MinTrackSizingFunction::Px(NARROWEST),
            MaxTrackSizingFunction::Fraction(1.0),
        )],
        ..default()
    };
    let grid = commands.spawn((grid, ChildOf(wall))).id();
    let bar = commands
        .spawn((
            Node { width: px(6), height: percent(100), border_radius: BorderRadius::MAX, ..default() },
            Scrollbar::new(wall, ControlOrientation::Vertical, 36.0),
            children![(
                ScrollbarThumb { border_radius: BorderRadius::MAX, ..default() },
                BackgroundColor(theme::SURFACE_HOVERED),
            )],
        ))
        .id();
    commands.entity(row).add_children(&[wall, bar]);
    for (exhibit, shown) in exhibits.0.iter().enumerate() {
        let picture = commands
            .spawn((
                Node {
                    width: percent(100),
                    aspect_ratio: Some(TILE.x as f32 / TILE.y as f32),
                    border_radius: BorderRadius::all(px(10)),
                    ..default()
                },
                BackgroundColor(theme::SURFACE),
                Outline::new(px(3), px(0), Color::NONE),
                Pickable::IGNORE,
            ))
            .id();
        let name = commands.spawn(fonts.medium(&shown.name, 14.0, theme::MUTED)).id();
        commands
            .spawn((
                Tile { exhibit, picture, name, track: None },
                Does(Action::Open(exhibit)),
                Node {
                    flex_direction: FlexDirection::Column,
                    align_items: AlignItems::Center,
                    row_gap: px(6),
                    overflow: Overflow::visible(),
                    ..default()
                },
                ChildOf(grid),
            ))
            .add_children(&[picture, name]);
    }
}

fn show_wall(view: Res<State<View>>, mut row: Single<&mut Node, With<WallRow>>) {
    row.display = if *view.get() == View::Wall { Display::Flex } else { Display::None };
}

fn filter_tiles(
    filter: Res<Filter>,
    exhibits: Res<Exhibits>,
    mut tiles: Query<(&Tile, &mut Node)>,
    mut position: Single<&mut ScrollPosition, With<Wall>>,
) {
    position.y = 0.0;
    for (tile, mut node) in &mut tiles {
        let shown = exhibits.0.get(tile.exhibit).is_some_and(|exhibit| filter.lets_through(exhibit));
        node.display = if shown { Display::Flex } else { Display::None };
    }
}

/// Marks the tile that is chosen, and the one under the pointer.
fn mark_chosen(
    mut commands: Commands,
    chosen: Res<Chosen>,
    view: Res<State<View>>,
    tiles: Query<(Entity, &Tile, &bevy::picking::hover::Hovered)>,
    mut outlines: Query<&mut Outline>,
    mut names: Query<&mut TextColor>,
) {
    for (entity, tile, hovered) in &tiles {
        let is_chosen = tile.exhibit == chosen.0;
        let (line, text) = match (is_chosen, hovered.get()) {
            (true, _) => (theme::ACCENT, theme::TEXT),
            (false, true) => (theme::MUTED, theme::TEXT),
            (false, false) => (Color::NONE, theme::MUTED),
        };
        if let Ok(mut outline) = outlines.get_mut(tile.picture)
            && outline.color != line
        {
            outline.color = line;
        }
        if let Ok(mut color) = names.get_mut(tile.name) {
            color.set_if_neq(TextColor(text));
        }
        if is_chosen && (chosen.is_changed() || view.is_changed()) && *view.get() == View::Wall {
            commands.trigger(ScrollIntoView { entity });
        }
    }
}

/// Lets clones of the camera before go, once the original shows another.
fn leave_other_cameras(
    mut commands: Commands,
    original: Query<&VideoSettings, (With<Original>, Changed<VideoSettings>)>,
    mut tiles: Query<&mut Tile>,
    tracks: Query<&VideoSettings>,
) {
    let Ok(original) = original.single() else { return };
    for mut tile in &mut tiles {
        if let Some(track) = tile.track
            && tracks.get(track).is_ok_and(|settings| settings.device_id != original.device_id)
        {
            commands.entity(track).despawn();
            tile.track = None;
        }
    }
}

/// Gives each tile that comes into view a track, and switches off those that go out of it.
fn attend(
    mut commands: Commands,
    exhibits: Res<Exhibits>,
    original: Single<(Entity, &TrackState, &Mirroring), With<Original>>,
    wall: Single<(&ComputedNode, &UiGlobalTransform), With<Wall>>,
    mut tiles: Query<(&mut Tile, &ComputedNode, &UiGlobalTransform)>,
    tracks: Query<(&TrackState, &TrackEnabled)>,
) {
    let (original, state, mirrored) = *original;
    let (wall, wall_transform) = *wall;
    for (mut tile, node, transform) in &mut tiles {
        let apart = (transform.translation.y - wall_transform.translation.y).abs();
        let near = apart < (wall.size().y + node.size().y) / 2.0;
        let in_view = near && node.size().y > 0.0 && wall.size().y > 0.0;
        match tile.track.map(|track| (track, tracks.get(track))) {
            None if in_view && *state == TrackState::Live => {
                let Some(exhibit) = exhibits.0.get(tile.exhibit) else { continue };
                tile.track =
                    Some(hang(&mut commands, (original, *mirrored), exhibit.stack.clone(), tile.picture));
            }
            Some((track, Ok((TrackState::Ended, _)))) => {
                commands.entity(track).despawn();
                tile.track = None;
            }
            Some((track, Ok((_, enabled)))) if enabled.0 != in_view => {
                commands.entity(track).insert(TrackEnabled(in_view));
            }
            _ => {}
        }
    }
}

/// A small clone of the camera's track with these effects, on this picture once there is something to see.
fn hang(
    commands: &mut Commands,
    (original, mirrored): (Entity, Mirroring),
    stack: EffectStack,
    picture: Entity,
) -> Entity {
    commands
        .spawn((VideoTrack, CloneOf(original), mirrored, stack))
        .observe(
            move |live: On<TrackLive>,
                  mut commands: Commands,
                  mut constraints: Query<&mut VideoConstraints>| {
                if let Ok(mut constraints) = constraints.get_mut(live.entity) {
                    *constraints = VideoConstraints::new().width(TILE.x).height(TILE.y);
                }
                let image = ImageNode { image_mode: NodeImageMode::Stretch, ..default() };
                commands.entity(picture).insert((image, ShowTrack(live.entity)));
            },
        )
        .id()
}
