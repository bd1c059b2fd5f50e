//! The search for markers in an image.

mod decode;
mod outline;
mod pattern;
mod refine;
mod regions;
mod threshold;

use crate::family::Family;
use crate::geometry::{Homography, Point, area, distance};
use crate::image::GrayImage;
use decode::{Cells, Codebook, Levels, Reading};
use outline::OutlineFinder;
use pattern::{NormalTable, PatternFit};
use regions::{Region, RegionFinder};
use threshold::DarkMap;

/// Settings of a [`Detector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DetectorConfig {
    /// Searches for squares in an image that is smaller by this factor in both directions, 1 to 8. The default is 1.
    ///
    /// Larger factors save time and miss markers that are far away. Corners and codes are always read from the whole
    /// image.
    pub decimation: u32,
    /// The least difference between dark and light, in levels of luma. The default is 12.
    ///
    /// If the image is noisy, more is required.
    pub min_contrast: u8,
    /// The most squares that are read in one frame. The default is 500.
    ///
    /// Regions are tried from the largest to the smallest bounding box, and those beyond the limit are left out.
    pub max_squares: usize,
    /// The most small markers whose corners are fitted by their whole pattern in one frame, the largest first. The
    /// default is 8. Each takes about a third of a millisecond, and halves the error of its corners.
    pub max_pattern_fits: usize,
    /// The most dark regions whose outlines are followed in one frame, from the largest to the smallest bounding box.
    /// The default is 4,000.
    pub max_regions: usize,
}

impl Default for DetectorConfig {
    fn default() -> Self {
        Self { decimation: 1, min_contrast: 12, max_squares: 500, max_pattern_fits: 8, max_regions: 4000 }
    }
}

/// A marker in an image.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Detection {
    /// The index of the family in [`Detector::families`].
    pub family: usize,
    /// The id: the index of the code.
    pub id: u32,
    /// The number of wrong cells.
    pub hamming: u32,
    /// The corners of the dark square: the marker's top left, top right, bottom right and bottom left one.
    ///
    /// They are in pixels of the image, whose first pixel has its center at (0.5, 0.5).
    pub corners: [[f64; 2]; 4],
    /// The mean distance of the sharpened cells from the middle between dark and light, in halves of their difference: 1 to
    /// 2 in a clear image, at least 0.3.
    pub clarity: f64,
    /// The luma of the dark border in the middle of the marker, 0 to 255.
    pub dark: f64,
    /// The luma of the light quiet zone in the middle of the marker, 0 to 255. White paper shows the light at this
    /// place.
    pub light: f64,
}

impl Detection {
    /// The map from the marker to the image, row by row. The marker's corners are (0, 0), (1, 0), (1, 1) and (0, 1).
    pub fn homography(&self) -> Option<[[f64; 3]; 3]> {
        Homography::from_unit_square(&self.corners).map(|homography| homography.0)
    }

    /// The middle of the marker, where its diagonals cross.
    pub fn center(&self) -> [f64; 2] {
        let mean = self
            .corners
            .iter()
            .fold([0.0; 2], |sum, corner| [sum[0] + 0.25 * corner[0], sum[1] + 0.25 * corner[1]]);
        Homography::from_unit_square(&self.corners).map_or(mean, |homography| homography.apply(0.5, 0.5))
    }

    /// The mean length of the sides, in pixels.
    pub fn side(&self) -> f64 {
        0.25 * (0..4).map(|k| distance(self.corners[k], self.corners[(k + 1) % 4])).sum::<f64>()
    }
}

/// The width of cells, in pixels, below which letters may look like markers with few cells.
const UNCERTAIN_CELL: f64 = 2.5;

/// The most difference between a marker with few cells and its pixels, as a part of the gap between dark and light.
/// Noise in the dark makes 0.15.
const MAX_RESIDUAL: f64 = 0.22;

/// The part of it that noise doesn't explain. Bent paper and JPEG make 0.07, and letters 0.1 to 0.15.
const MAX_UNEXPLAINED: f64 = 0.07;

/// Less noise than this, in levels, may be that of clipped places only.
const LEAST_NOISE: f64 = 4.0;

/// Finds markers in images.
///
/// It runs on the caller's thread. Its memory is used again for the next image, so a detector that has seen an image of
/// the same size allocates nothing but for scenes with more detail than before.
#[derive(Debug)]
pub struct Detector {
    config: DetectorConfig,
    families: Vec<Family>,
    /// By the number of cells across, so that families of one size share their samples.
    codebooks: Vec<(usize, Codebook)>,
    map: DarkMap,
    region_finder: RegionFinder,
    regions: Vec<Region>,
    outlines: OutlineFinder,
    table: NormalTable,
    small: Vec<u8>,
    small_sums: Vec<u16>,
    found: Vec<Detection>,
}

impl Detector {
    /// A detector of markers of some families, with the default settings.
    pub fn new(families: &[&Family]) -> Self {
        Self::with_config(families, DetectorConfig::default())
    }

    /// A detector with other settings. Settings out of their range are taken as the nearest one within.
    pub fn with_config(families: &[&Family], config: DetectorConfig) -> Self {
        let mut codebooks: Vec<_> = families.iter().map(|family| Codebook::new(family)).enumerate().collect();
        codebooks.sort_by_key(|(_, codebook)| (codebook.family.cells(), codebook.family.border()));
        let config = DetectorConfig { decimation: config.decimation.clamp(1, 8), ..config };
        Self {
            config,
            families: families.iter().map(|&family| family.clone()).collect(),
            codebooks,
            map: DarkMap::default(),
            region_finder: RegionFinder::default(),
            regions: Vec::new(),
            outlines: OutlineFinder::default(),
            table: NormalTable::new(),
            small: Vec::new(),
            small_sums: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The families, in the order that [`Detection::family`] refers to.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The settings.
    pub fn config(&self) -> &DetectorConfig {
        &self.config
    }

    /// The markers of an image, from the largest to the smallest.
    pub fn detect(&mut self, image: &GrayImage) -> &[Detection] {
        self.found.clear();
        if self.codebooks.is_empty() {
            return &self.found;
        }
        self.find_regions(image);
        let regions = std::mem::take(&mut self.regions);
        let scale = f64::from(self.config.decimation);
        let mut squares = 0;
        for region in regions.iter().take(self.config.max_regions) {
            if squares >= self.config.max_squares {
                break;
            }
            let Some(corners) = self.outlines.corners(&self.map, region) else {
                continue;
            };
            squares += 1;
            let corners = corners.map(|corner| corner.map(|value| value * scale));
            if let Some(detection) = self.read(image, &corners, scale) {
                add_detection(&mut self.found, detection);
            }
        }
        self.regions = regions;
        let mut found = std::mem::take(&mut self.found);
        let mut fits = 0;
        found.retain_mut(|detection| self.check_pattern(image, detection, &mut fits));
        self.found = found;
        &self.found
    }

    /// Fits a small marker to its pattern: its corners become exact. Returns whether it is a marker.
    ///
    /// Where random cells are likely to be read as a marker, the pixels must look like it.
    fn check_pattern(&self, image: &GrayImage, detection: &mut Detection, fits: &mut usize) -> bool {
        if !pattern::is_small(&detection.corners) {
            return true;
        }
        let is_strict =
            self.codebooks.iter().any(|(index, codebook)| *index == detection.family && codebook.is_strict);
        let cells = f64::from(self.families[detection.family].cells());
        let cell = area(&detection.corners).max(0.0).sqrt() / cells;
        if *fits >= self.config.max_pattern_fits && !(is_strict && cell < UNCERTAIN_CELL) {
            return true;
        }
        *fits += 1;
        match self.fit_pattern(image, detection) {
            Some(fit) => {
                detection.corners = fit.corners;
                !is_strict || fit.residual < self.max_residual(detection)
            }
            None => !is_strict,
        }
    }

    /// The most that the pixels may differ from a marker's pattern, as a part of the gap between dark and light.
    fn max_residual(&self, detection: &Detection) -> f64 {
        let noise = self.map.noise() * f64::from(self.config.decimation);
        let noise = noise.max(LEAST_NOISE) / (detection.light - detection.dark);
        (MAX_UNEXPLAINED + 1.2 * noise).min(MAX_RESIDUAL)
    }

    /// Finds dark regions, the largest first.
    fn find_regions(&mut self, image: &GrayImage) {
        let factor = self.config.decimation as usize;
        let small = if factor == 1 { None } else { self.shrink(image, factor) };
        match small {
            Some((width, height)) => {
                if let Ok(small) = GrayImage::packed(width, height, &self.small) {
                    self.map.update(&small, self.config.min_contrast);
                }
            }
            None if factor == 1 => self.map.update(image, self.config.min_contrast),
            // Nothing is left of the image.
            None => {
                self.regions.clear();
                return;
            }
        }
        self.region_finder.find(&self.map, &mut self.regions);
        self.regions.sort_unstable_by_key(|region| {
            (std::cmp::Reverse(region.width() * region.height()), region.top, region.left)
        });
    }

    /// Averages blocks of pixels. Returns the size of the smaller image, if it has any pixels.
    fn shrink(&mut self, image: &GrayImage, factor: usize) -> Option<(usize, usize)> {
        let (width, height) = (image.width() / factor, image.height() / factor);
        if width == 0 || height == 0 {
            return None;
        }
        let count = (factor * factor) as u16;
        self.small.clear();
        for y in 0..height {
            self.small_sums.clear();
            self.small_sums.resize(width * factor, 0);
            for row in y * factor..(y + 1) * factor {
                for (sum, &luma) in self.small_sums.iter_mut().zip(image.row(row)) {
                    *sum += u16::from(luma);
                }
            }
            let blocks = self.small_sums.chunks_exact(factor);
            self.small.extend(blocks.map(|block| ((block.iter().sum::<u16>() + count / 2) / count) as u8));
        }
        Some((width, height))
    }

    /// Reads a square. Its corners become exact only if it looks like a marker.
    fn read(&self, image: &GrayImage, coarse: &[Point; 4], scale: f64) -> Option<Detection> {
        let homography = Homography::from_unit_square(coarse)?;
        let mut best: Option<(usize, Reading, [Point; 4], Levels)> = None;
        for group in self.codebooks.chunk_by(|(_, a), (_, b)| {
            (a.family.cells(), a.family.border()) == (b.family.cells(), b.family.border())
        }) {
            let family = &group[0].1.family;
            let Some(levels) = Levels::measure(image, &homography, family.cells()) else {
                continue;
            };
            let sample = |homography: &Homography, levels: &Levels| {
                Cells::sample(image, homography, levels, family.side(), family.border())
            };
            let Some(cells) = sample(&homography, &levels) else {
                continue;
            };
            let cell = 1.0 / f64::from(family.cells());
            let width = |corners: &[Point; 4]| area(corners).max(0.0).sqrt() * cell;
            let rough_width = width(coarse);
            if !group.iter().any(|(_, codebook)| codebook.is_likely(&cells, rough_width)) {
                continue;
            }
            let Some(corners) = refine::refine(image, coarse, 2.5 * scale, cell) else {
                continue;
            };
            let exact = Homography::from_unit_square(&corners)?;
            let Some(levels) = Levels::measure(image, &exact, family.cells()) else {
                continue;
            };
            let Some(cells) = sample(&exact, &levels) else {
                continue;
            };
            let width = width(&corners);
            for (index, codebook) in group {
                if let Some(reading) = codebook.read(&cells, width)
                    && best.as_ref().is_none_or(|(_, best, ..)| reading.hamming < best.hamming)
                {
                    best = Some((*index, reading, corners, levels));
                }
            }
        }
        let (family, reading, corners, levels) = best?;
        let (dark, light) = levels.at_center();
        Some(Detection {
            family,
            id: reading.id,
            hamming: reading.hamming,
            corners: decode::turn_corners(&corners, reading.first_corner),
            clarity: reading.clarity,
            dark,
            light,
        })
    }

    /// The corners of a marker by its pattern.
    fn fit_pattern(&self, image: &GrayImage, detection: &Detection) -> Option<PatternFit> {
        let family = &self.families[detection.family];
        let code = *family.codes().get(detection.id as usize)?;
        let homography = Homography::from_unit_square(&detection.corners)?;
        let levels = Levels::measure(image, &homography, family.cells())?;
        pattern::fit(&self.table, image, &detection.corners, (family, code), &levels)
    }
}

/// Adds a marker, unless it was found at the same place already. The clearer one of two stays.
fn add_detection(found: &mut Vec<Detection>, detection: Detection) {
    let is_same = |other: &&mut Detection| {
        other.family == detection.family
            && other.id == detection.id
            && distance(other.center(), detection.center()) < 0.5 * other.side()
    };
    match found.iter_mut().find(is_same) {
        None => found.push(detection),
        Some(other) if (detection.hamming, -detection.clarity) < (other.hamming, -other.clarity) => {
            *other = detection
        }
        Some(_) => {}
    }
}
