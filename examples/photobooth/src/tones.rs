//! The tones of the countdown: one at each number, and a higher one at the shot.

use bevy::prelude::*;

use crate::{
    booth::{Advanced, Booth, Phase},
    settings::Settings,
    system,
};

/// The frequencies in hertz: A5 and E6.
const NUMBER: f32 = 880.0;
const SHOT: f32 = 1318.5;

/// A moment with a tone, or between two.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Moment {
    #[default]
    Silent,
    /// A number of the countdown.
    Number(u32),
    /// The shot, or the start of a recording.
    Shot,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, check).add_systems(
        Update,
        play.after(Advanced).run_if(|settings: Res<Settings>| settings.tones && system::HAS_TONES),
    );
}

fn check(settings: Res<Settings>) {
    if settings.tones && !system::HAS_TONES {
        warn!("only browsers have tones so far; this booth is silent");
    }
}

fn moment(booth: &Booth) -> Moment {
    match (&booth.phase, booth.count()) {
        (_, Some((number, _))) => Moment::Number(number),
        (Phase::Exposing | Phase::Recording(_), None) => Moment::Shot,
        _ => Moment::Silent,
    }
}

fn play(booth: Res<Booth>, mut last: Local<Moment>) {
    let now = moment(&booth);
    if std::mem::replace(&mut *last, now) != now {
        match now {
            Moment::Number(_) => system::beep(NUMBER, 0.12),
            Moment::Shot => system::beep(SHOT, 0.35),
            Moment::Silent => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_number_and_the_shot_are_moments_of_their_own() {
        let mut booth = Booth::default();
        assert_eq!(moment(&booth), Moment::Silent);
        let mut timer = Timer::from_seconds(3.0, TimerMode::Once);
        for number in [3, 2, 1] {
            booth.phase = Phase::Counting(timer.clone());
            assert_eq!(moment(&booth), Moment::Number(number));
            timer.tick(Duration::from_secs(1));
        }
        booth.phase = Phase::Exposing;
        assert_eq!(moment(&booth), Moment::Shot);
        booth.phase = Phase::Review;
        assert_eq!(moment(&booth), Moment::Silent);
    }
}
