//! Writes `.cube` files.

use std::fmt::Write;

use bevy::prelude::*;

use super::{CubeLut, CubeShape};

impl CubeLut {
    /// The text of a `.cube` file.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if !self.title.is_empty() {
            let _ = writeln!(text, "TITLE \"{}\"", self.title);
        }
        let (CubeShape::Curves(size) | CubeShape::Cube(size)) = self.shape;
        let _ = writeln!(text, "{} {size}", self.shape.keyword());
        let [first, last] = self.domain;
        for (keyword, default, bound) in [("DOMAIN_MIN", Vec3::ZERO, first), ("DOMAIN_MAX", Vec3::ONE, last)]
        {
            if bound != default {
                let _ = writeln!(text, "{keyword} {} {} {}", bound.x, bound.y, bound.z);
            }
        }
        text.push('\n');
        for [red, green, blue] in &self.colors {
            let _ = writeln!(text, "{red} {green} {blue}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let cube = CubeLut::from_fn("A \"title\"\nof two lines", 5, |[red, green, blue]| {
            [1.0 / 3.0 * red, green.powf(2.2), -0.1 + 1e-7 * blue]
        });
        let cube = cube.expect("a cube");
        assert_eq!(cube.title(), "A titleof two lines");
        assert_eq!(CubeLut::parse(cube.to_text().as_bytes()).as_ref(), Ok(&cube));

        let text = "LUT_1D_SIZE 2\nDOMAIN_MIN -0.1 0 0\nDOMAIN_MAX 1 2 1.5\n0 0 0.25\n1 2 3\n";
        let curves = CubeLut::parse(text.as_bytes()).expect("curves");
        assert_eq!(CubeLut::parse(curves.to_text().as_bytes()).as_ref(), Ok(&curves));
    }
}
