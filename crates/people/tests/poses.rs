//! Poses of drawn heads.
#![cfg(feature = "face")]
#![allow(missing_docs)]

mod head;
mod photo;

use head::Head;
use photo::Picture;
use viewfinder_people::{
    FaceDetector, FaceLandmarker, FaceTracker, HeadAngles, HeadPose, ModelKind, Pinhole, estimate_head_pose,
    head_geometry,
};

const CAMERA: Pinhole = Pinhole { width: 480.0, height: 360.0, fx: 480.0, fy: 480.0, cx: 240.0, cy: 180.0 };

fn tracker() -> FaceTracker {
    FaceTracker::new(
        FaceDetector::new(photo::model(ModelKind::FaceDetection)).unwrap(),
        FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap(),
    )
}

/// The head of the photo. It smiles, so the canonical mesh has the wrong colors at the mouth, and only there.
fn portrait() -> Head {
    let photo = Picture::astronaut();
    let mut tracker = tracker();
    for frame in 0..3 {
        tracker.update(f64::from(frame), &photo.view()).unwrap();
    }
    Head::new(photo, &tracker.faces()[0].landmarks)
}

fn angle(a: &HeadPose, b: &HeadPose) -> f64 {
    let trace: f64 = (0..3).map(|i| (0..3).map(|j| a.rotation[i][j] * b.rotation[i][j]).sum::<f64>()).sum();
    (0.5 * (trace - 1.0)).clamp(-1.0, 1.0).acos().to_degrees()
}

#[test]
fn drawn_heads_are_found_in_their_pose() {
    let head = portrait();
    let background = Picture::gradient(480, 360);
    let mut errors = Vec::new();
    let (mut shown, mut found) = (0, 0);
    for (yaw, pitch, roll) in [
        (0, 0, 0),
        (20, 0, 0),
        (-20, 0, 0),
        (40, 0, 0),
        (-40, 0, 0),
        (0, 25, 0),
        (0, -25, 0),
        (0, 0, 30),
        (0, 0, -30),
        (30, 15, 20),
        (-30, -15, -20),
        (-30, 15, 20),
        (30, -15, -20),
    ] {
        let [yaw, pitch, roll] = [yaw, pitch, roll].map(|angle| f64::from(angle).to_radians());
        let rotation = HeadAngles { yaw, pitch, roll }.rotation();
        let truth = HeadPose { rotation, translation: [0.02, -0.01, 0.5], error: 0.0 };
        let picture = head.draw(&background, &CAMERA, &truth);
        if let Ok(folder) = std::env::var("PEOPLE_PICTURES") {
            let name = format!(
                "{folder}/head-{:.0}-{:.0}-{:.0}.png",
                yaw.to_degrees(),
                pitch.to_degrees(),
                roll.to_degrees()
            );
            let size = (picture.width as u32, picture.height as u32);
            image::save_buffer(name, &picture.bytes, size.0, size.1, image::ColorType::Rgb8).unwrap();
        }
        let mut tracker = tracker();
        for frame in 0..5 {
            tracker.update(f64::from(frame) / 30.0, &picture.view()).unwrap();
        }
        shown += 1;
        let Some(face) = tracker.faces().first().filter(|face| face.is_visible) else {
            println!("not found: yaw {yaw:.2} pitch {pitch:.2} roll {roll:.2}");
            continue;
        };
        found += 1;
        let pose = estimate_head_pose(&face.landmarks, &CAMERA).unwrap();
        let HeadAngles { yaw: y, pitch: p, roll: r } = pose.angles();
        let off = angle(&pose, &truth);
        println!(
            "yaw {:.0} pitch {:.0} roll {:.0}: found {:.1} {:.1} {:.1}, off by {off:.1} degrees, at {:.3} m, {:.1} px",
            yaw.to_degrees(),
            pitch.to_degrees(),
            roll.to_degrees(),
            y.to_degrees(),
            p.to_degrees(),
            r.to_degrees(),
            pose.translation[2],
            pose.error,
        );
        errors.push(off);
        // The surface in meters is near that of the canonical face, and lies where the landmarks are seen.
        let geometry = head_geometry(&face.landmarks, &CAMERA, &pose);
        let distance = |index: usize| {
            let vertex = viewfinder_people::canonical::VERTICES[index];
            geometry[index].iter().zip(vertex).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
        };
        let mean = (0..468).map(distance).sum::<f32>() / 468.0;
        assert!(mean < 0.02, "{mean} m from the canonical face");
    }
    errors.sort_by(f64::total_cmp);
    println!(
        "{found} of {shown} found, median {:.1} degrees, most {:.1}",
        errors[errors.len() / 2],
        errors[errors.len() - 1]
    );
    assert!(found * 100 >= shown * 95, "{found} of {shown}");
    // Measured: 4.5 and 8.6. The model itself sees a head less turned than it is.
    assert!(errors[errors.len() / 2] < 5.0 && errors[errors.len() - 1] < 10.0);
}

/// Moves vertices by an amount from 0 to 1.
type Movement = fn(&mut [[f32; 3]; 468], f32);

#[test]
fn drawn_expressions_rise() {
    let background = Picture::gradient(480, 360);
    let camera = Pinhole { fx: 700.0, fy: 700.0, ..CAMERA };
    let rotation = HeadAngles::default().rotation();
    let pose = HeadPose { rotation, translation: [0.0, 0.0, 0.5], error: 0.0 };
    // The mouth of the photo smiles: its vertices move, with their colors.
    let moves: [(&str, Movement); 2] = [
        ("mouth", |vertices, amount| {
            for vertex in vertices.iter_mut() {
                let [x, y, z] = *vertex;
                // The lower lip and the chin, and less toward the sides.
                if y < -0.0395 && z > 0.02 {
                    vertex[1] -= amount * 0.015 * (1.0 - (x / 0.06).powi(2)).max(0.0);
                }
            }
        }),
        ("smile", |vertices, amount| {
            for vertex in vertices.iter_mut() {
                let [x, y, _] = *vertex;
                let near = |corner: f32| (-((x - corner).powi(2) + (y + 0.0435).powi(2)) / 0.0002).exp();
                let (left, right) = (near(-0.0245), near(0.0245));
                vertex[0] += amount * 0.006 * (right - left);
                vertex[1] += amount * 0.008 * (left + right);
            }
        }),
    ];
    for (name, change) in moves {
        let mut numbers = Vec::new();
        for step in 0..5 {
            let mut head = portrait();
            change(&mut head.vertices, 0.25 * step as f32);
            let picture = head.draw(&background, &camera, &pose);
            let mut tracker = tracker();
            for frame in 0..3 {
                tracker.update(f64::from(frame) / 30.0, &picture.view()).unwrap();
            }
            let expressions = tracker.faces()[0].expressions;
            numbers.push(if name == "mouth" { expressions.mouth_open } else { expressions.smile });
        }
        println!("{name}: {numbers:?}");
        assert!(numbers.is_sorted() && numbers[4] > numbers[0] + 0.15, "{name}: {numbers:?}");
    }
}
