//! Whether an effect compiles, and fits its kind and its parameters.

use std::error::Error;

use naga::{
    Function, Handle, ImageClass, ImageDimension, ScalarKind, Span, StructMember, Type, TypeInner,
    front::wgsl,
    proc::Layouter,
    valid::{Capabilities, FunctionInfo, ShaderStages, ValidationFlags, Validator},
};

use super::{Fault, Linker, Module, link::Linked};
use crate::effect::EffectKind;

/// The most structs within each other in a field of the parameters.
/// [WebGL](https://registry.khronos.org/webgl/specs/latest/1.0/#6.26) allows four in a uniform: the block of GLSL, the
/// struct of all parameters of a pass, an effect's parameters, and one more.
const MEMBER_LEVELS: usize = 1;

/// Where a struct in a uniform buffer may begin.
const UNIFORM_ALIGNMENT: u32 = 16;

/// An effect's parameters as Rust has them.
#[derive(Debug)]
pub struct Parameters<'a> {
    /// The reflected fields: names and WGSL types, which are `None` for types that aren't known here.
    pub fields: &'a [(&'a str, Option<&'static str>)],
    /// Bytes of the struct in a uniform buffer.
    pub size: u64,
}

/// The name and the WGSL type of an argument.
type Argument = (&'static str, &'static str);

/// The arguments and the result of `fn effect`.
fn signature(kind: EffectKind) -> (&'static [Argument], &'static str) {
    const UV: Argument = ("uv", "vec2<f32>");
    const COLOR: Argument = ("color", "vec4<f32>");
    const PARAMS: Argument = ("params", "Params");
    const CONTEXT: Argument = ("context", "Context");
    const SOURCE: Argument = ("source", "vec4<f32>");
    const IMAGE: Argument = ("image", "texture_2d<f32>");
    const INFO: Argument = ("info", "ImageInfo");
    match kind {
        EffectKind::Warp => (&[UV, PARAMS, CONTEXT], "vec2<f32>"),
        EffectKind::Spatial { .. } => (&[UV, PARAMS, CONTEXT], "vec4<f32>"),
        EffectKind::Color => (&[COLOR, UV, PARAMS, CONTEXT], "vec4<f32>"),
        EffectKind::WithSource => (&[COLOR, UV, PARAMS, CONTEXT, SOURCE], "vec4<f32>"),
        EffectKind::Composite => (&[COLOR, UV, PARAMS, CONTEXT, IMAGE, INFO], "vec4<f32>"),
        EffectKind::CompositeWithSource => (&[COLOR, UV, PARAMS, CONTEXT, SOURCE, IMAGE, INFO], "vec4<f32>"),
        EffectKind::Temporal => (&[COLOR, UV, PARAMS, CONTEXT], "Temporal"),
    }
}

/// The kind's name, as Rust has it.
fn kind_name(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Warp => "Warp",
        EffectKind::Spatial { .. } => "Spatial",
        EffectKind::Color => "Color",
        EffectKind::WithSource => "WithSource",
        EffectKind::Composite => "Composite",
        EffectKind::CompositeWithSource => "CompositeWithSource",
        EffectKind::Temporal => "Temporal",
    }
}

/// Compiles an effect by itself.
///
/// # Errors
/// Errors of the compiler, a `fn effect` that isn't that of the kind, a `struct Params` that isn't that of Rust, and
/// functions of the library that effects of this kind can't call.
pub fn check(effect: &Module, kind: EffectKind, parameters: &Parameters) -> Result<(), Fault> {
    let linker = Linker::new([effect]);
    let params = linker.name(effect, "Params");
    // Where the parameters will be; nothing is called `viewfinder_*` but this.
    let linked = linker.linked(&format!(
        "struct viewfinder_uniforms {{ info: vec4<f32>, parameters: {params}, }}
@group(0) @binding(0) var<uniform> viewfinder_parameters: viewfinder_uniforms;
"
    ));
    let line_of = |name| effect.declaration(name).map(|declaration| effect.line_of(declaration));
    let fault = |name, message: String| Fault { line: line_of(name), message: linker.own_names(&message) };

    let module = wgsl::parse_str(&linked.text).map_err(|error| {
        let line = error.labels().find_map(|(span, _)| source_line(span, &linked));
        Fault { line, message: linker.own_names(error.message()) }
    })?;
    let info =
        Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module).map_err(|error| {
            // The innermost of what it is about is the shortest.
            let mut spans: Vec<_> = error.spans().filter_map(|(span, _)| span.to_range()).collect();
            spans.sort_by_key(|span| span.len());
            let message = cause(error.as_inner());
            match spans.into_iter().find_map(|span| source_line(Span::from(span), &linked)) {
                Some(line) => Fault::at(line, linker.own_names(&message)),
                None => fault("Params", format!("`struct Params` can't be in a uniform buffer: {message}")),
            }
        })?;

    let name = linker.name(effect, "effect");
    let function = module.functions.iter().find(|(_, function)| function.name.as_ref() == Some(&name));
    let Some((handle, function)) = function else {
        return Err(fault("effect", "there is no `fn effect`: an effect needs one".to_owned()));
    };
    check_signature(&module, function, kind, &params).map_err(|message| {
        let own =
            ["Context", "ImageInfo", "Temporal"].into_iter().find(|name| effect.declaration(name).is_some());
        let hint = own.map_or_else(String::new, |name| {
            format!(". `{name}` is a struct of this file's own: remove it, or copy it from docs/effect.wgsl")
        });
        fault("effect", message + &hint)
    })?;
    check_use(&module, &info[handle], kind).map_err(|message| fault("effect", message))?;
    check_parameters(&module, &params, parameters).map_err(|message| fault("Params", message))
}

/// The line of the effect that a part of the linked text comes from.
fn source_line(span: Span, linked: &Linked) -> Option<u32> {
    let line = span.to_range().map(|_| span.location(&linked.text).line_number)?;
    linked.source(line).map(|(_, line)| line)
}

/// The message of the innermost cause of an error. The outer ones number the compiler's own tables.
fn cause(mut error: &dyn Error) -> String {
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

fn check_signature(
    module: &naga::Module,
    function: &Function,
    kind: EffectKind,
    params: &str,
) -> Result<(), String> {
    let (arguments, result) = signature(kind);
    let is = |ty: Handle<Type>, expected: &str| {
        type_text(module, ty) == if expected == "Params" { params } else { expected }
    };
    let fits = function.arguments.len() == arguments.len()
        && function.arguments.iter().zip(arguments).all(|(found, (_, expected))| is(found.ty, expected))
        && function.result.as_ref().is_some_and(|found| is(found.ty, result));
    if fits {
        return Ok(());
    }
    let arguments: Vec<_> = arguments.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    Err(format!(
        "the function of an effect of the kind {} is `fn effect({}) -> {result}`",
        kind_name(kind),
        arguments.join(", "),
    ))
}

/// Whether a function uses nothing that passes with effects of this kind don't have.
fn check_use(module: &naga::Module, function: &FunctionInfo, kind: EffectKind) -> Result<(), String> {
    for (handle, global) in module.global_variables.iter() {
        let (used, has_it, right) = match global.name.as_deref() {
            Some("input_texture") => ("sample", matches!(kind, EffectKind::Spatial { .. }), "Spatial"),
            Some("original_texture") => {
                ("sample_original", matches!(kind, EffectKind::Spatial { .. }), "Spatial")
            }
            Some("history_texture") => ("sample_history", kind == EffectKind::Temporal, "Temporal"),
            _ => continue,
        };
        if !has_it && !function[handle].is_empty() {
            return Err(format!(
                "`{used}` can be called by an effect of the kind {right}, and this is one of the kind {}",
                kind_name(kind)
            ));
        }
    }
    if !function.available_stages.contains(ShaderStages::FRAGMENT) {
        return Err("it calls a function that fragment shaders can't call, such as a barrier".to_owned());
    }
    Ok(())
}

/// Whether `struct Params` is the Rust struct.
fn check_parameters(module: &naga::Module, params: &str, parameters: &Parameters) -> Result<(), String> {
    let declared = module.types.iter().find_map(|(_, ty)| match &ty.inner {
        TypeInner::Struct { members, span } if ty.name.as_deref() == Some(params) => Some((members, *span)),
        _ => None,
    });
    let Some((members, span)) = declared else {
        return Err("there is no `struct Params`: an effect needs one".to_owned());
    };
    if let Some(deep) = members.iter().find(|member| struct_levels(module, member.ty) > MEMBER_LEVELS) {
        return Err(format!(
            "the field `{}` of `struct Params` is a struct that contains others, and WebGL has no more levels: put their \
             fields into vectors",
            deep.name.as_deref().unwrap_or_default()
        ));
    }
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).map_err(|error| error.to_string())?;

    let mut rest = members.iter();
    let mut shared = Vec::new();
    for (name, ty) in parameters.fields {
        let Some(member) = rest.find(|member| member.name.as_deref() == Some(*name)) else {
            return Err(format!(
                "`struct Params` has no field `{name}` in its place: it needs the fields of the Rust struct in their \
                 order"
            ));
        };
        let found = type_text(module, member.ty);
        if let Some(ty) = ty.filter(|ty| *ty != found) {
            return Err(format!(
                "the field `{name}` of `struct Params` is `{found}`, and in Rust it is `{ty}`"
            ));
        }
        shared.push(member);
    }
    let added = members.iter().find(|member| !shared.iter().any(|known| std::ptr::eq(*known, *member)));
    let hint = added.map_or_else(String::new, |member| {
        format!(": the Rust struct has no field `{}`", member.name.as_deref().unwrap_or_default())
    });
    if u64::from(span) != parameters.size {
        return Err(format!(
            "`struct Params` has {span} bytes, and the Rust struct has {}{hint}",
            parameters.size
        ));
    }
    // Fields may be missing in Rust's reflection, but then their bytes aren't.
    let (_, size) = plain_layout(&shared, &layouter);
    if added.is_some() && u64::from(size) == parameters.size {
        return Err(format!("`struct Params` has a field too many{hint}"));
    }
    let members: Vec<_> = members.iter().collect();
    let (offsets, size) = plain_layout(&members, &layouter);
    let is_plain = members.iter().map(|member| member.offset).eq(offsets)
        && size.next_multiple_of(UNIFORM_ALIGNMENT) == span.next_multiple_of(UNIFORM_ALIGNMENT);
    if !is_plain {
        return Err(
            "`@align` and `@size` in `struct Params` are lost on the way to WebGPU: put fields in between \
                    instead, or arrange them so that none is needed"
                .to_owned(),
        );
    }
    Ok(())
}

/// The number of structs within each other in a type, arrays left out.
fn struct_levels(module: &naga::Module, ty: Handle<Type>) -> usize {
    match &module.types[ty].inner {
        TypeInner::Array { base, .. } => struct_levels(module, *base),
        TypeInner::Struct { members, .. } => {
            1 + members.iter().map(|member| struct_levels(module, member.ty)).max().unwrap_or_default()
        }
        _ => 0,
    }
}

/// Where members begin that have no attributes, and how many bytes there are of them.
fn plain_layout(members: &[&StructMember], layouter: &Layouter) -> (Vec<u32>, u32) {
    let (mut end, mut widest) = (0, 1);
    let mut offsets = Vec::new();
    for member in members {
        let layout = &layouter[member.ty];
        let start = layout.alignment.round_up(end);
        offsets.push(start);
        end = start + layout.size;
        widest = widest.max(layout.alignment.round_up(1));
    }
    (offsets, end.next_multiple_of(widest))
}

/// A type as WGSL writes it, of those that an effect's signature and its parameters have.
fn type_text(module: &naga::Module, ty: Handle<Type>) -> String {
    let scalar = |scalar: naga::Scalar| {
        let letter = match scalar.kind {
            ScalarKind::Float => "f",
            ScalarKind::Sint => "i",
            ScalarKind::Uint => "u",
            _ => return "bool".to_owned(),
        };
        format!("{letter}{}", u32::from(scalar.width) * 8)
    };
    let ty = &module.types[ty];
    match ty.inner {
        TypeInner::Scalar(kind) => scalar(kind),
        TypeInner::Vector { size, scalar: kind } => format!("vec{}<{}>", size as u8, scalar(kind)),
        TypeInner::Matrix { columns, rows, scalar: kind } => {
            format!("mat{}x{}<{}>", columns as u8, rows as u8, scalar(kind))
        }
        TypeInner::Image {
            dim: ImageDimension::D2,
            arrayed: false,
            class: ImageClass::Sampled { kind: ScalarKind::Float, multi: false },
        } => "texture_2d<f32>".to_owned(),
        _ => ty.name.clone().unwrap_or_else(|| "another type".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::wgsl::read_effect;

    const FUNCTION: &str =
        "fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>";

    fn checked(text: &str, kind: EffectKind, parameters: &Parameters) -> Result<(), Fault> {
        check(&read_effect(text.to_owned().into())?, kind, parameters)
    }

    /// The fault of a color effect of one parameter that has these lines from line 3 on.
    #[track_caller]
    fn fault(lines: &str) -> Fault {
        let text = format!("struct Params {{ amount: f32 }}\n{FUNCTION} {{\n{lines}");
        checked(&text, EffectKind::Color, &Parameters { fields: &[], size: 4 }).expect_err("it has a fault")
    }

    #[test]
    fn a_fault_has_its_line() {
        for (lines, line) in [
            ("\n\n\n\n    let x = 1.0 +;\n    return color;\n}", 7),
            ("    /* a\n    comment */\n\n    // and another\n    let x = 1.0 +; return color;\n}", 7),
            ("\r\n\r\n\r\n\r\n    return colr;\r\n}", 7),
            ("    return color;\n}\nfn helper(x: f32) -> f32 {\n\n    return x.y;\n}", 7),
            ("\n\n\n\n    let a = vec4(1.0;\n    return color;\n}", 7),
            ("    return color;\n}\n\n\nfn helper() -> f32 {\n", 7),
            ("    return color;\n}\n\n\nconst a: u32 = -1;", 7),
            ("    return color;\n}\n\n\nlet a = 3;", 7),
            ("    return color;\n}\n\n\n#import bevy_pbr::x", 7),
            ("    return color;\n}\n\n\n}", 7),
            ("    return color;\n}\n\n\nfn effect() {}", 7),
        ] {
            let fault = fault(lines);
            assert_eq!(fault.line, Some(line), "{lines}\n{}", fault.message);
        }
        let message = fault("    return colr;\n}").in_file("shaders/glow.wgsl").to_string();
        assert!(message.starts_with("shaders/glow.wgsl:3: ") && message.contains("`colr`"), "{message}");
    }

    #[test]
    fn parameters_have_no_more_levels_than_webgl_has() {
        let check_field = |ty: &str, size| {
            let text = format!(
                "struct Inner {{ a: vec4<f32> }} struct Outer {{ b: array<Inner, 2> }} struct Params {{ c: {ty} }}\n\
                 {FUNCTION} {{ return color; }}"
            );
            checked(&text, EffectKind::Color, &Parameters { fields: &[], size })
        };
        check_field("Inner", 16).expect("one level");
        check_field("array<Inner, 2>", 32).expect("one level");
        let fault = check_field("Outer", 32).expect_err("two levels");
        assert!(fault.message.contains("`c`") && fault.message.contains("WebGL"), "{}", fault.message);
    }

    #[test]
    fn a_fault_has_the_names_of_the_file() {
        let fault = fault("    return color;\n}\nfn effect() {}\n");
        assert!(fault.message.contains("`effect`"), "{}", fault.message);
    }

    #[test]
    fn what_an_effect_cannot_have_is_named() {
        for (declaration, named) in [
            ("@group(0) @binding(0) var mine: texture_2d<f32>;", "bindings"),
            ("var<storage> mine: array<f32>;", "bindings"),
            ("var<workgroup> mine: f32;", "bindings"),
            ("@fragment fn main() {}", "`@fragment`"),
            ("@compute @workgroup_size(1) fn main() {}", "`@compute`"),
            ("@id(3) override SIZE: f32;", "`override`"),
            ("enable f16;", "`enable`"),
            ("requires pointer_composite_access;", "`requires`"),
            ("diagnostic(off, derivative_uniformity);", "`diagnostic`"),
        ] {
            let fault = fault(&format!("    return color;\n}}\n{declaration}"));
            assert_eq!(fault.line, Some(5), "{declaration}");
            assert!(fault.message.contains(named), "{declaration}: {}", fault.message);
        }
    }

    #[test]
    fn what_an_effect_must_have_is_named() {
        let parameters = Parameters { fields: &[], size: 4 };
        let params = "struct Params { amount: f32 }";
        for (text, named) in [
            (String::new(), "`struct Params`"),
            (format!("{FUNCTION} {{ return color; }}"), "`struct Params`"),
            (format!("alias Params = f32;\n{FUNCTION} {{ return color; }}"), "`struct`"),
            (params.to_owned(), "`fn effect`"),
            (format!("{params}\nconst effect = 1;"), "`fn`"),
        ] {
            let fault = checked(&text, EffectKind::Color, &parameters).expect_err("it lacks something");
            assert!(fault.message.contains(named), "{text}: {}", fault.message);
        }
    }

    #[test]
    fn the_function_of_another_kind_is_named_with_the_right_one() {
        let text = format!("struct Params {{ amount: f32 }}\n\n{FUNCTION} {{ return color; }}");
        let parameters = Parameters { fields: &[], size: 4 };
        checked(&text, EffectKind::Color, &parameters).expect("it is right");
        for (kind, right) in [
            (EffectKind::Warp, "fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32>"),
            (EffectKind::Temporal, "-> Temporal"),
            (EffectKind::Composite, "context: Context, image: texture_2d<f32>, info: ImageInfo)"),
            (EffectKind::CompositeWithSource, "source: vec4<f32>, image: texture_2d<f32>, info: ImageInfo)"),
        ] {
            let fault = checked(&text, kind, &parameters).expect_err("it is of another kind");
            assert_eq!(fault.line, Some(3));
            assert!(fault.message.contains(right), "{}", fault.message);
        }
        // A struct of the file's own is another type.
        let text = format!("{text}\nstruct Context {{ x: f32 }}");
        let fault = checked(&text, EffectKind::Color, &parameters).expect_err("it has another `Context`");
        assert!(fault.message.contains("`Context` is a struct of this file's own"), "{}", fault.message);
    }

    #[test]
    fn functions_of_other_kinds_are_named() {
        let called = |expression: &str| {
            let message = fault(&format!("    return {expression};\n}}")).message;
            assert!(message.contains("of the kind Color"), "{message}");
            message
        };
        assert!(called("sample(uv)").contains("`sample`"));
        assert!(called("sample_original(uv)").contains("kind Spatial"));
        assert!(called("sample_history(uv, context)").contains("kind Temporal"));
        assert!(fault("    workgroupBarrier();\n    return color;\n}").message.contains("barrier"));
    }

    #[test]
    fn parameters_that_are_not_those_of_rust_are_named() {
        let (float, pair, triple) = (Some("f32"), Some("vec2<f32>"), Some("vec3<f32>"));
        let check = |fields: &str, rust: &[_], size| {
            let text = format!("\nstruct Params {{ {fields} }}\n{FUNCTION} {{ return color; }}");
            checked(&text, EffectKind::Color, &Parameters { fields: rust, size })
        };
        check("a: f32, b: vec2<f32>", &[("a", float), ("b", pair)], 16).expect("it fits");
        check("a: array<vec4<f32>, 2>, b: f32", &[("a", None), ("b", float)], 48).expect("it fits");
        check("a: f32, hidden: f32", &[("a", float)], 8).expect("a field that isn't reflected has its bytes");
        check("@align(16) a: f32, point1: f32", &[("a", float), ("point1", float)], 16).expect("it fits");
        for (fields, rust, size, named) in [
            ("a: f32", [("a", pair)].as_slice(), 8, "`a`"),
            ("a: f32, b: f32", &[("b", float), ("a", float)], 8, "`a`"),
            ("a: f32", &[("a", float), ("b", float)], 8, "`b`"),
            ("a: f32, b: f32", &[("a", float)], 4, "`b`"),
            ("a: vec3<f32>, b: f32", &[("a", triple)], 16, "`b`"),
            ("a: f32", &[("a", None)], 8, "8"),
            ("a: f32, @align(16) b: f32", &[("a", float), ("b", float)], 32, "`@align`"),
            ("a: array<f32, 4>", &[("a", None)], 16, "uniform"),
            ("a: bool", &[("a", None)], 4, "uniform"),
            ("a: array<vec4<f32>>", &[("a", None)], 16, "uniform"),
        ] {
            let fault = check(fields, rust, size).expect_err("it doesn't fit");
            assert_eq!(fault.line, Some(2), "{fields}: {}", fault.message);
            assert!(fault.message.contains(named), "{fields}: {}", fault.message);
        }
    }

    #[test]
    fn broken_text_is_a_fault_and_nothing_else() {
        let text = format!("struct Params {{ amount: f32 }}\n{FUNCTION} {{ return color; }}\n");
        let parameters = Parameters { fields: &[], size: 4 };
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let _ = checked(&text[..end], EffectKind::Color, &parameters);
            let _ = checked(&text[end..], EffectKind::Color, &parameters);
        }
        for piece in [
            "@",
            "@group",
            "@group(",
            "var<",
            "var<private",
            "fn",
            "struct",
            "struct S {",
            ".",
            "@builtin(",
            "const",
            ";",
            "<",
            "/",
            "é",
            "\u{feff}",
        ] {
            let _ = checked(piece, EffectKind::Color, &parameters);
            let _ = checked(&format!("{text}{piece}"), EffectKind::Color, &parameters);
            let _ = checked(&format!("{piece} {text}"), EffectKind::Color, &parameters);
        }
    }
}
