//! How long pictures stay.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

/// How long pictures stay on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Retention {
    /// Pictures are deleted after this number of days.
    Days(u32),
    /// Pictures stay until someone deletes them.
    Forever,
}

impl Default for Retention {
    fn default() -> Self {
        Self::Days(30)
    }
}

impl Retention {
    /// True if a picture is to be deleted. A clock that was set back makes no picture older.
    pub fn is_over(self, written: SystemTime, now: SystemTime) -> bool {
        match self {
            Self::Days(days) => {
                let age = now.duration_since(written).unwrap_or_default();
                age >= Duration::from_secs(u64::from(days) * 24 * 60 * 60)
            }
            Self::Forever => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_stay_for_thirty_days_by_default() {
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let after = |seconds: u64| written + Duration::from_secs(seconds);
        let month = 30 * 24 * 60 * 60;
        let retention = Retention::default();
        assert!(!retention.is_over(written, after(0)));
        assert!(!retention.is_over(written, after(month - 1)));
        assert!(retention.is_over(written, after(month)));
        assert!(!retention.is_over(after(month), written), "the clock was set back");
        assert!(!Retention::Forever.is_over(written, after(u32::MAX.into())));
        assert!(Retention::Days(0).is_over(written, written));
        assert!(!Retention::Days(u32::MAX).is_over(written, after(month)));
    }
}
