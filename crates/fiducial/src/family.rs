//! Families of markers: sizes and codes as data.

mod codes;

use crate::FiducialError;
use std::borrow::Cow;

/// A family of square markers: a dark border around a grid of dark and light cells, on a light quiet zone.
///
/// A code has one bit for each cell inside the border, row by row from the top left. The first cell is the most
/// significant bit, and 1 is light. The index of a code is the marker's id.
///
/// [`families`](crate::families) has the usual ones. [`Family::new`] makes one of an app's own codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    name: Cow<'static, str>,
    side: u32,
    border: u32,
    codes: Cow<'static, [u64]>,
    max_hamming: u32,
}

impl Family {
    /// A family of an app's own codes.
    ///
    /// - `side`: the cells across the code, 2 to 8.
    /// - `border`: the cells across the dark border, 1 to 4.
    /// - `max_hamming`: the number of wrong cells that are corrected. 0 reads exact codes only.
    ///
    /// # Errors
    /// [`FiducialError::Family`] if a number is out of its range, if a code has more bits than cells, or if markers
    /// could be confused: two codes, or one code and itself after a quarter turn, must differ in more than
    /// `2 * max_hamming` cells.
    pub fn new(
        name: impl Into<String>,
        side: u32,
        border: u32,
        codes: Vec<u64>,
        max_hamming: u32,
    ) -> Result<Self, FiducialError> {
        let name = name.into();
        let family = Self { name: name.into(), side, border, codes: codes.into(), max_hamming };
        match family.fault() {
            None => Ok(family),
            Some(reason) => Err(FiducialError::Family { name: family.name.into_owned(), reason }),
        }
    }

    const fn built_in(name: &'static str, side: u32, codes: &'static [u64], max_hamming: u32) -> Self {
        Self { name: Cow::Borrowed(name), side, border: 1, codes: Cow::Borrowed(codes), max_hamming }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of cells across the code, without the border.
    pub fn side(&self) -> u32 {
        self.side
    }

    /// The number of cells across the dark border.
    pub fn border(&self) -> u32 {
        self.border
    }

    /// The number of cells across the dark square.
    pub fn cells(&self) -> u32 {
        self.side + 2 * self.border
    }

    /// The codes, by id.
    pub fn codes(&self) -> &[u64] {
        &self.codes
    }

    /// The number of wrong cells that are corrected.
    pub fn max_hamming(&self) -> u32 {
        self.max_hamming
    }

    /// The cells of a marker, for drawing and printing. `None` if the family has no such id.
    ///
    /// The quiet zone around the dark border is one cell wide. Print at least as much white around a marker.
    pub fn render(&self, id: u32) -> Option<Modules> {
        let code = *self.codes.get(usize::try_from(id).ok()?)?;
        let side = self.cells() + 2;
        let light = |x: u32, y: u32| self.is_light(code, x, y);
        let cells = (0..side * side).map(|cell| light(cell % side, cell / side)).collect();
        Some(Modules { side, cells })
    }

    /// Tells whether a cell of a marker is light. The quiet zone is one cell wide, and everything outside is light.
    pub(crate) fn is_light(&self, code: u64, x: u32, y: u32) -> bool {
        let (last, frame) = (self.cells() + 1, self.border + 1);
        if x == 0 || y == 0 || x >= last || y >= last {
            return true;
        }
        let code_cells = frame..frame + self.side;
        let inside = code_cells.contains(&x) && code_cells.contains(&y);
        inside && bit(code, self.side, x - frame, y - frame)
    }

    /// The probability that random cells are read as a marker.
    pub(crate) fn false_positive_rate(&self) -> f64 {
        let bits = self.side * self.side;
        let (mut patterns, mut choices) = (0.0, 1.0);
        for wrong in 0..=self.max_hamming {
            patterns += choices;
            choices *= f64::from(bits.saturating_sub(wrong)) / f64::from(wrong + 1);
        }
        4.0 * self.codes.len() as f64 * patterns / f64::from(bits).exp2()
    }

    /// The reason why this is no family.
    fn fault(&self) -> Option<String> {
        if !(2..=8).contains(&self.side) {
            return Some(format!("codes of {0}x{0} cells aren't supported: take 2 to 8", self.side));
        }
        if !(1..=4).contains(&self.border) {
            return Some(format!("a border of {} cells isn't supported: take 1 to 4", self.border));
        }
        if self.codes.is_empty() {
            return Some("it has no codes".into());
        }
        let bits = self.side * self.side;
        if let Some(id) = self.codes.iter().position(|&code| bits < 64 && code >> bits != 0) {
            return Some(format!("the code of id {id} has more than {bits} bits"));
        }
        let needed = self.max_hamming.saturating_mul(2).saturating_add(1);
        for (id, &code) in self.codes.iter().enumerate() {
            let mut turned = code;
            for turn in 0..4 {
                // The same turn of both codes changes nothing, so the later ones suffice.
                let first_other = if turn == 0 { id + 1 } else { id };
                let others = self.codes.iter().enumerate().skip(first_other);
                if let Some((other, cells)) = others
                    .map(|(other, &other_code)| (other, (turned ^ other_code).count_ones()))
                    .find(|&(_, cells)| cells < needed)
                {
                    let degrees = turn * 90;
                    return Some(format!(
                        "ids {id} and {other} differ in {cells} cells after a turn of {degrees} degrees: \
                         correct fewer cells than {}, or take other codes",
                        self.max_hamming
                    ));
                }
                turned = quarter_turn(turned, self.side);
            }
        }
        None
    }
}

/// The usual families.
///
/// Families with few cells correct no errors: a corrected cell would make objects look like markers.
pub mod families {
    use super::{Family, codes};

    /// AprilTag 36h11: the one to choose. 587 ids of 6x6 cells, 2 cells corrected.
    pub static TAG_36H11: Family = Family::built_in("tag36h11", 6, &codes::TAG_36H11, 2);
    /// AprilTag 25h9: 35 ids of 5x5 cells, 1 cell corrected.
    pub static TAG_25H9: Family = Family::built_in("tag25h9", 5, &codes::TAG_25H9, 1);
    /// AprilTag 16h5: 30 ids of 4x4 cells, exact codes only.
    pub static TAG_16H5: Family = Family::built_in("tag16h5", 4, &codes::TAG_16H5, 0);
    /// ArUco 4x4: 50 ids, exact codes only.
    pub static ARUCO_4X4_50: Family =
        Family::built_in("4x4_50", 4, codes::ARUCO_4X4.first_chunk::<50>().unwrap(), 0);
    /// ArUco 4x4: 100 ids, exact codes only.
    pub static ARUCO_4X4_100: Family =
        Family::built_in("4x4_100", 4, codes::ARUCO_4X4.first_chunk::<100>().unwrap(), 0);
    /// ArUco 4x4: 250 ids, exact codes only.
    pub static ARUCO_4X4_250: Family = Family::built_in("4x4_250", 4, &codes::ARUCO_4X4, 0);
    /// ArUco 5x5: 50 ids, 1 cell corrected.
    pub static ARUCO_5X5_50: Family =
        Family::built_in("5x5_50", 5, codes::ARUCO_5X5.first_chunk::<50>().unwrap(), 1);
    /// ArUco 5x5: 100 ids, 1 cell corrected.
    pub static ARUCO_5X5_100: Family =
        Family::built_in("5x5_100", 5, codes::ARUCO_5X5.first_chunk::<100>().unwrap(), 1);
    /// ArUco 5x5: 250 ids, 1 cell corrected.
    pub static ARUCO_5X5_250: Family = Family::built_in("5x5_250", 5, &codes::ARUCO_5X5, 1);
    /// ArUco 6x6: 50 ids, 3 cells corrected.
    pub static ARUCO_6X6_50: Family =
        Family::built_in("6x6_50", 6, codes::ARUCO_6X6.first_chunk::<50>().unwrap(), 3);
    /// ArUco 6x6: 100 ids, 3 cells corrected.
    pub static ARUCO_6X6_100: Family =
        Family::built_in("6x6_100", 6, codes::ARUCO_6X6.first_chunk::<100>().unwrap(), 3);
    /// ArUco 6x6: 250 ids, 2 cells corrected.
    pub static ARUCO_6X6_250: Family = Family::built_in("6x6_250", 6, &codes::ARUCO_6X6, 2);

    /// All of them.
    pub static ALL: [&Family; 12] = [
        &TAG_36H11,
        &TAG_25H9,
        &TAG_16H5,
        &ARUCO_4X4_50,
        &ARUCO_4X4_100,
        &ARUCO_4X4_250,
        &ARUCO_5X5_50,
        &ARUCO_5X5_100,
        &ARUCO_5X5_250,
        &ARUCO_6X6_50,
        &ARUCO_6X6_100,
        &ARUCO_6X6_250,
    ];

    /// The family of this name, as `tag36h11` or `4x4_50`.
    pub fn by_name(name: &str) -> Option<&'static Family> {
        ALL.into_iter().find(|family| family.name() == name)
    }
}

/// The cells of a marker and of its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    side: u32,
    cells: Vec<bool>,
}

impl Modules {
    /// The number of cells across, with the border and the quiet zone of one cell on each side.
    pub fn side(&self) -> u32 {
        self.side
    }

    /// Tells whether a cell is light. Cells outside are light, as paper is.
    pub fn is_light(&self, x: u32, y: u32) -> bool {
        let inside = x < self.side && y < self.side;
        !inside || self.cells[(y * self.side + x) as usize]
    }

    /// The marker as packed pixels of 0 and 255, each cell `scale` pixels wide, and the width of the image in pixels.
    pub fn to_gray(&self, scale: u32) -> (u32, Vec<u8>) {
        let width = self.side.saturating_mul(scale);
        let pixel = |x, y| if self.is_light(x / scale, y / scale) { 255 } else { 0 };
        (width, (0..width).flat_map(|y| (0..width).map(move |x| pixel(x, y))).collect())
    }
}

/// The bit of a cell.
fn bit(code: u64, side: u32, x: u32, y: u32) -> bool {
    code >> (side * side - 1 - (y * side + x)) & 1 == 1
}

/// The code of a marker that is turned counterclockwise by a quarter, so that its right side is at the top.
pub(crate) fn quarter_turn(code: u64, side: u32) -> u64 {
    let cells = (0..side).flat_map(|y| (0..side).map(move |x| (side - 1 - y, x)));
    cells.fold(0, |turned, (x, y)| turned << 1 | u64::from(bit(code, side, x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_families_are_unambiguous() {
        for family in families::ALL {
            assert_eq!(family.fault(), None, "{}", family.name());
            assert_eq!(families::by_name(family.name()), Some(family));
        }
    }

    #[test]
    fn the_first_tag_looks_as_printed() {
        let rows = [
            "##########",
            "#        #",
            "# ## # # #",
            "#  ### # #",
            "#  ##    #",
            "# # #    #",
            "#  # ##  #",
            "#    #   #",
            "#        #",
            "##########",
        ];
        let modules = families::TAG_36H11.render(0).unwrap();
        assert_eq!(modules.side(), 10);
        for (y, row) in rows.iter().enumerate() {
            for (x, cell) in row.chars().enumerate() {
                assert_eq!(modules.is_light(x as u32, y as u32), cell == '#', "({x}, {y})");
            }
        }
        assert_eq!(families::TAG_36H11.render(587), None);
        let (width, pixels) = modules.to_gray(3);
        assert_eq!((width, pixels.len()), (30, 900));
        assert_eq!((pixels[0], pixels[3 * 30 + 3]), (255, 0));
    }

    #[test]
    fn four_quarter_turns_are_none() {
        let code = families::TAG_25H9.codes()[3];
        let turns = |count| (0..count).fold(code, |code, _| quarter_turn(code, 5));
        assert_eq!(turns(4), code);
        assert_ne!(turns(1), code);
        // The cell at the right end of the top row comes to the left end.
        assert_eq!(quarter_turn(0b0100, 2), 0b1000);
    }

    #[test]
    fn ambiguous_codes_are_errors() {
        let make =
            |side, border, codes: &[u64], hamming| Family::new("own", side, border, codes.to_vec(), hamming);
        assert!(make(4, 1, &[0xb532, 0x0f9a], 1).is_ok());
        for (what, family) in [
            ("side", make(1, 1, &[1], 0)),
            ("side", make(9, 1, &[1], 0)),
            ("border", make(4, 0, &[0xb532], 0)),
            ("none", make(4, 1, &[], 0)),
            ("too many bits", make(4, 1, &[0x1_b532], 0)),
            ("twice", make(4, 1, &[0xb532, 0xb532], 0)),
            ("turned", make(4, 1, &[0xb532, quarter_turn(0xb532, 4)], 0)),
            ("symmetric", make(4, 1, &[0x9009], 0)),
            ("corrected too far", make(4, 1, &[0xb532, 0x0f9a], u32::MAX)),
        ] {
            assert!(family.is_err(), "{what}");
        }
    }

    #[test]
    fn eight_by_eight_codes_use_all_bits() {
        let family = Family::new("large", 8, 2, vec![0xf123_4567_89ab_cdef], 1).unwrap();
        let modules = family.render(0).unwrap();
        assert_eq!((family.cells(), modules.side()), (12, 14));
        assert!(modules.is_light(3, 3) && !modules.is_light(2, 2) && !modules.is_light(7, 3));
    }

    #[test]
    fn small_families_are_read_by_chance() {
        assert!(families::TAG_36H11.false_positive_rate() < 1e-4);
        assert!((families::ARUCO_4X4_50.false_positive_rate() - 200.0 / 65536.0).abs() < 1e-9);
    }
}
