//! The ways in which Bevy renders: pipelined, and without any camera.

use bevy::{core_pipeline::CorePipelinePlugin, render::pipelined_rendering::PipelinedRenderingPlugin};
use bevy_viewfinder::{effects::*, prelude::*};

use crate::{
    photo::still,
    stage::{Stage, default_plugins},
};

const RED: Option<[u8; 4]> = Some([250, 10, 20, 255]);
const RED_INVERTED: Option<[u8; 4]> = Some([5, 245, 235, 255]);

#[test]
fn an_app_without_cameras_takes_photos() {
    let mut stage = Stage::new();
    assert!(!stage.app.is_plugin_added::<CorePipelinePlugin>(), "this test is about an app without cameras");
    let track = still(&mut stage, EffectStack::new().with(Invert { amount: 1.0 }));
    assert_eq!(stage.shoot(TakePhoto(track)).pixel(5, 10), RED_INVERTED);
}

#[test]
fn a_photo_has_the_effects_that_were_set_before_it_when_rendering_is_pipelined() {
    let mut stage = Stage::of(default_plugins(), |app| {
        assert!(app.is_plugin_added::<PipelinedRenderingPlugin>(), "this test is about pipelined rendering");
    });
    let track = still(&mut stage, EffectStack::new());
    for round in 0..40 {
        let inverted = round % 2 == 0;
        let stack = EffectStack::new().with(Invert { amount: f32::from(u8::from(inverted)) });
        stage.app.world_mut().entity_mut(track).insert(stack);
        let photo = stage.shoot(TakePhoto(track));
        assert_eq!(photo.pixel(5, 10), if inverted { RED_INVERTED } else { RED }, "round {round}");
    }
}
