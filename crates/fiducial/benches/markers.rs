//! Found markers, corner errors and times on rendered 720p frames, beside the AprilTag library and OpenCV's `aruco`
//! on the same frames: `cargo bench -p viewfinder-fiducial`.
//!
//! `compare.py` runs the other two. It needs Python with `numpy`, `opencv-contrib-python-headless` and
//! `pupil-apriltags`. Environment variables: `FIDUCIAL_PYTHON` is the interpreter, `FIDUCIAL_FRAMES` the number of
//! frames of each family, `FIDUCIAL_CLUTTER` the number of frames without markers, and `FIDUCIAL_SEED` the first seed.
#![allow(missing_docs)]

#[path = "../tests/render/mod.rs"]
mod render;

use render::{Canvas, LOOKS, Pinhole, Placed, Random, clutter};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};
use viewfinder_fiducial::{
    Camera, Detector, DetectorConfig, Family, GrayImage, Pose, estimate_pose, families,
};

const CAMERA: Pinhole = Pinhole { width: 1280, height: 720, focal: 920.0 };

/// The processor time of this thread, in milliseconds.
#[cfg(unix)]
fn thread_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
}

/// The time, in milliseconds.
#[cfg(not(unix))]
fn thread_time() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn main() -> io::Result<()> {
    // `cargo test` runs benches as well, to see that they start.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("marker-frames");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let seed = number("FIDUCIAL_SEED", 1) as u64;
    let (frames, clutter_frames) = (number("FIDUCIAL_FRAMES", 160), number("FIDUCIAL_CLUTTER", 100));
    let mut poses = HashMap::new();
    let mut truth = fs::File::create(folder.join("truth.csv"))?;
    for (k, family) in [&families::TAG_36H11, &families::ARUCO_4X4_50].into_iter().enumerate() {
        for i in 0..frames {
            let mut random = Random::new(seed * 1_000_000 + (k * 100_000 + i) as u64);
            let distance = random.between(2.0, 40.0);
            let tilt = random.between(0.0, 70.0);
            let look = LOOKS[i % LOOKS.len()];
            let placed = Placed::random(family, &mut random, &CAMERA, distance, tilt.to_radians());
            let mut canvas = Canvas::photo(CAMERA.width, CAMERA.height, &mut random);
            placed.draw(&mut canvas, &CAMERA, 8);
            look.apply(&mut canvas, &mut random);
            let name = format!("{}-{i:04}.pgm", family.name());
            write_pgm(&folder.join(&name), &canvas)?;
            let id = (0..).find(|&id| family.render(id).as_ref() == Some(&placed.modules)).unwrap_or(0);
            let corners = placed
                .corners(&CAMERA)
                .as_flattened()
                .iter()
                .map(|value| format!("{value:.5}"))
                .collect::<Vec<_>>();
            let look = look.name;
            writeln!(
                truth,
                "{name},{},{id},{distance:.3},{tilt:.3},{look},{}",
                family.name(),
                corners.join(",")
            )?;
            let pose = Pose { rotation: placed.rotation, translation: placed.translation };
            poses.insert(name, (pose, distance, tilt));
        }
    }
    for i in 0..clutter_frames {
        let mut random = Random::new(seed * 1_000_000 + 900_000 + i as u64);
        let canvas = clutter(CAMERA.width, CAMERA.height, i, &mut random);
        let name = format!("clutter-{i:04}.pgm");
        write_pgm(&folder.join(&name), &canvas)?;
        writeln!(truth, "{name},none,0,0,0,clutter,0,0,0,0,0,0,0,0")?;
    }
    drop(truth);

    println!(
        "Errors of poses at tilts of 15 to 65 degrees, median / p95: degrees, and % of the distance. Of the two poses"
    );
    println!(
        "the one nearer to the truth; \"wrong\" are frames in which the other one has the smaller error.\n"
    );
    println!("| detector | <=20 sides | 20-40 sides | wrong at 20-40 sides |\n|---|---|---|---|");
    for (name, decimation) in [("own", 1), ("own, decimation 2", 2)] {
        let mut results = fs::File::create(folder.join(format!("{name}.csv")))?;
        for family in [&families::TAG_36H11, &families::ARUCO_4X4_50] {
            let errors = detect_all(&folder, family, decimation, &poses, &mut results)?;
            report_poses(&format!("{name}, {}", family.name()), &errors);
        }
    }
    let python = env::var("FIDUCIAL_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/compare.py");
    let status = process::Command::new(&python).arg(&script).arg(&folder).status();
    if !status.as_ref().is_ok_and(process::ExitStatus::success) {
        println!("NO TABLE: {python} can't run {}: {status:?}", script.display());
        println!(
            "Install numpy, opencv-contrib-python-headless and pupil-apriltags, and set FIDUCIAL_PYTHON."
        );
    }
    fs::remove_dir_all(&folder)
}

fn write_pgm(path: &Path, canvas: &Canvas) -> io::Result<()> {
    let mut bytes = format!("P5\n{} {}\n255\n", canvas.width, canvas.height).into_bytes();
    bytes.extend(canvas.bytes());
    fs::write(path, bytes)
}

/// Detects the markers of all frames of a family and of the clutter: one line for each frame.
fn detect_all(
    folder: &Path,
    family: &'static Family,
    decimation: u32,
    poses: &HashMap<String, (Pose, f64, f64)>,
    results: &mut fs::File,
) -> io::Result<Vec<PoseError>> {
    let fov = 2.0 * (0.5 * CAMERA.width as f64 / CAMERA.focal).atan();
    let camera =
        Camera::from_fov(CAMERA.width as u32, CAMERA.height as u32, fov).map_err(io::Error::other)?;
    let mut errors = Vec::new();
    let mut config = DetectorConfig::default();
    config.decimation = decimation;
    let mut detector = Detector::with_config(&[family], config);
    let mut names: Vec<_> =
        fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for name in names.iter().filter(|name| {
        name.ends_with(".pgm")
            && (name.starts_with(&format!("{}-", family.name())) || name.starts_with("clutter"))
    }) {
        let bytes = fs::read(folder.join(name))?;
        let pixels = &bytes[bytes.len() - CAMERA.width * CAMERA.height..];
        let image = GrayImage::packed(CAMERA.width, CAMERA.height, pixels).map_err(io::Error::other)?;
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = thread_time();
            std::hint::black_box(detector.detect(std::hint::black_box(&image)));
            best = best.min(thread_time() - start);
        }
        write!(results, "{name},{},{best:.4}", family.name())?;
        for detection in detector.detect(&image) {
            if let (Some((truth, distance, tilt)), Ok(estimate)) =
                (poses.get(name), estimate_pose(&detection.corners, 1.0, &camera))
                && (15.0..65.0).contains(tilt)
            {
                let angle = |pose: &Pose| pose.angle_to(truth).to_degrees();
                let other =
                    estimate.alternative.filter(|other| angle(&other.pose) < angle(&estimate.best.pose));
                let pose = other.unwrap_or(estimate.best).pose;
                let length =
                    |pose: &Pose| pose.translation.iter().map(|value| value * value).sum::<f64>().sqrt();
                let off = 100.0 * (length(&pose) / length(truth) - 1.0).abs();
                errors.push(PoseError {
                    distance: *distance,
                    angle: angle(&pose),
                    off,
                    is_wrong: other.is_some(),
                });
            }
            write!(results, ",{}", detection.id)?;
            for value in detection.corners.as_flattened() {
                write!(results, ",{value:.5}")?;
            }
        }
        writeln!(results)?;
    }
    Ok(errors)
}

struct PoseError {
    /// In sides of the marker.
    distance: f64,
    /// In degrees.
    angle: f64,
    /// In percent of the distance.
    off: f64,
    is_wrong: bool,
}

fn report_poses(label: &str, errors: &[PoseError]) {
    let group = |is_far: bool| errors.iter().filter(move |error| (error.distance > 20.0) == is_far);
    let quantile = |mut values: Vec<f64>, part: f64| {
        values.sort_by(f64::total_cmp);
        values
            .get((values.len().saturating_sub(1) as f64 * part).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    let cell = |is_far: bool| {
        let angles: Vec<_> = group(is_far).map(|error| error.angle).collect();
        let offs: Vec<_> = group(is_far).map(|error| error.off).collect();
        let [angle, most_angle] = [0.5, 0.95].map(|part| quantile(angles.clone(), part));
        let [off, most_off] = [0.5, 0.95].map(|part| quantile(offs.clone(), part));
        format!("{angle:.2} / {most_angle:.2}, {off:.2} / {most_off:.2}")
    };
    let wrong = group(true).filter(|error| error.is_wrong).count() * 100 / group(true).count().max(1);
    println!("| {label} | {} | {} | {wrong} % |", cell(false), cell(true));
}
