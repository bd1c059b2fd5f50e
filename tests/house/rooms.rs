//! `ARCHITECTURE.md` lists the rooms, ground first: imports lead only towards the ground, and in no circle.
//!
//! A room is a module of the crate's root: `src/x.rs` with `src/x/`. Inside a room, and between the files of `xtask` or
//! of the photobooth, no file imports another that imports it, directly or through others.
//! [`imports`](crate::imports) defines an import, and explains why a `plugin` function and unit tests are above the
//! file that they are in.

use std::fs;

use crate::{
    files,
    imports::{Import, circles, imports},
};

/// The imports between the files below a folder.
fn imports_in(folder: &str) -> Vec<Import> {
    let folder = files::path(folder);
    let sources: Vec<(String, String)> = files::below(&folder, "rs")
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file can be read");
            let below = path.strip_prefix(&folder).expect("it is in the folder");
            (below.to_str().expect("a name in ASCII").replace('\\', "/"), text)
        })
        .collect();
    assert!(sources.len() > 10, "the sources are there");
    imports(sources.iter().map(|(file, text)| (file.as_str(), text.as_str())))
}

/// The room that a file is in.
fn room(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

/// The rooms that a document lists, ground first: the names in the first column of the table under
/// `## Rooms`.
fn rooms(document: &str) -> Vec<&str> {
    let section = document.split("\n## ").find_map(|section| section.strip_prefix("Rooms\n"));
    let rows = section.unwrap_or_default().lines();
    rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect()
}

/// The imports that lead to a room that the list has after their own.
fn upward<'a>(imports: &'a [Import], rooms: &[&str]) -> Vec<&'a Import> {
    let height = |file: &str| rooms.iter().position(|name| *name == room(file));
    imports.iter().filter(|import| height(&import.to.file) > height(&import.from.file)).collect()
}

fn list(imports: Vec<&Import>) -> String {
    imports.iter().map(|import| format!("\n  {import}")).collect()
}

#[test]
fn every_room_is_in_the_document() {
    let document = files::read("ARCHITECTURE.md");
    let mut listed = rooms(&document);
    listed.sort_unstable();
    let folder = files::path("src");
    let paths = files::below(&folder, "rs");
    let mut rooms: Vec<&str> = paths
        .iter()
        .filter_map(|path| {
            path.strip_prefix(&folder).ok()?.components().next()?.as_os_str().to_str().map(room)
        })
        .collect();
    rooms.sort_unstable();
    rooms.dedup();
    assert_eq!(listed, rooms, "the rooms of ARCHITECTURE.md, and those of src");
}

#[test]
fn imports_lead_to_rooms_listed_before() {
    let document = files::read("ARCHITECTURE.md");
    let imports = imports_in("src");
    let upward = upward(&imports, &rooms(&document));
    assert!(
        upward.is_empty(),
        "these lead to a room that ARCHITECTURE.md lists after their own:{}",
        list(upward)
    );
}

#[test]
fn no_imports_run_in_a_circle() {
    for folder in ["src", "xtask/src", "examples/photobooth/src"] {
        let imports = imports_in(folder);
        let circles = circles(&imports);
        assert!(circles.is_empty(), "these run in a circle in {folder}:{}", list(circles));
    }
}

#[test]
fn one_file_maps_buffers_in_each_direction() {
    let src = files::path("src");
    let maps = files::below(&src, "rs")
        .into_iter()
        .filter(|path| fs::read_to_string(path).expect("a source file can be read").contains("map_async"));
    let maps: Vec<_> = maps.collect();
    let (upload, readback) = (src.join("frame/staging/native.rs"), src.join("render/readback.rs"));
    assert_eq!(maps, [upload, readback], "consumers of pixels share the code of the rings");
}

#[test]
fn an_import_of_a_later_room_is_found() {
    const DOCUMENT: &str = "# Title\n\n## Rooms\n\n| room | what |\n|---|---|\n| `a` | ground |\n| `b` | top |\n\n## More\n\n| `c` | no room |\n";
    assert_eq!(rooms(DOCUMENT), ["a", "b"]);
    let lib = ("lib.rs", "mod a; mod b;");
    let found = |a: &str, b: &str| {
        let imports = imports([
            lib,
            ("a.rs", a),
            ("a/c.rs", "pub struct C;"),
            ("b/d.rs", b),
            ("b.rs", "mod d; pub struct B;"),
        ]);
        list(upward(&imports, &rooms(DOCUMENT)))
    };
    assert_eq!(found("mod c; pub struct A(c::C);", "use crate::a::A; use super::B;"), "");
    let up = "\n  a.rs:1: `crate::b::B` is in b.rs";
    assert_eq!(found("use crate::b::B;", ""), up);
    assert_eq!(found("#[cfg(target_family = \"wasm\")] fn f() { crate::b::B; }", ""), up);
    assert_eq!(found("fn plugin() { crate::b::B; }", ""), up.replace("a.rs:", "a.rs (plugin):"));
    assert_eq!(
        found("#[cfg(test)] mod tests { use crate::b::B; }", ""),
        up.replace("a.rs:", "a.rs (tests):")
    );
}
