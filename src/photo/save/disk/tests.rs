//! Tests of saving on real folders, file systems and processes.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
};

use tempfile::{TempDir, tempdir};

use super::*;
use crate::error::ErrorName;

fn folder() -> TempDir {
    tempdir().expect("a folder for temporary files")
}

/// Replaces the file.
fn save(path: &Path, text: &str) -> Result<PathBuf, MediaError> {
    put(&PhotoFile::new(path).if_exists(IfExists::Replace), PhotoFormat::Png, text.as_bytes())
}

/// Saves under a free name.
fn save_new(file: impl Into<PhotoFile>, text: &str) -> Result<PathBuf, MediaError> {
    put(&file.into(), PhotoFormat::Png, text.as_bytes())
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().display().to_string()).collect();
    names.sort();
    names
}

#[test]
fn a_newer_photo_takes_the_place_of_an_older_one() {
    let folder = folder();
    let path = folder.path().join("photo.png");
    for text in ["older", "newer, and longer", "new"] {
        save(&path, text).expect("there is room");
        assert_eq!(fs::read_to_string(&path).expect("the photo"), text);
    }
    assert_eq!(names(folder.path()), ["photo.png"]);
}

#[test]
fn several_at_once_do_not_get_in_each_others_way() {
    let folder = folder();
    let path = folder.path().join("photo.png");
    let contents: Vec<String> =
        (b'a'..=b'h').map(|letter| char::from(letter).to_string().repeat(10_000)).collect();
    thread::scope(|scope| {
        for text in &contents {
            scope.spawn(|| (0..20).for_each(|_| _ = save(&path, text).expect("there is room")));
        }
    });
    assert!(contents.contains(&fs::read_to_string(&path).expect("the photo")));
    assert_eq!(names(folder.path()), ["photo.png"]);
}

#[test]
fn the_longest_names_are_saved() {
    let folder = folder();
    for length in 251..=255 {
        let name = format!("{}.png", "n".repeat(length - 4));
        save(&folder.path().join(name), "photo").expect("file systems allow 255 bytes");
    }
    assert_eq!(names(folder.path()).len(), 5);
    let error = save(&folder.path().join(format!("{}.png", "n".repeat(300))), "photo");
    assert_eq!(error.expect_err("no file system allows more").name, ErrorName::Operation);
}

#[test]
fn a_place_that_cannot_be_written_has_a_named_error() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("there is room");
    let protected = folder.path().join("protected.png");
    fs::write(&protected, "older").expect("there is room");
    let mut permissions = fs::metadata(&protected).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&protected, permissions).expect("our own file");
    for (path, name) in [
        (folder.path().to_owned(), ErrorName::Operation),
        (folder.path().join("no such folder/photo.png"), ErrorName::NotFound),
        (file.join("photo.png"), ErrorName::NotFound),
        (PathBuf::new(), ErrorName::Operation),
        (protected.clone(), ErrorName::NotAllowed),
    ] {
        let error = save(&path, "newer").expect_err("it can't be written");
        assert_eq!(error.name, name, "{}: {error}", path.display());
    }
    assert_eq!(fs::read_to_string(&protected).expect("the photo"), "older");
    assert_eq!(names(folder.path()), ["file", "protected.png"]);
}

#[test]
fn an_older_file_stays_and_the_photo_gets_a_number() {
    let folder = folder();
    let path = folder.path().join("me.png");
    for (text, name) in [("one", "me.png"), ("two", "me (1).png"), ("three", "me (2).png")] {
        let saved = save_new(&path, text).expect("there is room");
        assert_eq!(saved, folder.path().join(name));
    }
    fs::remove_file(folder.path().join("me (1).png")).expect("our own file");
    assert_eq!(save_new(&path, "four").expect("there is room"), folder.path().join("me (1).png"));
    assert_eq!(
        ["me.png", "me (1).png", "me (2).png"].map(|name| read(&folder.path().join(name))),
        ["one", "four", "three"]
    );
    assert_eq!(names(folder.path()).len(), 3, "nothing is left beside them");
}

#[test]
fn a_file_that_may_not_be_replaced_is_an_error() {
    let folder = folder();
    let path = folder.path().join("me.png");
    let once = PhotoFile::new(&path).if_exists(IfExists::Fail);
    assert_eq!(save_new(once.clone(), "one"), Ok(path.clone()));
    let error = save_new(once, "two").expect_err("it exists");
    assert_eq!(error.name, ErrorName::InvalidState, "{error}");
    assert!(error.message.contains("IfExists::Replace"), "{error}");
    assert_eq!((read(&path).as_str(), names(folder.path()).len()), ("one", 1));
}

#[test]
fn photos_that_race_for_a_name_are_all_kept() {
    let folder = folder();
    let path = folder.path().join("me.png");
    let mut saved: Vec<PathBuf> = thread::scope(|scope| {
        let save = |text: String| save_new(&path, &text).expect("there is room");
        let threads: Vec<_> = (0..32).map(|number| scope.spawn(move || save(number.to_string()))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let mut texts: Vec<u32> = saved.iter().map(|path| read(path).parse().expect("a number")).collect();
    texts.sort_unstable();
    assert_eq!(texts, Vec::from_iter(0..32));
    saved.sort();
    saved.dedup();
    assert_eq!((saved.len(), names(folder.path()).len()), (32, 32));
}

/// The folder that a child process saves to.
const CHILD: &str = "VIEWFINDER_TEST_SAVES_TO";

#[test]
fn a_killed_process_leaves_the_older_file_or_the_newer_one() {
    let (Some(folder), whole) = (env::var_os(CHILD).map(PathBuf::from), "x".repeat(1 << 20)) else {
        let folder = folder();
        let path = folder.path().join("me.png");
        save(&path, "older").expect("there is room");
        for _ in 0..10 {
            let mut child = Command::new(env::current_exe().expect("this test's own program"))
                .args([
                    "--exact",
                    "photo::save::disk::tests::a_killed_process_leaves_the_older_file_or_the_newer_one",
                ])
                .arg("--nocapture")
                .env(CHILD, folder.path())
                .stdout(Stdio::piped())
                .spawn()
                .expect("a process");
            // The child saves again and again, and is killed in the middle of it.
            let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
            let saved = lines.map_while(Result::ok).filter(|line| line.contains("saved")).take(2).count();
            child.kill().expect("our own child");
            child.wait().expect("it was killed");
            assert_eq!(saved, 2);
            assert_eq!(fs::metadata(&path).expect("the file").len(), 1 << 20);
            for name in names(folder.path()).iter().filter(|name| !name.starts_with(".viewfinder-")) {
                assert_eq!(fs::metadata(folder.path().join(name)).expect("a file").len(), 1 << 20, "{name}");
            }
        }
        return;
    };
    for _ in 0..100 {
        save(&folder.join("me.png"), &whole).expect("there is room");
        save_new(folder.join("new.png"), &whole).expect("there is room");
        println!("saved");
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_photo_is_written_through_symbolic_links() {
        let folder = folder();
        let target = folder.path().join("album");
        fs::create_dir(&target).expect("there is room");
        fs::write(target.join("photo.png"), "older").expect("there is room");
        // One link leads to the next, each relative to its own folder.
        symlink("photo.png", target.join("newest.png")).expect("links are supported");
        symlink("album/newest.png", folder.path().join("link.png")).expect("links are supported");
        symlink("album/not there yet.png", folder.path().join("dangling.png")).expect("links are supported");
        save(&folder.path().join("link.png"), "newer").expect("there is room");
        save(&folder.path().join("dangling.png"), "new").expect("there is room");
        assert_eq!(fs::read_to_string(target.join("photo.png")).expect("the photo"), "newer");
        assert_eq!(fs::read_to_string(target.join("not there yet.png")).expect("the photo"), "new");
        for link in
            [folder.path().join("link.png"), folder.path().join("dangling.png"), target.join("newest.png")]
        {
            assert!(link.is_symlink(), "{}", link.display());
        }
        assert_eq!(names(&target), ["newest.png", "not there yet.png", "photo.png"]);
    }

    #[test]
    fn links_in_a_circle_are_an_error() {
        let folder = folder();
        symlink("b.png", folder.path().join("a.png")).expect("links are supported");
        symlink("a.png", folder.path().join("b.png")).expect("links are supported");
        let error = save(&folder.path().join("a.png"), "photo").expect_err("there is no end");
        assert_eq!(error.name, ErrorName::Operation, "{error}");
    }

    #[test]
    fn a_photo_has_the_usual_permissions_or_those_of_the_older_one() {
        let folder = folder();
        let permissions = |path: &Path| fs::metadata(path).expect("a file").permissions().mode();
        let usual = folder.path().join("usual");
        fs::write(&usual, "").expect("there is room");
        let path = folder.path().join("photo.png");
        save(&path, "photo").expect("there is room");
        assert_eq!(permissions(&path), permissions(&usual));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("our own file");
        save(&path, "newer").expect("there is room");
        assert_eq!(permissions(&path) & 0o777, 0o600);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error_and_stays() {
        let folder = folder();
        let path = folder.path().join("photo.png");
        symlink("/dev/full", &path).expect("links are supported");
        let error = save(&path, "photo").expect_err("it is full");
        assert_eq!(error.name, ErrorName::Operation, "{error}");
        assert!(error.message.contains("free some space"), "{error}");
        assert!(path.is_symlink() && !Path::new("/dev/full").is_file());
    }

    #[test]
    fn links_and_pipes_count_as_files_that_are_there() {
        let folder = folder();
        let elsewhere = self::folder();
        let target = elsewhere.path().join("target");
        fs::write(&target, "older").expect("there is room");
        for (name, leads_to) in [("link.png", target.as_path()), ("dangling.png", Path::new("nowhere"))] {
            let link = folder.path().join(name);
            symlink(leads_to, &link).expect("links are supported");
            let saved = save_new(&link, "new").expect("there is room");
            assert_ne!(saved, link);
            assert!(link.is_symlink(), "{name}");
        }
        let pipe = folder.path().join("pipe.png");
        assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()));
        assert_eq!(save_new(&pipe, "new"), Ok(folder.path().join("pipe (1).png")));
        assert_eq!(read(&target), "older");
    }

    #[test]
    fn a_link_in_a_folder_for_names_from_elsewhere_is_not_followed() {
        let (folder, elsewhere) = (folder(), folder());
        let target = elsewhere.path().join("secret.png");
        fs::write(&target, "older").expect("there is room");
        symlink(&target, folder.path().join("guest.png")).expect("links are supported");
        let file = |name| PhotoFile::in_folder(folder.path(), name, PhotoFormat::Png);
        let saved = save_new(file("guest").if_exists(IfExists::Replace), "new").expect("there is room");
        assert_eq!((read(&saved).as_str(), read(&target).as_str()), ("new", "older"));
        assert!(!saved.is_symlink());
        save_new(file("../secret"), "new").expect("there is room");
        assert_eq!(names(elsewhere.path()), ["secret.png"]);
        assert_eq!(names(folder.path()), ["_secret.png", "guest.png"]);
    }

    /// A file system of 64 KiB. `None` where this user may not mount one.
    struct SmallDisk(TempDir);

    impl SmallDisk {
        fn mount() -> Option<Self> {
            let folder = folder();
            let mut mount = Command::new("mount");
            mount.args(["-t", "tmpfs", "-o", "size=64k", "viewfinder-test"]).arg(folder.path());
            let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
            mounted.then_some(Self(folder))
        }
    }

    impl Drop for SmallDisk {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(self.0.path()).status();
        }
    }

    #[test]
    fn a_full_disk_keeps_what_was_there() {
        let Some(disk) = SmallDisk::mount() else {
            println!("no file system can be mounted here: /dev/full stands in for it in another test");
            return;
        };
        let path = disk.0.path().join("me.png");
        let older = "o".repeat(30_000);
        save(&path, &older).expect("there is room");
        let newer = "n".repeat(60_000);
        for error in [save(&path, &newer), save_new(&path, &newer)].map(Result::unwrap_err) {
            assert_eq!(error.name, ErrorName::Operation, "{error}");
            assert!(error.message.contains("free some space"), "{error}");
        }
        assert_eq!((read(&path), names(disk.0.path()).len()), (older, 1), "no partial file is left");
    }
}
