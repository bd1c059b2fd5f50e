//! The light, from the pixels of a frame.

use bevy::prelude::*;

use super::{LightEstimate, LightReference};
use crate::frame::Frame;

/// The linear luminance that a scene has on average.
const MEAN_LUMINANCE: f32 = 0.18;

/// The exponent of the mean that gives the color of a scene: "shades of gray" (Finlayson and Trezzi, 2004).
const NORM: f32 = 6.0;

/// Channels above this are clipped, and pixels without one above the other are too dark to have a color.
const CLIPPED: u8 = 250;
const DARK: u8 = 8;

/// The places on each side of a marker at which its paper is looked at.
const PLACES: usize = 6;

/// The least width of the paper around a marker, in pixels.
const LEAST_PAPER: f32 = 1.5;

/// The corners of a marker's dark square in a frame, from (0, 0) to (1, 1), and its cells across.
#[derive(Debug, Clone, Copy)]
pub(super) struct Square {
    pub corners: [Vec2; 4],
    pub cells: f32,
}

/// The pixels of a frame, R, G, B, A.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pixels<'a> {
    size: UVec2,
    rgba: &'a [u8],
}

impl<'a> Pixels<'a> {
    /// The pixels of a tap's frame.
    pub fn of(frame: &'a Frame) -> Self {
        Self { size: frame.size, rgba: &frame.buffer }
    }

    fn pixels(self) -> impl Iterator<Item = [u8; 3]> + 'a {
        self.rgba.as_chunks().0.iter().map(|&[red, green, blue, _]| [red, green, blue])
    }

    /// The pixel at a place from (0, 0) to (1, 1).
    fn at(self, place: Vec2) -> Option<[u8; 3]> {
        let place = (place * self.size.as_vec2()).floor();
        let is_inside = place.cmpge(Vec2::ZERO).all() && place.cmplt(self.size.as_vec2()).all();
        let index = is_inside.then(|| (place.y as usize * self.size.x as usize) + place.x as usize)?;
        self.rgba.get(4 * index..4 * index + 3)?.try_into().ok()
    }
}

/// The light of a frame: by the paper of its largest marker that is large enough, or else by all pixels.
pub(super) fn estimate(
    pixels: Pixels,
    squares: impl IntoIterator<Item = Square>,
    paper: f32,
) -> LightEstimate {
    let white = squares.into_iter().find_map(|square| paper_color(pixels, &square));
    match white {
        Some(white) => light(white / paper, LightReference::Marker),
        None => light(scene_color(pixels), LightReference::Scene),
    }
}

/// The light with this linear color.
fn light(color: Vec3, reference: LightReference) -> LightEstimate {
    let intensity = luminance(color);
    let color = if intensity > 1e-4 { color / intensity } else { Vec3::ONE };
    LightEstimate {
        intensity,
        color: LinearRgba::rgb(color.x, color.y, color.z),
        temperature: temperature(color),
        reference: Some(reference),
    }
}

/// The light of a scene by all of its pixels.
fn scene_color(pixels: Pixels) -> Vec3 {
    let (mut luminances, mut count) = (0.0, 0.0);
    let (mut powers, mut colored) = (Vec3::ZERO, 0.0);
    for pixel in pixels.pixels() {
        let color = linear(pixel);
        luminances += luminance(color);
        count += 1.0;
        if (DARK..CLIPPED).contains(pixel.iter().max().unwrap_or(&0)) {
            powers += color.powf(NORM);
            colored += 1.0;
        }
    }
    let intensity = if count > 0.0 { luminances / count / MEAN_LUMINANCE } else { 1.0 };
    // A few pixels of one object say nothing about the light.
    let color = if colored > 0.02 * count { (powers / colored).powf(NORM.recip()) } else { Vec3::ONE };
    let color = color / luminance(color).max(1e-6);
    intensity * color.lerp(Vec3::ONE, 0.5)
}

/// The linear color of the paper around a marker. `None` if it is too narrow, cut off, clipped, or partly in shadow.
fn paper_color(pixels: Pixels, square: &Square) -> Option<Vec3> {
    let corner = |index: usize| square.corners[index % 4] * pixels.size.as_vec2();
    let cell = (0..4).map(|side| corner(side).distance(corner(side + 1))).fold(f32::INFINITY, f32::min)
        / square.cells;
    if cell.is_nan() || cell < LEAST_PAPER {
        return None;
    }
    let place_on = projection(&square.corners)?;
    let mut colors = Vec::with_capacity(4 * PLACES);
    let outside = 0.5 / square.cells;
    for step in 0..PLACES {
        let along = (step as f32 + 0.5) / PLACES as f32;
        for place in [
            Vec2::new(along, -outside),
            Vec2::new(along, 1.0 + outside),
            Vec2::new(-outside, along),
            Vec2::new(1.0 + outside, along),
        ] {
            let pixel = pixels.at(place_on(place))?;
            if pixel.iter().any(|channel| *channel >= CLIPPED) {
                return None;
            }
            colors.push(linear(pixel));
        }
    }
    colors.sort_by(|a, b| luminance(*a).total_cmp(&luminance(*b)));
    let (low, median, high) = (colors[PLACES], colors[2 * PLACES], colors[3 * PLACES]);
    let is_even = luminance(low) > 0.6 * luminance(high);
    (is_even && luminance(median) > 0.005).then_some(median)
}

/// The projective map from the unit square to these corners, from the top left one clockwise. `None` if they are no
/// convex square.
fn projection(corners: &[Vec2; 4]) -> Option<impl Fn(Vec2) -> Vec2 + use<>> {
    let [a, b, c, d] = *corners;
    let (right, below) = (b - c, d - c);
    let sum = a - b + c - d;
    let area = right.perp_dot(below);
    let (g, h) = (sum.perp_dot(below) / area, right.perp_dot(sum) / area);
    let across = b - a + g * b;
    let down = d - a + h * d;
    let is_finite = area != 0.0 && g.is_finite() && h.is_finite();
    is_finite.then_some(move |at: Vec2| (across * at.x + down * at.y + a) / (g * at.x + h * at.y + 1.0))
}

fn linear(pixel: [u8; 3]) -> Vec3 {
    let [red, green, blue] = pixel;
    LinearRgba::from(Srgba::rgb_u8(red, green, blue)).to_vec3()
}

fn luminance(color: Vec3) -> f32 {
    color.dot(Vec3::new(0.2126, 0.7152, 0.0722))
}

/// The correlated color temperature of a linear color (McCamy, 1992).
fn temperature(color: Vec3) -> f32 {
    let x = color.dot(Vec3::new(0.4124, 0.3576, 0.1805));
    let y = luminance(color);
    let z = color.dot(Vec3::new(0.0193, 0.1192, 0.9505));
    let chromaticity = Vec2::new(x, y) / (x + y + z);
    // Below, the formula has no meaning: no light of a black body is so blue.
    if chromaticity.y <= 0.1858 {
        return 40_000.0;
    }
    let n = (chromaticity.x - 0.3320) / (0.1858 - chromaticity.y);
    let temperature = ((449.0 * n + 3525.0) * n + 6823.3) * n + 5520.33;
    if temperature.is_finite() { temperature.clamp(1_000.0, 40_000.0) } else { 6504.0 }
}

impl LightEstimate {
    /// Goes this part of the way to another estimate.
    pub(super) fn follow(&mut self, next: &Self, part: f32) {
        if self.reference.is_none() {
            *self = *next;
            return;
        }
        let color = self.color.to_vec3().lerp(next.color.to_vec3(), part);
        self.intensity += part * (next.intensity - self.intensity);
        self.color = LinearRgba::rgb(color.x, color.y, color.z);
        self.temperature = temperature(color);
        self.reference = next.reference;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{FramePool, PixelFormat};

    const SIZE: UVec2 = UVec2::new(64, 36);

    fn frame(color: impl Fn(u32, u32) -> Vec3) -> Frame {
        let pixels = (0..SIZE.y).flat_map(|y| (0..SIZE.x).map(move |x| (x, y)));
        let bytes: Vec<u8> = pixels
            .flat_map(|(x, y)| {
                let color = color(x, y);
                Srgba::from(LinearRgba::rgb(color.x, color.y, color.z)).to_u8_array()
            })
            .collect();
        Frame::packed(PixelFormat::Rgba32, SIZE, FramePool::default().copy_of(&bytes))
    }

    fn of_scene(color: impl Fn(u32, u32) -> Vec3) -> LightEstimate {
        estimate(Pixels::of(&frame(color)), [], 0.85)
    }

    /// A scene of grays and one color.
    fn grays(x: u32, y: u32) -> Vec3 {
        let gray = 0.02 + 0.3 * ((x * 7 + y * 13) % 32) as f32 / 32.0;
        if x < 6 { Vec3::new(gray, 0.5 * gray, 0.2 * gray) } else { Vec3::splat(gray) }
    }

    #[test]
    fn a_scene_of_middle_gray_has_a_white_light_of_one() {
        let light = of_scene(|_, _| Vec3::splat(0.18));
        assert!((light.intensity - 1.0).abs() < 0.02, "{light:?}");
        assert!((light.temperature - 6504.0).abs() < 60.0, "{light:?}");
        assert_eq!(light.reference, Some(LightReference::Scene));
        let dim = of_scene(|_, _| Vec3::splat(0.045));
        assert!((dim.intensity - 0.25).abs() < 0.01, "{dim:?}");
    }

    #[test]
    fn the_color_follows_a_tint_halfway() {
        let warm = Vec3::new(1.3, 0.95, 0.5);
        let (plain, tinted) = (of_scene(grays), of_scene(|x, y| grays(x, y) * warm));
        assert!(tinted.temperature < plain.temperature - 500.0, "{plain:?}, {tinted:?}");
        let blue = of_scene(|x, y| grays(x, y) * Vec3::new(0.7, 1.0, 1.6));
        assert!(blue.temperature > plain.temperature + 500.0, "{plain:?}, {blue:?}");
        assert!((luminance(tinted.color.to_vec3()) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn a_deep_blue_light_has_a_high_temperature() {
        assert_eq!(temperature(Vec3::Z), 40_000.0);
        assert!(of_scene(|_, _| 0.5 * Vec3::Z).temperature > 20_000.0);
    }

    /// A marker of 8 cells on paper of this color, in front of a colored wall.
    fn marker(paper: Vec3) -> (Frame, Square) {
        let frame = frame(|x, y| {
            let (x, y) = (x as i32 - 22, y as i32 - 8);
            if (0..16).contains(&x) && (0..16).contains(&y) {
                Vec3::splat(0.02)
            } else if (-2..18).contains(&x) && (-2..18).contains(&y) {
                paper
            } else {
                Vec3::new(0.6, 0.1, 0.05)
            }
        });
        let at = |x: f32, y: f32| Vec2::new(x, y) / SIZE.as_vec2();
        let corners = [at(22.0, 8.0), at(38.0, 8.0), at(38.0, 24.0), at(22.0, 24.0)];
        (frame, Square { corners, cells: 8.0 })
    }

    #[test]
    fn the_paper_of_a_marker_is_the_reference() {
        let paper = Vec3::new(0.5, 0.4, 0.3);
        let (frame, square) = marker(paper);
        let light = estimate(Pixels::of(&frame), [square], 0.8);
        assert_eq!(light.reference, Some(LightReference::Marker));
        let seen = light.intensity * light.color.to_vec3() * 0.8;
        assert!(seen.distance(paper) < 0.01, "{seen}");
    }

    #[test]
    fn a_marker_that_is_small_cut_off_shaded_or_clipped_is_no_reference() {
        let (even, square) = marker(Vec3::splat(0.5));
        let small = Square { cells: 16.0, ..square };
        let cut = Square { corners: square.corners.map(|corner| corner - Vec2::new(0.35, 0.0)), ..square };
        let folded = Square { corners: [square.corners[0]; 4], ..square };
        let lost = Square { corners: [Vec2::NAN; 4], ..square };
        let (clipped, _) = marker(Vec3::ONE);
        for (frame, square) in
            [(&even, small), (&even, cut), (&even, folded), (&even, lost), (&clipped, square)]
        {
            let light = estimate(Pixels::of(frame), [square], 0.85);
            assert_eq!(light.reference, Some(LightReference::Scene), "{square:?}");
        }
    }

    #[test]
    fn frames_without_colors_give_finite_estimates() {
        for color in [Vec3::ZERO, Vec3::ONE, Vec3::X, Vec3::Z] {
            let light = of_scene(|_, _| color);
            let all = [light.intensity, light.temperature, light.color.red, light.color.blue];
            assert!(all.iter().all(|value| value.is_finite()), "{light:?}");
        }
    }

    #[test]
    fn a_square_is_projected_to_its_corners() {
        let corners = [(0.1, 0.2), (0.7, 0.1), (0.8, 0.9), (0.2, 0.6)].map(Vec2::from);
        let place_on = projection(&corners).expect("a square");
        for (unit, corner) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].into_iter().zip(corners) {
            assert!(place_on(unit.into()).distance(corner) < 1e-5, "{:?}", place_on(unit.into()));
        }
    }

    #[test]
    fn an_estimate_begins_at_the_first_and_follows_the_others() {
        let mut shown = LightEstimate::default();
        shown.follow(&light(Vec3::splat(0.5), LightReference::Scene), 0.1);
        assert!((shown.intensity - 0.5).abs() < 1e-3);
        shown.follow(&light(Vec3::splat(1.5), LightReference::Scene), 0.5);
        assert!((shown.intensity - 1.0).abs() < 1e-3);
    }
}
