//! From the newest frame to the track's texture, on the GPU.
//!
//! Each track has one [`RenderTrack`] in the render world. A frame goes one way through it: the slot, the plane
//! textures ([`upload`]), the passes that its effects need ([`passes`]), the output texture behind the track's
//! [`TrackImage`](crate::track::TrackImage); photos are drawn by the same passes into textures of their own
//! ([`readback`]). Passes run when a frame came, when an effect changed, or when an effect is animated, and not
//! once per frame of the display.

mod bound;
mod draw;
mod effects;
mod extract;
mod image;
mod intermediate_targets;
mod layout;
mod lut;
mod passes;
mod planes;
mod prepare;
mod readback;
mod report;
mod shader;
mod target;
mod track;
mod upload;

use bevy::{
    prelude::*,
    render::{
        ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems,
        render_asset::RenderAssetPlugin,
        renderer::{RenderGraph, RenderGraphSystems},
    },
};
use crossbeam_channel::unbounded;

pub use readback::Fit;
pub(crate) use readback::{Canvas, PhotoJob, PhotoJobs, PhotoResult};

use crate::systems::ViewfinderSystems;
use report::{HeardReports, Reports, has_reports, hear_reports};

pub(crate) fn plugin(app: &mut App) {
    let (report, heard) = unbounded();
    let (job, jobs) = unbounded();
    app.add_plugins(RenderAssetPlugin::<lut::GpuLut>::default())
        .insert_resource(HeardReports(heard))
        .insert_resource(PhotoJobs(job))
        .add_systems(PreUpdate, hear_reports.in_set(ViewfinderSystems::Receive).run_if(has_reports));

    // Without a renderer (a server without any adapter) tracks still live; they have no picture.
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .insert_resource(Reports(report))
        .insert_resource(readback::PhotoQueue::new(jobs))
        .init_resource::<effects::EffectTime>()
        .add_systems(RenderStartup, passes::PassPipelines::init)
        .add_systems(ExtractSchedule, (extract::extract_tracks, readback::take_jobs))
        .add_systems(
            Render,
            (
                upload::upload_frames.in_set(RenderSystems::PrepareResources),
                prepare::prepare_passes.in_set(RenderSystems::PrepareBindGroups),
                readback::map_photos.in_set(RenderSystems::Cleanup),
            ),
        )
        .add_systems(
            RenderGraph,
            (draw::draw_tracks, readback::draw_photos).chain().in_set(RenderGraphSystems::Begin),
        );
}
