//! The search of a frame: barcodes, and those of the frames before.

use std::{borrow::Cow, collections::HashSet, mem, sync::Arc, time::Duration};

use bevy::{math::Isometry3d, platform::time::Instant, prelude::*};
use rxing::{
    BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, Point, RXingResult,
    common::HybridBinarizer,
    multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader},
    qrcode::cpp_port::QrReader,
};
use viewfinder_fiducial::{Camera, estimate_pose};

use super::{BarcodeFormat, DetectedBarcode, DetectedBarcodes};
use crate::{
    error::MediaError,
    frame::Frame,
    intrinsics::{Lens, camera_pose},
    source::guard::{Panicked, catch_panic},
    tap::worker::FrameWork,
};

/// The time that a barcode is in view after it was read.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// The settings of a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// The formats. None for the usual ones.
    pub formats: Vec<BarcodeFormat>,
    pub qr_code_size: Option<f32>,
    pub lens: Lens,
}

impl Plan {
    fn searches(&self, format: BarcodeFormat) -> bool {
        if self.formats.is_empty() { format.is_checked() } else { self.formats.contains(&format) }
    }
}

/// The result of the search of a frame.
#[derive(Debug, Clone)]
pub(super) struct Observation {
    pub detected: DetectedBarcodes,
    /// Why there are no barcodes, or no poses.
    pub fault: Option<MediaError>,
}

/// A barcode that was read.
#[derive(Debug, Clone)]
struct Reading {
    barcode: DetectedBarcode,
    /// Whether it is in view. One reading of a linear barcode isn't enough.
    is_certain: bool,
}

/// Searches the frames of a track.
#[derive(Debug)]
pub(super) struct Detect {
    plan: Arc<Plan>,
    readings: Vec<Reading>,
}

impl Detect {
    pub fn new(plan: Arc<Plan>) -> Self {
        Self { plan, readings: Vec::new() }
    }

    /// The barcodes of a frame, without poses.
    fn read(&self, frame: &Frame) -> Result<Vec<DetectedBarcode>, MediaError> {
        let (width, height) = (frame.size.x as usize, frame.size.y as usize);
        let (plane, stride) = (frame.plane(0), frame.planes[0].stride);
        let luma = if stride == width {
            Cow::Borrowed(&plane[..width * height])
        } else {
            let rows = plane.chunks(stride).take(height).flat_map(|row| &row[..width]);
            Cow::Owned(rows.copied().collect())
        };
        let results = catch_panic(|| decode(&self.plan, &luma, frame.size)).map_err(|Panicked| {
            MediaError::data("the decoder of barcodes can't read a frame; others are searched all the same")
        })?;
        let size = frame.size.as_vec2();
        let barcode = |result: RXingResult| {
            let format = BarcodeFormat::of_decoder(*result.getBarcodeFormat())?;
            Some(DetectedBarcode {
                format,
                raw_value: result.getText().to_owned(),
                corner_points: corner_points(format, result.getPoints())?.map(|point| point / size),
                pose: None,
                captured: frame.captured,
            })
        };
        Ok(results.into_iter().filter_map(barcode).collect())
    }

    /// Estimates the poses of QR codes.
    fn pose(&self, barcodes: &mut [DetectedBarcode], size: UVec2) -> Result<(), MediaError> {
        let Some(side) = self.plan.qr_code_size else { return Ok(()) };
        if !(side.is_finite() && side > 0.0) {
            return Err(MediaError::type_error(format!(
                "BarcodeDetector::qr_code_size is {side}: the side of a QR code is above 0"
            )));
        }
        let camera = self.plan.lens.camera(size)?;
        for barcode in barcodes.iter_mut().filter(|barcode| barcode.format == BarcodeFormat::QrCode) {
            barcode.pose = pose(&barcode.corner_points, side, size, &camera);
        }
        Ok(())
    }

    /// Takes the barcodes of a frame into those that are in view, and returns these.
    fn remember(&mut self, barcodes: Vec<DetectedBarcode>, captured: Instant) -> Vec<DetectedBarcode> {
        let before = mem::take(&mut self.readings);
        let is_known = |barcode: &DetectedBarcode| before.iter().any(|known| known.barcode.is_same(barcode));
        self.readings = barcodes
            .into_iter()
            .map(|barcode| Reading { is_certain: !barcode.format.is_linear() || is_known(&barcode), barcode })
            .collect();
        let newest = self.readings.len();
        for known in before {
            let is_fresh = captured.saturating_duration_since(known.barcode.captured) < PATIENCE;
            let is_read = self.readings[..newest].iter().any(|read| read.barcode.is_same(&known.barcode));
            if is_fresh && !is_read {
                self.readings.push(known);
            }
        }
        let certain = self.readings.iter().filter(|reading| reading.is_certain);
        certain.map(|reading| reading.barcode.clone()).collect()
    }
}

impl FrameWork for Detect {
    type Settings = Plan;
    type Output = Observation;

    const NAME: &'static str = "the search for barcodes";

    fn set_settings(&mut self, plan: &Arc<Plan>) {
        if plan.formats != self.plan.formats {
            self.readings.retain(|reading| plan.searches(reading.barcode.format));
        }
        self.plan = plan.clone();
    }

    /// Searches a frame of luma.
    fn run(&mut self, frame: &Frame) -> Observation {
        let began = Instant::now();
        let mut fault = None;
        let mut barcodes = self.read(frame).unwrap_or_else(|error| {
            fault = Some(error);
            Vec::new()
        });
        if let Err(error) = self.pose(&mut barcodes, frame.size) {
            fault = Some(error);
        }
        let detected = DetectedBarcodes {
            barcodes: self.remember(barcodes, frame.captured),
            captured: Some(frame.captured),
            detect_time: began.elapsed(),
        };
        Observation { detected, fault }
    }
}

/// All barcodes of a picture, by the decoder.
fn decode(plan: &Plan, luma: &[u8], size: UVec2) -> Vec<RXingResult> {
    let Ok(source) = Luma8Source::new_with_slice(luma, size.x, size.y) else { return Vec::new() };
    let mut picture = BinaryBitmap::new(HybridBinarizer::new(source));
    let hints = |formats: HashSet<_>| DecodeHints {
        PossibleFormats: Some(formats),
        // Searches all rows and columns, and not the middle alone.
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    // An error means that there is none.
    let mut results = Vec::new();
    if plan.searches(BarcodeFormat::QrCode) {
        let formats = HashSet::from([BarcodeFormat::QrCode.for_decoder()]);
        results = QrReader.decode_multiple_with_hints(&mut picture, &hints(formats)).unwrap_or_default();
    }
    let others = BarcodeFormat::all()
        .filter(|format| *format != BarcodeFormat::QrCode && plan.searches(*format))
        .map(BarcodeFormat::for_decoder);
    let others: HashSet<_> = others.collect();
    if !others.is_empty() {
        let mut reader = GenericMultipleBarcodeReader::new(MultiFormatReader::default());
        results.extend(reader.decode_multiple_with_hints(&mut picture, &hints(others)).unwrap_or_default());
    }
    results
}

/// The corners in pixels, clockwise, of the points that the decoder gives for a format. `None` for too few points.
fn corner_points(format: BarcodeFormat, points: &[Point]) -> Option<[Vec2; 4]> {
    let at = |index: usize| points.get(index).map(|point| Vec2::new(point.x, point.y));
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
        *corner = at(index)?;
    }
    Some(corners)
}

/// The pose of a QR code. `None` if its corners are none of a square in front of the camera.
fn pose(corners: &[Vec2; 4], side: f32, size: UVec2, camera: &Camera) -> Option<Isometry3d> {
    let pixels = corners.map(|corner| (corner.as_dvec2() * size.as_dvec2()).to_array());
    let estimate = estimate_pose(&pixels, f64::from(side), camera).ok()?;
    Some(camera_pose(&estimate.best.pose))
}
