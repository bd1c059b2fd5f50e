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
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};
use viewfinder_fiducial::{Detector, DetectorConfig, Family, GrayImage, families};

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

    for (name, decimation) in [("own", 1), ("own, decimation 2", 2)] {
        let mut results = fs::File::create(folder.join(format!("{name}.csv")))?;
        for family in [&families::TAG_36H11, &families::ARUCO_4X4_50] {
            detect_all(&folder, family, decimation, &mut results)?;
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
    results: &mut fs::File,
) -> io::Result<()> {
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
            write!(results, ",{}", detection.id)?;
            for value in detection.corners.as_flattened() {
                write!(results, ",{value:.5}")?;
            }
        }
        writeln!(results)?;
    }
    Ok(())
}
