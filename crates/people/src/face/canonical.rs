//! MediaPipe's canonical face: a mesh of an average face, with the landmarks as its vertices.
//!
//! On the head x is to the right of an image in which the face looks into the camera, which is the person's left. y is
//! up, z is out of the face, and the origin is in the middle of the head.

mod data;

use super::LANDMARKS;

/// The vertices of a face without an expression, in meters, in the order of the landmarks.
pub static VERTICES: [[f32; 3]; LANDMARKS] = in_meters(&data::VERTICES);

/// Where each vertex is in a texture of the face, in uv: 0 to 1 from the left and from the top. A texture that is
/// painted for MediaPipe's face mesh fits.
pub static TEXTURE_COORDINATES: &[[f32; 2]; LANDMARKS] = &data::TEXTURE_COORDINATES;

/// The triangles, as indices of vertices: counterclockwise, seen from outside. Eyes and mouth are closed.
pub static TRIANGLES: &[[u16; 3]; 898] = &data::TRIANGLES;

const fn in_meters(centimeters: &[[f32; 3]; LANDMARKS]) -> [[f32; 3]; LANDMARKS] {
    let mut vertices = *centimeters;
    let mut index = 0;
    while index < LANDMARKS {
        let [x, y, z] = vertices[index];
        vertices[index] = [x / 100.0, y / 100.0, z / 100.0];
        index += 1;
    }
    vertices
}

/// The vertices that hardly move with the expression: all but those of the mouth and the chin.
///
/// Each comes with its index. On drawn heads, poses by all of them were nearer to the truth than by the 33 points of
/// MediaPipe's own weights.
pub(super) fn rigid_points() -> impl Iterator<Item = (usize, [f64; 3])> + Clone {
    let is_rigid = |&[_, y, z]: &[f64; 3]| y >= -0.025 || z <= 0.02;
    VERTICES
        .iter()
        .map(|vertex| vertex.map(f64::from))
        .enumerate()
        .filter(move |(_, vertex)| is_rigid(vertex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mesh_is_a_face() {
        assert!(TRIANGLES.as_flattened().iter().all(|&index| usize::from(index) < LANDMARKS));
        assert!(TEXTURE_COORDINATES.as_flattened().iter().all(|value| (0.0..=1.0).contains(value)));
        let rigid: Vec<_> = rigid_points().map(|(index, _)| index).collect();
        assert!(rigid.len() > 300 && !rigid.contains(&13) && !rigid.contains(&152) && rigid.contains(&33));
        let [brow, chin, nose] = [10, 152, 4].map(|index| VERTICES[index]);
        assert!(brow[1] - chin[1] > 0.15 && brow[1] - chin[1] < 0.2 && nose[2] > 0.07);
        assert!(TEXTURE_COORDINATES[10][1] < TEXTURE_COORDINATES[152][1], "v is down");
        // Nearly all triangles face the viewer, counterclockwise.
        let front = TRIANGLES.iter().filter(|triangle| {
            let [a, b, c] = triangle.map(|index| VERTICES[usize::from(index)]);
            (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
        });
        assert!(front.count() > 880);
    }
}
