//! From request to end: starts captures, hears their reports, stops them.

use bevy::prelude::*;

use super::{
    CloneOf, ConstraintsApplied, ConstraintsRefused, DeviceReopenFailed, DeviceReopened, FrameBroken, Muted,
    TrackEnded, TrackFailed, TrackImage, TrackLive, TrackState, TrackStatistics, VideoTrack,
    copy::{Original, Originals, Waiting},
    image,
    returning::Returning,
};
use crate::{
    capture::{Asking, Capture, Hub},
    consent::{Consent, ConsentGate, PermissionAsked, refused},
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    report::Report,
    source::{DefaultSource, TrackSource},
};

/// The capture of a track that is pending or live. Dropping it lets the device go.
#[derive(Component, Debug)]
pub(crate) struct Capturing {
    pub capture: Capture,
    /// The constraints that were asked for last.
    pub(super) asked: VideoConstraints,
    /// The constraints that hold.
    held: VideoConstraints,
}

/// What stands beside a track only while it has a device.
type OfDevice = (Capturing, VideoSettings, VideoCapabilities, Muted);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<DefaultSource>()
        .init_resource::<Hub>()
        .add_systems(
            PreUpdate,
            (
                hear_reports.run_if(any_with_component::<Capturing>),
                end_refused.run_if(resource_exists::<ConsentGate>.and_then(any_with_component::<Capturing>)),
            ),
        )
        .add_systems(
            PostUpdate,
            start_tracks
                .run_if(any_match_filter::<Changed<VideoTrack>>.or_else(any_with_component::<Waiting>)),
        )
        .add_observer(stop_track);
}

/// Asks for a device for each track that was spawned, or whose [`VideoTrack`] was inserted anew, in this frame.
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
            Option<&Returning>,
        ),
        Or<(Changed<VideoTrack>, With<Waiting>)>,
    >,
    originals: Originals,
) {
    for (entity, constraints, mut statistics, source, image, clone_of, returning) in &mut tracks {
        let mut track = commands.entity(entity);
        track.try_remove::<OfDevice>().try_remove::<Waiting>();
        if image.is_none() {
            track.try_insert(TrackImage(images.add(image::black())));
        }
        *statistics = TrackStatistics::default();

        let mut constraints = constraints.clone();
        let mut source = source.cloned();
        let mut only = returning.map(|returning| returning.device().clone());
        if let Some(clone_of) = clone_of.filter(|_| only.is_none()) {
            match originals.of(*clone_of) {
                Original::Live { constraints: theirs, source: their_source, device } => {
                    let theirs = *theirs;
                    track.try_insert(theirs.clone());
                    if let Some(source) = &their_source {
                        track.try_insert(source.clone());
                    }
                    (constraints, source, only) = (theirs, their_source, Some(device));
                }
                Original::Pending => {
                    track.try_insert((Waiting, TrackState::Pending));
                    continue;
                }
                Original::Ended => {
                    track.try_insert(TrackState::Ended);
                    continue;
                }
            }
        }
        let consent = Consent::by(gate.as_deref().filter(|_| source.is_none()));
        let source = source.map_or_else(|| default_source.0.clone(), |source| source.0);
        let longest_texture = image_formats.longest_texture();
        let asking = Asking {
            hub: hub.clone(),
            source,
            constraints: constraints.clone(),
            only,
            consent,
            longest_texture,
        };
        match Capture::start(asking) {
            Ok(capture) => {
                let capturing = Capturing { capture, asked: constraints.clone(), held: constraints };
                track.try_insert((TrackState::Pending, capturing));
            }
            Err(error) => {
                track.try_insert(TrackState::Ended);
                commands.trigger(TrackFailed { entity, error });
            }
        }
    }
}

/// Stops the track when [`VideoTrack`] is removed. (Despawning drops the capture with the entity.)
fn stop_track(removed: On<Remove, VideoTrack>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<OfDevice>().try_remove::<Waiting>().try_insert(TrackState::Ended);
    }
}

/// Ends the live tracks of the gate's cameras once the user doesn't agree any more.
fn end_refused(
    mut commands: Commands,
    gate: Res<ConsentGate>,
    mut tracks: Query<(Entity, &mut TrackState), (With<Capturing>, Without<TrackSource>)>,
) {
    if !gate.is_denied() {
        return;
    }
    for (entity, mut state) in &mut tracks {
        // Those that are pending hear of it from their capture, and fail.
        if *state == TrackState::Live {
            *state = TrackState::Ended;
            commands.entity(entity).try_remove::<OfDevice>();
            commands.trigger(TrackEnded { entity, error: Some(refused()) });
        }
    }
}

/// Carries what the captures report into the world.
fn hear_reports(
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
    )>,
) {
    for (entity, mut capturing, mut constraints, mut state, mut statistics, mut settings, image) in
        &mut tracks
    {
        let Capturing { capture, asked, held } = capturing.bypass_change_detection();
        capture.poll();
        statistics.read(&capture.counters);
        // A report that changes the settings may come in the same frame as the one that brings them.
        let mut news: Option<VideoSettings> = None;
        for report in capture.reports.try_iter() {
            match report {
                Report::Asking => commands.trigger(PermissionAsked { entity }),
                Report::Live(live) => {
                    let (settings, capabilities) = *live;
                    *state = TrackState::Live;
                    commands.entity(entity).try_insert((settings.clone(), capabilities));
                    commands.trigger(TrackLive { entity });
                    news = Some(settings);
                }
                Report::Failed(error) => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<OfDevice>();
                    commands.trigger(TrackFailed { entity, error });
                }
                Report::Resized(size) => {
                    let settings = news.as_mut().or(settings.as_deref_mut());
                    if let Some(settings) = settings
                        && settings.shows_native_size()
                        && settings.size != size
                    {
                        settings.size = size;
                    }
                }
                Report::Settings(settings) => news = Some(settings),
                Report::Applied(applied) => {
                    *held = *applied;
                    commands.trigger(ConstraintsApplied { entity });
                }
                Report::Refused(refusal) => {
                    let (refused, error) = *refusal;
                    // Unless the app has already asked for something else.
                    if *constraints == refused {
                        constraints.clone_from(held);
                        asked.clone_from(held);
                    }
                    commands.trigger(ConstraintsRefused { entity, error });
                }
                Report::Muted(Some(reason)) => _ = commands.entity(entity).try_insert(Muted { reason }),
                Report::Muted(None) => _ = commands.entity(entity).try_remove::<Muted>(),
                Report::Reopened => commands.trigger(DeviceReopened { entity }),
                Report::ReopenFailed(error) => commands.trigger(DeviceReopenFailed { entity, error }),
                Report::Broken(error) => commands.trigger(FrameBroken { entity, error }),
                Report::Ended(error) => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<(Capturing, Muted)>();
                    commands.trigger(TrackEnded { entity, error });
                }
            }
        }
        let size = news.as_ref().or(settings.as_deref()).map(|settings| settings.size);
        if let (Some(size), Some(TrackImage(handle))) = (size, image) {
            image::resize(&mut images, handle, size, &image_formats);
        }
        if let Some(settings) = news {
            commands.entity(entity).try_insert(settings);
        }
    }
}
