//! Stickers on the mirror: taken from a tray, dragged by a finger or the mouse, turned and scaled by two fingers, by
//! their grip, or by the wheel. One that is dropped on a face sticks to it, and is let go by a drag. One that is
//! dragged off the mirror is gone.

use bevy::{
    input::{mouse::MouseScrollUnit, touch::Touches},
    picking::{events::Scroll, pointer::PointerId},
    prelude::*,
    window::PrimaryWindow,
};

use super::{
    button::{Kind, button, wire},
    theme::{color, set_shown},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth, Phase},
    sticker::{Sticker, StickerImages, Stickers, pictures},
};

/// The mirror, which stickers are on.
#[derive(Component, Debug)]
pub struct Ground;

#[derive(Component, Debug)]
struct Tray;
/// The node of the sticker with this index.
#[derive(Component, Debug)]
struct OnMirror(usize);
/// The grip of the sticker with this index, which turns and scales it.
#[derive(Component, Debug)]
struct Grip(usize);

/// The sticker that was touched last, and the finger that holds it.
#[derive(Resource, Debug, Default)]
struct Touched {
    sticker: Option<usize>,
    finger: Option<u64>,
    /// True while two fingers hold it.
    pinched: bool,
}

/// The diameter of a grip.
const GRIP: f32 = 26.0;

/// The width of the tray.
const TRAY: f32 = 330.0;

/// The factor by which one line of the wheel scales.
const WHEEL: f32 = 1.08;

pub fn plugin(app: &mut App) {
    app.init_resource::<Touched>()
        .add_systems(Update, (pinch, spawn, place, show_tray).chain().after(Advanced));
}

/// The tray at the bottom of the mirror.
pub fn build(commands: &mut Commands, images: &StickerImages) -> Entity {
    let tray = commands
        .spawn((
            Tray,
            Node {
                position_type: PositionType::Absolute,
                bottom: px(12),
                padding: UiRect::axes(px(10), px(4)),
                column_gap: px(6),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(color::PAPER.with_alpha(0.82)),
        ))
        .id();
    for (picture, image) in images.0.iter().enumerate() {
        let sticker = commands
            .spawn((
                button(Kind::Bare, Action::Sticker(picture)),
                Node {
                    width: px(44),
                    height: px(40),
                    align_items: AlignItems::Center,
                    justify_content: JustifyContent::Center,
                    ..default()
                },
                children![(
                    Node { max_width: px(34), max_height: px(30), ..default() },
                    ImageNode::new(image.clone()),
                    Pickable::IGNORE,
                )],
            ))
            .id();
        wire(commands, sticker);
        commands.entity(tray).add_child(sticker);
    }
    tray
}

/// Spawns a node for each sticker.
fn spawn(
    mut commands: Commands,
    stickers: Res<Stickers>,
    images: Res<StickerImages>,
    ground: Single<Entity, With<Ground>>,
    mut nodes: Query<(Entity, &OnMirror, &mut ImageNode)>,
) {
    if !stickers.is_changed() {
        return;
    }
    let image = |sticker: &Sticker| images.0.get(sticker.picture).cloned().unwrap_or_default();
    for (entity, node, mut shown) in &mut nodes {
        match stickers.0.get(node.0) {
            Some(sticker) => shown.image = image(sticker),
            None => commands.entity(entity).despawn(),
        }
    }
    for (index, sticker) in stickers.0.iter().enumerate().skip(nodes.iter().count()) {
        let grip = commands
            .spawn((
                Grip(index),
                Node {
                    position_type: PositionType::Absolute,
                    right: px(-GRIP / 2.0),
                    bottom: px(-GRIP / 2.0),
                    width: px(GRIP),
                    height: px(GRIP),
                    border: UiRect::all(px(3)),
                    border_radius: BorderRadius::MAX,
                    display: Display::None,
                    ..default()
                },
                BackgroundColor(color::CORAL),
                BorderColor::all(color::TEXT),
            ))
            .observe(drag_grip)
            .id();
        let node = commands
            .spawn((
                OnMirror(index),
                Node { position_type: PositionType::Absolute, ..default() },
                ImageNode { image_mode: NodeImageMode::Stretch, image: image(sticker), ..default() },
                UiTransform::IDENTITY,
                Outline::new(px(2), px(2), Color::NONE),
            ))
            .observe(press)
            .observe(drag)
            .observe(release)
            .observe(scroll)
            .add_child(grip)
            .id();
        commands.entity(*ground).add_child(node);
    }
}

/// Places the nodes. The one that was touched last has a grip. Stickers on faces are effects too while shots are taken:
/// their nodes are shown above them, because effects take a moment to be compiled.
fn place(
    booth: Res<Booth>,
    stickers: Res<Stickers>,
    touched: Res<Touched>,
    ground: Single<&ComputedNode, With<Ground>>,
    mut nodes: Query<(&OnMirror, &mut Node, &mut UiTransform, &mut Outline), Without<Grip>>,
    mut grips: Query<(&Grip, &mut Node), Without<OnMirror>>,
) {
    let size = ground.size() * ground.inverse_scale_factor();
    let is_taking =
        matches!(booth.phase, Phase::Ready | Phase::Counting(_) | Phase::Exposing | Phase::Recording(_));
    let shown = is_taking && !booth.is_filming();
    let free = matches!(booth.phase, Phase::Ready);
    for (index, mut node, mut transform, mut outline) in &mut nodes {
        let Some(sticker) = stickers.0.get(index.0) else { continue };
        let aspect = pictures()
            .get(sticker.picture)
            .map_or(1.0, |picture| picture.width() as f32 / picture.height().max(1) as f32);
        let width = sticker.width * size.x;
        let half = Vec2::new(width, width / aspect) / 2.0;
        let corner = sticker.at * size - half;
        (node.left, node.top) = (px(corner.x), px(corner.y));
        (node.width, node.height) = (px(half.x * 2.0), px(half.y * 2.0));
        transform.rotation = Rot2::radians(sticker.turn);
        set_shown(&mut node, shown);
        let marked = free && touched.sticker == Some(index.0);
        outline.color = if marked { color::TEXT.with_alpha(0.6) } else { Color::NONE };
    }
    for (index, mut node) in &mut grips {
        set_shown(&mut node, free && touched.sticker == Some(index.0));
    }
}

/// Shows the tray if the mirror has space for it.
fn show_tray(
    booth: Res<Booth>,
    ground: Single<&ComputedNode, With<Ground>>,
    mut tray: Single<&mut Node, With<Tray>>,
) {
    let has_space = ground.size().x * ground.inverse_scale_factor() > TRAY;
    set_shown(&mut tray, has_space && matches!(booth.phase, Phase::Ready));
}

/// The mirror in pixels of the window.
fn ground_in(window: &Window, node: &ComputedNode, transform: &UiGlobalTransform) -> Rect {
    let scale = window.scale_factor();
    Rect::from_center_size(transform.translation / scale, node.size() / scale)
}

fn press(pressed: On<Pointer<Press>>, nodes: Query<&OnMirror>, mut touched: ResMut<Touched>) {
    let Ok(node) = nodes.get(pressed.entity) else { return };
    touched.sticker = Some(node.0);
    if let PointerId::Touch(finger) = pressed.pointer_id {
        touched.finger.get_or_insert(finger);
    }
}

fn drag(
    mut drag: On<Pointer<Drag>>,
    nodes: Query<&OnMirror>,
    touched: Res<Touched>,
    booth: Res<Booth>,
    mut stickers: ResMut<Stickers>,
    window: Single<&Window, With<PrimaryWindow>>,
    ground: Single<(&ComputedNode, &UiGlobalTransform), With<Ground>>,
) {
    drag.propagate(false);
    let Ok(node) = nodes.get(drag.entity) else { return };
    let size = ground_in(&window, ground.0, ground.1).size().max(Vec2::ONE);
    if !touched.pinched
        && matches!(booth.phase, Phase::Ready)
        && let Some(sticker) = stickers.0.get_mut(node.0)
    {
        *sticker = sticker.dragged(drag.delta / size);
    }
}

fn release(_: On<Pointer<DragEnd>>, mut stickers: ResMut<Stickers>, mut touched: ResMut<Touched>) {
    let count = stickers.0.len();
    stickers.let_go();
    if stickers.0.len() < count {
        *touched = Touched::default();
    }
}

fn scroll(scrolled: On<Pointer<Scroll>>, nodes: Query<&OnMirror>, mut stickers: ResMut<Stickers>) {
    let Ok(node) = nodes.get(scrolled.entity) else { return };
    let lines = match scrolled.unit {
        MouseScrollUnit::Line => scrolled.y,
        MouseScrollUnit::Pixel => scrolled.y / 40.0,
    };
    if let Some(sticker) = stickers.0.get_mut(node.0) {
        *sticker = sticker.scaled(WHEEL.powf(lines.clamp(-5.0, 5.0)));
    }
}

/// Turns and scales a sticker about its middle.
fn drag_grip(
    mut drag: On<Pointer<Drag>>,
    grips: Query<&Grip>,
    booth: Res<Booth>,
    mut stickers: ResMut<Stickers>,
    window: Single<&Window, With<PrimaryWindow>>,
    ground: Single<(&ComputedNode, &UiGlobalTransform), With<Ground>>,
) {
    drag.propagate(false);
    let Ok(grip) = grips.get(drag.entity) else { return };
    let ground = ground_in(&window, ground.0, ground.1);
    if matches!(booth.phase, Phase::Ready)
        && let Some(sticker) = stickers.0.get_mut(grip.0)
    {
        let middle = sticker.at * ground.size();
        let now = drag.pointer_location.position - ground.min;
        *sticker = sticker.pinched(ground.size(), [middle, now - drag.delta], [middle, now]);
    }
}

/// Moves, turns and scales the sticker that two fingers hold. The second may be beside it.
fn pinch(
    touches: Res<Touches>,
    booth: Res<Booth>,
    mut touched: ResMut<Touched>,
    mut stickers: ResMut<Stickers>,
    mut before: Local<Option<(u64, [Vec2; 2])>>,
    window: Single<&Window, With<PrimaryWindow>>,
    ground: Single<(&ComputedNode, &UiGlobalTransform), With<Ground>>,
) {
    let held = touched.finger.and_then(|finger| touches.get_pressed(finger));
    if held.is_none() && touched.finger.is_some() {
        touched.finger = None;
    }
    let second = held.and_then(|first| touches.iter().find(|touch| touch.id() != first.id()));
    let pinched = second.is_some();
    if touched.pinched != pinched {
        touched.pinched = pinched;
    }
    let (Some(first), Some(second), Some(index)) = (held, second, touched.sticker) else {
        if before.take().is_some() {
            stickers.let_go();
        }
        return;
    };
    let ground = ground_in(&window, ground.0, ground.1);
    let now = [first, second].map(|touch| touch.position() - ground.min);
    let from = before.replace((second.id(), now)).filter(|(finger, _)| *finger == second.id());
    if let Some((_, from)) = from
        && from != now
        && matches!(booth.phase, Phase::Ready)
        && let Some(sticker) = stickers.0.get_mut(index)
    {
        *sticker = sticker.pinched(ground.size(), from, now);
    }
}
