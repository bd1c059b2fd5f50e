//! The rules of recoverable recordings, without a browser: how often their data come, which are left, and the names of
//! the database's errors.

use std::time::Duration;

use crate::{error::ErrorName, recorder::report::Slices};

/// The length of the pieces that are stored, unless the app asks for chunks of its own.
const PIECE: Duration = Duration::from_secs(1);

/// The interval of the signs of life of a page without locks.
pub(in crate::recorder) const HEARTBEAT: Duration = Duration::from_secs(15);

/// The time without a sign of life after which a page without locks is gone. Browsers run the timers of hidden pages
/// only once in a minute.
const LONGEST_SILENCE: Duration = Duration::from_secs(180);

/// The time slice of the browser's recorder. `None` for all data at the end.
pub(in crate::recorder) fn time_slice(slices: Slices, is_recoverable: bool) -> Option<Duration> {
    match slices {
        Slices::Every(slice) => Some(slice),
        Slices::None | Slices::Whole => is_recoverable.then_some(PIECE),
    }
}

/// The signs of life of the page that makes a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recorder) struct Presence {
    /// Whether the page holds a lock for as long as it lives.
    pub has_lock: bool,
    /// The time of the last sign, since the start of 1970.
    pub seen: Duration,
}

impl Presence {
    /// Whether the page is gone, at this time since the start of 1970. `is_held` is whether a page holds the lock of
    /// the recording: `None` if the browser can't tell.
    pub fn is_over(self, now: Duration, is_held: Option<bool>) -> bool {
        match is_held {
            Some(true) => false,
            Some(false) if self.has_lock => true,
            // Someone may have set the clock back.
            Some(false) | None => now.abs_diff(self.seen) > LONGEST_SILENCE,
        }
    }
}

/// An attempt that fails with an error of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recorder) enum Attempt {
    Open,
    Read,
    Write,
}

/// The name of an error, and the next step, by the
/// [exception's name](https://webidl.spec.whatwg.org/#idl-DOMException-error-names). Browsers forbid databases in
/// several ways.
pub(in crate::recorder) fn explain(exception: &str, attempt: Attempt) -> (ErrorName, &'static str) {
    match (exception, attempt) {
        ("QuotaExceededError", _) => (
            ErrorName::Operation,
            "its storage for this page is full; delete recovered recordings, or free some space",
        ),
        ("VersionError", _) => {
            (ErrorName::NotSupported, "a newer version of this page has a store of its own; reload the page")
        }
        ("InvalidStateError" | "NotAllowedError" | "NotSupportedError" | "SecurityError", Attempt::Open) => (
            ErrorName::NotSupported,
            "it stores nothing for this page; allow site data, or leave the private window",
        ),
        ("InvalidStateError" | "AbortError", _) => {
            (ErrorName::Operation, "its database was closed or deleted; reload the page")
        }
        ("NotFoundError" | "DataError" | "DataCloneError", _) => {
            (ErrorName::Data, "its database is damaged; delete this site's data")
        }
        _ => (ErrorName::Operation, "its storage fails; free some space, or restart the browser"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_recoverable_recording_has_pieces_also_if_the_app_asks_for_none() {
        for slices in [Slices::None, Slices::Whole] {
            assert_eq!(time_slice(slices, true), Some(PIECE), "{slices:?}");
            assert_eq!(time_slice(slices, false), None, "{slices:?}");
        }
        for slice in [Duration::ZERO, SECOND / 3, 60 * SECOND] {
            assert_eq!(time_slice(Slices::Every(slice), true), Some(slice), "the chunks of the app stay");
            assert_eq!(time_slice(Slices::Every(slice), false), Some(slice));
        }
    }

    #[test]
    fn a_page_is_there_while_it_holds_its_lock_and_gone_without() {
        let presence = Presence { has_lock: true, seen: 1_000 * SECOND };
        for now in [Duration::ZERO, 1_000 * SECOND, 1_000_000 * SECOND] {
            assert!(!presence.is_over(now, Some(true)), "{now:?}");
            assert!(presence.is_over(now, Some(false)), "{now:?}");
        }
    }

    #[test]
    fn a_page_without_a_lock_is_gone_after_a_long_silence() {
        let presence = Presence { has_lock: false, seen: 1_000 * SECOND };
        for is_held in [Some(false), None] {
            for (now, is_over) in [(1_000, false), (1_100, false), (950, false), (1_181, true), (0, true)] {
                assert_eq!(presence.is_over(now * SECOND, is_held), is_over, "{now} {is_held:?}");
            }
        }
        // The browser doesn't list locks.
        let locked = Presence { has_lock: true, ..presence };
        assert!(!locked.is_over(1_100 * SECOND, None) && locked.is_over(1_181 * SECOND, None));
        assert!(2 * HEARTBEAT < LONGEST_SILENCE && Duration::from_secs(120) < LONGEST_SILENCE);
    }

    #[test]
    fn errors_of_the_database_have_a_name_and_a_next_step() {
        for (exception, attempt, name) in [
            ("QuotaExceededError", Attempt::Write, ErrorName::Operation),
            ("QuotaExceededError", Attempt::Open, ErrorName::Operation),
            ("VersionError", Attempt::Open, ErrorName::NotSupported),
            ("InvalidStateError", Attempt::Open, ErrorName::NotSupported),
            ("SecurityError", Attempt::Open, ErrorName::NotSupported),
            ("InvalidStateError", Attempt::Write, ErrorName::Operation),
            ("NotFoundError", Attempt::Read, ErrorName::Data),
            ("UnknownError", Attempt::Write, ErrorName::Operation),
            ("", Attempt::Read, ErrorName::Operation),
        ] {
            let (named, next) = explain(exception, attempt);
            assert_eq!(named, name, "{exception} {attempt:?}");
            assert!(next.contains("; "), "{next}");
        }
    }
}
