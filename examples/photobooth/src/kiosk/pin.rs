//! The way out: five taps in a corner open a pad for the PIN.

use std::{fmt, time::Duration};

use serde::Deserialize;
use thiserror::Error;

/// The number of taps that open the pad, and the longest time from the first to the last.
const TAPS: usize = 5;
const TAP_TIME: Duration = Duration::from_secs(3);
/// The side of the corner's square, as a part of the window's shorter side, and its limits in logical pixels.
const CORNER: f32 = 0.12;
const CORNER_LIMITS: (f32, f32) = (48.0, 120.0);
/// The pad closes after this time without input.
const PAD_TIME: Duration = Duration::from_secs(20);
/// The wrong tries without a wait.
const FREE_TRIES: u32 = 2;
/// The first wait. It doubles with each wrong try.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// The number of digits.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// A PIN: 4 to 12 digits.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pin(String);

/// The error of a text that is no PIN.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a PIN has 4 to 12 digits and nothing else")]
pub struct InvalidPin;

impl TryFrom<String> for Pin {
    type Error = InvalidPin;

    fn try_from(text: String) -> Result<Self, InvalidPin> {
        let is_pin = DIGITS.contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
        if is_pin { Ok(Self(text)) } else { Err(InvalidPin) }
    }
}

/// The digits are in no log.
impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// A corner of the window.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Corner {
    /// The top left.
    #[default]
    TopLeft,
    /// The top right.
    TopRight,
    /// The bottom left.
    BottomLeft,
    /// The bottom right.
    BottomRight,
}

impl Corner {
    /// True if a point is in this corner of a window. Sizes are in logical pixels, from the top left.
    pub fn contains(self, window: [f32; 2], point: [f32; 2]) -> bool {
        let [width, height] = window;
        let side = (width.min(height) * CORNER).clamp(CORNER_LIMITS.0, CORNER_LIMITS.1);
        let [x, y] = point;
        let x = if matches!(self, Self::TopLeft | Self::BottomLeft) { x } else { width - x };
        let y = if matches!(self, Self::TopLeft | Self::TopRight) { y } else { height - y };
        (0.0..=side).contains(&x) && (0.0..=side).contains(&y)
    }
}

/// The answer to an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinAnswer {
    /// Nothing changes.
    Nothing,
    /// The pad opens.
    Opened,
    /// The pad shows this number of digits.
    Digits(usize),
    /// The PIN is wrong. The pad takes no digits for so many seconds; 0 for none.
    Wrong {
        /// The seconds, rounded up.
        wait: u32,
    },
    /// The PIN is right: the pad is closed, and the way out is open.
    Right,
    /// The pad closes.
    Closed,
}

/// The pad and the taps.
#[derive(Debug, Clone)]
pub struct PinGate {
    pin: Option<Pin>,
    taps: Vec<Duration>,
    /// The digits. `None` while the pad is closed.
    digits: Option<String>,
    last_input: Duration,
    wrong: u32,
    /// Until this time the pad takes no digits.
    blocked: Duration,
}

impl PinGate {
    /// A gate with this PIN. Without one it never opens.
    pub const fn new(pin: Option<Pin>) -> Self {
        Self {
            pin,
            taps: Vec::new(),
            digits: None,
            last_input: Duration::ZERO,
            wrong: 0,
            blocked: Duration::ZERO,
        }
    }

    /// True while the pad is open.
    pub const fn is_open(&self) -> bool {
        self.digits.is_some()
    }

    /// The number of digits on the pad.
    pub fn digits(&self) -> usize {
        self.digits.as_ref().map_or(0, String::len)
    }

    /// The seconds until the pad takes digits again, rounded up. 0 if it does.
    pub fn wait(&self, now: Duration) -> u32 {
        self.blocked.saturating_sub(now).as_secs_f32().ceil() as u32
    }

    /// A tap on the window, in the corner or elsewhere. A tap elsewhere starts the counting again.
    pub fn tap(&mut self, is_in_corner: bool, now: Duration) -> PinAnswer {
        if self.is_open() || self.pin.is_none() {
            return PinAnswer::Nothing;
        }
        if !is_in_corner {
            self.taps.clear();
            return PinAnswer::Nothing;
        }
        self.taps.retain(|tap| now.saturating_sub(*tap) <= TAP_TIME);
        self.taps.push(now);
        if self.taps.len() < TAPS {
            return PinAnswer::Nothing;
        }
        self.taps.clear();
        self.digits = Some(String::new());
        self.last_input = now;
        PinAnswer::Opened
    }

    /// A digit, 0 to 9. The PIN is checked once it has all its digits.
    pub fn digit(&mut self, digit: u8, now: Duration) -> PinAnswer {
        let (Some(pin), Some(digits)) = (&self.pin, &mut self.digits) else { return PinAnswer::Nothing };
        self.last_input = now;
        if digit > 9 || now < self.blocked {
            return PinAnswer::Nothing;
        }
        digits.push(char::from(b'0' + digit));
        if digits.len() < pin.0.len() {
            return PinAnswer::Digits(digits.len());
        }
        if *digits == pin.0 {
            self.digits = None;
            self.wrong = 0;
            return PinAnswer::Right;
        }
        digits.clear();
        self.wrong = self.wrong.saturating_add(1);
        self.blocked = now.saturating_add(wait_after(self.wrong));
        PinAnswer::Wrong { wait: self.wait(now) }
    }

    /// Removes the last digit.
    pub fn erase(&mut self, now: Duration) -> PinAnswer {
        let Some(digits) = &mut self.digits else { return PinAnswer::Nothing };
        self.last_input = now;
        digits.pop();
        PinAnswer::Digits(digits.len())
    }

    /// Closes the pad. Wrong tries stay counted.
    pub fn close(&mut self) -> PinAnswer {
        self.taps.clear();
        if self.digits.take().is_some() { PinAnswer::Closed } else { PinAnswer::Nothing }
    }

    /// The time goes on. A pad without input closes.
    pub fn tick(&mut self, now: Duration) -> PinAnswer {
        if self.is_open() && now.saturating_sub(self.last_input.max(self.blocked)) >= PAD_TIME {
            self.close()
        } else {
            PinAnswer::Nothing
        }
    }
}

/// The wait after so many wrong tries.
fn wait_after(wrong: u32) -> Duration {
    match wrong.checked_sub(FREE_TRIES + 1) {
        Some(doublings) => {
            LONGEST_WAIT.min(FIRST_WAIT.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX)))
        }
        None => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn pin(digits: &str) -> Pin {
        Pin::try_from(digits.to_owned()).expect("a PIN")
    }

    fn opened(now: Duration) -> PinGate {
        let mut gate = PinGate::new(Some(pin("2580")));
        for tap in 1..=5 {
            let answer = gate.tap(true, now);
            assert_eq!(answer, if tap < 5 { PinAnswer::Nothing } else { PinAnswer::Opened });
        }
        gate
    }

    fn enter(gate: &mut PinGate, digits: &str, now: Duration) -> PinAnswer {
        digits.bytes().map(|digit| gate.digit(digit - b'0', now)).last().expect("digits")
    }

    #[test]
    fn a_pin_has_four_to_twelve_digits() {
        for text in ["", "123", "1234567890123", "12a4", "12 4", "-123", "١٢٣٤"] {
            assert_eq!(Pin::try_from(text.to_owned()), Err(InvalidPin), "{text}");
        }
        for text in ["0000", "123456789012"] {
            assert!(Pin::try_from(text.to_owned()).is_ok(), "{text}");
        }
        assert_eq!(format!("{:?}", pin("2580")), "Pin(..)");
    }

    #[test]
    fn five_quick_taps_in_the_corner_open_the_pad() {
        let mut gate = PinGate::new(Some(pin("2580")));
        for second in 0..20 {
            assert_eq!(gate.tap(true, s(second)), PinAnswer::Nothing, "one tap a second is too slow");
        }
        assert_eq!(gate.tap(false, s(20)), PinAnswer::Nothing);
        for _ in 0..4 {
            assert_eq!(gate.tap(true, s(21)), PinAnswer::Nothing);
        }
        assert_eq!(gate.tap(false, s(21)), PinAnswer::Nothing, "a tap elsewhere starts again");
        assert_eq!(gate.tap(true, s(21)), PinAnswer::Nothing);
        assert!(!gate.is_open());
        assert!(opened(s(0)).is_open());
    }

    #[test]
    fn without_a_pin_there_is_no_way_out() {
        let mut gate = PinGate::new(None);
        for _ in 0..50 {
            assert_eq!(gate.tap(true, s(0)), PinAnswer::Nothing);
        }
        assert_eq!(gate.digit(0, s(0)), PinAnswer::Nothing);
    }

    #[test]
    fn the_right_pin_opens_the_way_out() {
        let mut gate = opened(s(0));
        assert_eq!(enter(&mut gate, "25", s(1)), PinAnswer::Digits(2));
        assert_eq!(gate.erase(s(1)), PinAnswer::Digits(1));
        assert_eq!(enter(&mut gate, "58", s(1)), PinAnswer::Digits(3));
        assert_eq!(gate.digit(10, s(1)), PinAnswer::Nothing, "no digit");
        assert_eq!(gate.digit(0, s(1)), PinAnswer::Right);
        assert!(!gate.is_open());
        assert_eq!(gate.digit(0, s(1)), PinAnswer::Nothing, "the pad is closed");
    }

    #[test]
    fn wrong_tries_wait_longer_and_longer() {
        let mut gate = opened(s(0));
        let mut now = s(0);
        let mut waits = Vec::new();
        for _ in 0..12 {
            let PinAnswer::Wrong { wait } = enter(&mut gate, "1111", now) else { panic!("a wrong PIN") };
            waits.push(wait);
            if wait > 0 {
                assert_eq!(enter(&mut gate, "2580", now), PinAnswer::Nothing, "also the right PIN waits");
            }
            now += s(wait.into());
        }
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
        // Closing the pad is no way around the wait.
        assert!(matches!(enter(&mut gate, "1111", now), PinAnswer::Wrong { wait: 300 }));
        assert_eq!(gate.close(), PinAnswer::Closed);
        for _ in 0..5 {
            gate.tap(true, now);
        }
        assert!(gate.is_open());
        assert_eq!((gate.digit(2, now), gate.wait(now)), (PinAnswer::Nothing, 300));
        assert_eq!(enter(&mut gate, "2580", now + s(300)), PinAnswer::Right);
        for _ in 0..5 {
            gate.tap(true, now + s(300));
        }
        assert_eq!(
            enter(&mut gate, "1111", now + s(300)),
            PinAnswer::Wrong { wait: 0 },
            "the count starts again"
        );
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }

    #[test]
    fn a_pad_that_nobody_uses_closes() {
        let mut gate = opened(s(0));
        assert_eq!(gate.digit(2, s(15)), PinAnswer::Digits(1));
        assert_eq!(gate.tick(s(34)), PinAnswer::Nothing);
        assert_eq!(gate.tick(s(35)), PinAnswer::Closed);
        assert_eq!(gate.tick(s(36)), PinAnswer::Nothing);
    }

    #[test]
    fn the_corner_is_large_enough_for_a_finger() {
        let window = [1280.0, 800.0];
        for (corner, inside, outside) in [
            (Corner::TopLeft, [5.0, 5.0], [1275.0, 5.0]),
            (Corner::TopRight, [1190.0, 90.0], [1100.0, 5.0]),
            (Corner::BottomLeft, [90.0, 710.0], [5.0, 5.0]),
            (Corner::BottomRight, [1279.0, 799.0], [1279.0, 5.0]),
        ] {
            assert!(corner.contains(window, inside), "{corner:?}");
            assert!(!corner.contains(window, outside), "{corner:?}");
        }
        assert!(Corner::TopLeft.contains([360.0, 640.0], [47.0, 47.0]));
        assert!(!Corner::TopLeft.contains([f32::NAN, 640.0], [-1.0, 47.0]));
    }
}
