//! Dark and light: an image of one bit for each pixel.

use crate::image::GrayImage;

/// The side of a tile, in pixels.
const TILE: usize = 4;

/// The pixels of one word.
const WORD: usize = 64;

/// Pixels that are dark compared with the pixels around them.
#[derive(Debug, Default)]
pub(super) struct DarkMap {
    width: usize,
    height: usize,
    /// The words of a row.
    row_words: usize,
    words: Vec<u64>,
    /// The least and most of each tile, then of the tiles around it.
    low: Vec<u8>,
    high: Vec<u8>,
    /// Pixels below it are dark, for each tile.
    limits: Vec<u8>,
    /// The limits of one row of pixels.
    row_limits: Vec<u8>,
    /// One row of tiles or pixels.
    row_low: Vec<u8>,
    row_high: Vec<u8>,
    /// The range of the pixels in the calmest fifth of the tiles.
    calm_range: u8,
}

impl DarkMap {
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    /// The words of a row, the first pixel in the least significant bit. Bits beyond the width are 0.
    pub fn row(&self, y: usize) -> &[u64] {
        &self.words[y * self.row_words..][..self.row_words]
    }

    /// Tells whether a pixel is dark. Pixels outside are light.
    #[inline]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = x < self.width && y < self.height;
        inside && self.words[y * self.row_words + x / WORD] >> (x % WORD) & 1 == 1
    }

    /// Finds the dark pixels: those below half way between the least and the most of the 3x3 tiles around. Places with
    /// less contrast than `min_contrast`, or than noise makes, have no dark pixels.
    pub fn update(&mut self, image: &GrayImage, min_contrast: u8) {
        (self.width, self.height) = (image.width(), image.height());
        self.row_words = self.width.div_ceil(WORD);
        self.calm_range = 0;
        self.words.clear();
        self.words.resize(self.row_words * self.height, 0);
        let (columns, rows) = (self.width / TILE, self.height / TILE);
        if columns == 0 || rows == 0 {
            return;
        }
        self.measure_tiles(image, columns, rows);
        self.calm_range = self.measure_calm_range();
        let min_contrast = min_contrast.max(self.noise_contrast()).max(1);
        self.set_limits(columns, rows, min_contrast);
        self.row_limits.clear();
        self.row_limits.resize(self.row_words * WORD, 0);
        for y in 0..self.height {
            let tile_row = (y / TILE).min(rows - 1);
            if y % TILE == 0 && y / TILE < rows {
                let limits = &self.limits[tile_row * columns..][..columns];
                for (pixels, &limit) in self.row_limits.chunks_exact_mut(TILE).zip(limits) {
                    pixels.fill(limit);
                }
            }
            let words = &mut self.words[y * self.row_words..][..self.row_words];
            compare(image.row(y), &self.row_limits, words);
        }
    }

    /// The least and most of each tile. Pixels right of and below the last whole tile are left out.
    fn measure_tiles(&mut self, image: &GrayImage, columns: usize, rows: usize) {
        let width = columns * TILE;
        self.low.clear();
        self.high.clear();
        for tile_row in 0..rows {
            let first = &image.row(tile_row * TILE)[..width];
            self.row_low.clear();
            self.row_low.extend_from_slice(first);
            self.row_high.clear();
            self.row_high.extend_from_slice(first);
            for y in 1..TILE {
                let row = &image.row(tile_row * TILE + y)[..width];
                for ((low, high), &luma) in self.row_low.iter_mut().zip(&mut self.row_high).zip(row) {
                    *low = (*low).min(luma);
                    *high = (*high).max(luma);
                }
            }
            let least = |tile: &[u8]| tile[0].min(tile[1]).min(tile[2].min(tile[3]));
            let most = |tile: &[u8]| tile[0].max(tile[1]).max(tile[2].max(tile[3]));
            self.low.extend(self.row_low.chunks_exact(TILE).map(least));
            self.high.extend(self.row_high.chunks_exact(TILE).map(most));
        }
    }

    /// The standard deviation of the noise, in levels. Where the whole image is textured, it is too large.
    pub fn noise(&self) -> f64 {
        f64::from(self.calm_range) / 3.5
    }

    /// The contrast that noise alone makes in 3x3 tiles, at most 60.
    ///
    /// The calmest fifth of the tiles shows the noise: the range of 16 values with a standard deviation of 1 is 3.5,
    /// and that of 144 values 5.3, rarely above 6.5.
    fn noise_contrast(&self) -> u8 {
        (u16::from(self.calm_range) * 9 / 4).min(60) as u8
    }

    fn measure_calm_range(&self) -> u8 {
        let mut counts = [0usize; 256];
        for (&low, &high) in self.low.iter().zip(&self.high) {
            counts[usize::from(high - low)] += 1;
        }
        let mut left = self.low.len() / 5;
        for (range, &count) in (0..=255).zip(&counts) {
            if count > left {
                return range;
            }
            left -= count;
        }
        0
    }

    /// The limit of each tile: 0 if nothing in it is dark.
    fn set_limits(&mut self, columns: usize, rows: usize, min_contrast: u8) {
        self.limits.clear();
        self.limits.resize(columns * rows, 0);
        self.row_low.resize(columns, 0);
        self.row_high.resize(columns, 0);
        for row in 0..rows {
            let [above, here, below] = [row.saturating_sub(1), row, (row + 1).min(rows - 1)]
                .map(|row| row * columns..(row + 1) * columns);
            let least =
                self.low[above.clone()].iter().zip(&self.low[here.clone()]).zip(&self.low[below.clone()]);
            for (low, ((&a, &b), &c)) in self.row_low.iter_mut().zip(least) {
                *low = a.min(b).min(c);
            }
            let most = self.high[above].iter().zip(&self.high[here.clone()]).zip(&self.high[below]);
            for (high, ((&a, &b), &c)) in self.row_high.iter_mut().zip(most) {
                *high = a.max(b).max(c);
            }
            let limits = &mut self.limits[here];
            for (column, limit) in limits.iter_mut().enumerate() {
                let around = column.saturating_sub(1)..(column + 2).min(columns);
                let low = self.row_low[around.clone()].iter().fold(255, |low: u8, &value| low.min(value));
                let high = self.row_high[around].iter().fold(0, |high: u8, &value| high.max(value));
                let contrast = high - low;
                *limit = if contrast < min_contrast { 0 } else { low + contrast.div_ceil(2) };
            }
        }
    }
}

/// One bit for each pixel: 1 if it is below its limit.
fn compare(pixels: &[u8], limits: &[u8], words: &mut [u64]) {
    let (whole, rest) = pixels.as_chunks::<WORD>();
    let (limits, _) = limits.as_chunks::<WORD>();
    for ((word, pixels), limits) in words.iter_mut().zip(whole).zip(limits) {
        *word = compare_word(pixels, limits);
    }
    if let (false, Some(word), Some(limits)) = (rest.is_empty(), words.last_mut(), limits.last()) {
        let mut pixels = [255; WORD];
        pixels[..rest.len()].copy_from_slice(rest);
        *word = compare_word(&pixels, limits);
    }
}

#[inline]
fn compare_word(pixels: &[u8; WORD], limits: &[u8; WORD]) -> u64 {
    let mut flags = [0u8; WORD];
    for ((flag, pixel), limit) in flags.iter_mut().zip(pixels).zip(limits) {
        *flag = u8::from(pixel < limit);
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, &eight| {
        // Moves the lowest bit of byte k to bit k of the highest byte.
        word << 8 | u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(width: usize, height: usize, pixel: impl Fn(usize, usize) -> u8) -> DarkMap {
        let data: Vec<u8> = (0..width * height).map(|i| pixel(i % width, i / width)).collect();
        let mut map = DarkMap::default();
        map.update(&GrayImage::packed(width, height, &data).unwrap(), 12);
        map
    }

    #[test]
    fn a_square_is_dark_and_flat_places_are_not() {
        let square = |x: usize, y: usize| (60..75).contains(&x) && (20..31).contains(&y);
        let map = map(130, 50, |x, y| if square(x, y) { 40 } else { 200 });
        for y in 0..50 {
            for x in 0..130 {
                assert_eq!(map.is_dark(x, y), square(x, y), "({x}, {y})");
                assert_eq!(map.row(y)[x / 64] >> (x % 64) & 1 == 1, square(x, y));
            }
        }
        assert!(!map.is_dark(130, 25) && !map.is_dark(60, 50));
    }

    #[test]
    fn noise_is_not_dark() {
        let mut seed = 1u32;
        let noise: Vec<u8> = (0..200 * 100)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                100 + (seed >> 24) as u8 / 8
            })
            .collect();
        let mut map = DarkMap::default();
        map.update(&GrayImage::packed(200, 100, &noise).unwrap(), 12);
        let dark: u32 = map.words.iter().map(|word| word.count_ones()).sum();
        assert!(dark < 200, "{dark} pixels");
    }

    #[test]
    fn small_images_have_no_dark_pixels() {
        for (width, height) in [(1, 1), (3, 100), (100, 3)] {
            let map = map(width, height, |x, _| if x % 2 == 0 { 0 } else { 255 });
            assert!(map.words.iter().all(|&word| word == 0));
        }
    }
}
