//! What the renderer reports to the main world.

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender};

use super::effects::RenderEffect;
use crate::{effect::EffectFailed, error::MediaError, track::FrameCorrupted};

/// What the renderer has to say to the main world.
#[derive(Debug)]
pub(super) enum Report {
    /// An effect can't be drawn.
    EffectFailed(EffectFailed),
    /// The image of an [`EffectInput`](crate::image_input::EffectInput) can't be drawn. (Corrupt frames of a track are
    /// reported by its capture.)
    ImageUnusable(Entity, MediaError),
}

/// The renderer's end of the way back to the main world.
#[derive(Resource, Clone, Debug)]
pub(super) struct Reports(pub Sender<Report>);

impl Reports {
    /// This effect of this track can't be drawn.
    pub fn effect_failed(&self, entity: Entity, effect: &RenderEffect, cause: &MediaError) {
        let failed = EffectFailed::new(entity, effect.info.name, cause);
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
pub(super) fn hear_reports(mut commands: Commands, reports: Res<HeardReports>) {
    for report in reports.0.try_iter() {
        match report {
            Report::EffectFailed(failed) => commands.queue(move |world: &mut World| {
                if world.get_entity(failed.entity).is_ok() {
                    world.trigger(failed);
                }
            }),
            Report::ImageUnusable(entity, error) => commands.trigger(FrameCorrupted { entity, error }),
        }
    }
}
