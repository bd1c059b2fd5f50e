//! The booth's pictures, drawn by this code. Tests check that the files are those that it draws;
//! `VIEWFINDER_WRITE=1 cargo test -p photobooth artwork` writes them.

mod drawing;
mod stickers;

use std::{fs, path::Path};

use bevy::math::{Rect, Rot2, Vec2};
use image::{
    DynamicImage, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use drawing::{CONFETTI, Drawing};
use stickers::{crown, glasses, hat, heart, mustache, star};

/// The pictures by their paths in `assets`.
const PICTURES: &[(&str, fn() -> RgbaImage)] = &[
    ("layouts/pair_of_strips.png", pair_of_strips),
    ("layouts/postcard.png", postcard),
    ("layouts/snapshots.png", snapshots),
    ("layouts/party.png", party),
    ("backgrounds/beach.png", beach),
    ("backgrounds/space.png", space),
    ("backgrounds/stage.png", stage),
    ("stickers/glasses.png", glasses),
    ("stickers/crown.png", crown),
    ("stickers/mustache.png", mustache),
    ("stickers/hat.png", hat),
    ("stickers/heart.png", heart),
    ("stickers/star.png", star),
];

/// The color between two colors.
fn mix(from: [f32; 3], to: [f32; 3], part: f32) -> [f32; 3] {
    std::array::from_fn(|index| from[index] + (to[index] - from[index]) * part.clamp(0.0, 1.0))
}

/// Confetti above and below the photos, and the line to cut along.
fn pair_of_strips() -> RgbaImage {
    let mut drawing = Drawing::new(1181, 1772);
    drawing.confetti(420, &[Rect::new(0.0, 200.0, 1181.0, 1700.0)]);
    for dash in 0..60 {
        let top = dash as f32 * 30.0;
        let bounds = Rect::new(589.0, top, 592.0, top + 14.0);
        drawing.shape(bounds, [255; 3], 0.4, |_| -1.0);
    }
    drawing.picture
}

/// Bunting along the top, and a dark band for the text.
fn postcard() -> RgbaImage {
    let mut drawing = Drawing::new(1772, 1181);
    let band = Rect::new(0.0, 880.0, 1772.0, 1181.0);
    for row in 880..1181 {
        let part = (row - 880) as f32 / 301.0;
        let line = Rect::new(band.min.x, row as f32, band.max.x, row as f32 + 1.0);
        drawing.shape(line, [16, 12, 24], 0.78 * part.powf(0.8), |_| -1.0);
    }
    let string = |x: f32| {
        let part = (x / 886.0).fract() * 2.0 - 1.0;
        130.0 - 112.0 * part * part
    };
    for flag in 0..22 {
        let left = flag as f32 * 80.0 + 14.0;
        let right = left + 66.0;
        let point = Vec2::new((left + right) / 2.0, string((left + right) / 2.0) + 84.0);
        let color = CONFETTI[flag % CONFETTI.len()];
        drawing.triangle([Vec2::new(left, string(left)), Vec2::new(right, string(right)), point], color);
    }
    drawing.shape(Rect::new(0.0, 0.0, 1772.0, 160.0), [255; 3], 1.0, |at| (at.y - string(at.x)).abs() - 3.0);
    drawing.picture
}

/// Paper with dots.
fn snapshots() -> RgbaImage {
    // Half as large as the print, which a background may be.
    let mut drawing = Drawing::new(886, 591);
    drawing.flood(|_| [246.0, 196.0, 178.0]);
    for row in 0..12 {
        for column in 0..18 {
            let shift = if row % 2 == 0 { 0.0 } else { 26.0 };
            let middle = Vec2::new(column as f32 * 52.0 + shift, row as f32 * 52.0);
            drawing.circle(middle, 11.0, [250, 215, 200], 1.0);
        }
    }
    drawing.picture
}

/// Confetti around the photos.
fn party() -> RgbaImage {
    let mut drawing = Drawing::new(1181, 1772);
    let photos = [
        Rect::new(50.0, 70.0, 1131.0, 894.0),
        Rect::new(50.0, 916.0, 594.0, 1460.0),
        Rect::new(587.0, 916.0, 1131.0, 1460.0),
        Rect::new(120.0, 1500.0, 1061.0, 1710.0),
    ];
    drawing.confetti(700, &photos);
    drawing.picture
}

/// The width and height of backgrounds.
const WIDE: (u32, u32) = (1280, 720);

fn beach() -> RgbaImage {
    let mut drawing = Drawing::new(WIDE.0, WIDE.1);
    drawing.flood(|at| {
        if at.y < 430.0 {
            mix([96.0, 178.0, 235.0], [255.0, 222.0, 178.0], (at.y / 430.0).powf(1.4))
        } else {
            mix([40.0, 150.0, 178.0], [120.0, 214.0, 208.0], (at.y - 430.0) / 140.0)
        }
    });
    let sun = Vec2::new(930.0, 290.0);
    for ring in 0..4 {
        drawing.circle(sun, 160.0 - ring as f32 * 24.0, [255, 240, 200], 0.16);
    }
    drawing.circle(sun, 72.0, [255, 246, 214], 1.0);
    for (height, color) in [(560.0, [236, 250, 246]), (574.0, [240, 214, 160]), (640.0, [228, 196, 138])] {
        drawing.shape(Rect::new(0.0, 520.0, 1280.0, 720.0), color, 1.0, |at| {
            height + 12.0 * (at.x * 0.011).sin() + 5.0 * (at.x * 0.027 + height).sin() - at.y
        });
    }
    drawing.picture
}

fn space() -> RgbaImage {
    let mut drawing = Drawing::new(WIDE.0, WIDE.1);
    drawing.flood(|at| mix([14.0, 10.0, 38.0], [72.0, 30.0, 92.0], at.y / 720.0));
    for _ in 0..240 {
        let at = Vec2::new(drawing.random() * 1280.0, drawing.random() * 720.0);
        let radius = 0.7 + 1.8 * drawing.random() * drawing.random();
        drawing.circle(at, radius, [255, 250, 235], 0.9);
    }
    let planet = Vec2::new(980.0, 210.0);
    drawing.circle(planet, 120.0, [255, 150, 110], 1.0);
    for (band, color) in [(-60.0, [255, 176, 132]), (0.0, [238, 126, 100]), (58.0, [255, 176, 132])] {
        let bounds = Rect::from_center_half_size(planet, Vec2::splat(121.0));
        drawing.shape(bounds, color, 0.8, |at| {
            let place = at - planet;
            (place.length() - 120.0).max((place.y - band - place.x * 0.2).abs() - 15.0)
        });
    }
    let bounds = Rect::from_center_half_size(planet, Vec2::new(230.0, 120.0));
    let turn = Rot2::degrees(14.0);
    drawing.shape(bounds, [255, 224, 180], 0.9, |at| {
        let place = turn * (at - planet);
        let ring = (place * Vec2::new(1.0, 4.2)).length();
        let behind = if place.y < 0.0 { 122.0 - (at - planet).length() } else { f32::MIN };
        ((ring - 196.0).abs() - 18.0).max(behind)
    });
    drawing.picture
}

fn stage() -> RgbaImage {
    let mut drawing = Drawing::new(WIDE.0, WIDE.1);
    drawing.flood(|at| {
        if at.y > 560.0 {
            let plank = ((at.x - 640.0) / (at.y - 340.0) * 9.0).floor();
            let shade = if plank.rem_euclid(2.0) < 1.0 { 1.0 } else { 0.9 };
            return mix([122.0, 78.0, 48.0], [168.0, 112.0, 70.0], (at.y - 560.0) / 160.0)
                .map(|value| value * shade);
        }
        let fold = 0.5 + 0.5 * (at.x * 0.098).sin();
        mix([92.0, 10.0, 26.0], [190.0, 28.0, 46.0], fold)
    });
    // The valance.
    drawing.shape(Rect::new(0.0, 0.0, 1280.0, 150.0), [156, 20, 40], 1.0, |at| {
        let part = (at.x / 160.0).fract() * 2.0 - 1.0;
        at.y - 130.0 + 50.0 * part * part
    });
    drawing.shape(Rect::new(0.0, 60.0, 1280.0, 150.0), [255, 204, 107], 1.0, |at| {
        let part = (at.x / 160.0).fract() * 2.0 - 1.0;
        (at.y - 130.0 + 50.0 * part * part).abs() - 5.0
    });
    drawing.picture
}

#[test]
fn the_pictures_are_those_that_are_drawn() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    for (name, draw) in PICTURES {
        let (path, drawn) = (assets.join(name), draw());
        if std::env::var_os("VIEWFINDER_WRITE").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("there is room");
            let file = fs::File::create(&path).expect("there is room");
            let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
            let is_opaque = drawn.pixels().all(|pixel| pixel.0[3] == 255);
            let picture = DynamicImage::ImageRgba8(drawn.clone());
            let picture = if is_opaque { picture.into_rgb8().into() } else { picture };
            picture.write_with_encoder(encoder).expect("there is room");
        }
        let file = image::open(&path).unwrap_or_else(|error| panic!("{name}: {error}")).into_rgba8();
        assert_eq!(file.dimensions(), drawn.dimensions(), "{name}");
        let different = file.iter().zip(drawn.iter()).filter(|(a, b)| a.abs_diff(**b) > 2).count();
        // Sines differ between systems in their last digit, which moves an edge by a shade.
        assert!(different < 400, "{name}: {different} values differ");
    }
}
