//! The scenes: every screen of the booth and of the host.

use std::time::Duration;

use bevy::prelude::*;
use photobooth::trouble::Trouble;

use crate::{
    booth::{Booth, Layouts, OnScreen, Phase},
    feed::Feed,
    host::{Code, Host, Screen, Shown, UploadState},
    mode::Mode,
    recording::Recording,
};

/// Longer than a scene is shown.
const LONG: Duration = Duration::from_secs(3600);

/// A screen, with everything on it that it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    Ready,
    Counting,
    Judging,
    /// A clip is recorded, or shown.
    Filming,
    JudgingClip,
    Developing,
    Review(Mode),
    /// The result, with its QR code.
    Pickup(Mode),
    NotSaved,
    /// A short message.
    Message,
    /// The camera has a problem.
    Banner(Trouble),
    Screen(Screen),
    /// The pad after a wrong PIN, and after too many.
    WrongPin,
    Wait,
}

impl Scene {
    /// All scenes.
    pub fn all() -> Vec<Self> {
        let mut scenes = vec![
            Self::Ready,
            Self::Counting,
            Self::Judging,
            Self::Filming,
            Self::JudgingClip,
            Self::Developing,
            Self::Review(Mode::Strip),
            Self::Review(Mode::Boomerang),
            Self::Review(Mode::Clip),
            Self::Pickup(Mode::Strip),
            Self::Pickup(Mode::Single),
            Self::NotSaved,
            Self::Message,
            Self::WrongPin,
            Self::Wait,
        ];
        scenes.extend([Trouble::NoCamera, Trouble::Denied, Trouble::FilmOver].map(Self::Banner));
        scenes.extend(Screen::covers().map(Self::Screen));
        scenes
    }

    /// True for a screen that covers the booth.
    pub fn covers_booth(self) -> bool {
        matches!(self, Self::Screen(_) | Self::WrongPin | Self::Wait)
    }

    /// Sets the state of the booth and of the host.
    pub fn set(self, world: &mut World) {
        let mode = match self {
            Self::Review(mode) | Self::Pickup(mode) => mode,
            Self::Filming | Self::JudgingClip => Mode::Clip,
            _ => Mode::Strip,
        };
        let layout = world
            .resource::<Layouts>()
            .0
            .iter()
            .position(|template| Some(template.layout.kind) == mode.kind())
            .unwrap_or_default();
        let mut booth = Booth::default();
        (booth.mode, booth.layout) = (mode, layout);
        let mut feed = Feed::default();
        let mut host = Host {
            has_gallery: true,
            has_printer: true,
            digits: 4,
            idle: 10,
            pictures: (0..12).map(|number| format!("photobooth-{number}.png")).collect(),
            at: 2,
            shown: Some(Shown { image: default(), size: UVec2::new(591, 1772) }),
            copies: 2,
            left: Some(2),
            sessions: (128, 4096),
            ..default()
        };
        let code = Code { image: default(), minutes: 15 };
        world.insert_resource(match self {
            Self::Pickup(_) => UploadState::Sending(42),
            _ => UploadState::Off,
        });
        match self {
            Self::Ready => {}
            Self::Counting => {
                booth.phase = Phase::Counting(Timer::from_seconds(30.0, TimerMode::Once));
            }
            Self::Filming => {
                let now = world.resource::<Time<Real>>().elapsed();
                booth.phase = Phase::Recording(Recording::new(now, LONG, 10.0, 640, 16.0 / 9.0));
            }
            Self::Judging | Self::JudgingClip => {
                booth.shot = Some(OnScreen { frames: vec![default()], ..default() });
                booth.phase = Phase::Judging(Timer::from_seconds(6.0, TimerMode::Once));
            }
            Self::Developing => {
                let pool = bevy::tasks::AsyncComputeTaskPool::get();
                booth.phase = Phase::Developing(pool.spawn(std::future::pending()));
            }
            Self::Review(_) | Self::Pickup(_) | Self::NotSaved => {
                booth.phase = Phase::Review;
                let size = if mode == Mode::Strip { UVec2::new(591, 1772) } else { UVec2::new(1772, 1181) };
                booth.result = OnScreen { size, frames: vec![default()], animation: None };
                let path = "/home/guest/Pictures/photobooth-2026-11-26-21-58-59-2.png";
                booth.saved = Some(Ok(path.into()));
                if self == Self::NotSaved {
                    let error = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
                    booth.saved = Some(Err(bevy_viewfinder::error::MediaError::cannot_write(
                        std::path::Path::new(path),
                        &error,
                    )));
                }
                host.code = Some(code).filter(|_| matches!(self, Self::Pickup(_)));
            }
            Self::Message => {
                let words = world.resource::<photobooth::words::Words>();
                booth.say(words.text(photobooth::words::Key::NoMoreStickers));
            }
            Self::Banner(trouble) => feed.trouble = Some(trouble),
            Self::Screen(screen) => {
                host.screen = screen;
                host.code = Some(code);
            }
            Self::WrongPin => (host.screen, host.is_wrong) = (Screen::Pin, true),
            Self::Wait => (host.screen, host.wait) = (Screen::Pin, 300),
        }
        world.insert_resource(booth);
        world.insert_resource(feed);
        world.insert_resource(host);
    }
}
