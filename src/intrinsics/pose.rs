//! Poses in front of a camera.

use bevy::{
    math::{DQuat, Isometry3d},
    prelude::*,
};
use viewfinder_fiducial::Pose;

/// A pose relative to a camera of Bevy, which looks along -z with y up. Those of the detector look along +z, y down.
pub(crate) fn camera_pose(pose: &Pose) -> Isometry3d {
    let [x, y, z] = pose.translation;
    let [qx, qy, qz, qw] = pose.quaternion();
    let half_turn = DQuat::from_xyzw(1.0, 0.0, 0.0, 0.0);
    let rotation = half_turn * DQuat::from_xyzw(qx, qy, qz, qw);
    Isometry3d::new(Vec3::new(x as f32, -y as f32, -z as f32), rotation.normalize().as_quat())
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    fn near(pose: Isometry3d, translation: Vec3, rotation: Quat) -> bool {
        Vec3::from(pose.translation).distance(translation) < 1e-6
            && pose.rotation.angle_between(rotation) < 1e-3
    }

    #[test]
    fn a_marker_that_faces_the_camera_has_its_axes() {
        let facing = Pose::from_rotation_vector([PI, 0.0, 0.0], [0.1, 0.2, 3.0]);
        assert!(near(camera_pose(&facing), Vec3::new(0.1, -0.2, -3.0), Quat::IDENTITY));
        // Its right side is nearer to the camera: in Bevy it is turned to the left, about y.
        let turned = Pose::from_rotation_vector([0.0, 0.5, 0.0], [0.0; 3]).then(&facing);
        let expected = Quat::from_rotation_y(-0.5);
        assert!(near(Isometry3d { translation: Vec3A::ZERO, ..camera_pose(&turned) }, Vec3::ZERO, expected));
    }
}
