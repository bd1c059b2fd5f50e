//! Writes the WGSL of a pass: which effects' functions it calls, in which order, on which uv.

use std::fmt::Write;

use super::layout::InputFormat;
use crate::effect::{EffectKind, Linker, Module, Pass, PassInput};

/// The vertex shader of every pass.
const VERTEX: &str = include_str!("../../shaders/vertex.wgsl");

/// Where a pass's parameters begin in its uniform buffer: after its context and its view.
pub(super) const HEADER_BYTES: usize = 64;

/// What stands before each effect's parameters: what the pass must know of the effect's own picture, or nothing. Being a
/// `vec4`, it has the parameters begin at a multiple of 16 bytes; `@align` would be lost on the way to WebGPU.
pub(super) const INFO_BYTES: usize = 16;

/// Where the pictures of effects' own are bound, one after the other.
pub(super) const FIRST_IMAGE: u32 = 9;

/// The shaders of a pass: finished WGSL without directives. `effects` are those of the stack, `format` is that of the
/// track's frames, and an sRGB target encodes what it is given.
///
/// Warps are evaluated last to first: each says which place of the frame before it is seen. Then the pass's
/// input is read at the place that the first of them gave, and the colors follow, first to last, each with the uv
/// at which its own frame is seen.
pub(super) fn pass_shader(pass: &Pass, effects: &[&Module], format: InputFormat, is_srgb: bool) -> String {
    let mut fields = String::new();
    let mut bindings = String::new();
    let mut warps = String::new();
    let mut colors = String::new();

    let linker = Linker::new(pass.operations.iter().map(|operation| effects[operation.effect]));
    let operations = || {
        let named = pass.operations.iter().map(|operation| {
            let name = |name| linker.name(effects[operation.effect], name);
            (operation, name("effect"), name("Params"))
        });
        named.enumerate()
    };

    let mut input = match pass.input {
        PassInput::Source => String::from("sample_camera(uv)"),
        PassInput::Previous => String::from("sample(uv)"),
    };
    for (index, (operation, effect, _)) in operations().rev() {
        let _ = writeln!(warps, "    let uv_{index} = uv;");
        if operation.kind == EffectKind::Warp {
            let _ = writeln!(warps, "    uv = {effect}(uv, uniforms.parameters_{index}, uniforms.context);");
        }
    }
    let (mut result, mut history) = ("", "");
    let mut image_binding = FIRST_IMAGE;
    for (index, (operation, effect, params)) in operations() {
        let parameters = format!("uniforms.parameters_{index}, uniforms.context");
        match operation.kind {
            EffectKind::Warp => {}
            EffectKind::Color => {
                let _ = writeln!(colors, "    color = saturate({effect}(color, uv_{index}, {parameters}));");
            }
            EffectKind::WithSource => {
                let _ = writeln!(
                    colors,
                    "    color = saturate({effect}(color, uv_{index}, {parameters}, sample_camera(uv_{index})));"
                );
            }
            EffectKind::Composite => {
                let _ = writeln!(
                    bindings,
                    "@group(0) @binding({image_binding}) var image_{index}: texture_2d<f32>;"
                );
                image_binding += 1;
                let _ = writeln!(
                    colors,
                    "    if uniforms.info_{index}.w > 0.0 {{
        let info = ImageInfo(uniforms.info_{index}.xy, u32(uniforms.info_{index}.z), 1u);
        color = saturate({effect}(color, uv_{index}, {parameters}, image_{index}, info));
    }}"
                );
            }
            EffectKind::Temporal => {
                result = "    @location(1) history: vec4<f32>,\n";
                // Half precision has no more, and what isn't a number must not stay for ever.
                history = ", clamp(temporal.history, vec4(-65504.0), vec4(65504.0))";
                let _ = writeln!(
                    colors,
                    "    let temporal = {effect}(color, uv_{index}, {parameters});
    color = saturate(temporal.shown);"
                );
            }
            EffectKind::Spatial { .. } => input = format!("saturate({effect}(uv, {parameters}))"),
        }
        let _ = writeln!(fields, "    info_{index}: vec4<f32>,\n    parameters_{index}: {params},");
    }

    let finish = if is_srgb { "finish_srgb" } else { "finish" };
    let camera = if pass.reads_source() { format.camera_wgsl() } else { String::new() };
    linker.link(&format!(
        "{VERTEX}
{camera}
struct Uniforms {{
    context: Context,
    // The affine map from the target to the picture: factors and offsets.
    view: vec4<f32>,
{fields}}}

struct Result {{
    @location(0) shown: vec4<f32>,
{result}}}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
{bindings}
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

#[cfg(test)]
mod tests {
    use naga::{
        front::wgsl,
        valid::{Capabilities, ValidationFlags, Validator},
    };

    use super::*;
    use crate::{
        effect::{plan, read_effect},
        frame::PixelFormat,
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

    /// The text of a pass, which has to be valid.
    fn text(pass: &Pass, effects: &[&Module], format: InputFormat, is_srgb: bool) -> String {
        let text = pass_shader(pass, effects, format, is_srgb);
        let module = wgsl::parse_str(&text).unwrap_or_else(|error| panic!("{}", error.emit_to_string(&text)));
        Validator::new(ValidationFlags::all(), Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&text)));
        // What is bound is what the layout has, whatever is used of it.
        let bound: Vec<_> = module
            .global_variables
            .iter()
            .filter_map(|(_, variable)| Some(variable.binding.as_ref()?.binding))
            .collect();
        assert_eq!(bound.contains(&2), pass.reads_source());
        assert!(!bound.contains(&6) || pass.input == PassInput::Previous);
        text
    }

    #[test]
    fn warps_run_last_to_first_and_colors_first_to_last() {
        let passes = plan(&[EffectKind::Warp, EffectKind::Color, EffectKind::Warp, EffectKind::Color]);
        let text = text(&passes[0], &[&warp(), &color(), &warp(), &color()], IMAGE, false);
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing in\n{text}"));
        assert!(place("= effect_fx2(uv,") < place("= effect_fx0(uv,"));
        assert!(place("= effect_fx0(uv,") < place("= sample_camera(uv)"));
        assert!(place("= sample_camera(uv)") < place("effect_fx1(color, uv_1"));
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
