//! The page's report.

use std::collections::BTreeMap;

use bevy::prelude::*;
use bevy_viewfinder::{
    device::{ControlValue, DeviceId},
    photo::{PhotoCopied, PhotoShareCanceled, PhotoShared, UploadFailed, UploadProgress, Uploaded},
    prelude::*,
    recorder::{
        CommandRejected, RecorderState, RecordingBuffer, RecordingChunk, RecordingFailed,
        RecordingNotRecoverable, RecordingPaused, RecordingResumed, RecordingSaved, RecordingStarted,
        RecordingStopped,
    },
};
use serde::Serialize;

use crate::{
    browser,
    command::Named,
    people::{self, People},
    record::Recorders,
    recover::Interrupted,
    tap::Taps,
};

/// The report.
#[derive(Resource, Serialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The number of frames that the app has drawn.
    frame: u32,
    /// Bytes of the module's memory.
    memory: usize,
    /// Tracks by name, including those that were despawned.
    tracks: BTreeMap<String, Track>,
    /// The people in tracks, by the names of these.
    pub people: BTreeMap<String, People>,
    photos: BTreeMap<String, Answer>,
    /// Taps by name, including those that were despawned.
    taps: BTreeMap<String, Tap>,
    /// Recorders by name, including those that were despawned.
    recorders: BTreeMap<String, Recorder>,
    /// The recordings that earlier pages left.
    pub interrupted: Interrupted,
    /// `Unknown`, `Prompt`, `Granted`, `Denied` or `NotSupported`.
    permission: String,
    /// The same for microphones.
    microphone_permission: String,
    /// The ids of the microphones in the list of devices.
    microphones: Vec<String>,
    /// The changes of the list of devices.
    device_changes: Vec<Change>,
    /// Errors of invalid commands.
    refused: Vec<String>,
}

#[derive(Serialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
struct Track {
    /// `pending`, `live`, `ended`, or `gone` when it was despawned.
    state: &'static str,
    settings: Option<Settings>,
    /// The sound of a microphone.
    sound: Option<Sound>,
    /// Frames that reached the GPU.
    delivered: u64,
    frame_rate: f64,
    muted: bool,
    /// The number of each event; `asked` is the app's own gate.
    asked: u32,
    live: u32,
    ended: u32,
    /// The error of its end, if there is one.
    ended_by: Option<Failure>,
    failed: Vec<Failure>,
    /// The number of applied constraints, and the errors of rejected ones.
    applied: u32,
    unmet: Vec<Failure>,
    /// The range of the device's widths, and the names of its controls.
    widths: (u32, u32),
    controls: Vec<&'static str>,
    effect_failures: Vec<String>,
}

#[derive(Serialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
struct Tap {
    /// The number of frames that came, and that of those that were due.
    frames: u32,
    due: u64,
    width: u32,
    height: u32,
    failed: Vec<Failure>,
}

#[derive(Serialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
struct Recorder {
    /// `Inactive`, `Recording` or `Paused`.
    state: String,
    /// The names of its events, in order.
    events: Vec<&'static str>,
    media_type: String,
    /// The bytes of each chunk, and its time in seconds.
    chunks: Vec<(usize, f64)>,
    /// The number of patches of the last chunk.
    patches: usize,
    saved: Option<String>,
    failed: Vec<Failure>,
    not_recoverable: Vec<Failure>,
    rejected: Vec<Failure>,
    /// The statistics at the end.
    seconds: f64,
    frames: u64,
    dropped: u64,
    bytes: u64,
}

#[derive(Serialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Settings {
    width: u32,
    height: u32,
    frame_rate: f64,
    device_id: String,
    label: String,
    /// The values of the device's controls.
    controls: BTreeMap<&'static str, serde_json::Value>,
}

#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Sound {
    /// The level, 0 to 1.
    rms: f32,
    peak: f32,
    settings: Option<SoundSettings>,
    /// The greatest number of channels that the microphone has, and the values of its echo cancellation.
    channels: u32,
    echo_cancellation: Vec<bool>,
}

#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
struct SoundSettings {
    device_id: String,
    label: String,
    sample_rate: u32,
    channel_count: u32,
    echo_cancellation: bool,
}

fn json(value: &ControlValue) -> serde_json::Value {
    match value {
        ControlValue::Number(number) => (*number).into(),
        ControlValue::Mode(mode) => mode.as_str().into(),
        ControlValue::Boolean(on) => (*on).into(),
        ControlValue::Points(points) => points.iter().map(|point| vec![point.x, point.y]).collect(),
        other => format!("{other:?}").into(),
    }
}

/// Added and removed devices, by id.
#[derive(Serialize, Debug)]
struct Change {
    added: Vec<String>,
    removed: Vec<String>,
}

impl From<&DevicesChanged> for Change {
    fn from(change: &DevicesChanged) -> Self {
        let ids = |ids: &[DeviceId]| ids.iter().map(|id| id.0.clone()).collect();
        Self { added: ids(&change.added), removed: ids(&change.removed) }
    }
}

#[derive(Serialize, Debug)]
pub struct Failure {
    name: &'static str,
    message: String,
    constraint: Option<String>,
}

#[derive(Serialize, Debug, Default)]
struct Answer {
    taken: bool,
    /// The `PhotoOrigin`.
    origin: String,
    saved: Option<String>,
    failed: Option<Failure>,
    shared: bool,
    canceled: bool,
    copied: bool,
    /// The status and the text of the server's answer.
    uploaded: Option<(u16, String)>,
    /// The bytes that were sent and all bytes, of each report.
    progress: Vec<(u64, u64)>,
}

impl From<&MediaError> for Failure {
    fn from(error: &MediaError) -> Self {
        Self {
            name: error.name.as_str(),
            message: error.message.to_string(),
            constraint: error.constraint.as_ref().map(ToString::to_string),
        }
    }
}

impl Report {
    pub fn refuse(&mut self, command: &str, why: String) {
        self.refused.push(format!("{command}: {why}"));
    }

    /// Records the events of a track. Replaces an older record of the same name.
    pub fn watch(&mut self, track: &mut EntityCommands, name: &str) {
        self.tracks.remove(name);
        let name = || name.to_owned();
        let (live, failed, ended, effect) = (name(), name(), name(), name());
        let (applied, unmet, asked) = (name(), name(), name());
        track
            .observe(move |_: On<TrackLive>, mut report: ResMut<Report>| report.track(&live).live += 1)
            .observe(move |event: On<TrackFailed>, mut report: ResMut<Report>| {
                report.fail(&failed, &event.error);
            })
            .observe(move |event: On<TrackEnded>, mut report: ResMut<Report>| {
                let track = report.track(&ended);
                track.ended += 1;
                track.ended_by = event.error.as_ref().map(Failure::from);
            })
            .observe(move |_: On<PermissionRequested>, mut report: ResMut<Report>| {
                report.track(&asked).asked += 1;
            })
            .observe(move |_: On<ConstraintsApplied>, mut report: ResMut<Report>| {
                report.track(&applied).applied += 1;
            })
            .observe(move |event: On<ConstraintsRejected>, mut report: ResMut<Report>| {
                report.track(&unmet).unmet.push(Failure::from(&event.error));
            })
            .observe(move |event: On<EffectFailed>, mut report: ResMut<Report>| {
                report.track(&effect).effect_failures.push(event.error.to_string());
            });
    }

    /// Records the answers to a photo request.
    pub fn watch_photo(request: &mut EntityCommands, name: String) {
        let (taken, saved, failed) = (name.clone(), name.clone(), name.clone());
        request
            .observe(move |event: On<PhotoTaken>, mut report: ResMut<Report>| {
                browser::publish_photo(&taken, &event.photo);
                let photo = report.photos.entry(taken.clone()).or_default();
                photo.taken = true;
                photo.origin = format!("{:?}", event.origin);
            })
            .observe(move |event: On<PhotoSaved>, mut report: ResMut<Report>| {
                let path = event.path.display().to_string();
                report.photos.entry(saved.clone()).or_default().saved = Some(path);
            })
            .observe(move |event: On<PhotoFailed>, mut report: ResMut<Report>| {
                report.photos.entry(failed.clone()).or_default().failed = Some(Failure::from(&event.error));
            });
        let (shared, canceled, copied) = (name.clone(), name.clone(), name.clone());
        request
            .observe(move |_: On<PhotoShared>, mut report: ResMut<Report>| {
                report.photos.entry(shared.clone()).or_default().shared = true;
            })
            .observe(move |_: On<PhotoShareCanceled>, mut report: ResMut<Report>| {
                report.photos.entry(canceled.clone()).or_default().canceled = true;
            })
            .observe(move |_: On<PhotoCopied>, mut report: ResMut<Report>| {
                report.photos.entry(copied.clone()).or_default().copied = true;
            });
        let (uploaded, progress) = (name.clone(), name.clone());
        request
            .observe(move |event: On<Uploaded>, mut report: ResMut<Report>| {
                let answer = (event.status, event.text().into_owned());
                report.photos.entry(uploaded.clone()).or_default().uploaded = Some(answer);
            })
            .observe(move |event: On<UploadProgress>, mut report: ResMut<Report>| {
                let photo = report.photos.entry(progress.clone()).or_default();
                photo.progress.push((event.sent, event.total));
            })
            .observe(move |event: On<UploadFailed>, mut report: ResMut<Report>| {
                report.photos.entry(name.clone()).or_default().failed = Some(Failure::from(&event.error));
            });
    }

    /// Records the failures of a tap. Replaces an older record of the same name.
    pub fn watch_tap(&mut self, tap: &mut EntityCommands, name: &str) {
        self.taps.insert(name.to_owned(), Tap::default());
        let name = name.to_owned();
        tap.observe(move |event: On<TapFailed>, mut report: ResMut<Report>| {
            report.taps.entry(name.clone()).or_default().failed.push(Failure::from(&event.error));
        });
    }

    /// Records the events of a recorder. Publishes the chunks, one after the other, as `NAME chunks`, and the file that
    /// they make as `NAME`. Replaces an older record of the same name.
    pub fn watch_recorder(&mut self, recorder: &mut EntityCommands, name: &str) {
        self.recorders.insert(name.to_owned(), Recorder::default());
        let name = || name.to_owned();
        let (started, paused, resumed, stopped) = (name(), name(), name(), name());
        let (chunked, saved, failed, rejected) = (name(), name(), name(), name());
        let not_recoverable = name();
        recorder
            .observe(move |event: On<RecordingNotRecoverable>, mut report: ResMut<Report>| {
                let recorder = report.recorder(&not_recoverable, "not recoverable");
                recorder.not_recoverable.push(Failure::from(&event.error));
            })
            .observe(move |event: On<RecordingStarted>, mut report: ResMut<Report>| {
                report.recorder(&started, "started").media_type = event.media_type.clone();
            })
            .observe(move |_: On<RecordingPaused>, mut report: ResMut<Report>| {
                report.recorder(&paused, "paused");
            })
            .observe(move |_: On<RecordingResumed>, mut report: ResMut<Report>| {
                report.recorder(&resumed, "resumed");
            })
            .observe(move |event: On<RecordingSaved>, mut report: ResMut<Report>| {
                report.recorder(&saved, "saved").saved = Some(event.path.display().to_string());
            })
            .observe(move |event: On<RecordingFailed>, mut report: ResMut<Report>| {
                report.recorder(&failed, "failed").failed.push(Failure::from(&event.error));
            })
            .observe(move |event: On<CommandRejected>, mut report: ResMut<Report>| {
                report.recorder(&rejected, "rejected").rejected.push(Failure::from(&event.error));
            })
            .observe(move |event: On<RecordingStopped>, mut report: ResMut<Report>| {
                let recorder = report.recorder(&stopped, "stopped");
                let statistics = event.statistics;
                recorder.seconds = statistics.length.as_secs_f64();
                recorder.frames = statistics.frames;
                recorder.dropped = statistics.dropped_frames;
                recorder.bytes = statistics.bytes;
            });
        let (mut buffer, mut chunks) = (RecordingBuffer::default(), Vec::new());
        recorder.observe(move |chunk: On<RecordingChunk>, mut report: ResMut<Report>| {
            let recorder = report.recorder(&chunked, "chunk");
            recorder.chunks.push((chunk.data.len(), chunk.time_code.as_secs_f64()));
            chunks.extend_from_slice(&chunk.data);
            if let Some(file) = buffer.push(&chunk) {
                recorder.patches = chunk.patches.len();
                browser::publish_bytes(&format!("{chunked} chunks"), &chunks);
                browser::publish_bytes(&chunked, &file);
            }
        });
    }

    /// Records an event of a recorder.
    fn recorder(&mut self, name: &str, event: &'static str) -> &mut Recorder {
        let recorder = self.recorders.entry(name.to_owned()).or_default();
        recorder.events.push(event);
        recorder
    }

    /// Records a failure.
    pub fn fail(&mut self, name: &str, error: &MediaError) {
        self.track(name).failed.push(Failure::from(error));
    }

    fn track(&mut self, name: &str) -> &mut Track {
        self.tracks.entry(name.to_owned()).or_default()
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Report>()
        .add_systems(Last, (look, look_at_taps, look_at_recorders, people::look, publish).chain());
}

fn look(
    mut report: ResMut<Report>,
    named: Res<Named>,
    tracks: Query<(
        &TrackState,
        Option<&TrackStatistics>,
        Option<&VideoSettings>,
        Option<&VideoCapabilities>,
        Has<Muted>,
        Option<(&AudioLevel, Option<&AudioSettings>, Option<&AudioCapabilities>)>,
    )>,
    permissions: Res<MediaPermissions>,
    devices: Res<MediaDevices>,
    mut changes: MessageReader<DevicesChanged>,
) {
    report.frame += 1;
    report.memory = core::arch::wasm32::memory_size::<0>() << 16;
    report.permission = format!("{:?}", permissions.camera);
    report.microphone_permission = format!("{:?}", permissions.microphone);
    let microphones = devices.of_kind(DeviceKind::AudioInput);
    report.microphones = microphones.map(|device| device.id.0.clone()).collect();
    report.device_changes.extend(changes.read().map(Change::from));
    for track in report.tracks.values_mut() {
        track.state = "gone";
    }
    for (name, entity) in named.iter() {
        let Ok((state, statistics, settings, capabilities, muted, sound)) = tracks.get(entity) else {
            continue;
        };
        let track = report.track(name);
        track.state = match state {
            TrackState::Pending => "pending",
            TrackState::Live => "live",
            TrackState::Ended => "ended",
        };
        if let Some(statistics) = statistics {
            track.delivered = statistics.delivered_frames;
            track.frame_rate = statistics.frame_rate;
        }
        track.sound = sound.map(|(level, settings, capabilities)| Sound {
            rms: level.rms,
            peak: level.peak,
            settings: settings.map(|settings| SoundSettings {
                device_id: settings.device_id.0.clone(),
                label: settings.label.clone(),
                sample_rate: settings.sample_rate,
                channel_count: settings.channel_count,
                echo_cancellation: settings.echo_cancellation,
            }),
            channels: capabilities.map_or(0, |capabilities| capabilities.channel_count.max),
            echo_cancellation: capabilities
                .map_or_else(Vec::new, |capabilities| capabilities.echo_cancellation.clone()),
        });
        track.muted = muted;
        if let Some(capabilities) = capabilities {
            track.widths = (capabilities.width.min, capabilities.width.max);
            track.controls = capabilities.controls.keys().map(|control| control.as_str()).collect();
        }
        track.settings = settings.map(|settings| Settings {
            width: settings.size.x,
            height: settings.size.y,
            frame_rate: settings.frame_rate,
            device_id: settings.device_id.0.clone(),
            label: settings.label.clone(),
            controls: settings
                .controls
                .iter()
                .map(|(control, value)| (control.as_str(), json(value)))
                .collect(),
        });
    }
}

fn look_at_taps(mut report: ResMut<Report>, named: Res<Taps>, taps: Query<&TapFrames, Changed<TapFrames>>) {
    for (name, entity) in named.iter() {
        let Some(frame) = taps.get(entity).ok().and_then(TapFrames::latest) else { continue };
        let Some(tap) = report.taps.get_mut(name) else { continue };
        tap.frames += 1;
        tap.due = frame.sequence + 1;
        (tap.width, tap.height) = frame.size.into();
    }
}

fn look_at_recorders(mut report: ResMut<Report>, named: Res<Recorders>, recorders: Query<&RecorderState>) {
    for (name, entity) in named.iter() {
        let Ok(state) = recorders.get(entity) else { continue };
        let Some(recorder) = report.recorders.get_mut(name) else { continue };
        recorder.state = format!("{state:?}");
    }
}

fn publish(report: Res<Report>) {
    match serde_json::to_string(&*report) {
        Ok(text) => browser::publish(&text),
        Err(error) => error!("the report can't be written: {error}"),
    }
}
