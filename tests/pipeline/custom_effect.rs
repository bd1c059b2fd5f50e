//! Effects of the app, good and bad ones.

use bevy::{prelude::*, render::render_resource::ShaderType};
use bevy_viewfinder::{
    effect::EffectShader,
    effects::{Brightness, Invert},
    prelude::*,
};

use crate::stage::{Event, Stage};

/// Defines an effect with one parameter and this shader.
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
effect!(Broken, EffectKind::Color, "shaders/broken.wgsl".into());
effect!(Garbled, EffectKind::Color, EffectShader::Wgsl("struct Params { amount: f32 }\nfn effect( {"));
effect!(
    WrongSignature,
    EffectKind::Color,
    EffectShader::Wgsl("struct Params { amount: f32 }\nfn effect(amount: f32) -> f32 { return amount; }")
);
effect!(
    WrongParameters,
    EffectKind::Color,
    EffectShader::Wgsl(
        "struct Params { amount: vec2<f32> }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return vec4(params.amount, color.ba);
}"
    )
);
effect!(
    Imports,
    EffectKind::Color,
    EffectShader::Wgsl(
        "// Once effects began like this.
#import bevy_viewfinder::effect::Context
struct Params { amount: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return color;
}"
    )
);
effect!(
    Zero,
    EffectKind::Color,
    EffectShader::Wgsl(
        "struct Params { amount: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return color / params.amount;
}"
    )
);
effect!(
    Windows,
    EffectKind::Color,
    EffectShader::Wgsl(
        "\u{feff}// As editors of Windows write it.\r\nstruct Params { amount: f32 }\r\n\r\nfn effect(\r\n\
         color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context\r\n) -> vec4<f32> {\r\n\
         return vec4(color.rgb + params.amount, color.a);\r\n}"
    )
);
// Both have a helper, a constant and a local variable of the same names, some of which are also this crate's own.
effect!(
    Darken,
    EffectKind::Color,
    EffectShader::Wgsl(
        "struct Params { amount: f32 }
const LARGEST = 0.5;
fn luma(color: vec3<f32>) -> f32 { return color.r * LARGEST; }
fn sample(uv: vec2<f32>, amount: f32) -> f32 { return amount; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let gaussian = luma(color.rgb) * sample(uv, params.amount);
    return vec4(vec3(gaussian), color.a);
}"
    )
);
effect!(
    Lighten,
    EffectKind::Color,
    EffectShader::Wgsl(
        "struct Params { amount: f32 }
const LARGEST = vec3(0.25);
fn luma(color: vec3<f32>) -> vec3<f32> { return color + LARGEST; }
fn gaussian(sample: vec3<f32>) -> vec3<f32> { let luma = luma(sample); return luma; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return vec4(gaussian(color.rgb) * params.amount, color.a);
}"
    )
);

/// Names of parameters may end in digits.
#[derive(Clone, Debug, Default, Reflect, ShaderType)]
struct Gradient {
    color1: f32,
    color2: f32,
}

impl Effect for Gradient {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(
            "struct Params { color1: f32, color2: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return vec4(params.color1, params.color2, 0.0, 1.0);
}",
        )
    }
}

fn stage() -> Stage {
    Stage::with(|app| {
        app.add_plugins((
            EffectPlugin::<Redden>::default(),
            EffectPlugin::<Missing>::default(),
            EffectPlugin::<Broken>::default(),
            EffectPlugin::<Garbled>::default(),
            EffectPlugin::<WrongSignature>::default(),
            EffectPlugin::<WrongParameters>::default(),
            EffectPlugin::<Imports>::default(),
            EffectPlugin::<Zero>::default(),
            EffectPlugin::<Windows>::default(),
            EffectPlugin::<Darken>::default(),
            EffectPlugin::<Lighten>::default(),
            EffectPlugin::<Gradient>::default(),
        ));
    })
}

/// The color of a gray camera through this stack.
fn through(stage: &mut Stage, stack: EffectStack) -> (Entity, [u8; 4]) {
    let (track, script) = stage.live(stack);
    script.solid([100, 100, 100]);
    script.frame();
    stage.until_delivered(track, 1);
    let pixel = stage.shoot(GrabFrame(track)).pixel(9, 9).expect("a pixel");
    (track, pixel)
}

#[test]
fn an_effect_in_a_file_of_the_app_works_among_ours() {
    let mut stage = stage();
    let stack = EffectStack::new().with(Redden { amount: 0.5 }).with(Invert { amount: 1.0 });
    let (track, script) = stage.live(stack);
    script.solid([100, 100, 100]);
    script.frame();
    // The file is loaded meanwhile. Frames don't wait for it, and so neither does a photo.
    stage.until("the effect", |stage| {
        let pixel = stage.shoot(GrabFrame(track)).pixel(9, 9)?;
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

/// The errors of this effect of a track.
fn fault(stage: &mut Stage, track: Entity, name: &str) -> String {
    stage.until_event("the failure", |event| match event {
        Event::EffectFailed(entity, effect, error) if *entity == track && effect == name => {
            assert_eq!(error.name, ErrorName::Data);
            Some(error.message.to_string())
        }
        _ => None,
    })
}

#[test]
fn a_fault_is_named_with_its_file_and_line() {
    let mut stage = stage();
    let (track, _) = stage.live(EffectStack::new().with(Broken::default()));
    let message = fault(&mut stage, track, "broken");
    assert!(message.starts_with("broken: shaders/broken.wgsl:7: "), "{message}");
    // Each track with the effect gets one event.
    let (other, _) = stage.live(EffectStack::new().with(Broken::default()));
    assert_eq!(fault(&mut stage, other, "broken"), message);
    stage.app.world_mut().get_mut::<EffectStack>(track).expect("the stack").set_changed();
    stage.steps(5);
    let failures = stage.diary().iter().filter(|event| matches!(event, Event::EffectFailed(..))).count();
    assert_eq!(failures, 2, "{:?}", stage.diary());
}

#[test]
fn parameters_that_are_not_those_of_the_rust_struct_are_named() {
    let mut stage = stage();
    let (track, pixel) = through(&mut stage, EffectStack::new().with(WrongParameters { amount: 1.0 }));
    let message = fault(&mut stage, track, "wrong_parameters");
    assert!(
        message.starts_with("wrong_parameters: wrong_parameters.wgsl:1: ") && message.contains("`amount`"),
        "{message}"
    );
    assert!(pixel[0].abs_diff(100) <= 3, "it isn't shown: {pixel:?}");
}

#[test]
fn a_line_for_a_preprocessor_is_named() {
    let mut stage = stage();
    let (track, _) = stage.live(EffectStack::new().with(Imports::default()));
    let message = fault(&mut stage, track, "imports");
    assert!(
        message.starts_with("imports: imports.wgsl:2: `#import`") && message.contains("remove"),
        "{message}"
    );
}

#[test]
fn a_file_with_a_byte_order_mark_and_windows_line_ends_works() {
    let (_, pixel) = through(&mut stage(), EffectStack::new().with(Windows { amount: 0.2 }));
    assert!(pixel[0].abs_diff(100 + 51) <= 3, "{pixel:?}");
}

#[test]
fn names_of_one_effect_do_not_clash_with_those_of_another() {
    let stack = EffectStack::new().with(Darken { amount: 0.8 }).with(Lighten { amount: 2.0 });
    let (_, pixel) = through(&mut stage(), stack);
    let expected = (100.0 * 0.5 * 0.8 + 0.25 * 255.0) * 2.0;
    assert!((f64::from(pixel[0]) - expected).abs() <= 3.0, "{pixel:?}");
}

#[test]
fn names_of_parameters_may_end_in_digits() {
    let (_, pixel) = through(&mut stage(), EffectStack::new().with(Gradient { color1: 0.2, color2: 0.6 }));
    assert!(pixel[0].abs_diff(51) <= 1 && pixel[1].abs_diff(153) <= 1, "{pixel:?}");
}

#[test]
fn a_file_that_is_edited_is_read_again_and_a_fault_leaves_the_effect_as_it_was() {
    let mut stage = stage();
    let (track, script) = stage.live(EffectStack::new().with(Redden { amount: 0.2 }));
    script.solid([100, 100, 100]);
    script.frame();
    let red = |stage: &mut Stage, expected: u8| {
        stage.until("the edited effect", |stage| {
            let pixel = stage.shoot(GrabFrame(track)).pixel(9, 9)?;
            (pixel[0].abs_diff(expected) <= 3).then_some(())
        });
    };
    red(&mut stage, 151);

    // Bevy does this when the file changes.
    let handle = stage.app.world().resource::<AssetServer>().load::<Shader>("shaders/redden.wgsl");
    let write = |stage: &mut Stage, line: &str| {
        let text = format!(
            "struct Params {{ amount: f32 }}
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {{
    {line}
}}"
        );
        let shader = Shader::from_wgsl(text, "shaders/redden.wgsl");
        let _ = stage.app.world_mut().resource_mut::<Assets<Shader>>().insert(&handle, shader);
    };
    write(&mut stage, "return vec4(params.amount, color.gba);");
    red(&mut stage, 51);
    write(&mut stage, "return vec4(params.amount, color.gba;");
    let message = fault(&mut stage, track, "redden");
    assert!(message.starts_with("redden: shaders/redden.wgsl:3: "), "{message}");
    stage.steps(5);
    red(&mut stage, 51);
    write(&mut stage, "return vec4(2.0 * params.amount, color.gba);");
    red(&mut stage, 102);
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
        stage.shoot(GrabFrame(track)).pixel(9, 9).expect("a pixel")
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
    assert_eq!(bevy_viewfinder::internal::plan(&kinds).len(), 1);
    let (_, pixel) = through(&mut stage, stack);
    assert!(pixel[0].abs_diff(100) <= 3, "{pixel:?}");
}
