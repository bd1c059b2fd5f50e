//! Renders the newest frame of each track into its texture.
//!
//! Each track has a [`RenderTrack`](track::RenderTrack) in the render world. A frame goes from the track's slot into
//! plane textures ([`upload`]) and through the passes that the effects need ([`passes`]) into the texture behind the
//! [`TrackImage`](crate::track::TrackImage). Photos are drawn by the same passes into textures of their own
//! ([`photo`]), and taps by a pass of theirs ([`tap`]); both are read back through rings of buffers ([`readback`]).
//! Frames that are shown only after they were processed wait on the GPU ([`held_frames`]).
//! Passes run when a frame arrived, when an effect changed, or when an effect is animated, not once for each frame of
//! the display.

mod bindings;
mod bound;
mod commands;
mod draw;
mod effects;
mod extract;
mod held_frames;
mod image;
mod intermediate_targets;
mod layout;
mod lut;
#[cfg(feature = "ar")]
mod output;
mod passes;
mod photo;
mod planes;
mod prepare;
mod readback;
mod recovery;
mod report;
mod shader;
mod slots;
mod tap;
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

#[cfg(feature = "ar")]
pub(crate) use output::TrackOutputs;
pub use photo::Fit;
pub(crate) use photo::{Canvas, PhotoJob, PhotoJobs, PhotoResult};
pub use tap::TapFormat;
pub(crate) use tap::{FrameSink, RenderTaps, TapRequest};

use crate::systems::ViewfinderSystems;
use report::{ReceivedReports, Reports, has_reports, receive_reports};

pub(crate) fn plugin(app: &mut App) {
    let (report, reports) = unbounded();
    let (job, jobs) = unbounded();
    app.add_plugins(RenderAssetPlugin::<lut::GpuLut>::default())
        .insert_resource(ReceivedReports(reports))
        .insert_resource(PhotoJobs(job))
        .add_systems(PreUpdate, receive_reports.in_set(ViewfinderSystems::Receive).run_if(has_reports));

    // Without a renderer (a server without a GPU) tracks work, but their images stay empty.
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .insert_resource(Reports(report))
        .insert_resource(photo::PhotoQueue::new(jobs))
        .init_resource::<effects::EffectTime>()
        .init_resource::<commands::FrameCommands>()
        .init_resource::<RenderTaps>()
        .add_systems(RenderStartup, (passes::PassPipelines::init, recovery::forget_earlier_device))
        .add_systems(ExtractSchedule, (extract::extract_tracks, photo::receive_jobs))
        .add_systems(
            Render,
            (
                upload::upload_frames.in_set(RenderSystems::PrepareResources),
                prepare::prepare_passes.in_set(RenderSystems::PrepareBindGroups),
                readback::poll_readbacks
                    .run_if(tap::any_tap.or_else(photo::any_in_flight))
                    .in_set(RenderSystems::Cleanup),
            ),
        )
        .add_systems(
            RenderGraph,
            (
                (
                    draw::draw_tracks,
                    tap::draw_taps.run_if(tap::any_tap),
                    photo::draw_photos,
                    commands::queue_commands,
                )
                    .chain()
                    .in_set(RenderGraphSystems::Begin),
                (
                    commands::submit_remaining_commands,
                    commands::recycle_uploads,
                    tap::map_taps.run_if(tap::any_tap),
                    photo::map_photos,
                )
                    .chain()
                    .in_set(RenderGraphSystems::Finish),
            ),
        );
}
