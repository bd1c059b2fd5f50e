//! `docs/capture-model.md` names a test for each rule. The tests here check that these exist.

use std::fs;

use crate::files;

/// The names of tests in backticks: three words or more, or the file of a scenario.
fn tests_named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|code| {
        let is_name =
            code.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit());
        code.strip_suffix(".mjs").is_some_and(|name| !name.is_empty())
            || is_name && code.matches('_').count() >= 2
    })
}

#[test]
fn every_test_that_the_rules_name_is_there() {
    let text = files::read("docs/capture-model.md");
    let sources = ["src", "tests"].map(|folder| files::below(&files::path(folder), "rs")).concat();
    let code: String = sources.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let scenarios = files::path("tests/web/scenarios");
    let is_there = |name: &&str| match name.ends_with(".mjs") {
        true => scenarios.join(name).is_file(),
        false => code.contains(&format!("fn {name}(")),
    };
    let named: Vec<_> = tests_named(&text).collect();
    assert!(named.len() > 50, "the rules name their tests: {named:?}");
    let missing: Vec<_> = named.into_iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}
