//! Cameras that come and go, by the kernel's watch over the folders of device files.
//!
//! A node appears before udev has seen to it: its rights change after that, and the links that its id is made of come
//! last. So the list is asked for once things have been quiet for a moment, and a change of rights counts too.

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

use crate::source::watch::{DeviceWatcher, Poll};

/// Nothing has happened for so long: udev is done.
const QUIET: Duration = Duration::from_millis(250);
/// A folder in which something happens all the time is looked at all the same.
const PATIENCE: Duration = Duration::from_secs(2);

/// What happens to device files that matters here.
const CHANGES: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO);

/// A watch over the device folder.
#[derive(Debug)]
pub(super) struct FolderWatch {
    inotify: OwnedFd,
    /// The folder of the nodes, and those of the links below it, which come and go.
    folders: [PathBuf; 4],
    /// When the first change came that wasn't told yet, and the last.
    changed: Option<(Instant, Instant)>,
}

/// The best watch that there is here: the kernel gives each user only so many.
pub(super) fn watch() -> Box<dyn DeviceWatcher> {
    match FolderWatch::over(Path::new("/dev")) {
        Ok(watch) => Box::new(watch),
        Err(_) => Box::new(Poll::default()),
    }
}

impl FolderWatch {
    fn over(dev: &Path) -> Result<Self, Errno> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        inotify::add_watch(&inotify, dev, CHANGES)?;
        let folders = [dev.to_owned(), dev.join("v4l"), dev.join("v4l/by-id"), dev.join("v4l/by-path")];
        let watch = Self { inotify, folders, changed: None };
        watch.follow();
        Ok(watch)
    }

    /// Watches the folders of the links, as far as they are there; again is no harm.
    fn follow(&self) {
        for folder in &self.folders[1..] {
            let _ = inotify::add_watch(&self.inotify, folder, CHANGES | WatchFlags::ONLYDIR);
        }
    }

    /// Takes what the kernel has to tell. Whether any of it is of cameras.
    fn read(&self) -> bool {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let mut ours = false;
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_bytes()).unwrap_or_default();
                    // Links' names are their devices', and the kernel may have dropped events.
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

    /// Waits until the kernel has something to tell.
    fn poll(&self, longest: Duration) {
        let timeout = Timespec { tv_sec: longest.as_secs() as i64, tv_nsec: longest.subsec_nanos().into() };
        let mut fds = [PollFd::from_borrowed_fd(self.inotify.as_fd(), PollFlags::IN)];
        // Cut short by a signal it is a shorter wait.
        let _ = poll(&mut fds, Some(&timeout));
    }
}

impl DeviceWatcher for FolderWatch {
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

    /// Long enough for anything that comes.
    const LONG: Duration = Duration::from_secs(20);
    /// Long enough to be sure that nothing comes.
    const SHORT: Duration = Duration::from_millis(400);

    fn folder() -> io::Result<(tempfile::TempDir, FolderWatch)> {
        let folder = tempfile::tempdir()?;
        let watch = FolderWatch::over(folder.path())?;
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
        // Using a camera is no change.
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
        assert!(told, "it is never quiet, and told all the same");
        assert!(took >= QUIET, "udev was still at it: {took:?}");
        Ok(())
    }
}
