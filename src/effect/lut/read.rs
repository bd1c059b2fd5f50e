//! Reads `.cube` files.

use std::iter::{Enumerate, Peekable};

use bevy::prelude::*;

use super::{CubeLut, CubeShape};
use crate::error::MediaError;

impl CubeLut {
    /// Reads a `.cube` file: Adobe's Cube LUT Specification 1.0, with at most 65 entries along the sides of a cube.
    ///
    /// Keywords of DaVinci Resolve are read as well:
    /// - `LUT_1D_INPUT_RANGE` of a 1D table and `LUT_3D_INPUT_RANGE` of a 3D table stand for `DOMAIN_MIN` and
    ///   `DOMAIN_MAX`. The range of the other kind of table is ignored, as Resolve does.
    /// - `LUT_IN_VIDEO_RANGE` and `LUT_OUT_VIDEO_RANGE` say that 64/1023 is black and 940/1023 is white in what the
    ///   table takes or gives. The domain and the colors are converted to the full range, 0 to 1.
    ///
    /// Resolve's files with two tables are not supported.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data); the message names the line at fault and the cause.
    pub fn parse(bytes: &[u8]) -> Result<Self, MediaError> {
        if bytes.contains(&0) {
            let cause = "it has to be text in ASCII or UTF-8";
            return Err(MediaError::data(format!("this isn't a .cube file: {cause}")));
        }
        // Only titles and comments have letters beyond ASCII, and those needn't be UTF-8.
        let text = String::from_utf8_lossy(bytes);
        // Lines end as on Windows, on Unix, or on old Macs.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut lines = Lines { lines: text.split(['\n', '\r']).enumerate().peekable(), last: 0 };
        let head = Head::read(&mut lines)?;
        head.table(&mut lines)
    }
}

/// The lines of a file without comments and empty ones.
struct Lines<'a, I: Iterator<Item = &'a str>> {
    lines: Peekable<Enumerate<I>>,
    /// The number of the line that was last read, from 1.
    last: usize,
}

impl<'a, I: Iterator<Item = &'a str>> Lines<'a, I> {
    /// The next line, if it is as wanted.
    fn next_if(&mut self, wanted: impl Fn(&str) -> bool) -> Option<&'a str> {
        loop {
            let (index, line) = self.lines.peek()?;
            let (index, line) = (*index, line.trim());
            let silent = line.is_empty() || line.starts_with('#');
            if !silent && !wanted(line) {
                return None;
            }
            self.lines.next();
            if !silent {
                self.last = index + 1;
                return Some(line);
            }
        }
    }

    /// An error at the line that was last read.
    fn error(&self, cause: impl std::fmt::Display) -> MediaError {
        MediaError::data(format!("line {} of a .cube file: {cause}", self.last))
    }
}

/// Whether a line has the numbers of a table: they begin as numbers do.
fn is_row(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|word| word.parse::<f32>().is_ok())
}

/// A line as a message can quote it.
fn quoted(line: &str) -> String {
    let mut quote: String = line.chars().filter(|letter| !letter.is_control()).take(40).collect();
    if quote.len() < line.len() {
        quote.push_str("...");
    }
    format!("'{quote}'")
}

/// A value in video range, where 10 bits have black at 64 and white at 940, in full range.
fn full_range(value: f32) -> f32 {
    (value * 1023.0 - 64.0) / (940.0 - 64.0)
}

/// The header of a file.
#[derive(Default)]
struct Head {
    title: Option<String>,
    shape: Option<CubeShape>,
    min: Option<Vec3>,
    max: Option<Vec3>,
    /// The input range of a 1D table, as Resolve writes it.
    curves_range: Option<[f32; 2]>,
    /// The input range of a 3D table, as Resolve writes it.
    cube_range: Option<[f32; 2]>,
    /// The table takes colors in video range.
    takes_video_range: bool,
    /// The table gives colors in video range.
    gives_video_range: bool,
}

impl Head {
    fn read<'a>(lines: &mut Lines<'a, impl Iterator<Item = &'a str>>) -> Result<Self, MediaError> {
        let mut head = Self::default();
        while let Some(line) = lines.next_if(|line| !is_row(line)) {
            head.take(line).map_err(|cause| lines.error(cause))?;
        }
        Ok(head)
    }

    /// The domain given by the file, in full range.
    fn domain(&self, shape: CubeShape) -> Result<[Vec3; 2], String> {
        let (keyword, range) = match shape {
            CubeShape::Curves(_) => ("LUT_1D_INPUT_RANGE", self.curves_range),
            CubeShape::Cube(_) => ("LUT_3D_INPUT_RANGE", self.cube_range),
        };
        let range = range.map(|range| range.map(Vec3::splat));
        let [first, last] = range.unwrap_or([Vec3::ZERO, Vec3::ONE]);
        let domain = [self.min.unwrap_or(first), self.max.unwrap_or(last)];
        if range.is_some_and(|range| range != domain) {
            return Err(format!("DOMAIN_MIN, DOMAIN_MAX and {keyword} say different things"));
        }
        let [min, max] = domain;
        if !min.cmplt(max).all() {
            let cause = "each number of DOMAIN_MIN has to be below that of DOMAIN_MAX";
            return Err(format!("{cause}; they are {min} and {max}"));
        }
        if !self.takes_video_range {
            return Ok(domain);
        }
        // Between two entries colors change evenly: so the table is the same with its ends and entries converted.
        let [first, last] = domain.map(|bound| bound.map(full_range));
        if !first.cmplt(last).all() || !first.is_finite() || !last.is_finite() {
            let cause =
                "the domain has no numbers in full range that differ; change it, or LUT_IN_VIDEO_RANGE";
            return Err(format!("{cause}: it is {min} to {max}"));
        }
        Ok([first, last])
    }

    /// Takes a line with a keyword.
    fn take(&mut self, line: &str) -> Result<(), String> {
        let (keyword, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = value.trim();
        match keyword {
            "TITLE" => once(&mut self.title, keyword, value.trim_matches('"').to_owned()),
            "LUT_1D_SIZE" => self.take_shape(CubeShape::Curves, keyword, value),
            "LUT_3D_SIZE" => self.take_shape(CubeShape::Cube, keyword, value),
            "DOMAIN_MIN" => once(&mut self.min, keyword, Vec3::from(numbers(value)?)),
            "DOMAIN_MAX" => once(&mut self.max, keyword, Vec3::from(numbers(value)?)),
            "LUT_1D_INPUT_RANGE" => once(&mut self.curves_range, keyword, numbers(value)?),
            "LUT_3D_INPUT_RANGE" => once(&mut self.cube_range, keyword, numbers(value)?),
            "LUT_IN_VIDEO_RANGE" if value.is_empty() => {
                self.takes_video_range = true;
                Ok(())
            }
            "LUT_OUT_VIDEO_RANGE" if value.is_empty() => {
                self.gives_video_range = true;
                Ok(())
            }
            _ => Err(format!("{} is neither a keyword that is known nor three numbers", quoted(line))),
        }
    }

    fn take_shape(&mut self, shape: fn(u32) -> CubeShape, keyword: &str, value: &str) -> Result<(), String> {
        let checked = value.parse().ok().map(|size| shape(size).check());
        let shape = match checked {
            Some(checked) => checked.map_err(|error| error.message.into_owned())?,
            None => return Err(format!("{keyword} {} is no size that a table can have", quoted(value))),
        };
        if self.shape.is_some_and(|known| known.keyword() != shape.keyword()) {
            return Err(
                "files with both LUT_1D_SIZE and LUT_3D_SIZE aren't supported; export a single table".into(),
            );
        }
        once(&mut self.shape, keyword, shape)
    }

    /// Reads the table itself.
    fn table<'a>(self, lines: &mut Lines<'a, impl Iterator<Item = &'a str>>) -> Result<CubeLut, MediaError> {
        let error = |cause| MediaError::data(format!("a .cube file: {cause}"));
        let Some(shape) = self.shape else {
            return Err(error("there is no LUT_1D_SIZE or LUT_3D_SIZE before its table".to_owned()));
        };
        let domain = self.domain(shape).map_err(error)?;
        let mut colors = Vec::with_capacity(shape.rows());
        while let Some(line) = lines.next_if(|_| true) {
            if colors.len() == shape.rows() {
                let cause = format!("the table has more rows than its {}", shape.rows());
                return Err(lines.error(cause));
            }
            colors.push(numbers(line).map_err(|cause| lines.error(cause))?);
        }
        if colors.len() < shape.rows() {
            let cause = format!(
                "the table ends after {} of its {} rows; copy or export the file again",
                colors.len(),
                shape.rows()
            );
            return Err(lines.error(cause));
        }
        if self.gives_video_range {
            colors.as_flattened_mut().iter_mut().for_each(|value| *value = full_range(*value));
            if let Some(row) = colors.iter().position(|color| color.iter().any(|value| !value.is_finite())) {
                let cause = "is too large for LUT_OUT_VIDEO_RANGE; change it, or leave out the keyword";
                return Err(error(format!("row {} of the table {cause}", row + 1)));
            }
        }
        Ok(CubeLut { title: self.title.unwrap_or_default(), shape, domain, colors })
    }
}

/// Keeps a value that may be said only once.
fn once<T>(place: &mut Option<T>, keyword: &str, value: T) -> Result<(), String> {
    match place {
        Some(_) => Err(format!("{keyword} says what has been said before")),
        None => {
            *place = Some(value);
            Ok(())
        }
    }
}

/// A line of `N` finite numbers.
fn numbers<const N: usize>(line: &str) -> Result<[f32; N], String> {
    let mut numbers = [0.0_f32; N];
    let mut words = line.split_whitespace();
    for number in &mut numbers {
        *number = words
            .next()
            .and_then(|word| word.parse().ok())
            .ok_or_else(|| format!("{} isn't {N} numbers", quoted(line)))?;
    }
    if words.next().is_some() {
        return Err(format!("{} is more than {N} numbers", quoted(line)));
    }
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(format!("{} isn't {N} finite numbers", quoted(line)));
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorName;

    const EIGHT: &str = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";

    fn read(text: &str) -> Result<CubeLut, MediaError> {
        CubeLut::parse(text.as_bytes())
    }

    #[test]
    fn a_file_of_any_program_is_read() {
        for text in [
            format!("LUT_3D_SIZE 2\n{EIGHT}"),
            format!(
                "\u{feff}# a comment\n\nTITLE \"A look\"\n LUT_3D_SIZE\t2 \n\n#DOMAIN_MIN 9 9 9\n{EIGHT}\n\n#end"
            ),
            format!("DOMAIN_MAX 1 1 1\nLUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\n{EIGHT}"),
            format!("TITLE unquoted\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0\n{EIGHT}"),
            format!("LUT_3D_SIZE 2\n{EIGHT}").replace('\n', "\r\n"),
            format!("LUT_3D_SIZE 2\n{EIGHT}").replace('\n', "\r"),
            format!("LUT_3D_SIZE 2\n{}", EIGHT.replace('0', ".0").replace('1', "+1.e0")),
            format!("LUT_3D_SIZE 2\n{}", EIGHT.trim_end()),
        ] {
            let lut = read(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(lut.shape(), CubeShape::Cube(2), "{text}");
            assert_eq!(lut.domain(), [Vec3::ZERO, Vec3::ONE], "{text}");
            assert_eq!(lut.colors()[1], [1.0, 0.0, 0.0], "{text}");
            assert_eq!(lut.colors().len(), 8, "{text}");
        }
        let latin = [&b"TITLE \"caf\xe9\"\nLUT_3D_SIZE 2\n"[..], EIGHT.as_bytes()].concat();
        assert!(CubeLut::parse(&latin).is_ok_and(|lut| lut.title().starts_with("caf")));
        let wide = read("LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE -1 4\n-0.5 0 0\n7 1 1").expect("curves");
        assert_eq!(wide.domain(), [Vec3::splat(-1.0), Vec3::splat(4.0)]);
        assert_eq!(wide.colors(), [[-0.5, 0.0, 0.0], [7.0, 1.0, 1.0]]);
    }

    #[test]
    fn what_is_not_text_is_named() {
        let utf_16: Vec<u8> = "LUT_3D_SIZE 2".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &utf_16] {
            let error = CubeLut::parse(bytes).expect_err("no text");
            assert_eq!(error.name, ErrorName::Data);
            assert!(error.message.contains("isn't a .cube file"), "{error}");
        }
    }

    #[test]
    fn lines_end_in_any_way_even_in_one_file() {
        let lut =
            read("TITLE mixed\rLUT_3D_SIZE 2\n0 0 0\r\n1 0 0\r0 1 0\n1 1 0\n0 0 1\n1 0 1\r0 1 1\r\n1 1 1\r");
        let lut = lut.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((lut.title(), lut.colors().len()), ("mixed", 8));
        let error = read("LUT_3D_SIZE 2\r\n\r\n0 0\r\n").expect_err("two numbers");
        assert!(error.message.contains("line 3"), "{error}");
    }

    #[test]
    fn a_range_is_that_of_its_own_kind_of_table() {
        let cube =
            |head: &str| read(&format!("{head}\n{EIGHT}")).unwrap_or_else(|error| panic!("{head}: {error}"));
        let wide = "LUT_1D_INPUT_RANGE 0 1.095";
        for head in [format!("LUT_3D_SIZE 2\n{wide}"), format!("{wide}\nLUT_3D_SIZE 2")] {
            assert_eq!(cube(&head).domain(), [Vec3::ZERO, Vec3::ONE]);
        }
        let both = format!("{wide}\nLUT_3D_INPUT_RANGE -1 2\nLUT_3D_SIZE 2");
        assert_eq!(cube(&both).domain(), [Vec3::splat(-1.0), Vec3::splat(2.0)]);
        let curves = read("LUT_1D_SIZE 2\nLUT_3D_INPUT_RANGE -1 2\n0 0 0\n1 1 1\n").expect("curves");
        assert_eq!(curves.domain(), [Vec3::ZERO, Vec3::ONE]);
        assert_eq!(cube("LUT_3D_SIZE 2\nDOMAIN_MAX 1 1 1\nLUT_3D_INPUT_RANGE 0 1").domain()[1], Vec3::ONE);
        let two = read(&format!("LUT_3D_SIZE 2\nDOMAIN_MAX 2 2 2\nLUT_3D_INPUT_RANGE 0 1\n{EIGHT}"));
        let error = two.expect_err("one of them is wrong");
        assert!(error.message.contains("LUT_3D_INPUT_RANGE say different things"), "{error}");
    }

    #[test]
    fn numbers_that_have_no_full_range_are_errors() {
        for (head, row, cause) in [
            ("LUT_IN_VIDEO_RANGE\nDOMAIN_MAX 3e38 1 1", "1 1 1", "LUT_IN_VIDEO_RANGE"),
            // Different numbers, which rounding makes equal.
            ("LUT_IN_VIDEO_RANGE\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1e-44 1 1", "1 1 1", "LUT_IN_VIDEO_RANGE"),
            ("LUT_OUT_VIDEO_RANGE", "1 3e38 1", "row 2 of the table"),
        ] {
            let error = read(&format!("LUT_1D_SIZE 2\n{head}\n0 0 0\n{row}\n")).expect_err(head);
            assert_eq!(error.name, ErrorName::Data);
            assert!(error.message.contains(cause), "{error}");
        }
    }

    #[test]
    fn video_range_is_converted_to_full_range() {
        let near = |is: [f32; 3], should: [f32; 3]| {
            assert!(Vec3::from(is).abs_diff_eq(Vec3::from(should), 1e-5), "{is:?} and not {should:?}");
        };
        let (black, white) = (64.0 / 1023.0, 940.0 / 1023.0);
        let table = format!("{black} {white} 0.5\n1 0 {white}\n");
        let read = |flags: &str| read(&format!("LUT_1D_SIZE 2\n{flags}\n{table}")).expect("curves");

        let takes = read("LUT_IN_VIDEO_RANGE");
        near(takes.domain()[0].into(), [-64.0 / 876.0; 3]);
        near(takes.domain()[1].into(), [959.0 / 876.0; 3]);
        near(takes.colors()[0], [black, white, 0.5]);

        let gives = read("LUT_OUT_VIDEO_RANGE");
        assert_eq!(gives.domain(), [Vec3::ZERO, Vec3::ONE]);
        near(gives.colors()[0], [0.0, 1.0, (0.5 * 1023.0 - 64.0) / 876.0]);
        near(gives.colors()[1], [959.0 / 876.0, -64.0 / 876.0, 1.0]);

        // The range is said in the table's own terms: this one is all of what is between black and white.
        let both =
            read(&format!("LUT_1D_INPUT_RANGE {black} {white}\nLUT_OUT_VIDEO_RANGE\nLUT_IN_VIDEO_RANGE"));
        near(both.domain()[0].into(), [0.0; 3]);
        near(both.domain()[1].into(), [1.0; 3]);
        assert_eq!(both.colors(), gives.colors());
        assert_eq!(CubeLut::parse(both.to_text().as_bytes()), Ok(both));
    }

    #[test]
    fn a_wrong_file_says_where_and_what() {
        let cube = |rest: &str| format!("LUT_3D_SIZE 2\n{rest}");
        for (text, cause) in [
            (String::new(), "there is no LUT_1D_SIZE or LUT_3D_SIZE"),
            (EIGHT.into(), "there is no LUT_1D_SIZE or LUT_3D_SIZE"),
            ("LUT_3D_SIZE 2".into(), "line 1 of a .cube file: the table ends after 0 of its 8 rows"),
            (cube("0 0 0\n1 0 0\n\n"), "line 3 of a .cube file: the table ends after 2 of its 8 rows"),
            (
                cube(&format!("{EIGHT}# more\n0.5 0 0")),
                "line 11 of a .cube file: the table has more rows than its 8",
            ),
            (cube("0 0\n"), "line 2 of a .cube file: '0 0' isn't 3 numbers"),
            (cube("0 0 0 0\n"), "line 2 of a .cube file: '0 0 0 0' is more than 3 numbers"),
            (cube("0 NaN 0\n"), "line 2 of a .cube file: '0 NaN 0' isn't 3 finite numbers"),
            (cube("nan 0 0\n"), "line 2 of a .cube file: 'nan 0 0' isn't 3 finite numbers"),
            (cube("inf 0 0\n"), "line 2 of a .cube file: 'inf 0 0' isn't 3 finite numbers"),
            (cube("1e39 0 0\n"), "line 2 of a .cube file: '1e39 0 0' isn't 3 finite numbers"),
            (cube("0 0 0\nTITLE \"late\"\n"), "line 3 of a .cube file: 'TITLE \"late\"' isn't 3 numbers"),
            (cube("LUT_3D_SIZE 2\n"), "line 2 of a .cube file: LUT_3D_SIZE says what has been said before"),
            (
                cube("LUT_1D_SIZE 2\n"),
                "line 2 of a .cube file: files with both LUT_1D_SIZE and LUT_3D_SIZE aren't supported",
            ),
            (cube("DOMAIN_MIN 0 1 0\n0 0 0"), "each number of DOMAIN_MIN has to be below that of DOMAIN_MAX"),
            (
                cube("DOMAIN_MAX 1 1 -1\n0 0 0"),
                "each number of DOMAIN_MIN has to be below that of DOMAIN_MAX",
            ),
            (cube("DOMAIN_MIN NaN 0 0\n"), "line 2 of a .cube file: 'NaN 0 0' isn't 3 finite numbers"),
            (cube("DOMAIN_MIN\n"), "line 2 of a .cube file: '' isn't 3 numbers"),
            (cube("DOMAIN_MN 0 0 0\n"), "line 2 of a .cube file: 'DOMAIN_MN 0 0 0' is neither"),
            (
                "LUT_3D_SIZE 1000000000".into(),
                "line 1 of a .cube file: LUT_3D_SIZE 1000000000 isn't between 2 and 65",
            ),
            ("LUT_1D_SIZE 65537".into(), "LUT_1D_SIZE 65537 isn't between 2 and 65536"),
            ("LUT_3D_SIZE 1".into(), "LUT_3D_SIZE 1 isn't between 2 and 65"),
            ("LUT_3D_SIZE -2".into(), "LUT_3D_SIZE '-2' is no size that a table can have"),
            ("LUT_3D_SIZE 99999999999999999999".into(), "is no size that a table can have"),
            ("LUT_3D_SIZE".into(), "LUT_3D_SIZE '' is no size that a table can have"),
            (format!("{:1000}", "\u{1}PNG"), "is neither a keyword that is known nor three numbers"),
        ] {
            let Err(error) = read(&text) else { panic!("{text} was read") };
            assert_eq!(error.name, ErrorName::Data, "{text}");
            assert!(error.message.contains(cause), "{text}: {error}");
            assert!(error.message.len() < 200, "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..default() })]

        #[test]
        fn no_bytes_are_too_wrong_to_be_told(bytes: Vec<u8>) {
            let _ = CubeLut::parse(&bytes);
        }

        #[test]
        fn no_text_is_too_wrong_to_be_told(
            lines in prop::collection::vec(
                r"((TITLE|LUT_1D_SIZE|LUT_3D_SIZE|DOMAIN_MIN|DOMAIN_MAX|LUT_3D_INPUT_RANGE|LUT_IN_VIDEO_RANGE|#|) ?)?(-?[0-9]{0,3}(\.[0-9]|e[0-9]{0,3}| |nan|inf)?){0,4}",
                0..20,
            ),
        ) {
            if let Ok(lut) = CubeLut::parse(lines.join("\n").as_bytes()) {
                prop_assert_eq!(lut.colors().len(), lut.shape().rows());
                let (size, _) = lut.texels();
                prop_assert!(size.x >= 3 && size.y >= 2);
                prop_assert_eq!(CubeLut::parse(lut.to_text().as_bytes()), Ok(lut));
            }
        }
    }
}
