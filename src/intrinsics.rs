//! The intrinsics of a track's device: focal length, principal point and lens distortion.
//!
//! Insert a [`CameraIntrinsics`] beside a [`VideoTrack`](crate::track::VideoTrack), or beside an
//! [`EffectInput`](crate::image_input::EffectInput). It follows the size of the track. `CameraBackground`
//! (feature `ar`) and the searches for markers, faces and QR codes read it.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{intrinsics::CameraIntrinsics, prelude::*};
//!
//! fn setup(mut commands: Commands) -> Result {
//!     // A usual webcam. A calibration file is more precise: `CameraIntrinsics::from_opencv_file`.
//!     commands.spawn((VideoTrack, CameraIntrinsics::from_fov(65_f64.to_radians())?));
//!     Ok(())
//! }
//! # bevy::ecs::system::assert_is_system::<(), Result, _>(setup);
//! ```
//!
//! [`calibrate`] determines the intrinsics of a device by views of a board of markers, as the example `ar_calibrate`
//! does.
//!
//! # Units
//!
//! Lengths and points are in pixels of the upright frame that isn't mirrored: x to the right and y down, with the top
//! left corner at (0, 0), so that the center of the first pixel is (0.5, 0.5). Angles are in radians.

mod correct;
#[cfg(any(feature = "ar", feature = "barcode"))]
mod pose;

use bevy::{
    ecs::entity::EntityHashMap,
    math::{DVec2, UVec2},
    prelude::*,
};
use viewfinder_fiducial::FiducialError;

/// The pinhole model of a device for frames of one size.
pub use viewfinder_fiducial::Camera as PinholeCamera;
/// The lens distortion of a [`PinholeCamera`].
pub use viewfinder_fiducial::Distortion;
/// The points of a board in one frame.
pub use viewfinder_fiducial::View as CalibrationView;
pub use viewfinder_fiducial::{Calibration, DistortionModel, PointPair, calibrate};

#[cfg(any(feature = "ar", feature = "barcode"))]
pub(crate) use self::pose::camera_pose;
use crate::{constraint::VideoSettings, error::MediaError, frame::Rotation, systems::ViewfinderSystems};

/// The intrinsics of the device of the track on the same entity.
///
/// They describe whole frames of the device. [`camera`](Self::camera) gives those for a size of frames, and
/// [`camera_of`](Self::camera_of) those for a track, which may be cropped and scaled. [`IntrinsicsRejected`] reports a
/// track that they don't fit.
///
/// The default is a lens with a field of view of 60 degrees, as webcams have 55 to 80.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Debug, Default, Clone, PartialEq)]
pub struct CameraIntrinsics {
    model: Model,
    /// The track undoes the distortion of the lens.
    undistorts: bool,
}

/// The two ways to describe a device.
#[derive(Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
enum Model {
    /// The angle along the longer side of any frame, in radians.
    FieldOfView(f64),
    /// The numbers of a calibration.
    Calibrated(ReflectedCamera),
}

/// A [`PinholeCamera`] with reflection.
#[derive(Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
struct ReflectedCamera {
    size: UVec2,
    focal_length: DVec2,
    principal_point: DVec2,
    /// `k1`, `k2`, `p1`, `p2`, `k3`.
    distortion: [f64; 5],
}

impl From<PinholeCamera> for ReflectedCamera {
    fn from(camera: PinholeCamera) -> Self {
        let Distortion { k1, k2, p1, p2, k3 } = camera.distortion;
        Self {
            size: UVec2::new(camera.width, camera.height),
            focal_length: DVec2::new(camera.fx, camera.fy),
            principal_point: DVec2::new(camera.cx, camera.cy),
            distortion: [k1, k2, p1, p2, k3],
        }
    }
}

impl From<ReflectedCamera> for PinholeCamera {
    fn from(camera: ReflectedCamera) -> Self {
        let ReflectedCamera { size, focal_length, principal_point, distortion: [k1, k2, p1, p2, k3] } =
            camera;
        Self {
            width: size.x,
            height: size.y,
            fx: focal_length.x,
            fy: focal_length.y,
            cx: principal_point.x,
            cy: principal_point.y,
            distortion: Distortion { k1, k2, p1, p2, k3 },
        }
    }
}

impl Default for CameraIntrinsics {
    fn default() -> Self {
        Self::of(Model::FieldOfView(60f64.to_radians()))
    }
}

impl CameraIntrinsics {
    fn of(model: Model) -> Self {
        Self { model, undistorts: false }
    }

    /// The intrinsics of a lens without distortion by its field of view along the longer side of the frame, in radians:
    /// the horizontal one, unless the frame is higher than wide. Pixels are square, and the axis is in the middle.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if the angle isn't between 0 and pi.
    pub fn from_fov(angle: f64) -> Result<Self, MediaError> {
        // The angle is checked, for which any size will do.
        PinholeCamera::from_fov(1, 1, angle).map_err(media_error)?;
        Ok(Self::of(Model::FieldOfView(angle)))
    }

    /// The intrinsics in the text of a calibration file of OpenCV, as YAML or JSON. OpenCV has the center of the first
    /// pixel at (0, 0), which is converted.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the text isn't such a file, and
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if its numbers don't describe a camera: a zero, NaN, an
    /// unsupported lens model.
    pub fn from_opencv_file(text: &str) -> Result<Self, MediaError> {
        PinholeCamera::from_opencv_file(text).map_err(media_error)?.try_into()
    }

    /// Lets the track undo the distortion of the lens: straight lines are straight in its output, its photos, its
    /// recordings and its [taps](crate::tap::PixelTap). It costs no pass more.
    ///
    /// Frames of the size of the calibration, or scaled from it, are corrected. A photo of another aspect ratio isn't.
    /// [`camera`](Self::camera) and [`camera_of`](Self::camera_of) are then without distortion.
    #[must_use]
    pub fn undistorted(self) -> Self {
        Self { undistorts: true, ..self }
    }

    /// The camera for whole frames of this size, upright and in pixels. Intrinsics of another size are scaled.
    ///
    /// If width and height are swapped, the frame counts as one that was turned clockwise by a quarter. For another
    /// turn, insert [turned](Self::turned) intrinsics.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if a side is 0, or if the aspect ratio is another than that
    /// of the calibration.
    pub fn camera(&self, size: UVec2) -> Result<PinholeCamera, MediaError> {
        let camera = self.distorted_camera(size)?;
        let distortion = if self.undistorts { Distortion::default() } else { camera.distortion };
        Ok(PinholeCamera { distortion, ..camera })
    }

    /// The camera of frames as the device sends them.
    fn distorted_camera(&self, size: UVec2) -> Result<PinholeCamera, MediaError> {
        match self.model {
            Model::FieldOfView(angle) => {
                let camera = PinholeCamera::from_fov(size.max_element(), size.min_element(), angle);
                let (cx, cy) = (f64::from(size.x) / 2.0, f64::from(size.y) / 2.0);
                let centered = |camera| PinholeCamera { width: size.x, height: size.y, cx, cy, ..camera };
                camera.map(centered).map_err(media_error)
            }
            Model::Calibrated(calibration) => {
                let camera = PinholeCamera::from(calibration);
                let scaled = camera.scaled_to(size.x, size.y);
                let turned = || quarter_turn(&camera).scaled_to(size.x, size.y);
                scaled.or_else(|error| turned().map_err(|_| error)).map_err(media_error)
            }
        }
    }

    /// The camera for the frames of a track with these settings.
    ///
    /// A track that is [cropped](crate::constraint::ResizeMode::CropAndScale) shows the middle of the device's frame.
    ///
    /// # Errors
    /// Those of [`camera`](Self::camera).
    pub fn camera_of(&self, settings: &VideoSettings) -> Result<PinholeCamera, MediaError> {
        let size = settings.size;
        let is_calibrated = matches!(self.model, Model::Calibrated(_));
        if settings.shows_native_size() {
            return self.camera(size);
        }
        // A calibration may be one of the cropped frames.
        if is_calibrated && let Ok(camera) = self.camera(size) {
            return Ok(camera);
        }
        Ok(cropped(&self.camera(settings.native.size)?, size))
    }

    /// The intrinsics for frames that are turned by this rotation.
    #[must_use]
    pub fn turned(self, rotation: Rotation) -> Self {
        let turns = match rotation {
            Rotation::None => 0,
            Rotation::Clockwise90 => 1,
            Rotation::Clockwise180 => 2,
            Rotation::Clockwise270 => 3,
        };
        match self.model {
            Model::FieldOfView(_) => self,
            Model::Calibrated(calibration) => {
                let camera = (0..turns).fold(calibration.into(), |camera, _| quarter_turn(&camera));
                Self { model: Model::Calibrated(camera.into()), ..self }
            }
        }
    }
}

impl TryFrom<PinholeCamera> for CameraIntrinsics {
    type Error = MediaError;

    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if the numbers don't describe a camera.
    fn try_from(camera: PinholeCamera) -> Result<Self, MediaError> {
        camera.check().map_err(media_error)?;
        Ok(Self::of(Model::Calibrated(camera.into())))
    }
}

/// The camera that sees the frames of a search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Lens {
    /// That of frames of any size.
    Intrinsics(CameraIntrinsics),
    /// That of a track with settings, or why there is none.
    Track(Result<PinholeCamera, MediaError>),
}

impl Default for Lens {
    fn default() -> Self {
        Self::Intrinsics(CameraIntrinsics::default())
    }
}

impl Lens {
    /// The camera of an entity that has frames. An image has no settings.
    pub fn new(intrinsics: CameraIntrinsics, settings: Option<&VideoSettings>) -> Self {
        settings.map_or(Self::Intrinsics(intrinsics), |settings| Self::Track(intrinsics.camera_of(settings)))
    }

    /// The camera for frames that were scaled to this size.
    pub fn camera(&self, size: UVec2) -> Result<PinholeCamera, MediaError> {
        match self {
            Self::Intrinsics(intrinsics) => intrinsics.camera(size),
            Self::Track(camera) => camera.clone()?.scaled_to(size.x, size.y).map_err(media_error),
        }
    }
}

/// The intrinsics of a track don't fit its frames. Triggered on the track, once for each cause.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct IntrinsicsRejected {
    /// The track.
    pub entity: Entity,
    /// [`Type`](crate::error::ErrorName::Type), with the sizes that don't fit.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins(correct::plugin);
    app.register_type::<CameraIntrinsics>().register_type::<IntrinsicsRejected>().add_systems(
        PostUpdate,
        report_rejected.in_set(ViewfinderSystems::Show).run_if(any_with_component::<CameraIntrinsics>),
    );
}

/// The name of the error is that of its cause: numbers, or the text of a file.
fn media_error(error: FiducialError) -> MediaError {
    match error {
        FiducialError::File(_) => MediaError::data(format!(
            "{error}; give it a file that OpenCV's FileStorage wrote, with image_width, image_height and camera_matrix"
        )),
        error => MediaError::type_error(error.to_string()),
    }
}

/// The camera of frames that are turned clockwise by a quarter. The point (x, y) of a frame is then at (height - y, x).
fn quarter_turn(camera: &PinholeCamera) -> PinholeCamera {
    let Distortion { p1, p2, .. } = camera.distortion;
    PinholeCamera {
        width: camera.height,
        height: camera.width,
        fx: camera.fy,
        fy: camera.fx,
        cx: f64::from(camera.height) - camera.cy,
        cy: camera.cx,
        distortion: Distortion { p1: p2, p2: -p1, ..camera.distortion },
    }
}

/// The camera of the middle of its frames, cropped to the aspect ratio of this size and scaled to it.
fn cropped(camera: &PinholeCamera, size: UVec2) -> PinholeCamera {
    let (whole, target) = (UVec2::new(camera.width, camera.height).as_dvec2(), size.as_dvec2());
    let scale = (target / whole).max_element();
    let cut_off = (whole * scale - target) / 2.0;
    PinholeCamera {
        width: size.x,
        height: size.y,
        fx: camera.fx * scale,
        fy: camera.fy * scale,
        cx: camera.cx * scale - cut_off.x,
        cy: camera.cy * scale - cut_off.y,
        ..*camera
    }
}

/// Reports tracks that their intrinsics don't fit.
fn report_rejected(
    mut commands: Commands,
    changed: Query<
        (Entity, &CameraIntrinsics, &VideoSettings),
        Or<(Changed<CameraIntrinsics>, Changed<VideoSettings>)>,
    >,
    mut removed: RemovedComponents<CameraIntrinsics>,
    mut reported: Local<EntityHashMap<MediaError>>,
) {
    removed.read().for_each(|entity| _ = reported.remove(&entity));
    for (entity, intrinsics, settings) in &changed {
        match intrinsics.camera_of(settings) {
            Ok(_) => _ = reported.remove(&entity),
            Err(error) if reported.get(&entity) == Some(&error) => {}
            Err(error) => {
                reported.insert(entity, error.clone());
                commands.trigger(IntrinsicsRejected { entity, error });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constraint::ResizeMode,
        device::{Device, NativeMode},
        error::ErrorName,
        frame::PixelFormat,
    };

    const WIDE: PinholeCamera = PinholeCamera {
        width: 1280,
        height: 720,
        fx: 900.0,
        fy: 910.0,
        cx: 650.0,
        cy: 350.0,
        distortion: Distortion { k1: -0.2, k2: 0.05, p1: 0.003, p2: -0.002, k3: 0.01 },
    };

    fn intrinsics() -> CameraIntrinsics {
        WIDE.try_into().expect("a camera")
    }

    fn settings(native: UVec2, size: UVec2, resize_mode: ResizeMode) -> VideoSettings {
        let mode = NativeMode { size: native, frame_rate: 30.0, format: PixelFormat::Yuyv };
        VideoSettings { size, resize_mode, ..VideoSettings::new(&Device::default(), mode) }
    }

    #[track_caller]
    fn assert_near(seen: [f64; 2], wanted: [f64; 2]) {
        let error = (seen[0] - wanted[0]).hypot(seen[1] - wanted[1]);
        assert!(error < 1e-9, "{seen:?} and not {wanted:?}");
    }

    #[test]
    fn a_field_of_view_is_that_of_the_longer_side_at_any_size() {
        let intrinsics = CameraIntrinsics::from_fov(1.2).expect("an angle");
        for size in [UVec2::new(1280, 720), UVec2::new(720, 1280), UVec2::new(640, 480)] {
            let camera = intrinsics.camera(size).expect("a camera");
            assert_eq!((camera.width, camera.height), (size.x, size.y));
            assert_eq!([camera.cx, camera.cy], [f64::from(size.x) / 2.0, f64::from(size.y) / 2.0]);
            let longer = f64::from(size.max_element());
            assert!((2.0 * (longer / 2.0 / camera.fx).atan() - 1.2).abs() < 1e-12);
            assert_eq!(camera.fx, camera.fy);
        }
    }

    #[test]
    fn a_calibration_is_scaled_and_turned_with_the_frames() {
        let point = [0.2, -0.1, 1.5];
        let [x, y] = WIDE.project(point).expect("it is in front");
        let half = intrinsics().camera(UVec2::new(640, 360)).expect("half the size");
        assert_near(half.project(point).expect("it is in front"), [x / 2.0, y / 2.0]);
        // Turned with the frame, a point to the right of the axis is below it.
        let turned_point = [-point[1], point[0], point[2]];
        let turned = intrinsics().camera(UVec2::new(720, 1280)).expect("a turned frame");
        assert_near(turned.project(turned_point).expect("it is in front"), [720.0 - y, x]);
        let upside_down = intrinsics().turned(Rotation::Clockwise180).camera(UVec2::new(1280, 720));
        let upside_down = upside_down.expect("the same size").project([-point[0], -point[1], point[2]]);
        assert_near(upside_down.expect("it is in front"), [1280.0 - x, 720.0 - y]);
        let other = intrinsics().turned(Rotation::Clockwise270).camera(UVec2::new(720, 1280));
        let other = other.expect("a turned frame").project([point[1], -point[0], point[2]]);
        assert_near(other.expect("it is in front"), [y, 1280.0 - x]);
        assert_eq!(intrinsics().turned(Rotation::None), intrinsics());
    }

    #[test]
    fn a_cropped_track_shows_the_middle() {
        let point = [0.1, 0.05, 1.0];
        let [x, y] = WIDE.project(point).expect("it is in front");
        let square = settings(UVec2::new(1280, 720), UVec2::splat(360), ResizeMode::CropAndScale);
        let camera = intrinsics().camera_of(&square).expect("a part of the frame");
        assert_near(camera.project(point).expect("it is in front"), [(x - 280.0) / 2.0, y / 2.0]);
        let fov = CameraIntrinsics::from_fov(1.2).expect("an angle");
        let part = fov.camera_of(&square).expect("a part of the frame");
        let whole = fov.camera(UVec2::new(1280, 720)).expect("a frame");
        assert_eq!([part.fx, part.cx, part.cy], [whole.fx / 2.0, 180.0, 180.0]);
        // Another mode of the device is no crop.
        let native = settings(UVec2::new(640, 480), UVec2::new(640, 480), ResizeMode::None);
        let error = intrinsics().camera_of(&native).expect_err("another aspect ratio");
        assert_eq!(error.name, ErrorName::Type);
        assert!(error.message.contains("1280x720") && error.message.contains("640x480"), "{error}");
    }

    #[test]
    fn a_calibration_of_cropped_frames_is_used_as_it_is() {
        let square = PinholeCamera { width: 500, height: 500, ..WIDE };
        let intrinsics = CameraIntrinsics::try_from(square).expect("a camera");
        let settings = settings(UVec2::new(1280, 720), UVec2::splat(250), ResizeMode::CropAndScale);
        assert_eq!(intrinsics.camera_of(&settings).expect("its own frames").fx, 450.0);
    }

    #[test]
    fn bad_numbers_are_errors_by_name() {
        for angle in [0.0, -1.0, 4.0, f64::NAN, f64::INFINITY] {
            let error = CameraIntrinsics::from_fov(angle).expect_err("no field of view");
            assert_eq!(error.name, ErrorName::Type, "{error}");
        }
        for wrong in [
            PinholeCamera { fx: 0.0, ..WIDE },
            PinholeCamera { fy: f64::NAN, ..WIDE },
            PinholeCamera { cx: f64::INFINITY, ..WIDE },
            PinholeCamera { width: 0, ..WIDE },
        ] {
            let error = CameraIntrinsics::try_from(wrong).expect_err("no camera");
            assert_eq!(error.name, ErrorName::Type, "{error}");
        }
        for intrinsics in [intrinsics(), CameraIntrinsics::from_fov(1.0).expect("an angle")] {
            assert!(intrinsics.camera(UVec2::ZERO).is_err());
            assert!(intrinsics.camera(UVec2::new(640, 0)).is_err());
        }
        let error = CameraIntrinsics::from_opencv_file("a shopping list").expect_err("no calibration");
        assert_eq!(error.name, ErrorName::Data, "{error}");
    }

    #[test]
    fn calibration_files_are_read_with_their_own_pixel_centers() {
        let read = CameraIntrinsics::from_opencv_file(&WIDE.to_opencv_yaml(None)).expect("a file");
        assert_eq!(read, intrinsics());
        assert!(WIDE.to_opencv_yaml(None).contains("649.5"));
    }
}
