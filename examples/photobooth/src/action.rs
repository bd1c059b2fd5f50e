//! The actions of guests.

use bevy::prelude::*;

use crate::mode::Mode;

/// An action, by key, button or touch.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Starts the shots.
    Shoot,
    /// Stops the shots, or closes the result.
    Back,
    /// Keeps the shot that is shown.
    Keep,
    /// Takes the shot that is shown again.
    Retake,
    /// Picks a mode.
    Mode(Mode),
    /// Picks the next mode.
    NextMode,
    /// Picks the layout with this index.
    Layout(usize),
    /// Picks the next layout of the mode.
    NextLayout,
    /// Chooses the look with this index.
    Look(usize),
    /// Moves the choice by this many looks.
    NextLook(isize),
    /// Adds a sticker with this picture.
    Sticker(usize),
    /// Toggles mirroring.
    Mirror,
    /// Uses the next device.
    NextCamera,
    /// Requests a device again.
    AskAgain,
    /// Uses an image or a video instead of a device.
    ChooseFile,
    /// Saves the result again. In a browser it is a download.
    Save,
    /// Offers the result to the user's other apps.
    Share,
}
