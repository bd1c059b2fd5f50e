//! The surface of a face in meters, with its expression.

use super::{FaceLandmarks, HeadPose, LANDMARKS, Pinhole, canonical};

/// The landmarks as points of the head's space, in meters: the vertices of [`canonical`] as they are in this face now.
///
/// The pose brings them to where the camera sees the landmarks, exactly. Their depth is the model's, with the head as
/// far away as the pose says. So a mesh of them covers the face in the image, and hides objects behind it.
pub fn head_geometry(landmarks: &FaceLandmarks, camera: &Pinhole, pose: &HeadPose) -> [[f32; 3]; LANDMARKS] {
    // The mean depth is that of the canonical face: the model's own has no zero that means anything.
    let (mut total, mut depth, mut middle) = (0.0, 0.0, 0.0);
    for (index, point) in canonical::rigid_points() {
        total += 1.0;
        depth += pose.transform(point)[2];
        middle += f64::from(landmarks.points[index][2]);
    }
    let (depth, middle) = (depth / total, middle / total);
    let meters_per_width = camera.width / camera.fx * depth;
    std::array::from_fn(|index| {
        let [u, v, z] = landmarks.points[index].map(f64::from);
        let [x, y] = camera.direction([u, v]);
        // A point never comes behind the camera, whatever the model says.
        let z = (depth + (z - middle) * meters_per_width).max(0.2 * depth);
        pose.inverse_transform([x * z, y * z, z]).map(|value| value as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{HeadAngles, estimate_head_pose};

    #[test]
    fn the_canonical_face_comes_back() {
        let camera = Pinhole { width: 800.0, height: 600.0, fx: 900.0, fy: 900.0, cx: 410.0, cy: 290.0 };
        let rotation = HeadAngles { yaw: 0.4, pitch: 0.1, roll: -0.2 }.rotation();
        let truth = HeadPose { rotation, translation: [0.05, -0.02, 0.7], error: 0.0 };
        let mut points = [[0.0; 3]; LANDMARKS];
        for (point, vertex) in points.iter_mut().zip(&canonical::VERTICES) {
            let seen = truth.transform(vertex.map(f64::from));
            let [u, v] = camera.project(seen).unwrap();
            // The model's depth, in widths of the image, from another zero.
            let z = (seen[2] - 0.65) * camera.fx / (0.66 * camera.width);
            *point = [u as f32, v as f32, z as f32];
        }
        let landmarks = FaceLandmarks { points, presence: 1.0, aspect: 800.0 / 600.0 };
        let pose = estimate_head_pose(&landmarks, &camera).unwrap();
        let geometry = head_geometry(&landmarks, &camera, &pose);
        for ((found, expected), point) in geometry.iter().zip(&canonical::VERTICES).zip(&points) {
            let off = found.iter().zip(expected).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt();
            assert!(off < 0.01, "{found:?} in place of {expected:?}");
            let [u, v] = camera.project(pose.transform(found.map(f64::from))).unwrap();
            assert!((u - f64::from(point[0])).abs() < 1e-5 && (v - f64::from(point[1])).abs() < 1e-5);
        }
    }
}
