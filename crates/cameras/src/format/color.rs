//! The systems' information about color.

/// The color of a format's pixels, as far as the system tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Color {
    /// The weights of red, green and blue in luma.
    pub matrix: Option<Matrix>,
    /// The values of black and white.
    pub range: Option<ColorRange>,
    /// The colors of the primaries.
    pub primaries: Option<Primaries>,
}

/// The weights of red, green and blue in luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Matrix {
    /// ITU-R BT.601.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// SMPTE 240M.
    Smpte240,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
}

/// The values of black and white.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColorRange {
    /// Luma 16 to 235, chroma 16 to 240.
    Limited,
    /// 0 to 255.
    Full,
}

/// The colors of the primaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Primaries {
    /// BT.709, sRGB.
    Bt709,
    /// BT.601 with 525 lines: SMPTE 170M, SMPTE C.
    Smpte170,
    /// BT.601 with 625 lines: EBU 3213, BT.470 BG.
    Ebu3213,
    /// BT.2020.
    Bt2020,
    /// Display P3.
    P3,
}

/// The matrix of CoreVideo's `kCVImageBufferYCbCrMatrixKey`.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn corevideo_matrix(name: &str) -> Option<Matrix> {
    Some(match name {
        "ITU_R_601_4" => Matrix::Bt601,
        "ITU_R_709_2" => Matrix::Bt709,
        "SMPTE_240M_1995" => Matrix::Smpte240,
        "ITU_R_2020" => Matrix::Bt2020,
        _ => return None,
    })
}

/// The primaries of CoreVideo's `kCVImageBufferColorPrimariesKey`.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn corevideo_primaries(name: &str) -> Option<Primaries> {
    Some(match name {
        "ITU_R_709_2" => Primaries::Bt709,
        "SMPTE_C" => Primaries::Smpte170,
        "EBU_3213" => Primaries::Ebu3213,
        "ITU_R_2020" => Primaries::Bt2020,
        "P3_D65" | "DCI_P3" => Primaries::P3,
        _ => return None,
    })
}

/// The color of Media Foundation's `MF_MT_YUV_MATRIX`, `MF_MT_VIDEO_NOMINAL_RANGE` and `MF_MT_VIDEO_PRIMARIES`.
#[cfg(any(windows, test))]
pub(crate) fn media_foundation_color(
    matrix: Option<u32>,
    range: Option<u32>,
    primaries: Option<u32>,
) -> Color {
    Color {
        matrix: match matrix {
            Some(1) => Some(Matrix::Bt709),
            Some(2) => Some(Matrix::Bt601),
            Some(3) => Some(Matrix::Smpte240),
            Some(4 | 5) => Some(Matrix::Bt2020),
            _ => None,
        },
        range: match range {
            Some(1) => Some(ColorRange::Full),
            Some(2) => Some(ColorRange::Limited),
            _ => None,
        },
        primaries: match primaries {
            Some(2) => Some(Primaries::Bt709),
            Some(4 | 7) => Some(Primaries::Ebu3213),
            Some(5 | 6 | 8) => Some(Primaries::Smpte170),
            Some(9) => Some(Primaries::Bt2020),
            Some(11) => Some(Primaries::P3),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_of_both_systems_have_the_same_names() {
        assert_eq!(corevideo_matrix("ITU_R_709_2"), Some(Matrix::Bt709));
        assert_eq!(corevideo_matrix("ITU_R_601_4"), Some(Matrix::Bt601));
        assert_eq!(corevideo_matrix("something new"), None);
        assert_eq!(corevideo_primaries("P3_D65"), Some(Primaries::P3));
        let color = media_foundation_color(Some(1), Some(2), Some(2));
        assert_eq!(
            color,
            Color {
                matrix: Some(Matrix::Bt709),
                range: Some(ColorRange::Limited),
                primaries: Some(Primaries::Bt709)
            }
        );
        assert_eq!(media_foundation_color(Some(0), Some(0), None), Color::default());
        assert_eq!(media_foundation_color(Some(99), Some(3), Some(99)), Color::default());
    }
}
