//! The tracking of faces from its beginning to its end, and the entities of faces.

use std::{sync::Arc, time::Duration};

use bevy::{platform::time::Instant, prelude::*};

use super::{
    Face, FaceBlur, FaceDetection, FaceDetections, FaceExpressions, FaceFound, FaceLost, FacePose,
    FaceTracking, FaceTrackingFailed,
    search::{Models, Plan, Search},
};
use crate::{
    constraint::VideoSettings,
    effect::EffectStack,
    error::{ErrorName, MediaError},
    image_input::{EffectInput, HasFrames},
    intrinsics::{CameraIntrinsics, Lens},
    models::{FindModels, ModelKind},
    render::Fit,
    systems::ViewfinderSystems,
    tap::{
        PixelTap, TapFrames,
        hold::{self, has_time},
        lateness::Lateness,
        owner::{self, FitTaps, TapOwner, has_ended, no_frames, spawn_tap},
        receive_frames,
        work::Work,
    },
    track::{ReleasedFrames, TrackState, VideoTrack},
};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(owner::plugin::<FaceTracking, Searching>)
        .add_observer(forget)
        .add_observer(forget_failed)
        .add_systems(
            PreUpdate,
            receive
                .after(receive_frames)
                .in_set(ViewfinderSystems::Receive)
                .run_if(any_with_component::<Searching>),
        )
        .add_systems(
            PostUpdate,
            (begin, cut, fit_taps, plan, start, hold_frames, lose)
                .chain()
                .in_set(ViewfinderSystems::Request)
                .in_set(Searches)
                .run_if(any_with_component::<FaceTracking>.or_else(any_with_component::<Face>)),
        );
}

/// The systems that begin searches.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Searches;

/// The time that a face which is out of view is kept, when no more frames come that tell that it is gone.
const PATIENCE: Duration = Duration::from_millis(500);

/// The search of a [`FaceTracking`], on its entity.
#[derive(Component, Debug)]
pub(super) struct Searching {
    tap: Entity,
    plan: Arc<Plan>,
    work: Work<Search>,
    /// The fault that was reported last.
    fault: Option<MediaError>,
    /// The time at which the image was replaced. Frames from before don't count.
    replaced: Option<Instant>,
    lateness: Lateness,
    /// The size of the track's frames.
    size: Option<UVec2>,
}

impl TapOwner for Searching {
    fn tap(&self) -> Entity {
        self.tap
    }
}

impl Searching {
    fn new(tap: Entity) -> Self {
        Self {
            tap,
            plan: Arc::default(),
            work: Work::default(),
            fault: None,
            replaced: None,
            lateness: Lateness::default(),
            size: None,
        }
    }

    /// Whether the frames that are shown may be newer than what is known of them: a frame has waited for long.
    pub fn is_late(&self) -> bool {
        self.lateness.is_late()
    }
}

/// Begins new searches, and reports those without frames.
fn begin(
    mut commands: Commands,
    new: Query<Entity, (With<FaceTracking>, Without<Searching>, HasFrames)>,
    changed: Query<Entity, Changed<FaceTracking>>,
    frames: Query<(), HasFrames>,
) {
    for entity in changed.iter().filter(|entity| !frames.contains(*entity)) {
        let error = no_frames("faces", "FaceTracking");
        commands.trigger(FaceTrackingFailed { entity, error });
    }
    for entity in &new {
        let tap = PixelTap::rgba(entity).effects(false).fit(Fit::Stretch);
        let failed = |entity, error| FaceTrackingFailed { entity, error };
        spawn_tap(&mut commands, entity, "frames of a tracking of faces", tap, Searching::new, failed);
    }
}

/// Forgets the faces of a tracking that is removed.
fn forget(removed: On<Remove, FaceTracking>, mut commands: Commands) {
    if let Ok(mut entity) = commands.get_entity(removed.entity) {
        entity.try_remove::<FaceDetections>();
    }
}

/// Forgets the faces of a tracking that fails, so that nothing is taken for searched. One without poses goes on.
fn forget_failed(failed: On<FaceTrackingFailed>, mut searches: Query<&mut FaceDetections>) {
    if failed.error.name != ErrorName::Type
        && let Ok(mut detections) = searches.get_mut(failed.entity)
    {
        *detections = FaceDetections::default();
    }
}

/// Forgets the faces of an image that is replaced by another one, and of frames of another size.
fn cut(
    mut searches: Query<(
        &mut Searching,
        &mut FaceDetections,
        Option<Ref<EffectInput>>,
        Option<&VideoSettings>,
    )>,
) {
    for (mut searching, mut detections, input, settings) in &mut searches {
        let size = settings.map(|settings| settings.size);
        let searching = searching.bypass_change_detection();
        let is_other_size = searching.size != size;
        searching.size = size;
        let is_other_image = input.is_some_and(|input| input.is_changed());
        if is_other_image {
            searching.replaced = Some(Instant::now());
        }
        if is_other_image || is_other_size {
            detections.set_if_neq(FaceDetections::default());
        }
    }
}

/// Scales the frames down that are larger than the tracking searches.
fn fit_taps(searches: Query<(Entity, &FaceTracking, &Searching)>, mut taps: FitTaps) {
    for (entity, tracking, searching) in &searches {
        taps.fit(entity, searching.tap, tracking.max_size);
    }
}

/// Brings the plans of searches up to date.
fn plan(
    mut searches: Query<(
        &FaceTracking,
        &mut Searching,
        Option<&CameraIntrinsics>,
        Option<&VideoSettings>,
        Option<&EffectStack>,
    )>,
) {
    for (tracking, mut searching, intrinsics, settings, stack) in &mut searches {
        let plan = Plan {
            lens: Lens::new(intrinsics.copied().unwrap_or_default(), settings),
            max_faces: tracking.max_faces,
            filter: tracking.filter,
            // A face that comes into view is hidden in its first frame.
            searches_always: stack.is_some_and(|stack| stack.get::<FaceBlur>().is_some()),
        };
        if plan != *searching.plan {
            let plan = Arc::new(plan);
            searching.work.set_settings(&plan);
            searching.plan = plan;
        }
    }
}

/// Starts the searches whose models are there.
fn start(
    mut commands: Commands,
    mut searches: Query<(Entity, Ref<FaceTracking>, &mut Searching)>,
    mut models: FindModels,
    taps: Query<&TapFrames>,
) {
    for (entity, tracking, mut searching) in &mut searches {
        if tracking.is_changed() {
            searching.bypass_change_detection().work.retry();
        }
        if !searching.work.is_waiting() {
            continue;
        }
        let Ok(frames) = taps.get(searching.tap) else { continue };
        let Some(models) = find(&mut models, entity).transpose() else { continue };
        let plan = searching.plan.clone();
        let make = |models: Models, plan: &Arc<Plan>| Search::new(&models, plan);
        if let Err(error) = searching.work.start(frames, plan, models, make) {
            commands.trigger(FaceTrackingFailed { entity, error });
        }
    }
}

/// The models. `None` while one is being fetched.
fn find(models: &mut FindModels, entity: Entity) -> Result<Option<Models>, MediaError> {
    // Both are fetched at the same time.
    let detection = models.find(entity, ModelKind::FaceDetection)?;
    let landmarks = models.find(entity, ModelKind::FaceLandmarks)?;
    Ok(detection.zip(landmarks).map(|(detection, landmarks)| Models { detection, landmarks }))
}

/// Holds the frames of tracks back until they were searched, if their trackings ask for it.
fn hold_frames(
    mut commands: Commands,
    searches: Query<(Entity, &FaceTracking, &Searching), Or<(Changed<FaceTracking>, Changed<Searching>)>>,
) {
    for (entity, tracking, searching) in &searches {
        let holds = tracking.hold_frames && searching.work.is_running() && has_time(tracking.budget);
        hold::hold_frames(&mut commands, searching.tap, entity, holds);
    }
}

/// Receives the faces of the newest frames.
fn receive(
    mut commands: Commands,
    mut searches: Query<(
        Entity,
        &FaceTracking,
        &mut Searching,
        &mut FaceDetections,
        Option<&VideoTrack>,
        Option<&TrackState>,
    )>,
    taps: Query<&TapFrames>,
    mut released: Query<&mut ReleasedFrames>,
    mut faces: Query<(Entity, &Face, &mut FacePose, &mut FaceExpressions)>,
) {
    for (entity, tracking, mut searching, mut detections, track, state) in &mut searches {
        let unchanged = searching.bypass_change_detection();
        let Work::Running(worker) = &mut unchanged.work else { continue };
        worker.poll(tracking.budget);
        let observation = worker.take();
        let frames = taps.get(unchanged.tap).ok();
        unchanged.lateness.update(observation.is_some(), frames, detections.captured);
        let failure = match observation {
            None => {
                if drop_old(&mut detections) {
                    show(&mut commands, entity, tracking, &detections, &mut faces);
                }
                continue;
            }
            Some(Err(error)) => error,
            Some(Ok(observation)) => {
                if let Ok(mut released) = released.get_mut(unchanged.tap) {
                    released.0 = Some(observation.captured);
                }
                if has_ended(track, state)
                    || unchanged.replaced.is_some_and(|replaced| observation.captured < replaced)
                {
                    continue;
                }
                if unchanged.fault != observation.fault {
                    unchanged.fault = observation.fault.clone();
                    if let Some(error) = observation.fault {
                        commands.trigger(FaceTrackingFailed { entity, error });
                    }
                }
                match observation.detections {
                    Ok(next) => {
                        *detections = next;
                        // A frame that waited for its search may have a face that was dropped meanwhile.
                        drop_old(&mut detections);
                        show(&mut commands, entity, tracking, &detections, &mut faces);
                        continue;
                    }
                    Err(error) => error,
                }
            }
        };
        searching.work = Work::Failed;
        commands.trigger(FaceTrackingFailed { entity, error: failure });
    }
}

/// Drops faces that are out of view for too long by now, also if no other frame comes. Returns whether there were any.
fn drop_old(detections: &mut Mut<FaceDetections>) -> bool {
    let Some(searched) = detections.captured else { return false };
    let is_old = |face: &FaceDetection| face.captured < searched && face.captured.elapsed() > PATIENCE;
    let any = detections.faces.iter().any(is_old);
    if any {
        detections.faces.retain(|face| !is_old(face));
    }
    any
}

/// Spawns, moves and despawns the entities of faces.
fn show(
    commands: &mut Commands,
    tracker: Entity,
    tracking: &FaceTracking,
    detections: &FaceDetections,
    faces: &mut Query<(Entity, &Face, &mut FacePose, &mut FaceExpressions)>,
) {
    if !tracking.spawn_faces {
        return;
    }
    let mut known = Vec::new();
    for (entity, face, mut pose, mut expressions) in faces.iter_mut() {
        if face.tracker != tracker {
            continue;
        }
        let Some(detection) = detections.faces.iter().find(|detection| detection.id == face.id) else {
            remove(commands, entity);
            continue;
        };
        known.push(face.id);
        if let Some(seen) = detection.pose {
            pose.set_if_neq(FacePose { pose: seen, captured: detection.captured });
        }
        expressions.set_if_neq(detection.expressions);
    }
    for detection in detections.faces.iter().filter(|detection| !known.contains(&detection.id)) {
        let Some(pose) = detection.pose else { continue };
        let entity = commands
            .spawn((
                Face { tracker, id: detection.id },
                FacePose { pose, captured: detection.captured },
                detection.expressions,
            ))
            .id();
        commands.trigger(FaceFound { entity });
    }
}

fn remove(commands: &mut Commands, entity: Entity) {
    commands.trigger(FaceLost { entity });
    commands.entity(entity).try_despawn();
}

/// Removes the faces whose tracking or track is gone, and forgets those of tracks that have ended.
fn lose(
    mut commands: Commands,
    faces: Query<(Entity, &Face)>,
    mut trackers: Query<
        (&FaceTracking, &Searching, &mut FaceDetections, Option<&VideoTrack>, Option<&TrackState>),
        HasFrames,
    >,
) {
    for (_, _, mut detections, track, state) in &mut trackers {
        if has_ended(track, state) {
            detections.set_if_neq(FaceDetections::default());
        }
    }
    for (entity, face) in &faces {
        let is_tracked = trackers.get(face.tracker).is_ok_and(|(tracking, searching, _, track, state)| {
            tracking.spawn_faces && searching.work.is_running() && !has_ended(track, state)
        });
        if !is_tracked {
            remove(&mut commands, entity);
        }
    }
}

#[cfg(test)]
mod tests {
    use bevy::{ecs::system::RunSystemOnce, math::Isometry3d};

    use super::*;

    #[derive(Resource, Default)]
    struct Diary(Vec<(&'static str, Entity)>);

    fn detection(id: u64) -> FaceDetection {
        FaceDetection {
            id,
            bounds: Rect::new(0.2, 0.2, 0.4, 0.4),
            landmarks: Arc::default(),
            surface: Arc::default(),
            expressions: FaceExpressions::default(),
            pose: Some(Isometry3d::from_xyz(0.0, 0.0, -0.6)),
            captured: Instant::now(),
        }
    }

    /// Shows faces with these ids, and returns those that have an entity.
    fn shown(world: &mut World, tracking: FaceTracking, tracker: Entity, ids: &[u64]) -> Vec<u64> {
        let faces = ids.iter().map(|id| detection(*id)).collect();
        let detections = FaceDetections { faces, captured: Some(Instant::now()), ..default() };
        world
            .run_system_once(
                move |mut commands: Commands, mut faces: Query<(Entity, &Face, &mut FacePose, &mut FaceExpressions)>| {
                    show(&mut commands, tracker, &tracking, &detections, &mut faces);
                },
            )
            .expect("a system");
        let mut ids: Vec<u64> = world.query::<&Face>().iter(world).map(|face| face.id).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn faces_have_entities_from_found_to_lost() {
        let mut world = World::new();
        world.init_resource::<Diary>();
        world.add_observer(|found: On<FaceFound>, mut diary: ResMut<Diary>, faces: Query<&Face>| {
            assert!(faces.contains(found.entity));
            diary.0.push(("found", found.entity));
        });
        world.add_observer(|lost: On<FaceLost>, mut diary: ResMut<Diary>, faces: Query<&Face>| {
            assert!(faces.contains(lost.entity));
            diary.0.push(("lost", lost.entity));
        });
        let tracker = world.spawn_empty().id();
        let tracking = FaceTracking::new();
        assert_eq!(shown(&mut world, tracking, tracker, &[3, 5]), [3, 5]);
        let [("found", three), ("found", five)] = world.resource::<Diary>().0[..] else { panic!() };
        assert_eq!(shown(&mut world, tracking, tracker, &[5, 6]), [5, 6]);
        let [_, _, ("lost", lost), ("found", six)] = world.resource::<Diary>().0[..] else { panic!() };
        assert!(lost == three && six != five);
        let other = world.spawn_empty().id();
        assert_eq!(shown(&mut world, tracking.spawn_faces(false), other, &[7]), [5, 6]);
        assert_eq!(shown(&mut world, tracking, other, &[5]), [5, 5, 6], "each tracking has its own faces");
    }

    #[test]
    fn a_face_that_is_missing_in_the_last_frame_goes_without_another_frame() {
        let mut world = World::new();
        let now = Instant::now();
        let Some(before) = now.checked_sub(Duration::from_secs(1)) else { return };
        let faces = vec![FaceDetection { captured: before, ..detection(1) }, detection(2)];
        let entity = world.spawn(FaceDetections { faces, captured: Some(now), ..default() }).id();
        let mut entity = world.entity_mut(entity);
        assert!(drop_old(&mut entity.get_mut::<FaceDetections>().expect("it was spawned")));
        assert!(!drop_old(&mut entity.get_mut::<FaceDetections>().expect("it was spawned")));
        let left = &entity.get::<FaceDetections>().expect("it was spawned").faces;
        assert_eq!(left.iter().map(|face| face.id).collect::<Vec<_>>(), [2]);
    }
}
