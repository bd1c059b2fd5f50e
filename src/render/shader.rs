//! Writes the WGSL of a pass: the effects' functions that it calls, in their order, and the uv of each.

use super::{
    bindings::{FIRST_IMAGE, UNIFORMS},
    layout::InputFormat,
};
use crate::effect::{EffectKind, Linker, Module, Pass, PassInput};

/// The vertex shader of every pass.
const VERTEX: &str = include_str!("../../shaders/vertex.wgsl");

/// The fragment shader of taps.
const TAP: &str = include_str!("../../shaders/tap.wgsl");

/// The values of the uniform `TapUniforms` of `tap.wgsl`.
pub(super) const TAP_FLOATS: usize = 8;

/// The values of the uniform `Camera` of `camera.wgsl`.
pub(super) const CAMERA_FLOATS: usize = 40;

/// Bytes of the uniform `Camera`.
pub(super) const CAMERA_BYTES: usize = CAMERA_FLOATS * 4;

/// The offset of a pass's parameters in its uniform buffer: the size of its context and its view.
pub(super) const HEADER_BYTES: usize = 64;

/// The bytes before each effect's parameters: size, encoding and presence of the effect's own image, or zeros. The
/// presence is 1, or -1 for an image that isn't there although a component provides it: the effect is called then, too.
/// Being a `vec4`, they align the parameters at 16 bytes; the attribute `@align` doesn't reach WebGPU.
pub(super) const INFO_BYTES: usize = 16;

/// An effect's part in a pass.
struct Call {
    /// The index of the operation in the pass.
    index: usize,
    kind: EffectKind,
    /// The linked names of the effect's function and of its struct of parameters.
    function: String,
    params: String,
}

impl Call {
    /// The fields of the pass's uniforms.
    fn fields(&self) -> String {
        let Self { index, params, .. } = self;
        format!("    info_{index}: vec4<f32>,\n    parameters_{index}: {params},\n")
    }

    /// The arguments that every effect's function has.
    fn arguments(&self) -> String {
        format!("uniforms.parameters_{}, uniforms.context", self.index)
    }

    /// Keeps the uv at which the effect sees its input, and moves it if the effect is a warp.
    fn warp(&self) -> String {
        let Self { index, function, .. } = self;
        let kept = format!("    let uv_{index} = uv;\n");
        match self.kind {
            EffectKind::Warp => format!("{kept}    uv = {function}(uv, {});\n", self.arguments()),
            _ => kept,
        }
    }

    /// Changes the color. A filter gives the pass its first color and changes none.
    fn color(&self) -> String {
        let Self { index, function, .. } = self;
        let call = format!("{function}(color, uv_{index}, {}", self.arguments());
        match self.kind {
            EffectKind::Warp | EffectKind::Spatial { .. } => String::new(),
            EffectKind::Color => format!("    color = saturate({call}));\n"),
            EffectKind::WithSource => format!("    color = saturate({call}, sample_camera(uv_{index})));\n"),
            EffectKind::Composite | EffectKind::CompositeWithSource => {
                let source = match self.kind.has_source() {
                    true => format!(", sample_camera(uv_{index})"),
                    false => String::new(),
                };
                format!(
                    "    if uniforms.info_{index}.w != 0.0 {{
        let info = ImageInfo(uniforms.info_{index}.xy, u32(uniforms.info_{index}.z),
            u32(uniforms.info_{index}.w > 0.0));
        color = saturate({call}{source}, image_{index}, info));
    }}\n"
                )
            }
            EffectKind::Temporal => format!(
                "    let temporal = {call});
    color = saturate(temporal.shown);\n"
            ),
        }
    }
}

/// The vertex and fragment shader of a pass: complete WGSL without directives. `effects` are those of the stack,
/// `format` is that of the track's frames; an sRGB target encodes the values that are written to it.
///
/// Warps are evaluated last to first: each returns the place of its input that is seen. Then the pass's input is read
/// at the place that the first warp returned, and the colors follow, first to last, each with the uv of its own input.
pub(super) fn pass_shader(pass: &Pass, effects: &[&Module], format: InputFormat, is_srgb: bool) -> String {
    let linker = Linker::new(pass.operations.iter().map(|operation| effects[operation.effect]));
    let calls = pass.operations.iter().enumerate().map(|(index, operation)| {
        let name = |name| linker.name(effects[operation.effect], name);
        Call { index, kind: operation.kind, function: name("effect"), params: name("Params") }
    });
    let calls: Vec<Call> = calls.collect();

    let fields: String = calls.iter().map(Call::fields).collect();
    let composed = calls.iter().filter(|call| call.kind.has_image());
    let images = (FIRST_IMAGE..).zip(composed).map(|(binding, Call { index, .. })| {
        format!("@group(0) @binding({binding}) var image_{index}: texture_2d<f32>;\n")
    });
    let images: String = images.collect();
    let warps: String = calls.iter().rev().map(Call::warp).collect();
    let filter = calls.iter().find(|call| matches!(call.kind, EffectKind::Spatial { .. }));
    let input = match (filter, pass.input) {
        (Some(filter), _) => format!("saturate({}(uv, {}))", filter.function, filter.arguments()),
        (None, PassInput::Source) => "sample_camera_mean(uv, dpdx(uv), dpdy(uv))".into(),
        (None, PassInput::Previous) => "sample(uv)".into(),
    };
    let colors: String = calls.iter().map(Call::color).collect();
    // Half precision has these limits, and NaN must not stay in the history for ever.
    let (history_field, history) = if pass.has_history() {
        ("    @location(1) history: vec4<f32>,\n", ", clamp(temporal.history, vec4(-65504.0), vec4(65504.0))")
    } else {
        ("", "")
    };
    let finish = if is_srgb { "finish_srgb" } else { "finish" };
    let camera = if pass.reads_source() { format.camera_wgsl() } else { String::new() };
    linker.link(&format!(
        "{VERTEX}
{camera}
struct Uniforms {{
    context: Context,
    // The affine map from the target to the frame: factors and offsets.
    view: vec4<f32>,
{fields}}}

struct Result {{
    @location(0) shown: vec4<f32>,
{history_field}}}

@group(0) @binding({UNIFORMS}) var<uniform> uniforms: Uniforms;
{images}
@fragment
fn fragment(@location(0) screen: vec2<f32>) -> Result {{
    let view_uv = screen * uniforms.view.xy + uniforms.view.zw;
    var uv = view_uv;
{warps}    var color = {input};
{colors}    return Result({finish}(color, view_uv){history});
}}
"
    ))
}

/// The vertex and fragment shader of a tap, as [`pass_shader`] without effects: the frame, upright and cropped, at the
/// tap's size. With `luma` four pixels go into one texel.
pub(super) fn tap_shader(format: InputFormat, luma: bool) -> String {
    let camera = format.camera_wgsl();
    let color = if luma { "tap_luma" } else { "tap_rgba" };
    Linker::new([]).link(&format!(
        "{VERTEX}
{camera}
{TAP}
@fragment
fn fragment(@location(0) screen: vec2<f32>) -> @location(0) vec4<f32> {{
    return {color}(screen);
}}
"
    ))
}

#[cfg(test)]
mod tests {
    use naga::{
        Type, TypeInner,
        front::wgsl,
        valid::{Capabilities, ValidationFlags, Validator},
    };

    use super::*;
    use crate::{
        effect::{plan, read_effect},
        frame::PixelFormat,
        render::bindings::{CAMERA, HISTORY, ORIGINAL, PLANES, PREVIOUS, SAMPLER},
    };

    const IMAGE: InputFormat = InputFormat::Image { linear: false };

    fn effect(signature: &str, body: &str) -> Module {
        let text = format!("struct Params {{ amount: f32 }}\nfn effect({signature} {{ {body} }}\n");
        read_effect(text.into()).expect("it can be read")
    }

    fn warp() -> Module {
        effect("uv: vec2<f32>, params: Params, context: Context) -> vec2<f32>", "return uv * params.amount;")
    }

    fn color() -> Module {
        effect(
            "color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>",
            "return color * params.amount;",
        )
    }

    fn filter() -> Module {
        effect("uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>", "return sample(uv);")
    }

    /// The module of a text, which has to be valid.
    fn valid(text: &str) -> naga::Module {
        let module = wgsl::parse_str(text).unwrap_or_else(|error| panic!("{}", error.emit_to_string(text)));
        Validator::new(ValidationFlags::all(), Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(text)));
        module
    }

    /// The bytes of a struct of a module.
    fn bytes_of(module: &naga::Module, name: &str) -> Option<usize> {
        module.types.iter().find_map(|(_, kind)| match kind {
            Type { name: Some(known), inner: TypeInner::Struct { span, .. } } if known == name => {
                Some(*span as usize)
            }
            _ => None,
        })
    }

    /// The text of a pass, which has to be valid.
    fn text(pass: &Pass, effects: &[&Module], format: InputFormat, is_srgb: bool) -> String {
        let text = pass_shader(pass, effects, format, is_srgb);
        let module = valid(&text);
        assert_eq!(bytes_of(&module, "Camera"), pass.reads_source().then_some(CAMERA_BYTES));
        for (_, variable) in module.global_variables.iter() {
            let Some(binding) = variable.binding.as_ref().map(|binding| binding.binding) else { continue };
            let expected = match variable.name.as_deref().unwrap_or_default() {
                "uniforms" => UNIFORMS..=UNIFORMS,
                "camera" => CAMERA..=CAMERA,
                "plane_0" => PLANES[0]..=PLANES[0],
                "plane_1" => PLANES[1]..=PLANES[1],
                "plane_2" => PLANES[2]..=PLANES[2],
                "linear_sampler" => SAMPLER..=SAMPLER,
                "input_texture" => PREVIOUS..=PREVIOUS,
                "history_texture" => HISTORY..=HISTORY,
                "original_texture" => ORIGINAL..=ORIGINAL,
                name if name.starts_with("image_") => FIRST_IMAGE..=u32::MAX,
                name => panic!("{name} is bound and not known here"),
            };
            assert!(expected.contains(&binding), "{:?} is bound at {binding}", variable.name);
            // The layout of a pass has no more bindings than these.
            assert!(binding != PLANES[0] || pass.reads_source());
            assert!(binding != PREVIOUS || pass.input == PassInput::Previous);
            assert!(binding != HISTORY || pass.has_history());
            assert!(binding != ORIGINAL || pass.spatial_pass().is_some());
        }
        text
    }

    #[test]
    fn warps_run_last_to_first_and_colors_first_to_last() {
        let passes = plan(&[EffectKind::Warp, EffectKind::Color, EffectKind::Warp, EffectKind::Color]);
        let text = text(&passes[0], &[&warp(), &color(), &warp(), &color()], IMAGE, false);
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing in\n{text}"));
        assert!(place("= effect_fx2(uv,") < place("= effect_fx0(uv,"));
        assert!(place("= effect_fx0(uv,") < place("= sample_camera_mean(uv,"));
        assert!(place("= sample_camera_mean(uv,") < place("effect_fx1(color, uv_1"));
        assert!(place("effect_fx1(color, uv_1") < place("effect_fx3(color, uv_3"));
    }

    #[test]
    fn one_effect_is_linked_once_however_often_it_stands_in_the_stack() {
        let passes = plan(&[EffectKind::Color; 32]);
        let text = text(&passes[0], &[&color(); 32], IMAGE, false);
        assert_eq!(text.matches("fn effect_fx0(").count(), 1);
        assert_eq!(text.matches("saturate(effect_fx0(").count(), 32);
    }

    #[test]
    fn a_filter_reads_the_pass_before_by_itself() {
        let passes = plan(&[EffectKind::Spatial { passes: 1 }, EffectKind::Color]);
        let text = text(&passes[1], &[&filter(), &color()], IMAGE, false);
        assert!(text.contains("var color = saturate(effect_fx0(uv, uniforms.parameters_0"));
        assert!(!text.contains("sample_camera"));
    }

    #[test]
    fn every_format_and_target_is_valid_and_has_no_directives() {
        let frames = PixelFormat::ALL.iter().copied().map(InputFormat::Frame);
        for format in frames.chain([IMAGE, InputFormat::Image { linear: true }]) {
            for is_srgb in [false, true] {
                let text = text(&plan(&[])[0], &[], format, is_srgb);
                assert!(!text.contains('#'), "Bevy 0.19 would read {format:?} as directives: {text}");
            }
        }
    }

    #[test]
    fn taps_of_every_format_are_valid_and_have_the_bindings_of_a_pass_without_effects() {
        let frames = PixelFormat::ALL.iter().copied().map(InputFormat::Frame);
        for format in frames.chain([IMAGE, InputFormat::Image { linear: true }]) {
            for luma in [false, true] {
                let text = tap_shader(format, luma);
                let module = valid(&text);
                assert_eq!(bytes_of(&module, "Camera"), Some(CAMERA_BYTES));
                assert_eq!(bytes_of(&module, "TapUniforms"), Some(TAP_FLOATS * 4));
                let bindings = module.global_variables.iter().filter_map(|(_, known)| known.binding);
                let allowed = [&[UNIFORMS, CAMERA, SAMPLER][..], &PLANES].concat();
                for binding in bindings {
                    assert!(allowed.contains(&binding.binding), "{binding:?} of {format:?}");
                }
                assert!(!text.contains('#'), "Bevy 0.19 would read {format:?} as directives: {text}");
            }
        }
    }

    #[cfg(feature = "effects")]
    #[test]
    fn all_builtin_effects_are_valid_together() {
        use crate::effect::{
            EffectRegistry, EffectShader, builtin::BuiltinEffectsPlugin, read_builtin_effect,
        };

        let mut app = bevy::app::App::new();
        app.add_plugins(BuiltinEffectsPlugin);
        let registry = app.world().resource::<EffectRegistry>();
        let kinds: Vec<_> = registry.iter().map(|effect| effect.kind).collect();
        let modules: Vec<_> = registry
            .iter()
            .map(|effect| match effect.shader {
                EffectShader::Wgsl(text) => read_builtin_effect(text.into()).expect("it can be read"),
                EffectShader::Path(_) => panic!("{} isn't in the program", effect.name),
            })
            .collect();
        let modules: Vec<_> = modules.iter().collect();
        for pass in plan(&kinds) {
            text(&pass, &modules, InputFormat::Frame(PixelFormat::Nv12), true);
        }
    }
}
