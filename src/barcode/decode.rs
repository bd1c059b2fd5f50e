//! All barcodes of a picture, by the decoder.

use std::collections::HashSet;

use bevy::math::{UVec2, Vec2};
use rxing::{
    Binarizer, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, Point, RXingResult,
    common::HybridBinarizer,
    multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader},
    pdf417::{PDF417Reader, detector::pdf_417_detector},
    qrcode::cpp_port::QrReader,
};

use super::BarcodeFormat;

/// A barcode in a picture, with its corners in pixels, clockwise.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decoded {
    pub format: BarcodeFormat,
    pub text: String,
    pub corners: [Vec2; 4],
}

/// The barcodes of these formats in a picture of luma with packed rows.
///
/// QR codes and PDF417 are searched everywhere. Of the others one is searched in the picture, and then more beside each
/// that was found.
pub(super) fn decode(luma: &[u8], size: UVec2, formats: &[BarcodeFormat]) -> Vec<Decoded> {
    let Ok(source) = Luma8Source::new_with_slice(luma, size.x, size.y) else { return Vec::new() };
    let mut picture = BinaryBitmap::new(HybridBinarizer::new(source));
    let hints = |formats: HashSet<_>| DecodeHints {
        PossibleFormats: Some(formats),
        // Searches all rows and columns, and not those of the middle alone.
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let only = |format: BarcodeFormat| hints(HashSet::from([format.for_decoder()]));
    let mut all = Vec::new();
    // An error means that there is none.
    if formats.contains(&BarcodeFormat::QrCode) {
        let found = QrReader.decode_multiple_with_hints(&mut picture, &only(BarcodeFormat::QrCode));
        all.extend(found.unwrap_or_default().iter().filter_map(decoded));
    }
    if formats.contains(&BarcodeFormat::Pdf417) {
        let hints = only(BarcodeFormat::Pdf417);
        let found = PDF417Reader.decode_multiple_with_hints(&mut picture, &hints).unwrap_or_default();
        let turn = if found.is_empty() { 0 } else { turn_of_pdf417(&mut picture, &hints) };
        let turned_back = |decoded: Decoded| Decoded {
            corners: decoded.corners.map(|corner| turned_back(corner, turn, size.as_vec2())),
            ..decoded
        };
        all.extend(found.iter().filter_map(decoded).map(turned_back));
    }
    let others =
        formats.iter().filter(|format| !matches!(format, BarcodeFormat::QrCode | BarcodeFormat::Pdf417));
    let others: HashSet<_> = others.map(|format| format.for_decoder()).collect();
    // None would mean all.
    if !others.is_empty() {
        let mut reader = GenericMultipleBarcodeReader::new(MultiFormatReader::default());
        let found = reader.decode_multiple_with_hints(&mut picture, &hints(others));
        all.extend(found.unwrap_or_default().iter().filter_map(decoded));
    }
    all
}

fn decoded(result: &RXingResult) -> Option<Decoded> {
    let format = BarcodeFormat::of_decoder(*result.getBarcodeFormat())?;
    Some(Decoded { format, text: result.getText().to_owned(), corners: corners(format, result.getPoints())? })
}

/// The corners of the points that the decoder gives for a format. `None` for too few points.
fn corners(format: BarcodeFormat, points: &[Point]) -> Option<[Vec2; 4]> {
    let order = match (format, points.len()) {
        // Left, right.
        (_, 2 | 3) => [0, 1, 1, 0],
        // Top left, bottom left, top right, bottom right of the whole, and of the rows without their frame.
        (BarcodeFormat::Pdf417, _) => [0, 2, 3, 1],
        // Top left, top right, bottom left, bottom right.
        (BarcodeFormat::QrCode, _) => [0, 1, 3, 2],
        _ => [0, 1, 2, 3],
    };
    let mut corners = [Vec2::ZERO; 4];
    for (corner, index) in corners.iter_mut().zip(order) {
        let point = points.get(index)?;
        *corner = Vec2::new(point.x, point.y);
    }
    Some(corners)
}

/// The turn, in degrees anticlockwise, after which the decoder has found a PDF417. It gives points of the turned
/// picture.
fn turn_of_pdf417<B: Binarizer>(picture: &mut BinaryBitmap<B>, hints: &DecodeHints) -> u32 {
    pdf_417_detector::detect_with_hints(picture, hints, false).map_or(0, |found| found.getRotation())
}

/// The place in a picture of this size that a turn has brought here.
fn turned_back(place: Vec2, turn: u32, size: Vec2) -> Vec2 {
    match turn {
        90 => Vec2::new(size.x - place.y, place.x),
        180 => size - place,
        270 => Vec2::new(place.y, size.y - place.x),
        _ => place,
    }
}
