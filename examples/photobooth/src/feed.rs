//! The source of the mirror: a webcam, the next one, a file that is chosen or dropped, or the synthetic device if
//! there is no webcam.

use std::sync::Arc;

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::{
    device::Device,
    prelude::*,
    source::{DefaultSource, Source},
};
use photobooth::{
    trouble::Trouble,
    words::{Key, Words},
};

use crate::{action::Action, settings::Settings};

/// The track of the mirror.
#[derive(Component, Debug)]
pub struct Viewfinder;

/// The state of the device, in addition to its track.
#[derive(Resource, Debug, Default)]
pub struct Feed {
    /// The reason why there is no webcam, while the synthetic device is used.
    pub trouble: Option<Trouble>,
    /// A short message to show.
    pub news: Option<String>,
    /// The next device is chosen when the list arrives.
    listing: Option<Task<Result<Vec<Device>, MediaError>>>,
    /// The source is a file.
    shows_file: bool,
    /// The device for which mirroring was decided.
    mirrored_for: Option<String>,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Feed>().add_observer(act).add_systems(Startup, open).add_systems(Update, take_next);
}

pub fn open(mut commands: Commands, settings: Res<Settings>) {
    let mut track =
        commands.spawn((Viewfinder, VideoTrack, settings.constraints(), EffectStack::new(), Mirroring::On));
    if let Some(source) = settings.track_source() {
        track.insert(source);
    }
    track
        .observe(greet)
        .observe(|failed: On<TrackFailed>, mut commands: Commands, mut feed: ResMut<Feed>| {
            feed.stand_in(&mut commands, failed.entity, &failed.error);
        })
        .observe(|ended: On<TrackEnded>, mut commands: Commands, mut feed: ResMut<Feed>| {
            let end = MediaError::operation("the film is over");
            feed.stand_in(&mut commands, ended.entity, ended.error.as_ref().unwrap_or(&end));
            let cause = ended.error.as_ref().map_or(Trouble::FilmOver, |_| Trouble::Unplugged);
            feed.trouble = Some(cause);
        })
        .observe(|failed: On<EffectFailed>, mut feed: ResMut<Feed>, words: Res<Words>| {
            warn!("no look: {}", failed.error);
            feed.news = Some(words.text(Key::LookFailed));
        });
    commands.spawn(AcceptDrops::default()).observe(take_file).observe(say_why_not);
}

/// Tells that there is no file. The cause is for the host.
fn say_why_not(failed: On<FilePickFailed>, mut feed: ResMut<Feed>, words: Res<Words>) {
    warn!("no file: {}", failed.error);
    feed.news = Some(words.text(Key::FileFailed));
}

/// Uses an image or a video as the source.
fn take_file(
    picked: On<FilePicked>,
    mut commands: Commands,
    mut feed: ResMut<Feed>,
    track: Query<Entity, With<Viewfinder>>,
) {
    let Ok(track) = track.single() else { return };
    feed.trouble = None;
    feed.shows_file = true;
    feed.news = Some(picked.file.name.clone());
    let source = picked.file.source.clone();
    commands.entity(track).insert((VideoTrack, source, VideoConstraints::new()));
}

impl Feed {
    /// Stores why there is no webcam, and continues with the synthetic device.
    fn stand_in(&mut self, commands: &mut Commands, track: Entity, error: &MediaError) {
        warn!("no camera: {error}");
        // If the synthetic device fails too, there is no other source.
        if self.trouble.is_none() {
            self.shows_file = false;
            let constraints = VideoConstraints::new().width(1280).height(720);
            commands.entity(track).insert((VideoTrack, TrackSource::synthetic(), constraints));
        }
        self.trouble = Some(Trouble::of_camera(error));
    }
}

/// Mirrors a device that may face the user, when it is used for the first time.
fn greet(
    live: On<TrackLive>,
    mut feed: ResMut<Feed>,
    mut tracks: Query<(&VideoSettings, Has<TrackSource>, &mut Mirroring)>,
) {
    let Ok((settings, own_source, mut mirrored)) = tracks.get_mut(live.entity) else { return };
    if !own_source {
        // A device that was chosen from the menu.
        feed.trouble = None;
        feed.shows_file = false;
    }
    if feed.mirrored_for.as_ref() != Some(&settings.device_id.0) {
        feed.mirrored_for = Some(settings.device_id.0.clone());
        *mirrored = match settings.facing_mode {
            Some(FacingMode::Environment) => Mirroring::Off,
            _ if feed.shows_file => Mirroring::Off,
            _ => Mirroring::On,
        };
    }
}

/// Handles the actions on the device.
fn act(
    action: On<Action>,
    mut commands: Commands,
    mut feed: ResMut<Feed>,
    settings: Res<Settings>,
    default_source: Res<DefaultSource>,
    mut track: Query<(Entity, &mut Mirroring), With<Viewfinder>>,
) {
    let Ok((track, mut mirrored)) = track.single_mut() else { return };
    match *action {
        Action::Mirror => {
            *mirrored = if *mirrored == Mirroring::Off { Mirroring::On } else { Mirroring::Off };
        }
        Action::NextCamera if feed.listing.is_none() => {
            let source = source(&settings, &default_source);
            feed.listing = Some(AsyncComputeTaskPool::get().spawn(async move { source.devices() }));
        }
        Action::ChooseFile => {
            commands.spawn(PickFile::default()).observe(take_file).observe(say_why_not);
        }
        Action::AskAgain => {
            feed.trouble = None;
            feed.shows_file = false;
            commands.entity(track).remove::<TrackSource>().insert((VideoTrack, settings.constraints()));
            if let Some(source) = settings.track_source() {
                commands.entity(track).insert(source);
            }
        }
        _ => {}
    }
}

/// The requested source, not the synthetic device.
fn source(settings: &Settings, default_source: &DefaultSource) -> Arc<dyn Source> {
    settings.track_source().map_or_else(|| default_source.0.clone(), |source| source.0)
}

/// Uses the device after the current one, once the list is known.
fn take_next(
    mut commands: Commands,
    words: Res<Words>,
    mut feed: ResMut<Feed>,
    settings: Res<Settings>,
    track: Query<(Entity, Option<&VideoSettings>), With<Viewfinder>>,
) {
    let Some(listed) = feed.bypass_change_detection().listing.as_mut().and_then(check_ready) else { return };
    feed.listing = None;
    let Ok((track, used)) = track.single() else { return };
    let devices = match listed {
        Ok(devices) => devices,
        Err(error) => {
            warn!("no list of cameras: {error}");
            let (title, _) = Trouble::of_camera(&error).texts();
            feed.news = Some(words.text(title));
            return;
        }
    };
    // While the synthetic device is used, none of the list is the current one.
    let present = used.filter(|_| feed.trouble.is_none()).map(|used| &used.device_id);
    let at = devices.iter().position(|device| Some(&device.id) == present);
    let next = at.map_or(0, |at| (at + 1) % devices.len());
    let Some(device) = devices.get(next) else {
        feed.news = Some(words.text(Key::NoOtherCamera));
        return;
    };
    if at == Some(next) {
        feed.news = Some(words.text_with(Key::OnlyCamera, &[("camera", device.label.as_str().into())]));
        return;
    }
    feed.trouble = None;
    feed.shows_file = false;
    feed.news = Some(device.label.clone());
    let constraints = settings.size_constraints().device_id(exact(device.id.0.as_str()));
    commands.entity(track).remove::<TrackSource>().insert((VideoTrack, constraints));
    if let Some(source) = settings.track_source() {
        commands.entity(track).insert(source);
    }
}
