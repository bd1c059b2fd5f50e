//! The host's side of the booth: languages, consent, gallery, QR code, printing, starting over, and the way out.

mod act;
mod guard;
#[cfg(not(target_family = "wasm"))]
mod office;
#[cfg(not(target_family = "wasm"))]
mod picture;
#[cfg(not(target_family = "wasm"))]
pub mod show;
#[cfg(not(target_family = "wasm"))]
mod upload;

use bevy::prelude::*;
use photobooth::{
    trouble::Trouble,
    words::{Language, Words},
};

use crate::{booth::Curtain, settings::Settings};

/// An action on the host's screens.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostAction {
    /// Agrees to the consent screen.
    Agree,
    /// Doesn't agree.
    Decline,
    /// Ends the session.
    StartOver,
    /// Shows the languages.
    Languages,
    /// Chooses a language.
    Language(Language),
    /// Shows the gallery.
    Gallery,
    /// Goes on by so many pictures.
    Turn(isize),
    /// Asks whether the picture is to be deleted.
    Delete,
    /// Deletes the picture.
    DeleteForGood,
    /// Asks for the number of copies.
    AskCopies,
    /// One copy more or less.
    Copies(i32),
    /// Prints the picture.
    Print,
    /// Shows the result's QR code.
    Code,
    /// Uploads the result.
    Upload,
    /// Somebody is still there.
    StillHere,
    /// A digit of the PIN.
    Digit(u8),
    /// Removes the last digit of the PIN.
    Erase,
    /// Closes the booth.
    Leave,
    /// Closes the screen.
    Close,
}

/// A screen that covers the booth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Screen {
    /// None: the booth itself.
    #[default]
    Booth,
    /// The consent screen.
    Consent,
    /// The guest doesn't agree, or nobody is there.
    Start,
    /// The languages.
    Languages,
    /// The gallery.
    Gallery,
    /// Whether the picture is to be deleted.
    DeleteQuestion,
    /// The number of copies.
    Copies,
    /// The picture is being printed.
    Printing,
    /// The QR code.
    Code,
    /// The pad for the PIN.
    Pin,
    /// The sessions, and the way out.
    Sessions,
    /// Whether somebody is still there.
    Idle,
    /// The pictures of the gallery, one after another, while nobody is there.
    Show,
    /// A problem.
    Trouble(Trouble),
}

#[cfg(test)]
impl Screen {
    /// The screens with texts and buttons that cover the booth: all but the idle show.
    pub fn covers() -> impl Iterator<Item = Self> {
        let screens = [
            Self::Consent,
            Self::Start,
            Self::Languages,
            Self::Gallery,
            Self::DeleteQuestion,
            Self::Copies,
            Self::Printing,
            Self::Code,
            Self::Pin,
            Self::Sessions,
            Self::Idle,
        ];
        screens.into_iter().chain(Trouble::ALL.map(Self::Trouble))
    }
}

/// Whether nobody is there, since the booth started over.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Away(pub bool);

/// The QR code of the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    pub image: Handle<Image>,
    pub minutes: u64,
}

/// The shown picture of the gallery.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub image: Handle<Image>,
    pub size: UVec2,
}

/// The upload of the result.
#[derive(Resource, Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(target_family = "wasm", expect(dead_code, reason = "a page has no server of the host's"))]
pub enum UploadState {
    /// The settings don't allow uploads.
    #[default]
    Off,
    /// Nothing was sent.
    Ready,
    /// So many hundredths are sent.
    Sending(u32),
    /// The server has it.
    Done,
    /// It failed, and can be tried again.
    Failed,
}

/// All that the host's screens show.
#[derive(Resource, Debug, Clone, Default, PartialEq)]
pub struct Host {
    pub screen: Screen,
    /// The screen below it.
    pub under: Screen,
    /// There is a gallery.
    pub has_gallery: bool,
    /// Results can be printed.
    pub has_printer: bool,
    /// The digits on the pad, whether the last PIN was wrong, and the seconds to wait.
    pub digits: usize,
    pub is_wrong: bool,
    pub wait: u32,
    /// The seconds until the booth starts over.
    pub idle: u32,
    /// The names of the pictures in the gallery, and the index of the shown one.
    pub pictures: Vec<String>,
    pub at: usize,
    pub shown: Option<Shown>,
    /// The result's QR code.
    pub code: Option<Code>,
    /// The copies to print, and those that the guest has left.
    pub copies: u32,
    pub left: Option<u32>,
    /// The sessions of this day, and all.
    pub sessions: (u64, u64),
}

impl Host {
    /// True while a screen covers the booth.
    pub fn covers_booth(&self) -> bool {
        self.screen != Screen::Booth
    }

    /// Shows a screen above the booth, the consent screen or the start.
    pub fn cover(&mut self, screen: Screen) {
        if matches!(self.screen, Screen::Booth | Screen::Consent | Screen::Start) {
            self.under = self.screen;
        }
        self.screen = screen;
    }

    /// Shows the screen below again. No guest gets around the consent screen by closing another.
    pub fn uncover(&mut self) {
        self.screen = self.under;
    }
}

/// The first screen of a session.
fn first_screen(settings: &Settings) -> Screen {
    if settings.venue.consent.shown { Screen::Consent } else { Screen::Booth }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Host>()
        .init_resource::<Words>()
        .init_resource::<UploadState>()
        .init_resource::<Away>()
        .add_systems(PreStartup, begin)
        .add_systems(Last, draw_curtain)
        .add_plugins((act::plugin, guard::plugin));
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins((office::plugin, show::plugin, upload::plugin));
}

fn begin(mut host: ResMut<Host>, mut words: ResMut<Words>, settings: Res<Settings>) {
    *words = Words::new(settings.first_language());
    host.screen = first_screen(&settings);
}

/// At the end of a frame, so that a key that closes a screen does nothing else.
fn draw_curtain(host: Res<Host>, settings: Res<Settings>, mut curtain: ResMut<Curtain>) {
    // With one button all keys are that button.
    curtain.set_if_neq(Curtain(host.covers_booth() || settings.venue.kiosk.one_button));
}
