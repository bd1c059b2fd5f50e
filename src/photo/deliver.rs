//! Photos on their way: to a disk, a server, the clipboard or another app.
//!
//! A delivery runs elsewhere, and reports by answers: functions that trigger events on the entity of the request.

use std::sync::{Arc, Weak};

use bevy::{prelude::*, tasks::AsyncComputeTaskPool};
use crossbeam_channel::{Receiver, Sender, TryRecvError, unbounded};

use super::{Photo, PhotoFailed, PhotoOrigin, PhotoTaken};
use crate::{error::MediaError, systems::ViewfinderSystems};

/// Delivers a photo that was taken before, or that the app made: [`PhotoTaken`] is triggered on this entity, so that
/// its observers save, upload, share or copy the photo as they do one that was just taken. Then the entity is
/// despawned.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::DeliverPhoto, prelude::*};
///
/// #[derive(Resource)]
/// struct Strip(Photo);
///
/// fn keep(mut commands: Commands, strip: Res<Strip>) {
///     commands.spawn(DeliverPhoto(strip.0.clone())).observe(save_to_disk("strip.png"));
/// }
/// # use bevy_viewfinder::photo::Photo;
/// # bevy::ecs::system::assert_is_system(keep);
/// ```
#[derive(Component, Clone, Debug, Reflect)]
#[reflect(Component)]
pub struct DeliverPhoto(pub Photo);

/// A request that is despawned when no delivery is under way.
#[derive(Component, Debug)]
pub(super) struct HandedOver;

/// Triggers an event on the entity of a request.
type Answer = Box<dyn FnOnce(&mut Commands, Entity) + Send>;

/// Triggers the event of a failure.
pub(super) type Failed = fn(&mut Commands, Entity, MediaError);

struct Report {
    answer: Answer,
    is_last: bool,
}

/// Deliveries that are under way. The entity of the request lives until they are done.
#[derive(Component, Debug, Default)]
pub(super) struct Delivering(Vec<Delivery>);

#[derive(Debug)]
struct Delivery {
    reports: Receiver<Report>,
    failed: Failed,
    /// Dropped with the entity of the request.
    _wanted: Arc<()>,
}

/// The end of a delivery that reports to the app. When all clones are dropped without a last answer, the delivery has
/// failed.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    reports: Sender<Report>,
    wanted: Weak<()>,
    failed: Failed,
}

impl Reporter {
    /// Whether the entity of the request still exists.
    pub fn is_wanted(&self) -> bool {
        self.wanted.strong_count() > 0
    }

    /// Reports that the delivery goes on.
    #[cfg(any(test, feature = "upload"))]
    pub fn report(&self, answer: impl FnOnce(&mut Commands, Entity) + Send + 'static) {
        self.send(Box::new(answer), false);
    }

    /// Reports the end of the delivery.
    pub fn finish(self, answer: impl FnOnce(&mut Commands, Entity) + Send + 'static) {
        self.send(Box::new(answer), true);
    }

    /// Reports that the delivery failed.
    pub fn fail(self, error: MediaError) {
        let failed = self.failed;
        self.finish(move |commands, request| failed(commands, request, error));
    }

    fn send(&self, answer: Answer, is_last: bool) {
        // Without a receiver the app has despawned the request, and wants no answer.
        let _ = self.reports.send(Report { answer, is_last });
    }
}

/// Begins a delivery for a request.
pub(super) fn begin(commands: &mut Commands, request: Entity, failed: Failed) -> Reporter {
    let (sender, reports) = unbounded();
    let wanted = Arc::new(());
    let reporter = Reporter { reports: sender, wanted: Arc::downgrade(&wanted), failed };
    let delivery = Delivery { reports, failed, _wanted: wanted };
    commands.queue(move |world: &mut World| {
        // Another observer may have despawned the request.
        let Ok(mut request) = world.get_entity_mut(request) else { return };
        match request.get_mut::<Delivering>() {
            Some(mut delivering) => delivering.0.push(delivery),
            None => _ = request.insert(Delivering(vec![delivery])),
        }
    });
    reporter
}

/// Begins a delivery whose failure is a [`PhotoFailed`].
pub(super) fn begin_photo(commands: &mut Commands, request: Entity) -> Reporter {
    begin(commands, request, |commands, entity, error| commands.trigger(PhotoFailed { entity, error }))
}

/// Runs slow work for a photo on another thread.
pub(super) fn in_background(
    commands: &mut Commands,
    request: Entity,
    work: impl FnOnce(Reporter) + Send + 'static,
) {
    let reporter = begin_photo(commands, request);
    let task = AsyncComputeTaskPool::get().spawn(async move {
        if reporter.is_wanted() {
            work(reporter);
        }
    });
    task.detach();
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<DeliverPhoto>()
        .add_systems(
            PreUpdate,
            (
                despawn_handed_over.run_if(any_with_component::<HandedOver>),
                report.run_if(any_with_component::<Delivering>),
            )
                .chain()
                .in_set(ViewfinderSystems::Receive),
        )
        .add_systems(
            PostUpdate,
            hand_over.in_set(ViewfinderSystems::Request).run_if(any_match_filter::<Added<DeliverPhoto>>),
        );
}

/// Triggers the events that deliveries report.
fn report(mut commands: Commands, mut requests: Query<(Entity, &mut Delivering)>) {
    for (request, mut delivering) in &mut requests {
        delivering.0.retain_mut(|delivery| {
            loop {
                match delivery.reports.try_recv() {
                    Ok(Report { answer, is_last }) => {
                        answer(&mut commands, request);
                        if is_last {
                            return false;
                        }
                    }
                    Err(TryRecvError::Empty) => return true,
                    Err(TryRecvError::Disconnected) => {
                        let error = MediaError::unknown("the delivery stopped without an answer; try again");
                        (delivery.failed)(&mut commands, request, error);
                        return false;
                    }
                }
            }
        });
        if delivering.0.is_empty() {
            commands.entity(request).try_remove::<Delivering>();
        }
    }
}

/// Hands photos to the observers of their entities.
fn hand_over(mut commands: Commands, requests: Query<(Entity, &DeliverPhoto), Added<DeliverPhoto>>) {
    for (entity, DeliverPhoto(photo)) in &requests {
        commands.entity(entity).try_insert(HandedOver);
        commands.trigger(PhotoTaken {
            entity,
            track: entity,
            photo: photo.clone(),
            origin: PhotoOrigin::Frame,
            index: 0,
        });
    }
}

/// Despawns the entities whose deliveries are done.
fn despawn_handed_over(
    mut commands: Commands,
    requests: Query<Entity, (With<HandedOver>, Without<Delivering>)>,
) {
    for request in &requests {
        commands.entity(request).try_despawn();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[derive(Resource, Default)]
    struct Diary(Vec<String>);

    fn app() -> (App, Entity) {
        let mut app = App::new();
        app.add_plugins(plugin).init_resource::<Diary>();
        let request = app.world_mut().spawn_empty().id();
        app.world_mut().entity_mut(request).observe(|failed: On<PhotoFailed>, mut diary: ResMut<Diary>| {
            diary.0.push(failed.error.name.to_string());
        });
        (app, request)
    }

    fn begin_in(app: &mut App, request: Entity) -> Reporter {
        let reporter = begin_photo(&mut app.world_mut().commands(), request);
        app.world_mut().flush();
        reporter
    }

    fn note(text: &'static str) -> impl FnOnce(&mut Commands, Entity) + Send {
        move |commands, _| {
            commands.queue(move |world: &mut World| world.resource_mut::<Diary>().0.push(text.into()));
        }
    }

    #[test]
    fn several_deliveries_of_a_photo_each_report_in_order() {
        let (mut app, request) = app();
        let [one, two] = [begin_in(&mut app, request), begin_in(&mut app, request)];
        one.report(note("half"));
        one.report(note("more"));
        app.update();
        assert_eq!(app.world().resource::<Diary>().0, ["half", "more"]);
        one.finish(note("done"));
        two.fail(MediaError::operation("a test"));
        app.update();
        assert_eq!(app.world().resource::<Diary>().0[2..], ["done", ErrorName::Operation.as_str()]);
        assert!(!app.world().entity(request).contains::<Delivering>());
    }

    #[test]
    fn a_delivery_that_is_dropped_has_failed() {
        let (mut app, request) = app();
        drop(begin_in(&mut app, request));
        app.update();
        assert_eq!(app.world().resource::<Diary>().0, [ErrorName::Unknown.as_str()]);
    }

    #[test]
    fn a_delivery_is_wanted_until_its_request_is_despawned() {
        let (mut app, request) = app();
        let reporter = begin_in(&mut app, request);
        assert!(reporter.is_wanted());
        app.world_mut().despawn(request);
        assert!(!reporter.is_wanted());
        reporter.finish(note("too late"));
        assert!(!begin_in(&mut app, request).is_wanted(), "a request that is gone already");
        app.update();
        assert!(app.world().resource::<Diary>().0.is_empty());
    }

    #[test]
    fn a_photo_from_the_app_is_delivered_and_its_entity_goes() {
        let (mut app, _) = app();
        let photo = Photo::new(UVec2::ONE, [1, 2, 3, 4]);
        let request = app
            .world_mut()
            .spawn(DeliverPhoto(photo.clone()))
            .observe(move |taken: On<PhotoTaken>, mut diary: ResMut<Diary>| {
                assert_eq!(taken.photo, photo);
                diary.0.push("taken".into());
            })
            .id();
        app.update();
        assert_eq!(app.world().resource::<Diary>().0, ["taken"]);
        let reporter = begin_in(&mut app, request);
        app.update();
        assert!(app.world().get_entity(request).is_ok(), "it waits for the delivery");
        reporter.finish(note("done"));
        app.update();
        app.update();
        assert!(app.world().get_entity(request).is_err());
        assert_eq!(app.world().resource::<Diary>().0, ["taken", "done"]);
    }
}
