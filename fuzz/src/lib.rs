//! Fuzz targets of `bevy_viewfinder`. docs/fuzzing.md says how to run them.

mod tally;
#[path = "targets/all.rs"]
mod targets;

use libfuzzer_sys::Corpus;
use targets::{Outcome, TARGETS};

/// Runs a target with an input, and counts it if it is accepted. Refused inputs stay out of the corpus.
pub fn run(name: &str, data: &[u8]) -> Corpus {
    let is_accepted = match name {
        "booth_layout" => photobooth_fuzzed::fuzz::layout(data),
        "booth_request" => photobooth_fuzzed::fuzz::request(data),
        _ => {
            let (_, run) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
            run(data) == Outcome::Accepted
        }
    };
    if !is_accepted {
        return Corpus::Reject;
    }
    tally::count();
    Corpus::Keep
}

/// Makes the entry point of a target.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        #[global_allocator]
        static ALLOCATOR: $crate::Cap = $crate::CAP;

        libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus { $crate::run($name, data) });
    };
}

/// The allocator of the targets.
pub type Cap = cap::Cap<std::alloc::System>;

/// The most memory that a target may have: more than the largest image that the library decodes takes.
pub const CAP: Cap = cap::Cap::new(std::alloc::System, 2 << 30);
