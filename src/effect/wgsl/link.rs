//! Several effects in one text.

use super::{
    library::{Library, Place, contract, library},
    module::{Module, Scope},
    tokens::{Token, TokenKind, tokenize},
};

/// Links the texts of effects, and what they use of the library, into one.
///
/// The library's names stay as they are. Global names of effects get a suffix, so that no two clash, and so that a
/// file's own names come before the library's.
#[derive(Debug)]
pub struct Linker<'a> {
    effects: Vec<&'a Module>,
    suffix: String,
}

/// A linked text.
#[derive(Debug)]
pub(super) struct Linked {
    pub text: String,
    pieces: Vec<Piece>,
}

/// Lines of the text that come from one declaration.
#[derive(Debug)]
struct Piece {
    /// The first of them, from 1.
    line: u32,
    /// The effect that it is of; `None` for the library and the main text.
    effect: Option<usize>,
    /// Its line in the text that it is of.
    source_line: u32,
}

impl<'a> Linker<'a> {
    /// For these effects. One that occurs several times is linked once.
    pub fn new(modules: impl IntoIterator<Item = &'a Module>) -> Self {
        let mut effects: Vec<&Module> = Vec::new();
        for module in modules {
            if !effects.iter().any(|known| std::ptr::eq(*known, module)) {
                effects.push(module);
            }
        }
        // No name has this in it, so that no new name is one that was there.
        let longest = effects.iter().map(|module| longest_suffix(module)).max().unwrap_or(0);
        Self { suffix: format!("_f{}", "x".repeat(longest + 1)), effects }
    }

    /// The name in the linked text of a global name of an effect.
    pub fn name(&self, effect: &Module, name: &str) -> String {
        let index = self.effects.iter().position(|known| std::ptr::eq(*known, effect)).unwrap_or_default();
        format!("{name}{}{index}", self.suffix)
    }

    /// The effects and what they and this text use of the library, and then this text itself, unchanged.
    pub fn link(&self, main: &str) -> String {
        self.linked(main).text
    }

    /// As [`link`](Self::link), with the way back from lines to the effects' own.
    pub(super) fn linked(&self, main: &str) -> Linked {
        let mut used = Used { library: library(), places: Vec::new() };
        for effect in &self.effects {
            for declaration in effect.declarations().iter().filter(|known| !known.is_copy) {
                used.by(effect, &effect.tokens()[declaration.tokens.clone()]);
            }
        }
        // The main text is generated: it can be read.
        for token in tokenize(main).unwrap_or_default() {
            used.add(&main[token.bytes]);
        }
        used.all_that_these_use();

        let mut output = Output { text: String::new(), line: 1, pieces: Vec::new() };
        for &(text, declaration) in &used.places {
            let module = &used.library.modules[text];
            output.add(module, &module.tokens()[module.declarations()[declaration].tokens.clone()], None, "");
        }
        for (index, module) in self.effects.iter().enumerate() {
            let suffix = format!("{}{index}", self.suffix);
            for declaration in module.declarations().iter().filter(|known| !known.is_copy) {
                output.add(module, &module.tokens()[declaration.tokens.clone()], Some(index), &suffix);
            }
        }
        output.pieces.push(Piece { line: output.line, effect: None, source_line: 1 });
        output.text.push_str(main);
        Linked { text: output.text, pieces: output.pieces }
    }

    /// A compiler's message, with the effects' names as their files have them.
    pub(super) fn own_names(&self, message: &str) -> String {
        let mut parts = message.split(&self.suffix);
        let mut own = parts.next().unwrap_or_default().to_owned();
        own.extend(parts.map(|part| part.trim_start_matches(|next: char| next.is_ascii_digit())));
        own
    }
}

/// The number of `x` in the longest `_fx…` of a module's names.
fn longest_suffix(module: &Module) -> usize {
    let names = module.tokens().iter().filter(|token| matches!(token.kind, TokenKind::Name | TokenKind::Own));
    let parts = names.flat_map(|token| module.text_of(token).split("_f").skip(1));
    parts.map(|rest| rest.len() - rest.trim_start_matches('x').len()).max().unwrap_or(0)
}

impl Linked {
    /// The effect that this line, from 1, comes from, and its line there.
    pub fn source(&self, line: u32) -> Option<(usize, u32)> {
        let piece = self.pieces.iter().rev().find(|piece| piece.line <= line)?;
        Some((piece.effect?, piece.source_line + line - piece.line))
    }
}

/// The declarations of the library that are used.
struct Used {
    library: &'static Library,
    places: Vec<Place>,
}

impl Used {
    /// Adds the declaration of this name, if the library has one.
    fn add(&mut self, name: &str) {
        if let Some(place) = self.library.find(name)
            && !self.places.contains(&place)
        {
            self.places.push(place);
        }
    }

    /// Adds what these tokens use, or might: a local variable with a name of the library's counts too.
    fn by(&mut self, module: &Module, tokens: &[Token]) {
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Name) {
            let name = module.text_of(token);
            if module.scope() == Scope::Library || contract().declaration(name).is_some() {
                self.add(name);
            }
        }
    }

    fn all_that_these_use(&mut self) {
        let mut next = 0;
        while let Some(&(text, declaration)) = self.places.get(next) {
            let module = &self.library.modules[text];
            self.by(module, &module.tokens()[module.declarations()[declaration].tokens.clone()]);
            next += 1;
        }
        self.places.sort_unstable();
    }
}

/// The text that is written.
struct Output {
    text: String,
    /// The line that is written next, from 1.
    line: u32,
    pieces: Vec<Piece>,
}

impl Output {
    /// Adds a declaration, line by line as it stands in its own text.
    fn add(&mut self, module: &Module, tokens: &[Token], effect: Option<usize>, suffix: &str) {
        let Some(first) = tokens.first() else { return };
        self.pieces.push(Piece { line: self.line, effect, source_line: first.line });
        let (mut line, mut end) = (first.line, first.bytes.start);
        for token in tokens {
            if token.line > line {
                self.text.extend((line..token.line).map(|_| '\n'));
            } else if token.bytes.start > end {
                self.text.push(' ');
            }
            self.text.push_str(module.text_of(token));
            if token.kind == TokenKind::Own {
                self.text.push_str(suffix);
            }
            (line, end) = (token.line, token.bytes.end);
        }
        self.text.push('\n');
        self.line += line - first.line + 1;
    }
}

#[cfg(test)]
mod tests {
    use naga::{
        front::wgsl,
        valid::{Capabilities, ValidationFlags, Validator},
    };

    use super::*;
    use crate::effect::{
        EffectKind,
        wgsl::{Parameters, check, read_builtin_effect, read_effect},
    };

    const FUNCTION: &str =
        "fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>";

    /// An effect of the kind Color with one parameter, with these helpers and this body.
    fn effect(helpers: &str, body: &str) -> Module {
        let text = format!("struct Params {{ amount: f32 }}\n{helpers}\n{FUNCTION} {{\n{body}\n}}\n");
        let module = read_effect(text.into()).expect("it can be read");
        let parameters = Parameters { fields: &[("amount", Some("f32"))], size: 4 };
        check(&module, EffectKind::Color, &parameters).expect("it compiles by itself");
        module
    }

    /// A text in which these are called one after the other.
    fn linked(effects: &[&Module]) -> String {
        let linker = Linker::new(effects.iter().copied());
        let calls: String = effects
            .iter()
            .map(|effect| {
                let (effect, params) = (linker.name(effect, "effect"), linker.name(effect, "Params"));
                format!("    color = {effect}(color, vec2(0.5), {params}(1.0), context);\n")
            })
            .collect();
        let text = linker.link(&format!(
            "@group(0) @binding(0) var<uniform> context: Context;
@fragment fn fragment() -> @location(0) vec4<f32> {{
    var color = vec4(0.0);
{calls}    return color;
}}
"
        ));
        let module = wgsl::parse_str(&text).unwrap_or_else(|error| panic!("{}", error.emit_to_string(&text)));
        Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module).expect("it is valid");
        text
    }

    #[test]
    fn helpers_of_one_name_do_not_clash() {
        let one = effect(
            "const LARGEST = 1.0;\nfn gaussian(x: f32) -> f32 { return x * LARGEST; }",
            "return color * gaussian(2.0);",
        );
        let other = effect(
            "const LARGEST = vec4(1.0);\nfn gaussian() -> vec4<f32> { return LARGEST; }",
            "return gaussian();",
        );
        let text = linked(&[&one, &other, &one]);
        assert_eq!(text.matches("fn gaussian_fx0(").count(), 1);
        assert_eq!(text.matches("fn gaussian_fx1(").count(), 1);
        assert!(!text.contains("fn gaussian("), "the library's isn't used");
    }

    #[test]
    fn names_of_the_library_can_be_hidden() {
        let own = effect(
            "fn sample(at: f32) -> f32 { return at; }\nstruct Temporal { shown: f32 }",
            "return color * sample(Temporal(1.0).shown);",
        );
        let text = linked(&[&own]);
        assert!(!text.contains("input_texture"), "{text}");
        // A local name hides a global one from where it stands.
        let local = effect("", "let sample = color.r; let Context = sample; return color * Context;");
        linked(&[&own, &local]);
    }

    #[test]
    fn local_names_members_and_swizzles_stay_what_they_were() {
        let module = effect(
            "struct Ray { @align(16) size: f32, color: vec3<f32>, }
const size = 3.0;
const align = 16;
fn color() -> f32 { return size; }
fn length(uv: vec2<f32>) -> f32 { let size = uv.x; { let size = size + 1.0; } return size + vec3(1.0).x; }
fn x(x: f32) -> f32 { return x; }",
            "var ray = Ray(size, color.rgb); ray.color = color.xyz; ray.size += length(context.size);
for (var size = 0; size < 2; size++) { ray.size += f32(size); }
return vec4(ray.color * ray.size * x(color.x), 1.0);",
        );
        let text = linked(&[&module]);
        assert!(text.contains("@align(16) size: f32") && text.contains("context.size"), "{text}");
        assert!(text.contains("const size_fx0 = 3.0") && text.contains("ray.size"), "{text}");
    }

    #[test]
    fn no_new_name_is_one_that_was_there() {
        let module = effect(
            "fn shade_fx() -> f32 { return 1.0; }\nfn shade() -> f32 { return shade_fx(); }",
            "let shade_fx0 = 2.0; return color * shade() * shade_fx0;",
        );
        let text = linked(&[&module]);
        assert!(text.contains("fn shade_fxx0()") && text.contains("fn shade_fx_fxx0()"), "{text}");
    }

    #[test]
    fn all_of_wgsl_passes_through() {
        linked(&[&effect(
            "/* outer /* inner */ effect */
alias Color = vec4<f32>;
const COUNT = 4u;
var<private> seed: u32 = COUNT;
const_assert COUNT > 1u;
const table: array<vec4<f32>, COUNT> = array<vec4<f32>, 4>(Color(), Color(1), Color(2), Color(3));
@must_use @diagnostic(off, derivative_uniformity)
fn größe(Δ: ptr<function, Color>) -> f32 { return (*Δ).x; }
fn fract(x: f32) -> f32 { return x - floor(x); }
;",
            "var c: Color = table[seed % COUNT]; // effect
seed += 1u; seed >>= 1u; _ = seed;
switch seed { case COUNT, 2: { c.g = 1.0; } default: { c = c.bgra; } }
let a = array<Color, COUNT>()[1];
if a.x < 1.0 && fract(a.y) > .5e-1f { return Color(größe(&c)); }
return c;",
        )]);
    }

    #[test]
    fn copies_of_the_contract_match_the_library() {
        let text = format!(
            "{}\nstruct Params {{ a: f32 }}\n{FUNCTION} {{ return color; }}",
            include_str!("../../../docs/effect.wgsl")
        );
        wgsl::parse_str(&text).expect("tools that check WGSL can read it");
        let module = read_effect(text.into()).expect("it can be read");
        let parameters = Parameters { fields: &[], size: 4 };
        check(&module, EffectKind::Color, &parameters).expect("its `Context` is the library's");
        assert!(!linked(&[&module]).contains("Context_fx"));
    }

    #[test]
    fn only_what_is_used_is_linked_and_nothing_is_a_directive() {
        let text = linked(&[&effect("", "return color * context.time;")]);
        assert!(text.contains("struct Context") && !text.contains("sampler"), "{text}");
        assert!(!text.contains('#') && !text.contains("//"), "{text}");
    }

    #[test]
    fn an_app_cannot_use_more_of_the_library_than_the_contract_says() {
        let text = format!("struct Params {{ a: f32 }}\n{FUNCTION} {{ return luma(color.rgb) * color; }}");
        let check = |module: Result<Module, _>| {
            check(&module.expect("it can be read"), EffectKind::Color, &Parameters { fields: &[], size: 4 })
        };
        check(read_builtin_effect(text.clone().into())).expect("it is for this crate's effects");
        let fault = check(read_effect(text.into())).expect_err("it isn't in the contract");
        assert!(fault.message.contains("`luma`"), "{}", fault.message);
    }
}
