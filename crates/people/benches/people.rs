//! The time of a call of each model, on one thread: `cargo bench -p viewfinder-people`.
#![allow(missing_docs)]

#[path = "../tests/photo/mod.rs"]
mod photo;

use std::env;

use photo::Picture;
use viewfinder_people::{
    FaceDetector, FaceLandmarker, FaceTracker, ImageView, MaskSize, ModelKind, PersonSegmenter, Pinhole,
    PixelFormat, estimate_head_pose,
};

/// The processor time of this process, in milliseconds. The models run on a thread of their own.
#[cfg(unix)]
fn process_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
}

/// The time, in milliseconds.
#[cfg(not(unix))]
fn process_time() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// Prints the least and the median time of a call.
fn measure(name: &str, mut call: impl FnMut()) {
    call();
    let mut times: Vec<_> = (0..60)
        .map(|_| {
            let start = process_time();
            call();
            process_time() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("| {name} | {:.2} | {:.2} |", times[0], times[times.len() / 2]);
}

fn main() -> Result<(), viewfinder_people::PeopleError> {
    // `cargo test` runs benches as well, to see that they start.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    println!("| call | least ms | median ms |\n|---|---|---|");
    for kind in [
        ModelKind::PersonSquare,
        ModelKind::PersonLandscape,
        ModelKind::FaceDetection,
        ModelKind::FaceLandmarks,
    ] {
        measure(&format!("load {}", kind.file_name()), || drop(photo::model(kind)));
    }
    for (name, size) in [("mask, 256x256", MaskSize::Square), ("mask, 256x144", MaskSize::Landscape)] {
        let mut segmenter = PersonSegmenter::new(photo::model(size.model()))?;
        let picture = Picture::small().cut(0, 0, size.width(), size.height());
        let mut mask = vec![0; size.pixels()];
        measure(name, || segmenter.segment_into(&picture.view(), &mut mask).expect("it has the size"));
    }

    let photo = Picture::astronaut();
    let bytes: Vec<u8> = Picture::new(1920, 1080, |x, y| photo.color(x * 512 / 1920, y * 512 / 1920))
        .bytes
        .chunks(3)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect();
    let frame = ImageView::packed(1920, 1080, PixelFormat::Rgba, &bytes)?;
    let detector = || FaceDetector::new(photo::model(ModelKind::FaceDetection));
    let landmarker = || FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks));
    let mut search = detector()?;
    measure("search for faces, 1920x1080", || drop(search.detect(&frame).map(<[_]>::len)));
    let region = search.detect(&frame)?[0].region(&frame);
    let mut locate = landmarker()?;
    measure("landmarks of a face, 1920x1080", || drop(locate.locate(&frame, &region)));
    let mut tracker = FaceTracker::new(detector()?, landmarker()?);
    let mut time = 0.0;
    measure("update of a tracker with one face, 1920x1080", || {
        time += 1.0 / 30.0;
        tracker.update(time, &frame).expect("the models run");
    });
    let landmarks = locate.locate(&frame, &region)?;
    let camera = Pinhole::from_fov(1920, 1080, 1.0)?;
    measure("1000 poses of a head", || {
        for _ in 0..1000 {
            std::hint::black_box(estimate_head_pose(std::hint::black_box(&landmarks), &camera)).ok();
        }
    });
    Ok(())
}
