//! The desktop's file dialog.

use std::future::Future;

use bevy::{
    ecs::system::NonSendMarker,
    prelude::*,
    tasks::{IoTaskPool, Task, futures::check_ready},
};
use rfd::AsyncFileDialog;

use super::identify::identify;
use crate::{
    error::MediaError,
    file_picker::{FileKind, PickFile, PickedFile, answer},
    media_type,
    systems::ViewfinderSystems,
};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        report_picked.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Dialog>),
    )
    .add_systems(PostUpdate, open_dialogs.in_set(ViewfinderSystems::Request));
}

/// A dialog that is open. `None` if the user canceled.
#[derive(Component, Debug)]
struct Dialog(Task<Option<Result<PickedFile, MediaError>>>);

/// Opens dialogs on the main thread, which macOS demands. The answer is awaited on another.
fn open_dialogs(
    _: NonSendMarker,
    mut commands: Commands,
    requests: Query<(Entity, &PickFile), Added<PickFile>>,
) {
    for (entity, pick) in &requests {
        if let Err(error) = check_for_dialogs() {
            answer(&mut commands, entity, Some(Err(error)));
            commands.entity(entity).try_despawn();
            continue;
        }
        let (file, kind) = (open(pick.kind), pick.kind);
        let task = IoTaskPool::get().spawn(async move {
            let file = file.await?;
            Some(identify(file.path(), kind))
        });
        commands.entity(entity).try_insert(Dialog(task));
    }
}

fn open(kind: FileKind) -> impl Future<Output = Option<rfd::FileHandle>> {
    let (title, filter) = match kind {
        FileKind::Image => ("Choose an image", "Images"),
        FileKind::Video => ("Choose a video", "Videos"),
        FileKind::Any => ("Choose an image or a video", "Images and videos"),
    };
    // Some systems tell upper case from lower case.
    let lower = media_type::extensions(|media_type| kind.matches(media_type));
    let upper = lower.iter().map(|extension| extension.to_ascii_uppercase());
    let extensions: Vec<String> =
        lower.iter().map(|extension| (*extension).to_owned()).chain(upper).collect();
    AsyncFileDialog::new()
        .set_title(title)
        .add_filter(filter, &extensions)
        // The content decides, so a file may have any name.
        .add_filter("All files", &["*"])
        .pick_file()
}

/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this desktop can't show a dialog, which would
/// look like a canceled one.
#[cfg(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd"
))]
fn check_for_dialogs() -> Result<(), MediaError> {
    use std::{
        env::{split_paths, var_os},
        path::Path,
    };
    let has_bus = var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
        || var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    let has_zenity = || {
        var_os("PATH").is_some_and(|path| split_paths(&path).any(|folder| folder.join("zenity").is_file()))
    };
    if has_bus || has_zenity() {
        return Ok(());
    }
    Err(MediaError::not_supported(
        "this desktop has no file dialog: there is neither a session bus for xdg-desktop-portal nor zenity; install one of \
         them, drop a file onto the window, or use a FileSource of its path",
    ))
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd"
)))]
fn check_for_dialogs() -> Result<(), MediaError> {
    Ok(())
}

fn report_picked(mut commands: Commands, mut dialogs: Query<(Entity, &mut Dialog)>) {
    for (entity, mut dialog) in &mut dialogs {
        if let Some(picked) = check_ready(&mut dialog.0) {
            answer(&mut commands, entity, picked);
            commands.entity(entity).try_despawn();
        }
    }
}
