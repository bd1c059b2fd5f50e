//! Stacks of many effects.

use bevy::{
    prelude::*,
    render::{RenderApp, render_resource::PipelineCache},
};
use bevy_viewfinder::{effects::*, internal::plan, prelude::*};

use crate::studio::{Picture, Studio};

#[test]
fn a_stack_of_all_effects_is_drawn() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let mut stack = EffectStack::new();
    for effect in studio.registry().iter() {
        stack.push_any(effect.make_default());
    }
    assert!(stack.len() > 80, "only {} effects are registered", stack.len());
    let photo = studio.shoot(stack);
    assert_eq!(photo.size, UVec2::new(97, 64));
    assert_ne!(photo, scene);
}

/// Pipelines that were compiled so far.
fn pipelines(studio: &mut Studio) -> usize {
    let world = studio.app().sub_app(RenderApp).world();
    world.resource::<PipelineCache>().pipelines().count()
}

#[test]
fn a_parameter_or_a_known_stack_compiles_nothing() {
    let mut studio = Studio::new(&Picture::scene());
    let stacks = ["sepia+swirl+gaussian_blur+vignette", "vignette+sepia"];
    for stack in stacks {
        studio.shoot(studio.stack(stack));
    }
    let before = pipelines(&mut studio);
    assert!(before > 0);
    for step in 0..30 {
        let amount = step as f32 / 30.0;
        let text =
            format!("sepia:amount={amount}+swirl:angle={step}+gaussian_blur:std_deviation={step}+vignette");
        studio.shoot(studio.stack(&text));
        studio.shoot(studio.stack(&format!("vignette:amount={amount}+sepia")));
    }
    assert_eq!(pipelines(&mut studio), before);
    studio.shoot(studio.stack("sepia+vignette"));
    assert!(pipelines(&mut studio) > before, "another order is another shader");
}

#[test]
fn one_effect_may_stand_in_a_stack_thirty_two_times() {
    let cube = Picture::color_cube();
    let mut studio = Studio::new(&cube);
    let mut stack = EffectStack::new();
    for _ in 0..32 {
        stack.push(Brightness { amount: 1.01 });
    }
    let kinds: Vec<_> = stack.iter().map(|effect| effect.kind()).collect();
    assert_eq!(plan(&kinds).len(), 1);
    let photo = studio.shoot(stack);
    let expected = Picture::from_fn(cube.size.x, cube.size.y, |x, y| {
        let [red, green, blue, alpha] = cube.clamped(x.into(), y.into());
        // Nothing is rounded on the way, as it would be between 32 passes.
        let bright = |value: u8| (f64::from(value) * 1.01_f64.powi(32)).min(255.0).round() as u8;
        [bright(red), bright(green), bright(blue), alpha]
    });
    assert!(photo.difference(&expected) <= 1, "off by {}", photo.difference(&expected));
}
