//! A session of a test's own: a bus, PipeWire, a session manager and a portal in a folder that is deleted afterwards.

use std::{
    env, fs,
    io::Write as _,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Set in the process that runs inside of a session, to the session's folder.
const INSIDE: &str = "VIEWFINDER_TEST_SESSION";
/// The sentence of a test that shows nothing.
const LEFT_OUT: &str = "WAS LEFT OUT, AND SHOWS NOTHING";
/// The longest time of a test.
const LIMIT: Duration = Duration::from_secs(90);

/// The programs that a session needs, and the packages of Debian that have them.
const NEEDED: [(&str, &str); 4] = [
    ("dbus-run-session", "dbus-daemon"),
    ("pipewire", "pipewire"),
    ("wireplumber", "wireplumber"),
    ("pw-cli", "pipewire-bin"),
];

/// Runs a test inside of a session: as a process of its own, whose environment is that of the session. The name is that
/// of the test.
///
/// Without the programs that it needs, the test is left out, and says so loudly.
pub fn in_session(name: &str, test: impl FnOnce(&Session)) {
    if let Some(folder) = env::var_os(INSIDE) {
        test(&Session { folder: folder.into() });
        return;
    }
    for (program, package) in NEEDED {
        if find(program).is_none() {
            left_out(name, &format!("the program {program} (package {package}) is missing"));
            return;
        }
    }
    let folder = Folder::new();
    let mut child = Command::new("dbus-run-session");
    child
        .arg("--")
        .arg(env::current_exe().expect("the test has a path"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, &folder.0)
        .env("HOME", &folder.0)
        .env("XDG_RUNTIME_DIR", &folder.0)
        .env("XDG_DESKTOP_PORTAL_DIR", folder.0.join("portals"))
        .env("XDG_CURRENT_DESKTOP", "viewfinder")
        .env_remove("SNAP")
        .stdin(Stdio::null())
        .process_group(0);
    for (variable, part) in
        [("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state"), ("XDG_DATA_HOME", "data")]
    {
        child.env(variable, folder.0.join(part));
    }
    for variable in ["PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] {
        child.env_remove(variable);
    }
    let log = folder.0.join("test.log");
    let output = fs::File::create(&log).expect("the log can be made");
    child.stdout(output.try_clone().expect("a file can be shared")).stderr(output);
    let mut child = Process(child.spawn().expect("dbus-run-session starts"));
    let end = Instant::now() + LIMIT;
    let status = loop {
        if let Some(status) = child.0.try_wait().expect("a child can be waited for") {
            break status;
        }
        if Instant::now() >= end {
            // The daemons of the session are in the same group.
            let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status();
            panic!("{name} didn't end within {LIMIT:?}:\n{}", text_of(&log));
        }
        thread::sleep(Duration::from_millis(20));
    };
    let output = text_of(&log);
    assert!(status.success(), "{name} failed inside of its session: {status}\n{output}");
    if output.contains(LEFT_OUT) {
        left_out(name, "a part of it was left out inside of its session");
    }
}

/// Says loudly that a test was left out.
pub fn left_out(name: &str, reason: &str) {
    // The test's own output is shown for failures only.
    let _ = writeln!(std::io::stderr(), "\n!!! {name} {LEFT_OUT}: {reason}\n");
}

/// The path of a program.
pub fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A new folder, which the drop deletes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        // Tests run at the same time. The name is short: a socket's path has at most 108 bytes.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("viewfinder-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("it is this user's");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The services of the bus end after it, and one of them has mounted a folder there.
        for _ in 0..50 {
            if fs::remove_dir_all(&self.0).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A process, which the drop ends.
pub struct Process(Child);

impl Process {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([&format!("-{signal}"), &self.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "the process can be signaled");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The session that a test runs in.
pub struct Session {
    folder: PathBuf,
}

impl Session {
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a program, whose output is in a file of the session.
    pub fn start(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Process {
        let program = program.as_ref();
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let log = fs::File::create(self.folder.join(format!("{name}.log"))).expect("the log can be made");
        let errors = log.try_clone().expect("a file can be shared");
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(log).stderr(errors);
        Process(command.spawn().unwrap_or_else(|error| panic!("{name} starts: {error}")))
    }

    /// The output of a program that was started.
    pub fn log(&self, name: &str) -> String {
        text_of(&self.folder.join(format!("{name}.log")))
    }

    /// PipeWire alone.
    pub fn pipewire(&self) -> Process {
        let daemon = self.start("pipewire", &[]);
        wait("PipeWire's socket", || self.folder.join("pipewire-0").exists());
        wait("PipeWire", || self.has_object("Core", "core.name"));
        daemon
    }

    /// PipeWire and its session manager.
    pub fn managed(&self) -> (Process, Process) {
        (self.pipewire(), self.manager())
    }

    /// The session manager of a PipeWire that runs.
    pub fn manager(&self) -> Process {
        let manager = self.start("wireplumber", &[]);
        wait("wireplumber", || self.has_object("Client", "WirePlumber [export]"));
        manager
    }

    /// Whether PipeWire lists an object of a kind, with this text in its properties.
    fn has_object(&self, kind: &str, text: &str) -> bool {
        pw_cli(&["ls", kind]).contains(text)
    }

    /// The numbers of the objects of a kind that have this text in their properties.
    pub fn objects(&self, kind: &str, text: &str) -> Vec<String> {
        let list = pw_cli(&["ls", kind]);
        let ids = list
            .lines()
            .filter_map(|line| Some(line.trim().strip_prefix("id ")?.split(',').next()?.to_owned()));
        ids.filter(|id| pw_cli(&["info", id]).contains(text)).collect()
    }
}

/// The output of a command of PipeWire's command line.
pub fn pw_cli(arguments: &[&str]) -> String {
    // It waits for ever for a PipeWire that hangs.
    let output = Command::new("timeout").args(["10", "pw-cli"]).args(arguments).stdin(Stdio::null()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// Waits until a condition is true.
pub fn wait(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < end, "{what} didn't come");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The text of a file, empty if it isn't there. Programs write what they want.
fn text_of(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
