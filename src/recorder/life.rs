//! From start to stop: carries out commands, and reports what recordings do.

use std::time::Duration;

use bevy::{
    prelude::*,
    render::{Extract, ExtractSchedule, RenderApp, renderer::RenderDevice, sync_world::RenderEntity},
};

use super::{
    CommandRejected, MediaRecorder, PauseRecording, RecorderState, RecorderStatistics, RecordingChunk,
    RecordingFailed, RecordingFile, RecordingNotRecoverable, RecordingPaused, RecordingResumed,
    RecordingSaved, RecordingStarted, RecordingStopped, RequestData, ResumeRecording, StartRecording,
    StopRecording,
    format::Format,
    job::Job,
    microphone::Microphones,
    platform::{Session, Sessions},
    report::{Chunk, Report, Slices},
    running::{Recordings, Running},
};
use crate::{
    constraint::VideoSettings,
    error::MediaError,
    frame::PixelFormat,
    image_input::{EffectInput, HasFrames},
    render::{Fit, RenderTaps, TapFormat, TapRequest},
    systems::ViewfinderSystems,
    track::{Capturing, Hidden, HoldsModeOf, TrackImage, TrackState},
};

/// The longest time for which the exit of the app waits for recordings.
const LONGEST_EXIT: Duration = Duration::from_secs(2);

pub(super) fn plugin(app: &mut App) {
    let recording = any_with_component::<Recordings>;
    app.init_resource::<Sessions>()
        .add_observer(check)
        .add_observer(remove)
        .add_observer(start)
        .add_observer(pause)
        .add_observer(resume)
        .add_observer(request_data)
        .add_observer(stop)
        .add_systems(PreUpdate, receive.in_set(ViewfinderSystems::Receive).run_if(recording))
        .add_systems(PostUpdate, stop_ended.in_set(ViewfinderSystems::Request).run_if(recording))
        .add_systems(Last, complete.run_if(on_message::<AppExit>));
    if let Some(render_app) = app.get_sub_app_mut(RenderApp) {
        render_app.add_systems(ExtractSchedule, extract);
    }
}

fn reject(commands: &mut Commands, entity: Entity, error: MediaError) {
    commands.trigger(CommandRejected { entity, error });
}

/// Rejects a recorder of a type that can't be recorded. Ends the recording of the recorder that it replaces.
fn check(
    inserted: On<Insert, MediaRecorder>,
    mut commands: Commands,
    mut recorders: Query<(&MediaRecorder, &mut Recordings)>,
) {
    let Ok((recorder, mut recordings)) = recorders.get_mut(inserted.entity) else { return };
    if let Err(error) = Format::parse(&recorder.media_type) {
        reject(&mut commands, inserted.entity, error);
    }
    if let Some(running) = recordings.current() {
        running.is_stopping = true;
        running.session.fail(MediaError::invalid_modification(
            "the recorder was given another track or other options while it recorded; stop it first",
        ));
    }
}

/// Ends the recording of a recorder that is removed.
fn remove(removed: On<Remove, MediaRecorder>, mut commands: Commands) {
    if let Ok(mut recorder) = commands.get_entity(removed.entity) {
        recorder.try_insert((Recordings::default(), RecorderState::Inactive)).try_remove::<HoldsModeOf>();
    }
}

fn start(
    start: On<StartRecording>,
    mut commands: Commands,
    mut recorders: Query<(&MediaRecorder, &mut RecorderState, Option<&RecordingFile>, &mut Recordings)>,
    tracks: Query<Recorded, HasFrames>,
    microphones: Microphones,
    images: Res<Assets<Image>>,
    device: Option<Res<RenderDevice>>,
    sessions: Res<Sessions>,
) {
    let entity = start.entity;
    let Ok((recorder, mut state, file, mut recordings)) = recorders.get_mut(entity) else {
        return reject(&mut commands, entity, no_recorder());
    };
    let started = state.start().and_then(|next| {
        if device.is_none() {
            return Err(MediaError::not_supported(
                "a recording's frames are drawn by the renderer, and this app has none; add Bevy's RenderPlugin",
            ));
        }
        let format = recorder.format(file)?;
        let (track_state, image, input, capturing, hidden) = tracks.get(recorder.track).map_err(|_| {
            MediaError::not_supported(
                "the entity is no video track, and no image with effects; name one with VideoTrack or EffectInput",
            )
        })?;
        if let Some(state) = track_state.filter(|state| **state != TrackState::Live) {
            return Err(MediaError::not_supported(format!(
                "only a live track can be recorded, and this one is {state:?}; wait for TrackLive"
            )));
        }
        let is_loaded = input.is_none_or(|input| images.contains(&input.0));
        let shown = image.filter(|_| is_loaded).and_then(|image| images.get(&image.0)).map(Image::size);
        let size = recorder.size.or(shown).ok_or_else(|| {
            MediaError::invalid_state("the image that is to be recorded isn't loaded; start a frame later")
        })?;
        let slices = match start.time_slice {
            Some(slice) => Slices::Every(slice),
            None if file.is_some() => Slices::None,
            None => Slices::Whole,
        };
        let microphone = recorder.audio.map(|track| microphones.get(track)).transpose()?;
        let job = Job {
            format,
            size,
            microphone,
            begins_black: hidden.is_hidden(),
            bit_rates: recorder.bit_rates,
            key_frames: recorder.key_frames,
            slices,
            file: file.cloned(),
        };
        let is_raw = !recorder.effects && !recorder.mirrored && recorder.size.is_none();
        let capture = capturing.filter(|_| is_raw).map(|capturing| &capturing.capture);
        Ok((next, sessions.start(job, capture)?))
    });
    match started {
        Ok((next, session)) => {
            *state = next;
            let running = Running { session, is_stopping: false };
            recordings.0.push(running);
            commands.entity(entity).try_insert(HoldsModeOf(recorder.track));
        }
        Err(error) => reject(&mut commands, entity, error),
    }
}

/// The parts of a track, or of an image with effects, that is recorded.
type Recorded = (
    Option<&'static TrackState>,
    Option<&'static TrackImage>,
    Option<&'static EffectInput>,
    Option<&'static Capturing>,
    Hidden,
);

/// The parts of a recorder that commands change.
type Commanded = (&'static mut RecorderState, &'static mut Recordings);

fn no_recorder() -> MediaError {
    MediaError::not_found("the entity is no recorder, or was despawned; name one with MediaRecorder")
}

fn pause(
    pause: On<PauseRecording>,
    mut commands: Commands,
    mut recorders: Query<Commanded, With<MediaRecorder>>,
) {
    let next = recorders.get(pause.entity).map_err(|_| no_recorder()).and_then(|(state, _)| state.pause());
    carry_out(pause.entity, next, &mut commands, &mut recorders, Session::pause);
}

fn resume(
    resume: On<ResumeRecording>,
    mut commands: Commands,
    mut recorders: Query<Commanded, With<MediaRecorder>>,
) {
    let next = recorders.get(resume.entity).map_err(|_| no_recorder()).and_then(|(state, _)| state.resume());
    carry_out(resume.entity, next, &mut commands, &mut recorders, Session::resume);
}

fn request_data(
    request: On<RequestData>,
    mut commands: Commands,
    mut recorders: Query<Commanded, With<MediaRecorder>>,
) {
    let next = recorders
        .get(request.entity)
        .map_err(|_| no_recorder())
        .and_then(|(state, _)| state.request_data().map(|()| Some(*state)));
    carry_out(request.entity, next, &mut commands, &mut recorders, Session::request_data);
}

fn stop(
    stop: On<StopRecording>,
    mut commands: Commands,
    mut recorders: Query<Commanded, With<MediaRecorder>>,
) {
    let next = recorders.get(stop.entity).map_err(|_| no_recorder()).map(|(state, _)| state.stop());
    carry_out(stop.entity, next, &mut commands, &mut recorders, Session::stop);
}

/// Brings a recorder into its next state, and tells its recording.
fn carry_out(
    entity: Entity,
    next: Result<Option<RecorderState>, MediaError>,
    commands: &mut Commands,
    recorders: &mut Query<Commanded, With<MediaRecorder>>,
    tell: impl FnOnce(&Session),
) {
    match next {
        Ok(None) => {}
        Ok(Some(next)) => {
            let Ok((mut state, mut recordings)) = recorders.get_mut(entity) else { return };
            state.set_if_neq(next);
            let Some(running) = recordings.current() else { return };
            tell(&running.session);
            running.is_stopping = next == RecorderState::Inactive;
        }
        Err(error) => reject(commands, entity, error),
    }
}

/// Stops the recordings all of whose tracks have ended.
fn stop_ended(
    mut recorders: Query<(&MediaRecorder, &mut Recordings)>,
    tracks: Query<Option<&TrackState>, HasFrames>,
    microphones: Microphones,
) {
    for (recorder, mut recordings) in &mut recorders {
        let Some(running) = recordings.bypass_change_detection().current() else { continue };
        let has_frames = tracks.get(recorder.track).is_ok_and(|state| state != Some(&TrackState::Ended));
        if has_frames {
            continue;
        }
        if recorder.audio.is_some_and(|track| microphones.is_live(track)) {
            running.session.end_frames();
        } else {
            // The state changes with the last data.
            running.session.stop();
            running.is_stopping = true;
        }
    }
}

/// Triggers the events of what recordings report.
fn receive(
    mut commands: Commands,
    mut recorders: Query<(Entity, &mut RecorderState, &mut RecorderStatistics, &mut Recordings)>,
) {
    for (entity, mut state, mut statistics, mut recordings) in &mut recorders {
        let Recordings(all) = recordings.bypass_change_detection();
        if all.is_empty() {
            continue;
        }
        let mut newest = all.len() - 1;
        let mut index = 0;
        while let Some(running) = all.get_mut(index) {
            let (mut is_ending, mut has_stopped) = (false, false);
            running.session.poll();
            while let Some(report) = running.session.report() {
                is_ending |= ends(&report);
                has_stopped |= matches!(report, Report::Stopped);
                tell_app(&mut commands, entity, report, running.session.statistics());
            }
            if index == newest {
                statistics.set_if_neq(running.session.statistics());
                if is_ending {
                    running.is_stopping = true;
                    state.set_if_neq(RecorderState::Inactive);
                }
            }
            if has_stopped {
                all.remove(index);
                newest = newest.saturating_sub(1);
            } else {
                index += 1;
            }
        }
        if all.is_empty() {
            commands.entity(entity).try_remove::<HoldsModeOf>();
        }
    }
}

/// Whether the recorder is inactive from this report on.
fn ends(report: &Report) -> bool {
    matches!(report, Report::Failed(_) | Report::Stopped | Report::Chunk(Chunk { end: Some(_), .. }))
}

/// Triggers the event of a report.
fn tell_app(commands: &mut Commands, entity: Entity, report: Report, statistics: RecorderStatistics) {
    match report {
        Report::Started { media_type } => commands.trigger(RecordingStarted { entity, media_type }),
        Report::Paused => commands.trigger(RecordingPaused { entity }),
        Report::Resumed => commands.trigger(RecordingResumed { entity }),
        Report::Chunk(Chunk { index, time_code, data, end }) => commands.trigger(RecordingChunk {
            entity,
            index,
            time_code,
            data,
            is_last: end.is_some(),
            patches: end.unwrap_or_default(),
        }),
        Report::Failed(error) => commands.trigger(RecordingFailed { entity, error }),
        Report::NotRecoverable(error) => commands.trigger(RecordingNotRecoverable { entity, error }),
        Report::Saved(path) => commands.trigger(RecordingSaved { entity, path }),
        Report::Stopped => commands.trigger(RecordingStopped { entity, statistics }),
    }
}

/// Completes all recordings before the app exits.
fn complete(mut recorders: Query<&mut Recordings>, mut sessions: ResMut<Sessions>) {
    for mut recordings in &mut recorders {
        recordings.0.clear();
    }
    sessions.wait(LONGEST_EXIT);
}

/// Requests the frames of the recordings from the renderer.
fn extract(
    mut taps: ResMut<RenderTaps>,
    recorders: Extract<Query<(Entity, &MediaRecorder, &RecorderState, &Recordings)>>,
    tracks: Extract<Query<(RenderEntity, Option<&VideoSettings>, Hidden)>>,
) {
    if recorders.is_empty() && taps.is_empty() {
        return;
    }
    let recorded = recorders.iter().filter_map(|(entity, recorder, state, recordings)| {
        let running = recordings.0.last().filter(|_| *state == RecorderState::Recording)?;
        let track = tracks.get(recorder.track).ok();
        let shows_jpeg = track.as_ref().is_some_and(|(_, settings, hidden)| {
            let is_jpeg = |settings: &VideoSettings| {
                settings.native.format == PixelFormat::Mjpeg && settings.shows_native_size()
            };
            settings.is_some_and(is_jpeg) && !hidden.is_hidden()
        });
        let (size, sink) = running.session.input(shows_jpeg)?;
        let request = TapRequest {
            track: track.map(|(track, ..)| track),
            format: TapFormat::Rgba,
            size: Some(size),
            fit: Fit::Contain,
            effects: recorder.effects,
            mirrored: recorder.mirrored,
            newest: false,
        };
        Some((entity, request, sink))
    });
    taps.update(recorded);
}
