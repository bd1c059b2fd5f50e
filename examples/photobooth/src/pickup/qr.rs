//! QR codes.

use qrcode::{Color, EcLevel};

use super::error::PickupError;

/// The white margin that scanners need, in modules (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// A QR code: a square of dark and light modules, with the white margin that scanners need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// The modules on each side, margin included.
    pub side: usize,
    /// True for dark modules, row by row from the top left.
    pub dark: Vec<bool>,
}

/// The QR code of a text, with error correction level M: it can be read with 15 % of it covered.
///
/// # Errors
/// [`PickupError::TooLong`].
pub fn qr_code(text: &str) -> Result<QrCode, PickupError> {
    let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| PickupError::TooLong(text.len()))?;
    let inner = code.width();
    let side = inner + 2 * QUIET_ZONE;
    let mut dark = vec![false; side * side];
    let rows = dark.chunks_mut(side).skip(QUIET_ZONE);
    for (row, modules) in rows.zip(code.to_colors().chunks(inner)) {
        for (dark, module) in row.iter_mut().skip(QUIET_ZONE).zip(modules) {
            *dark = *module == Color::Dark;
        }
    }
    Ok(QrCode { side, dark })
}

impl QrCode {
    /// The code as RGBA pixels, `scale` pixels for each module. Returns the pixels on each side, and the bytes.
    pub fn to_rgba(&self, scale: usize) -> (usize, Vec<u8>) {
        let scale = scale.max(1);
        let mut pixels = Vec::with_capacity(self.dark.len() * scale * scale * 4);
        for row in self.dark.chunks(self.side.max(1)) {
            let color = |dark: &bool| if *dark { [0, 0, 0, 255] } else { [255; 4] };
            let line: Vec<u8> = row.iter().flat_map(|dark| color(dark).repeat(scale)).collect();
            pixels.extend(line.repeat(scale));
        }
        (self.side * scale, pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://192.168.178.120:49152/0123456789abcdef0123456789abcdef";

    /// The text of a QR code, read by another implementation.
    fn read(side: usize, rgba: &[u8]) -> String {
        let luma = |x: usize, y: usize| rgba[(y * side + x) * 4];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, luma);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code is found");
        grids[0].decode().expect("the code can be read").1
    }

    #[test]
    fn another_implementation_reads_the_code() {
        for text in [URL, "http://[fe80::1]:1/a", "a"] {
            let code = qr_code(text).expect("a code");
            let (side, rgba) = code.to_rgba(6);
            assert_eq!(side, code.side * 6);
            assert_eq!(rgba.len(), side * side * 4);
            assert_eq!(read(side, &rgba), text);
        }
    }

    #[test]
    fn a_partly_covered_code_can_be_read() {
        let (side, mut rgba) = qr_code(URL).expect("a code").to_rgba(8);
        // A thumb on the middle.
        for y in side * 9 / 20..side * 11 / 20 {
            for x in side * 9 / 20..side * 11 / 20 {
                rgba[(y * side + x) * 4..][..3].fill(0);
            }
        }
        assert_eq!(read(side, &rgba), URL);
    }

    #[test]
    fn the_margin_is_white() {
        let code = qr_code(URL).expect("a code");
        for (index, dark) in code.dark.iter().enumerate() {
            let (x, y) = (index % code.side, index / code.side);
            let inside = |at: usize| (QUIET_ZONE..code.side - QUIET_ZONE).contains(&at);
            assert!(!dark || (inside(x) && inside(y)), "{x}, {y}");
        }
        assert!(code.dark[QUIET_ZONE * code.side + QUIET_ZONE], "the first module is dark");
    }

    #[test]
    fn a_text_that_is_too_long_is_an_error() {
        let error = qr_code(&"a".repeat(3000)).expect_err("too long");
        assert!(matches!(error, PickupError::TooLong(3000)), "{error}");
    }
}
