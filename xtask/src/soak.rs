//! `cargo xtask soak`: the tests that repeat something, with their full counts.

use std::process::ExitCode;

use crate::{Result, cargo, graphics, packages, shell};

/// The tests: their binary, or "" for that of the library, and their name. They read `VIEWFINDER_SOAK`.
const TESTS: &[(&str, &str)] = &[
    ("", "recorder::recording::tests::sound_stays_in_step_with_frames_whatever_the_clock_of_the_microphone"),
    ("command_line", "recording::a_killed_process_leaves_a_file_that_plays"),
    ("pipeline", "recorded_speakers::the_sound_of_a_microphone_stays_in_step_with_the_frames"),
    ("pipeline", "soak::what_comes_and_goes_leaves_nothing_behind"),
    ("pipeline", "recorder::it_can_be_started_again_while_the_last_recording_comes_to_its_end"),
];

/// `cargo xtask soak [NAME...]`: all of these tests, or those whose names contain one of the words.
pub fn main(words: &[String]) -> Result<ExitCode> {
    packages::ensure(&[packages::BUILD, packages::GRAPHICS, packages::TESTS].concat())?;
    let headless = ["--example", "headless"];
    shell::run(cargo::cargo().arg("build").args(cargo::tested_packages()).args(headless))?;
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    for (binary, name) in TESTS.iter().filter(|(_, name)| is_wanted(name)) {
        say!("\n==== {name}")?;
        let mut command = cargo::cargo();
        command.arg("test").args(cargo::tested_packages());
        match *binary {
            "" => command.arg("--lib"),
            binary => command.args(["--test", binary]),
        };
        command.args(["--", "--exact", "--nocapture", name]);
        shell::run(command.env("VIEWFINDER_SOAK", "1").envs(graphics::for_this_machine()))?;
    }
    Ok(ExitCode::SUCCESS)
}
