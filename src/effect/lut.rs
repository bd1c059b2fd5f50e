//! Look-up tables for colors: `.cube` files.

mod loader;
mod read;
mod write;

use bevy::prelude::*;
use half::f16;

use crate::error::MediaError;

pub(super) use loader::plugin;

/// A look-up table from colors to colors: the asset that `.cube` files are loaded as, for the effect `Lut`.
///
/// The format is Adobe's Cube LUT Specification 1.0, which most programs for color grading write: one table for each of
/// red, green and blue (1D), or one for all of their combinations (3D). Colors are display-encoded, and 0 to 1 is the full
/// range. Colors between two entries are interpolated.
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::effect::CubeLut;
/// # fn load(assets: Res<AssetServer>, mut luts: ResMut<Assets<CubeLut>>) -> Result {
/// let from_file: Handle<CubeLut> = assets.load("luts/warm.cube");
/// let negative = CubeLut::from_fn("Negative", 2, |[red, green, blue]| [1.0 - red, 1.0 - green, 1.0 - blue])?;
/// let text = negative.to_text();
/// assert_eq!(CubeLut::parse(text.as_bytes())?, negative);
/// let from_formula: Handle<CubeLut> = luts.add(negative);
/// # Ok(())
/// # }
/// ```
#[derive(Asset, TypePath, Clone, Debug, PartialEq)]
pub struct CubeLut {
    title: String,
    shape: CubeShape,
    domain: [Vec3; 2],
    colors: Vec<[f32; 3]>,
}

/// The shape of a [`CubeLut`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CubeShape {
    /// Each channel by itself: this many entries, 2 to 65536.
    Curves(u32),
    /// This many entries along each of red, green and blue, 2 to 65.
    Cube(u32),
}

impl CubeShape {
    /// The most entries that curves can have: the specification's.
    const LONGEST: u32 = 65_536;
    /// The most entries that a cube's side can have. The specification has 256, which would be 200 MB of text; no program
    /// writes more than this.
    const WIDEST: u32 = 65;

    /// Number of colors in the table.
    pub const fn rows(self) -> usize {
        match self {
            Self::Curves(size) => size as usize,
            Self::Cube(size) => (size as usize).pow(3),
        }
    }

    fn check(self) -> Result<Self, MediaError> {
        let (size, most) = match self {
            Self::Curves(size) => (size, Self::LONGEST),
            Self::Cube(size) => (size, Self::WIDEST),
        };
        if (2..=most).contains(&size) {
            Ok(self)
        } else {
            Err(MediaError::type_error(format!("{} {size} isn't between 2 and {most}", self.keyword())))
        }
    }

    const fn keyword(self) -> &'static str {
        match self {
            Self::Curves(_) => "LUT_1D_SIZE",
            Self::Cube(_) => "LUT_3D_SIZE",
        }
    }
}

/// How wide an image of curves is: longer ones go on in the next row.
const ROW: u32 = 1024;

impl CubeLut {
    /// A 3D table of this many entries along each side, with the results of a function of red, green and blue, each 0 to 1.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if the size isn't 2 to 65, or a color isn't finite.
    pub fn from_fn(title: &str, size: u32, color: impl Fn([f32; 3]) -> [f32; 3]) -> Result<Self, MediaError> {
        let shape = CubeShape::Cube(size).check()?;
        let value = |index: u32| index as f32 / (size - 1) as f32;
        let places = (0..size).flat_map(|blue| {
            (0..size).flat_map(move |green| (0..size).map(move |red| [value(red), value(green), value(blue)]))
        });
        let colors: Vec<[f32; 3]> = places.map(color).collect();
        if colors.as_flattened().iter().any(|value| !value.is_finite()) {
            return Err(MediaError::type_error(format!("an entry of '{title}' isn't a finite number")));
        }
        // A title ends at its line, and at the next quotation mark.
        let title = title.chars().filter(|letter| !letter.is_control() && *letter != '"').collect();
        Ok(Self { title, shape, domain: [Vec3::ZERO, Vec3::ONE], colors })
    }

    /// The title; empty if the file has none.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The shape.
    pub const fn shape(&self) -> CubeShape {
        self.shape
    }

    /// The red, green and blue of the first entries, and of the last: by default (0, 0, 0) and (1, 1, 1).
    pub const fn domain(&self) -> [Vec3; 2] {
        self.domain
    }

    /// The colors, in the order of the file: of a cube red changes first, then green, then blue.
    pub fn colors(&self) -> &[[f32; 3]] {
        &self.colors
    }

    /// The table as a texture of the format `Rgba16Float`: width and height, and the bytes of its rows.
    ///
    /// The first row is a header: `[1 or 3 dimensions, size / 1024, size % 1024, columns]`, then the colors where the
    /// table begins and where it ends. (A half float can't count to 65536, but in thousands it can.) Curves follow in rows
    /// of 1024; a cube as its slices of equal blue, in that many columns, in each red to the right and green down.
    pub(crate) fn texels(&self) -> (UVec2, Vec<u8>) {
        let size = match self.shape {
            CubeShape::Curves(size) | CubeShape::Cube(size) => size,
        };
        let (dimensions, columns, width, height) = match self.shape {
            CubeShape::Curves(_) => (1, 1, size.clamp(3, ROW), size.div_ceil(ROW)),
            CubeShape::Cube(_) => {
                let columns = size.isqrt() + u32::from(size.isqrt().pow(2) < size);
                (3, columns, columns * size, size.div_ceil(columns) * size)
            }
        };
        let mut texels = vec![[0.0; 4]; (width * (height + 1)) as usize];
        let [first, last] = self.domain;
        let header = [
            [dimensions, size / ROW, size % ROW, columns].map(|number| number as f32),
            first.extend(0.0).to_array(),
            last.extend(0.0).to_array(),
        ];
        texels[..header.len()].copy_from_slice(&header);
        for (index, &[red, green, blue]) in (0..).zip(&self.colors) {
            let place = match self.shape {
                CubeShape::Curves(_) => UVec2::new(index % ROW, index / ROW),
                CubeShape::Cube(_) => {
                    let slice = index / (size * size);
                    let within = UVec2::new(index % size, index / size % size);
                    within + size * UVec2::new(slice % columns, slice / columns)
                }
            };
            texels[(place.x + (place.y + 1) * width) as usize] = [red, green, blue, 1.0];
        }
        let largest = f16::MAX.to_f32();
        let half = |value: &f32| f16::from_f32(value.clamp(-largest, largest)).to_le_bytes();
        let bytes = texels.as_flattened().iter().flat_map(half).collect();
        (UVec2::new(width, height + 1), bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The four values of the texel at this place.
    fn texel((size, bytes): &(UVec2, Vec<u8>), x: u32, y: u32) -> [f32; 4] {
        let at = ((x + y * size.x) * 8) as usize;
        [0, 2, 4, 6].map(|part| f16::from_le_bytes([bytes[at + part], bytes[at + part + 1]]).to_f32())
    }

    #[test]
    fn a_cube_lies_in_slices() {
        for size in [2, 3, 5, 17, 33, 65] {
            let lut = CubeLut::from_fn("", size, |color| color).expect("a cube");
            let texture = lut.texels();
            let [dimensions, thousands, rest, columns] = texel(&texture, 0, 0).map(|number| number as u32);
            assert_eq!((dimensions, thousands * ROW + rest), (3, size));
            assert_eq!(texel(&texture, 1, 0), [0.0; 4]);
            assert_eq!(texel(&texture, 2, 0), [1.0, 1.0, 1.0, 0.0]);
            for (red, green, blue) in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (size - 1, 1, size - 1)] {
                let place = UVec2::new(red + blue % columns * size, 1 + green + blue / columns * size);
                let expected = [red, green, blue].map(|index| index as f32 / (size - 1) as f32);
                let [red, green, blue, _] = texel(&texture, place.x, place.y);
                for (is, should) in [red, green, blue].into_iter().zip(expected) {
                    assert!((is - should).abs() < 0.0005, "{is} and not {should} in a cube of {size}");
                }
            }
            assert!(texture.0.max_element() <= 2048, "too large for some GPUs");
        }
    }

    #[test]
    fn curves_lie_in_rows() {
        for size in [2, 3, 1023, 1024, 1025, 65_536] {
            let mut text = format!("LUT_1D_SIZE {size}\nDOMAIN_MIN -1 0 0.5\n");
            for index in 0..size {
                text.push_str(&format!("{} 0 {}\n", index / ROW, index % ROW));
            }
            let texture = CubeLut::parse(text.as_bytes()).expect("curves").texels();
            let [dimensions, thousands, rest, _] = texel(&texture, 0, 0).map(|number| number as u32);
            assert_eq!((dimensions, thousands * ROW + rest), (1, size));
            assert_eq!(texel(&texture, 1, 0), [-1.0, 0.0, 0.5, 0.0]);
            for index in [0, 1, size / 2, size - 1] {
                let (row, column) = (index / ROW, index % ROW);
                assert_eq!(texel(&texture, column, row + 1), [row as f32, 0.0, column as f32, 1.0]);
            }
        }
    }

    #[test]
    fn what_no_table_can_be_is_refused() {
        for size in [0, 1, 66, u32::MAX] {
            let error = CubeLut::from_fn("", size, |color| color).expect_err("no such size");
            assert!(error.message.contains("isn't between 2 and 65"), "{error}");
        }
        let error = CubeLut::from_fn("Broken", 2, |[red, ..]| [1.0 / red, 0.0, 0.0]).expect_err("infinite");
        assert!(error.message.contains("'Broken'"), "{error}");
    }
}
