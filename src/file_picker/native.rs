//! Files dropped onto a window.

use std::path::Path;

use bevy::{prelude::*, window::FileDragAndDrop};

use super::{AcceptDrops, FileKind, PickFile, PickedFile, answer};
use crate::{
    error::MediaError,
    media_type,
    source::{FileSource, TrackSource},
    systems::ViewfinderSystems,
};

pub(super) fn plugin(app: &mut App) {
    app.add_message::<FileDragAndDrop>().add_systems(
        PreUpdate,
        (
            reject_dialogs.run_if(any_with_component::<PickFile>),
            accept_drops.run_if(on_message::<FileDragAndDrop>),
        )
            .in_set(ViewfinderSystems::Receive),
    );
}

/// Answers requests for a dialog, which there is none of.
fn reject_dialogs(mut commands: Commands, requests: Query<Entity, Added<PickFile>>) {
    for entity in &requests {
        let error = MediaError::not_supported(
            "there is no file dialog on this platform; drop a file onto the window, or use a FileSource of its path",
        );
        answer(&mut commands, entity, Some(Err(error)));
        commands.entity(entity).try_despawn();
    }
}

/// Reports to each target the first of the dropped files that it accepts.
fn accept_drops(
    mut commands: Commands,
    mut drops: MessageReader<FileDragAndDrop>,
    targets: Query<(Entity, &AcceptDrops)>,
) {
    let dropped: Vec<&Path> = drops
        .read()
        .filter_map(|drop| match drop {
            FileDragAndDrop::DroppedFile { path_buf, .. } => Some(&**path_buf),
            _ => None,
        })
        .collect();
    let Some(first) = dropped.first() else { return };
    for (entity, AcceptDrops { kind }) in &targets {
        let accepted = dropped.iter().find_map(|path| pick(path, *kind));
        let rejection = || kind.rejection(&name(first));
        answer(&mut commands, entity, Some(accepted.ok_or_else(rejection)));
    }
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string())
}

/// The file, if its extension is accepted. The source checks its content.
fn pick(path: &Path, kind: FileKind) -> Option<PickedFile> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let video = || match &*extension.to_ascii_lowercase() {
        "y4m" => Some("video/x-yuv4mpeg"),
        "avi" => Some("video/x-msvideo"),
        "mjpeg" | "mjpg" => Some("video/x-motion-jpeg"),
        _ => None,
    };
    let media_type = media_type::image(path).or_else(video)?;
    kind.matches(media_type).then(|| PickedFile {
        name: name(path),
        media_type: media_type.into(),
        source: TrackSource::new(FileSource::new(path)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_the_kind_of_a_file() {
        let kind = |path: &str, kind| pick(Path::new(path), kind).map(|file| file.media_type);
        assert_eq!(kind("a/me.JPG", FileKind::Image).as_deref(), Some("image/jpeg"));
        assert_eq!(kind("a/me.jfif", FileKind::Image).as_deref(), Some("image/jpeg"));
        assert_eq!(kind("a/me.y4m", FileKind::Any).as_deref(), Some("video/x-yuv4mpeg"));
        assert_eq!(kind("a/me.y4m", FileKind::Image), None);
        assert_eq!(kind("a/me.txt", FileKind::Any), None);
    }
}
