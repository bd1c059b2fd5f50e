//! Commands to the page.

use std::time::Duration;

use bevy::{
    platform::{collections::HashMap, time::Instant},
    prelude::*,
    tasks::IoTaskPool,
};
use bevy_viewfinder::{
    constraint::ConstrainNumber,
    device::{DeviceId, FacingMode, MeteringMode, NativeMode},
    effect::EffectRegistry,
    file_picker::PickedFile,
    frame::{Frame, FramePool, PixelFormat},
    photo::{DeliverPhoto, Photo, Upload, copy_to_clipboard, download, share, upload},
    prelude::*,
    source::{CustomFeed, CustomSource, FilePlayer},
};
use serde::Deserialize;
use viewfinder_examples::parse_stack;

use crate::{
    browser,
    marker::MarkerCommand,
    people,
    record::{Order, Record, Recorders},
    report::Report,
    sound::{self, Microphone},
    tap::{Tap, Taps},
};

/// A command. The test names tracks and photos.
#[derive(Deserialize, Debug)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Command {
    /// Spawns a track and shows it at a place of the page.
    Spawn {
        track: String,
        #[serde(default)]
        constraints: Constraints,
        #[serde(default)]
        synthetic: bool,
        /// The width and height of a custom source that feeds the track instead of a device.
        #[serde(default)]
        fed: Option<(u32, u32)>,
        #[serde(default)]
        effects: String,
        #[serde(default)]
        mirrored: bool,
        /// Left and top in CSS pixels. The size is that of the output.
        #[serde(default)]
        at: (f32, f32),
    },
    /// Spawns a microphone.
    Microphone(Microphone),
    /// Changes the constraints of a microphone.
    ConstrainMicrophone { track: String, constraints: sound::Constraints },
    /// Requests the list of devices.
    Enumerate,
    /// Pushes an image from `viewfinder.pictures`, with a capture time of this many seconds after the track was
    /// spawned.
    Feed { track: String, picture: String, seconds: f32 },
    /// Despawns it.
    Despawn { track: String },
    /// Changes its constraints.
    Constrain { track: String, constraints: Constraints },
    /// Enables or disables it.
    Enable { track: String, enabled: bool },
    /// Clones a track.
    Clone {
        track: String,
        of: String,
        #[serde(default)]
        at: (f32, f32),
    },
    /// Inserts the app's own gate, and answers it.
    Gate { answer: Answer },
    /// Changes its effects.
    Effects { track: String, effects: String },
    /// Stops the time of animated effects at this many seconds.
    HoldTime { seconds: f32 },
    /// Shows an image asset as an input of effects. The test names it like a track.
    Picture {
        track: String,
        asset: String,
        #[serde(default)]
        effects: String,
    },
    /// Makes a track of each file that is dropped onto the canvas. Rejections are reported for the track `drop`.
    AcceptDrops { track: String },
    /// Sets the volume of a file.
    Volume { track: String, volume: f32 },
    /// Opens a dialog for an image, and makes a track of it. Rejections are reported for the track `pick`. With `keep`,
    /// the file's own bytes become `viewfinder[keep]`, and a download of this name.
    Pick {
        track: String,
        #[serde(default)]
        keep: Option<String>,
        #[serde(default)]
        capture: bool,
    },
    /// Delivers the photo [`MINE`], which the app has.
    Deliver {
        photo: String,
        /// The file names of a download, and of a file for other apps.
        download: Option<String>,
        share: Option<String>,
        #[serde(default)]
        copy: bool,
        /// The URL of a server.
        upload: Option<String>,
        #[serde(default)]
        redirects: bool,
        /// The longest time without progress, and the longest answer of the server in bytes.
        stall_seconds: Option<f32>,
        response_limit: Option<usize>,
    },
    /// Panics.
    Panic,
    /// Takes a photo, and saves it if there is a file name.
    Photo {
        track: String,
        photo: String,
        #[serde(default)]
        grab: bool,
        #[serde(default)]
        raw: bool,
        #[serde(default)]
        width: Option<u32>,
        #[serde(default)]
        file: Option<String>,
    },
    /// Taps a track.
    Tap(Tap),
    /// Despawns a tap.
    Untap { tap: String },
    /// Writes the newest frame of a tap to the pixels of photos, under the tap's name.
    Snap { tap: String },
    /// Tracks a marker, and draws a red square in its middle.
    Marker(MarkerCommand),
    /// Tracks faces, with an entity for each.
    FindFaces { track: String },
    /// Ends the search for people. Effects begin another.
    FindAgain { track: String },
    /// Records a track.
    Record(Record),
    /// Gives a recorder a command.
    Recorder { recorder: String, order: Order },
}

/// A photo of 2x1 pixels: red and blue.
const MINE: [u8; 8] = [255, 0, 0, 255, 0, 0, 255, 255];

#[derive(Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Ask,
    Grant,
    Deny,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Constraints {
    width: Bounds<u32>,
    height: Bounds<u32>,
    frame_rate: Bounds<f64>,
    facing_mode: Option<String>,
    device_id: Option<String>,
    /// Manual focus, and its distance.
    manual_focus: bool,
    focus_distance: Bounds<f64>,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default, deny_unknown_fields)]
struct Bounds<T> {
    exact: Option<T>,
    ideal: Option<T>,
    min: Option<T>,
    max: Option<T>,
}

impl<T> From<Bounds<T>> for ConstrainNumber<T> {
    fn from(Bounds { exact, ideal, min, max }: Bounds<T>) -> Self {
        Self { bare: None, exact, ideal, min, max, present: None }
    }
}

impl From<Constraints> for VideoConstraints {
    fn from(asked: Constraints) -> Self {
        let mut constraints =
            Self::new().width(asked.width).height(asked.height).frame_rate(asked.frame_rate);
        constraints.facing_mode.exact = match asked.facing_mode.as_deref() {
            Some("user") => vec![FacingMode::User],
            Some("environment") => vec![FacingMode::Environment],
            _ => Vec::new(),
        };
        constraints.device_id.exact.extend(asked.device_id.map(DeviceId));
        constraints.focus_mode.exact.extend(asked.manual_focus.then_some(MeteringMode::Manual));
        constraints.focus_distance = asked.focus_distance.into();
        constraints
    }
}

/// The tracks and the nodes that show them, by name.
#[derive(Resource, Default)]
pub struct Named(HashMap<String, (Entity, Entity)>);

impl Named {
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entity)> {
        self.0.iter().map(|(name, (track, _))| (name.as_str(), *track))
    }
}

/// The feeds of tracks with a custom source, each with its start.
#[derive(Resource, Default)]
struct Feeds(HashMap<String, (CustomFeed, Instant)>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Named>().init_resource::<Feeds>().add_systems(PreUpdate, obey);
}

fn obey(
    mut commands: Commands,
    mut named: ResMut<Named>,
    mut feeds: ResMut<Feeds>,
    mut taps: ResMut<Taps>,
    mut recorders: ResMut<Recorders>,
    mut report: ResMut<Report>,
    registry: Res<EffectRegistry>,
) {
    while let Some(line) = browser::next_command() {
        match serde_json::from_str(&line) {
            Ok(command) => {
                let result = carry_out(
                    command,
                    &mut commands,
                    &mut named,
                    &mut feeds,
                    &mut taps,
                    &mut recorders,
                    &mut report,
                    &registry,
                );
                if let Err(message) = result {
                    report.refuse(&line, message);
                }
            }
            Err(error) => report.refuse(&line, error.to_string()),
        }
    }
}

fn carry_out(
    command: Command,
    commands: &mut Commands,
    named: &mut Named,
    feeds: &mut Feeds,
    taps: &mut Taps,
    recorders: &mut Recorders,
    report: &mut Report,
    registry: &EffectRegistry,
) -> Result<(), String> {
    let stack = |effects: &str| parse_stack(registry, effects).map_err(|error| error.to_string());
    let find = |named: &Named, name: &str| {
        named.0.get(name).copied().ok_or_else(|| format!("there is no track {name}"))
    };
    match command {
        Command::Spawn { track, constraints, synthetic, fed, effects, mirrored, at } => {
            let mirrored = if mirrored { Mirroring::On } else { Mirroring::Off };
            let bundle = (VideoConstraints::from(constraints), stack(&effects)?, mirrored);
            let source = match fed {
                Some(size) => {
                    let (size, format) = (size.into(), PixelFormat::Rgba32);
                    let mode = NativeMode { size, frame_rate: 30.0, format };
                    let (source, feed) = CustomSource::new("Fed", [mode]);
                    feeds.0.insert(track.clone(), (feed, Instant::now()));
                    Some(TrackSource::new(source))
                }
                None => synthetic.then(TrackSource::synthetic),
            };
            spawn(commands, named, report, track, source, at, bundle);
        }
        Command::Microphone(Microphone { track: name, constraints, camera, optional }) => {
            let camera = camera.map(|camera| {
                spawn(commands, named, report, camera.clone(), None, (0.0, 0.0), Mirroring::Off);
                named.0[&camera].0
            });
            if let Some((track, view)) = named.0.remove(&name) {
                commands.entity(track).despawn();
                commands.entity(view).despawn();
            }
            let mut track = commands.spawn((AudioTrack, AudioConstraints::from(constraints)));
            if let Some(camera) = camera {
                track.insert(RequestedWith { optional, ..RequestedWith::new(camera) });
            }
            report.watch(&mut track, &name);
            let track = track.id();
            named.0.insert(name, (track, commands.spawn_empty().id()));
        }
        Command::ConstrainMicrophone { track, constraints } => {
            commands.entity(find(named, &track)?.0).insert(AudioConstraints::from(constraints));
        }
        Command::Enumerate => commands.trigger(EnumerateDevices),
        Command::AcceptDrops { track } => take_files(commands.spawn(AcceptDrops::default()), track, "drop"),
        Command::Volume { track, volume } => {
            commands.entity(find(named, &track)?.0).queue(move |file: EntityWorldMut| {
                if let Some(player) = file.get::<FilePlayer>() {
                    player.set_volume(volume);
                }
            });
        }
        Command::Pick { track, keep, capture } => {
            let pick = if capture { PickFile::image().capture(None) } else { PickFile::image() };
            let mut request = commands.spawn(pick);
            if let Some(name) = keep {
                request.observe(move |picked: On<FilePicked>| keep_file(picked.file.clone(), name.clone()));
            }
            take_files(request, track, "pick");
        }
        Command::Deliver {
            photo,
            download: file,
            share: name,
            copy,
            upload: url,
            redirects,
            stall_seconds,
            response_limit,
        } => {
            let mine = Photo::new(UVec2::new(2, 1), MINE);
            let mut request = commands.spawn(DeliverPhoto(mine));
            Report::watch_photo(&mut request, photo);
            if let Some(file) = file {
                request.observe(download(file));
            }
            if let Some(name) = name {
                request.observe(share(name));
            }
            if copy {
                request.observe(copy_to_clipboard());
            }
            if let Some(url) = url {
                let mut to = Upload::new(url).text("event", "Test").redirects(redirects);
                if let Some(seconds) = stall_seconds {
                    to = to.stall_limit(Duration::from_secs_f32(seconds));
                }
                if let Some(bytes) = response_limit {
                    to = to.response_limit(bytes);
                }
                request.observe(upload(to));
            }
        }
        Command::Panic => panic!("the test asked for it"),
        Command::Feed { track, picture, seconds } => {
            let (feed, start) = feeds.0.get(&track).ok_or_else(|| format!("nothing feeds {track}"))?;
            let (size, rgba) =
                browser::picture(&picture).ok_or_else(|| format!("there is no picture {picture}"))?;
            let captured = *start + Duration::from_secs_f32(seconds);
            let bytes = FramePool::default().copy_of(&rgba);
            feed.push(Frame { captured, ..Frame::packed(PixelFormat::Rgba32, size, bytes) });
        }
        Command::Despawn { track } => {
            let (track, view) = named.0.remove(&track).ok_or_else(|| format!("there is no track {track}"))?;
            commands.entity(track).despawn();
            commands.entity(view).despawn();
        }
        Command::Constrain { track, constraints } => {
            commands.entity(find(named, &track)?.0).insert(VideoConstraints::from(constraints));
        }
        Command::Enable { track, enabled } => {
            commands.entity(find(named, &track)?.0).insert(TrackEnabled(enabled));
        }
        Command::Gate { answer } => commands.queue(move |world: &mut World| {
            let gate = world.get_resource_or_init::<ConsentGate>();
            match answer {
                Answer::Ask => gate.ask_again(),
                Answer::Grant => gate.grant(),
                Answer::Deny => gate.deny(),
            }
        }),
        Command::Clone { track, of, at } => {
            let of = CloneOf(find(named, &of)?.0);
            spawn(commands, named, report, track, None, at, (of, Mirroring::Off));
        }
        Command::Effects { track, effects } => {
            commands.entity(find(named, &track)?.0).insert(stack(&effects)?);
        }
        Command::HoldTime { seconds } => {
            let mut still = Time::<Virtual>::default();
            still.advance_to(Duration::from_secs_f32(seconds));
            still.pause();
            commands.insert_resource(still);
        }
        Command::Picture { track, asset, effects } => {
            let effects = stack(&effects)?;
            commands.queue(move |world: &mut World| {
                let image = world.resource::<AssetServer>().load(asset);
                let picture = world.spawn((EffectInput(image), effects)).id();
                let view = world.spawn((ImageNode::default(), ShowTrack(picture))).id();
                world.resource_mut::<Named>().0.insert(track, (picture, view));
            });
        }
        Command::Photo { track, photo, grab, raw, width, file } => {
            let (track, _) = find(named, &track)?;
            let options = PhotoOptions::new().effects(!raw);
            let mut request = if grab {
                commands.spawn((GrabFrame(track), options))
            } else {
                let settings =
                    width.map_or_else(PhotoSettings::new, |width| PhotoSettings::new().image_width(width));
                commands.spawn((TakePhoto(track), options, settings))
            };
            Report::watch_photo(&mut request, photo);
            if let Some(file) = file {
                request.observe(save_to_disk(file));
            }
        }
        Command::Tap(tap) => {
            let (track, _) = find(named, &tap.track)?;
            taps.spawn(tap, track, commands, report);
        }
        Command::Untap { tap } => commands.entity(taps.remove(&tap)?).despawn(),
        Command::Snap { tap } => taps.publish(tap, commands)?,
        Command::Marker(marker) => {
            let (track, _) = find(named, &marker.track)?;
            marker.carry_out(track, commands);
        }
        Command::FindFaces { track } => people::find_faces(commands, find(named, &track)?.0),
        Command::FindAgain { track } => people::find_again(commands, find(named, &track)?.0),
        Command::Record(record) => {
            let (track, _) = find(named, &record.track)?;
            let audio = record.audio.as_ref().map(|audio| find(named, audio)).transpose()?;
            recorders.start(record, track, audio.map(|(audio, _)| audio), commands, report);
        }
        Command::Recorder { recorder, order } => recorders.order(&recorder, order, commands)?,
    }
    Ok(())
}

/// Publishes a file's own bytes, and downloads it.
fn keep_file(file: PickedFile, name: String) {
    let task = async move {
        match file.read().await {
            Ok(bytes) => browser::publish_bytes(&name, &bytes),
            Err(error) => error!("{error}"),
        }
        if let Err(error) = file.save(&name).await {
            error!("{error}");
        }
    };
    IoTaskPool::get().spawn(task).detach();
}

/// Makes a track of each file, and records rejections.
fn take_files(mut from: EntityCommands, name: String, refused: &'static str) {
    from.observe(
        move |picked: On<FilePicked>,
              mut commands: Commands,
              mut named: ResMut<Named>,
              mut report: ResMut<Report>| {
            let (name, source) = (name.clone(), Some(picked.file.source.clone()));
            let more = (Mirroring::Off, picked.file.player.clone());
            spawn(&mut commands, &mut named, &mut report, name, source, (0.0, 0.0), more);
        },
    )
    .observe(move |failed: On<FilePickFailed>, mut report: ResMut<Report>| {
        report.fail(refused, &failed.error)
    })
    .observe(move |_: On<FilePickCanceled>, mut report: ResMut<Report>| {
        report.fail(refused, &MediaError::abort("the dialog was canceled"))
    });
}

/// Spawns a track and a node that shows it. Replaces an older track of the same name.
fn spawn(
    commands: &mut Commands,
    named: &mut Named,
    report: &mut Report,
    name: String,
    source: Option<TrackSource>,
    at: (f32, f32),
    more: impl Bundle,
) {
    if let Some((track, view)) = named.0.remove(&name) {
        commands.entity(track).despawn();
        commands.entity(view).despawn();
    }
    let mut track = commands.spawn((VideoTrack, more));
    if let Some(source) = source {
        track.insert(source);
    }
    report.watch(&mut track, &name);
    let track = track.id();
    let place = Node { position_type: PositionType::Absolute, left: px(at.0), top: px(at.1), ..default() };
    let view = commands.spawn((place, ImageNode::default(), ShowTrack(track))).id();
    named.0.insert(name, (track, view));
}
