//! Text on images.

use image::{Pixel, Rgba, RgbaImage};
use swash::{
    FontRef,
    scale::{Render, ScaleContext, Source},
    zeno::Format,
};

/// The examples' font, bold (SIL Open Font License, see assets/fonts/OFL.txt).
pub const BOLD: &[u8] = include_bytes!("../../assets/fonts/Quicksand-Bold.ttf");
/// The examples' font, in its regular weight.
pub const MEDIUM: &[u8] = include_bytes!("../../assets/fonts/Quicksand-Medium.ttf");

/// Letters of one font, size and color.
#[derive(Debug, Clone, Copy)]
pub struct Lettering<'a> {
    /// The bytes of a TrueType or OpenType font.
    pub font: &'a [u8],
    /// The size in pixels.
    pub size: f32,
    /// R, G, B.
    pub color: [u8; 3],
    /// The letter spacing in pixels.
    pub spacing: f32,
}

impl Lettering<'_> {
    /// The width of a line in pixels. 0 if the font can't be read.
    pub fn width(&self, line: &str) -> f32 {
        let Some(font) = FontRef::from_index(self.font, 0) else { return 0.0 };
        let (charmap, metrics) = (font.charmap(), font.glyph_metrics(&[]).scale(self.size));
        let advances = line.chars().map(|letter| metrics.advance_width(charmap.map(letter)) + self.spacing);
        (advances.sum::<f32>() - self.spacing).max(0.0)
    }

    /// Draws a line of text, centered at `middle`, with its baseline at `baseline`, in pixels from the top left. Parts
    /// outside of the image are cut off.
    pub fn write_centered(&self, picture: &mut RgbaImage, line: &str, middle: f32, baseline: i64) {
        let Some(font) = FontRef::from_index(self.font, 0) else { return };
        let charmap = font.charmap();
        let metrics = font.glyph_metrics(&[]).scale(self.size);
        let glyphs = line.chars().map(|letter| charmap.map(letter)).collect::<Vec<_>>();
        let advances = glyphs.iter().map(|glyph| metrics.advance_width(*glyph) + self.spacing);

        let mut context = ScaleContext::new();
        let mut scaler = context.builder(font).size(self.size).build();
        let mut at = middle - self.width(line) / 2.0;
        for (glyph, advance) in glyphs.iter().zip(advances) {
            let mut render = Render::new(&[Source::Outline]);
            render.format(Format::Alpha).offset(swash::zeno::Vector::new(at.fract(), 0.0));
            if let Some(letter) = render.render(&mut scaler, *glyph) {
                let left = at.floor() as i64 + i64::from(letter.placement.left);
                let top = baseline - i64::from(letter.placement.top);
                for (row, coverage) in (top..).zip(letter.data.chunks(letter.placement.width.max(1) as usize))
                {
                    for (column, coverage) in (left..).zip(coverage) {
                        self.ink(picture, column, row, *coverage);
                    }
                }
            }
            at += advance;
        }
    }

    fn ink(&self, picture: &mut RgbaImage, column: i64, row: i64, coverage: u8) {
        let (Ok(column), Ok(row)) = (u32::try_from(column), u32::try_from(row)) else { return };
        let [red, green, blue] = self.color;
        if let Some(pixel) = picture.get_pixel_mut_checked(column, row) {
            pixel.blend(&Rgba([red, green, blue, coverage]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_centered_and_what_sticks_out_is_left_out() {
        let write = |width| {
            let mut picture = RgbaImage::from_pixel(width, 40, Rgba([255; 4]));
            let lettering = Lettering { font: BOLD, size: 24.0, color: [0; 3], spacing: 0.0 };
            lettering.write_centered(&mut picture, "viewfinder", width as f32 / 2.0, 30);
            picture
        };
        let picture = write(300);
        let inked = |column: &u32| (0..40).any(|row| picture.get_pixel(*column, row).0[0] < 128);
        let first = (0..300).find(inked).expect("letters on the left");
        let last = (0..300).rfind(inked).expect("letters on the right");
        assert!(first > 50 && (299 - last).abs_diff(first) < 8, "{first} to {last}");
        assert!(write(20).pixels().any(|pixel| pixel.0[0] < 128));
    }
}
