//! From request to end: starts captures, receives their reports, stops them.

use bevy::prelude::*;

#[cfg(target_family = "wasm")]
use super::web::{AudioCapture, start};
use super::{AudioLevel, AudioOutput, AudioTrack, request::AudioRequest};
#[cfg(not(target_family = "wasm"))]
use super::{capture::AudioCapture, native::start};
use crate::{
    consent::{Consent, ConsentGate, PermissionRequested, refused},
    constraint::{AudioCapabilities, AudioConstraints, AudioSettings},
    device::DeviceKind,
    error::MediaError,
    report::AudioReport,
    source::audio::{AudioTrackSource, DefaultAudioSource},
    systems::ViewfinderSystems,
    track::{
        ConstraintsApplied, ConstraintsRejected, DeviceReopened, DeviceUse, DevicesInUse, Muted,
        TrackEnabled, TrackEnded, TrackFailed, TrackLive, TrackState,
    },
};

/// The kind of devices of audio tracks.
pub(super) const KIND: DeviceKind = DeviceKind::AudioInput;

/// The capture of a track that is pending or live. Dropping it releases the microphone.
#[derive(Component, Debug)]
pub(crate) struct AudioCapturing {
    pub(super) capture: AudioCapture,
    /// A microphone was chosen.
    pub(super) is_chosen: bool,
    /// The report that the microphone is open, until the track is live.
    pub(super) opened: Option<Box<(AudioSettings, AudioCapabilities)>>,
    /// The constraints that were requested last.
    asked: AudioConstraints,
    /// The constraints in effect.
    held: AudioConstraints,
}

#[cfg(all(feature = "recorder", target_family = "wasm"))]
impl AudioCapturing {
    /// The browser's own track of the microphone. `None` while it has none.
    pub fn stream_track(&self) -> Option<web_sys::MediaStreamTrack> {
        self.capture.stream_track()
    }
}

/// On a pending track that isn't opened, or doesn't become live, before the camera of its request.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Joining {
    /// The camera.
    pub camera: Entity,
    /// Whether the camera goes on if there is no microphone.
    pub optional: bool,
    /// The app is asked for the user's consent to the camera, which is the consent to both.
    pub camera_asks: bool,
}

/// A track whose capture is to be started: [`AudioTrack`] was inserted.
#[derive(Component, Debug)]
pub(super) struct AudioStartRequested;

/// The components that a track has only while it has a microphone.
type OfMicrophone = (AudioCapturing, AudioSettings, AudioCapabilities, Muted, Joining);

/// The systems that receive the reports of captures.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ReceiveAudio;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<DefaultAudioSource>()
        .configure_sets(PreUpdate, ReceiveAudio.in_set(ViewfinderSystems::Receive))
        .add_systems(
            PreUpdate,
            (
                receive_reports.in_set(ReceiveAudio).run_if(any_with_component::<AudioCapturing>),
                end_denied
                    .in_set(ViewfinderSystems::Receive)
                    .run_if(resource_exists::<ConsentGate>.and_then(any_with_component::<AudioCapturing>)),
            ),
        )
        .add_systems(
            PostUpdate,
            (
                start_tracks.run_if(any_with_component::<AudioStartRequested>),
                change_constraints
                    .run_if(any_match_filter::<(Changed<AudioConstraints>, With<AudioCapturing>)>),
                enable.run_if(any_match_filter::<Or<(Changed<TrackEnabled>, Added<AudioCapturing>)>>),
            )
                .chain()
                .in_set(ViewfinderSystems::Request),
        )
        .add_systems(
            PostUpdate,
            show_use.in_set(ViewfinderSystems::Show).run_if(
                any_with_component::<AudioTrack>.or_else(not(resource_equals(DevicesInUse::default()))),
            ),
        )
        .add_observer(request_start)
        .add_observer(stop_track);
}

/// The capture starts at the end of the frame, with all that was inserted until then.
fn request_start(inserted: On<Insert, AudioTrack>, mut commands: Commands) {
    commands.entity(inserted.entity).try_insert(AudioStartRequested);
}

/// Requests a microphone for each track whose [`AudioTrack`] was inserted in this frame.
pub(super) fn start_tracks(
    mut commands: Commands,
    default_source: Res<DefaultAudioSource>,
    gate: Option<Res<ConsentGate>>,
    tracks: Query<
        (Entity, &AudioConstraints, &AudioOutput, Option<&AudioTrackSource>, Has<Joining>),
        (With<AudioTrack>, With<AudioStartRequested>),
    >,
) {
    for (entity, constraints, output, source, is_joining) in &tracks {
        let mut track = commands.entity(entity);
        track.try_remove::<(AudioCapturing, AudioSettings, AudioCapabilities, Muted, AudioStartRequested)>();
        let consent = Consent::by(gate.as_deref().filter(|_| source.is_none()), KIND);
        let request = AudioRequest {
            source: source.map_or_else(|| default_source.0.clone(), |source| source.0.clone()),
            constraints: constraints.clone(),
            consent,
            proceeds: !is_joining,
        };
        match start(request, output.clone()) {
            Ok(capture) => {
                let capturing = AudioCapturing {
                    capture,
                    is_chosen: false,
                    opened: None,
                    asked: constraints.clone(),
                    held: constraints.clone(),
                };
                track.try_insert((TrackState::Pending, capturing));
            }
            Err(error) => {
                track.try_insert(TrackState::Ended);
                commands.trigger(TrackFailed { entity, kind: KIND, error });
            }
        }
    }
}

/// Stops the track when [`AudioTrack`] is removed. (Despawning drops the capture with the entity.)
fn stop_track(removed: On<Remove, AudioTrack>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track
            .try_remove::<OfMicrophone>()
            .try_remove::<AudioStartRequested>()
            .try_insert((TrackState::Ended, AudioLevel::default()));
    }
}

/// Ends a pending track with an error.
pub(super) fn fail(commands: &mut Commands, entity: Entity, error: MediaError) {
    if let Ok(mut track) = commands.get_entity(entity) {
        track.try_remove::<OfMicrophone>().try_remove::<AudioStartRequested>().try_insert(TrackState::Ended);
        commands.trigger(TrackFailed { entity, kind: KIND, error });
    }
}

/// Ends the live tracks of the default source once the user denies the app's [`ConsentGate`].
fn end_denied(
    mut commands: Commands,
    gate: Res<ConsentGate>,
    mut tracks: Query<(Entity, &mut TrackState), (With<AudioCapturing>, Without<AudioTrackSource>)>,
) {
    if !gate.is_denied() {
        return;
    }
    for (entity, mut state) in &mut tracks {
        // The captures of pending tracks report the denial themselves.
        if *state == TrackState::Live {
            *state = TrackState::Ended;
            commands.entity(entity).try_remove::<OfMicrophone>().try_insert(AudioLevel::default());
            commands.trigger(TrackEnded { entity, kind: KIND, error: Some(refused(KIND)) });
        }
    }
}

/// Applies the reports of the captures to the world.
fn receive_reports(
    mut commands: Commands,
    mut tracks: Query<(
        Entity,
        &mut AudioCapturing,
        &mut AudioConstraints,
        &mut TrackState,
        &mut AudioLevel,
        Has<Muted>,
        Option<&Joining>,
    )>,
) {
    for (entity, mut capturing, mut constraints, mut state, mut level, is_muted, joining) in &mut tracks {
        let capturing = capturing.bypass_change_detection();
        let mut is_muted = is_muted;
        capturing.capture.poll();
        while let Some(report) = capturing.capture.report() {
            match report {
                AudioReport::Chosen => capturing.is_chosen = true,
                AudioReport::AwaitingConsent => {
                    if !joining.is_some_and(|joining| joining.camera_asks) {
                        commands.trigger(PermissionRequested { entity, kind: KIND });
                    }
                }
                AudioReport::Opened(opened) => capturing.opened = Some(opened),
                AudioReport::Failed(error) => {
                    *state = TrackState::Ended;
                    commands.trigger(TrackFailed { entity, kind: KIND, error });
                    commands.entity(entity).try_remove::<OfMicrophone>();
                }
                AudioReport::Ended(error) if *state == TrackState::Pending => {
                    *state = TrackState::Ended;
                    let error = error.unwrap_or_else(ended_early);
                    commands.trigger(TrackFailed { entity, kind: KIND, error });
                    commands.entity(entity).try_remove::<OfMicrophone>();
                }
                AudioReport::Ended(error) => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<(AudioCapturing, Muted)>();
                    commands.trigger(TrackEnded { entity, kind: KIND, error });
                }
                AudioReport::SettingsChanged(settings) => _ = commands.entity(entity).try_insert(*settings),
                AudioReport::ConstraintsApplied(applied) => {
                    capturing.held = *applied;
                    commands.trigger(ConstraintsApplied { entity });
                }
                AudioReport::ConstraintsRejected(refusal) => {
                    let (rejected, error) = *refusal;
                    // Unless the app has requested others meanwhile.
                    if *constraints == rejected {
                        constraints.clone_from(&capturing.held);
                        capturing.asked.clone_from(&capturing.held);
                    }
                    commands.trigger(ConstraintsRejected { entity, error });
                }
                AudioReport::Muted(reason) => {
                    is_muted = reason.is_some();
                    match reason {
                        Some(reason) => _ = commands.entity(entity).try_insert(Muted { reason }),
                        None => _ = commands.entity(entity).try_remove::<Muted>(),
                    }
                }
                AudioReport::Reopened => commands.trigger(DeviceReopened { entity }),
            }
        }
        if *state == TrackState::Pending
            && joining.is_none()
            && let Some(opened) = capturing.opened.take()
        {
            *state = TrackState::Live;
            capturing.capture.set_live();
            commands.entity(entity).try_insert(*opened);
            commands.trigger(TrackLive { entity });
        }
        let new_level = match capturing.capture.level() {
            _ if *state != TrackState::Live || is_muted => AudioLevel::default(),
            Some(new_level) => new_level,
            None => *level,
        };
        level.set_if_neq(new_level);
    }
}

/// The error of a microphone that ended before its track was live.
fn ended_early() -> MediaError {
    MediaError::abort("the microphone ended before the track was live: request it again")
}

/// Requests constraints that differ from those requested last.
fn change_constraints(
    mut tracks: Query<(&AudioConstraints, &mut AudioCapturing), Changed<AudioConstraints>>,
) {
    for (constraints, mut capturing) in &mut tracks {
        // The capture itself stays the same.
        let capturing = capturing.bypass_change_detection();
        if capturing.asked != *constraints {
            capturing.asked = constraints.clone();
            capturing.capture.change(constraints);
        }
    }
}

fn enable(
    tracks: Query<(&TrackEnabled, &AudioCapturing), Or<(Changed<TrackEnabled>, Added<AudioCapturing>)>>,
) {
    for (enabled, capturing) in &tracks {
        capturing.capture.enable(enabled.0);
    }
}

fn show_use(
    mut in_use: ResMut<DevicesInUse>,
    tracks: Query<(&TrackState, &TrackEnabled, Has<Muted>), With<AudioCapturing>>,
) {
    let microphone = DeviceUse::by(tracks.iter());
    if in_use.microphone != microphone {
        in_use.microphone = microphone;
    }
}
