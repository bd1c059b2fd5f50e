//! Painted textures.

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};

const ORANGE: Vec3 = Vec3::new(0.95, 0.52, 0.10);
const CREAM: Vec3 = Vec3::new(0.98, 0.94, 0.86);
const BLACK: Vec3 = Vec3::new(0.08, 0.05, 0.04);
const PINK: Vec3 = Vec3::new(0.86, 0.40, 0.42);

/// A tiger, for the mesh of a face. u is across the face and v down: the eyes are at 0.35 and 0.65, 0.38, the nose is
/// at 0.5, 0.53 and the mouth at 0.5, 0.69.
pub fn tiger() -> Image {
    image(512, |u, v| {
        let side = (u - 0.5).abs();
        let mut color = ORANGE;
        let mut alpha: f32 = 0.82;
        // The muzzle and the places above the eyes are light.
        let muzzle = within(Vec2::new(side - 0.10, v - 0.66), Vec2::new(0.15, 0.11));
        let brow = within(Vec2::new(side - 0.15, v - 0.27), Vec2::new(0.09, 0.045));
        color = color.lerp(CREAM, muzzle.max(brow));
        // Stripes on the forehead and on the cheeks.
        let forehead = band((v * 34.0).sin(), 0.45) * fade(side, 0.10, 0.02) * fade(v, 0.24, 0.02);
        let cheek = band(((v + 0.35 * side) * 42.0).sin(), 0.35)
            * (1.0 - fade(side, 0.30, 0.02))
            * fade(v, 0.80, 0.04);
        color = color.lerp(BLACK, forehead.max(cheek));
        // The nose, and the line below it.
        let nose = within(Vec2::new(side, v - 0.545), Vec2::new(0.07 - 0.6 * (v - 0.545).max(0.0), 0.045));
        let line = fade(side, 0.006, 0.003) * (1.0 - fade(v, 0.58, 0.005)) * fade(v, 0.65, 0.01);
        color = color.lerp(PINK, nose).lerp(BLACK, line);
        // Spots of whiskers.
        for (x, y) in [(0.09, 0.62), (0.13, 0.645), (0.10, 0.665), (0.145, 0.60)] {
            color = color.lerp(BLACK, within(Vec2::new(side - x, v - y), Vec2::splat(0.008)));
        }
        // Eyes and lips stay free, and the outline of the face is soft.
        let eye = within(Vec2::new(side - 0.15, v - 0.385), Vec2::new(0.085, 0.035));
        let lips = within(Vec2::new(side, v - 0.70), Vec2::new(0.13, 0.045));
        alpha *= (1.0 - eye) * (1.0 - 0.9 * lips);
        alpha *= fade(Vec2::new((u - 0.5) / 0.49, (v - 0.53) / 0.45).length(), 0.93, 0.07);
        color.extend(alpha)
    })
}

/// Stripes and dots, for a hat.
pub fn stripes() -> Image {
    image(128, |u, v| {
        let stripe = band(((u * 6.0 + v * 2.0) * std::f32::consts::TAU).sin(), 0.0);
        Vec3::new(0.27, 0.42, 0.93).lerp(Vec3::new(1.0, 0.96, 0.9), stripe).extend(1.0)
    })
}

/// 1 within an ellipse around the origin with these half axes, and 0 outside. The edge is soft.
fn within(place: Vec2, half: Vec2) -> f32 {
    fade((place / half.max(Vec2::splat(1e-3))).length(), 0.92, 0.16)
}

/// 1 below a limit, and 0 above it and the width of the edge.
fn fade(value: f32, limit: f32, edge: f32) -> f32 {
    1.0 - ((value - limit) / edge).clamp(0.0, 1.0)
}

/// 1 where a wave is above a limit, with a soft edge.
fn band(wave: f32, limit: f32) -> f32 {
    ((wave - limit) / 0.2).clamp(0.0, 1.0)
}

/// An image by the display-encoded color and the alpha at each uv.
fn image(side: u32, color: impl Fn(f32, f32) -> Vec4) -> Image {
    let center = |index: u32| (index as f32 + 0.5) / side as f32;
    let pixels = (0..side * side).flat_map(|at| {
        let color = color(center(at % side), center(at / side));
        color.to_array().map(|channel| (channel * 255.0).round() as u8)
    });
    Image::new(
        Extent3d { width: side, height: side, depth_or_array_layers: 1 },
        TextureDimension::D2,
        pixels.collect(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}
