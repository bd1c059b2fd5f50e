//! The ways in which Bevy renders: pipelined, and without any camera.

use bevy::{
    core_pipeline::CorePipelinePlugin,
    render::{RenderApp, pipelined_rendering::PipelinedRenderingPlugin, render_resource::PipelineCache},
};
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

#[test]
fn an_app_that_never_repeats_its_effects_has_few_pipelines() {
    let mut stage = Stage::new();
    let track = still(&mut stage, EffectStack::new());
    let pipelines =
        |stage: &Stage| stage.app.sub_app(RenderApp).world().resource::<PipelineCache>().pipelines().count();
    // Each row of bits is another sequence of effects, and so another shader; inverting once more ends each.
    for round in 0..80_u32 {
        let mut stack = EffectStack::new();
        for bit in 0..7 {
            stack = match (round >> bit) & 1 {
                0 => stack.with(Invert { amount: 0.0 }),
                _ => stack.with(Sepia { amount: 0.0 }),
            };
        }
        stage.app.world_mut().entity_mut(track).insert(stack.with(Invert { amount: 1.0 }));
        assert_eq!(stage.shoot(TakePhoto(track)).pixel(5, 10), RED_INVERTED, "round {round}");
    }
    // The passes for the screen and for photos may need a pipeline each, and 32 are spare.
    assert!(pipelines(&stage) <= 40, "{} pipelines", pipelines(&stage));
}
