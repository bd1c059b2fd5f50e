//! Meshes that hide what is behind them, and show the frame there.

use bevy::{
    asset::uuid_handle,
    mesh::MeshVertexBufferLayoutRef,
    pbr::{MaterialPipeline, MaterialPipelineKey, PbrPlugin},
    platform::collections::HashMap,
    prelude::*,
    render::render_resource::{
        AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
    },
    shader::ShaderRef,
};

use crate::{
    constraint::VideoSettings,
    intrinsics::CameraIntrinsics,
    systems::ViewfinderSystems,
    track::{Mirroring, TrackImage},
};

const SHADER: Handle<Shader> = uuid_handle!("6f3c7a52-2a5e-4a52-9e0d-0b6d2c7f5e11");

/// Hides what is behind the [`Mesh3d`] on the same entity, and shows the frame of a track in its place, as if the mesh
/// were that of something real: a [`FaceMesh`](crate::face::FaceMesh) hides the far side of glasses, and a box on a
/// [`Marker`](crate::marker::Marker) hides what goes behind a real box.
///
/// The mesh is opaque, has no shadow, and is for cameras whose
/// [`CameraBackground`](super::CameraBackground) shows the same track. It inserts a material. The track needs
/// [`CameraIntrinsics`].
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BackgroundOccluder {
    /// The track, or the entity of an [`EffectInput`](crate::image_input::EffectInput).
    #[entities]
    pub track: Entity,
}

impl BackgroundOccluder {
    /// An occluder that shows this track.
    pub fn new(track: Entity) -> Self {
        Self { track }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<BackgroundOccluder>();
    if !app.is_plugin_added::<PbrPlugin>() {
        return;
    }
    app.add_plugins(MaterialPlugin::<OccluderMaterial>::default()).add_systems(
        PostUpdate,
        update.in_set(ViewfinderSystems::Show).run_if(any_with_component::<BackgroundOccluder>),
    );
    if let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() {
        let text = include_str!("../../shaders/occluder.wgsl");
        let _ = shaders.insert(SHADER.id(), Shader::from_wgsl(text, "viewfinder/occluder.wgsl"));
    }
}

/// Shows the frame at the place of the mesh.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct OccluderMaterial {
    #[uniform(0)]
    lens: Lens,
    #[texture(1)]
    #[sampler(2)]
    image: Handle<Image>,
}

/// The map from directions to the output of a track.
#[derive(ShaderType, Clone, Copy, Debug, PartialEq)]
struct Lens {
    /// Focal lengths in widths and heights of the frame.
    scale: Vec2,
    /// The principal point in uv.
    center: Vec2,
    /// Whether the output is mirrored.
    mirrored: u32,
}

impl Material for OccluderMaterial {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        _: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // Mirrored cameras see back sides.
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// Gives occluders the materials of their tracks.
fn update(
    mut commands: Commands,
    occluders: Query<(Entity, &BackgroundOccluder, Option<&MeshMaterial3d<OccluderMaterial>>)>,
    tracks: Query<(&CameraIntrinsics, &Mirroring, &TrackImage, Option<&VideoSettings>)>,
    images: Res<Assets<Image>>,
    mut materials: ResMut<Assets<OccluderMaterial>>,
    mut known: Local<HashMap<Entity, Handle<OccluderMaterial>>>,
) {
    known.retain(|track, _| tracks.contains(*track));
    for (entity, occluder, material) in &occluders {
        let Some(next) = tracks.get(occluder.track).ok().and_then(|track| material_of(track, &images)) else {
            continue;
        };
        let handle = known.entry(occluder.track).or_insert_with(|| materials.add(next.clone())).clone();
        let is_other = materials
            .get(&handle)
            .is_none_or(|shown| (shown.lens, shown.image.id()) != (next.lens, next.image.id()));
        if is_other && let Some(mut shown) = materials.get_mut(&handle) {
            *shown = next;
        }
        if material.is_none_or(|material| material.0 != handle) {
            commands.entity(entity).try_insert(MeshMaterial3d(handle));
        }
    }
}

/// The material for a track. `None` until its size is known.
fn material_of(
    (intrinsics, mirroring, image, settings): (
        &CameraIntrinsics,
        &Mirroring,
        &TrackImage,
        Option<&VideoSettings>,
    ),
    images: &Assets<Image>,
) -> Option<OccluderMaterial> {
    let camera = match settings {
        Some(settings) => intrinsics.camera_of(settings),
        None => intrinsics.camera(images.get(&image.0)?.size()),
    };
    let camera = camera.ok()?;
    let frame = UVec2::new(camera.width, camera.height).as_vec2();
    let lens = Lens {
        scale: Vec2::new(camera.fx as f32, camera.fy as f32) / frame,
        center: Vec2::new(camera.cx as f32, camera.cy as f32) / frame,
        mirrored: u32::from(mirroring.is_mirrored(settings)),
    };
    Some(OccluderMaterial { lens, image: image.0.clone() })
}
