//! Writes the WGSL of a pass: which effects' functions it calls, in which order, on which uv.

use std::fmt::Write;

use bevy::prelude::*;

use crate::effect::{EffectKind, MODULES, Pass, PassInput};

/// The shaders that every pass is made of, kept alive.
#[derive(Resource, Debug)]
pub(super) struct ShaderLibrary {
    pub vertex: Handle<Shader>,
    #[expect(dead_code, reason = "held so that it can be imported")]
    imported: Vec<Handle<Shader>>,
}

impl ShaderLibrary {
    pub fn new(shaders: &mut Assets<Shader>) -> Self {
        let mut add =
            |name, text| shaders.add(Shader::from_wgsl(text, format!("bevy_viewfinder/shaders/{name}.wgsl")));
        Self {
            vertex: add("pass", include_str!("../../shaders/pass.wgsl")),
            imported: MODULES.map(|(name, text)| add(name, text)).into(),
        }
    }
}

/// Where a pass's parameters begin in its uniform buffer: after its context and its view.
pub(super) const HEADER_BYTES: usize = 64;

/// What stands before each effect's parameters: what the pass must know of the effect's own picture, or nothing. Being a
/// `vec4`, it has the parameters begin at a multiple of 16 bytes; `@align` would be lost on the way to WebGPU.
pub(super) const INFO_BYTES: usize = 16;

/// Where the pictures of effects' own are bound, one after the other.
pub(super) const FIRST_IMAGE: u32 = 9;

/// The fragment shader of a pass. `modules` are the import paths of the stack's effects, in the stack's order.
///
/// Warps are evaluated last to first: each says which place of the picture before it is seen. Then the pass's
/// input is read at the place that the first of them gave, and the colors follow, first to last, each with the uv
/// at which its own picture is seen.
pub(super) fn pass_shader(pass: &Pass, modules: &[&str]) -> String {
    let mut imports =
        String::from("#import bevy_viewfinder::effect::Context\n#import bevy_viewfinder::pass::finish\n");
    let mut fields = String::new();
    let mut bindings = String::new();
    let mut warps = String::new();
    let mut colors = String::new();

    // Effects of one type share a module, and two imports of one module under two names would clash.
    let mut imported: Vec<&str> = Vec::new();
    let names: Vec<String> = pass
        .operations
        .iter()
        .map(|operation| {
            let module = modules[operation.effect];
            let index = imported.iter().position(|known| *known == module).unwrap_or_else(|| {
                let _ = writeln!(imports, "#import {module} as fx{}", imported.len());
                imported.push(module);
                imported.len() - 1
            });
            format!("fx{index}")
        })
        .collect();

    if pass.sees_camera() {
        imports.push_str("#import bevy_viewfinder::camera::sample_camera\n");
    }
    if pass.composed().next().is_some() {
        imports.push_str("#import bevy_viewfinder::image::ImageInfo\n");
    }
    let mut input = match pass.input {
        PassInput::Camera => String::from("sample_camera(uv)"),
        PassInput::Previous => {
            imports.push_str("#import bevy_viewfinder::input::sample\n");
            String::from("sample(uv)")
        }
    };
    for (index, (operation, name)) in pass.operations.iter().zip(&names).enumerate().rev() {
        let _ = writeln!(warps, "    let uv_{index} = uv;");
        if operation.kind == EffectKind::Warp {
            let _ = writeln!(
                warps,
                "    uv = {name}::effect(uv, uniforms.parameters_{index}, uniforms.context);"
            );
        }
    }
    let (mut result, mut kept) = ("", "");
    let mut image_binding = FIRST_IMAGE;
    for (index, (operation, name)) in pass.operations.iter().zip(&names).enumerate() {
        let parameters = format!("uniforms.parameters_{index}, uniforms.context");
        match operation.kind {
            EffectKind::Warp => {}
            EffectKind::Color => {
                let _ = writeln!(
                    colors,
                    "    color = saturate({name}::effect(color, uv_{index}, {parameters}));"
                );
            }
            EffectKind::Compare => {
                let _ = writeln!(
                    colors,
                    "    color = saturate({name}::effect(color, uv_{index}, {parameters}, sample_camera(uv_{index})));"
                );
            }
            EffectKind::Compose => {
                let _ = writeln!(
                    bindings,
                    "@group(0) @binding({image_binding}) var image_{index}: texture_2d<f32>;"
                );
                image_binding += 1;
                let _ = writeln!(
                    colors,
                    "    if uniforms.info_{index}.w > 0.0 {{
        let info = ImageInfo(uniforms.info_{index}.xy, u32(uniforms.info_{index}.z), 1u);
        color = saturate({name}::effect(color, uv_{index}, {parameters}, image_{index}, info));
    }}"
                );
            }
            EffectKind::Temporal => {
                result = "    @location(1) kept: vec4<f32>,\n";
                // Half precision has no more, and what isn't a number must not stay for ever.
                kept = ", clamp(temporal.kept, vec4(-65504.0), vec4(65504.0))";
                let _ = writeln!(
                    colors,
                    "    let temporal = {name}::effect(color, uv_{index}, {parameters});
    color = saturate(temporal.shown);"
                );
            }
            EffectKind::Filter { .. } => input = format!("saturate({name}::effect(uv, {parameters}))"),
        }
        let _ = writeln!(fields, "    info_{index}: vec4<f32>,\n    parameters_{index}: {name}::Params,");
    }

    format!(
        "{imports}
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
{colors}    return Result(finish(color, view_uv){kept});
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::plan;

    #[test]
    fn warps_run_last_to_first_and_colors_first_to_last() {
        let passes = plan(&[EffectKind::Warp, EffectKind::Color, EffectKind::Warp, EffectKind::Color]);
        let text = pass_shader(&passes[0], &["a", "b", "c", "d"]);
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing in\n{text}"));
        assert!(place("fx2::effect(uv,") < place("fx0::effect(uv,"));
        assert!(place("fx0::effect(uv,") < place("sample_camera(uv)"));
        assert!(place("sample_camera(uv)") < place("fx1::effect(color, uv_1"));
        assert!(place("fx1::effect(color, uv_1") < place("fx3::effect(color, uv_3"));
    }

    #[test]
    fn one_module_is_imported_once_however_often_it_stands_in_the_stack() {
        let passes = plan(&[EffectKind::Color; 32]);
        let text = pass_shader(&passes[0], &["same"; 32]);
        assert_eq!(text.matches("#import same as").count(), 1);
        assert_eq!(text.matches("fx0::effect").count(), 32);
    }

    #[test]
    fn a_filter_reads_the_pass_before_by_itself() {
        let passes = plan(&[EffectKind::Filter { passes: 1 }, EffectKind::Color]);
        let text = pass_shader(&passes[1], &["blur", "tint"]);
        assert!(text.contains("var color = saturate(fx0::effect(uv, uniforms.parameters_0"));
        assert!(!text.contains("sample_camera"));
    }
}
