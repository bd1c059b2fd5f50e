//! Drawn heads: the canonical mesh with the photo as its texture, in any pose.
#![allow(dead_code)]

use viewfinder_people::{FaceLandmarks, HeadPose, LANDMARKS, Pinhole, canonical};

use crate::photo::Picture;

/// A mesh whose vertices have a place in a photo.
pub struct Head {
    /// In the head's space, in meters.
    pub vertices: [[f32; 3]; LANDMARKS],
    /// In pixels of the photo.
    pub places: [[f32; 2]; LANDMARKS],
    pub photo: Picture,
}

impl Head {
    /// The canonical face with the colors that the photo has at the landmarks' places.
    pub fn new(photo: Picture, landmarks: &FaceLandmarks) -> Self {
        let size = [photo.width as f32, photo.height as f32];
        let places = std::array::from_fn(|index| {
            let [u, v] = landmarks.uv(index);
            [u * size[0], v * size[1]]
        });
        Self { vertices: canonical::VERTICES, places, photo }
    }

    /// The head in front of a background: 2x2 samples per pixel.
    pub fn draw(&self, background: &Picture, camera: &Pinhole, pose: &HeadPose) -> Picture {
        let (width, height) = (2 * background.width, 2 * background.height);
        let mut colors = Picture::new(width, height, |x, y| background.color(x / 2, y / 2));
        let mut depths = vec![f32::INFINITY; width * height];
        let head: Vec<_> = self.vertices.iter().map(|vertex| vertex.map(f64::from)).collect();
        let seen: Vec<_> = head
            .iter()
            .map(|&vertex| {
                let point = pose.transform(vertex);
                let [u, v] = camera.project(point).expect("the head is in front of the camera");
                [u as f32 * width as f32, v as f32 * height as f32, point[2] as f32]
            })
            .collect();
        self.draw_skull(&mut colors, &mut depths, camera, pose);
        for triangle in canonical::TRIANGLES {
            let corners = triangle.map(usize::from);
            let [a, b, c] = corners.map(|index| seen[index]);
            let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
            if area >= 0.0 {
                // Seen from behind: y is down here.
                continue;
            }
            let least = |k: usize| a[k].min(b[k]).min(c[k]).floor().max(0.0) as usize;
            let most =
                |k: usize, limit: usize| (a[k].max(b[k]).max(c[k]).ceil().max(0.0) as usize).min(limit);
            for y in least(1)..most(1, height) {
                for x in least(0)..most(0, width) {
                    let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                    let share = |p: [f32; 3], q: [f32; 3]| {
                        ((q[0] - p[0]) * (py - p[1]) - (q[1] - p[1]) * (px - p[0])) / area
                    };
                    let (wa, wb, wc) = (share(b, c), share(c, a), share(a, b));
                    if wa < 0.0 || wb < 0.0 || wc < 0.0 {
                        continue;
                    }
                    // Shares of the mesh, not of the image.
                    let (wa, wb, wc) = (wa / a[2], wb / b[2], wc / c[2]);
                    let depth = 1.0 / (wa + wb + wc);
                    let index = y * width + x;
                    if depth >= depths[index] {
                        continue;
                    }
                    depths[index] = depth;
                    let [pa, pb, pc] = corners.map(|index| self.places[index]);
                    let place = [0, 1].map(|k| (wa * pa[k] + wb * pb[k] + wc * pc[k]) * depth);
                    colors.bytes[3 * index..3 * index + 3].copy_from_slice(&self.color(place));
                }
            }
        }
        colors.halved()
    }

    fn color(&self, [x, y]: [f32; 2]) -> [u8; 3] {
        let (x, y) = (x - 0.5, y - 0.5);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let at = |dx: i32, dy: i32| {
            let limit = |value: f32, step: i32, size: usize| {
                (value.floor() as i32 + step).clamp(0, size as i32 - 1) as usize
            };
            self.photo.color(limit(x, dx, self.photo.width), limit(y, dy, self.photo.height))
        };
        let [a, b, c, d] = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
        std::array::from_fn(|k| {
            let [a, b, c, d] = [a[k], b[k], c[k], d[k]].map(f32::from);
            let (top, bottom) = (a + fx * (b - a), c + fx * (d - c));
            (top + fy * (bottom - top)).round() as u8
        })
    }

    /// An ellipsoid behind the face, so that a turned face has a head. Its color is that of hair.
    fn draw_skull(&self, colors: &mut Picture, depths: &mut [f32], camera: &Pinhole, pose: &HeadPose) {
        const CENTER: [f64; 3] = [0.0, 0.025, -0.035];
        const RADII: [f64; 3] = [0.073, 0.1, 0.075];
        let eye = pose.inverse_transform([0.0; 3]);
        let (width, height) = (colors.width, colors.height);
        for (index, nearest) in depths.iter_mut().enumerate() {
            let u = ((index % width) as f64 + 0.5) / width as f64;
            let v = ((index / width) as f64 + 0.5) / height as f64;
            let ray = [
                (u * camera.width - camera.cx) / camera.fx,
                (v * camera.height - camera.cy) / camera.fy,
                1.0,
            ];
            let tip = pose.inverse_transform(ray);
            // The ray in a space in which the ellipsoid is a unit sphere.
            let from: [f64; 3] = std::array::from_fn(|k| (eye[k] - CENTER[k]) / RADII[k]);
            let along: [f64; 3] = std::array::from_fn(|k| (tip[k] - eye[k]) / RADII[k]);
            let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let (a, b, c) = (dot(along, along), dot(from, along), dot(from, from) - 1.0);
            let root = b * b - a * c;
            if root <= 0.0 {
                continue;
            }
            let depth = (-b - root.sqrt()) / a;
            if depth > 0.0 {
                *nearest = depth as f32;
                let shade = 60 + (index * 7919 % 13) as u8;
                colors.bytes[3 * index..3 * index + 3].copy_from_slice(&[shade, shade / 2 + 10, shade / 3]);
            }
        }
    }
}
