//! The formats of barcodes.

use std::fmt;

use bevy::prelude::*;

/// The format of a barcode. Its text is the name in the Shape Detection API (`BarcodeFormat`), such as `qr_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum BarcodeFormat {
    /// Aztec: tickets. It is found near the middle of the frame, or beside other barcodes.
    Aztec,
    /// Codabar: libraries and parcels. Its check digit is optional.
    Codabar,
    /// Code 39. Its check digit is optional.
    Code39,
    /// Code 93.
    Code93,
    /// Code 128: logistics.
    Code128,
    /// Data Matrix: parts and letters.
    DataMatrix,
    /// EAN-8: small goods.
    Ean8,
    /// EAN-13: goods and books.
    Ean13,
    /// ITF, interleaved 2 of 5. It has no check digit of its own.
    Itf,
    /// PDF417: tickets and identity documents.
    Pdf417,
    /// QR code.
    QrCode,
    /// UPC-A: goods in North America.
    UpcA,
    /// UPC-E: small goods in North America.
    UpcE,
}

/// A format, its name in the Shape Detection API, and that of the decoder.
type Row = (BarcodeFormat, &'static str, rxing::BarcodeFormat);

const FORMATS: [Row; 13] = {
    use BarcodeFormat as Ours;
    use rxing::BarcodeFormat as Theirs;
    [
        (Ours::Aztec, "aztec", Theirs::AZTEC),
        (Ours::Codabar, "codabar", Theirs::CODABAR),
        (Ours::Code39, "code_39", Theirs::CODE_39),
        (Ours::Code93, "code_93", Theirs::CODE_93),
        (Ours::Code128, "code_128", Theirs::CODE_128),
        (Ours::DataMatrix, "data_matrix", Theirs::DATA_MATRIX),
        (Ours::Ean8, "ean_8", Theirs::EAN_8),
        (Ours::Ean13, "ean_13", Theirs::EAN_13),
        (Ours::Itf, "itf", Theirs::ITF),
        (Ours::Pdf417, "pdf417", Theirs::PDF_417),
        (Ours::QrCode, "qr_code", Theirs::QR_CODE),
        (Ours::UpcA, "upc_a", Theirs::UPC_A),
        (Ours::UpcE, "upc_e", Theirs::UPC_E),
    ]
};

impl BarcodeFormat {
    /// All formats.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|(format, ..)| *format)
    }

    /// Whether it is a line of bars, and not a matrix.
    pub fn is_linear(self) -> bool {
        !matches!(self, Self::Aztec | Self::DataMatrix | Self::Pdf417 | Self::QrCode)
    }

    /// Whether any text of the format has a check, so that few other things are taken for it.
    pub(super) fn is_checked(self) -> bool {
        !matches!(self, Self::Codabar | Self::Code39 | Self::Itf)
    }

    pub(super) fn of_decoder(format: rxing::BarcodeFormat) -> Option<Self> {
        FORMATS.iter().find(|(.., theirs)| *theirs == format).map(|(ours, ..)| *ours)
    }

    pub(super) fn for_decoder(self) -> rxing::BarcodeFormat {
        self.row().2
    }

    fn row(self) -> &'static Row {
        // The table has a row for each format, in their order.
        &FORMATS[self as usize]
    }
}

impl fmt::Display for BarcodeFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.row().1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_its_row() {
        for (format, name, theirs) in FORMATS {
            assert_eq!(format.row().0, format);
            assert_eq!(format.to_string(), name);
            assert_eq!(BarcodeFormat::of_decoder(theirs), Some(format));
            assert_eq!(format.for_decoder(), theirs);
        }
        assert_eq!(BarcodeFormat::all().count(), FORMATS.len());
        assert_eq!(BarcodeFormat::of_decoder(rxing::BarcodeFormat::MAXICODE), None);
    }
}
