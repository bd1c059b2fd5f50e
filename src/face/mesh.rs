//! The surface of a face as a mesh.

use bevy::{
    asset::RenderAssetUsages,
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
};
use viewfinder_people::canonical;

use super::{Face, FaceDetections};
use crate::systems::ViewfinderSystems;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        update.in_set(ViewfinderSystems::Show).run_if(any_with_component::<FaceMesh>),
    );
}

/// Keeps the [`Mesh3d`] on the same entity the surface of a [`Face`], with its expression. The entity is that of the
/// face, or one below it.
///
/// A [`Mesh3d`] is inserted if there is none, and its handle stays. Its vertices are the 468 landmarks in the axes of
/// the face's [`Transform`], in meters, with normals and uv. A texture that is painted for MediaPipe's face mesh fits:
/// u is 0 on the left of the image of a face that looks into the camera, and v is 0 at the top. Eyes and mouth are
/// closed. The material is the app's:
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
/// # #[cfg(feature = "ar")]
/// fn paint(
///     found: On<FaceFound>,
///     mut commands: Commands,
///     assets: Res<AssetServer>,
///     mut materials: ResMut<Assets<StandardMaterial>>,
/// ) {
///     let material = StandardMaterial {
///         base_color_texture: Some(assets.load("tiger.png")),
///         alpha_mode: AlphaMode::Blend,
///         unlit: true,
///         ..default()
///     };
///     commands.entity(found.entity).insert((FaceMesh, MeshMaterial3d(materials.add(material))));
/// }
/// ```
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[require(Transform, Visibility)]
pub struct FaceMesh;

/// Brings the meshes of faces up to date.
fn update(
    mut commands: Commands,
    meshes: Query<(Entity, Ref<FaceMesh>, Option<&Mesh3d>)>,
    faces: Query<&Face>,
    parents: Query<&ChildOf>,
    detections: Query<Ref<FaceDetections>>,
    assets: Option<ResMut<Assets<Mesh>>>,
) {
    let Some(mut assets) = assets else { return };
    for (entity, face_mesh, mesh) in &meshes {
        let mut above = std::iter::once(entity).chain(parents.iter_ancestors(entity));
        let face = above.find_map(|entity| faces.get(entity).ok());
        let detections = face.and_then(|face| Some((face, detections.get(face.tracker).ok()?)));
        let is_changed = detections.as_ref().is_some_and(|(_, detections)| detections.is_changed());
        let surface = detections.as_ref().and_then(|(face, detections)| {
            let detection = detections.faces.iter().find(|detection| detection.id == face.id)?;
            (!detection.surface.is_empty()).then_some(&*detection.surface)
        });
        match mesh {
            None => {
                let canonical = canonical::VERTICES.map(Vec3::from);
                let mesh = assets.add(mesh_of(surface.unwrap_or(&canonical)));
                commands.entity(entity).try_insert(Mesh3d(mesh));
            }
            Some(mesh) if is_changed || face_mesh.is_added() => {
                if let (Some(surface), Some(mut mesh)) = (surface, assets.get_mut(&mesh.0)) {
                    *mesh = mesh_of(surface);
                }
            }
            Some(_) => {}
        }
    }
}

/// The mesh of a face by its vertices.
fn mesh_of(vertices: &[Vec3]) -> Mesh {
    let uv: Vec<[f32; 2]> = canonical::TEXTURE_COORDINATES.to_vec();
    let indices = canonical::TRIANGLES.as_flattened().to_vec();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, vertices.to_vec())
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals(vertices))
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uv)
        .with_inserted_indices(Indices::U16(indices))
}

/// The normals of a face: the mean of those of the triangles around each vertex, by their areas.
fn normals(vertices: &[Vec3]) -> Vec<Vec3> {
    let mut normals = vec![Vec3::ZERO; vertices.len()];
    for triangle in canonical::TRIANGLES {
        let [a, b, c] = triangle.map(usize::from);
        let normal = (vertices[b] - vertices[a]).cross(vertices[c] - vertices[a]);
        for index in [a, b, c] {
            normals[index] += normal;
        }
    }
    normals.iter().map(|normal| normal.try_normalize().unwrap_or(Vec3::Z)).collect()
}

#[cfg(test)]
mod tests {
    use bevy::mesh::VertexAttributeValues;

    use super::*;

    fn vertices() -> Vec<Vec3> {
        canonical::VERTICES.iter().map(|vertex| Vec3::from(*vertex)).collect()
    }

    #[test]
    fn triangles_are_counterclockwise_from_outside() {
        let vertices = vertices();
        // The nose, the forehead and the chin point to the viewer, and cheeks to their sides.
        let normals = normals(&vertices);
        for (index, direction) in
            [(4, Vec3::Z), (151, Vec3::Z), (152, Vec3::NEG_Y), (454, Vec3::X), (234, Vec3::NEG_X)]
        {
            assert!(normals[index].dot(direction) > 0.3, "{index}: {}", normals[index]);
        }
        assert!(normals.iter().all(|normal| normal.is_normalized()));
    }

    #[test]
    fn texture_coordinates_are_those_of_bevy() {
        let mesh = mesh_of(&vertices());
        let Some(VertexAttributeValues::Float32x2(uv)) = mesh.attribute(Mesh::ATTRIBUTE_UV_0) else {
            panic!("no uv")
        };
        let vertices = vertices();
        // v is down as y is up, and u is to the right as x is.
        assert!(uv[10][1] < uv[152][1] && vertices[10].y > vertices[152].y);
        assert!(uv[234][0] < uv[454][0] && vertices[234].x < vertices[454].x);
        assert_eq!(mesh.count_vertices(), 468);
        assert_eq!(mesh.indices().map(Indices::len), Some(3 * 898));
    }
}
