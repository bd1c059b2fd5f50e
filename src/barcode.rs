//! Barcodes in the frames of a track: QR codes, Data Matrix, EAN and others (feature `barcode`).
//!
//! The terms are those of the [Shape Detection API](https://wicg.github.io/shape-detection-api/#barcode-detection-api):
//! [`BarcodeDetector`] beside a track searches its frames, and each barcode has a [`BarcodeFormat`], a raw value and
//! corner points.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn setup(mut commands: Commands) {
//!     commands
//!         .spawn((VideoTrack, BarcodeDetector::new()))
//!         .observe(|found: On<BarcodeFound>| info!("{}: {}", found.barcode.format, found.barcode.raw_value))
//!         .observe(|lost: On<BarcodeLost>| info!("{} is out of view", lost.barcode.raw_value));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! ```
//!
//! A raw value is text from a stranger: show it before you open a link of it, and never run it.

mod decode;
mod detect;
mod format;
mod life;

use std::time::Duration;

use bevy::{math::Isometry3d, platform::time::Instant, prelude::*};

pub use self::format::BarcodeFormat;
use crate::{error::MediaError, intrinsics::CameraIntrinsics};

/// Searches the frames of the track on the same entity, or of the [`EffectInput`](crate::image_input::EffectInput), for
/// barcodes.
///
/// The frames are searched before the track's effects, upright and not mirrored. On desktops a thread of the detector
/// searches the newest frame. In browsers the search runs in the app's frame, within [`BarcodeDetector::budget`] on
/// average. Frames that come meanwhile are skipped.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[require(DetectedBarcodes, CameraIntrinsics)]
#[non_exhaustive]
pub struct BarcodeDetector {
    /// The formats that are searched. An empty list means all but [`BarcodeFormat::Codabar`], [`BarcodeFormat::Code39`]
    /// and [`BarcodeFormat::Itf`]: these have no check digit, and are read from stripes that are no barcode. Fewer
    /// formats are found faster.
    pub formats: Vec<BarcodeFormat>,
    /// The side of QR codes without their quiet zone, usually in meters. With it each QR code has a
    /// [pose](DetectedBarcode::pose).
    pub qr_code_size: Option<f32>,
    /// The largest width and height of the frames that are searched, in pixels. Larger frames are scaled down.
    pub max_size: UVec2,
    /// The time that the search may take in each sixtieth of a second, on average. Only in browsers: desktops search
    /// on another thread. Without a budget nothing is searched.
    pub budget: Duration,
}

impl Default for BarcodeDetector {
    fn default() -> Self {
        Self {
            formats: Vec::new(),
            qr_code_size: None,
            max_size: UVec2::new(1280, 720),
            budget: Duration::from_millis(6),
        }
    }
}

impl BarcodeDetector {
    /// A detector of the usual formats, in frames of up to 1280x720 pixels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Searches this format, and others that are named.
    #[must_use]
    pub fn format(mut self, format: BarcodeFormat) -> Self {
        self.formats.push(format);
        self
    }

    /// Sets the side of QR codes without their quiet zone.
    #[must_use]
    pub fn qr_code_size(self, size: f32) -> Self {
        Self { qr_code_size: Some(size), ..self }
    }

    /// Sets the largest width and height of the frames that are searched, in pixels.
    #[must_use]
    pub fn max_size(self, max_size: UVec2) -> Self {
        Self { max_size, ..self }
    }

    /// Sets the time that the search may take in each sixtieth of a second in a browser.
    #[must_use]
    pub fn budget(self, budget: Duration) -> Self {
        Self { budget, ..self }
    }
}

/// The barcodes that are in view, on the entity of their [`BarcodeDetector`].
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[non_exhaustive]
pub struct DetectedBarcodes {
    /// The barcodes of the newest frame, and those that were read shortly before it.
    pub barcodes: Vec<DetectedBarcode>,
    /// The time of capture of the newest frame that was searched. `None` before the first.
    pub captured: Option<Instant>,
    /// The time that the search took.
    pub detect_time: Duration,
}

/// A barcode in a frame.
#[derive(Clone, Debug, PartialEq, Reflect)]
#[reflect(Clone, PartialEq)]
#[non_exhaustive]
pub struct DetectedBarcode {
    /// The format.
    pub format: BarcodeFormat,
    /// The text in it, as it is: untrusted, and of any length and characters.
    pub raw_value: String,
    /// The corners, clockwise, in the frame from the top left (0, 0) to the bottom right (1, 1). Those of a QR code
    /// begin at its top left, as it is printed upright. Of a linear barcode the two ends of the line that was read,
    /// each twice.
    pub corner_points: [Vec2; 4],
    /// The pose of a QR code of [`BarcodeDetector::qr_code_size`], relative to the camera, which looks along -z with x
    /// to the right and y up. The code's x is to its right, y up, and z toward the viewer. It isn't filtered.
    pub pose: Option<Isometry3d>,
    /// The time of capture of the frame in which it was read.
    pub captured: Instant,
}

impl DetectedBarcode {
    /// The smallest rectangle with all corners.
    pub fn bounding_box(&self) -> Rect {
        let [first, rest @ ..] = self.corner_points;
        rest.iter().fold(Rect::from_corners(first, first), |bounds, corner| bounds.union_point(*corner))
    }

    /// Whether this is the same barcode in another frame.
    fn is_same(&self, other: &Self) -> bool {
        (self.format, &self.raw_value) == (other.format, &other.raw_value)
    }
}

/// A barcode came into view. Triggered on the entity of the [`BarcodeDetector`].
///
/// A linear barcode of a track is found when it was read in two frames, because the checks of these formats are weak.
#[derive(EntityEvent, Clone, Debug, PartialEq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct BarcodeFound {
    /// The entity of the [`BarcodeDetector`].
    pub entity: Entity,
    /// The barcode.
    pub barcode: DetectedBarcode,
}

/// A barcode went out of view: it wasn't read for a second and in three frames, or the track or the detector has ended.
/// Triggered on the entity of the [`BarcodeDetector`].
#[derive(EntityEvent, Clone, Debug, PartialEq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct BarcodeLost {
    /// The entity of the [`BarcodeDetector`].
    pub entity: Entity,
    /// The barcode where it was read last.
    pub barcode: DetectedBarcode,
}

/// A detector can't search, or can't estimate poses. Triggered on its entity.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct BarcodeDetectionFailed {
    /// The entity of the [`BarcodeDetector`].
    pub entity: Entity,
    /// `NotFound` without a track on the entity. `Type` for a size of QR codes that can't be, and for
    /// [`CameraIntrinsics`] of another aspect ratio than the frames': barcodes are found all the same, without poses.
    /// `Data` for a frame that can't be searched. `Operation` if the search can't be started.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins(life::plugin)
        .register_type::<BarcodeDetector>()
        .register_type::<DetectedBarcodes>()
        .register_type::<BarcodeFound>()
        .register_type::<BarcodeLost>()
        .register_type::<BarcodeDetectionFailed>();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounding_box_has_all_corners() {
        let barcode = DetectedBarcode {
            format: BarcodeFormat::QrCode,
            raw_value: String::new(),
            corner_points: [(0.5, 0.1), (0.9, 0.5), (0.5, 0.8), (0.2, 0.5)].map(Vec2::from),
            pose: None,
            captured: Instant::now(),
        };
        assert_eq!(barcode.bounding_box(), Rect::new(0.2, 0.1, 0.9, 0.8));
    }
}
