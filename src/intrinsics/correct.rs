//! Tells the renderer which lenses it corrects.

use bevy::{math::DVec2, prelude::*};

use super::{CameraIntrinsics, Distortion, Model, PinholeCamera};
use crate::{constraint::VideoSettings, systems::ViewfinderSystems, track::LensCorrection};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        correct
            .in_set(ViewfinderSystems::Request)
            .run_if(any_with_component::<CameraIntrinsics>.or_else(any_with_component::<LensCorrection>)),
    );
}

/// Inserts the correction of each track that asks for it, and removes it from those that don't any more.
fn correct(
    mut commands: Commands,
    tracks: Query<
        (Entity, &CameraIntrinsics, Option<&VideoSettings>, Option<&LensCorrection>),
        Or<(Changed<CameraIntrinsics>, Changed<VideoSettings>)>,
    >,
    without: Query<Entity, (With<LensCorrection>, Without<CameraIntrinsics>)>,
) {
    for (entity, intrinsics, settings, before) in &tracks {
        let correction = correction(intrinsics, settings);
        match correction {
            Some(correction) if before != Some(&correction) => {
                commands.entity(entity).try_insert(correction);
            }
            None if before.is_some() => {
                commands.entity(entity).try_remove::<LensCorrection>();
            }
            _ => {}
        }
    }
    for entity in &without {
        commands.entity(entity).try_remove::<LensCorrection>();
    }
}

/// The correction for the whole frames of a track, if there is one to be made.
fn correction(intrinsics: &CameraIntrinsics, settings: Option<&VideoSettings>) -> Option<LensCorrection> {
    let Model::Calibrated(calibration) = intrinsics.model else { return None };
    if !intrinsics.undistorts {
        return None;
    }
    let (camera, shown) = match settings {
        None => (PinholeCamera::from(calibration), DVec2::ONE),
        Some(VideoSettings { native, size, .. }) => match intrinsics.distorted_camera(native.size) {
            Ok(camera) => (camera, DVec2::ONE),
            // The calibration may be one of cropped frames: the middle of whole ones.
            Err(_) => {
                let camera = intrinsics.distorted_camera(*size).ok()?;
                let scale = (size.as_dvec2() / native.size.as_dvec2()).max_element();
                (camera, size.as_dvec2() / (native.size.as_dvec2() * scale))
            }
        },
    };
    let Distortion { k1, k2, p1, p2, k3 } = camera.distortion;
    if [k1, k2, p1, p2, k3] == [0.0; 5] {
        return None;
    }
    let size = DVec2::new(f64::from(camera.width), f64::from(camera.height));
    let whole = size / shown;
    let margin = (whole - size) / 2.0;
    Some(LensCorrection {
        focal_length: (DVec2::new(camera.fx, camera.fy) / whole).as_vec2(),
        principal_point: ((DVec2::new(camera.cx, camera.cy) + margin) / whole).as_vec2(),
        distortion: [k1, k2, p1, p2, k3].map(|number| number as f32),
        limit: LensCorrection::limit_of(k1, k2, k3),
        aspect: (whole.x / whole.y) as f32,
    })
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;

    use super::*;
    use crate::{
        constraint::ResizeMode,
        device::{Device, NativeMode},
        frame::PixelFormat,
    };

    fn lens(width: u32, height: u32) -> PinholeCamera {
        let distortion = Distortion { k1: -0.2, k2: 0.05, p1: 0.003, p2: -0.002, k3: 0.01 };
        let (cx, cy) = (f64::from(width) / 2.0 + 10.0, f64::from(height) / 2.0 - 6.0);
        PinholeCamera { width, height, fx: 900.0, fy: 910.0, cx, cy, distortion }
    }

    fn settings(native: UVec2, size: UVec2) -> VideoSettings {
        let mode = NativeMode { size: native, frame_rate: 30.0, format: PixelFormat::Yuyv };
        let resize_mode = ResizeMode::CropAndScale;
        VideoSettings { size, resize_mode, ..VideoSettings::new(&Device::default(), mode) }
    }

    #[test]
    fn only_a_distorted_lens_that_is_asked_for_is_corrected() {
        let intrinsics = CameraIntrinsics::try_from(lens(1280, 720)).expect("a camera");
        assert_eq!(correction(&intrinsics, None), None);
        assert!(correction(&intrinsics.undistorted(), None).is_some());
        assert_eq!(correction(&CameraIntrinsics::default().undistorted(), None), None);
        let straight = PinholeCamera { distortion: Distortion::default(), ..lens(1280, 720) };
        let straight = CameraIntrinsics::try_from(straight).expect("a camera");
        assert_eq!(correction(&straight.undistorted(), None), None);
    }

    #[test]
    fn calibrations_of_whole_and_of_cropped_frames_agree() {
        let (native, size) = (UVec2::new(1280, 720), UVec2::new(720, 720));
        let whole = CameraIntrinsics::try_from(lens(1280, 720)).expect("a camera").undistorted();
        let cropped = CameraIntrinsics::try_from(lens(720, 720)).expect("a camera").undistorted();
        let whole = correction(&whole, Some(&settings(native, size))).expect("a correction");
        let cropped = correction(&cropped, Some(&settings(native, size))).expect("a correction");
        assert!(whole.focal_length.distance(cropped.focal_length) < 1e-6, "{whole:?} {cropped:?}");
        assert!(whole.principal_point.distance(cropped.principal_point) < 1e-6, "{whole:?} {cropped:?}");
        assert!((whole.aspect - cropped.aspect).abs() < 1e-6);
    }
}
