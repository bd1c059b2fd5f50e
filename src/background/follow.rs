//! Keeps the projections of cameras in step with the tracks behind them.

use bevy::prelude::*;

use super::{CameraBackground, CameraBackgroundFailed, projection::PinholeProjection};
use crate::{
    constraint::VideoSettings,
    error::MediaError,
    image_input::{EffectInput, HasFrames},
    intrinsics::CameraIntrinsics,
    track::{Mirroring, TrackImage},
};

/// Reports new backgrounds that can't be drawn.
pub(super) fn report_failed(
    mut commands: Commands,
    changed: Query<(Entity, &CameraBackground, Has<Camera3d>), Changed<CameraBackground>>,
    tracks: Query<(), HasFrames>,
) {
    for (entity, background, is_3d) in &changed {
        let error = if !is_3d {
            MediaError::not_supported(
                "a background is drawn behind the scene of a 3D camera, and this entity has none; insert a Camera3d",
            )
        } else if !tracks.contains(background.track) {
            MediaError::not_found(format!(
                "a background shows a track, and {} is none; give it the entity of a `VideoTrack` or `EffectInput`",
                background.track
            ))
        } else {
            continue;
        };
        commands.trigger(CameraBackgroundFailed { entity, error });
    }
}

/// Gives cameras the projections of their tracks' devices.
pub(super) fn update_projections(
    mut cameras: Query<(&CameraBackground, &mut Camera, &mut Projection)>,
    tracks: Query<(&CameraIntrinsics, &Mirroring, &TrackImage, Option<&VideoSettings>, Has<EffectInput>)>,
    images: Res<Assets<Image>>,
) {
    for (background, mut camera, mut projection) in &mut cameras {
        let Ok((intrinsics, mirroring, image, settings, is_image)) = tracks.get(background.track) else {
            continue;
        };
        let device = match settings {
            Some(settings) => intrinsics.camera_of(settings),
            None if is_image => match images.get(&image.0) {
                Some(image) => intrinsics.camera(image.size()),
                None => continue,
            },
            // The size is known once the track is live.
            None => continue,
        };
        // Intrinsics that don't fit the track were reported by their own room.
        let Ok(pinhole) = device.and_then(|device| PinholeProjection::new(&device)) else { continue };
        let is_mirrored = mirroring.is_mirrored(settings);
        let pinhole = pinhole.fit(background.fit).mirrored(is_mirrored);
        if let Some(pinhole) = replacement(&projection, pinhole) {
            *projection = Projection::custom(pinhole);
        }
        if camera.invert_culling != is_mirrored {
            camera.invert_culling = is_mirrored;
        }
    }
}

/// The projection that replaces the current one, with its near and far planes. `None` if it is there already.
fn replacement(current: &Projection, pinhole: PinholeProjection) -> Option<PinholeProjection> {
    match current {
        Projection::Custom(custom) => match custom.get::<PinholeProjection>() {
            Some(current) => {
                let wanted = pinhole.planes(current.near, current.far).in_viewport_of(current);
                (wanted != *current).then_some(wanted)
            }
            None => Some(pinhole),
        },
        Projection::Perspective(current) => Some(pinhole.planes(current.near, current.far)),
        Projection::Orthographic(_) => Some(pinhole),
    }
}
