//! Reports from the renderer to the main world.

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender};

use super::effects::RenderEffect;
use crate::{effect::EffectFailed, error::MediaError, track::FrameCorrupted};

/// A report from the renderer to the main world.
#[derive(Debug)]
pub(super) enum Report {
    /// An effect can't be drawn.
    EffectFailed(EffectFailed),
    /// The image of an [`EffectInput`](crate::image_input::EffectInput) can't be drawn. (Corrupt frames of a track are
    /// reported by its capture.)
    ImageUnusable(Entity, MediaError),
}

/// Sends reports to the main world.
#[derive(Resource, Clone, Debug)]
pub(super) struct Reports(pub Sender<Report>);

impl Reports {
    /// Reports that this effect of this track can't be drawn.
    pub fn effect_failed(&self, entity: Entity, effect: &RenderEffect, cause: &MediaError) {
        let failed = EffectFailed::new(entity, effect.info.name, cause);
        let _ = self.0.send(Report::EffectFailed(failed));
    }
}

/// Receives the renderer's reports.
#[derive(Resource, Debug)]
pub(super) struct ReceivedReports(pub Receiver<Report>);

/// Whether there are reports. While there are none, the system that triggers their events doesn't run.
pub(super) fn has_reports(reports: Res<ReceivedReports>) -> bool {
    !reports.0.is_empty()
}

/// Triggers the events of the renderer's reports.
pub(super) fn receive_reports(mut commands: Commands, reports: Res<ReceivedReports>) {
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
