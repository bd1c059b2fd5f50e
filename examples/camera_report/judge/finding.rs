//! The result of one check.

use serde::Serialize;

/// How a check came out. The worst is the greatest.
#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    Pass,
    /// It works, with a flaw that an app may notice.
    Warn,
    Fail,
}

impl Verdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Warn => "WARN",
            Self::Fail => "FAIL",
        }
    }
}

/// The verdict of one check, and its reason.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub check: &'static str,
    pub verdict: Verdict,
    pub reason: String,
}

impl Finding {
    pub fn pass(check: &'static str, reason: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Pass, reason: reason.into() }
    }

    pub fn warn(check: &'static str, reason: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, reason: reason.into() }
    }

    pub fn fail(check: &'static str, reason: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, reason: reason.into() }
    }
}
