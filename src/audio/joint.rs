//! Requests for a camera and a microphone: all or nothing.
//!
//! The microphone is chosen first, while the camera's start is held back. Then the camera is requested, and not before
//! it is chosen the microphone is opened. So the constraints of both are checked before the user is asked or a device
//! is opened. Once both are open, both become live.
//!
//! In a browser one call of getUserMedia requests both. The camera is requested from a source that makes this call.

use bevy::prelude::*;

use super::{
    AudioTrack, RequestedWith,
    life::{self, AudioCapturing, AudioStartRequested, Joining, ReceiveAudio, fail},
};
use crate::{
    error::MediaError,
    source::{DefaultSource, TrackSource},
    systems::ViewfinderSystems,
    track::{self, Capturing, CloneOf, HeldBack, StartRequested, TrackFailed, TrackState, VideoTrack},
};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        join.in_set(ViewfinderSystems::Receive).after(ReceiveAudio).run_if(any_with_component::<Joining>),
    )
    .add_systems(
        PostUpdate,
        hold_back
            .in_set(ViewfinderSystems::Request)
            .before(track::StartTracks)
            .before(life::start_tracks)
            .run_if(any_match_filter::<(With<RequestedWith>, With<AudioStartRequested>)>),
    )
    .add_observer(fail_together)
    .add_observer(release);
}

/// Holds the cameras back that new audio tracks are requested with.
fn hold_back(
    mut commands: Commands,
    microphones: Query<(Entity, &RequestedWith), (With<AudioTrack>, With<AudioStartRequested>)>,
    cameras: Query<(&TrackState, Has<StartRequested>), With<VideoTrack>>,
) {
    for (entity, with) in &microphones {
        let held_back = match cameras.get(with.track) {
            Ok((_, true)) => HeldBack::Start,
            Ok((TrackState::Pending, false)) => HeldBack::Live { source: None },
            // The microphone alone is requested.
            Ok((TrackState::Live, false)) => continue,
            Ok((TrackState::Ended, false)) | Err(_) => {
                let error = MediaError::invalid_state(
                    "the microphone is requested with a track that isn't pending or live: request both again, or \
                     remove `RequestedWith`",
                );
                fail(&mut commands, entity, error);
                continue;
            }
        };
        let (camera, optional) = (with.track, with.optional);
        commands.entity(camera).try_insert(held_back);
        commands.entity(entity).try_insert(Joining { camera, optional, camera_asks: false });
    }
}

/// Goes on with the requests of which the other part has come far enough.
fn join(
    mut commands: Commands,
    mut microphones: Query<(Entity, &mut Joining, &AudioCapturing)>,
    cameras: Query<
        (Option<&HeldBack>, Option<&Capturing>, Option<&TrackSource>, Has<CloneOf>),
        With<VideoTrack>,
    >,
    default_source: Res<DefaultSource>,
) {
    for (entity, mut joining, microphone) in &mut microphones {
        let Ok((held_back, camera, own_source, is_clone)) = cameras.get(joining.camera) else {
            microphone.capture.proceed();
            commands.entity(entity).try_remove::<Joining>();
            continue;
        };
        if microphone.is_chosen && matches!(held_back, Some(HeldBack::Start)) {
            let source = own_source.map_or(&default_source.0, |source| &source.0);
            let joint = || microphone.capture.joint_source(&**source, own_source.is_none(), joining.optional);
            // A clone's source is that of its original.
            let source = (!is_clone).then(joint).flatten();
            commands.entity(joining.camera).try_insert(HeldBack::Live { source });
        }
        if let Some(camera) = camera.filter(|camera| camera.has_chosen()) {
            joining.camera_asks = camera.is_asking();
            microphone.capture.proceed();
            if camera.is_opened() && microphone.opened.is_some() {
                commands.entity(entity).try_remove::<Joining>();
            }
        }
    }
}

/// Fails the camera if its microphone has failed and isn't optional, and the microphone if its camera has failed.
fn fail_together(
    failed: On<TrackFailed>,
    mut commands: Commands,
    microphones: Query<(Entity, &Joining)>,
    tracks: Query<(&TrackState, Has<StartRequested>)>,
) {
    // If one call requested both, both fail by themselves.
    let is_pending = |entity| {
        tracks.get(entity).is_ok_and(|(state, is_requested)| is_requested || *state == TrackState::Pending)
    };
    let because = |part: &str, error: &MediaError| MediaError {
        message: format!("the {part} of the same request failed: {}", error.message).into(),
        ..error.clone()
    };
    if let Ok((_, joining)) = microphones.get(failed.entity) {
        // The camera's failure then finds no audio track that waits for it.
        commands.entity(failed.entity).try_remove::<Joining>();
        if !joining.optional && is_pending(joining.camera) {
            track::fail_pending(&mut commands, joining.camera, because("microphone", &failed.error));
        }
        return;
    }
    let of_camera =
        |(entity, joining): &(Entity, &Joining)| joining.camera == failed.entity && is_pending(*entity);
    for (entity, _) in microphones.iter().filter(of_camera) {
        fail(&mut commands, entity, because("camera", &failed.error));
    }
}

/// Lets the camera of a request go on by itself.
fn release(removed: On<Remove, Joining>, mut commands: Commands, microphones: Query<&Joining>) {
    if let Ok(joining) = microphones.get(removed.entity)
        && let Ok(mut camera) = commands.get_entity(joining.camera)
    {
        camera.try_remove::<HeldBack>();
    }
}
