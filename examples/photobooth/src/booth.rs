//! The booth's phases and actions.

use std::time::Duration;

use bevy::{
    input::keyboard::KeyboardInput,
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::{photo::Photo, prelude::*};

use crate::{
    develop::{self, Developed},
    feed::{Feed, Viewfinder, sentence},
    look::LOOKS,
    options::Options,
    strip::{SHOTS, scaled_down},
    system,
};

/// The time from 3 to the shot.
const COUNTDOWN: Duration = Duration::from_secs(3);
/// The time to look at a shot before the next countdown.
const REST: Duration = Duration::from_millis(1100);
/// The duration of the flash.
const FLASH_FADE: f32 = 0.45;

/// An action, by key, button or touch.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Starts the four shots.
    Shoot,
    /// Stops the shots, or closes the strip.
    Back,
    /// Chooses the look with this index.
    Look(usize),
    /// Moves the choice by this many looks.
    NextLook(isize),
    /// Toggles mirroring.
    Mirror,
    /// Uses the next device.
    NextCamera,
    /// Requests a device again.
    AskAgain,
    /// Uses an image or a video instead of a device.
    ChooseFile,
    /// Saves the strip again.
    Save,
}

/// A phase of the booth.
#[derive(Debug, Default)]
pub enum Phase {
    /// Waits for the user.
    #[default]
    Ready,
    /// Counts down to the next shot.
    Counting(Timer),
    /// Takes the shot.
    Exposing,
    /// Shows the shot.
    Resting(Timer),
    /// Makes the strip, and an image of it at display size.
    Developing(Task<(Developed, Option<Image>)>),
    /// Shows the strip.
    Review,
}

/// The booth.
#[derive(Resource, Debug, Default)]
pub struct Booth {
    pub phase: Phase,
    /// The chosen look.
    pub look: usize,
    /// The photos, and their thumbnails once they are made.
    pub photos: Vec<Photo>,
    pub pictures: Vec<Handle<Image>>,
    shrinking: Vec<Task<Image>>,
    /// The finished strip, its image at display size, and its file or the error.
    pub strip: Option<Photo>,
    pub strip_picture: Handle<Image>,
    pub saved: Option<Result<String, MediaError>>,
    saving: Option<Task<Result<std::path::PathBuf, MediaError>>>,
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
        matches!(self.phase, Phase::Counting(_) | Phase::Exposing | Phase::Resting(_))
    }

    /// The number of the countdown, and the elapsed part of its second.
    pub fn count(&self) -> Option<(u32, f32)> {
        let Phase::Counting(timer) = &self.phase else { return None };
        let left = timer.remaining_secs();
        Some((left.ceil().max(1.0) as u32, 1.0 - left.fract()))
    }

    fn count_down(&mut self) {
        self.phase = Phase::Counting(Timer::new(COUNTDOWN, TimerMode::Once));
    }

    fn clear(&mut self) {
        self.phase = Phase::Ready;
        self.photos.clear();
        self.pictures.clear();
        self.shrinking.clear();
        self.strip = None;
        self.saved = None;
    }
}

/// The systems that change the phase. The user interface is updated after them.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct Advanced;

pub fn plugin(app: &mut App) {
    app.init_resource::<Booth>()
        .add_observer(act)
        .add_systems(PreUpdate, press_keys.after(bevy::input::InputSystems))
        .add_systems(Update, (advance, wear_look, show_photos, fade).chain().in_set(Advanced));
}

fn press_keys(mut commands: Commands, mut keys: MessageReader<KeyboardInput>, booth: Res<Booth>) {
    for key in keys.read().filter(|key| key.state.is_pressed()) {
        let action = match key.key_code {
            KeyCode::ArrowLeft => Action::NextLook(-1),
            KeyCode::ArrowRight => Action::NextLook(1),
            // A held key counts once.
            _ if key.repeat => continue,
            KeyCode::Space | KeyCode::Enter => match booth.phase {
                Phase::Review => Action::Back,
                _ => Action::Shoot,
            },
            KeyCode::KeyM => Action::Mirror,
            KeyCode::KeyC => Action::NextCamera,
            KeyCode::KeyF if system::HAS_FILE_DIALOG => Action::ChooseFile,
            KeyCode::KeyS => Action::Save,
            KeyCode::Escape => Action::Back,
            _ => continue,
        };
        commands.trigger(action);
    }
}

/// Handles actions that fit the phase. `feed` handles those on the device.
fn act(
    action: On<Action>,
    mut booth: ResMut<Booth>,
    options: Res<Options>,
    track: Query<&TrackState, With<Viewfinder>>,
) {
    let live = track.single().is_ok_and(|state| *state == TrackState::Live);
    match (*action, &booth.phase) {
        (Action::Shoot, Phase::Ready) if live => {
            booth.clear();
            booth.count_down();
        }
        (Action::Shoot, Phase::Ready) => booth.say("There is no frame yet"),
        (Action::Back, Phase::Counting(_) | Phase::Exposing | Phase::Resting(_) | Phase::Review) => {
            booth.clear()
        }
        (Action::Look(look), phase) if !matches!(phase, Phase::Review) => {
            booth.look = look.min(LOOKS.len() - 1)
        }
        (Action::NextLook(step), phase) if !matches!(phase, Phase::Review) => {
            booth.look = (booth.look + LOOKS.len()).saturating_add_signed(step) % LOOKS.len();
        }
        (Action::Save, Phase::Review) => booth.save(&options),
        _ => {}
    }
}

/// Applies the chosen look, except while a photo is being taken, which has the look from before.
fn wear_look(
    booth: Res<Booth>,
    mut worn: Local<usize>,
    mut stack: Query<&mut EffectStack, With<Viewfinder>>,
) {
    if *worn != booth.look
        && !matches!(booth.phase, Phase::Exposing)
        && let Ok(mut stack) = stack.single_mut()
        && let Some(look) = LOOKS.get(booth.look)
    {
        *worn = booth.look;
        *stack = look.stack();
    }
}

impl Booth {
    /// Starts to make the strip, and an image of it that isn't taller than the window.
    fn develop(&mut self, options: &Options, height: u32) {
        let (photos, path) = (self.photos.clone(), strip_path(options));
        self.phase = Phase::Developing(AsyncComputeTaskPool::get().spawn(async move {
            let developed = develop::develop(&photos, &path);
            let bounds = UVec2::new(u32::MAX, height);
            let shown = developed.strip.as_ref().map(|strip| scaled_down(strip, bounds).to_image());
            (developed, shown)
        }));
    }

    /// Saves the strip again, under a new name.
    fn save(&mut self, options: &Options) {
        let Some(strip) = self.strip.clone() else { return };
        if self.saving.is_some() {
            return;
        }
        let path = strip_path(options);
        self.saving = Some(AsyncComputeTaskPool::get().spawn(async move { develop::save(&strip, &path) }));
    }
}

/// The path of the next strip.
fn strip_path(options: &Options) -> std::path::PathBuf {
    let folder = options.out.clone().unwrap_or_else(system::pictures_folder);
    folder.join(format!("photobooth-{}.png", system::now().stamp()))
}

/// Moves from phase to phase.
fn advance(
    mut commands: Commands,
    mut booth: ResMut<Booth>,
    time: Res<Time<Real>>,
    options: Res<Options>,
    track: Query<(Entity, &TrackState), With<Viewfinder>>,
    windows: Query<&Window>,
    mut images: ResMut<Assets<Image>>,
) {
    let booth = &mut *booth;
    match &mut booth.phase {
        Phase::Ready | Phase::Exposing | Phase::Review => {}
        Phase::Counting(timer) => {
            let Ok((track, state)) = track.single() else { return };
            if *state != TrackState::Live {
                booth.clear();
                booth.say("The webcam is gone");
            } else if timer.tick(time.delta()).is_finished() {
                booth.phase = Phase::Exposing;
                booth.flash = 1.0;
                commands.spawn(GrabFrame(track)).observe(keep_photo).observe(lose_photo);
            }
        }
        Phase::Resting(timer) => {
            if timer.tick(time.delta()).is_finished() {
                if booth.photos.len() < SHOTS {
                    booth.count_down();
                } else {
                    booth.develop(&options, windows.single().map_or(u32::MAX, Window::physical_height));
                }
            }
        }
        Phase::Developing(task) => {
            if let Some((developed, shown)) = check_ready(task) {
                booth.phase = Phase::Review;
                if let Some(shown) = shown {
                    booth.strip_picture = images.add(shown);
                }
                booth.strip = developed.strip;
                booth.saved = Some(developed.saved.map(|path| path.display().to_string()));
            }
        }
    }
    if let Some(saved) = booth.saving.as_mut().and_then(check_ready) {
        booth.saving = None;
        booth.report(saved);
    }
}

impl Booth {
    /// Shows the path of the copy, or the error.
    fn report(&mut self, saved: Result<std::path::PathBuf, MediaError>) {
        match &saved {
            Ok(path) => {
                self.say(format!("Saved as {}", path.file_name().unwrap_or_default().to_string_lossy()))
            }
            Err(error) => self.say(format!("Not saved. {}", sentence(error))),
        }
        self.saved = Some(saved.map(|path| path.display().to_string()));
    }
}

fn keep_photo(taken: On<PhotoTaken>, mut booth: ResMut<Booth>) {
    // The user may have closed the strip meanwhile.
    if matches!(booth.phase, Phase::Exposing) {
        let photo = taken.photo.clone();
        booth.photos.push(photo.clone());
        booth.shrinking.push(
            AsyncComputeTaskPool::get()
                .spawn(async move { scaled_down(&photo, UVec2::splat(360)).to_image() }),
        );
        booth.phase = Phase::Resting(Timer::new(REST, TimerMode::Once));
    }
}

fn lose_photo(failed: On<PhotoFailed>, mut booth: ResMut<Booth>) {
    if matches!(booth.phase, Phase::Exposing) {
        booth.clear();
        booth.say(format!("No photo. {}", sentence(&failed.error)));
    }
}

/// Shows the finished thumbnails, in order.
fn show_photos(mut booth: ResMut<Booth>, mut images: ResMut<Assets<Image>>) {
    while let Some(picture) = booth.bypass_change_detection().shrinking.first_mut().and_then(check_ready) {
        drop(booth.shrinking.remove(0));
        let picture = images.add(picture);
        booth.pictures.push(picture);
    }
}

/// Fades the flash and the message.
fn fade(mut booth: ResMut<Booth>, mut feed: ResMut<Feed>, time: Res<Time<Real>>) {
    if let Some(news) = feed.news.take() {
        booth.say(news);
    }
    if booth.flash > 0.0 {
        booth.flash = (booth.flash - time.delta_secs() / FLASH_FADE).max(0.0);
    }
    if let Some((_, timer)) = &mut booth.toast
        && timer.tick(time.delta()).is_finished()
    {
        booth.toast = None;
    }
}
