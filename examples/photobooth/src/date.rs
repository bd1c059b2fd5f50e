//! Dates.

use std::fmt;

/// A date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: u64,
    /// 1 to 12.
    pub month: usize,
    pub day: u64,
    /// Since midnight.
    pub seconds: u64,
}

const MONTHS: [(&str, u64); 12] = [
    ("January", 31),
    ("February", 28),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
];

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
    for (index, (_, days)) in MONTHS.iter().enumerate() {
        let days = days + u64::from(index == 1 && is_leap(year));
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
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS.get(self.month.wrapping_sub(1)).map_or("", |(name, _)| name);
        write!(f, "{} {month} {}", self.day, self.year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        // From `date --utc --date=@SECONDS`.
        assert_eq!(date_of(0).to_string(), "1 January 1970");
        assert_eq!(date_of(951_782_400).to_string(), "29 February 2000");
        assert_eq!(date_of(1_735_689_599).stamp(), "20241231-235959");
        assert_eq!(date_of(4_107_542_400).stamp(), "21000301-000000");
    }
}
