//! From request to end: starts captures, receives their reports, stops them.

use bevy::prelude::*;

use super::{
    CloneOf, ConstraintsApplied, ConstraintsRejected, DeviceReopenFailed, DeviceReopened, FrameCorrupted,
    Muted, TrackEnded, TrackFailed, TrackImage, TrackLive, TrackState, TrackStatistics, VideoTrack,
    copy::{Original, Originals},
    held_back::HeldBack,
    image,
    reconnect::Reconnecting,
};
use crate::{
    capture::{Capture, CaptureRequest, Hub},
    consent::{Consent, ConsentGate, PermissionRequested, refused},
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{DeviceKind, PhotoCapabilities, PhotoSettings},
    error::MediaError,
    report::CaptureReport,
    source::{DefaultSource, TrackSource},
    systems::ViewfinderSystems,
};

/// The capture of a track that is pending or live. Dropping it releases the device.
#[derive(Component, Debug)]
pub(crate) struct Capturing {
    pub capture: Capture,
    /// The constraints that were requested last.
    pub(super) asked: VideoConstraints,
    /// The constraints in effect.
    held: VideoConstraints,
    /// The report that the device is open, while the track is held back.
    opened: Option<Box<(VideoSettings, VideoCapabilities)>>,
    /// Whether the app was asked for the user's consent.
    is_asking: bool,
}

#[cfg(feature = "audio")]
impl Capturing {
    /// Whether a device was chosen: it is open, or the user is being asked.
    pub fn has_chosen(&self) -> bool {
        self.is_asking || self.opened.is_some()
    }

    /// Whether the device is open, and the track is held back.
    pub fn is_opened(&self) -> bool {
        self.opened.is_some()
    }

    /// Whether the app was asked for the user's consent.
    pub fn is_asking(&self) -> bool {
        self.is_asking
    }
}

/// The kind of devices of video tracks.
const KIND: DeviceKind = DeviceKind::VideoInput;

/// The components that a track has only while it has a device.
type OfDevice = (Capturing, VideoSettings, VideoCapabilities, PhotoCapabilities, PhotoSettings, Muted);

/// A track whose capture is to be started: [`VideoTrack`] was inserted, or it is a clone of a track that is pending.
#[derive(Component, Debug)]
pub(crate) struct StartRequested;

/// The system that starts captures.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct StartTracks;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<DefaultSource>()
        .init_resource::<Hub>()
        .add_systems(
            PreUpdate,
            (
                receive_reports.run_if(any_news),
                end_denied.run_if(resource_exists::<ConsentGate>.and_then(any_with_component::<Capturing>)),
            )
                .in_set(ViewfinderSystems::Receive),
        )
        .add_systems(
            PostUpdate,
            start_tracks
                .in_set(StartTracks)
                .in_set(ViewfinderSystems::Request)
                .run_if(any_with_component::<StartRequested>),
        )
        .add_observer(request_start)
        .add_observer(stop_track);
}

/// The capture starts at the end of the frame, with all that was inserted until then.
fn request_start(inserted: On<Insert, VideoTrack>, mut commands: Commands) {
    commands.entity(inserted.entity).try_insert(StartRequested);
}

/// Requests a device for each track whose [`VideoTrack`] was inserted in this frame, and for clones that wait.
pub(super) fn start_tracks(
    mut commands: Commands,
    default_source: Res<DefaultSource>,
    hub: Res<Hub>,
    gate: Option<Res<ConsentGate>>,
    mut images: ResMut<Assets<Image>>,
    image_formats: image::ImageFormats,
    mut tracks: Query<
        (
            Entity,
            &VideoConstraints,
            &mut TrackStatistics,
            Option<&TrackSource>,
            Option<&TrackImage>,
            Option<&CloneOf>,
            Option<&Reconnecting>,
            Option<&HeldBack>,
        ),
        (With<VideoTrack>, With<StartRequested>),
    >,
    originals: Originals,
) {
    for (entity, constraints, mut statistics, source, image, clone_of, reconnecting, held_back) in &mut tracks
    {
        if matches!(held_back, Some(HeldBack::Start)) {
            continue;
        }
        let mut track = commands.entity(entity);
        track.try_remove::<OfDevice>().try_remove::<StartRequested>();
        if image.is_none() {
            track.try_insert(TrackImage(images.add(image::black())));
        }
        *statistics = TrackStatistics::default();

        let mut constraints = constraints.clone();
        let mut source = source.cloned();
        let mut only = reconnecting.map(|reconnecting| reconnecting.device().clone());
        // The constraints of a clone's own, applied once it has been made.
        let mut own = None;
        if let Some(clone_of) = clone_of.filter(|_| only.is_none()) {
            match originals.get(*clone_of, source.as_ref()) {
                Ok(Original::Live { constraints: theirs, source: their_source, device }) => {
                    let theirs = *theirs;
                    if constraints == VideoConstraints::default() {
                        track.try_insert(theirs.clone());
                    } else if constraints != theirs {
                        own = Some(constraints);
                    }
                    if let Some(source) = &their_source {
                        track.try_insert(source.clone());
                    }
                    (constraints, source, only) = (theirs, their_source, Some(device));
                }
                Ok(Original::Pending) => {
                    track.try_insert((StartRequested, TrackState::Pending));
                    continue;
                }
                Ok(Original::Ended) => {
                    track.try_insert(TrackState::Ended);
                    continue;
                }
                Err(error) => {
                    track.try_insert(TrackState::Ended);
                    commands.trigger(TrackFailed { entity, kind: KIND, error });
                    continue;
                }
            }
        }
        let consent = Consent::by(gate.as_deref().filter(|_| source.is_none()), KIND);
        let source = source.map_or_else(|| default_source.0.clone(), |source| source.0);
        let source = held_back.and_then(HeldBack::source).cloned().unwrap_or(source);
        let longest_texture = image_formats.longest_texture();
        let request = CaptureRequest {
            hub: hub.clone(),
            source,
            constraints: constraints.clone(),
            only,
            consent,
            longest_texture,
        };
        match Capture::start(request) {
            Ok(capture) => {
                if let Some(own) = &own {
                    capture.change(own);
                }
                let asked = own.unwrap_or_else(|| constraints.clone());
                let capturing =
                    Capturing { capture, asked, held: constraints, opened: None, is_asking: false };
                track.try_insert((TrackState::Pending, capturing));
            }
            Err(error) => {
                track.try_insert(TrackState::Ended);
                commands.trigger(TrackFailed { entity, kind: KIND, error });
            }
        }
    }
}

/// Stops the track when [`VideoTrack`] is removed. (Despawning drops the capture with the entity.)
fn stop_track(removed: On<Remove, VideoTrack>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<OfDevice>().try_remove::<StartRequested>().try_insert(TrackState::Ended);
    }
}

/// Ends a pending track because another part of its request has failed.
#[cfg(feature = "audio")]
pub(crate) fn fail_pending(commands: &mut Commands, entity: Entity, error: MediaError) {
    if let Ok(mut track) = commands.get_entity(entity) {
        track.try_remove::<(OfDevice, StartRequested, HeldBack)>().try_insert(TrackState::Ended);
        commands.trigger(TrackFailed { entity, kind: KIND, error });
    }
}

/// Ends the live tracks of the default source once the user denies the app's [`ConsentGate`].
fn end_denied(
    mut commands: Commands,
    gate: Res<ConsentGate>,
    mut tracks: Query<(Entity, &mut TrackState), (With<Capturing>, Without<TrackSource>)>,
) {
    if !gate.is_denied() {
        return;
    }
    for (entity, mut state) in &mut tracks {
        // The captures of pending tracks report the denial themselves.
        if *state == TrackState::Live {
            *state = TrackState::Ended;
            commands.entity(entity).try_remove::<OfDevice>();
            commands.trigger(TrackEnded { entity, kind: KIND, error: Some(refused(KIND)) });
        }
    }
}

/// Whether a capture has something to report, or counts that its track doesn't have. Most frames of an app have no
/// news. A browser's captures work when they are polled.
fn any_news(tracks: Query<(&Capturing, &TrackStatistics, Option<Ref<TrackImage>>)>) -> bool {
    tracks.iter().any(|(capturing, statistics, image)| {
        cfg!(target_family = "wasm")
            || !capturing.capture.reports.is_empty()
            || capturing.opened.is_some()
            || statistics.is_outdated(&capturing.capture.reporter.counters)
            || image.is_some_and(|image| image.is_changed())
    })
}

/// Applies the reports of the captures to the world.
fn receive_reports(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    image_formats: image::ImageFormats,
    mut tracks: Query<(
        Entity,
        &mut Capturing,
        &mut VideoConstraints,
        &mut TrackState,
        &mut TrackStatistics,
        Option<&mut VideoSettings>,
        Option<&TrackImage>,
        Has<HeldBack>,
    )>,
) {
    for (
        entity,
        mut capturing,
        mut constraints,
        mut state,
        mut statistics,
        mut settings,
        image,
        is_held_back,
    ) in &mut tracks
    {
        let Capturing { capture, asked, held, opened, is_asking } = capturing.bypass_change_detection();
        capture.poll();
        statistics.read(&capture.reporter.counters);
        // The first settings, and changes of them, may arrive in one frame.
        let mut new_settings: Option<VideoSettings> = None;
        // The track is no longer held back.
        let released = opened.take_if(|_| !is_held_back).map(CaptureReport::Live);
        for report in released.into_iter().chain(capture.reports.try_iter()) {
            match report {
                CaptureReport::AwaitingConsent => {
                    *is_asking = true;
                    commands.trigger(PermissionRequested { entity, kind: KIND })
                }
                CaptureReport::Live(live) if is_held_back => *opened = Some(live),
                CaptureReport::Live(live) => {
                    let (settings, capabilities) = *live;
                    *state = TrackState::Live;
                    commands.entity(entity).try_insert((settings.clone(), capabilities));
                    commands.trigger(TrackLive { entity });
                    new_settings = Some(settings);
                }
                CaptureReport::Photo(photo) => {
                    let (capabilities, settings) = *photo;
                    commands.entity(entity).try_insert((capabilities, settings));
                }
                CaptureReport::Failed(error) => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<OfDevice>();
                    commands.trigger(TrackFailed { entity, kind: KIND, error });
                }
                CaptureReport::Resized(size) => {
                    let settings = new_settings.as_mut().or(settings.as_deref_mut());
                    if let Some(settings) = settings
                        && settings.shows_native_size()
                        && settings.size != size
                    {
                        settings.size = size;
                    }
                }
                CaptureReport::SettingsChanged(settings) => new_settings = Some(settings),
                CaptureReport::ConstraintsApplied(applied) => {
                    *held = *applied;
                    commands.trigger(ConstraintsApplied { entity });
                }
                CaptureReport::ConstraintsRejected(refusal) => {
                    let (rejected, error) = *refusal;
                    // Unless the app has requested others meanwhile.
                    if *constraints == rejected {
                        constraints.clone_from(held);
                        asked.clone_from(held);
                    }
                    commands.trigger(ConstraintsRejected { entity, error });
                }
                CaptureReport::Muted(Some(reason)) => {
                    _ = commands.entity(entity).try_insert(Muted { reason })
                }
                CaptureReport::Muted(None) => _ = commands.entity(entity).try_remove::<Muted>(),
                CaptureReport::Reopened => commands.trigger(DeviceReopened { entity }),
                CaptureReport::ReopenFailed(error) => commands.trigger(DeviceReopenFailed { entity, error }),
                CaptureReport::FrameCorrupted(error) => commands.trigger(FrameCorrupted { entity, error }),
                CaptureReport::Ended(error) if opened.take().is_some() => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<OfDevice>();
                    let error = error.unwrap_or_else(|| {
                        MediaError::abort("the source ended before the track was live: request it again")
                    });
                    commands.trigger(TrackFailed { entity, kind: KIND, error });
                }
                CaptureReport::Ended(error) => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<(Capturing, Muted)>();
                    commands.trigger(TrackEnded { entity, kind: KIND, error });
                }
            }
        }
        let size = new_settings.as_ref().or(settings.as_deref()).map(|settings| settings.size);
        if let (Some(size), Some(TrackImage(handle))) = (size, image) {
            image::resize(&mut images, handle, size, &image_formats);
        }
        if let Some(settings) = new_settings {
            commands.entity(entity).try_insert(settings);
        }
    }
}
