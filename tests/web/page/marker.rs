//! A marker of the test.

use bevy::{core_pipeline::tonemapping::Tonemapping, prelude::*};
use bevy_viewfinder::prelude::*;
use serde::Deserialize;

/// A command to track a marker of the family tag36h11.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct MarkerCommand {
    pub track: String,
    id: u32,
    /// The side of its dark square.
    size: f32,
    /// The side of the red square in its middle.
    square: f32,
    hold_frames: bool,
}

impl MarkerCommand {
    pub fn carry_out(self, track: Entity, commands: &mut Commands) {
        commands.entity(track).insert(MarkerTracker::new().filter(None).hold_frames(self.hold_frames));
        commands.spawn((
            Camera3d::default(),
            Camera { order: 1, ..default() },
            Msaa::Off,
            // The page has no tables for the others.
            Tonemapping::None,
            CameraBackground::new(track),
        ));
        commands.queue(move |world: &mut World| {
            let square = Rectangle::new(self.square, self.square);
            let mesh = Mesh3d(world.resource_mut::<Assets<Mesh>>().add(square));
            let base_color = Color::srgb_u8(255, 0, 0);
            let red = StandardMaterial { base_color, unlit: true, ..default() };
            let material = MeshMaterial3d(world.resource_mut::<Assets<StandardMaterial>>().add(red));
            world.spawn((Marker::new(track, self.id, self.size), mesh, material));
        });
    }
}
