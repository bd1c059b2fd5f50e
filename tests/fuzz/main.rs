//! The fuzz targets of `fuzz/`, with their seeds and with some mutations of them. docs/fuzzing.md says how to run them
//! for longer.

#[path = "../../fuzz/src/mutate.rs"]
mod mutate;
#[path = "../../fuzz/src/targets/all.rs"]
mod targets;

use std::path::Path;

use targets::{Outcome, TARGETS};

/// Runs a target with all its seeds and this many mutations of them.
fn replay(name: &str, mutants: usize) {
    let (_, run) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    let seeds = mutate::seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name));
    let accepted = seeds.iter().filter(|seed| run(seed) == Outcome::Accepted).count();
    assert!(accepted * 3 >= seeds.len(), "many seeds are accepted: {accepted} of {}", seeds.len());
    for mutant in mutate::mutants(&seeds, mutants) {
        run(&mutant);
    }
}

macro_rules! tests {
    ($($name:ident $mutants:literal)+) => {
        $(
            #[test]
            fn $name() {
                replay(stringify!($name), $mutants);
            }
        )+

        #[test]
        fn every_target_has_a_test() {
            let tested = [$(stringify!($name)),+];
            assert_eq!(TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), tested);
        }
    };
}

tests! {
    avi 300
    calibration 400
    chunks 150
    constraints 400
    cube 400
    dropped 300
    image 200
    jpeg 300
    matroska 300
    mjpeg 300
    mp4 300
    preset 300
    raw 300
    wgsl 150
    y4m 300
}
