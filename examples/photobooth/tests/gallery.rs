//! The gallery on a disk.
#![cfg(not(target_family = "wasm"))]

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, SystemTime},
};

use photobooth::{
    gallery::{Gallery, GalleryError},
    venue::Retention,
};
use tempfile::{TempDir, tempdir};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn gallery() -> (TempDir, Gallery) {
    let folder = tempdir().expect("a folder");
    let gallery = Gallery::open(folder.path().join("pictures")).expect("a gallery");
    (folder, gallery)
}

fn names(gallery: &Gallery) -> Vec<String> {
    gallery.list().expect("a list").pictures.into_iter().map(|picture| picture.name).collect()
}

/// The files in a folder that aren't the ledger.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != ".photobooth-pictures");
    names.sort();
    names
}

#[test]
fn pictures_are_listed_with_the_newest_first() {
    let (_folder, gallery) = gallery();
    assert!(names(&gallery).is_empty());
    let first = gallery.save("a.png", b"one", 1, start()).expect("saved");
    gallery.save("b.png", b"three", 2, start() + DAY).expect("saved");
    gallery.save("c.png", b"four", 2, start() + DAY).expect("saved");
    assert_eq!((first.bytes, first.session, first.written), (3, 1, start()));
    assert_eq!(fs::read(&first.path).expect("a file"), b"one");
    assert_eq!(names(&gallery), ["c.png", "b.png", "a.png"]);
    let again = Gallery::open(gallery.folder()).expect("the same folder");
    assert_eq!(again.list().expect("a list"), gallery.list().expect("a list"));
    fs::remove_file(first.path).expect("deleted by someone");
    assert_eq!(names(&gallery), ["c.png", "b.png"]);
}

#[test]
fn nothing_is_overwritten_and_no_name_leaves_the_folder() {
    let (folder, gallery) = gallery();
    fs::write(gallery.folder().join("a.png"), "someone's").expect("written");
    for expected in ["a-2.png", "a-3.png"] {
        assert_eq!(gallery.save("a.png", b"ours", 1, start()).expect("saved").name, expected);
    }
    assert_eq!(fs::read(gallery.folder().join("a.png")).expect("a file"), b"someone's");
    for name in
        ["", ".", "..", "../a.png", "/etc/a.png", "b/a.png", "b\\a.png", "a\n.png", ".photobooth-pictures"]
    {
        let error = gallery.save(name, b"x", 1, start()).expect_err("no name of a file");
        assert!(matches!(error, GalleryError::InvalidName(_)), "{name}: {error}");
    }
    assert_eq!(files(gallery.folder()), ["a-2.png", "a-3.png", "a.png"]);
    assert_eq!(files(folder.path()), ["pictures"]);
}

#[test]
fn only_the_booths_own_files_are_deleted() {
    let (folder, gallery) = gallery();
    let file = |name: &str| gallery.folder().join(name);
    fs::write(file("foreign.png"), "foreign").expect("written");
    fs::write(folder.path().join("outside.png"), "outside").expect("written");
    for name in ["edited.png", "replaced.png", "ours.png"] {
        gallery.save(name, b"ours", 1, start()).expect("saved");
    }
    fs::write(file("edited.png"), "edit").expect("edited, with the same length");
    fs::remove_file(file("replaced.png")).expect("removed");
    fs::create_dir(file("replaced.png")).expect("a folder in its place");

    for name in [
        "foreign.png",
        "edited.png",
        "replaced.png",
        "../outside.png",
        "none.png",
        "",
        ".photobooth-pictures",
    ] {
        let error = gallery.delete(name).expect_err("not the booth's");
        assert!(matches!(error, GalleryError::NotOurs(_)), "{name}: {error}");
    }
    let expired = gallery.expire(Retention::Days(30), start() + 31 * DAY).expect("expired");
    assert_eq!(expired.deleted, ["ours.png"]);
    assert!(expired.failed.is_empty());
    assert_eq!(files(gallery.folder()), ["edited.png", "foreign.png", "replaced.png"]);
    assert!(folder.path().join("outside.png").exists());
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let (folder, gallery) = gallery();
    let outside = folder.path().join("outside.png");
    fs::write(&outside, "ours").expect("written");
    let picture = gallery.save("a.png", b"ours", 1, start()).expect("saved");
    fs::remove_file(&picture.path).expect("removed");
    std::os::unix::fs::symlink(&outside, &picture.path).expect("a link");
    assert!(matches!(gallery.delete("a.png"), Err(GalleryError::NotOurs(_))));
    assert!(gallery.expire(Retention::Days(0), start()).expect("expired").deleted.is_empty());
    assert!(outside.exists() && picture.path.symlink_metadata().is_ok());
    assert!(names(&gallery).is_empty());
}

#[test]
fn a_ledger_that_someone_wrote_reaches_no_other_file() {
    let (folder, gallery) = gallery();
    let outside = folder.path().join("outside.png");
    fs::write(&outside, "ours").expect("written");
    gallery.save("a.png", b"ours", 1, start()).expect("saved");
    let ledger = gallery.folder().join(".photobooth-pictures");
    let line = fs::read_to_string(&ledger).expect("a ledger");
    let outside_path = outside.display().to_string();
    let tricks = ["../outside.png", &outside_path, "..", ".photobooth-pictures", "\u{0}", ""];
    let lines: String = tricks.iter().map(|trick| line.replace("a.png", trick)).collect();
    fs::write(&ledger, [lines.as_bytes(), b"\xff\xfe nonsense\n99999999999999999999999\t\n"].concat())
        .expect("written");
    let listing = gallery.list().expect("a list");
    assert!(listing.pictures.is_empty(), "{listing:?}");
    assert_eq!(listing.damaged_lines, 8);
    assert!(gallery.expire(Retention::Days(0), start() + DAY).expect("expired").deleted.is_empty());
    assert!(outside.exists());
    assert_eq!(files(gallery.folder()), ["a.png"]);
}

#[test]
fn pictures_leave_when_their_time_is_over() {
    let (_folder, gallery) = gallery();
    gallery.save("old.png", b"old", 1, start()).expect("saved");
    gallery.save("new.png", b"new", 2, start() + 29 * DAY).expect("saved");
    let expire =
        |retention, days: u32| gallery.expire(retention, start() + days * DAY).expect("expired").deleted;
    assert!(expire(Retention::Forever, 10_000).is_empty());
    assert!(expire(Retention::default(), 29).is_empty());
    assert_eq!(expire(Retention::default(), 30), ["old.png"]);
    assert_eq!(names(&gallery), ["new.png"]);
    assert_eq!(expire(Retention::Days(1), 31), ["new.png"]);
    assert!(files(gallery.folder()).is_empty());
    assert!(expire(Retention::Days(0), 9999).is_empty());
}

#[test]
fn a_name_that_is_used_again_keeps_its_own_time() {
    let (_folder, gallery) = gallery();
    let old = gallery.save("a.png", b"old", 1, start()).expect("saved");
    fs::remove_file(old.path).expect("removed by someone");
    gallery.save("a.png", b"new", 2, start() + 29 * DAY).expect("saved");
    assert!(gallery.expire(Retention::Days(30), start() + 30 * DAY).expect("expired").deleted.is_empty());
    assert_eq!(names(&gallery), ["a.png"]);
    let deleted = gallery.expire(Retention::Days(30), start() + 59 * DAY).expect("expired").deleted;
    assert_eq!(deleted, ["a.png"]);
}

#[test]
fn a_picture_that_the_booth_wrote_by_itself_is_adopted() {
    let (folder, gallery) = gallery();
    let path = gallery.folder().join("strip.png");
    assert!(
        matches!(gallery.adopt(&path, 1, start()), Err(GalleryError::NoFolder(_))),
        "there is no such file"
    );
    fs::write(&path, "strip").expect("written");
    gallery.adopt(&path, 1, start()).expect("adopted");
    assert_eq!(names(&gallery), ["strip.png"]);
    let outside = folder.path().join("outside.png");
    fs::write(&outside, "outside").expect("written");
    for elsewhere in
        [outside.clone(), gallery.folder().join("../outside.png"), gallery.folder().join("b/c.png")]
    {
        let error = gallery.adopt(&elsewhere, 1, start()).expect_err("elsewhere");
        assert!(matches!(error, GalleryError::InvalidName(_)), "{error}");
    }
    assert!(matches!(gallery.adopt(gallery.folder(), 1, start()), Err(GalleryError::InvalidName(_))));
    let inner = gallery.folder().join("folder.png");
    fs::create_dir(&inner).expect("a folder");
    assert!(matches!(gallery.adopt(&inner, 1, start()), Err(GalleryError::NotOurs(_))));
    gallery.delete("strip.png").expect("deleted");
    assert!(!path.exists() && outside.exists());
}

#[test]
fn pictures_can_be_saved_from_several_threads() {
    let (_folder, gallery) = gallery();
    thread::scope(|scope| {
        for thread in 0..8_u8 {
            let gallery = gallery.clone();
            scope.spawn(move || {
                for _ in 0..10 {
                    gallery.save("a.png", &[thread], 1, start()).expect("saved");
                }
            });
        }
    });
    assert_eq!(names(&gallery).len(), 80);
    assert_eq!(files(gallery.folder()).len(), 80);
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    for path in [file.clone(), file.join("pictures")] {
        let error = Gallery::open(&path).expect_err("a file");
        assert!(matches!(error, GalleryError::NoFolder(_)), "{error}");
        assert!(error.to_string().contains("file"), "{error}");
    }
    let gallery = Gallery::open(folder.path().join("pictures")).expect("a gallery");
    fs::remove_dir_all(gallery.folder()).expect("removed");
    for error in
        [gallery.list().expect_err("gone"), gallery.save("a.png", b"x", 1, start()).expect_err("gone")]
    {
        assert!(matches!(error, GalleryError::NoFolder(_)), "{error}");
    }
}

/// Nobody may make files there, not even the superuser.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_not_allowed_is_named() {
    let error = Gallery::open("/sys").expect_err("no files can be made there");
    assert!(matches!(error, GalleryError::NotAllowed(_)), "{error}");
}

/// A file system of 64 KiB. Only the superuser can make one: `None` without.
#[cfg(target_os = "linux")]
struct SmallDisk(TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = tempdir().expect("a folder");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(folder.path()).output();
        mount.is_ok_and(|mount| mount.status.success()).then_some(Self(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let Some(disk) = SmallDisk::new() else {
        eprintln!("skipped: mounting a small disk needs the superuser");
        return;
    };
    let gallery = Gallery::open(disk.0.path()).expect("a gallery");
    gallery.save("a.png", &[1; 20_000], 1, start()).expect("it fits");
    for _ in 0..3 {
        let error = gallery.save("b.png", &[2; 60_000], 1, start()).expect_err("too large");
        assert!(matches!(error, GalleryError::DiskFull(_)), "{error}");
        assert_eq!(files(disk.0.path()), ["a.png"], "no half file stays");
    }
    assert_eq!(names(&gallery), ["a.png"]);
    gallery.delete("a.png").expect("deleted");
    gallery.save("b.png", &[2; 20_000], 1, start()).expect("there is space again");
}
