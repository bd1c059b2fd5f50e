//! The English of comments and the names of items: `CONTRIBUTING.md` says how we write.

use std::fs;

use crate::files;

/// Words that start a clause. A comment starts with a noun or a verb.
const CLAUSES: [&str; 4] = ["What ", "Who ", "Whose ", "Has "];

/// The widest comment line, in characters.
const WIDTH: usize = 120;

/// Names that say nothing to someone who knows the field, each after its room and before the field's term. A name
/// without a room is poor in every room.
const NAMES: &[(&str, &str, &str)] = &[
    ("", "machine", "native"),
    ("capture", "Asking", "CaptureRequest"),
    ("capture", "Join", "JoinRequest"),
    ("capture", "Live", "LiveTrack"),
    ("capture", "Outlet", "TrackSink"),
    ("capture", "Place", "DeviceLease"),
    ("capture", "Request", "DeviceNegotiation"),
    ("capture", "arrange", "negotiate"),
    ("capture", "enter", "acquire"),
    ("capture", "mind_the_switches", "suspend_while_disabled"),
    ("capture", "run_in", "switch_mode"),
    ("capture", "take_over", "apply_settings"),
    ("constraint", "Asked", "ConstraintRef"),
    ("constraint", "Bare", "BareMeaning"),
    ("constraint", "Offer", "CandidateSpace"),
    ("constraint", "Together", "SharedSelection"),
    ("constraint", "Words", "Phrasing"),
    ("media_devices", "News", "DeviceListUpdate"),
    ("menus", "Part", "ParameterPart"),
    ("menus", "Sets", "ControlBinding"),
    ("menus", "Steers", "ParameterBinding"),
    ("menus", "What", "Setting"),
    ("menus", "mark", "set_checked"),
    ("render", "Between", "IntermediateTargets"),
    ("render", "Bound", "BoundPasses"),
    ("render", "KEPT", "HISTORY_FORMAT"),
    ("render", "Memory", "History"),
    ("render", "PLAIN", "DISPLAY_FORMAT"),
    ("render", "Picture", "DrawParams"),
    ("render", "Work", "LazyEncoder"),
    ("render", "culprits", "failing_effects"),
    ("render", "reshaped", "layout_changed"),
    ("source", "Knob", "ControlId"),
    ("source", "Mark", "FrameInfo"),
    ("source", "Panel", "ControlDevice"),
    ("source", "Shown", "CurrentElement"),
    ("source", "Teller", "TrackReporter"),
    ("source", "abilities", "capabilities"),
    ("source", "heed_nothing", "ignore_rejection"),
    ("source", "lens", "controls"),
    ("source", "turn", "set"),
];

/// Files and folders that don't follow the rules yet. An entry without a wrong line fails a test, so the list shrinks.
const UNREVISED: &[&str] = &[];

const KEYWORDS: [&str; 8] = ["struct", "enum", "trait", "type", "fn", "const", "static", "mod"];

fn is_unrevised(file: &str) -> bool {
    UNREVISED.iter().any(|path| file.starts_with(path))
}

/// The texts of this repository, each with its path.
fn texts(folders: &[&str], extensions: &[&str]) -> Vec<(String, String)> {
    let root = files::path("");
    let paths = folders.iter().flat_map(|folder| {
        extensions.iter().flat_map(|extension| files::below(&files::path(folder), extension))
    });
    let texts: Vec<_> = paths
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
            (name.replace('\\', "/"), fs::read_to_string(&path).expect("a source file can be read"))
        })
        .collect();
    assert!(texts.len() > 10, "the sources are there");
    texts
}

/// The lines for which this is true, as `file:line: text`.
fn lines(sources: &[(String, String)], is_wrong: impl Fn(&str) -> bool) -> String {
    let wrong = sources.iter().filter(|(file, _)| !is_unrevised(file)).flat_map(|(file, text)| {
        let lines = text.lines().zip(1..).filter(|(line, _)| is_wrong(line));
        lines.map(move |(line, number)| format!("\n  {file}:{number}: {}", line.trim()))
    });
    wrong.collect()
}

fn sources() -> Vec<(String, String)> {
    texts(&["src", "shaders", "docs", "tests", "examples", "benches", "xtask"], &["rs", "wgsl", "mjs"])
}

/// The text of a line's comment.
fn comment(line: &str) -> Option<&str> {
    let (_, comment) = line.split_once("//")?;
    let comment = comment.strip_prefix(['/', '!']).unwrap_or(comment);
    Some(comment.strip_prefix(' ').unwrap_or(comment))
}

fn starts_with_clause(line: &str) -> bool {
    comment(line).is_some_and(|text| CLAUSES.iter().any(|clause| text.starts_with(clause)))
}

/// Markdown can't wrap the rows of tables, and URLs can't be wrapped at all.
fn is_wide_comment(line: &str) -> bool {
    let is_comment = line.trim_start().starts_with("//");
    let can_wrap = !comment(line).is_some_and(|text| text.starts_with('|')) && !line.contains("https://");
    is_comment && can_wrap && line.chars().count() > WIDTH
}

/// The name in [`NAMES`] that a line of this file defines, and the field's term.
fn poor_name(file: &str, line: &str) -> Option<(&'static str, &'static str)> {
    let room = file.strip_prefix("src/")?.split(['/', '.']).next()?;
    let code = line.split("//").next().unwrap_or_default();
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.find(|word| KEYWORDS.contains(word))?;
    let name = words.next()?;
    let found = NAMES.iter().find(|(of, poor, _)| *poor == name && (of.is_empty() || *of == room))?;
    Some((found.1, found.2))
}

#[test]
fn comments_start_with_a_noun_or_a_verb() {
    let wrong = lines(&sources(), starts_with_clause);
    assert!(wrong.is_empty(), "these comments start with one of {CLAUSES:?}:{wrong}");
}

#[test]
fn comment_lines_are_not_wide() {
    let wrong = lines(&sources(), is_wide_comment);
    assert!(wrong.is_empty(), "these comment lines are wider than {WIDTH} characters:{wrong}");
}

#[test]
fn items_have_the_names_of_their_field() {
    let sources = texts(&["src"], &["rs"]);
    let wrong = sources.iter().filter(|(file, _)| !is_unrevised(file)).flat_map(|(file, text)| {
        let lines = text.lines().zip(1..);
        lines.filter_map(move |(line, number)| {
            let (poor, better) = poor_name(file, line)?;
            Some(format!("\n  {file}:{number}: `{poor}` is `{better}`"))
        })
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "these names have better ones:{wrong}");
}

#[test]
fn unrevised_files_have_wrong_lines() {
    let sources = sources();
    let is_wrong = |file: &str, line: &str| {
        starts_with_clause(line) || is_wide_comment(line) || poor_name(file, line).is_some()
    };
    for path in UNREVISED {
        let mut below = sources.iter().filter(|(file, _)| file.starts_with(path));
        let any_wrong = below.any(|(file, text)| text.lines().any(|line| is_wrong(file, line)));
        assert!(any_wrong, "{path} follows the rules: remove it from `UNREVISED`");
    }
}

#[test]
fn wrong_lines_are_found() {
    for clause in CLAUSES {
        for start in ["//! ", "    /// ", "let a = 1; // ", "//"] {
            assert!(starts_with_clause(&format!("{start}{clause}it is")), "{start}{clause}");
        }
    }
    for fine in ["// Whatever", "/// The one that", "let what = 1;", "//"] {
        assert!(!starts_with_clause(fine), "{fine}");
    }
    assert!(is_wide_comment(&format!("// {}", "a".repeat(WIDTH))));
    assert!(!is_wide_comment(&format!("let a = \"{}\";", "a".repeat(WIDTH))), "not a comment");
    assert!(!is_wide_comment(&format!("//! | {} |", "a".repeat(WIDTH))), "a table");
    let definition = "pub(crate) struct Outlet<'a> {";
    assert_eq!(poor_name("src/capture/outlet.rs", definition), Some(("Outlet", "TrackSink")));
    assert_eq!(poor_name("src/track.rs", definition), None, "another room");
    assert_eq!(poor_name("src/track.rs", "mod machine;"), Some(("machine", "native")));
    assert_eq!(poor_name("src/source.rs", "    fn turn(&self) {"), Some(("turn", "set")));
    for fine in ["struct Outlets;", "// struct Outlet", "fn returns(outlet: Outlet)"] {
        assert_eq!(poor_name("src/capture/outlet.rs", fine), None, "{fine}");
    }
}
