//! Before | after: the picture as it was covers a part of the one with effects, as far as people drag it.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::theme::{self, Fonts};

/// How much of the picture is as it was, from the left, 0 to 1.
#[derive(Resource, Debug)]
struct Divider(f32);

/// The picture with effects, on which all of this lies.
#[derive(Component, Debug)]
struct After;
/// The node that shows a part of the original frame, and its image.
#[derive(Component, Debug)]
struct Window;
#[derive(Component, Debug)]
struct Before;
/// The line between them.
#[derive(Component, Debug)]
struct Line;

pub fn plugin(app: &mut App) {
    app.insert_resource(Divider(0.5)).add_systems(Update, place).add_observer(drag).add_observer(press);
}

/// Puts the divider on a picture. The original is the track without effects.
pub fn build(commands: &mut Commands, fonts: &Fonts, picture: Entity, original: Entity) {
    let label = |text: &str, left: Val, right: Val| {
        (
            Node {
                position_type: PositionType::Absolute,
                left,
                right,
                top: px(12),
                padding: UiRect::axes(px(10), px(4)),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(theme::NIGHT.with_alpha(0.6)),
            Pickable::IGNORE,
            children![fonts.medium(text, 13.0, theme::TEXT)],
        )
    };
    let handle = Node {
        position_type: PositionType::Absolute,
        left: px(-15),
        top: percent(50),
        margin: UiRect::top(px(-15)),
        width: px(32),
        height: px(32),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        border_radius: BorderRadius::MAX,
        ..default()
    };
    let whole = Node {
        position_type: PositionType::Absolute,
        left: px(0),
        top: px(0),
        height: percent(100),
        ..default()
    };
    commands.entity(picture).insert(After).with_children(|picture| {
        picture.spawn((
            Window,
            Node { overflow: Overflow::clip(), ..whole.clone() },
            Pickable::IGNORE,
            children![
                (
                    Before,
                    Node { border_radius: BorderRadius::all(px(14)), ..whole.clone() },
                    ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                    ShowTrack(original),
                    Pickable::IGNORE,
                ),
                label("Before", px(12), auto()),
            ],
        ));
        picture.spawn(label("After", auto(), px(12)));
        picture.spawn((
            Line,
            Node { width: px(2), ..whole },
            BackgroundColor(theme::TEXT),
            Pickable::IGNORE,
            children![(
                handle,
                BackgroundColor(theme::TEXT),
                BoxShadow::new(Color::BLACK.with_alpha(0.4), px(0), px(2), px(0), px(8)),
                Pickable::IGNORE,
                children![fonts.bold("< >", 13.0, theme::NIGHT)],
            )],
        ));
    });
}

fn place(
    divider: Res<Divider>,
    after: Query<&ComputedNode, With<After>>,
    mut nodes: ParamSet<(
        Query<&mut Node, With<Window>>,
        Query<&mut Node, With<Before>>,
        Query<&mut Node, With<Line>>,
    )>,
) {
    let Ok(after) = after.single() else { return };
    let size = after.size() * after.inverse_scale_factor();
    let at = px((divider.0 * size.x).round());
    for mut window in &mut nodes.p0() {
        if window.width != at {
            window.width = at;
        }
    }
    for mut before in &mut nodes.p1() {
        if before.width != px(size.x) {
            before.width = px(size.x);
        }
    }
    for mut line in &mut nodes.p2() {
        if line.left != at {
            line.left = at;
        }
    }
}

fn drag(
    drag: On<Pointer<Drag>>,
    after: Query<(&ComputedNode, &UiGlobalTransform), With<After>>,
    mut divider: ResMut<Divider>,
) {
    if let Ok((node, transform)) = after.get(drag.entity) {
        divider.follow(drag.pointer_location.position, node, transform);
    }
}

fn press(
    press: On<Pointer<Press>>,
    after: Query<(&ComputedNode, &UiGlobalTransform), With<After>>,
    mut divider: ResMut<Divider>,
) {
    if let Ok((node, transform)) = after.get(press.entity) {
        divider.follow(press.pointer_location.position, node, transform);
    }
}

impl Divider {
    /// Goes to where the pointer is.
    fn follow(&mut self, pointer: Vec2, node: &ComputedNode, transform: &UiGlobalTransform) {
        let scale = node.inverse_scale_factor();
        let (middle, width) = (transform.translation.x * scale, node.size().x * scale);
        if width > 0.0 {
            self.0 = ((pointer.x - middle) / width + 0.5).clamp(0.0, 1.0);
        }
    }
}
