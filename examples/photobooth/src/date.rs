//! Dates.

use photobooth::words::{Key, Words};

/// A date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: u64,
    /// 1 to 12.
    pub month: u64,
    pub day: u64,
    /// Since midnight.
    pub seconds: u64,
}

/// The days of the months, but for leap years.
const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The date and time in UTC from a Unix time in seconds.
pub fn date_of(seconds: u64) -> Date {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut day = seconds / 86_400;
    let mut year = 1970;
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in MONTHS {
        let days = days + u64::from(month == 2 && is_leap(year));
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    Date { year, month, day: day + 1, seconds: seconds % 86_400 }
}

impl Date {
    /// A part of a file name that sorts by time: `20261121-105830`.
    pub fn stamp(&self) -> String {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        format!("{}{:02}{:02}-{hours:02}{minutes:02}{seconds:02}", self.year, self.month, self.day)
    }

    /// The day in the language of the guest: `21 November 2026`.
    pub fn text(&self, words: &Words) -> String {
        let values = [("day", self.day.into()), ("month", self.month.into()), ("year", self.year.into())];
        words.text_with(Key::Date, &values)
    }
}

#[cfg(test)]
mod tests {
    use photobooth::words::Language;

    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        // From `date --utc --date=@SECONDS`.
        let english = Words::new(Language::English);
        assert_eq!(date_of(0).text(&english), "1 January 1970");
        assert_eq!(date_of(951_782_400).text(&english), "29 February 2000");
        assert_eq!(date_of(951_782_400).text(&Words::new(Language::German)), "29. Februar 2000");
        assert_eq!(date_of(1_735_689_599).stamp(), "20241231-235959");
        assert_eq!(date_of(4_107_542_400).stamp(), "21000301-000000");
    }
}
