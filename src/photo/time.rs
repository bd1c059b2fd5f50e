//! The time at which a photo was taken.

use bevy::prelude::*;

use crate::error::MediaError;

/// A date and a time of day as the clocks of a place show it, and how far they are ahead of UTC: what the metadata of
/// photos has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub struct LocalTime {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60: 60 is a leap second.
    pub second: u8,
    /// 0 to 999.
    pub millisecond: u16,
    /// The minutes by which these clocks are ahead of UTC: 60 for Central European Time. `None` if it isn't known.
    pub utc_offset: Option<i16>,
}

impl LocalTime {
    /// This time, with an unknown offset from UTC.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if a value is out of its range, or the month is shorter.
    pub fn new(
        (year, month, day): (u16, u8, u8),
        (hour, minute, second): (u8, u8, u8),
    ) -> Result<Self, MediaError> {
        let is_leap_year = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if is_leap_year => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if year > 9999 || !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return Err(MediaError::type_error(format!(
                "{year}-{month}-{day} {hour}:{minute}:{second} is no date and time; use values of the Gregorian calendar"
            )));
        }
        Ok(Self { year, month, day, hour, minute, second, millisecond: 0, utc_offset: None })
    }

    /// Sets the minutes by which these clocks are ahead of UTC.
    #[must_use]
    pub fn utc_offset(mut self, minutes: i16) -> Self {
        self.utc_offset = Some(minutes);
        self
    }

    /// The time now, in the time zone of the system.
    #[cfg(not(target_family = "wasm"))]
    pub fn now() -> Self {
        use chrono::{Datelike, Local, Timelike};
        let now = Local::now();
        Self {
            year: now.year().clamp(0, 9999) as u16,
            month: now.month() as u8,
            day: now.day() as u8,
            hour: now.hour() as u8,
            minute: now.minute() as u8,
            second: now.second() as u8,
            // A leap second counts up to 2000.
            millisecond: now.timestamp_subsec_millis().min(999) as u16,
            utc_offset: i16::try_from(now.offset().local_minus_utc() / 60).ok(),
        }
    }

    /// The time now, in the time zone of the browser.
    #[cfg(target_family = "wasm")]
    pub fn now() -> Self {
        let now = js_sys::Date::new_0();
        Self {
            year: now.get_full_year().min(9999) as u16,
            // JavaScript counts months from 0.
            month: now.get_month() as u8 + 1,
            day: now.get_date() as u8,
            hour: now.get_hours() as u8,
            minute: now.get_minutes() as u8,
            second: now.get_seconds() as u8,
            millisecond: now.get_milliseconds().min(999) as u16,
            // JavaScript's offset is that of UTC from these clocks.
            utc_offset: Some(-now.get_timezone_offset() as i16),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn a_time_is_one_of_the_calendar() {
        for (date, time) in [
            ((2024, 2, 29), (0, 0, 0)),
            ((2000, 2, 29), (23, 59, 60)),
            ((2026, 12, 31), (12, 0, 0)),
            ((0, 1, 1), (0, 0, 0)),
        ] {
            assert!(LocalTime::new(date, time).is_ok(), "{date:?} {time:?}");
        }
        for (date, time) in [
            ((2026, 2, 29), (0, 0, 0)),
            ((1900, 2, 29), (0, 0, 0)),
            ((2026, 4, 31), (0, 0, 0)),
            ((2026, 0, 1), (0, 0, 0)),
            ((2026, 13, 1), (0, 0, 0)),
            ((2026, 1, 0), (0, 0, 0)),
            ((10_000, 1, 1), (0, 0, 0)),
            ((2026, 1, 1), (24, 0, 0)),
            ((2026, 1, 1), (0, 60, 0)),
            ((2026, 1, 1), (0, 0, 61)),
        ] {
            let error = LocalTime::new(date, time).expect_err("no such time");
            assert_eq!(error.name, ErrorName::Type, "{error}");
        }
    }

    #[test]
    fn now_is_a_time_of_the_calendar() {
        let now = LocalTime::now();
        let date = (now.year, now.month, now.day);
        assert!(LocalTime::new(date, (now.hour, now.minute, now.second)).is_ok(), "{now:?}");
        // The largest offsets are those of Baker Island and Kiribati.
        assert!(now.utc_offset.is_some_and(|minutes| (-12 * 60..=14 * 60).contains(&minutes)), "{now:?}");
    }
}
