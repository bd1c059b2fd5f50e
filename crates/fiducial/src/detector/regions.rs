//! Connected dark regions.

use super::threshold::DarkMap;

/// A dark region: pixels that are connected by their sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// The first column and the one after the last.
    pub left: u16,
    pub right: u16,
    /// The first row and the one after the last.
    pub top: u16,
    pub bottom: u16,
    /// The leftmost pixel of the first row.
    pub start: u16,
    /// The number of pixels.
    pub area: u32,
}

impl Region {
    pub fn width(&self) -> usize {
        usize::from(self.right - self.left)
    }

    pub fn height(&self) -> usize {
        usize::from(self.bottom - self.top)
    }
}

/// Dark pixels in a row, and the label of their region.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: u16,
    end: u16,
    label: u32,
}

/// The search for regions. Its memory is used again for the next image.
#[derive(Debug, Default)]
pub(super) struct RegionFinder {
    /// The region that each label was merged into, or itself.
    parents: Vec<u32>,
    regions: Vec<Region>,
    runs_above: Vec<Run>,
    runs: Vec<Run>,
}

/// The least area of a region, in pixels.
const MIN_AREA: u32 = 20;

/// The least width and height of a region, in pixels.
const MIN_EXTENT: usize = 6;

impl RegionFinder {
    /// The regions that are large enough and don't touch the edge of the image.
    pub fn find(&mut self, map: &DarkMap, found: &mut Vec<Region>) {
        self.parents.clear();
        self.regions.clear();
        self.runs_above.clear();
        for y in 0..map.height() {
            self.runs.clear();
            split_runs(map.row(y), map.width(), &mut self.runs);
            self.label(y as u16);
            std::mem::swap(&mut self.runs, &mut self.runs_above);
        }
        let (width, height) = (map.width(), map.height());
        let roots = self
            .regions
            .iter()
            .zip(&self.parents)
            .enumerate()
            .filter(|(i, (_, parent))| *i == **parent as usize);
        let large = roots.map(|(_, (region, _))| *region).filter(|region| {
            let inside = region.left > 0
                && region.top > 0
                && usize::from(region.right) < width
                && usize::from(region.bottom) < height;
            inside && region.area >= MIN_AREA && region.width() >= MIN_EXTENT && region.height() >= MIN_EXTENT
        });
        found.clear();
        found.extend(large);
    }

    /// Labels the runs of a row by those above that they touch.
    fn label(&mut self, y: u16) {
        let mut above = 0;
        for i in 0..self.runs.len() {
            let Run { first, end, .. } = self.runs[i];
            while self.runs_above.get(above).is_some_and(|run| run.end <= first) {
                above += 1;
            }
            let mut label = None;
            let mut touching = above;
            while let Some(run) = self.runs_above.get(touching).filter(|run| run.first < end) {
                let root = self.root(run.label);
                label = Some(label.map_or(root, |label| self.merge(label, root)));
                touching += 1;
            }
            let region = Region {
                left: first,
                right: end,
                top: y,
                bottom: y + 1,
                start: first,
                area: u32::from(end - first),
            };
            self.runs[i].label = match label {
                Some(label) => {
                    self.regions[label as usize].include(&region);
                    label
                }
                None => {
                    let label = self.regions.len() as u32;
                    self.regions.push(region);
                    self.parents.push(label);
                    label
                }
            };
        }
    }

    /// The label that a label was merged into.
    fn root(&mut self, mut label: u32) -> u32 {
        loop {
            let parent = self.parents[label as usize];
            if parent == label {
                return label;
            }
            let grandparent = self.parents[parent as usize];
            self.parents[label as usize] = grandparent;
            label = grandparent;
        }
    }

    /// Merges two roots. The lower label stays: it began first.
    fn merge(&mut self, a: u32, b: u32) -> u32 {
        let (low, high) = (a.min(b), a.max(b));
        if low != high {
            let merged = self.regions[high as usize];
            self.regions[low as usize].include(&merged);
            self.parents[high as usize] = low;
        }
        low
    }
}

impl Region {
    fn include(&mut self, other: &Self) {
        self.left = self.left.min(other.left);
        self.right = self.right.max(other.right);
        self.bottom = self.bottom.max(other.bottom);
        self.area += other.area;
    }
}

/// The runs of ones in a row.
fn split_runs(words: &[u64], width: usize, runs: &mut Vec<Run>) {
    let (mut before, mut first) = (0, None);
    for (i, &word) in words.iter().enumerate() {
        // One bit for each change between neighbors.
        let mut changes = word ^ (word << 1 | before);
        before = word >> 63;
        while changes != 0 {
            let x = (i * 64 + changes.trailing_zeros() as usize) as u16;
            changes &= changes - 1;
            match first.take() {
                None => first = Some(x),
                Some(first) => runs.push(Run { first, end: x, label: 0 }),
            }
        }
    }
    if let Some(first) = first {
        runs.push(Run { first, end: width as u16, label: 0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cross_words() {
        let mut runs = Vec::new();
        split_runs(&[1 << 63 | 0b0110, 0b101, 1 << 63], 192, &mut runs);
        let ends: Vec<_> = runs.iter().map(|run| (run.first, run.end)).collect();
        assert_eq!(ends, [(1, 3), (63, 65), (66, 67), (191, 192)]);
    }

    #[test]
    fn a_ring_is_one_region_and_its_inside_another() {
        // A square ring with a U around nothing, and a square inside of it; one more square at the edge.
        let ring = |x: usize, y: usize| {
            let outer = (10..40).contains(&x) && (10..40).contains(&y);
            let hole = (15..35).contains(&x) && (15..35).contains(&y);
            let inner = (20..30).contains(&x) && (20..30).contains(&y);
            outer && !hole || inner || x >= 70 && y < 20
        };
        let data: Vec<u8> = (0..80 * 60).map(|i| if ring(i % 80, i / 80) { 0 } else { 255 }).collect();
        let mut map = DarkMap::default();
        map.update(&crate::GrayImage::packed(80, 60, &data).unwrap(), 12);
        let (mut finder, mut found) = (RegionFinder::default(), Vec::new());
        for _ in 0..2 {
            finder.find(&map, &mut found);
            assert_eq!(
                found,
                [
                    Region { left: 10, right: 40, top: 10, bottom: 40, start: 10, area: 500 },
                    Region { left: 20, right: 30, top: 20, bottom: 30, start: 20, area: 100 },
                ]
            );
        }
    }
}
