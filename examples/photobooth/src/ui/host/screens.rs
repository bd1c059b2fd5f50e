//! The screens.

use bevy::prelude::*;
use photobooth::{
    trouble::Trouble,
    venue::Retention,
    words::{Key, Language},
};

use super::parts::Parts;
use crate::{
    host::{Host, HostAction, Screen},
    settings::Settings,
    ui::{
        access::Shows,
        button::Kind,
        fit::Shape,
        theme::{KeepsFont, color},
    },
};

/// The content of the screen.
pub fn build(parts: &mut Parts<'_, '_, '_>, host: &Host, settings: &Settings) -> Entity {
    match host.screen {
        Screen::Booth | Screen::Show => parts.column(0.0, &[]),
        Screen::Consent => consent(parts, settings),
        Screen::Start => start(parts, settings),
        Screen::Languages => {
            let heading = parts.say(Key::Language);
            let heading = parts.heading(&heading);
            let languages = languages(parts, settings);
            let close = text_button(parts, Kind::Plain, Key::Close, HostAction::Close);
            parts.column(620.0, &[heading, languages, close])
        }
        Screen::Gallery => gallery(parts, host, settings),
        Screen::DeleteQuestion => {
            let question = parts.say(Key::DeleteQuestion);
            let question = parts.heading(&question);
            let yes = text_button(parts, Kind::Primary, Key::Delete, HostAction::DeleteForGood);
            let no = text_button(parts, Kind::Plain, Key::Cancel, HostAction::Close);
            let buttons = parts.row(&[yes, no]);
            parts.column(640.0, &[question, buttons])
        }
        Screen::Copies => copies(parts, host),
        Screen::Printing => {
            let text = parts.say(Key::Printing);
            let text = parts.heading(&text);
            let close = text_button(parts, Kind::Primary, Key::Okay, HostAction::Close);
            parts.column(640.0, &[text, close])
        }
        Screen::Code => code(parts, host),
        Screen::Pin => pin(parts, host),
        Screen::Sessions => {
            let (today, all) = host.sessions;
            let counts = parts.say_with(Key::Sessions, &[("today", today.into()), ("all", all.into())]);
            let counts = parts.heading(&counts);
            let leave = text_button(parts, Kind::Primary, Key::LeaveBooth, HostAction::Leave);
            let close = text_button(parts, Kind::Plain, Key::Back, HostAction::Close);
            let buttons = parts.row(&[leave, close]);
            parts.column(640.0, &[counts, buttons])
        }
        Screen::Idle => {
            let question = parts.say(Key::IdleQuestion);
            let question = parts.heading(&question);
            let seconds = parts.say_with(Key::IdleSeconds, &[("seconds", host.idle.into())]);
            let seconds = parts.paragraph(&seconds);
            let here = text_button(parts, Kind::Primary, Key::StillHere, HostAction::StillHere);
            parts.column(640.0, &[question, seconds, here])
        }
        Screen::Trouble(trouble) => problem(parts, trouble),
    }
}

fn text_button(parts: &mut Parts<'_, '_, '_>, kind: Kind, key: Key, action: HostAction) -> Entity {
    let label = parts.say(key);
    parts.button(kind, &label, action)
}

/// The languages, each with its own name.
fn languages(parts: &mut Parts<'_, '_, '_>, settings: &Settings) -> Entity {
    let chosen = parts.words.language();
    let buttons: Vec<Entity> = settings
        .venue
        .languages()
        .into_iter()
        .map(|language| {
            let kind = if language == chosen { Kind::Chosen } else { Kind::Plain };
            let shade = kind.text_color();
            let action = HostAction::Language(language);
            if language == Language::Japanese {
                let line = parts.fonts.japanese_name(language.name(), 17.0, shade);
                parts.button_of(kind, action, line)
            } else {
                let line = parts.fonts.bold(language.name(), 17.0, shade);
                parts.button_of(kind, action, line)
            }
        })
        .collect();
    parts.row(&buttons)
}

fn consent(parts: &mut Parts<'_, '_, '_>, settings: &Settings) -> Entity {
    let venue = &settings.venue;
    let mut texts = vec![parts.say(Key::ConsentCamera)];
    texts.push(match venue.retention {
        Retention::Days(days) => parts.say_with(Key::ConsentDays, &[("days", days.into())]),
        Retention::Forever => parts.say(Key::ConsentForever),
    });
    if venue.pickup.enabled {
        texts.push(parts.say(Key::ConsentNetwork));
    }
    if venue.upload.enabled {
        texts.push(parts.say(Key::ConsentUpload));
    }
    let heading = parts.say(Key::ConsentTitle);
    let mut lines = vec![parts.heading(&heading)];
    for text in &texts {
        lines.push(parts.paragraph(text));
    }
    if !venue.consent.text.is_empty() {
        lines.push(parts.venue_text(&venue.consent.text));
    }
    let yes = text_button(parts, Kind::Primary, Key::ConsentYes, HostAction::Agree);
    let no = text_button(parts, Kind::Plain, Key::ConsentNo, HostAction::Decline);
    lines.push(parts.row(&[yes, no]));
    if venue.languages().len() > 1 {
        lines.push(languages(parts, settings));
    }
    parts.column(680.0, &lines)
}

fn start(parts: &mut Parts<'_, '_, '_>, settings: &Settings) -> Entity {
    let one_button = settings.venue.kiosk.one_button;
    let text = parts.say(if one_button { Key::PressToStart } else { Key::TouchToStart });
    let text = parts.heading(&text);
    let start = text_button(parts, Kind::Primary, Key::Start, HostAction::StartOver);
    parts.column(640.0, &[text, start])
}

fn gallery(parts: &mut Parts<'_, '_, '_>, host: &Host, settings: &Settings) -> Entity {
    let count = host.pictures.len();
    let mut lines = Vec::new();
    if count == 0 {
        let empty = parts.say(Key::GalleryEmpty);
        lines.push(parts.heading(&empty));
    }
    if let Some(shown) = &host.shown {
        let room = match parts.shape {
            Shape::Landscape => Vec2::new(1100.0, 560.0),
            Shape::Portrait => Vec2::new(380.0, 560.0),
            Shape::Sideways => Vec2::new(700.0, 220.0),
        };
        let size = shown.size.as_vec2();
        let size = size * (room / size.max(Vec2::ONE)).min_element();
        lines.push(parts.picture(Shows::Gallery, &shown.image, size.round()));
    }
    if count > 0 {
        let values = [("picture", (host.at + 1).into()), ("pictures", count.into())];
        let place = parts.say_with(Key::PictureOf, &values);
        lines.push(parts.paragraph(&place));
    }
    if let (Retention::Days(days), false) = (settings.venue.retention, parts.shape == Shape::Sideways) {
        let note = parts.say_with(Key::DeletedAfter, &[("days", days.into())]);
        lines.push(parts.paragraph(&note));
    }
    let mut buttons = Vec::new();
    if count > 1 {
        buttons.push(text_button(parts, Kind::Plain, Key::Previous, HostAction::Turn(-1)));
        buttons.push(text_button(parts, Kind::Plain, Key::Next, HostAction::Turn(1)));
    }
    if count > 0 {
        buttons.push(text_button(parts, Kind::Plain, Key::Delete, HostAction::Delete));
    }
    buttons.push(text_button(parts, Kind::Primary, Key::Close, HostAction::Close));
    lines.push(parts.row(&buttons));
    parts.column(1200.0, &lines)
}

fn copies(parts: &mut Parts<'_, '_, '_>, host: &Host) -> Entity {
    let heading = parts.say(Key::PrintTitle);
    let heading = parts.heading(&heading);
    let number = parts.say_with(Key::Copies, &[("copies", host.copies.into())]);
    let number = parts.colored(&number, color::TEXT);
    // The Japanese font has no such dash.
    let dash = (KeepsFont, parts.fonts.bold("\u{2013}", 17.0, Kind::Plain.text_color()));
    let fewer = parts.button_of(Kind::Plain, HostAction::Copies(-1), dash);
    let more = parts.button(Kind::Plain, "+", HostAction::Copies(1));
    let number = parts.line(&[fewer, number, more]);
    let mut lines = vec![heading, number];
    if let Some(left) = host.left {
        let left = parts.say_with(Key::CopiesLeft, &[("copies", left.into())]);
        lines.push(parts.paragraph(&left));
    }
    let print = text_button(parts, Kind::Primary, Key::Print, HostAction::Print);
    let cancel = text_button(parts, Kind::Plain, Key::Cancel, HostAction::Close);
    lines.push(parts.row(&[print, cancel]));
    parts.column(640.0, &lines)
}

fn code(parts: &mut Parts<'_, '_, '_>, host: &Host) -> Entity {
    let heading = parts.say(Key::ScanTitle);
    let mut lines = vec![parts.heading(&heading)];
    if let Some(code) = &host.code {
        let side = if parts.shape == Shape::Sideways { 176.0 } else { 330.0 };
        lines.push(parts.picture(Shows::Code, &code.image, Vec2::splat(side)));
        let minutes = parts.say_with(Key::ScanMinutes, &[("minutes", code.minutes.into())]);
        lines.push(parts.colored(&minutes, color::TEXT));
    }
    let note = parts.say(Key::ScanNetwork);
    lines.push(parts.paragraph(&note));
    lines.push(text_button(parts, Kind::Primary, Key::Done, HostAction::Close));
    parts.column(600.0, &lines)
}

fn pin(parts: &mut Parts<'_, '_, '_>, host: &Host) -> Entity {
    let heading = parts.say(Key::PinTitle);
    let heading = parts.heading(&heading);
    let note = match (host.wait, host.is_wrong) {
        (0, true) => parts.say(Key::PinWrong),
        (0, false) => "\u{2022} ".repeat(host.digits),
        (seconds, _) => parts.say_with(Key::PinWait, &[("seconds", seconds.into())]),
    };
    let note = parts.colored(if note.is_empty() { " " } else { note.trim_end() }, color::AMBER);
    let mut lines = vec![heading, note];
    for row in [[1, 2, 3], [4, 5, 6], [7, 8, 9]] {
        let row = row.map(|digit| parts.button(Kind::Plain, &digit.to_string(), HostAction::Digit(digit)));
        lines.push(parts.row(&row));
    }
    let erase = text_button(parts, Kind::Plain, Key::Erase, HostAction::Erase);
    let zero = parts.button(Kind::Plain, "0", HostAction::Digit(0));
    let close = text_button(parts, Kind::Plain, Key::Cancel, HostAction::Close);
    lines.push(parts.row(&[erase, zero, close]));
    parts.column(420.0, &lines)
}

/// A problem, with an advice.
fn problem(parts: &mut Parts<'_, '_, '_>, trouble: Trouble) -> Entity {
    let (title, advice) = trouble.texts();
    let title = parts.say(title);
    let title = parts.heading(&title);
    let advice = parts.say(advice);
    let advice = parts.paragraph(&advice);
    let buttons = if trouble == Trouble::Upload {
        let again = text_button(parts, Kind::Primary, Key::TryAgain, HostAction::Upload);
        let close = text_button(parts, Kind::Plain, Key::Close, HostAction::Close);
        parts.row(&[again, close])
    } else {
        text_button(parts, Kind::Primary, Key::Okay, HostAction::Close)
    };
    parts.column(760.0, &[title, advice, buttons])
}
