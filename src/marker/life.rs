//! Trackers from their beginning to their end, and what they find.

use std::{mem, sync::Arc};

use bevy::prelude::*;
use viewfinder_fiducial::{FilterConfig, TrackerConfig};

use super::{
    Marker, MarkerBoard, MarkerDetections, MarkerFailed, MarkerFilter, MarkerFound, MarkerLost, MarkerPose,
    MarkerTracker,
    plan::{MarkerTarget, Plan, Target},
    search::{Observation, Search, Seen},
    tracker_of,
};
use crate::{
    constraint::VideoSettings,
    error::MediaError,
    image_input::HasFrames,
    intrinsics::{CameraIntrinsics, Lens},
    render::Fit,
    systems::ViewfinderSystems,
    tap::{
        PixelTap, TapFrames,
        hold::{self, has_time},
        owner::{self, FitTaps, TapOwner, has_ended, spawn_tap},
        work::Work,
    },
    track::{ReleasedFrames, TrackState, VideoTrack},
};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(owner::plugin::<MarkerTracker, Searching>)
        .add_observer(forget::<Marker>)
        .add_observer(forget::<MarkerBoard>)
        .add_systems(
            PreUpdate,
            receive.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Searching>),
        )
        .add_systems(
            PostUpdate,
            (begin, fit_taps, hold_frames, plan, lose)
                .chain()
                .in_set(ViewfinderSystems::Request)
                .run_if(any_with_component::<MarkerTracker>.or_else(any_with_component::<MarkerPose>)),
        );
}

/// The search of a [`MarkerTracker`], on its entity.
#[derive(Component, Debug)]
struct Searching {
    tap: Entity,
    plan: Arc<Plan>,
    work: Work<Search>,
    /// The fault that was reported last.
    fault: Option<MediaError>,
}

impl TapOwner for Searching {
    fn tap(&self) -> Entity {
        self.tap
    }
}

/// Begins the searches of new trackers.
fn begin(
    mut commands: Commands,
    trackers: Query<Entity, (With<MarkerTracker>, Without<Searching>, HasFrames)>,
    mut starting: Query<(Entity, &mut Searching)>,
    taps: Query<&TapFrames>,
) {
    for entity in &trackers {
        let tap = PixelTap::luma(entity).effects(false).fit(Fit::Stretch);
        let searching = |tap| Searching { tap, plan: Arc::default(), work: Work::default(), fault: None };
        let failed = |entity, error| MarkerFailed { entity, error };
        spawn_tap(&mut commands, entity, "frames of a marker tracker", tap, searching, failed);
    }
    for (entity, mut searching) in &mut starting {
        if searching.work.is_waiting()
            && let Ok(frames) = taps.get(searching.tap)
        {
            let plan = searching.plan.clone();
            let make = |(): (), plan: &Arc<Plan>| Ok(Search::new(plan.clone()));
            if let Err(error) = searching.work.start(frames, plan, Ok(()), make) {
                commands.trigger(MarkerFailed { entity, error });
            }
        }
    }
}

/// Removes the pose of what isn't searched for any more.
fn forget<T: Component>(removed: On<Remove, T>, mut commands: Commands) {
    if let Ok(mut target) = commands.get_entity(removed.entity) {
        target.try_remove::<MarkerPose>();
    }
}

/// Scales the frames down that are larger than the tracker searches.
fn fit_taps(trackers: Query<(Entity, &MarkerTracker, &Searching)>, mut taps: FitTaps) {
    for (entity, tracker, searching) in &trackers {
        taps.fit(entity, searching.tap, tracker.max_size);
    }
}

/// Holds the frames of tracks back until they were searched, if their trackers ask for it.
fn hold_frames(
    mut commands: Commands,
    trackers: Query<(Entity, &MarkerTracker, &Searching), Or<(Changed<MarkerTracker>, Changed<Searching>)>>,
) {
    for (entity, tracker, searching) in &trackers {
        let holds = tracker.hold_frames && searching.work.is_running() && has_time(tracker.budget);
        hold::hold_frames(&mut commands, searching.tap, entity, holds);
    }
}

/// Plans the searches anew when trackers, markers, boards or intrinsics have changed.
fn plan(
    mut trackers: Query<(Entity, &MarkerTracker, &CameraIntrinsics, Option<&VideoSettings>, &mut Searching)>,
    markers: Query<&Marker>,
    boards: Query<(Entity, &MarkerBoard)>,
    changed: Query<
        (),
        Or<(
            Changed<MarkerTracker>,
            Changed<Marker>,
            Changed<MarkerBoard>,
            Changed<CameraIntrinsics>,
            Changed<VideoSettings>,
        )>,
    >,
    mut removed: (RemovedComponents<Marker>, RemovedComponents<MarkerBoard>),
) {
    let any_changed = removed.0.read().count() + removed.1.read().count() > 0 || !changed.is_empty();
    for (entity, tracker, intrinsics, settings, mut searching) in &mut trackers {
        if !any_changed && !searching.is_added() {
            continue;
        }
        let mut plan = Plan {
            // Families stay in their places, so that poses are kept.
            families: searching.plan.families.clone(),
            other_size: tracker.spawn_size.filter(|size| size.is_finite() && *size > 0.0),
            lens: Lens::new(*intrinsics, settings),
            tracking: tracking(tracker.filter),
            ..Plan::default()
        };
        for family in &tracker.families {
            plan.family_index(family);
        }
        for marker in markers.iter().filter(|marker| marker.tracker == entity && marker.check().is_ok()) {
            let family = plan.family_index(&marker.family);
            let target = MarkerTarget { family, id: marker.id, size: marker.size };
            if !plan.markers.contains(&target) {
                plan.markers.push(target);
            }
        }
        for (board_entity, board) in boards.iter().filter(|(_, board)| board.tracker == entity) {
            let family = plan.family_index(&board.family);
            if let Ok(board) = board.prepare(family) {
                plan.boards.push((board_entity, board));
            }
        }
        if plan.families.is_empty() && plan.other_size.is_some() {
            plan.family_index(&Default::default());
        }
        if plan != *searching.plan {
            let plan = Arc::new(plan);
            searching.work.set_settings(&plan);
            searching.plan = plan;
        }
    }
}

fn tracking(filter: Option<MarkerFilter>) -> TrackerConfig {
    let mut tracking = TrackerConfig::default();
    tracking.filter = filter.map(|filter| FilterConfig {
        min_cutoff: f64::from(filter.min_cutoff),
        beta: f64::from(filter.beta),
        speed_cutoff: f64::from(filter.speed_cutoff),
    });
    tracking
}

/// Receives what the searches have found.
fn receive(
    mut commands: Commands,
    mut trackers: Query<(
        Entity,
        &MarkerTracker,
        &mut Searching,
        &mut MarkerDetections,
        Option<&VideoTrack>,
        Option<&TrackState>,
    )>,
    mut targets: Query<(
        Entity,
        AnyOf<(&Marker, &MarkerBoard)>,
        Option<&mut MarkerPose>,
        Option<&mut Visibility>,
    )>,
    mut released: Query<&mut ReleasedFrames>,
) {
    for (entity, tracker, mut searching, mut detections, track, state) in &mut trackers {
        let unchanged = searching.bypass_change_detection();
        let Work::Running(worker) = &mut unchanged.work else { continue };
        worker.poll(tracker.budget);
        let mut observation = match worker.take() {
            None => continue,
            Some(Ok(observation)) => observation,
            Some(Err(error)) => {
                searching.work = Work::Failed;
                commands.trigger(MarkerFailed { entity, error });
                continue;
            }
        };
        if let Ok(mut released) = released.get_mut(unchanged.tap) {
            released.0 = Some(observation.captured);
        }
        if has_ended(track, state) {
            continue;
        }
        if unchanged.fault != observation.fault {
            unchanged.fault = observation.fault.clone();
            if let Some(error) = observation.fault.take() {
                commands.trigger(MarkerFailed { entity, error });
            }
        }
        let mut named = vec![false; observation.visible.len()];
        for (target, kind, pose, visibility) in &mut targets {
            if tracker_of(kind) != Some(entity) {
                continue;
            }
            let seen =
                observation.visible.iter().position(|seen| is_of(seen, target, kind.0, &observation.plan));
            if let Some(index) = seen {
                named[index] = true;
            }
            let seen = seen.map(|index| observation.visible[index]);
            show(&mut commands, target, seen, &observation, pose, visibility);
        }
        for (seen, named) in observation.visible.iter().zip(named) {
            if let (Target::Marker(marker), false) = (seen.target, named)
                && tracker.spawn_size == Some(marker.size)
            {
                spawn(&mut commands, entity, marker, seen, &observation);
            }
        }
        *detections = mem::take(&mut observation.detections);
    }
}

/// Whether this is what was seen.
fn is_of(seen: &Seen, entity: Entity, marker: Option<&Marker>, plan: &Plan) -> bool {
    match seen.target {
        Target::Board(board) => board == entity,
        Target::Marker(target) => marker.is_some_and(|marker| {
            (marker.id, marker.size) == (target.id, target.size)
                && plan.families.get(target.family) == Some(&marker.family)
        }),
    }
}

/// Brings a marker or a board up to date with what was seen of it.
fn show(
    commands: &mut Commands,
    entity: Entity,
    seen: Option<Seen>,
    observation: &Observation,
    pose: Option<Mut<MarkerPose>>,
    visibility: Option<Mut<Visibility>>,
) {
    match (seen, pose) {
        (Some(seen), Some(mut pose)) => {
            if seen.is_in_frame {
                *pose = marker_pose(&seen, observation);
            }
        }
        (Some(seen), None) => {
            if let Some(mut visibility) = visibility {
                visibility.set_if_neq(Visibility::Inherited);
            }
            commands.entity(entity).try_insert(marker_pose(&seen, observation));
            commands.trigger(MarkerFound { entity });
        }
        (None, Some(_)) => hide(commands, entity, visibility),
        (None, None) => {}
    }
}

fn hide(commands: &mut Commands, entity: Entity, visibility: Option<Mut<Visibility>>) {
    if let Some(mut visibility) = visibility {
        visibility.set_if_neq(Visibility::Hidden);
    }
    commands.entity(entity).try_remove::<MarkerPose>();
    commands.trigger(MarkerLost { entity });
}

fn marker_pose(seen: &Seen, observation: &Observation) -> MarkerPose {
    MarkerPose { pose: seen.pose, measured: seen.measured, captured: observation.captured }
}

/// Spawns the entity of a marker that no entity asked for.
fn spawn(
    commands: &mut Commands,
    tracker: Entity,
    marker: MarkerTarget,
    seen: &Seen,
    observation: &Observation,
) {
    let Some(family) = observation.plan.families.get(marker.family) else { return };
    let bundle = (
        Marker { tracker, family: family.clone(), id: marker.id, size: marker.size },
        marker_pose(seen, observation),
        Visibility::Inherited,
    );
    let entity = commands.spawn(bundle).id();
    commands.trigger(MarkerFound { entity });
}

/// Hides the markers whose tracker, track or worker is gone.
fn lose(
    mut commands: Commands,
    mut visible: Query<(Entity, AnyOf<(&Marker, &MarkerBoard)>, Option<&mut Visibility>), With<MarkerPose>>,
    trackers: Query<(&Searching, Option<&VideoTrack>, Option<&TrackState>), (With<MarkerTracker>, HasFrames)>,
) {
    for (entity, kind, visibility) in &mut visible {
        let tracker = tracker_of(kind).and_then(|tracker| trackers.get(tracker).ok());
        let is_tracked = tracker
            .is_some_and(|(searching, track, state)| searching.work.is_running() && !has_ended(track, state));
        if !is_tracked {
            hide(&mut commands, entity, visibility);
        }
    }
}
