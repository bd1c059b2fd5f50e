//! Found markers, corner and pose errors, false detections, jitter and times on rendered 720p frames, beside the
//! AprilTag library and OpenCV's `aruco` on the same frames: `cargo bench -p viewfinder-fiducial`.
//!
//! `compare.py` runs the other two. It needs Python with `numpy`, `opencv-contrib-python-headless` and
//! `pupil-apriltags`. Without them the tables have the rows of this crate alone.
//!
//! Environment variables:
//! - `FIDUCIAL_PYTHON`: the interpreter. The default is `python3`.
//! - `FIDUCIAL_FRAMES`: the frames of each family, 480 by default. They are kept on the disk, 0.9 MB each.
//! - `FIDUCIAL_CLUTTER`: the frames without markers, 10,000 by default.
//! - `FIDUCIAL_SHARED`: how many of those the other libraries see too, 200 by default.
//! - `FIDUCIAL_FOLDER`: a folder of other frames without markers: binary PGM files of 1280x720.
//! - `FIDUCIAL_SEED`: the first seed, 1 by default.
//! - `FIDUCIAL_ROUNDS`: how often each frame is searched; the least time counts. The default is 2.
//! - `FIDUCIAL_REPORT`: a file for the tables. Its text after `### Notes` stays.
#![allow(missing_docs)]

#[path = "../../tests/render/mod.rs"]
mod render;
mod report;
mod scenes;

use report::{Clutter, Found, Jitter, Report, Results};
use scenes::{CAMERA, Frame};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, process, thread};
use viewfinder_fiducial::{
    Camera, Detector, DetectorConfig, Family, GrayImage, Pose, Tracker, estimate_pose, families,
};

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

const FAMILIES: [&Family; 2] = [&families::TAG_36H11, &families::ARUCO_4X4_50];

/// The detectors of this crate: their labels and decimations.
const OWN: [(&str, u32); 2] = [("this crate", 1), ("this crate, decimation 2", 2)];

/// Those of `compare.py`.
const OTHERS: [&str; 3] = ["AprilTag, decimate 1", "AprilTag, decimate 2", "OpenCV aruco, sub-pixel"];

fn main() -> io::Result<()> {
    // `cargo test` runs benches as well, to see that they start.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("marker-frames-{}", process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let seed = number("FIDUCIAL_SEED", 1) as u64 * 10_000_000;
    let rounds = number("FIDUCIAL_ROUNDS", 2).max(1);
    let count = number("FIDUCIAL_FRAMES", 480);
    let clutter_count = number("FIDUCIAL_CLUTTER", 10_000);
    let shared = number("FIDUCIAL_SHARED", 200).min(clutter_count);

    eprintln!("rendering {} frames", 2 * count);
    let mut frames: Vec<Frame> = Vec::new();
    for (k, family) in FAMILIES.into_iter().enumerate() {
        frames.extend(parallel(count, || {
            |index| {
                let (frame, luma) = scenes::render(family, index, seed + (k * 1_000_000 + index) as u64);
                write_pgm(&folder.join(&frame.name), &luma).map(|()| frame)
            }
        })?);
    }

    eprintln!("searching {clutter_count} frames without markers");
    let clutter = measure_clutter(&folder, clutter_count, shared, seed + 5_000_000)?;

    let other_clutter = match env::var("FIDUCIAL_FOLDER") {
        Ok(folder) => measure_folder(Path::new(&folder))?,
        Err(_) => Vec::new(),
    };

    eprintln!("searching {} frames", frames.len());
    let mut results = Vec::new();
    for (label, decimation) in OWN {
        let mut found = Results::new();
        for family in FAMILIES {
            let mut detector = detector(family, decimation);
            for frame in frames.iter().filter(|frame| frame.family.name() == family.name()) {
                let detected = search(&mut detector, &read_pgm(&folder.join(&frame.name))?, rounds)?;
                found.insert((frame.name.clone(), family.name().into()), detected);
            }
        }
        results.push((label, found));
    }

    let mut list = String::new();
    for frame in &frames {
        list += &format!("{},{}\n", frame.name, frame.family.name());
    }
    (0..shared).for_each(|index| list += &format!("{},none\n", clutter_name(index)));
    fs::write(folder.join("frames.csv"), list)?;
    let versions = compare(&folder, rounds);
    if versions.is_some() {
        for label in OTHERS {
            results.push((label, report::read_results(&folder.join(format!("{label}.csv")))?));
        }
    }

    eprintln!("measuring jitter");
    let jitter = measure_jitter()?;
    let report = Report { frames, results, clutter, other_clutter, shared, jitter, versions };
    let text = report.write();
    println!("{text}");
    if let Ok(path) = env::var("FIDUCIAL_REPORT") {
        let notes = fs::read_to_string(&path).unwrap_or_default();
        let notes = notes.find("### Notes").map_or("", |start| &notes[start..]);
        fs::write(&path, format!("{text}\n{notes}"))?;
    }
    fs::remove_dir_all(&folder)
}

fn detector(family: &Family, decimation: u32) -> Detector {
    let mut config = DetectorConfig::default();
    config.decimation = decimation;
    Detector::with_config(&[family], config)
}

/// Runs jobs on all processors, in any order. Returns the results in theirs.
fn parallel<T: Send, Job: FnMut(usize) -> io::Result<T>>(
    count: usize,
    start: impl Fn() -> Job + Sync,
) -> io::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut job = start();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let result = job(index);
                    done.lock().expect("no job panics").push((index, result));
                    if index % 1000 == 999 {
                        eprintln!("{} of {count}", index + 1);
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no job panics");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn write_pgm(path: &Path, luma: &[u8]) -> io::Result<()> {
    let mut bytes = format!("P5\n{} {}\n255\n", CAMERA.width, CAMERA.height).into_bytes();
    bytes.extend(luma);
    fs::write(path, bytes)
}

fn read_pgm(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    match bytes.len().checked_sub(CAMERA.width * CAMERA.height) {
        Some(head) => Ok(bytes[head..].to_vec()),
        None => Err(io::Error::other(format!("{} is no PGM file of 1280x720", path.display()))),
    }
}

fn clutter_name(index: usize) -> String {
    format!("clutter-{index:05}.pgm")
}

/// The least time of some rounds, and the markers.
fn search(detector: &mut Detector, luma: &[u8], rounds: usize) -> io::Result<Found> {
    let image = GrayImage::packed(CAMERA.width, CAMERA.height, luma).map_err(io::Error::other)?;
    let (mut best, mut markers) = (f64::MAX, Vec::new());
    for _ in 0..rounds {
        let start = thread_time();
        let found = std::hint::black_box(detector.detect(std::hint::black_box(&image)));
        best = best.min(thread_time() - start);
        markers = found.iter().map(|found| (found.id, found.corners)).collect();
    }
    Ok(Found { milliseconds: best, markers })
}

/// Searches frames without markers, and keeps the first ones for the other libraries.
fn measure_clutter(folder: &Path, count: usize, shared: usize, seed: u64) -> io::Result<Vec<Clutter>> {
    parallel(count, || {
        let mut detectors = FAMILIES.map(|family| detector(family, 1));
        move |index| {
            let luma = scenes::render_clutter(index, seed + index as u64);
            if index < shared {
                write_pgm(&folder.join(clutter_name(index)), &luma)?;
            }
            let [first, second] = &mut detectors;
            let found = [search(first, &luma, 1)?, search(second, &luma, 1)?];
            if let (Ok(dump), true) =
                (env::var("FIDUCIAL_DUMP"), found.iter().any(|found| !found.markers.is_empty()))
            {
                write_pgm(&Path::new(&dump).join(clutter_name(index)), &luma)?;
                eprintln!("clutter {index}: {found:?}");
            }
            Ok(Clutter { kind: index % 8, found })
        }
    })
}

/// Searches the frames of a folder, which have no markers.
fn measure_folder(folder: &Path) -> io::Result<Vec<Clutter>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    parallel(paths.len(), || {
        let mut detectors = FAMILIES.map(|family| detector(family, 1));
        let paths = &paths;
        move |index| {
            let luma = read_pgm(&paths[index])?;
            let [first, second] = &mut detectors;
            let found = [search(first, &luma, 1)?, search(second, &luma, 1)?];
            if found.iter().any(|found| !found.markers.is_empty()) {
                eprintln!("{}: {found:?}", paths[index].display());
            }
            Ok(Clutter { kind: 0, found })
        }
    })
}

/// Runs the other libraries. Returns their versions.
fn compare(folder: &Path, rounds: usize) -> Option<String> {
    let python = env::var("FIDUCIAL_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/markers/compare.py");
    eprintln!("searching them by {}", script.display());
    let status = process::Command::new(&python).arg(&script).arg(folder).arg(rounds.to_string()).status();
    if status.as_ref().is_ok_and(process::ExitStatus::success) {
        return fs::read_to_string(folder.join("versions.txt")).ok();
    }
    eprintln!("{python} can't run {}: {status:?}", script.display());
    eprintln!("Install numpy, opencv-contrib-python-headless and pupil-apriltags, and set FIDUCIAL_PYTHON.");
    None
}

fn camera() -> io::Result<Camera> {
    let fov = 2.0 * (0.5 * CAMERA.width as f64 / CAMERA.focal).atan();
    Camera::from_fov(CAMERA.width as u32, CAMERA.height as u32, fov).map_err(io::Error::other)
}

/// How far the pose of a marker at rest is from its mean, as measured and as filtered.
fn measure_jitter() -> io::Result<Vec<Jitter>> {
    /// The side of the marker in mm.
    const SIZE: f64 = 80.0;
    let camera = camera()?;
    let cases = [6.0, 12.0, 24.0].into_iter().flat_map(|sides| [10.0, 35.0].map(|tilt| (sides, tilt)));
    let cases: Vec<_> = cases.collect();
    parallel(cases.len(), || {
        |index| {
            let (sides, tilt) = cases[index];
            let mut detector = detector(FAMILIES[0], 1);
            let mut tracker = Tracker::default();
            let (mut measured, mut filtered): (Vec<Pose>, Vec<Pose>) = (Vec::new(), Vec::new());
            let (mut time, mut failure) = (0.0, None);
            scenes::render_resting(FAMILIES[0], sides, tilt, |luma| {
                let found = match search(&mut detector, luma, 1) {
                    Ok(found) => found,
                    Err(error) => return failure = Some(error),
                };
                let estimates = found
                    .markers
                    .iter()
                    .filter_map(|(id, corners)| Some((*id, estimate_pose(corners, SIZE, &camera).ok()?)));
                tracker.update(time, &estimates.collect::<Vec<_>>());
                time += 1.0 / 30.0;
                // The filter settles in the first two seconds.
                if let (Some(track), true) = (tracker.tracks().first(), time > 2.0) {
                    measured.push(track.measured);
                    filtered.push(track.pose);
                }
            });
            match failure {
                Some(error) => Err(error),
                None => Ok(Jitter::new(sides, tilt, SIZE, &measured, &filtered)),
            }
        }
    })
}
