//! One button for everything: a press goes to the next choice, a hold takes it.

use std::time::Duration;

/// A step by the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Goes to the next choice.
    Next,
    /// Takes the choice.
    Choose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Up,
    /// Down since this time.
    Down(Duration),
    /// Down, and the hold was reported.
    Held,
}

/// The button.
#[derive(Debug, Clone)]
pub struct OneButton {
    hold: Duration,
    state: State,
}

impl OneButton {
    /// A button that is held for `hold` to take a choice.
    pub const fn new(hold: Duration) -> Self {
        Self { hold, state: State::Up }
    }

    /// The button goes down. The repeated presses of a held key change nothing.
    pub fn press(&mut self, now: Duration) {
        if self.state == State::Up {
            self.state = State::Down(now);
        }
    }

    /// The button goes up.
    pub fn release(&mut self, now: Duration) -> Option<Step> {
        match std::mem::replace(&mut self.state, State::Up) {
            State::Down(pressed) if self.is_held(pressed, now) => Some(Step::Choose),
            State::Down(_) => Some(Step::Next),
            State::Up | State::Held => None,
        }
    }

    /// The time goes on. A hold is reported once, while the button is still down.
    pub fn tick(&mut self, now: Duration) -> Option<Step> {
        match self.state {
            State::Down(pressed) if self.is_held(pressed, now) => {
                self.state = State::Held;
                Some(Step::Choose)
            }
            _ => None,
        }
    }

    /// Forgets a press, when the screen changes or the window loses its focus.
    pub fn reset(&mut self) {
        self.state = State::Up;
    }

    /// The progress of a hold, 0 to 1.
    pub fn progress(&self, now: Duration) -> f32 {
        match self.state {
            State::Up => 0.0,
            State::Down(pressed) if !self.hold.is_zero() => {
                (now.saturating_sub(pressed).as_secs_f32() / self.hold.as_secs_f32()).min(1.0)
            }
            State::Down(_) | State::Held => 1.0,
        }
    }

    fn is_held(&self, pressed: Duration, now: Duration) -> bool {
        now.saturating_sub(pressed) >= self.hold
    }
}

/// The choices of a screen, of which one is highlighted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    count: usize,
    at: usize,
}

impl Walk {
    /// Sets the number of choices. With another number the first one is highlighted.
    pub fn set_count(&mut self, count: usize) {
        if self.count != count {
            *self = Self { count, at: 0 };
        }
    }

    /// Highlights the first choice, for a new screen.
    pub fn start_over(&mut self) {
        self.at = 0;
    }

    /// The highlighted choice. `None` if there are none.
    pub fn at(&self) -> Option<usize> {
        (self.count > 0).then_some(self.at)
    }

    /// Makes a step. Returns the choice that was taken.
    pub fn step(&mut self, step: Step) -> Option<usize> {
        match step {
            Step::Next if self.count > 0 => {
                self.at = (self.at + 1) % self.count;
                None
            }
            Step::Next => None,
            Step::Choose => self.at(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_press_is_next_and_a_hold_chooses_once() {
        let mut button = OneButton::new(ms(800));
        button.press(ms(0));
        assert_eq!(button.tick(ms(799)), None);
        assert_eq!(button.release(ms(799)), Some(Step::Next));

        button.press(ms(1000));
        // Keyboards repeat the press of a held key.
        button.press(ms(1500));
        assert_eq!(button.tick(ms(1800)), Some(Step::Choose));
        button.press(ms(1900));
        assert_eq!(button.tick(ms(9000)), None, "a hold counts once");
        assert_eq!(button.release(ms(9000)), None);

        button.press(ms(10_000));
        assert_eq!(button.release(ms(10_800)), Some(Step::Choose), "also without a tick in between");
        assert_eq!(button.release(ms(11_000)), None, "a release without a press");
    }

    #[test]
    fn the_progress_of_a_hold_is_shown() {
        let mut button = OneButton::new(ms(800));
        assert_eq!(button.progress(ms(5)), 0.0);
        button.press(ms(100));
        assert_eq!(button.progress(ms(500)), 0.5);
        assert_eq!(button.progress(ms(50)), 0.0, "a clock that goes back");
        assert_eq!(button.progress(ms(5000)), 1.0);
        button.reset();
        assert_eq!((button.progress(ms(5000)), button.release(ms(5000))), (0.0, None));
    }

    #[test]
    fn the_choices_are_walked_in_a_circle() {
        let mut walk = Walk::default();
        assert_eq!((walk.step(Step::Next), walk.step(Step::Choose), walk.at()), (None, None, None));
        walk.set_count(3);
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push(walk.step(Step::Choose));
            walk.step(Step::Next);
        }
        assert_eq!(seen, [Some(0), Some(1), Some(2), Some(0)]);
        walk.set_count(3);
        assert_eq!(walk.at(), Some(1), "the same choices");
        walk.set_count(2);
        assert_eq!(walk.at(), Some(0), "other choices");
    }
}
