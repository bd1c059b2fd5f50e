//! From the newest frame to the track's texture, on the GPU.
//!
//! Each track has one [`RenderTrack`] in the render world. A frame goes one way through it: the slot, the plane
//! textures ([`upload`]), the passes that its effects need ([`passes`]), the output texture behind the track's
//! [`TrackImage`](crate::track::TrackImage); photos are drawn by the same passes into textures of their own
//! ([`readback`]). Passes run when a frame came, when an effect changed, or when an effect is animated, and not
//! once per frame of the display.

mod between;
mod bound;
mod draw;
mod effects;
mod extract;
mod image;
mod layout;
mod passes;
mod planes;
mod prepare;
mod readback;
mod shader;
mod target;
mod track;
mod upload;

use bevy::{
    prelude::*,
    render::{
        ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems,
        renderer::{RenderGraph, RenderGraphSystems},
    },
};
use crossbeam_channel::{Receiver, Sender, unbounded};

pub use readback::Fit;
pub(crate) use readback::{Canvas, PhotoAnswer, PhotoJob};

use crate::{effect::EffectFailed, error::MediaError, track::FrameBroken};

/// The system set in which the renderer's reports are heard.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReportsHeard;

/// What the renderer has to say to the main world.
#[derive(Debug)]
pub(crate) enum Report {
    /// A photo, or why there is none.
    Photo(PhotoAnswer),
    /// An effect can't be drawn.
    EffectFailed(EffectFailed),
    /// A frame can't be put on the GPU.
    FrameBroken(Entity, MediaError),
}

/// The renderer's end of the way back to the main world.
#[derive(Resource, Clone, Debug)]
struct Reports(Sender<Report>);

impl Reports {
    /// This effect of this track can't be drawn.
    fn effect_failed(&self, entity: Entity, effect: &effects::RenderEffect, message: String) {
        let effect = effect.info.name.clone();
        let _ = self.0.send(Report::EffectFailed(EffectFailed { entity, effect, message }));
    }
}

/// The main world's end.
#[derive(Resource, Debug)]
struct HeardReports(Receiver<Report>);

/// The way to the renderer for photos.
#[derive(Resource, Clone, Debug)]
pub(crate) struct PhotoJobs(pub Sender<PhotoJob>);

/// The shaders that every pass is made of, kept alive.
#[derive(Resource, Debug)]
struct ShaderLibrary {
    vertex: Handle<Shader>,
    #[expect(dead_code, reason = "held so that it can be imported")]
    imported: Vec<Handle<Shader>>,
}

/// The WGSL modules that effects and passes import, `camera` last: it is for passes alone.
pub(crate) const MODULES: [(&str, &str); 13] = [
    ("effect", include_str!("../shaders/effect.wgsl")),
    ("sampling", include_str!("../shaders/sampling.wgsl")),
    ("input", include_str!("../shaders/input.wgsl")),
    ("color", include_str!("../shaders/color.wgsl")),
    ("random", include_str!("../shaders/random.wgsl")),
    ("sobel", include_str!("../shaders/sobel.wgsl")),
    ("blur", include_str!("../shaders/blur.wgsl")),
    ("exact", include_str!("../shaders/exact.wgsl")),
    ("transfer", include_str!("../shaders/transfer.wgsl")),
    ("image", include_str!("../shaders/image.wgsl")),
    ("kept", include_str!("../shaders/kept.wgsl")),
    ("blend", include_str!("../shaders/blend.wgsl")),
    ("camera", include_str!("../shaders/camera.wgsl")),
];

pub(crate) fn plugin(app: &mut App) {
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    let mut add =
        |name, text| shaders.add(Shader::from_wgsl(text, format!("bevy_viewfinder/shaders/{name}.wgsl")));
    let library = ShaderLibrary {
        vertex: add("pass", include_str!("../shaders/pass.wgsl")),
        imported: MODULES.map(|(name, text)| add(name, text)).into(),
    };

    let (report, heard) = unbounded();
    let (job, jobs) = unbounded();
    app.add_message::<PhotoAnswer>()
        .insert_resource(HeardReports(heard))
        .insert_resource(PhotoJobs(job))
        .add_systems(PreUpdate, hear_reports.in_set(ReportsHeard).run_if(has_reports));

    // Without a renderer (a server without any adapter) tracks still live; they have no picture.
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .insert_resource(library)
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

/// Whether the renderer has anything to report. An idle plugin costs the main thread no systems, only such questions.
fn has_reports(reports: Res<HeardReports>) -> bool {
    !reports.0.is_empty()
}

/// Passes on what the renderer reports.
fn hear_reports(mut commands: Commands, reports: Res<HeardReports>, mut answers: MessageWriter<PhotoAnswer>) {
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
