//! What the booth is doing, and what people do with it.

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

/// From 3 to the shot.
const COUNTDOWN: Duration = Duration::from_secs(3);
/// To look at the shot before the next countdown.
const REST: Duration = Duration::from_millis(1100);
/// How long the flash fades.
const FLASH_FADE: f32 = 0.45;

/// What people can do, by whatever key, button or touch.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Begins the four shots.
    Shoot,
    /// Stops them, or leaves the strip.
    Back,
    /// Chooses the look at this place.
    Look(usize),
    /// Chooses the look so many places further.
    NextLook(isize),
    /// Turns the mirror on or off.
    Mirror,
    /// Takes the next camera.
    NextCamera,
    /// Asks for a camera once more.
    AskAgain,
    /// Takes a picture or a film instead of a camera.
    ChooseFile,
    /// Saves the strip once more.
    Save,
}

/// What the booth is doing.
#[derive(Debug, Default)]
pub enum Phase {
    /// Waits for people.
    #[default]
    Ready,
    /// Counts down to the next shot.
    Counting(Timer),
    /// Takes the shot.
    Exposing,
    /// Shows the shot that was taken.
    Resting(Timer),
    /// Puts the strip together, and a picture of it as large as it is shown.
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
    /// The photos, and small pictures of them once they are made.
    pub photos: Vec<Photo>,
    pub pictures: Vec<Handle<Image>>,
    shrinking: Vec<Task<Image>>,
    /// The finished strip, a picture of it to be shown, and where it was saved or why it wasn't.
    pub strip: Option<Photo>,
    pub strip_picture: Handle<Image>,
    pub saved: Option<Result<String, MediaError>>,
    saving: Option<Task<Result<std::path::PathBuf, MediaError>>>,
    /// How bright the flash is, 0 to 1.
    pub flash: f32,
    /// What was said last, and how much longer it is shown.
    pub toast: Option<(String, Timer)>,
}

impl Booth {
    /// Says something in passing.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), Timer::from_seconds(4.5, TimerMode::Once)));
    }

    /// Whether shots are being taken.
    pub fn is_shooting(&self) -> bool {
        matches!(self.phase, Phase::Counting(_) | Phase::Exposing | Phase::Resting(_))
    }

    /// The number that is counted, and how much of its second is over.
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

/// The systems that go on from phase to phase; what is seen is changed after them.
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
            // Whoever holds a key down means it once.
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

/// Does what people ask for, where it makes sense just now. What is asked of the camera, the feed does.
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
        (Action::Shoot, Phase::Ready) => booth.say("There is no picture yet"),
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

/// Puts the chosen look on, but for the moment in which a photo is taken: that is of the look before.
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
    /// Has the strip made, and a picture of it that is no higher than the window.
    fn develop(&mut self, options: &Options, height: u32) {
        let (photos, path) = (self.photos.clone(), strip_path(options));
        self.phase = Phase::Developing(AsyncComputeTaskPool::get().spawn(async move {
            let developed = develop::develop(&photos, &path);
            let bounds = UVec2::new(u32::MAX, height);
            let shown = developed.strip.as_ref().map(|strip| scaled_down(strip, bounds).to_image());
            (developed, shown)
        }));
    }

    /// Saves the strip once more, under a new name.
    fn save(&mut self, options: &Options) {
        let Some(strip) = self.strip.clone() else { return };
        if self.saving.is_some() {
            return;
        }
        let path = strip_path(options);
        self.saving = Some(AsyncComputeTaskPool::get().spawn(async move { develop::save(&strip, &path) }));
    }
}

/// Where the next strip goes.
fn strip_path(options: &Options) -> std::path::PathBuf {
    let folder = options.out.clone().unwrap_or_else(system::pictures_folder);
    folder.join(format!("photobooth-{}.png", system::now().stamp()))
}

/// Goes on from phase to phase.
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
                booth.say("The camera went away");
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
    /// Says where the strip is now too, or why it isn't.
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
    // Who went back meanwhile doesn't want it.
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

/// Shows the small pictures that are done, in order.
fn show_photos(mut booth: ResMut<Booth>, mut images: ResMut<Assets<Image>>) {
    while let Some(picture) = booth.bypass_change_detection().shrinking.first_mut().and_then(check_ready) {
        drop(booth.shrinking.remove(0));
        let picture = images.add(picture);
        booth.pictures.push(picture);
    }
}

/// Lets the flash and what was said fade.
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
