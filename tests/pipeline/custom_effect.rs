//! Effects of the app's own, good ones and bad ones.

use bevy::{prelude::*, render::render_resource::ShaderType};
use bevy_viewfinder::{
    effect::{Effect, EffectKind, EffectPlugin, EffectShader},
    prelude::*,
};

use crate::stage::{Event, Stage};

/// Defines an effect of one parameter whose shader is this.
macro_rules! effect {
    ($name:ident, $kind:expr, $shader:expr) => {
        #[derive(Clone, Debug, Default, Reflect, ShaderType)]
        struct $name {
            amount: f32,
        }

        impl Effect for $name {
            const KIND: EffectKind = $kind;

            fn shader() -> EffectShader {
                $shader
            }
        }
    };
}

effect!(Redden, EffectKind::Color, "shaders/redden.wgsl".into());
effect!(Missing, EffectKind::Color, "shaders/no_such_file.wgsl".into());
effect!(Stranger, EffectKind::Color, "shaders/redden.wgsl".into());
effect!(
    Garbled,
    EffectKind::Color,
    EffectShader::Wgsl("#define_import_path test::garbled\nstruct Params { amount: f32 }\nfn effect( {")
);
effect!(
    WrongSignature,
    EffectKind::Color,
    EffectShader::Wgsl(
        "#define_import_path test::wrong\nstruct Params { amount: f32 }\nfn effect(amount: f32) -> f32 { return amount; }"
    )
);
effect!(
    Zero,
    EffectKind::Color,
    EffectShader::Wgsl(
        "#define_import_path test::zero
#import bevy_viewfinder::effect::Context
struct Params { amount: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return color / params.amount;
}"
    )
);

fn stage() -> Stage {
    Stage::with(|app| {
        app.add_plugins((
            EffectPlugin::<Redden>::default(),
            EffectPlugin::<Missing>::default(),
            EffectPlugin::<Garbled>::default(),
            EffectPlugin::<WrongSignature>::default(),
            EffectPlugin::<Zero>::default(),
        ));
    })
}

/// What a grey camera looks like through this stack.
fn through(stage: &mut Stage, stack: EffectStack) -> (Entity, [u8; 4]) {
    let (track, script) = stage.live(stack);
    script.solid([100, 100, 100]);
    script.frame();
    stage.until_delivered(track, 1);
    let pixel = stage.shoot(GrabFrame::of(track)).pixel(9, 9).expect("a pixel");
    (track, pixel)
}

#[test]
fn an_effect_in_a_file_of_the_app_works_among_ours() {
    let mut stage = stage();
    let stack = EffectStack::new().with(Redden { amount: 0.5 }).with(Invert { amount: 1.0 });
    let (track, script) = stage.live(stack);
    script.solid([100, 100, 100]);
    script.frame();
    // The file is read meanwhile: the picture doesn't wait for it, and so neither does a photo.
    stage.until("the effect", |stage| {
        let pixel = stage.shoot(GrabFrame::of(track)).pixel(9, 9)?;
        let [red, green, ..] = pixel;
        (red.abs_diff(255 - 228) <= 3 && green.abs_diff(255 - 100) <= 3).then_some(())
    });
}

#[test]
fn a_shader_that_does_not_compile_is_named_and_skipped() {
    for (name, stack) in [
        ("garbled", EffectStack::new().with(Invert { amount: 1.0 }).with(Garbled { amount: 1.0 })),
        (
            "wrong_signature",
            EffectStack::new().with(WrongSignature { amount: 1.0 }).with(Invert { amount: 1.0 }),
        ),
    ] {
        let mut stage = stage();
        let (track, pixel) = through(&mut stage, stack);
        let error = stage.until_event("the failure", |event| match event {
            Event::EffectFailed(entity, effect, error) if *entity == track && effect == name => {
                Some(error.clone())
            }
            _ => None,
        });
        assert_eq!(error.name, ErrorName::Data);
        assert!(error.message.contains(name), "{error}");
        assert!(pixel[0].abs_diff(155) <= 3, "the other effect is still shown: {pixel:?}");
        stage.steps(5);
        let failures = stage.diary().iter().filter(|event| matches!(event, Event::EffectFailed(..))).count();
        assert_eq!(failures, 1, "{:?}", stage.diary());
    }
}

#[test]
fn an_effect_that_is_not_known_or_has_no_file_is_named() {
    let mut stage = stage();
    for (name, stack) in [
        ("missing", EffectStack::new().with(Missing::default())),
        ("stranger", EffectStack::new().with(Stranger::default())),
    ] {
        let (track, pixel) = through(&mut stage, stack);
        stage.until_event("the failure", |event| {
            matches!(event, Event::EffectFailed(entity, effect, _) if *entity == track && effect == name)
                .then_some(())
        });
        assert!(pixel[0].abs_diff(100) <= 3, "{pixel:?}");
    }
}

#[test]
fn an_effect_that_divides_by_zero_harms_nothing_else() {
    let mut stage = stage();
    through(&mut stage, EffectStack::new().with(Zero { amount: 0.0 }));
    let (_, pixel) = through(&mut stage, EffectStack::new());
    assert!(pixel[0].abs_diff(100) <= 3, "{pixel:?}");
}

#[test]
fn a_changed_parameter_is_seen_and_so_is_a_changed_stack() {
    let mut stage = stage();
    let (track, pixel) = through(&mut stage, EffectStack::new().with(Invert { amount: 1.0 }));
    assert!(pixel[0].abs_diff(155) <= 3, "{pixel:?}");
    let look = |stage: &mut Stage, change: &dyn Fn(&mut EffectStack)| {
        change(&mut stage.app.world_mut().get_mut::<EffectStack>(track).expect("the stack"));
        stage.step();
        stage.shoot(GrabFrame::of(track)).pixel(9, 9).expect("a pixel")
    };
    let pixel = look(&mut stage, &|stack| stack.get_mut::<Invert>().expect("it is there").amount = 0.0);
    assert!(pixel[0].abs_diff(100) <= 3, "{pixel:?}");
    let pixel = look(&mut stage, &|stack| stack.push(Brightness { amount: 2.0 }));
    assert!(pixel[0].abs_diff(200) <= 3, "{pixel:?}");
    let pixel = look(&mut stage, &|stack| stack.clear());
    assert!(pixel[0].abs_diff(100) <= 3, "{pixel:?}");
}

#[test]
fn the_same_effect_thirty_two_times_is_one_pass_and_right() {
    let mut stage = stage();
    let stack = (0..32).fold(EffectStack::new(), |stack, _| stack.with(Invert { amount: 1.0 }));
    let kinds: Vec<_> = stack.iter().map(|effect| effect.kind()).collect();
    assert_eq!(bevy_viewfinder::effect::plan(&kinds).len(), 1);
    let (_, pixel) = through(&mut stage, stack);
    assert!(pixel[0].abs_diff(100) <= 3, "{pixel:?}");
}
