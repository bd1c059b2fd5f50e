//! `headless --record`.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::tempdir;

use crate::example::{example, headless_with};

/// The files that this build records. The codecs of the others are in the tests on Linux alone.
const FILES: &[&str] =
    if cfg!(target_os = "linux") { &["clip.webm", "clip.mp4", "clip.mkv"] } else { &["clip.mkv"] };

#[test]
fn a_recording_has_the_length_that_is_asked_for() {
    let folder = tempdir().expect("a folder for temporary files");
    for file in FILES {
        let arguments = [
            "--source",
            "synthetic",
            "--width",
            "320",
            "--effects",
            "sepia",
            "--seconds",
            "1",
            "--record",
            file,
        ];
        let run = headless_with(folder.path(), &arguments);
        assert!(run.status.success(), "{run:?}");
        assert_eq!(run.output.trim(), format!("recording: {file}"));
        let probe = Command::new("ffprobe")
            .args(["-v", "error", "-count_frames", "-of", "csv=p=0", "-show_entries"])
            .args(["stream=width,nb_read_frames:format=duration", file])
            .current_dir(folder.path())
            .output()
            .expect("this test needs ffprobe: cargo xtask test installs it");
        let text = String::from_utf8(probe.stdout).expect("ffprobe writes text");
        let mut figures = text.split([',', '\n']).map(|figure| figure.parse::<f64>().unwrap_or_default());
        let mut next = || figures.next().unwrap_or_default();
        let (width, frames, length) = (next(), next(), next());
        assert!(width > 0.0 && frames >= 2.0 && (1.0..2.5).contains(&length), "{file}: {text}");
    }
}

/// Each file plays to within a second of the moment at which its process was killed, and has no error.
#[test]
fn a_killed_process_leaves_a_file_that_plays() {
    let kills = if env::var_os("VIEWFINDER_SOAK").is_some() { 100 } else { 10 };
    let mut shortest = f64::INFINITY;
    for kill in 0..kills {
        let folder = tempdir().expect("a folder for temporary files");
        let file = FILES[kill % FILES.len()];
        let mut process = example("headless", folder.path())
            .args(["--source", "synthetic", "--width", "320", "--seconds", "600", "--record", file])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the example can be run");
        let path = folder.path().join(file);
        let deadline = Instant::now() + Duration::from_secs(60);
        // The header comes with the first frame, and a second later the first cluster or fragment.
        let mut header = 0;
        loop {
            let length = fs::metadata(&path).map_or(0, |file| file.len());
            if header > 0 && length > header {
                break;
            }
            header = length;
            let runs = process.try_wait().is_ok_and(|ended| ended.is_none());
            assert!(runs && Instant::now() < deadline, "{file} has {length} bytes");
            thread::sleep(Duration::from_millis(5));
        }
        // The golden ratio spreads the moments evenly, however many there are.
        let time = Duration::from_secs_f64((kill as f64 * 0.618_034).fract() * 1.5);
        thread::sleep(time);
        process.kill().expect("it runs");
        process.wait().expect("it was killed");
        // The file begins with its first second.
        let lost = time.as_secs_f64() + 1.0 - last_frame(&path);
        shortest = shortest.min(-lost);
        assert!(lost < 1.5, "{file} killed {time:?} after its first second: {lost:.2} s are lost");
    }
    println!("{kills} processes were killed; at most {:.2} s were lost", -shortest);
}

/// The time of the last frame in seconds. All frames are decoded without an error.
fn last_frame(path: &Path) -> f64 {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0", "-show_entries", "frame=pts_time", "-select_streams", "v"])
        .arg(path)
        .output()
        .expect("this test needs ffprobe: cargo xtask test installs it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{}: {errors}", path.display());
    let times = String::from_utf8(output.stdout).expect("ffprobe writes text");
    times.lines().filter_map(|line| line.trim_end_matches(',').parse().ok()).fold(0.0, f64::max)
}
