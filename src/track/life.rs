//! From request to end: starts captures, hears their reports, stops them.

use bevy::prelude::*;

use super::{
    FrameBroken, Muted, TrackEnded, TrackFailed, TrackImage, TrackLive, TrackState, TrackStatistics,
    VideoTrack, image, returning::Returning,
};
use crate::{
    capture::{Capture, Report},
    constraint::{VideoConstraints, VideoSettings, exact},
    source::{DefaultSource, TrackSource},
};

/// The capture of a track that is pending or live. Dropping it lets the device go.
#[derive(Component, Debug)]
pub(crate) struct Capturing(pub Capture);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<DefaultSource>()
        .add_systems(PreUpdate, hear_reports.run_if(any_with_component::<Capturing>))
        .add_systems(PostUpdate, start_tracks.run_if(any_match_filter::<Changed<VideoTrack>>))
        .add_observer(stop_track);
}

/// Asks for a device for each track that was spawned, or whose [`VideoTrack`] was inserted anew, in this frame.
fn start_tracks(
    mut commands: Commands,
    default_source: Res<DefaultSource>,
    mut images: ResMut<Assets<Image>>,
    mut tracks: Query<
        (
            Entity,
            &VideoConstraints,
            &mut TrackState,
            &mut TrackStatistics,
            Option<&TrackSource>,
            Option<&TrackImage>,
            Option<&Returning>,
        ),
        Changed<VideoTrack>,
    >,
) {
    for (entity, constraints, mut state, mut statistics, source, image, returning) in &mut tracks {
        if image.is_none() {
            commands.entity(entity).try_insert(TrackImage(images.add(image::black())));
        }
        let source = source.map_or_else(|| default_source.0.clone(), |source| source.0.clone());
        *statistics = TrackStatistics::default();
        let mut constraints = constraints.clone();
        if let Some(returning) = returning {
            constraints.device_id = exact(returning.device().0.clone());
        }
        match Capture::start(source, constraints) {
            Ok(capture) => {
                *state = TrackState::Pending;
                commands.entity(entity).try_remove::<(VideoSettings, Muted)>().try_insert(Capturing(capture));
            }
            Err(error) => {
                *state = TrackState::Ended;
                commands.entity(entity).try_remove::<(VideoSettings, Capturing, Muted)>();
                commands.trigger(TrackFailed { entity, error });
            }
        }
    }
}

/// Stops the track when [`VideoTrack`] is removed. (Despawning drops the capture with the entity.)
fn stop_track(removed: On<Remove, VideoTrack>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<(Capturing, VideoSettings, Muted)>().try_insert(TrackState::Ended);
    }
}

/// Carries what the capture threads report into the world.
fn hear_reports(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    image_formats: image::ImageFormats,
    mut tracks: Query<(
        Entity,
        &Capturing,
        &mut TrackState,
        &mut TrackStatistics,
        Option<&mut VideoSettings>,
        Option<&TrackImage>,
    )>,
) {
    for (entity, Capturing(capture), mut state, mut statistics, mut settings, image) in &mut tracks {
        capture.poll();
        statistics.read(&capture.counters);
        // A report that changes the settings may come in the same frame as the one that brings them.
        let mut news: Option<VideoSettings> = None;
        for report in capture.reports.try_iter() {
            match report {
                Report::Live(settings) => {
                    *state = TrackState::Live;
                    commands.entity(entity).try_insert(settings.clone());
                    commands.trigger(TrackLive { entity });
                    news = Some(settings);
                }
                Report::Failed(error) => {
                    *state = TrackState::Ended;
                    commands.entity(entity).try_remove::<Capturing>();
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
                #[cfg(target_family = "wasm")]
                Report::Settings(settings) => news = Some(settings),
                #[cfg(target_family = "wasm")]
                Report::Muted(true) => _ = commands.entity(entity).try_insert(Muted),
                #[cfg(target_family = "wasm")]
                Report::Muted(false) => _ = commands.entity(entity).try_remove::<Muted>(),
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
