//! Announcements, for those who don't see the screen.

use photobooth::{
    trouble::Trouble,
    venue::Retention,
    words::{Key, Words},
};

use crate::{
    booth::{Booth, Phase},
    host::{Host, Screen},
    settings::Settings,
    ui::speech::result_heading,
};

/// A text for a screen reader. Without a text nothing is said.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Announcement {
    pub text: String,
    /// It interrupts what is being said: it is late soon.
    pub is_urgent: bool,
}

impl Announcement {
    fn calm(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_urgent: false }
    }

    fn urgent(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_urgent: true }
    }
}

/// The announcement of what is on the screen. `status` is the text on the mirror.
pub fn announcement(
    booth: &Booth,
    host: &Host,
    trouble: Option<Trouble>,
    status: &str,
    words: &Words,
    settings: &Settings,
) -> Announcement {
    if host.covers_booth() {
        return of_screen(host, words, settings);
    }
    match &booth.phase {
        Phase::Counting(_) => Announcement::urgent(count(booth, status, words, settings)),
        Phase::Recording(_) => Announcement::urgent(status),
        Phase::Judging(_) if booth.is_asking(settings) => {
            // The whole time, and not the time that is left, which would be said again every second.
            let seconds = booth.time_to_judge(settings).ceil() as u32;
            let kept = words.text_with(Key::KeptIn, &[("seconds", seconds.into())]);
            Announcement::calm(sentences([status, &kept]))
        }
        Phase::Exposing | Phase::Judging(_) | Phase::Developing(_) => Announcement::calm(status),
        Phase::Ready | Phase::Review => {
            if let Some((said, _)) = &booth.toast {
                return Announcement::calm(said);
            }
            match (&booth.phase, trouble) {
                (Phase::Review, _) => Announcement::calm(result(booth, words)),
                (_, Some(trouble)) => {
                    let (title, advice) = trouble.texts();
                    let [pattern, title, advice] =
                        [Key::TestPattern, title, advice].map(|key| words.text(key));
                    Announcement::calm(sentences([pattern.as_str(), &title, &advice]))
                }
                _ => Announcement::calm(status),
            }
        }
    }
}

/// The number of the countdown. The first comes with the status.
fn count(booth: &Booth, status: &str, words: &Words, settings: &Settings) -> String {
    let Some((number, _)) = booth.count() else { return String::new() };
    let said = words.text_with(Key::LabelCountdown, &[("seconds", number.into())]);
    if f64::from(number) >= f64::from(settings.countdown.ceil()) { sentences([status, &said]) } else { said }
}

/// The result, and its file or the problem with it.
fn result(booth: &Booth, words: &Words) -> String {
    let heading = words.text(result_heading(booth.mode));
    match &booth.saved {
        Some(Ok(path)) => {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let saved = words.text_with(Key::SavedAs, &[("file", name.into())]);
            sentences([heading.as_str(), &saved])
        }
        Some(Err(error)) => {
            let (title, advice) = Trouble::of_file(error).texts();
            let [failed, title, advice] = [Key::NotSaved, title, advice].map(|key| words.text(key));
            sentences([failed.as_str(), &title, &advice])
        }
        None => heading,
    }
}

/// The texts of a screen of the host's.
fn of_screen(host: &Host, words: &Words, settings: &Settings) -> Announcement {
    let say = |keys: &[Key]| {
        let texts: Vec<String> = keys.iter().map(|key| words.text(*key)).collect();
        sentences(texts.iter().map(String::as_str))
    };
    let venue = &settings.venue;
    match host.screen {
        Screen::Booth => Announcement::default(),
        Screen::Consent => {
            let stay = match venue.retention {
                Retention::Days(days) => words.text_with(Key::ConsentDays, &[("days", days.into())]),
                Retention::Forever => words.text(Key::ConsentForever),
            };
            let when = |is_so, key| if is_so { words.text(key) } else { String::new() };
            let network = when(venue.pickup.enabled, Key::ConsentNetwork);
            let upload = when(venue.upload.enabled, Key::ConsentUpload);
            let first = say(&[Key::ConsentTitle, Key::ConsentCamera]);
            Announcement::calm(sentences([first.as_str(), &stay, &network, &upload, &venue.consent.text]))
        }
        Screen::Start | Screen::Show if venue.kiosk.one_button => {
            Announcement::calm(say(&[Key::PressToStart]))
        }
        Screen::Start | Screen::Show => Announcement::calm(say(&[Key::TouchToStart])),
        Screen::Languages => Announcement::calm(say(&[Key::Language])),
        Screen::Gallery if host.pictures.is_empty() => Announcement::calm(say(&[Key::GalleryEmpty])),
        Screen::Gallery => {
            let values = [("picture", (host.at + 1).into()), ("pictures", host.pictures.len().into())];
            Announcement::calm(words.text_with(Key::PictureOf, &values))
        }
        Screen::DeleteQuestion => Announcement::urgent(say(&[Key::DeleteQuestion])),
        Screen::Copies => Announcement::calm(words.text_with(Key::Copies, &[("copies", host.copies.into())])),
        Screen::Printing => Announcement::calm(say(&[Key::Printing])),
        Screen::Code => {
            let minutes = host.code.as_ref().map_or(0, |code| code.minutes);
            let minutes = words.text_with(Key::ScanMinutes, &[("minutes", minutes.into())]);
            Announcement::calm(sentences([
                say(&[Key::ScanTitle]).as_str(),
                &minutes,
                &say(&[Key::ScanNetwork]),
            ]))
        }
        Screen::Pin if host.wait > 0 => {
            // In tens of seconds, so that it isn't said every second.
            let seconds = host.wait.div_ceil(10) * 10;
            Announcement::calm(words.text_with(Key::PinWait, &[("seconds", seconds.into())]))
        }
        Screen::Pin if host.is_wrong => Announcement::calm(say(&[Key::PinWrong])),
        Screen::Pin => Announcement::calm(say(&[Key::PinTitle])),
        Screen::Sessions => {
            let (today, all) = host.sessions;
            Announcement::calm(
                words.text_with(Key::Sessions, &[("today", today.into()), ("all", all.into())]),
            )
        }
        // Without the seconds that are left.
        Screen::Idle => Announcement::urgent(say(&[Key::IdleQuestion])),
        Screen::Trouble(trouble) => {
            let (title, advice) = trouble.texts();
            Announcement::urgent(say(&[title, advice]))
        }
    }
}

/// Texts one after the other, each with a mark at its end.
fn sentences<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = String::new();
    for text in texts.into_iter().map(str::trim).filter(|text| !text.is_empty()) {
        if !all.is_empty() {
            if all.ends_with(char::is_alphanumeric) {
                all.push('.');
            }
            all.push(' ');
        }
        all.push_str(text);
    }
    all
}

#[cfg(test)]
mod tests {
    use bevy::prelude::*;
    use photobooth::words::Language;

    use super::*;
    use crate::mode::Mode;

    fn said(booth: &Booth, host: &Host, status: &str) -> Announcement {
        announcement(booth, host, None, status, &Words::default(), &Settings::default())
    }

    fn in_phase(phase: Phase) -> Booth {
        let mut booth = Booth::default();
        booth.phase = phase;
        booth
    }

    fn counting(left: f32) -> Booth {
        let mut timer = Timer::from_seconds(3.0, TimerMode::Once);
        timer.tick(std::time::Duration::from_secs_f32(3.0 - left));
        in_phase(Phase::Counting(timer))
    }

    #[test]
    fn the_countdown_is_said_number_by_number() {
        let numbers = [3.0, 2.9, 1.9, 0.9, 0.1].map(|left| said(&counting(left), &default(), "Get ready!"));
        let texts = numbers.each_ref().map(|said| said.text.as_str());
        assert_eq!(texts, ["Get ready! 3", "Get ready! 3", "2", "1", "1"]);
        assert!(numbers.iter().all(|said| said.is_urgent));
    }

    #[test]
    fn a_result_is_said_with_the_name_of_its_file() {
        let mut booth = in_phase(Phase::Review);
        (booth.mode, booth.saved) = (Mode::Strip, Some(Ok("/home/ada/Pictures/strip.png".into())));
        assert_eq!(said(&booth, &default(), "").text, "Your strip. Saved as strip.png");
        booth.say("Uploaded");
        assert_eq!(said(&booth, &default(), "").text, "Uploaded");
    }

    #[test]
    fn seconds_that_run_are_not_said() {
        let idle = |seconds| Host { screen: Screen::Idle, idle: seconds, ..default() };
        assert_eq!(said(&default(), &idle(10), ""), said(&default(), &idle(9), ""));
        let wait = |seconds| Host { screen: Screen::Pin, wait: seconds, ..default() };
        assert_eq!(said(&default(), &wait(30), ""), said(&default(), &wait(21), ""));
        let judging = |left: f32| {
            let phase = Phase::Judging(Timer::from_seconds(left, TimerMode::Once));
            said(&in_phase(phase), &default(), "Shot 1 of 4")
        };
        assert_eq!(judging(6.0), judging(1.0));
        assert_eq!(judging(6.0).text, "Shot 1 of 4. Kept in 6\u{a0}s");
    }

    #[test]
    fn every_screen_says_something_in_every_language() {
        for language in Language::ALL {
            let words = Words::new(language);
            for screen in Screen::covers() {
                let host = Host { screen, ..default() };
                let said = announcement(&default(), &host, None, "", &words, &default());
                assert!(!said.text.is_empty(), "{language:?}: {screen:?}");
            }
        }
    }

    #[test]
    fn a_ready_booth_is_quiet_unless_its_camera_has_a_problem() {
        assert_eq!(said(&default(), &default(), ""), Announcement::default());
        let words = Words::default();
        let trouble = Some(Trouble::NoCamera);
        let said = announcement(&default(), &default(), trouble, "", &words, &default());
        assert!(said.text.contains("We can’t find a camera. Plug the camera in"), "{}", said.text);
    }
}
