//! A PulseAudio server of the test's own, whose speakers are a null sink. Its monitor is a microphone that hears them.

use std::{
    fs,
    io::Read,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant, SystemTime},
};

use tempfile::TempDir;

/// The default devices of ALSA are those of the server.
const ALSA: &str = "pcm.!default { type pulse }\nctl.!default { type pulse }\n";

/// A running server. Dropping it ends it.
pub struct PulseAudio {
    folder: TempDir,
    server: Child,
}

impl PulseAudio {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let socket = folder.path().join("native");
        let script = format!(
            "load-module module-native-protocol-unix auth-anonymous=1 socket={}\n\
             load-module module-null-sink sink_name=speakers rate=48000\n\
             set-default-sink speakers\n\
             set-default-source speakers.monitor\n",
            socket.display()
        );
        fs::write(folder.path().join("start.pa"), script).expect("a file can be written");
        fs::write(folder.path().join(".asoundrc"), ALSA).expect("a file can be written");
        let script = folder.path().join("start.pa");
        let server = with_home(Command::new("pulseaudio"), folder.path().into())
            .args(["-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", "-F"])
            .arg(&script)
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs pulseaudio: cargo xtask test installs it");
        let this = Self { folder, server };
        let deadline = Instant::now() + Duration::from_secs(30);
        while !this.command("pactl").arg("info").output().is_ok_and(|answer| answer.status.success()) {
            assert!(Instant::now() < deadline, "the server doesn't answer");
            thread::sleep(Duration::from_millis(50));
        }
        this
    }

    /// A program that uses this server.
    pub fn command(&self, program: &str) -> Command {
        with_home(Command::new(program), self.folder.path().into())
    }

    /// Runs a test of this program that is ignored, with this server and these variables.
    pub fn child_test(&self, name: &str, variables: &[(&str, &str)]) -> String {
        let program = std::env::current_exe().expect("this program has a path");
        let mut command = with_home(Command::new(program), self.folder.path().into());
        let command = command.args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"]);
        let output = command.envs(variables.iter().copied()).output().expect("this program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("1 passed"), "{text}{errors}");
        text
    }

    /// Listens to the speakers.
    pub fn listen(&self) -> Listener {
        let format = ["--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10"];
        let mut recorder = self
            .command("parec")
            .args(["-d", "speakers.monitor"])
            .args(format)
            .stdout(Stdio::piped())
            .spawn()
            .expect("parec is installed with pulseaudio");
        let mut sound = recorder.stdout.take().expect("it is piped");
        let clicks = Arc::new(Mutex::new(Vec::new()));
        let heard = clicks.clone();
        thread::spawn(move || {
            let mut bytes = [0; 960];
            while let Ok(count @ 1..) = sound.read(&mut bytes) {
                let samples =
                    bytes[..count].as_chunks::<2>().0.iter().map(|bytes| i16::from_le_bytes(*bytes));
                if samples.map(i16::unsigned_abs).max() > Some(3000) {
                    heard.lock().expect("no panic").push(unix_time(SystemTime::now()));
                }
            }
        });
        Listener { recorder, clicks }
    }
}

impl Drop for PulseAudio {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Notes the times of clicks.
pub struct Listener {
    recorder: Child,
    clicks: Arc<Mutex<Vec<f64>>>,
}

impl Listener {
    /// The times of the clicks so far, in seconds since 1970. Sound that lasts less than half a second is one click.
    pub fn clicks(&self) -> Vec<f64> {
        let mut clicks: Vec<f64> = Vec::new();
        let mut last = f64::MIN;
        for time in self.clicks.lock().expect("no panic").iter().copied() {
            if time - last > 0.5 {
                clicks.push(time);
            }
            last = time;
        }
        clicks
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}

/// Seconds since 1970.
pub fn unix_time(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).expect("a time after 1970").as_secs_f64()
}

fn with_home(mut command: Command, folder: PathBuf) -> Command {
    command.env("PULSE_SERVER", format!("unix:{}", folder.join("native").display()));
    command.env("XDG_RUNTIME_DIR", &folder).env("HOME", folder).env_remove("DISPLAY");
    command
}
