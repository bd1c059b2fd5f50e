//! From photos and a layout to the pixels of a print.

use std::sync::Arc;

use bevy::math::{Rot2, UVec2, Vec2};
use bevy_viewfinder::{photo::Photo, prelude::*};
use image::{DynamicImage, Rgba, RgbaImage, imageops::FilterType};
use photobooth::words::JAPANESE_NAME;
use viewfinder_examples::{BOLD, Lettering, MEDIUM};

use super::{Background, Font, Slot, Template, Text};

/// The color of a slot without a photo, and of its number.
const EMPTY: [u8; 3] = [226, 222, 219];
const PENCIL: [u8; 3] = [158, 153, 160];
const WHITE: [u8; 3] = [255; 3];

/// The darkest that a shadow is.
const SHADOW: f32 = 0.4;

/// The texts of a print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// The name of the event.
    pub event: String,
    pub date: String,
    /// The venue's font, in place of the booth's.
    pub font: Option<Arc<[u8]>>,
}

/// Puts photos into the slots of a layout. A slot whose photo isn't taken yet is gray and has its number. Slow: not for
/// the main thread.
///
/// # Errors
/// `DataError` for a photo without pixels.
pub fn compose(template: &Template, photos: &[Photo], lines: &Lines) -> Result<Photo, MediaError> {
    let layout = &template.layout;
    let (width, height) = (layout.canvas.width, layout.canvas.height);
    let mut print = match (&layout.background, &template.background) {
        (_, Some(picture)) => fill(DynamicImage::ImageRgba8((**picture).clone()), UVec2::new(width, height)),
        (Background::Color(color), None) => RgbaImage::from_pixel(width, height, opaque(color.0)),
        (Background::Picture(_), None) => RgbaImage::from_pixel(width, height, opaque(WHITE)),
    };
    for (index, slot) in layout.slots.iter().enumerate() {
        let photo = photos.get(layout.photo_of(index));
        let picture = match photo {
            Some(photo) => fill(DynamicImage::ImageRgba8(to_picture(photo)?), size_of(slot)),
            None => empty(slot, layout.photo_of(index) + 1),
        };
        paste(&mut print, &picture, slot);
    }
    if let Some(frame) = &template.frame {
        image::imageops::overlay(&mut print, &**frame, 0, 0);
    }
    for text in &layout.texts {
        write(&mut print, text, lines);
    }
    // A background with holes would make holes in the print.
    for pixel in print.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let over_white = |color| (u32::from(color) * u32::from(alpha) / 255 + 255 - u32::from(alpha)) as u8;
        pixel.0 = [over_white(red), over_white(green), over_white(blue), 255];
    }
    let mut print = Photo::new(UVec2::new(width, height), print.into_raw());
    print.taken = photos.last().and_then(|photo| photo.taken);
    Ok(print)
}

fn opaque([red, green, blue]: [u8; 3]) -> Rgba<u8> {
    Rgba([red, green, blue, 255])
}

/// A photo's pixels.
///
/// # Errors
/// `DataError` for a photo without pixels.
fn to_picture(photo: &Photo) -> Result<RgbaImage, MediaError> {
    RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec())
        .filter(|picture| !picture.is_empty())
        .ok_or_else(|| MediaError::data("a photo has no pixels; take it again"))
}

/// The size of a slot in whole pixels.
fn size_of(slot: &Slot) -> UVec2 {
    slot.size().round().max(Vec2::ONE).as_uvec2()
}

/// The picture of a slot without a photo.
fn empty(slot: &Slot, number: usize) -> RgbaImage {
    let UVec2 { x: width, y: height } = size_of(slot);
    let mut picture = RgbaImage::from_pixel(width, height, opaque(EMPTY));
    let size = height.min(width) as f32 * 0.3;
    let lettering = Lettering { font: BOLD, size, color: PENCIL, spacing: 0.0 };
    let baseline = (height as f32 / 2.0 + size * 0.35).round() as i64;
    lettering.write_centered(&mut picture, &number.to_string(), width as f32 / 2.0, baseline);
    picture
}

/// Crops a picture to the aspect ratio of `size` around its center, then scales it to `size`. (In this order: scaling a
/// very long picture first would make a huge one.)
fn fill(picture: DynamicImage, size: UVec2) -> RgbaImage {
    let (width, height) = (picture.width(), picture.height());
    let part = |side: u32, of: u32, by: u32| u64::from(side) * u64::from(of) / u64::from(by.max(1));
    let cut_width = u64::from(width).min(part(height, size.x, size.y)).max(1) as u32;
    let cut_height = u64::from(height).min(part(width, size.y, size.x)).max(1) as u32;
    picture
        .crop_imm((width - cut_width) / 2, (height - cut_height) / 2, cut_width, cut_height)
        .resize_exact(size.x, size.y, FilterType::CatmullRom)
        .into_rgba8()
}

/// Draws a picture in a slot, with its shadow and border.
fn paste(print: &mut RgbaImage, picture: &RgbaImage, slot: &Slot) {
    let (middle, reach) = (slot.middle(), slot.reach() + 1.0);
    let turn = Rot2::degrees(-slot.turn);
    let half = slot.size() / 2.0;
    let outer = half + slot.border;
    let canvas = Vec2::new(print.width() as f32, print.height() as f32);
    let first = (middle - reach).floor().clamp(Vec2::ZERO, canvas).as_uvec2();
    let end = (middle + reach).ceil().clamp(Vec2::ZERO, canvas).as_uvec2();
    for y in first.y..end.y {
        for x in first.x..end.x {
            let Some(ground) = print.get_pixel_mut_checked(x, y) else { continue };
            let from_middle = turn * (Vec2::new(x as f32, y as f32) + 0.5 - middle);
            if slot.shadow > 0.0 {
                let distance = outside(from_middle - Vec2::new(0.0, slot.shadow * 0.2), outer, slot.radius);
                let fading = (1.0 - distance.max(0.0) / slot.shadow).max(0.0);
                blend(ground, [0; 3], SHADOW * fading * fading);
            }
            if slot.border > 0.0 {
                blend(ground, WHITE, 0.5 - outside(from_middle, outer, slot.radius));
            }
            let coverage = (0.5 - outside(from_middle, half, slot.radius)).clamp(0.0, 1.0);
            if coverage > 0.0 {
                let [red, green, blue, alpha] = sample(picture, from_middle + half);
                blend(ground, [red, green, blue], coverage * f32::from(alpha) / 255.0);
            }
        }
    }
}

/// The distance of a point from a rectangle around the origin with round corners; negative inside.
fn outside(point: Vec2, half: Vec2, radius: f32) -> f32 {
    let radius = radius.min(half.min_element());
    let beyond = point.abs() - (half - radius);
    beyond.max(Vec2::ZERO).length() + beyond.max_element().min(0.0) - radius
}

fn blend(ground: &mut Rgba<u8>, color: [u8; 3], opacity: f32) {
    let opacity = opacity.clamp(0.0, 1.0);
    for (ground, color) in ground.0.iter_mut().zip(color) {
        *ground = (f32::from(*ground) + (f32::from(color) - f32::from(*ground)) * opacity).round() as u8;
    }
}

/// The color at a place in pixels, interpolated between the four pixels around it.
fn sample(picture: &RgbaImage, at: Vec2) -> [u8; 4] {
    let most = Vec2::new(picture.width() as f32, picture.height() as f32) - 1.0;
    let at = (at - 0.5).clamp(Vec2::ZERO, most);
    let (first, part) = (at.floor(), at.fract());
    let second = (first + 1.0).min(most);
    let pixel =
        |x: f32, y: f32| picture.get_pixel_checked(x as u32, y as u32).map_or([0; 4], |pixel| pixel.0);
    let (top, bottom) = (
        [pixel(first.x, first.y), pixel(second.x, first.y)],
        [pixel(first.x, second.y), pixel(second.x, second.y)],
    );
    std::array::from_fn(|channel| {
        let mix = |[left, right]: [[u8; 4]; 2]| {
            f32::from(left[channel]) * (1.0 - part.x) + f32::from(right[channel]) * part.x
        };
        (mix(top) * (1.0 - part.y) + mix(bottom) * part.y).round() as u8
    })
}

/// Writes a line of text, smaller if it is too wide.
fn write(print: &mut RgbaImage, text: &Text, lines: &Lines) {
    let line = text.line.replace("{event}", &lines.event).replace("{date}", &lines.date);
    let own = match text.font {
        Font::Bold => BOLD,
        Font::Medium => MEDIUM,
    };
    let font = lines.font.as_deref().unwrap_or(own);
    let lettering = Lettering { font, size: text.size, color: text.color.0, spacing: text.spacing };
    let runs = runs(&line, font);
    let width = |lettering: Lettering<'_>| {
        let widths = runs.iter().map(|(font, run)| Lettering { font, ..lettering }.width(run));
        widths.sum::<f32>() + lettering.spacing * runs.len().saturating_sub(1) as f32
    };
    let room = text.width.unwrap_or(print.width() as f32);
    let shrink = (room / width(lettering).max(1.0)).min(1.0);
    let lettering = Lettering { size: text.size * shrink, spacing: text.spacing * shrink, ..lettering };
    let mut at = text.x - width(lettering) / 2.0;
    for (font, run) in &runs {
        let lettering = Lettering { font, ..lettering };
        let width = lettering.width(run);
        lettering.write_centered(print, run, at + width / 2.0, text.y.round() as i64);
        at += width + lettering.spacing;
    }
}

/// The parts of a line, each with its font: the signs of Japanese dates have one of their own if the line's font lacks
/// them.
fn runs<'a>(line: &str, font: &'a [u8]) -> Vec<(&'a [u8], String)> {
    let has = |font: &[u8], letter: char| {
        swash::FontRef::from_index(font, 0).is_some_and(|font| font.charmap().map(letter) != 0)
    };
    let mut runs: Vec<(&[u8], String)> = Vec::new();
    for letter in line.chars() {
        let lacks = !has(font, letter) && has(JAPANESE_NAME, letter);
        let font = if lacks { JAPANESE_NAME } else { font };
        match runs.last_mut() {
            Some((last, run)) if std::ptr::eq(*last, font) => run.push(letter),
            _ => runs.push((font, letter.into())),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// A photo with a gradient: red to the right, green to the bottom.
    fn gradient(size: (u32, u32), blue: u8) -> Photo {
        let picture = RgbaImage::from_fn(size.0, size.1, |x, y| {
            Rgba([(x * 255 / size.0) as u8, (y * 255 / size.1) as u8, blue, 255])
        });
        Photo::new(UVec2::from(size), picture.into_raw())
    }

    fn photo(size: (u32, u32), color: [u8; 4]) -> Photo {
        Photo::new(UVec2::from(size), color.repeat((size.0 * size.1) as usize))
    }

    fn lines() -> Lines {
        Lines { event: "Ada & Grace".into(), date: "10 December 2026".into(), font: None }
    }

    fn template(text: &str) -> Template {
        Template::read("a.layout.ron", text, |_| Err("no pictures".into())).expect("a layout")
    }

    #[test]
    fn photos_are_in_their_slots_and_cropped_to_them() {
        let two = template(
            "(name: \"\", canvas: (width: 200, height: 100), background: Color(\"#102030\"), slots: [
                (x: 10, y: 10, width: 80, height: 80, photo: 2),
                (x: 110, y: 10, width: 80, height: 80, radius: 40, photo: 1),
                (x: 190, y: 90, width: 80, height: 80, photo: 1),
            ])",
        );
        // The left quarter of the second photo is cut off.
        let mut wide = gradient((200, 100), 9);
        let pixels =
            (0..100).flat_map(|_| (0..200).map(|x| if x < 50 { [9, 9, 9, 255] } else { [0, 255, 0, 255] }));
        wide.rgba = pixels.flatten().collect();
        let print = compose(&two, &[photo((40, 40), [255, 0, 0, 255]), wide], &lines()).expect("a print");
        assert_eq!(print.size, UVec2::new(200, 100));
        for (place, color) in [
            ((0, 0), [16, 32, 48, 255]),
            ((50, 50), [0, 255, 0, 255]),
            ((14, 50), [0, 255, 0, 255]),
            ((150, 50), [255, 0, 0, 255]),
            ((111, 11), [16, 32, 48, 255]),
            ((199, 99), [255, 0, 0, 255]),
        ] {
            assert_eq!(print.pixel(place.0, place.1), Some(color), "{place:?}");
        }
    }

    #[test]
    fn a_turned_slot_is_turned_clockwise_about_its_middle() {
        let turned = |angle| {
            let text = format!(
                "(name: \"\", canvas: (width: 100, height: 100), slots: [(x: 10, y: 30, width: 80, height: 40, turn: {angle})])"
            );
            let mut halves = photo((80, 40), [255, 0, 0, 255]);
            let row = (0..80).map(|x| if x < 40 { [255, 0, 0, 255] } else { [0, 0, 255, 255] });
            halves.rgba = (0..40).flat_map(|_| row.clone()).flatten().collect();
            compose(&template(&text), &[halves], &Lines::default()).expect("a print")
        };
        let (red, blue) = (Some([255, 0, 0, 255]), Some([0, 0, 255, 255]));
        let quarter = turned(90);
        assert_eq!((quarter.pixel(50, 20), quarter.pixel(50, 80)), (red, blue));
        assert_eq!(quarter.pixel(20, 50), Some([252, 251, 247, 255]), "the paper");
        let half = turned(180);
        assert_eq!((half.pixel(20, 50), half.pixel(80, 50)), (blue, red));
        assert_eq!(turned(360).rgba, turned(0).rgba);
    }

    #[test]
    fn a_missing_photo_leaves_a_numbered_place_and_a_broken_one_is_an_error() {
        let one = template(
            "(name: \"\", canvas: (width: 100, height: 100), slots: [(x: 0, y: 0, width: 100, height: 100)])",
        );
        let print = compose(&one, &[], &lines()).expect("a print");
        assert_eq!(print.pixel(3, 3), Some([EMPTY[0], EMPTY[1], EMPTY[2], 255]));
        assert!(print.rgba.chunks_exact(4).any(|pixel| pixel[0] < 180), "its number");
        let error = compose(&one, &[photo((0, 7), [0; 4])], &lines()).expect_err("no pixels");
        assert_eq!(error.name, ErrorName::Data);
        assert!(compose(&one, &[photo((1, 3000), [9; 4])], &lines()).is_ok());
    }

    #[test]
    fn a_long_text_stays_within_its_width() {
        let text =
            "(name: \"\", canvas: (width: 300, height: 60), slots: [(x: 0, y: 0, width: 1, height: 1)],
            texts: [(line: \"{event}\", x: 150, y: 40, size: 40, width: 200)])";
        let lines = Lines { event: "Donaudampfschifffahrtsgesellschaftskapitänsball".into(), ..lines() };
        let print = compose(&template(text), &[], &lines).expect("a print");
        let inked = |x: u32| (2..60).any(|y| print.pixel(x, y).is_some_and(|pixel| pixel[0] < 128));
        assert!((0..48).chain(252..300).all(|x| !inked(x)) && (60..240).any(inked));
    }

    #[test]
    fn a_japanese_date_is_written_with_signs_that_the_booths_fonts_lack() {
        let parts: Vec<_> =
            runs("Ada 2026年11月3日", BOLD).into_iter().map(|(font, run)| (font == BOLD, run)).collect();
        let expected =
            [(true, "Ada 2026"), (false, "年"), (true, "11"), (false, "月"), (true, "3"), (false, "日")];
        assert_eq!(parts, expected.map(|(own, run)| (own, run.to_owned())));
        // Letters that no font has stay in the line's own.
        assert_eq!(runs("写", BOLD).len(), 1);
        assert!(runs("", BOLD).is_empty());
        let text =
            "(name: \"\", canvas: (width: 300, height: 60), slots: [(x: 0, y: 0, width: 1, height: 1)],
            texts: [(line: \"{date}\", x: 150, y: 40, size: 30)])";
        let lines = Lines { date: "年".into(), ..Lines::default() };
        let print = compose(&template(text), &[], &lines).expect("a print");
        let inked = |x: u32| (2..60).any(|y| print.pixel(x, y).is_some_and(|pixel| pixel[0] < 128));
        assert!((2..130).chain(170..300).all(|x| !inked(x)) && (136..164).any(inked));
    }

    /// `VIEWFINDER_WRITE=1` writes the print in place of comparing it.
    #[test]
    fn a_print_is_as_it_was() {
        let template = template(
            "(name: \"\", canvas: (width: 300, height: 220), background: Color(\"#332650\"), slots: [
                (x: 20, y: 20, width: 130, height: 90, turn: -6, border: 6, shadow: 10),
                (x: 160, y: 30, width: 120, height: 90, turn: 9, radius: 12),
                (x: 60, y: 118, width: 90, height: 60),
                (x: 250, y: 150, width: 90, height: 60, turn: 45, shadow: 8),
            ], texts: [(line: \"{event}\", x: 150, y: 204, size: 24, color: \"#ffffff\"),
                (line: \"{date}\", x: 230, y: 150, size: 12, font: Medium, color: \"#ffcc6b\", spacing: 1.0)])",
        );
        let photos = [gradient((160, 90), 40), gradient((90, 160), 120), gradient((64, 64), 200)];
        let print = compose(&template, &photos, &lines()).expect("a print");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/print.png");
        if std::env::var_os("VIEWFINDER_WRITE").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("there is room");
            print.save(&path).expect("there is room");
        }
        let golden = image::open(&path).expect("the golden print").into_rgba8();
        assert_eq!(golden.dimensions(), (print.size.x, print.size.y));
        let different = golden.iter().zip(print.rgba.iter()).filter(|(a, b)| a.abs_diff(**b) > 2).count();
        assert!(different < 100, "{different} values differ");
    }
}
