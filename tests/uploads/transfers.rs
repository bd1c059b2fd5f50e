//! Uploads that succeed.

use std::{
    fs::{self, File},
    sync::{Arc, Barrier},
};

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::{DeliverPhoto, PhotoFormat, Upload, UploadFile, upload},
    prelude::*,
};
use crossbeam_channel::unbounded;
use stats_alloc::Region;

use crate::{
    ALLOCATOR,
    server::{Server, answer, discard, read_head},
    stage::{End, PIXELS, Stage, photo},
};

#[test]
fn a_form_has_the_photo_and_the_texts() {
    let server = Server::new(|_| answer("201 Created", "", "number 7"));
    let mut stage = Stage::new();
    let to =
        Upload::new(format!("{}/photos?a=b", server.url)).text("event", "Größe 2").header("X-Key", "secret");
    let request = stage.app.world_mut().spawn(DeliverPhoto(photo())).observe(upload(to)).id();
    let end = stage.end(request);
    assert!(matches!(&end, End::Uploaded(201, body) if body == b"number 7"), "{end:?}");

    let received = server.requests.recv().expect("the request");
    assert_eq!((received.method.as_str(), received.path.as_str()), ("POST", "/photos?a=b"));
    assert_eq!(received.header("x-key"), Some("secret"));
    assert_eq!(received.header("content-length"), Some(received.body.len().to_string().as_str()));
    let [text, file] = &received.parts()[..] else { panic!("two fields") };
    assert_eq!(text.0, "Content-Disposition: form-data; name=\"event\"");
    assert_eq!(text.1, "Größe 2".as_bytes());
    assert_eq!(
        file.0,
        "Content-Disposition: form-data; name=\"photo\"; filename=\"photo.png\"\r\nContent-Type: image/png"
    );
    assert_eq!(image::load_from_memory(&file.1).expect("a PNG").to_rgba8().as_raw()[..], PIXELS);

    let total = received.body.len() as u64;
    assert_eq!(stage.progress(request), [(0, total), (total, total)]);
}

#[test]
fn a_raw_photo_is_put_in_the_format_that_the_app_chose() {
    let server = Server::new(|_| answer("204 No Content", "", ""));
    let mut stage = Stage::new();
    let to = Upload::new(server.url.clone()).raw().put().format(PhotoFormat::WebP);
    let request = stage.app.world_mut().spawn(DeliverPhoto(photo())).observe(upload(to)).id();
    let end = stage.end(request);
    assert!(matches!(&end, End::Uploaded(204, body) if body.is_empty()), "{end:?}");
    let received = server.requests.recv().expect("the request");
    assert_eq!((received.method.as_str(), received.path.as_str()), ("PUT", "/"));
    assert_eq!(received.header("content-type"), Some("image/webp"));
    assert_eq!(image::load_from_memory(&received.body).expect("a WebP").to_rgba8().as_raw()[..], PIXELS);
}

#[test]
fn a_file_is_uploaded_unchanged() {
    let server = Server::new(|_| answer("200 OK", "", ""));
    let mut stage = Stage::new();
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| (number.wrapping_mul(number) >> 7) as u8).collect();
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.webm");
    fs::write(&path, &bytes).expect("there is room");

    stage.uploaded(UploadFile::path(&path, Upload::new(server.url.clone()).raw()));
    let received = server.requests.recv().expect("the request");
    assert_eq!(received.header("content-type"), Some("video/webm"));
    assert_eq!(received.body, bytes);

    let to = Upload::new(server.url.clone()).field("clip");
    let request = stage.spawn(UploadFile::bytes(bytes.clone(), "me.gif", "image/gif", to));
    stage.end(request);
    let received = server.requests.recv().expect("the request");
    let [(headers, body)] = &received.parts()[..] else { panic!("one field") };
    assert!(headers.contains("name=\"clip\"; filename=\"me.gif\"\r\nContent-Type: image/gif"), "{headers}");
    assert_eq!(*body, bytes);
    let progress = stage.progress(request);
    assert!(progress.is_sorted() && progress.len() > 2, "{progress:?}");
    let total = received.body.len() as u64;
    assert_eq!((progress[0], progress.last()), ((0, total), Some(&(total, total))));
}

#[test]
fn an_encrypted_upload_needs_a_trusted_certificate() {
    let server = Server::encrypted(|_| answer("200 OK", "", "thanks"));
    let mut stage = Stage::new();
    let to = Upload::new(format!("{}/photos", server.url));
    let (error, status) = stage.failed(UploadFile::bytes(*b"secret", "a", "text/plain", to.clone()));
    assert_eq!((error.name, status), (ErrorName::Security, None), "{error}");
    assert!(error.message.contains("Upload::certificate"), "{error}");
    assert!(server.requests.is_empty() && server.connections() > 0, "nothing was sent");

    let trusted = to.clone().certificate(server.authority.as_bytes());
    let answered = stage.uploaded(UploadFile::bytes(*b"secret", "a", "text/plain", trusted));
    assert_eq!(answered, (200, "thanks".to_owned()));
    assert_eq!(server.requests.recv().expect("the request").parts()[0].1, b"secret");

    // A certificate of another server helps no more than none, and neither does another name.
    let other = Server::encrypted(|_| answer("200 OK", "", ""));
    let (error, _) = stage.failed(UploadFile::bytes(
        *b"secret",
        "a",
        "text/plain",
        to.clone().certificate(other.authority.as_bytes()),
    ));
    assert_eq!(error.name, ErrorName::Security, "{error}");
    let elsewhere = Upload::new(server.url.replace("localhost", "127.0.0.1"));
    let (error, _) = stage.failed(UploadFile::bytes(
        *b"secret",
        "a",
        "text/plain",
        elsewhere.certificate(server.authority.as_bytes()),
    ));
    assert_eq!(error.name, ErrorName::Security, "{error}");
    let (error, _) =
        stage.failed(UploadFile::bytes(*b"secret", "a", "text/plain", to.certificate(*b"no certificate")));
    assert_eq!(error.name, ErrorName::Type, "{error}");
    assert!(server.requests.is_empty());
}

#[test]
fn allowed_redirects_send_the_file_again_without_secrets() {
    let last = Server::new(|request| match request.method.as_str() {
        "GET" => answer("200 OK", "", "here it is"),
        _ => answer("303 See Other", "Location: /result\r\n", ""),
    });
    let elsewhere = format!("Location: {}/there\r\n", last.url);
    let first = Server::new(move |request| match request.path.as_str() {
        "/a/photos" => answer("307 Temporary Redirect", "Location: new\r\n", ""),
        "/a/new" => answer("308 Permanent Redirect", &elsewhere, ""),
        path => panic!("{path}"),
    });
    let mut stage = Stage::new();
    let to = Upload::new(format!("{}/a/photos", first.url))
        .redirects(true)
        .header("Authorization", "secret")
        .raw();
    let answered = stage.uploaded(UploadFile::bytes(*b"photo", "a", "text/plain", to));
    assert_eq!(answered, (200, "here it is".to_owned()));
    for (server, path, body, secret) in [
        (&first, "/a/photos", &b"photo"[..], Some("secret")),
        (&first, "/a/new", b"photo", Some("secret")),
        (&last, "/there", b"photo", None),
        (&last, "/result", b"", None),
    ] {
        let request = server.requests.recv().expect("the request");
        assert_eq!((request.path.as_str(), &request.body[..]), (path, body));
        assert_eq!(request.header("authorization"), secret, "{path}");
    }
}

#[test]
fn many_uploads_at_once_are_each_answered_once() {
    let server = Server::new(|request| answer("200 OK", "", &String::from_utf8_lossy(&request.body)));
    let mut stage = Stage::new();
    let to = Upload::new(server.url.clone()).raw();
    let requests: Vec<_> = (0..100)
        .map(|number: u32| {
            let text = number.to_string().into_bytes();
            stage.spawn(UploadFile::bytes(text, "a", "text/plain", to.clone()))
        })
        .collect();
    for (number, request) in requests.into_iter().enumerate() {
        let end = stage.end(request);
        assert!(
            matches!(&end, End::Uploaded(200, body) if *body == number.to_string().into_bytes()),
            "{end:?}"
        );
    }
    assert_eq!((stage.ends(), server.requests.len()), (100, 100));
}

#[test]
fn a_despawned_request_cancels_its_upload() {
    const LENGTH: u64 = 256 << 20;
    let (received, receive) = unbounded();
    // The server reads on only when the request is gone.
    let (head_read, despawned) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (reached, go_on) = (head_read.clone(), despawned.clone());
    let server = Server::raw(move |connection| {
        let (_, length) = read_head(connection).expect("a request");
        reached.wait();
        go_on.wait();
        let _ = received.send((length, discard(connection, length)));
    });
    let mut stage = Stage::new();
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip");
    File::create(&path).and_then(|file| file.set_len(LENGTH)).expect("a file without blocks");
    let request = stage.spawn(UploadFile::path(&path, Upload::new(server.url.clone()).raw()));
    stage.app.update();
    head_read.wait();
    stage.app.world_mut().despawn(request);
    despawned.wait();
    let (length, read) = receive.recv().expect("the end of the connection");
    assert_eq!(length, LENGTH);
    assert!(read < LENGTH, "the client stopped");
    stage.app.update();
    assert_eq!(stage.ends(), 0);
}

#[test]
fn the_memory_of_an_upload_does_not_grow_with_the_file() {
    const LENGTH: u64 = 1 << 30;
    let server = Server::raw(|connection| {
        let (_, length) = read_head(connection).expect("a request");
        let read = discard(connection, length);
        let _ = connection.write_all(answer("200 OK", "", &read.to_string()).as_bytes());
    });
    let mut stage = Stage::new();
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mp4");
    File::create(&path).and_then(|file| file.set_len(LENGTH)).expect("a file without blocks");
    let region = Region::new(ALLOCATOR);
    let request = stage.spawn(UploadFile::path(&path, Upload::new(server.url.clone()).raw()));
    let end = stage.end(request);
    assert!(matches!(&end, End::Uploaded(200, body) if *body == LENGTH.to_string().into_bytes()), "{end:?}");
    // All bytes that were ever allocated meanwhile, those of other tests and of the app's frames included.
    let allocated = region.change().bytes_allocated;
    assert!(allocated < (LENGTH / 8) as usize, "{allocated} bytes for {LENGTH}");
    let progress = stage.progress(request);
    assert!((50..=102).contains(&progress.len()) && progress.is_sorted(), "{} reports", progress.len());
}
