//! Checks the declarations of an effect's WGSL.

use std::borrow::Cow;

use super::{
    Fault,
    library::{contract, library},
    module::{Declaration, DeclarationKind, Module, Scope},
    tokens::TokenKind,
};

/// Reads the WGSL of an app's effect.
///
/// # Errors
/// Text that isn't WGSL, missing declarations, and declarations that an effect can't have.
pub fn read_effect(text: Cow<'static, str>) -> Result<Module, Fault> {
    read(text, Scope::Contract)
}

/// Reads the WGSL of an effect of this crate, which may use all of the library.
///
/// # Errors
/// As [`read_effect`].
pub(crate) fn read_builtin_effect(text: Cow<'static, str>) -> Result<Module, Fault> {
    read(text, Scope::Library)
}

fn read(text: Cow<'static, str>, scope: Scope) -> Result<Module, Fault> {
    let mut module = Module::parse(text, scope)?;
    module.find_copies(contract());
    module.find_own(|name| {
        let is_contract = || contract().declaration(name).is_some();
        scope == Scope::Contract
            && (name.starts_with("viewfinder_") || library().find(name).is_some() && !is_contract())
    });
    check_declarations(&module)?;
    check_needs(&module)?;
    Ok(module)
}

/// WGSL's keywords.
const KEYWORDS: [&str; 26] = [
    "alias",
    "break",
    "case",
    "const",
    "const_assert",
    "continue",
    "continuing",
    "default",
    "diagnostic",
    "discard",
    "else",
    "enable",
    "false",
    "fn",
    "for",
    "if",
    "let",
    "loop",
    "override",
    "requires",
    "return",
    "struct",
    "switch",
    "true",
    "var",
    "while",
];

/// Whether there is nothing that an effect can't have.
fn check_declarations(module: &Module) -> Result<(), Fault> {
    for declaration in module.declarations() {
        let fault = |message: &str| Err(Fault::at(module.line_of(declaration), message));
        let name = module.name_of(declaration).unwrap_or_default();
        if KEYWORDS.contains(&name) {
            return fault(&format!("`{name}` is a keyword of WGSL: choose another name"));
        }
        if name == "_" || name.starts_with("__") {
            return fault(&format!(
                "`{name}` can't be a name in WGSL: choose one that doesn't begin with `__`"
            ));
        }
        match declaration.kind {
            DeclarationKind::Override => {
                return fault(
                    "nothing sets an `override` of an effect: make it a `const`, or a field of `struct Params`",
                );
            }
            DeclarationKind::Variable if !is_private(module, declaration) => {
                return fault(
                    "an effect has no bindings of its own, only `var<private>`: numbers reach it by `struct Params`, \
                     an image as an argument of an effect of the kind Composite",
                );
            }
            _ => {}
        }
        for attribute in attributes(module, declaration) {
            if matches!(attribute, "vertex" | "fragment" | "compute") {
                return fault(&format!(
                    "an effect has no entry point: remove `@{attribute}`. The function that is called is `fn effect`"
                ));
            }
        }
    }
    Ok(())
}

/// Whether there is what an effect needs.
fn check_needs(module: &Module) -> Result<(), Fault> {
    let needs = [("Params", DeclarationKind::Struct, "struct"), ("effect", DeclarationKind::Function, "fn")];
    for (name, kind, word) in needs {
        match module.declaration(name) {
            Some(declaration) if declaration.kind == kind => {}
            Some(other) => {
                return Err(Fault::at(module.line_of(other), format!("`{name}` has to be a `{word}`")));
            }
            None => return Err(Fault::of_text(format!("there is no `{word} {name}`: an effect needs one"))),
        }
    }
    Ok(())
}

fn is_private(module: &Module, declaration: &Declaration) -> bool {
    let mut texts = module.texts(declaration).skip_while(|text| *text != "var");
    texts.nth(1) == Some("<") && texts.next() == Some("private")
}

/// The attributes before a declaration's name.
fn attributes<'a>(module: &'a Module, declaration: &Declaration) -> impl Iterator<Item = &'a str> {
    let end = declaration.name.unwrap_or(declaration.tokens.start);
    let before = module.tokens()[declaration.tokens.start..end].windows(2);
    before.filter(|pair| pair[0].kind == TokenKind::Symbol('@')).map(|pair| module.text_of(&pair[1]))
}
