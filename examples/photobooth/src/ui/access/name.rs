//! The names and states of buttons and pictures.

use bevy_viewfinder::prelude::*;
use photobooth::words::{Key, Words};

use super::picture::Shows;
use crate::{
    action::Action,
    booth::{Booth, Layouts, Phase},
    host::{Host, HostAction},
    look::Looks,
    settings::Settings,
    sticker::PICTURES,
    ui::speech::{look_name, result_heading},
};

/// The name of a button: what its action says, or the texts on it.
pub fn of_action(action: Action, texts: &str, words: &Words, looks: &Looks, layouts: &Layouts) -> String {
    match action {
        Action::Look(index) => {
            let look = looks.iter().nth(index).and_then(|look| look_name(look.name));
            words.text_with(
                Key::LabelLook,
                &[("look", words.text(look.unwrap_or(Key::Looks)).as_str().into())],
            )
        }
        Action::Layout(index) => {
            let name = layouts.0.get(index).map_or("", |template| template.layout.name.as_str());
            words.text_with(Key::LabelLayout, &[("layout", name.into())])
        }
        Action::Sticker(picture) => {
            let name = words.text(sticker_name(picture).unwrap_or(Key::Stickers));
            words.text_with(Key::LabelSticker, &[("sticker", name.as_str().into())])
        }
        // The shutter has no text.
        Action::Shoot if texts.is_empty() => words.text(Key::TakePicture),
        Action::Back if texts.is_empty() => words.text(Key::Stop),
        _ => texts.to_owned(),
    }
}

/// The name of a button of the host's.
pub fn of_host_action(action: HostAction, texts: &str, words: &Words) -> String {
    match action {
        HostAction::Copies(1) => words.text(Key::MoreCopies),
        HostAction::Copies(-1) => words.text(Key::FewerCopies),
        _ => texts.to_owned(),
    }
}

/// Whether a button is the chosen one of several. `None` for a button that isn't one of several.
pub fn is_chosen(action: Action, booth: &Booth) -> Option<bool> {
    match action {
        Action::Look(look) => Some(look == booth.look),
        Action::Mode(mode) => Some(mode == booth.mode),
        Action::Layout(layout) => Some(layout == booth.layout),
        _ => None,
    }
}

/// Whether a button does nothing for now.
pub fn is_disabled(action: Action, booth: &Booth, track: Option<&TrackState>) -> bool {
    let is_ready = matches!(booth.phase, Phase::Ready);
    match action {
        Action::Shoot => !is_ready || track != Some(&TrackState::Live),
        Action::Mode(_) | Action::Layout(_) | Action::Sticker(_) => !is_ready,
        _ => false,
    }
}

/// The name of a picture.
pub fn of_picture(
    shows: Shows,
    booth: &Booth,
    host: &Host,
    words: &Words,
    layouts: &Layouts,
    settings: &Settings,
    track: Option<&TrackState>,
) -> String {
    match shows {
        Shows::Mirror => words.text(Key::LabelMirror),
        Shows::Print => {
            let shots = booth.shots(layouts, settings);
            let values = [("shots", shots.into()), ("taken", booth.photos.len().min(shots).into())];
            words.text_with(Key::LabelShots, &values)
        }
        Shows::Result => words.text(result_heading(booth.mode)),
        Shows::Gallery => {
            let values = [("picture", (host.at + 1).into()), ("pictures", host.pictures.len().into())];
            words.text_with(Key::PictureOf, &values)
        }
        Shows::Code => words.text(Key::ScanTitle),
        Shows::Lamp => words.text(match track {
            Some(TrackState::Live) => Key::CameraOn,
            Some(TrackState::Pending) => Key::RequestingCamera,
            _ => Key::NoFrameYet,
        }),
    }
}

/// The name of the sticker with this picture.
fn sticker_name(picture: usize) -> Option<Key> {
    const NAMES: [Key; PICTURES] = [
        Key::StickerGlasses,
        Key::StickerCrown,
        Key::StickerMustache,
        Key::StickerHat,
        Key::StickerHeart,
        Key::StickerStar,
    ];
    NAMES.get(picture).copied()
}
