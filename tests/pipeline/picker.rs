//! Files that the user drops onto the window, or chooses in a dialog.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bevy::{prelude::*, window::FileDragAndDrop};
use bevy_viewfinder::{FilePickerPlugin, prelude::*};

use crate::stage::Stage;

/// The answers of requests: a file's name and type, `canceled`, or an error's name.
#[derive(Resource, Default)]
struct Answers(Vec<(Entity, String)>);

/// Records answers.
fn listen(app: &mut App) {
    app.init_resource::<Answers>()
        .add_observer(|picked: On<FilePicked>, mut answers: ResMut<Answers>| {
            answers.0.push((picked.entity, format!("{} {}", picked.file.name, picked.file.media_type)));
        })
        .add_observer(|canceled: On<FilePickCanceled>, mut answers: ResMut<Answers>| {
            answers.0.push((canceled.entity, "canceled".into()));
        })
        .add_observer(|failed: On<FilePickFailed>, mut answers: ResMut<Answers>| {
            answers.0.push((failed.entity, failed.error.name.to_string()));
        });
}

fn app() -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, FilePickerPlugin));
    listen(&mut app);
    app
}

fn drop_files(app: &mut App, paths: &[PathBuf]) {
    for path in paths {
        let path_buf = path.clone();
        app.world_mut().write_message(FileDragAndDrop::DroppedFile { window: Entity::PLACEHOLDER, path_buf });
    }
}

/// Updates until there are this many answers, and takes them.
fn answers(app: &mut App, count: usize) -> Vec<(Entity, String)> {
    let start = Instant::now();
    while app.world().resource::<Answers>().0.len() < count {
        assert!(start.elapsed() < Duration::from_secs(60), "no answer");
        std::thread::sleep(Duration::from_millis(5));
        app.update();
    }
    app.update();
    std::mem::take(&mut app.world_mut().resource_mut::<Answers>().0)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a folder to write to");
    path
}

/// A PNG of one color.
fn png(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let picture = image::RgbImage::from_pixel(8, 8, image::Rgb([200, 100, 50]));
    picture.save_with_format(&path, image::ImageFormat::Png).expect("a folder to write to");
    path
}

#[test]
fn each_target_gets_the_first_dropped_file_of_its_kind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut app = app();
    let any = app.world_mut().spawn(AcceptDrops::default()).id();
    let images = app.world_mut().spawn(AcceptDrops { kind: FileKind::Image }).id();
    let text = write(folder.path(), "notes.png", b"no picture");
    let film = write(folder.path(), "film.y4m", b"YUV4MPEG2 W2 H2\nFRAME\n......");
    // The content decides, and not the name.
    let photo = png(folder.path(), "photo.txt");
    drop_files(&mut app, &[folder.path().to_owned(), text.clone(), film, photo]);
    let mut answers_of = |count| {
        let mut answers = answers(&mut app, count);
        answers.sort_by_key(|(entity, _)| *entity != any);
        answers
    };
    assert_eq!(
        answers_of(2),
        [(any, "film.y4m video/x-yuv4mpeg".into()), (images, "photo.txt image/png".into())]
    );
    drop_files(&mut app, &[text]);
    let refused = answers(&mut app, 2);
    assert!(refused.iter().all(|(_, answer)| answer == "NotSupportedError"), "{refused:?}");
    drop_files(&mut app, &[folder.path().join("missing.png")]);
    let missing = answers(&mut app, 2);
    assert!(missing.iter().all(|(_, answer)| answer == "NotFoundError"), "{missing:?}");
}

#[test]
fn drops_are_answered_in_their_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut app = app();
    let target = app.world_mut().spawn(AcceptDrops::default()).id();
    let names: Vec<String> = (0..20).map(|index| format!("{index}.png")).collect();
    for name in &names {
        let path = png(folder.path(), name);
        drop_files(&mut app, &[path]);
        app.update();
    }
    let answers = answers(&mut app, names.len());
    let expected: Vec<_> = names.iter().map(|name| (target, format!("{name} image/png"))).collect();
    assert_eq!(answers, expected);
}

#[test]
fn a_dropped_file_becomes_a_track() {
    #[derive(Resource)]
    struct Track(Entity);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut stage = Stage::new();
    listen(&mut stage.app);
    stage.spawn(AcceptDrops::default());
    stage.app.add_observer(|picked: On<FilePicked>, mut commands: Commands| {
        let track = commands.spawn((VideoTrack, picked.file.source.clone())).id();
        commands.insert_resource(Track(track));
    });
    drop_files(&mut stage.app, &[png(folder.path(), "photo")]);
    answers(&mut stage.app, 1);
    let track = stage.app.world().resource::<Track>().0;
    stage.until_delivered(track, 1);
    assert_eq!(stage.shoot(TakePhoto(track)).pixel(3, 3), Some([200, 100, 50, 255]));
}

/// The dialog of `zenity`, which a script stands in for. A portal needs a desktop.
#[cfg(target_os = "linux")]
mod dialog {
    use std::{
        env,
        os::unix::fs::PermissionsExt,
        process::{Command, Stdio},
    };

    use super::*;

    /// The process that runs the test again has this variable.
    const IS_CHILD: &str = "VIEWFINDER_TEST_DIALOG";

    /// Requests a file in a process of its own, whose only program is this script, and returns the answer.
    fn answer(script: Option<&str>) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if let Some(script) = script {
            let zenity = write(folder.path(), "zenity", format!("#!/bin/sh\n{script}\n").as_bytes());
            std::fs::set_permissions(&zenity, PermissionsExt::from_mode(0o755)).expect("our own file");
        }
        let output = Command::new(env::current_exe().expect("the test"))
            .args(["--exact", "picker::dialog::an_answer_of_a_dialog_is_an_event", "--nocapture"])
            .env(IS_CHILD, "1")
            .env("PATH", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            // There is no desktop bus here, whose dialog would wait for a user.
            .env("DBUS_SESSION_BUS_ADDRESS", script.map_or("", |_| "unix:path=/no/such/bus"))
            .stdin(Stdio::null())
            .output()
            .expect("the test runs again");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
        text.lines().find_map(|line| line.split_once("answer: ")).expect("an answer").1.to_owned()
    }

    #[test]
    fn an_answer_of_a_dialog_is_an_event() {
        if env::var_os(IS_CHILD).is_some() {
            let mut app = app();
            let request = app.world_mut().spawn(PickFile::image()).id();
            let answers = answers(&mut app, 1);
            assert_eq!(answers[0].0, request);
            assert!(app.world().get_entity(request).is_err(), "an answered request is gone");
            println!("answer: {}", answers[0].1);
            return;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let photo = png(folder.path(), "a photo.dat");
        let asked = folder.path().join("asked");
        // Paths have no characters here that a shell would read.
        let choose = |path: &Path| format!("echo \"$@\" > '{}'\necho '{}'", asked.display(), path.display());
        assert_eq!(answer(Some(&choose(&photo))), "a photo.dat image/png");
        let asked = std::fs::read_to_string(&asked).expect("the arguments of zenity");
        assert!(
            asked.contains("--file-selection") && asked.contains("*.png") && asked.contains("*.JPG"),
            "{asked}"
        );
        assert!(!asked.contains("y4m"), "{asked}");
        let text = write(folder.path(), "notes.png", b"no picture");
        assert_eq!(answer(Some(&choose(&text))), "NotSupportedError");
        assert_eq!(answer(Some(&choose(&folder.path().join("gone.png")))), "NotFoundError");
        // A canceled dialog is no failure.
        assert_eq!(answer(Some("exit 1")), "canceled");
        assert_eq!(answer(None), "NotSupportedError", "neither a bus nor zenity");
    }
}
