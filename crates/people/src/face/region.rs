//! The turned square around a face that a model sees.

use super::{Bounds, FaceLandmarks};
use crate::ImageView;
use crate::image::Border;

/// The margin around a face: the square is so many times as large.
const MARGIN: f32 = 1.5;

/// The outer corners of the eyes, the person's right one first.
const EYE_CORNERS: [usize; 2] = [33, 263];

/// A turned square of an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceRegion {
    /// The middle.
    pub center: [f32; 2],
    /// The length of a side.
    pub side: f32,
    /// The angle by which the square is turned clockwise, in radians. An upright face has 0.
    pub angle: f32,
}

impl FaceRegion {
    /// The smallest square with the whole image, turned by quarters: a detector for upright faces then finds those that
    /// are turned clockwise by so many quarters.
    pub fn whole(image: &ImageView<'_>, quarters: u8) -> Self {
        let [width, height] = image.size();
        let angle = f32::from(quarters % 4) * std::f32::consts::FRAC_PI_2;
        Self { center: [0.5 * width, 0.5 * height], side: width.max(height), angle }
    }

    /// Overlapping squares that cover an image, at most 16: a detector finds smaller faces in them than in the whole
    /// image.
    ///
    /// A long image has squares as high as its shorter side, and one that is nearly square has four.
    pub fn parts(image: &ImageView<'_>) -> impl Iterator<Item = Self> + use<> {
        let [width, height] = image.size();
        let (longer, shorter) = (width.max(height), width.min(height));
        let side = if longer > 1.25 * shorter { shorter } else { 0.65 * longer };
        // Neighbors share at least a third, so that a face at the edge of one is whole in another.
        let counts = [width, height].map(|length| {
            let count = 1.0 + ((length - side) / (side * 2.0 / 3.0)).ceil();
            count.clamp(1.0, 16.0) as usize
        });
        (0..(counts[0] * counts[1]).min(16)).map(move |index| {
            let places = [index % counts[0], index / counts[0]];
            let center = std::array::from_fn(|k| {
                let room = ([width, height][k] - side).max(0.0);
                let share = places[k] as f32 / (counts[k].max(2) - 1) as f32;
                let first = 0.5 * side.min([width, height][k]);
                first + room * share
            });
            Self { center, side, angle: 0.0 }
        })
    }

    /// The region of a face by its box and its eyes, the person's right one first, in uv.
    pub(super) fn from_box(bounds: &Bounds, eyes: [[f32; 2]; 2], [width, height]: [f32; 2]) -> Self {
        let [right, left] = eyes;
        let angle = ((left[1] - right[1]) * height).atan2((left[0] - right[0]) * width);
        let [x, y] = bounds.center();
        let [across, down] = bounds.size();
        Self { center: [x * width, y * height], side: MARGIN * (across * width).max(down * height), angle }
    }

    /// The region of a face by its landmarks, in an image of this width.
    pub(super) fn from_landmarks(landmarks: &FaceLandmarks, width: f32) -> Self {
        let [right, left] = EYE_CORNERS.map(|index| landmarks.in_widths(index));
        let angle = (left[1] - right[1]).atan2(left[0] - right[0]);
        // The box along the eyes, so that a face gets the same region however it is turned.
        let (sine, cosine) = angle.sin_cos();
        let bounds = Bounds::of((0..landmarks.points.len()).map(|index| {
            let [x, y, _] = landmarks.in_widths(index);
            [cosine * x + sine * y, cosine * y - sine * x]
        }));
        let [x, y] = bounds.center();
        let [across, down] = bounds.size();
        Self {
            center: [(cosine * x - sine * y) * width, (sine * x + cosine * y) * width],
            side: MARGIN * across.max(down) * width,
            angle,
        }
    }

    /// A point of the image, by its place in the square from 0 to 1.
    pub(super) fn point(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (sine, cosine) = self.angle.sin_cos();
        let (x, y) = ((x - 0.5) * self.side, (y - 0.5) * self.side);
        [self.center[0] + cosine * x - sine * y, self.center[1] + sine * x + cosine * y]
    }

    /// Tells whether there is anything to see: it is finite, and its middle isn't far outside of the image.
    pub(super) fn is_usable(&self, size: [f32; 2]) -> bool {
        let reaches = |k: usize| (-self.side..=size[k] + self.side).contains(&self.center[k]);
        self.angle.is_finite() && (1e-3..1e6).contains(&self.side) && reaches(0) && reaches(1)
    }

    /// The pixels of the square, scaled to `side` x `side`, as a tensor of the planes red, green and blue.
    ///
    /// A value of 0 becomes `low`, and 255 becomes `high`. With `most_samples` above 1, pixels of a large region are
    /// means of several samples.
    pub(super) fn sample_into(
        &self,
        image: &ImageView<'_>,
        target: &mut [f32],
        side: usize,
        [low, high]: [f32; 2],
        most_samples: usize,
        border: Border,
    ) {
        let samples = ((self.side / side as f32).ceil() as usize).clamp(1, most_samples);
        let factor = (high - low) / (255.0 * (samples * samples) as f32);
        let step = self.side / (side * samples) as f32;
        let (corner, along) = (self.point([0.0, 0.0]), [self.angle.cos() * step, self.angle.sin() * step]);
        let (red, rest) = target.split_at_mut(side * side);
        let (green, blue) = rest.split_at_mut(side * side);
        let targets = red.iter_mut().zip(green).zip(blue);
        for (index, ((red, green), blue)) in targets.enumerate() {
            let (column, row) = (index % side, index / side);
            let mut sum = [0.0; 3];
            for sample in 0..samples * samples {
                let x = (column * samples + sample % samples) as f32 + 0.5;
                let y = (row * samples + sample / samples) as f32 + 0.5;
                let point =
                    [corner[0] + x * along[0] - y * along[1], corner[1] + x * along[1] + y * along[0]];
                // Means of several samples need no interpolation.
                let color =
                    if samples > 1 { image.nearest(point, border) } else { image.sample(point, border) };
                sum = std::array::from_fn(|k| sum[k] + color[k]);
            }
            [*red, *green, *blue] = sum.map(|value| low + factor * value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PixelFormat;

    #[test]
    fn a_quarter_turn_turns_the_pixels() {
        // Red increases to the right, green to the bottom.
        let bytes: Vec<u8> = (0..16).flat_map(|k| [k % 4 * 10, k / 4 * 10, 0]).collect();
        let image = ImageView::packed(4, 4, PixelFormat::Rgb, &bytes).unwrap();
        let mut target = vec![0.0; 48];
        FaceRegion::whole(&image, 0).sample_into(&image, &mut target, 4, [0.0, 255.0], 1, Border::Black);
        assert!((target[1] - 10.0).abs() < 1e-3 && target[16 + 1].abs() < 1e-3, "{target:?}");
        FaceRegion::whole(&image, 1).sample_into(&image, &mut target, 4, [0.0, 255.0], 1, Border::Black);
        // The first pixel is now the top right one, and the next is below it.
        assert!((target[0] - 30.0).abs() < 1e-3 && (target[16 + 1] - 10.0).abs() < 1e-3, "{target:?}");
    }

    #[test]
    fn parts_cover_the_image() {
        let bytes = vec![0; 3 * 1280 * 720];
        for (width, height, count) in
            [(1280, 720, 3), (720, 1280, 3), (640, 480, 2), (512, 512, 4), (1, 1, 4), (9000, 1, 16)]
        {
            let image = ImageView::packed(width, height, PixelFormat::Rgb, &bytes).unwrap();
            let parts: Vec<_> = FaceRegion::parts(&image).collect();
            assert_eq!(parts.len(), count, "{width}x{height}");
            let first = parts[0].point([0.0, 0.0]);
            let last = parts[count - 1].point([1.0, 1.0]);
            assert!(first[0].abs() < 1e-2 && first[1].abs() < 1e-2, "{width}x{height}: {first:?}");
            let off = (last[0] - width as f32).abs() + (last[1] - height as f32).abs();
            assert!(off < 1e-2, "{width}x{height}: {last:?}");
        }
    }

    #[test]
    fn large_regions_are_averaged() {
        let bytes: Vec<u8> = (0..64 * 64).flat_map(|k| [if k % 2 == 0 { 0 } else { 200 }; 3]).collect();
        let image = ImageView::packed(64, 64, PixelFormat::Rgb, &bytes).unwrap();
        let mut target = vec![0.0; 3 * 16 * 16];
        FaceRegion::whole(&image, 0).sample_into(&image, &mut target, 16, [-1.0, 1.0], 4, Border::Nearest);
        assert!(target.iter().all(|value| (value - (100.0 / 127.5 - 1.0)).abs() < 1e-3));
    }
}
