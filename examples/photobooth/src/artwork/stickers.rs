//! The stickers.

use bevy::math::{Rect, Vec2};
use image::RgbaImage;

use super::drawing::{CONFETTI, Drawing, from_polygon, from_segment};

const INK: [u8; 3] = [38, 34, 48];
const GOLD: [u8; 3] = [255, 196, 70];

/// Draws a shape with a dark outline.
fn outlined(drawing: &mut Drawing, color: [u8; 3], distance: impl Fn(Vec2) -> f32) {
    let all = Rect::from_corners(Vec2::ZERO, drawing.size());
    drawing.shape(all, INK, 1.0, |at| distance(at) - 7.0);
    drawing.shape(all, color, 1.0, &distance);
}

pub fn glasses() -> RgbaImage {
    let mut drawing = Drawing::new(320, 130);
    outlined(&mut drawing, [255, 96, 105], |at| {
        let lens = |middle: f32| (at.distance(Vec2::new(middle, 66.0)) - 46.0).abs() - 9.0;
        let bridge = from_segment(at, Vec2::new(130.0, 54.0), Vec2::new(190.0, 54.0)) - 8.0;
        lens(84.0).min(lens(236.0)).min(bridge)
    });
    for middle in [84.0, 236.0] {
        drawing.circle(Vec2::new(middle, 66.0), 32.0, [109, 178, 255], 0.35);
        drawing.circle(Vec2::new(middle - 12.0, 54.0), 8.0, [255; 3], 0.7);
    }
    drawing.picture
}

pub fn crown() -> RgbaImage {
    let mut drawing = Drawing::new(300, 210);
    let corners =
        [(24., 190.), (14., 60.), (86., 116.), (150., 26.), (214., 116.), (286., 60.), (276., 190.)];
    let corners = corners.map(Vec2::from);
    outlined(&mut drawing, GOLD, |at| from_polygon(at, &corners));
    for (x, y, color) in [(14., 52., 0), (150., 20., 3), (286., 52., 0)] {
        outlined(&mut drawing, CONFETTI[color], |at| at.distance(Vec2::new(x, y)) - 11.0);
    }
    for (x, color) in [(80., 2), (150., 4), (220., 2)] {
        drawing.circle(Vec2::new(x, 160.0), 14.0, CONFETTI[color], 1.0);
    }
    drawing.picture
}

pub fn mustache() -> RgbaImage {
    let mut drawing = Drawing::new(320, 120);
    let all = Rect::new(0.0, 0.0, 320.0, 120.0);
    drawing.shape(all, [66, 44, 38], 1.0, |at| {
        let x = (at.x - 160.0).abs();
        let part = (x / 146.0).min(1.0);
        // It rises at its ends, and is thickest beside its middle.
        let spine = 58.0 + 26.0 * (part * 4.2).sin() - 34.0 * part * part;
        let half = 30.0 * (1.0 - part).powf(0.65) * (0.55 + 0.45 * (part * 7.0).min(1.0));
        ((at.y - spine).abs() - half).max(x - 146.0)
    });
    drawing.picture
}

pub fn hat() -> RgbaImage {
    let mut drawing = Drawing::new(240, 300);
    let corners = [(120., 50.), (214., 284.), (26., 284.)].map(Vec2::from);
    outlined(&mut drawing, [150, 110, 235], |at| from_polygon(at, &corners));
    for stripe in 0..4 {
        let all = Rect::new(0.0, 0.0, 240.0, 300.0);
        let top = 100.0 + stripe as f32 * 52.0;
        drawing.shape(all, CONFETTI[stripe % 3], 1.0, |at| {
            from_polygon(at, &corners).max((at.y - top - (at.x - 120.0) * 0.3).abs() - 11.0)
        });
    }
    for ray in 0..8 {
        let out = Vec2::from_angle(ray as f32 * std::f32::consts::FRAC_PI_4) * 22.0;
        drawing.circle(Vec2::new(120.0, 44.0) + out, 16.0, GOLD, 1.0);
    }
    drawing.circle(Vec2::new(120.0, 44.0), 24.0, [255, 226, 150], 1.0);
    drawing.picture
}

pub fn heart() -> RgbaImage {
    let mut drawing = Drawing::new(240, 220);
    outlined(&mut drawing, [255, 76, 96], |at| {
        let place = Vec2::new((at.x - 120.0).abs(), at.y - 76.0);
        // Two circles, and the point below them.
        let circle = place.distance(Vec2::new(48.0, 0.0)) - 56.0;
        let point = from_polygon(place, &[(-1., -20.), (48., -56.), (92., 34.), (0., 126.)].map(Vec2::from));
        circle.min(point)
    });
    drawing.circle(Vec2::new(64.0, 58.0), 16.0, [255; 3], 0.6);
    drawing.picture
}

pub fn star() -> RgbaImage {
    let mut drawing = Drawing::new(240, 230);
    let corners: Vec<Vec2> = (0..10)
        .map(|corner| {
            let radius = if corner % 2 == 0 { 106.0 } else { 50.0 };
            Vec2::new(120.0, 122.0) + Vec2::from_angle((corner as f32 * 36.0 - 90.0).to_radians()) * radius
        })
        .collect();
    outlined(&mut drawing, GOLD, |at| from_polygon(at, &corners) - 4.0);
    drawing.picture
}
