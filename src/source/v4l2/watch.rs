//! Watches for devices that are plugged in or out, with the kernel's inotify on the folders of device files.
//!
//! A node appears before udev has processed it: its permissions change later, and the links that its id uses come last.
//! So a change is reported after a quiet moment, and a change of permissions counts too.

use std::{
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
    path::{Path, PathBuf},
    time::Duration,
};

use bevy::platform::time::Instant;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags},
    io::Errno,
};

use crate::source::watch::{DeviceWatcher, PollingWatcher};

/// The time without a change after which udev is done.
const QUIET: Duration = Duration::from_millis(250);
/// The longest delay of a report while changes keep coming.
const PATIENCE: Duration = Duration::from_secs(2);

/// The events on device files that can change the list of devices.
const CHANGES: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO);

/// A watch over the device folder.
#[derive(Debug)]
pub(super) struct FolderWatcher {
    inotify: OwnedFd,
    /// The folder of the nodes, and the folders of links below it, which appear and disappear.
    folders: [PathBuf; 4],
    /// The times of the first and the last unreported change.
    changed: Option<(Instant, Instant)>,
}

/// A watcher by inotify, or a polling one if the kernel's limit of inotify instances is reached.
pub(super) fn watch() -> Box<dyn DeviceWatcher> {
    match FolderWatcher::over(Path::new("/dev")) {
        Ok(watch) => Box::new(watch),
        Err(_) => Box::new(PollingWatcher::default()),
    }
}

impl FolderWatcher {
    fn over(dev: &Path) -> Result<Self, Errno> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        inotify::add_watch(&inotify, dev, CHANGES)?;
        let folders = [dev.to_owned(), dev.join("v4l"), dev.join("v4l/by-id"), dev.join("v4l/by-path")];
        let watch = Self { inotify, folders, changed: None };
        watch.follow();
        Ok(watch)
    }

    /// Watches the folders of links that exist. Repeating it is harmless.
    fn follow(&self) {
        for folder in &self.folders[1..] {
            let _ = inotify::add_watch(&self.inotify, folder, CHANGES | WatchFlags::ONLYDIR);
        }
    }

    /// Reads the kernel's events. Returns whether one of them concerns video devices.
    fn read(&self) -> bool {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let mut ours = false;
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_bytes()).unwrap_or_default();
                    // Links are named for their devices. After an overflow events are lost.
                    ours |= name.starts_with(b"video")
                        || name == b"v4l"
                        || name.starts_with(b"by-")
                        || name.windows(6).any(|part| part == b"-video")
                        || event.events().contains(ReadFlags::QUEUE_OVERFLOW);
                }
                Err(Errno::INTR) => {}
                Err(_) => return ours,
            }
        }
    }

    /// Waits until the kernel has an event.
    fn poll(&self, longest: Duration) {
        let timeout = Timespec { tv_sec: longest.as_secs() as i64, tv_nsec: longest.subsec_nanos().into() };
        let mut fds = [PollFd::from_borrowed_fd(self.inotify.as_fd(), PollFlags::IN)];
        // A signal only shortens the wait.
        let _ = poll(&mut fds, Some(&timeout));
    }
}

impl DeviceWatcher for FolderWatcher {
    fn wait(&mut self, longest: Duration) -> bool {
        let end = Instant::now() + longest.min(Duration::from_secs(3600));
        loop {
            if self.read() {
                let now = Instant::now();
                self.changed = Some((self.changed.map_or(now, |(first, _)| first), now));
                self.follow();
            }
            let now = Instant::now();
            let told = self.changed.map(|(first, last)| (first + PATIENCE).min(last + QUIET));
            if told.is_some_and(|told| now >= told) {
                self.changed = None;
                return true;
            }
            if now >= end {
                return false;
            }
            self.poll(told.map_or(end, |told| told.min(end)) - now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs, io,
        os::unix::fs::PermissionsExt,
        sync::atomic::{AtomicBool, Ordering::Relaxed},
        thread,
    };

    use super::*;

    /// Longer than any event takes.
    const LONG: Duration = Duration::from_secs(20);
    /// Long enough to conclude that no event comes.
    const SHORT: Duration = Duration::from_millis(400);

    fn folder() -> io::Result<(tempfile::TempDir, FolderWatcher)> {
        let folder = tempfile::tempdir()?;
        let watch = FolderWatcher::over(folder.path())?;
        Ok((folder, watch))
    }

    #[test]
    fn nodes_that_come_change_and_go_are_told() -> io::Result<()> {
        let (folder, mut watch) = folder()?;
        let node = folder.path().join("video0");
        assert!(!watch.wait(Duration::ZERO));
        fs::write(&node, "")?;
        assert!(watch.wait(LONG));
        assert!(!watch.wait(SHORT), "once");
        fs::set_permissions(&node, fs::Permissions::from_mode(0o660))?;
        assert!(watch.wait(LONG));
        // Use of a device is no change.
        fs::read(&node)?;
        assert!(!watch.wait(SHORT));
        fs::remove_file(&node)?;
        assert!(watch.wait(LONG));
        Ok(())
    }

    #[test]
    fn other_devices_do_not_matter() -> io::Result<()> {
        let (folder, mut watch) = folder()?;
        fs::write(folder.path().join("ttyUSB0"), "")?;
        fs::create_dir(folder.path().join("snd"))?;
        assert!(!watch.wait(SHORT));
        Ok(())
    }

    #[test]
    fn links_count_in_folders_that_come_later_too() -> io::Result<()> {
        let (folder, mut watch) = folder()?;
        let links = folder.path().join("v4l/by-id");
        fs::create_dir_all(&links)?;
        assert!(watch.wait(LONG));
        for _ in 0..2 {
            fs::write(links.join("usb-Camera-video-index0"), "")?;
            assert!(watch.wait(LONG));
            fs::remove_dir_all(folder.path().join("v4l"))?;
            assert!(watch.wait(LONG));
            fs::create_dir_all(&links)?;
            assert!(watch.wait(LONG));
        }
        Ok(())
    }

    #[test]
    fn it_waits_for_quiet_but_not_for_ever() -> io::Result<()> {
        let (folder, mut watch) = folder()?;
        let node = folder.path().join("video0");
        let stop = AtomicBool::new(false);
        let (told, took) = thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    let _ = fs::write(&node, "");
                    let _ = fs::remove_file(&node);
                    thread::sleep(QUIET / 10);
                }
            });
            let start = Instant::now();
            let told = watch.wait(LONG);
            stop.store(true, Relaxed);
            (told, start.elapsed())
        });
        assert!(told, "a change is reported although it is never quiet");
        assert!(took >= QUIET, "udev was still at it: {took:?}");
        Ok(())
    }
}
