//! The settings of the kiosk.

use std::time::Duration;

use serde::Deserialize;

use crate::kiosk::{Corner, Pin};

/// The part `kiosk` of the settings file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KioskSettings {
    /// Full screen, no cursor, and no way out but the PIN.
    pub enabled: bool,
    /// The PIN: 4 to 12 digits. `None` for no way out at all.
    pub pin: Option<Pin>,
    /// The corner that opens the PIN pad, by five taps.
    pub corner: Corner,
    /// Everything by one key or button: a press is the next choice, a hold takes it.
    pub one_button: bool,
    /// How long the button is held to take a choice, in seconds.
    pub hold_seconds: f32,
    /// The booth starts over after so many seconds without input. 0 for never.
    pub idle_seconds: u32,
}

impl Default for KioskSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            pin: None,
            corner: Corner::default(),
            one_button: false,
            hold_seconds: 0.8,
            idle_seconds: 60,
        }
    }
}

impl KioskSettings {
    /// How long the button is held to take a choice: 0.2 to 5 s.
    pub fn hold(&self) -> Duration {
        let seconds = if self.hold_seconds.is_nan() { 0.8 } else { self.hold_seconds };
        Duration::from_secs_f32(seconds.clamp(0.2, 5.0))
    }

    /// The time without input until the booth starts over. `None` for never.
    pub fn idle(&self) -> Option<Duration> {
        (self.idle_seconds > 0).then(|| Duration::from_secs(self.idle_seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_is_a_time() {
        let hold = |hold_seconds| KioskSettings { hold_seconds, ..Default::default() }.hold();
        assert_eq!(hold(f32::NAN), Duration::from_secs_f32(0.8));
        assert_eq!(hold(-1.0), Duration::from_secs_f32(0.2));
        assert_eq!(hold(f32::INFINITY), Duration::from_secs(5));
        assert_eq!(KioskSettings { idle_seconds: 0, ..Default::default() }.idle(), None);
    }
}
