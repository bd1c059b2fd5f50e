//! Tests with texts that no one should write: each compiles, or is a fault with its line.

use proptest::prelude::*;

use super::{Fault, Linker, Parameters, check, read_effect};
use crate::effect::EffectKind;

const FUNCTION: &str =
    "fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>";

/// Reads and checks an effect of the kind Color with one parameter.
fn compiled(text: impl Into<String>) -> Result<(), Fault> {
    let module = read_effect(text.into().into())?;
    check(&module, EffectKind::Color, &Parameters { fields: &[("amount", Some("f32"))], size: 4 })?;
    // The same in two places of a pass.
    let again = read_effect(module_text().into())?;
    let linked = Linker::new([&module, &again]).link("");
    naga::front::wgsl::parse_str(&linked)
        .map(drop)
        .map_err(|error| Fault::of_text(error.message().to_owned()))
}

fn module_text() -> String {
    with("", "return color;")
}

/// An effect with these helpers, from line 2 on, and this body.
fn with(helpers: &str, body: &str) -> String {
    format!("struct Params {{ amount: f32 }}\n{helpers}\n{FUNCTION} {{ {body} }}\n")
}

#[test]
fn unusual_texts_compile() {
    for (helpers, body) in [
        ("fn effect_fx0() -> f32 { return 1.0; }", "return color * effect_fx0();"),
        ("const viewfinder_parameters = 2.0;", "return color * viewfinder_parameters;"),
        ("", "let viewfinder_parameters = 2.0; return color * viewfinder_parameters;"),
        ("", "let luma = 2.0; let blend = luma; let sample = blend; return color * sample;"),
        ("fn luma(x: f32) -> f32 { return x; }", "return color * luma(2.0);"),
        (
            "const N = 2; const TABLE = array<vec4<f32>, N>(vec4(1.0), vec4(0.5));",
            "return color * TABLE[N - 1];",
        ),
        ("const_assert 1 + 1 == 2;", "const_assert true; return color;"),
        ("fn größe(Δt: f32) -> f32 { return Δt; }", "return color * größe(1.0);"),
        ("fn 明るさ() -> f32 { return 1.0; }", "return color * 明るさ();"),
        ("/* a /* b /* c */ */ // */", "/**/ return /* x */ color; // end\n"),
        ("@diagnostic(off, derivative_uniformity) fn a() {}", "a(); return color;"),
        ("struct S { fn_: f32, effect: f32, Params: f32 }", "return color * S(1.0, 1.0, 1.0).effect;"),
        (";;;;", "; return color;"),
        ("fn x_fx() {} fn x_fxx() {} fn y_fxxx0() {}", "x_fx(); x_fxx(); y_fxxx0(); return color;"),
    ] {
        compiled(with(helpers, body)).unwrap_or_else(|fault| panic!("{helpers}\n{body}\n{fault:?}"));
    }
}

#[test]
fn faults_have_the_line_and_the_name() {
    for (helpers, line, named) in [
        ("enable f16;", 2, "`enable`"),
        ("\ndiagnostic(off, derivative_uniformity);", 3, "`diagnostic`"),
        ("override SIZE: f32 = 1.0;", 2, "`override`"),
        ("@group(0) @binding(0) var mine: texture_2d<f32>;", 2, "bindings"),
        ("\n\n@fragment fn main() {}", 4, "`@fragment`"),
        ("fn again(x: f32) -> f32 { return again(x); }", 2, "again"),
        ("fn one() { two(); } fn two() { one(); }", 2, "cyclic"),
        ("const_assert 1 == 2;", 2, "const_assert"),
        ("fn if() {}", 2, "`if` is a keyword"),
        ("const fn = 1;", 2, "`fn` is a keyword"),
        ("struct struct { x: f32 }", 2, "`struct` is a keyword"),
        ("fn __a() {}", 2, "`__a`"),
        ("fn _() {}", 2, "`_`"),
        ("fn a() -> f32 { return viewfinder_parameters.info.x; }", 2, "`viewfinder_parameters`"),
        ("fn a(c: vec3<f32>) -> f32 { return luma(c); }", 2, "`luma`"),
        ("fn a() { nothing(); }", 2, "`nothing`"),
        ("fn a() {}\nfn a() {}", 2, "`a`"),
        ("/* no end", 2, "no end"),
        ("fn a( {}", 2, "isn't closed"),
        ("fn a() -> f32 { return “1.0”; }", 2, ""),
        ("fn a() -> f32 { return 1.0 $ 2.0; }", 2, ""),
        ("\0", 2, ""),
    ] {
        let fault = compiled(with(helpers, "return color;")).expect_err(helpers);
        let lines = if named == "`a`" { 2..=3 } else { line..=line };
        assert!(fault.line.is_some_and(|line| lines.contains(&line)), "{helpers}\n{fault:?}");
        assert!(fault.message.contains(named), "{helpers}\n{fault:?}");
        assert!(!fault.message.contains("_fx"), "{helpers}\n{fault:?}");
    }
    let empty = format!("struct Params {{}}\n{FUNCTION} {{ return color; }}");
    assert_eq!(compiled(empty).expect_err("no fields").line, Some(1));
    let hidden = with("", "let a = array<f32, 2>(); return color * sample(uv);");
    assert!(compiled(hidden).expect_err("another kind").message.contains("`sample`"));
}

#[test]
fn texts_without_an_effect_are_faults() {
    for text in
        ["", " \n\t", "// nothing", "/* nothing */", "\u{feff}", "struct Params { amount: f32 }", ";", "fn"]
    {
        assert!(compiled(text).is_err(), "{text}");
    }
}

#[test]
fn large_and_deep_texts_are_faults() {
    let fault = compiled(with(&"// a line\n".repeat(1 << 20), "return color;")).expect_err("10 MB");
    assert!(fault.message.contains("bytes"), "{fault:?}");
    let long = "x".repeat(100_000);
    assert_eq!(
        compiled(with(&format!("\nfn _f{long}() {{}}"), "return color;")).expect_err("a name").line,
        Some(3)
    );
    for (open, close) in
        [("(", ")"), ("{", "}"), ("!(", ")"), ("array<", ">"), ("if true {", "}"), ("vec2(", ")")]
    {
        let text =
            with("", &format!("let a = {}1{}; return color;", open.repeat(50_000), close.repeat(50_000)));
        assert!(compiled(text).is_err(), "{open}");
        let text = with("", &format!("{}{} return color;", open.repeat(50_000), close.repeat(50_000)));
        let _ = compiled(text);
    }
    for repeated in ["1.0 + ", "color.x * ", "uv.xyxy.xy.", "vec4<f32>(1.0) == "] {
        let _ = compiled(with("", &format!("let a = {}1.0; return color;", repeated.repeat(50_000))));
    }
    for (count, repeated, last) in
        [(18, "if uv.x > 1.0 { } else ", "{ }"), (200, "if uv.x > 1.0 { } else { }", "")]
    {
        compiled(with("", &format!("{}{last} return color;", repeated.repeat(count)))).expect(repeated);
    }
    for count in [90, 50_000] {
        let chain = "if uv.x > 1.0 { } else ".repeat(count);
        assert!(compiled(with("", &format!("{chain} {{ }} return color;"))).is_err(), "{count}");
        let sum = "1.0 + ".repeat(count);
        assert_eq!(compiled(with("", &format!("let a = {sum}1.0; return color;"))).is_ok(), count == 90);
    }
    // The deepest of everything at once, on the stack of a thread.
    let (open, calls, sum) = ("{".repeat(18), "abs(".repeat(10), "uv.x + ".repeat(40));
    let deepest =
        format!("{open} let a = {calls}{sum}1.0{}; {} return color;", ")".repeat(10), "}".repeat(18));
    compiled(with("", &deepest)).expect("it isn't too deep");
    for prefix in ["-", "!", "&", "*", "~"] {
        let _ = compiled(with("", &format!("let a = {}1; return color;", prefix.repeat(100_000))));
    }
}

#[test]
fn many_names_are_linked_in_time() {
    let helpers: String = (0..20_000).map(|index| format!("const a{index} = {index};\n")).collect();
    compiled(with(&helpers, "return color;")).expect("it is long, and right");
    let _ = compiled(with(&"@builtin ".repeat(50_000), "return color;"));
    let _ = compiled(with(&"var < ".repeat(50_000), "return color;"));
}

/// A word or a symbol that means something in WGSL.
fn token() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "fn",
        "struct",
        "var",
        "let",
        "const",
        "override",
        "alias",
        "return",
        "if",
        "else",
        "for",
        "loop",
        "switch",
        "case",
        "default",
        "enable",
        "requires",
        "diagnostic",
        "const_assert",
        "true",
        "Params",
        "effect",
        "params",
        "color",
        "uv",
        "context",
        "Context",
        "sample",
        "ImageInfo",
        "Temporal",
        "luma",
        "f32",
        "vec4",
        "vec4<f32>",
        "array",
        "private",
        "uniform",
        "fragment",
        "builtin",
        "align",
        "size",
        "viewfinder_parameters",
        "effect_fx0",
        "_",
        "__x",
        "größe",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "=",
        ",",
        ";",
        ":",
        ".",
        "->",
        "@",
        "#",
        "/*",
        "*/",
        "//",
        "\n",
        "1",
        "0x1p3",
        "1e",
        "1.0f",
        "&",
        "*",
        "-",
        "\u{feff}",
        "\u{2028}",
        "é",
        "\0",
        "\"",
    ]);
    prop_oneof![9 => words.prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = compiled(text);
    }

    #[test]
    fn no_tokens_panic(tokens in prop::collection::vec(token(), 0..40), space in prop::sample::select(vec!["", " ", "\n"])) {
        let soup = tokens.join(space);
        let _ = compiled(soup.as_str());
        let _ = compiled(with(&soup, "return color;"));
        let _ = compiled(with("", &soup));
    }
}
