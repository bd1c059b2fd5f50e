//! What the renderer reports to the main world.

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender};

use super::effects::RenderEffect;
use crate::{effect::EffectFailed, error::MediaError, track::FrameBroken};

/// The system set in which the renderer's reports are heard.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReportsHeard;

/// What the renderer has to say to the main world.
#[derive(Debug)]
pub(super) enum Report {
    /// A photo, or why there is none.
    Photo(PhotoAnswer),
    /// An effect can't be drawn.
    EffectFailed(EffectFailed),
    /// A frame can't be put on the GPU.
    FrameBroken(Entity, MediaError),
}

/// What the renderer answers.
#[derive(Debug, Message)]
pub(crate) struct PhotoAnswer {
    pub request: Entity,
    /// Size, and rows of R, G, B, A bytes.
    pub result: Result<(UVec2, Vec<u8>), MediaError>,
}

/// The renderer's end of the way back to the main world.
#[derive(Resource, Clone, Debug)]
pub(super) struct Reports(pub Sender<Report>);

impl Reports {
    /// This effect of this track can't be drawn.
    pub fn effect_failed(&self, entity: Entity, effect: &RenderEffect, cause: &MediaError) {
        let failed = EffectFailed::new(entity, effect.info.name.clone(), cause);
        let _ = self.0.send(Report::EffectFailed(failed));
    }
}

/// The main world's end.
#[derive(Resource, Debug)]
pub(super) struct HeardReports(pub Receiver<Report>);

/// Whether the renderer has anything to report. An idle plugin costs the main thread no systems, only such questions.
pub(super) fn has_reports(reports: Res<HeardReports>) -> bool {
    !reports.0.is_empty()
}

/// Passes on what the renderer reports.
pub(super) fn hear_reports(
    mut commands: Commands,
    reports: Res<HeardReports>,
    mut answers: MessageWriter<PhotoAnswer>,
) {
    for report in reports.0.try_iter() {
        match report {
            Report::Photo(answer) => _ = answers.write(answer),
            Report::EffectFailed(failed) => commands.queue(move |world: &mut World| {
                if world.get_entity(failed.entity).is_ok() {
                    world.trigger(failed);
                }
            }),
            Report::FrameBroken(entity, error) => commands.trigger(FrameBroken { entity, error }),
        }
    }
}
