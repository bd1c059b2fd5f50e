//! Requests for the recordings that earlier pages left.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, unbounded};
#[cfg(not(target_family = "wasm"))]
use native as platform;
#[cfg(target_family = "wasm")]
use web as platform;

use super::InterruptedRecording;
use crate::{error::MediaError, systems::ViewfinderSystems};

/// The longest time for which a browser's database may stay silent.
const LONGEST_SEARCH: Duration = Duration::from_secs(30);

/// Requests the recordings that earlier pages of this origin left: those whose page was closed or killed while a
/// [`recoverable`](super::super::RecordingFile::recoverable) file was recorded.
///
/// Spawn it on an entity of its own. The answer, [`InterruptedRecordingsFound`] or
/// [`FindInterruptedRecordingsFailed`], is triggered on that entity, which is then despawned. A recording that is still
/// made, in this page or in another, isn't among them.
///
/// Natively there are none: the file of a killed process is where it was written.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
pub struct FindInterruptedRecordings;

/// The recordings that earlier pages left. Triggered on the entity with [`FindInterruptedRecordings`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct InterruptedRecordingsFound {
    /// The entity of the request.
    pub entity: Entity,
    /// The recordings, the oldest first.
    pub recordings: Vec<InterruptedRecording>,
}

/// The recordings that earlier pages left can't be listed. Triggered on the entity with
/// [`FindInterruptedRecordings`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FindInterruptedRecordingsFailed {
    /// The entity of the request.
    pub entity: Entity,
    /// `NotSupported` if the browser stores nothing for this page, as in some private windows, `Data` if the database
    /// isn't one of recordings, and `Operation` if it fails or gives no answer.
    pub error: MediaError,
}

/// The outcome of a search.
type Answer = Result<Vec<InterruptedRecording>, MediaError>;

/// A search that is under way.
#[derive(Component, Debug)]
struct Search {
    answers: Receiver<Answer>,
    since: Instant,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        answer.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Search>),
    )
    .add_systems(
        PostUpdate,
        begin.in_set(ViewfinderSystems::Request).run_if(any_with_component::<FindInterruptedRecordings>),
    );
}

fn begin(mut commands: Commands, requests: Query<Entity, Added<FindInterruptedRecordings>>) {
    for entity in &requests {
        let (sender, answers) = unbounded();
        platform::find(sender);
        commands.entity(entity).try_insert(Search { answers, since: Instant::now() });
    }
}

fn answer(mut commands: Commands, searches: Query<(Entity, &Search)>) {
    for (entity, search) in &searches {
        let answer = search.answers.try_recv().ok();
        match answer.or_else(|| (search.since.elapsed() > LONGEST_SEARCH).then(|| Err(silent()))) {
            None => continue,
            Some(Ok(recordings)) => commands.trigger(InterruptedRecordingsFound { entity, recordings }),
            Some(Err(error)) => commands.trigger(FindInterruptedRecordingsFailed { entity, error }),
        }
        commands.entity(entity).try_despawn();
    }
}

fn silent() -> MediaError {
    MediaError::operation(
        "the browser's storage gives no answer; close other tabs of this page, and reload it",
    )
}
