//! `headless --record`.

use std::process::Command;

use tempfile::tempdir;

use crate::example::headless_with;

#[test]
fn a_recording_has_the_length_that_is_asked_for() {
    let folder = tempdir().expect("a folder for temporary files");
    // The other codecs are in the tests on Linux alone.
    let files = if cfg!(target_os = "linux") { &["clip.webm", "clip.mp4", "clip.mkv"][..] } else { &[] };
    for file in files {
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
