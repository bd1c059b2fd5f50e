//! Uploads that fail, each with a named error that says what to do.

use std::{
    fs::File,
    sync::{Arc, Barrier},
    time::Duration,
};

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::{DeliverPhoto, Photo, PhotoFormat, Upload, UploadFile, download, share, upload},
    prelude::*,
};

use crate::{
    server::{Connection, Server, answer, discard, read, read_head, refusing, wait_for_end},
    stage::{End, Stage, photo},
};

/// A limit that a hanging server exceeds soon.
const LIMIT: Duration = Duration::from_millis(300);

/// A limit that no server of these tests exceeds.
const PATIENCE: Duration = Duration::from_secs(60);

fn file(to: Upload) -> UploadFile {
    UploadFile::bytes(*b"a photo", "a.png", "image/png", to)
}

#[test]
fn bad_servers_are_errors_by_name() {
    type Handle = fn(&mut dyn Connection);
    let hangs: Handle = |connection| {
        read(connection);
        wait_for_end(connection);
    };
    let reads_nothing: Handle = |connection| {
        read_head(connection);
        std::thread::sleep(Duration::from_secs(3600));
    };
    let closes_in_the_middle: Handle = |connection| {
        if let Some((_, length)) = read_head(connection) {
            discard(connection, length / 2);
        }
    };
    let closes_in_its_answer: Handle = |connection| {
        read(connection);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    };
    let answers_without_end: Handle = |connection| {
        read(connection);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while connection.write_all(&[b'x'; 4096]).is_ok() {}
    };
    let sends_headers_without_end: Handle = |connection| {
        read(connection);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n");
        while connection.write_all(b"X-More: and more\r\n").is_ok() {}
    };
    let is_another_protocol: Handle = |connection| {
        let _ = connection.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
        wait_for_end(connection);
    };
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    // More than the system keeps for a server that doesn't read.
    let [small, large] = [("small", 7), ("large", 64 << 20)].map(|(name, length)| {
        let path = folder.path().join(name);
        File::create(&path).and_then(|file| file.set_len(length)).expect("a file without blocks");
        path
    });
    for (handle, path, limit, name, status, advice) in [
        (hangs, &small, LIMIT, ErrorName::Operation, None, "Upload::stall_limit"),
        (reads_nothing, &large, LIMIT, ErrorName::Operation, None, "Upload::stall_limit"),
        (closes_in_the_middle, &large, PATIENCE, ErrorName::Operation, None, "server's log"),
        (closes_in_its_answer, &small, PATIENCE, ErrorName::Operation, Some(200), "server's log"),
        (answers_without_end, &small, PATIENCE, ErrorName::Data, Some(200), "Upload::response_limit"),
        (sends_headers_without_end, &small, PATIENCE, ErrorName::Data, None, "check the URL"),
        (is_another_protocol, &small, PATIENCE, ErrorName::Data, None, "check the URL"),
    ] {
        let server = Server::raw(handle);
        let to = Upload::new(server.url.clone()).raw().stall_limit(limit);
        let mut stage = Stage::new();
        let (error, told) = stage.failed(UploadFile::path(path, to));
        assert_eq!((error.name, told), (name, status), "{advice}: {error}");
        assert!(error.message.contains(&server.url) && error.message.contains(advice), "{advice}: {error}");
    }
}

#[test]
fn answers_that_are_no_success_are_errors_by_name() {
    let mut stage = Stage::new();
    for (status, code, name) in [
        ("500 Internal Server Error", 500, ErrorName::Operation),
        ("404 Not Found", 404, ErrorName::NotFound),
        ("401 Unauthorized", 401, ErrorName::NotAllowed),
        ("302 Found", 302, ErrorName::Operation),
        ("304 Not Modified", 304, ErrorName::Operation),
    ] {
        let server = Server::new(move |_| answer(status, "", ""));
        let (error, told) = stage.failed(file(Upload::new(server.url.clone())));
        assert_eq!((error.name, told), (name, Some(code)), "{error}");
    }
    let server = Server::new(|_| answer("500 Oops", "", "the disk\nis full"));
    let (error, _) = stage.failed(file(Upload::new(server.url.clone())));
    assert!(error.message.contains("500") && error.message.contains("the disk is full"), "{error}");
}

#[test]
fn servers_that_cannot_be_reached_are_errors_by_name() {
    let mut stage = Stage::new();
    let (error, status) = stage.failed(file(Upload::new(refusing())));
    assert_eq!((error.name, status), (ErrorName::Operation, None), "{error}");
    assert!(error.message.contains("refuses connections"), "{error}");

    let plain = Server::new(|_| answer("200 OK", "", ""));
    let (error, _) = stage.failed(file(Upload::new(plain.url.replace("http:", "https:")).stall_limit(LIMIT)));
    assert!(error.message.contains("http"), "{error}");
    assert_ne!(error.name, ErrorName::Unknown, "{error}");

    let encrypted = Server::encrypted(|_| answer("200 OK", "", ""));
    let (error, _) = stage.failed(file(Upload::new(encrypted.url.replace("https:", "http:"))));
    assert!(matches!(error.name, ErrorName::Data | ErrorName::Operation), "{error}");
    assert!(encrypted.requests.is_empty());
}

#[test]
fn redirects_are_refused() {
    let target = Server::new(|_| answer("200 OK", "", ""));
    let mut stage = Stage::new();
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("Location: {}/there\r\n", target.url);
        let server = Server::new(move |_| answer(status, &location, ""));
        let (error, told) = stage.failed(file(Upload::new(server.url.clone())));
        assert_eq!((error.name, told), (ErrorName::NotAllowed, status[..3].parse().ok()), "{error}");
        assert!(error.message.contains(&format!("{}/there", target.url)), "{error}");
    }
    // The file would get lost.
    let location = format!("Location: {}/there\r\n", target.url);
    let server = Server::new(move |_| answer("302 Found", &location, ""));
    let (error, _) = stage.failed(file(Upload::new(server.url.clone()).redirects(true)));
    assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
    // An encrypted upload doesn't become a plain one.
    let location = format!("Location: {}/there\r\n", target.url);
    let server = Server::encrypted(move |_| answer("307 Temporary", &location, ""));
    let to = Upload::new(server.url.clone()).redirects(true).certificate(server.authority.as_bytes());
    let (error, _) = stage.failed(file(to));
    assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
    assert_eq!(target.connections(), 0, "nothing was sent there");
    // A circle ends.
    let server = Server::new(|_| answer("307 Temporary", "Location: /again\r\n", ""));
    let (error, _) = stage.failed(file(Upload::new(server.url.clone()).redirects(true)));
    assert_eq!(error.name, ErrorName::Operation, "{error}");
    assert_eq!(server.requests.len(), 6);
}

#[test]
fn requests_that_are_invalid_send_nothing() {
    let server = Server::new(|_| answer("200 OK", "", ""));
    let to = || Upload::new(server.url.clone());
    let mut stage = Stage::new();
    for to in [
        to().header("X-Bad\r\nY", "a"),
        to().header("X-Bad", "a\r\nY: b"),
        Upload::new("example.com"),
        Upload::new(server.url.replace("http", "ftp")),
        Upload::new(server.url.replace("//", "//user:password@")),
        Upload::new("http://[half"),
    ] {
        let (error, status) = stage.failed(file(to));
        assert_eq!((error.name, status), (ErrorName::Type, None), "{error}");
    }
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for (path, name) in [
        (folder.path().join("nothing"), ErrorName::NotFound),
        (folder.path().to_owned(), ErrorName::NotReadable),
    ] {
        let (error, status) = stage.failed(UploadFile::path(&path, to()));
        assert_eq!((error.name, status), (name, None), "{error}");
        assert!(error.message.contains(&path.display().to_string()), "{error}");
    }
    let huge = Photo::new(UVec2::new(70_000, 1), vec![0; 280_000]);
    let request = stage
        .app
        .world_mut()
        .spawn(DeliverPhoto(huge))
        .observe(upload(to().format(PhotoFormat::jpeg())))
        .id();
    let end = stage.end(request);
    let End::Failed(error, None) = end else { panic!("{end:?}") };
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
    assert!(server.requests.is_empty());
}

#[test]
fn a_file_that_becomes_shorter_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip");
    File::create(&path).and_then(|file| file.set_len(256 << 20)).expect("a file without blocks");
    let (reached, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (head_read, is_short) = (reached.clone(), go_on.clone());
    let server = Server::raw(move |connection| {
        read_head(connection);
        head_read.wait();
        is_short.wait();
        wait_for_end(connection);
    });
    let mut stage = Stage::new();
    let request = stage.spawn(UploadFile::path(&path, Upload::new(server.url.clone())));
    stage.app.update();
    reached.wait();
    File::options().write(true).open(&path).and_then(|file| file.set_len(1)).expect("our own file");
    go_on.wait();
    let end = stage.end(request);
    let End::Failed(error, None) = end else { panic!("{end:?}") };
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    assert!(error.message.contains("became shorter"), "{error}");
}

#[test]
fn downloads_and_shares_are_for_browsers() {
    let mut stage = Stage::new();
    for share_it in [true, false] {
        let mut request = stage.app.world_mut().spawn(DeliverPhoto(photo()));
        let request =
            if share_it { request.observe(share("me.png")) } else { request.observe(download("me.png")) };
        let request = request
            .observe(|failed: On<PhotoFailed>, mut commands: Commands| {
                assert_eq!(failed.error.name, ErrorName::NotSupported);
                assert!(failed.error.message.contains("save_to_disk"), "{}", failed.error);
                commands.insert_resource(Failed);
            })
            .id();
        stage.until("the refusal", |stage| stage.app.world_mut().remove_resource::<Failed>());
        stage
            .until("the request to go", |stage| stage.app.world().get_entity(request).is_err().then_some(()));
    }
}

#[derive(Resource)]
struct Failed;
