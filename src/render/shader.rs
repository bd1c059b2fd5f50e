//! Writes the WGSL of a pass: which effects' functions it calls, in which order, on which uv.

use std::fmt::Write;

use crate::effect::{EffectKind, Pass, PassInput};

/// Where a pass's parameters begin in its uniform buffer: after its context and its view.
pub(super) const HEADER_BYTES: usize = 48;

/// The fragment shader of a pass. `modules` are the import paths of the stack's effects, in the stack's order.
///
/// Warps are evaluated last to first: each says which place of the picture before it is seen. Then the pass's
/// input is read at the place that the first of them gave, and the colours follow, first to last, each with the uv
/// at which its own picture is seen.
pub(super) fn pass_shader(pass: &Pass, modules: &[&str]) -> String {
    let mut imports =
        String::from("#import bevy_viewfinder::effect::Context\n#import bevy_viewfinder::pass::finish\n");
    let mut fields = String::new();
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
    for (index, name) in names.iter().enumerate() {
        let _ = writeln!(fields, "    @align(16) parameters_{index}: {name}::Params,");
    }

    let mut input = match pass.input {
        PassInput::Camera => {
            imports.push_str("#import bevy_viewfinder::camera::sample_camera\n");
            String::from("sample_camera(uv)")
        }
        PassInput::Previous => {
            imports.push_str("#import bevy_viewfinder::input::sample\n");
            String::from("sample(uv)")
        }
    };
    for (index, (operation, name)) in pass.operations.iter().zip(&names).enumerate().rev() {
        if operation.kind == EffectKind::Warp {
            let _ = writeln!(
                warps,
                "    let uv_{index} = uv;\n    uv = {name}::effect(uv, uniforms.parameters_{index}, uniforms.context);"
            );
        } else {
            let _ = writeln!(warps, "    let uv_{index} = uv;");
        }
    }
    for (index, (operation, name)) in pass.operations.iter().zip(&names).enumerate() {
        match operation.kind {
            EffectKind::Warp => {}
            EffectKind::Color => {
                let _ = writeln!(
                    colors,
                    "    color = saturate({name}::effect(color, uv_{index}, uniforms.parameters_{index}, uniforms.context));"
                );
            }
            EffectKind::Filter { .. } => {
                input =
                    format!("saturate({name}::effect(uv, uniforms.parameters_{index}, uniforms.context))");
            }
        }
    }

    format!(
        "{imports}
struct Uniforms {{
    context: Context,
    // The affine map from the target to the picture: factors and offsets.
    @align(16) view: vec4<f32>,
{fields}}}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;

@fragment
fn fragment(@location(0) screen: vec2<f32>) -> @location(0) vec4<f32> {{
    let view_uv = screen * uniforms.view.xy + uniforms.view.zw;
    var uv = view_uv;
{warps}    var color = {input};
{colors}    return finish(color, view_uv);
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::plan;

    #[test]
    fn warps_run_last_to_first_and_colours_first_to_last() {
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
