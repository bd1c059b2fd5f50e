//! The WGSL of apps' effects: read, checked, and linked with another.

use std::sync::OnceLock;

use bevy_viewfinder::{
    effect::EffectKind,
    internal::{Linker, WgslFault, WgslModule, WgslParameters, check_wgsl, read_effect},
};
use naga::{
    front::wgsl,
    valid::{Capabilities, ValidationFlags, Validator},
};

use super::Outcome;

/// Another effect of the same pass, with names that many effects have.
const OTHER: &str = "struct Params { amount: f32 }
const SCALE = 2.0;
fn helper(x: f32) -> f32 { return x * SCALE; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return color * helper(params.amount);
}
";

fn other() -> &'static WgslModule {
    static OTHER_MODULE: OnceLock<WgslModule> = OnceLock::new();
    OTHER_MODULE.get_or_init(|| {
        let module = read_effect(OTHER.into()).expect("it is right");
        check_wgsl(&module, EffectKind::Color, &WgslParameters { fields: &[], size: 4 })
            .expect("it is right");
        module
    })
}

pub(super) fn run(data: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(data) else { return Outcome::Refused };
    let module = match read_effect(text.to_owned().into()) {
        Ok(module) => module,
        Err(fault) => {
            check_fault(text, &fault);
            return Outcome::Refused;
        }
    };
    // Effects with this parameter share it with Rust.
    let fields: &[_] = if text.contains("amount") { &[("amount", Some("f32"))] } else { &[] };
    match checked(&module, kind_of(text), fields) {
        Ok(()) => {
            let other = other();
            let linker = Linker::new([&module, other, &module]);
            let (params, others) = (linker.name(&module, "Params"), linker.name(other, "Params"));
            let linked = linker.link(&format!(
                "@group(0) @binding(0) var<uniform> viewfinder_one: {params};\n\
                 @group(0) @binding(1) var<uniform> viewfinder_two: {others};\n"
            ));
            let parsed = wgsl::parse_str(&linked)
                .unwrap_or_else(|error| panic!("{}\n{linked}", error.emit_to_string(&linked)));
            Validator::new(ValidationFlags::all(), Capabilities::empty())
                .validate(&parsed)
                .unwrap_or_else(|error| panic!("{error:?}\n{linked}"));
        }
        Err(fault) => check_fault(text, &fault),
    }
    Outcome::Accepted
}

/// Checks an effect, whatever the size of its parameters is.
fn checked(
    module: &WgslModule,
    kind: EffectKind,
    fields: &[(&str, Option<&'static str>)],
) -> Result<(), WgslFault> {
    let with_size = |size| check_wgsl(module, kind, &WgslParameters { fields, size });
    let fault = match with_size(4) {
        Err(fault) => fault,
        Ok(()) => return Ok(()),
    };
    // The fault says the size.
    let size = fault
        .message
        .strip_prefix("`struct Params` has ")
        .and_then(|rest| rest.split(' ').next()?.parse().ok());
    size.map_or(Err(fault), with_size)
}

/// The kind of effect that a text seems to be.
fn kind_of(text: &str) -> EffectKind {
    let has = |part: &str| text.contains(part);
    match (has("texture_2d<f32>"), has("source: vec4<f32>")) {
        (true, true) => EffectKind::CompositeWithSource,
        (true, false) => EffectKind::Composite,
        (false, true) => EffectKind::WithSource,
        _ if has("-> Temporal") => EffectKind::Temporal,
        _ if has("effect(uv") && has("-> vec2<f32>") && !has("sample") => EffectKind::Warp,
        _ if has("effect(uv") => EffectKind::Spatial { passes: 1 },
        _ => EffectKind::Color,
    }
}

/// A fault is in a line of the effect's own text, and names nothing that isn't there.
fn check_fault(text: &str, fault: &WgslFault) {
    assert!(!fault.message.is_empty());
    let lines = 1 + text.matches(['\n', '\r']).count();
    assert!(
        fault.line.is_none_or(|line| (1..=lines).contains(&(line as usize))),
        "{fault:?} of {lines} lines"
    );
    assert!(!fault.message.contains("_fx") || text.contains("_f"), "{fault:?}");
}
