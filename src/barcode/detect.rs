//! The search of a frame: barcodes, and those of the frames before.

use std::{borrow::Cow, mem, sync::Arc, time::Duration};

use bevy::{math::Isometry3d, platform::time::Instant, prelude::*};
use viewfinder_fiducial::{Camera, estimate_pose};

use super::{
    BarcodeFormat, DetectedBarcode, DetectedBarcodes,
    decode::{Decoded, decode},
};
use crate::{
    error::MediaError,
    frame::Frame,
    intrinsics::{Lens, camera_pose},
    source::guard::{Panicked, catch_panic},
    tap::worker::FrameWork,
};

/// The time that a barcode is in view after it was read.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// The frames in which a barcode is missing, at the least, before it is out of view: a slow machine searches few.
const LEAST_MISSED: u32 = 3;

/// The settings of a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    pub formats: Vec<BarcodeFormat>,
    pub qr_code_size: Option<f32>,
    pub lens: Lens,
    /// Whether one reading of a linear barcode is enough: a still image has no second frame.
    pub trusts_first: bool,
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
    /// The frames since then in which it wasn't read.
    missed: u32,
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
        let decoded = catch_panic(|| decode(&luma, frame.size, &self.plan.formats)).map_err(|Panicked| {
            MediaError::data("the decoder of barcodes can't read a frame; others are searched all the same")
        })?;
        let size = frame.size.as_vec2();
        let barcode = |Decoded { format, text, corners }| DetectedBarcode {
            format,
            raw_value: text,
            corner_points: corners.map(|corner| corner / size),
            pose: None,
            captured: frame.captured,
        };
        Ok(decoded.into_iter().map(barcode).collect())
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
            .map(|barcode| {
                let is_certain = self.plan.trusts_first || !barcode.format.is_linear() || is_known(&barcode);
                Reading { barcode, is_certain, missed: 0 }
            })
            .collect();
        let newest = self.readings.len();
        for mut known in before {
            known.missed += 1;
            let passed = captured.saturating_duration_since(known.barcode.captured);
            let is_fresh = passed < PATIENCE || known.missed < LEAST_MISSED;
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
            self.readings.retain(|reading| plan.formats.contains(&reading.barcode.format));
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

/// The pose of a QR code. `None` if its corners are none of a square in front of the camera.
fn pose(corners: &[Vec2; 4], side: f32, size: UVec2, camera: &Camera) -> Option<Isometry3d> {
    let pixels = corners.map(|corner| (corner.as_dvec2() * size.as_dvec2()).to_array());
    let estimate = estimate_pose(&pixels, f64::from(side), camera).ok()?;
    Some(camera_pose(&estimate.best.pose))
}
