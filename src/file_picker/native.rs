//! Files dropped onto a window.

use std::path::Path;

use bevy::{prelude::*, window::FileDragAndDrop};

use super::{AcceptDrops, FileKind, PickFile, PickedFile, answer};
use crate::{
    error::MediaError,
    media_type,
    source::{FileSource, TrackSource},
};

pub(super) fn plugin(app: &mut App) {
    app.add_message::<FileDragAndDrop>().add_systems(
        PreUpdate,
        (
            refuse_dialogs.run_if(any_with_component::<PickFile>),
            take_drops.run_if(on_message::<FileDragAndDrop>),
        ),
    );
}

fn refuse_dialogs(mut commands: Commands, asked: Query<Entity, Added<PickFile>>) {
    for entity in &asked {
        let error = MediaError::not_supported(
            "there is no file dialog here; drop a file onto the window, or make a FileSource of its path",
        );
        answer(&mut commands, entity, Err(error));
        commands.entity(entity).try_despawn();
    }
}

/// Gives each taker the first file of those dropped that it wants.
fn take_drops(
    mut commands: Commands,
    mut drops: MessageReader<FileDragAndDrop>,
    takers: Query<(Entity, &AcceptDrops)>,
) {
    let dropped: Vec<&Path> = drops
        .read()
        .filter_map(|drop| match drop {
            FileDragAndDrop::DroppedFile { path_buf, .. } => Some(&**path_buf),
            _ => None,
        })
        .collect();
    let Some(first) = dropped.first() else { return };
    for (entity, AcceptDrops { kind }) in &takers {
        let wanted = dropped.iter().find_map(|path| pick(path, *kind));
        let refusal = || kind.refusal(&name(first));
        answer(&mut commands, entity, wanted.ok_or_else(refusal));
    }
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string())
}

/// The file, if it is wanted. What kind it is, its name says; what it really is, the source finds out.
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
    fn a_name_says_what_kind_of_file_it_is() {
        let kind = |path: &str, kind| pick(Path::new(path), kind).map(|file| file.media_type);
        assert_eq!(kind("a/me.JPG", FileKind::Image).as_deref(), Some("image/jpeg"));
        assert_eq!(kind("a/me.jfif", FileKind::Image).as_deref(), Some("image/jpeg"));
        assert_eq!(kind("a/me.y4m", FileKind::Any).as_deref(), Some("video/x-yuv4mpeg"));
        assert_eq!(kind("a/me.y4m", FileKind::Image), None);
        assert_eq!(kind("a/me.txt", FileKind::Any), None);
    }
}
