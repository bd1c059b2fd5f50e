//! The people in the tracks of the test.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use serde::Serialize;

use crate::{
    command::Named,
    report::{Failure, Report},
};

/// A record of the people in a track.
#[derive(Serialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
pub struct People {
    /// The failures of segmentations and trackings.
    failed: Vec<Failure>,
    /// Whether models are being fetched, and the bytes that have come, and all, at each change.
    loading: bool,
    downloads: Vec<(u64, u64)>,
    /// The number of masks, the part that people cover in the newest, and the seconds that all took together.
    masks: u32,
    coverage: f32,
    segment_seconds: f64,
    /// The number of searches for faces, the number of landmarks of each face in the newest, and the seconds that all
    /// took together.
    searches: u32,
    landmarks: Vec<usize>,
    search_seconds: f64,
    /// The number of faces that have an entity, and of those that were found and lost.
    entities: u32,
    found: u32,
    lost: u32,
}

/// Tracks the faces of a track, with an entity for each.
pub fn find_faces(commands: &mut Commands, track: Entity) {
    commands.entity(track).insert(FaceTracking::new());
}

/// Ends a segmentation and a tracking. Effects begin others.
pub fn find_again(commands: &mut Commands, track: Entity) {
    commands.entity(track).remove::<(PersonSegmentation, FaceTracking)>();
}

pub fn plugin(app: &mut App) {
    app.add_observer(
        |failed: On<PersonSegmentationFailed>, named: Res<Named>, mut report: ResMut<Report>| {
            with(&named, &mut report, failed.entity, |people| {
                people.failed.push(Failure::from(&failed.error))
            });
        },
    )
    .add_observer(|failed: On<FaceTrackingFailed>, named: Res<Named>, mut report: ResMut<Report>| {
        with(&named, &mut report, failed.entity, |people| people.failed.push(Failure::from(&failed.error)));
    })
    .add_observer(
        |found: On<FaceFound>, faces: Query<&Face>, named: Res<Named>, mut report: ResMut<Report>| {
            let Ok(face) = faces.get(found.entity) else { return };
            with(&named, &mut report, face.tracker, |people| people.found += 1);
        },
    )
    .add_observer(
        |lost: On<FaceLost>, faces: Query<&Face>, named: Res<Named>, mut report: ResMut<Report>| {
            let Ok(face) = faces.get(lost.entity) else { return };
            with(&named, &mut report, face.tracker, |people| people.lost += 1);
        },
    );
}

/// Changes the record of a track.
fn with(named: &Named, report: &mut Report, track: Entity, change: impl FnOnce(&mut People)) {
    if let Some((name, _)) = named.iter().find(|(_, entity)| *entity == track) {
        change(report.people.entry(name.to_owned()).or_default());
    }
}

/// Looks at the people of all tracks.
pub fn look(
    mut report: ResMut<Report>,
    named: Res<Named>,
    tracks: Query<(Option<Ref<ModelDownload>>, Option<Ref<PersonMask>>, Option<Ref<FaceDetections>>)>,
    faces: Query<&Face>,
) {
    for (name, entity) in named.iter() {
        let Ok((download, mask, detections)) = tracks.get(entity) else { continue };
        if download.is_none() && mask.is_none() && detections.is_none() {
            continue;
        }
        let people = report.people.entry(name.to_owned()).or_default();
        people.loading = download.is_some();
        if let Some(download) = download.filter(|download| download.is_changed()) {
            people.downloads.push((download.received, download.total));
        }
        if let Some(mask) = mask.filter(|mask| mask.is_changed() && mask.captured.is_some()) {
            people.masks += 1;
            people.coverage = mask.coverage;
            people.segment_seconds += mask.segment_time.as_secs_f64();
        }
        if let Some(detections) = detections.filter(|detections| detections.is_changed()) {
            people.landmarks = detections.faces.iter().map(|face| face.landmarks.len()).collect();
            if detections.captured.is_some() {
                people.searches += 1;
                people.search_seconds += detections.search_time.as_secs_f64();
            }
        }
        people.entities = faces.iter().filter(|face| face.tracker == entity).count() as u32;
    }
}
