//! Areas that a finger or the mouse can drag. (Wheels are `ScrollArea`'s own.)

use bevy::prelude::*;

/// An area that scrolls when it is dragged.
#[derive(Component, Debug)]
pub struct Draggable;

/// How far the pointer was dragged since it was last pressed, in logical pixels.
#[derive(Resource, Debug, Default)]
pub struct Dragged(f32);

impl Dragged {
    /// Whether that was a drag and no click.
    pub fn was_far(&self) -> bool {
        self.0 > 10.0
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Dragged>()
        .add_observer(|_: On<Pointer<Press>>, mut dragged: ResMut<Dragged>| dragged.0 = 0.0)
        .add_observer(drag);
}

fn drag(
    drag: On<Pointer<Drag>>,
    mut dragged: ResMut<Dragged>,
    mut areas: Query<(&Node, &ComputedNode, &mut ScrollPosition), With<Draggable>>,
) {
    dragged.0 = dragged.0.max(drag.distance.length());
    let Ok((node, computed, mut position)) = areas.get_mut(drag.entity) else { return };
    let hidden =
        (computed.content_size() - computed.size()).max(Vec2::ZERO) * computed.inverse_scale_factor();
    if node.overflow.x == OverflowAxis::Scroll {
        position.x = (position.x - drag.delta.x).clamp(0.0, hidden.x);
    }
    if node.overflow.y == OverflowAxis::Scroll {
        position.y = (position.y - drag.delta.y).clamp(0.0, hidden.y);
    }
}
