//! Fits the layout to the window: landscape or portrait, large or small.

use bevy::{prelude::*, window::PrimaryWindow};
use bevy_viewfinder::prelude::*;

use super::stage::{LookChip, Slot};
use crate::{booth::Booth, feed::Viewfinder};

/// The parts whose layout depends on the window.
#[derive(Component, Debug)]
pub struct Root;
#[derive(Component, Debug)]
pub struct Main;
#[derive(Component, Debug)]
pub struct Paper;
#[derive(Component, Debug)]
pub struct PaperFoot;
#[derive(Component, Debug)]
pub struct Looks;
#[derive(Component, Debug)]
pub struct Hints;
#[derive(Component, Debug)]
pub struct KeyCap;
/// The space for the mirror, and the mirror.
#[derive(Component, Debug)]
pub struct MirrorRoom;
#[derive(Component, Debug)]
pub struct MirrorGlass;
/// Left and right of the shutter, and the button that changes sides.
#[derive(Component, Debug)]
pub struct ControlsLeft;
#[derive(Component, Debug)]
pub struct ControlsRight;
#[derive(Component, Debug)]
pub struct CameraButton;
/// The menu of effects.
#[derive(Component, Debug)]
pub struct EffectsMenu;

/// The distance of the current drag in logical pixels.
#[derive(Resource, Debug, Default)]
pub struct LastDrag(pub f32);

/// The width of photos on the paper: one column in landscape, two columns in portrait.
const LANDSCAPE_SLOT: f32 = 150.0;
const PORTRAIT_SLOT: f32 = 178.0;

/// True if the window is taller than wide.
#[derive(Resource, Debug, Default, PartialEq, Eq, Clone, Copy)]
pub enum Shape {
    #[default]
    Landscape,
    Portrait,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<LastDrag>()
        .init_resource::<Shape>()
        .add_systems(Update, (choose_shape, lay_out.run_if(resource_changed::<Shape>)).chain())
        .add_systems(Update, (fit_mirror, fit_slots, show_chosen_look))
        .add_observer(|_: On<Pointer<Press>>, mut last: ResMut<LastDrag>| last.0 = 0.0)
        .add_observer(drag_looks)
        .add_observer(scroll_looks);
}

/// Chooses shape and scale by the window's size.
fn choose_shape(
    windows: Query<&Window, With<PrimaryWindow>>,
    mut scale: ResMut<UiScale>,
    mut shape: ResMut<Shape>,
) {
    let Ok(window) = windows.single() else { return };
    let (width, height) = (window.width(), window.height());
    let landscape = width >= height * 0.95;
    shape.set_if_neq(if landscape { Shape::Landscape } else { Shape::Portrait });
    let (design, least) =
        if landscape { (Vec2::new(1280.0, 800.0), 0.78) } else { (Vec2::new(420.0, 880.0), 0.76) };
    let fitting = (width / design.x).min(height / design.y).clamp(least, 3.0);
    if (scale.0 - fitting).abs() > 0.005 {
        scale.0 = fitting;
    }
}

fn lay_out(
    shape: Res<Shape>,
    mut nodes: ParamSet<(
        Single<&mut Node, With<Root>>,
        Single<&mut Node, With<Main>>,
        Single<&mut Node, With<Paper>>,
        Single<&mut Node, With<PaperFoot>>,
        Query<&mut Node, Or<(With<Hints>, With<KeyCap>, With<EffectsMenu>)>>,
    )>,
    mut commands: Commands,
    camera_button: Single<Entity, With<CameraButton>>,
    left: Single<Entity, With<ControlsLeft>>,
    right: Single<Entity, With<ControlsRight>>,
) {
    let landscape = *shape == Shape::Landscape;
    let display = if landscape { Display::Flex } else { Display::None };

    let mut root = nodes.p0();
    root.padding = if landscape { UiRect::axes(px(20), px(16)) } else { UiRect::axes(px(14), px(14)) };
    root.row_gap = px(14);
    let mut main = nodes.p1();
    main.flex_direction = if landscape { FlexDirection::Row } else { FlexDirection::Column };
    main.column_gap = px(20);
    main.row_gap = px(14);
    nodes.p2().grid_template_columns = RepeatedGridTrack::auto(if landscape { 1 } else { 2 });
    nodes.p3().display = display;
    // A phone has no keys, and no space for the menu of effects.
    for mut node in &mut nodes.p4() {
        node.display = display;
    }
    commands.entity(if landscape { *left } else { *right }).add_child(*camera_button);
}

/// Makes the mirror as large as its space allows, with the track's aspect ratio.
fn fit_mirror(
    room: Single<&ComputedNode, With<MirrorRoom>>,
    mut glass: Single<&mut Node, With<MirrorGlass>>,
    settings: Query<&VideoSettings, With<Viewfinder>>,
) {
    let aspect = settings.single().map_or(16.0 / 9.0, |settings| settings.aspect_ratio() as f32);
    let room = room.size() * room.inverse_scale_factor();
    let width = room.x.min(room.y * aspect).floor().max(1.0);
    let (width, height) = (px(width), px((width / aspect).floor().max(1.0)));
    if (glass.width, glass.height) != (width, height) {
        (glass.width, glass.height) = (width, height);
    }
}

/// Gives the slots on the paper the aspect ratio of the photos.
fn fit_slots(
    mut slots: Query<&mut Node, With<Slot>>,
    settings: Query<&VideoSettings, With<Viewfinder>>,
    shape: Res<Shape>,
) {
    let aspect = settings.single().map_or(16.0 / 9.0, |settings| settings.aspect_ratio() as f32);
    let width = if *shape == Shape::Landscape { LANDSCAPE_SLOT } else { PORTRAIT_SLOT };
    let size = (px(width), px((width / aspect.clamp(1.0, 16.0 / 9.0)).round()));
    for mut slot in &mut slots {
        if (slot.width, slot.height) != size {
            (slot.width, slot.height) = size;
        }
    }
}

/// Drags the row of looks with a finger or the mouse.
fn drag_looks(
    drag: On<Pointer<Drag>>,
    mut last: ResMut<LastDrag>,
    parents: Query<&ChildOf>,
    mut rows: Query<(&mut ScrollPosition, &ComputedNode), With<Looks>>,
    scale: Res<UiScale>,
) {
    if drag.entity != drag.original_event_target() {
        return;
    }
    last.0 = last.0.max(drag.distance.length());
    for entity in std::iter::once(drag.entity).chain(parents.iter_ancestors(drag.entity)) {
        if let Ok((mut position, row)) = rows.get_mut(entity) {
            scroll(&mut position, row, -drag.delta.x / scale.0);
        }
    }
}

fn scroll_looks(
    scrolled: On<Pointer<bevy::picking::events::Scroll>>,
    mut rows: Query<(&mut ScrollPosition, &ComputedNode), With<Looks>>,
) {
    let Ok((mut position, row)) = rows.get_mut(scrolled.entity) else { return };
    let step = match scrolled.unit {
        bevy::input::mouse::MouseScrollUnit::Line => 60.0,
        bevy::input::mouse::MouseScrollUnit::Pixel => 1.0,
    };
    scroll(&mut position, row, -(scrolled.x + scrolled.y) * step);
}

/// Scrolls a row by a number of pixels, within its ends.
fn scroll(position: &mut ScrollPosition, row: &ComputedNode, by: f32) {
    let hidden = (row.content_size().x - row.size().x).max(0.0) * row.inverse_scale_factor();
    position.x = (position.x + by).clamp(0.0, hidden);
}

/// Scrolls the row until the chosen look is visible.
fn show_chosen_look(
    booth: Res<Booth>,
    mut chosen: Local<Option<(usize, f32)>>,
    row: Single<(&mut ScrollPosition, &ComputedNode, &UiGlobalTransform), With<Looks>>,
    chips: Query<(&LookChip, &ComputedNode, &UiGlobalTransform)>,
) {
    let (mut position, row, row_transform) = row.into_inner();
    let now = Some((booth.look, row.size().x));
    if *chosen == now || row.size().x == 0.0 {
        return;
    }
    *chosen = now;
    let Some((_, chip, transform)) = chips.iter().find(|(chip, ..)| chip.0 == booth.look) else { return };
    let offset = transform.translation.x - row_transform.translation.x;
    let margin = chip.size().x * 0.7;
    let room = (row.size().x - chip.size().x) / 2.0 - margin;
    let beyond = if offset > room {
        offset - room
    } else if offset < -room {
        offset + room
    } else {
        0.0
    };
    if beyond != 0.0 {
        scroll(&mut position, row, beyond * row.inverse_scale_factor());
    }
}
