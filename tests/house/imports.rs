//! The imports between the files of a crate, read from its source text.
//!
//! The text is read instead of compiled code, so the code of every platform and of every feature counts.
//!
//! An import is:
//! - A path that starts with `crate`, `super`, `self` or a child module, in a `use` declaration or in code, macros
//!   included. It leads to the file that *defines* the item, through any number of re-exports.
//! - `mod` declarations and re-exports are no imports: a parent lists its children and publishes what they define.
//! - A file's own use of the names that it re-exports is an import.
//! - A file's `plugin` function wires what its room defines, so it is a node of its own, above the file's other items
//!   ([`Part::Plugin`]). The same goes for types that implement `Plugin`, and for unit tests.
//!
//! Methods, fields and trait implementations are called without a path. They are not seen.

mod modules;
mod reader;

use std::{collections::BTreeSet, fmt};

use modules::Modules;

/// A path in one file to an item that another file defines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: Node,
    pub to: Node,
    pub line: usize,
    /// The path as it is written.
    pub path: String,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// The file's path below the folder of the sources.
    pub file: String,
    pub part: Part,
}

/// The parts of a file. Those after the first use it and are not used by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Items,
    /// `fn plugin`, and each type that implements `Plugin`.
    Plugin,
    /// Items under `#[cfg(test)]`.
    Tests,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Items => "",
            Part::Plugin => " (plugin)",
            Part::Tests => " (tests)",
        };
        write!(f, "{}{part}", self.file)
    }
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: `{}` is in {}", self.from, self.line, self.path, self.to)
    }
}

/// All imports between the files of a crate. `sources` are paths below the folder of the sources, and texts.
pub fn imports<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Import> {
    let mut modules = Modules::default();
    for (file, text) in sources {
        reader::read(&mut modules, file, text);
    }
    modules.imports()
}

/// The imports that are part of a circle, and those that lead from one circle to another.
pub fn circles(imports: &[Import]) -> Vec<&Import> {
    let mut arrows: BTreeSet<(Node, Node)> =
        imports.iter().map(|import| (import.from.clone(), import.to.clone())).collect();
    let nodes: Vec<Node> = arrows.iter().flat_map(|(from, to)| [from.clone(), to.clone()]).collect();
    for node in nodes.into_iter().filter(|node| node.part != Part::Items) {
        let items = Node { part: Part::Items, ..node.clone() };
        arrows.insert((node, items));
    }
    loop {
        let count = arrows.len();
        let starts: BTreeSet<Node> = arrows.iter().map(|(from, _)| from.clone()).collect();
        let ends: BTreeSet<Node> = arrows.iter().map(|(_, to)| to.clone()).collect();
        arrows.retain(|(from, to)| ends.contains(from) && starts.contains(to));
        if arrows.len() == count {
            break;
        }
    }
    let is_left = |import: &&Import| arrows.contains(&(import.from.clone(), import.to.clone()));
    imports.iter().filter(is_left).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The imports of a crate of these files, as `from -> to`.
    fn arrows(sources: &[(&str, &str)]) -> Vec<String> {
        let arrow = |import: &Import| format!("{} -> {}", import.from, import.to);
        let mut arrows: Vec<_> = imports(sources.iter().copied()).iter().map(arrow).collect();
        arrows.dedup();
        arrows
    }

    const LIB: (&str, &str) = ("lib.rs", "mod a; mod b; mod c;");
    const A: (&str, &str) = ("a.rs", "pub struct A; pub fn make() {}");

    #[test]
    fn use_declarations_are_imports() {
        for text in [
            "use crate::a::A;",
            "use super::a::A;",
            "use crate::{c::C, a::{self, A as Other}};",
            "use crate::a;",
            "fn f() { use crate::a::A; }",
            "#[cfg(target_family = \"wasm\")] use crate::a::A;",
        ] {
            let found = arrows(&[LIB, A, ("b.rs", text)]);
            assert!(found.contains(&"b.rs -> a.rs".to_owned()), "{text}: {found:?}");
        }
    }

    #[test]
    fn paths_in_code_are_imports() {
        for text in [
            "fn f() { crate::a::make(); }",
            "fn f() -> Vec<super::a::A> { vec![crate::a::A] }",
            "#[require(crate::a::A)] struct B;",
            "impl From<crate::a::A> for B {}",
            "macro_rules! m { () => { $crate::a::make() } }",
            "extern \"C\" { fn f(a: crate::a::A); }",
            "mod inside { fn f() { super::super::a::make(); } }",
            "fn f() -> impl Sized + use<> { crate::a::A }",
        ] {
            assert_eq!(arrows(&[LIB, A, ("b.rs", text)]), ["b.rs -> a.rs"], "{text}");
        }
    }

    #[test]
    fn other_crates_comments_and_visibilities_are_no_imports() {
        for text in [
            "use std::a::A; use bevy::a;",
            "fn f() { ::a::make(); x.a(); a(); Self::a::A; }",
            "//! [`A`](crate::a::A)\n/// [`crate::a`]\nfn f() { \"crate::a::A\"; }",
            "pub(in crate::a) struct B;",
            "struct B { pub(in crate::a) b: u8 }",
        ] {
            assert_eq!(arrows(&[LIB, A, ("b.rs", text)]), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_import_leads_through_re_exports_to_the_definition() {
        let parent = ("c.rs", "mod d; mod e; pub use d::{D, D as Other}; pub use e::*; pub use crate::a::A;");
        let child = ("c/d.rs", "pub struct D;");
        let other = ("c/e.rs", "pub struct E;");
        for (text, found) in [
            ("use crate::c::D;", "b.rs -> c/d.rs"),
            ("use crate::c::Other;", "b.rs -> c/d.rs"),
            ("use crate::c::E;", "b.rs -> c/e.rs"),
            ("use crate::c::A;", "b.rs -> a.rs"),
            // A macro may define it.
            ("use crate::c::F;", "b.rs -> c.rs"),
        ] {
            assert_eq!(arrows(&[LIB, A, ("b.rs", text), parent, child, other]), [found], "{text}");
        }
    }

    #[test]
    fn the_twins_of_the_platforms_both_count() {
        let parent = (
            "c.rs",
            "#[cfg(unix)] mod native; #[cfg(not(unix))] mod web;
             #[cfg(unix)] pub use native::D; #[cfg(not(unix))] pub use web::D;",
        );
        let twins = [("c/native.rs", "pub struct D;"), ("c/web.rs", "pub struct D;")];
        let found = arrows(&[LIB, A, ("b.rs", "use crate::c::D;"), parent, twins[0], twins[1]]);
        assert_eq!(found, ["b.rs -> c/native.rs", "b.rs -> c/web.rs"]);
    }

    #[test]
    fn a_parent_imports_what_it_uses_of_its_children() {
        let child = ("b/d.rs", "pub struct D;");
        for (text, found) in [
            ("mod d; pub use d::D;", None),
            ("mod d; pub use d::D; enum B { D }", None),
            ("mod d; pub use d::D; fn f(d: D) {}", Some("b.rs -> b/d.rs")),
            ("mod d; use d::D; fn f(d: D) {}", Some("b.rs -> b/d.rs")),
            ("mod d; fn f() { d::D; }", Some("b.rs -> b/d.rs")),
            ("mod d; fn plugin() { d::D; }", Some("b.rs (plugin) -> b/d.rs")),
            ("mod d; use d::D; fn plugin() { D; }", Some("b.rs (plugin) -> b/d.rs")),
            (
                "mod d; use d::D; struct B; impl Plugin for B { fn build() { D; } }",
                Some("b.rs (plugin) -> b/d.rs"),
            ),
            ("mod d; #[cfg(test)] mod tests { use super::d::D; }", Some("b.rs (tests) -> b/d.rs")),
            ("mod d; #[cfg(test)] use d::D;", Some("b.rs (tests) -> b/d.rs")),
        ] {
            assert_eq!(arrows(&[LIB, A, ("b.rs", text), child]), Vec::from_iter(found), "{text}");
        }
    }

    #[test]
    fn circles_are_found() {
        let is_circle = |b: &str, d: &str| {
            let imports = imports([LIB, A, ("b.rs", b), ("b/d.rs", d)]);
            !circles(&imports).is_empty()
        };
        assert!(is_circle("mod d; struct B; fn f() { d::D; }", "use super::B; pub struct D;"));
        assert!(is_circle("mod d; pub use d::D; struct B(D);", "use super::B; pub struct D;"));
        assert!(is_circle(
            "mod d; struct B; fn plugin() { d::D; }",
            "fn f() { super::plugin(); } pub struct D;"
        ));
        assert!(is_circle(
            "mod d; struct B; #[cfg(windows)] fn f() { d::D; }",
            "#[cfg(unix)] use super::B; pub struct D;"
        ));
        assert!(!is_circle("mod d; pub use d::D; struct B;", "use super::B; pub struct D;"));
        assert!(!is_circle("mod d; struct B; fn plugin() { d::D; }", "use super::B; pub struct D;"));
        assert!(!is_circle(
            "mod d; struct B; #[cfg(test)] mod tests { use super::d::D; }",
            "use super::B; pub struct D;"
        ));
    }

    #[test]
    fn only_the_circle_is_told() {
        let sources = [
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "use crate::b::B; use crate::d::D; pub struct C;"),
            ("d.rs", "pub struct D;"),
        ];
        let imports = imports(sources);
        let told: Vec<_> = circles(&imports).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["b.rs:1: `crate::c::C` is in c.rs", "c.rs:1: `crate::b::B` is in b.rs"]);
    }
}
