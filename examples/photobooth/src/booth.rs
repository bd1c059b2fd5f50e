//! The booth's phases.

mod act;
mod advance;
#[cfg(test)]
mod faces;
mod film;
mod follow;
mod result;

use std::{path::PathBuf, time::Duration};

use bevy::{prelude::*, tasks::Task};
use bevy_viewfinder::{photo::Photo, prelude::*};

use crate::{
    animation::Animation,
    clip::ClipFile,
    develop::{Developed, Product},
    layout::{Template, film},
    mode::Mode,
    recording::Recording,
    settings::Settings,
    sticker,
};

pub use result::lines;

/// A phase of the booth.
#[derive(Debug, Default)]
pub enum Phase {
    /// Waits for the guest.
    #[default]
    Ready,
    /// Counts down to the next shot.
    Counting(Timer),
    /// Takes the shot.
    Exposing,
    /// Takes the frames of a boomerang, or those of a clip's preview while the clip is recorded.
    Recording(Recording),
    /// Shows the shot or the clip, and keeps it in the end.
    Judging(Timer),
    /// Makes the result, and images of it at display size.
    Developing(Task<(Developed, Shown)>),
    /// Shows the result.
    Review,
}

/// The layouts of this booth.
#[derive(Resource, Debug, Default)]
pub struct Layouts(pub Vec<Template>);

/// A result at display size: its images, each with the time for which it is shown.
#[derive(Debug, Default)]
pub struct Shown {
    images: Vec<Image>,
    animation: Option<Animation>,
}

/// A shot, and images of it at display size.
#[derive(Debug)]
enum Shot {
    Photo(Photo, Image),
    Clip(ClipFile, Shown),
}

/// A clip that the guest may keep.
#[derive(Debug, Clone)]
struct Clip {
    file: ClipFile,
    preview: Animation,
}

/// A shot or a result on the screen.
#[derive(Debug, Default)]
pub struct OnScreen {
    pub size: UVec2,
    pub frames: Vec<Handle<Image>>,
    /// The times of the frames. `None` for a print.
    pub animation: Option<Animation>,
}

impl OnScreen {
    fn new(shown: Shown, images: &mut Assets<Image>) -> Self {
        Self {
            size: shown.images.first().map_or(UVec2::ZERO, Image::size),
            frames: shown.images.into_iter().map(|image| images.add(image)).collect(),
            animation: shown.animation,
        }
    }

    /// The frame at this time after the start. An animation repeats.
    pub fn frame_at(&self, time: Duration) -> Option<&Handle<Image>> {
        self.frames.get(self.animation.as_ref().map_or(0, |animation| animation.index_at(time)))
    }
}

/// The booth.
#[derive(Resource, Debug, Default)]
pub struct Booth {
    pub phase: Phase,
    pub mode: Mode,
    /// The index of the chosen layout. It is of the mode's kind.
    pub layout: usize,
    /// The chosen look.
    pub look: usize,
    /// The photos that are kept, and at last the one that is shown.
    pub photos: Vec<Photo>,
    /// The clip that is kept or shown.
    clip: Option<Clip>,
    /// The last photo or clip at display size, once it is made.
    pub shot: Option<OnScreen>,
    finishing: Option<Task<Shot>>,
    /// Counts changes of the photos.
    pub changes: u32,
    /// The finished result, and its file or the error.
    product: Option<Product>,
    pub result: OnScreen,
    pub saved: Option<Result<String, MediaError>>,
    saving: Option<Task<Result<PathBuf, MediaError>>>,
    /// The flash's brightness, 0 to 1.
    pub flash: f32,
    /// The last message, and its remaining time.
    pub toast: Option<(String, Timer)>,
}

impl Booth {
    /// Shows a short message.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), Timer::from_seconds(4.5, TimerMode::Once)));
    }

    /// True while shots are being taken.
    pub fn is_shooting(&self) -> bool {
        matches!(self.phase, Phase::Counting(_) | Phase::Exposing | Phase::Recording(_) | Phase::Judging(_))
    }

    /// True from the countdown to the end of a clip's recording: the stickers are part of the mirror's image.
    pub fn is_filming(&self) -> bool {
        self.mode == Mode::Clip && matches!(self.phase, Phase::Counting(_) | Phase::Recording(_))
    }

    /// True while the guest is asked about a shot.
    pub fn is_asking(&self, settings: &Settings) -> bool {
        matches!(self.phase, Phase::Judging(_)) && settings.approve > 0.0
    }

    /// The time in seconds to keep a shot or take it again: a clip can be watched once in addition.
    pub fn time_to_judge(&self, settings: &Settings) -> f32 {
        settings.approve + if self.mode == Mode::Clip { settings.clip.seconds } else { 0.0 }
    }

    /// The number of the countdown, and the elapsed part of its second.
    pub fn count(&self) -> Option<(u32, f32)> {
        let Phase::Counting(timer) = &self.phase else { return None };
        let left = timer.remaining_secs();
        Some((left.ceil().max(1.0) as u32, 1.0 - left.fract()))
    }

    /// The number of shots of the chosen mode and layout.
    pub fn shots(&self, layouts: &Layouts, settings: &Settings) -> usize {
        match self.mode {
            Mode::Gif => settings.gif.shots,
            Mode::Boomerang | Mode::Clip => 1,
            _ => layouts.0.get(self.layout).map_or(1, |template| template.layout.shots()),
        }
    }

    /// The photos on the print while it grows: of a clip the first frame.
    pub fn photos_on_print(&self) -> Vec<Photo> {
        let first = self.clip.as_ref().and_then(|clip| clip.preview.frames.first());
        first.map_or_else(|| self.photos.clone(), |(frame, _)| vec![frame.clone()])
    }

    /// The layout that fills with the photos.
    pub fn template(&self, layouts: &Layouts, settings: &Settings) -> Template {
        let chosen = layouts.0.get(self.layout).filter(|_| self.mode.kind().is_some());
        chosen.cloned().unwrap_or_else(|| film(self.shots(layouts, settings)))
    }

    /// The result that is shown. `None` if there is none, or if it couldn't be made.
    pub fn product(&self) -> Option<&Product> {
        self.product.as_ref().filter(|_| matches!(self.phase, Phase::Review))
    }

    /// A booth that shows this result.
    #[cfg(test)]
    pub fn showing(product: Product) -> Self {
        Self { phase: Phase::Review, product: Some(product), ..Self::default() }
    }

    fn count_down(&mut self, settings: &Settings) {
        self.phase = Phase::Counting(Timer::from_seconds(settings.countdown, TimerMode::Once));
        self.shot = None;
    }

    fn clear(&mut self) {
        self.phase = Phase::Ready;
        self.photos.clear();
        self.clip = None;
        self.changes += 1;
        self.shot = None;
        self.finishing = None;
        self.product = None;
        self.result = OnScreen::default();
        self.saved = None;
    }

    /// Picks a mode, and a layout of its kind.
    fn pick(&mut self, mode: Mode, layouts: &Layouts) {
        self.mode = mode;
        let of_kind = |template: &&Template| mode.kind().is_none_or(|kind| template.layout.kind == kind);
        if layouts.0.get(self.layout).filter(of_kind).is_none()
            && let Some(first) = layouts.0.iter().position(|template| of_kind(&template))
        {
            self.layout = first;
        }
        self.changes += 1;
    }
}

/// Whether a screen of the host covers the booth: then its keys do nothing.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Curtain(pub bool);

/// The systems that change the phase. The user interface is updated after them.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct Advanced;

pub fn plugin(app: &mut App) {
    app.init_resource::<Booth>().init_resource::<Curtain>().add_plugins((
        sticker::plugin,
        act::plugin,
        advance::plugin,
        film::plugin,
        follow::plugin,
    ));
}
