//! Poses of heads, in the axes of Bevy's cameras.

use bevy::{
    math::{DMat3, DQuat, Isometry3d},
    prelude::*,
};
use viewfinder_people::{HeadPose, Pinhole};

use crate::intrinsics::PinholeCamera;

/// The same camera without its distortion.
pub(super) fn pinhole(camera: &PinholeCamera) -> Pinhole {
    Pinhole {
        width: f64::from(camera.width),
        height: f64::from(camera.height),
        fx: camera.fx,
        fy: camera.fy,
        cx: camera.cx,
        cy: camera.cy,
    }
}

/// A pose relative to a camera of Bevy, which looks along -z with y up. That of the head's looks along +z, y down.
///
/// `None` if the numbers aren't a pose.
pub(super) fn camera_pose(head: &HeadPose) -> Option<Isometry3d> {
    let [x, y, z] = head.translation;
    let [across, down, forward] = head.rotation;
    let up = down.map(|value| -value);
    let back = forward.map(|value| -value);
    // The rows of the rotation are the columns of its transpose.
    let rotation = DMat3::from_cols_array_2d(&[across, up, back]).transpose();
    let rotation = DQuat::from_mat3(&rotation).normalize().as_quat();
    let translation = Vec3::new(x as f32, -y as f32, -z as f32);
    (rotation.is_finite() && translation.is_finite()).then(|| Isometry3d::new(translation, rotation))
}

#[cfg(test)]
mod tests {
    use viewfinder_people::HeadAngles;

    use super::*;

    fn pose(yaw: f64, pitch: f64, roll: f64) -> Isometry3d {
        let rotation = HeadAngles { yaw, pitch, roll }.rotation();
        camera_pose(&HeadPose { rotation, translation: [0.1, 0.2, 0.6], error: 0.0 }).expect("a pose")
    }

    #[test]
    fn a_face_that_looks_into_the_camera_has_its_axes() {
        let facing = pose(0.0, 0.0, 0.0);
        assert!(Vec3::from(facing.translation).distance(Vec3::new(0.1, -0.2, -0.6)) < 1e-6);
        assert!(facing.rotation.angle_between(Quat::IDENTITY) < 1e-3);
    }

    #[test]
    fn turns_are_those_of_the_image() {
        // The nose points out of the face, along z.
        assert!((pose(0.5, 0.0, 0.0).rotation * Vec3::Z).x < -0.4, "to the left of the image");
        assert!((pose(0.0, 0.5, 0.0).rotation * Vec3::Z).y < -0.4, "down");
        assert!((pose(0.0, 0.0, 0.5).rotation * Vec3::Y).x > 0.4, "the top moves to the right");
    }

    #[test]
    fn numbers_that_are_no_pose_have_none() {
        for broken in [f64::NAN, f64::INFINITY] {
            let head = HeadPose { rotation: [[broken; 3]; 3], translation: [0.0; 3], error: 0.0 };
            assert_eq!(camera_pose(&head), None);
            let rotation = HeadAngles::default().rotation();
            assert_eq!(camera_pose(&HeadPose { rotation, translation: [broken; 3], error: 0.0 }), None);
        }
    }
}
