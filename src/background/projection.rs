//! The projection of a pinhole camera.

use bevy::{
    camera::{CameraProjection, SubCameraView},
    math::{Vec3A, Vec4Swizzles},
    prelude::*,
};

use crate::{error::MediaError, intrinsics::PinholeCamera, render::Fit};

/// The longest distance of a far plane. Bevy computes with it, so it can't be infinite.
const MAX_FAR: f32 = 1e30;

/// The projection of a device: scenes that are drawn with it lie on the device's frames like the real world.
///
/// A point of the scene is drawn where the frame shows it, if the Bevy camera is where the device is and the frame is
/// fitted into the viewport in the same way. [`CameraBackground`](super::CameraBackground) sets this projection on its
/// camera by itself if its track has [`CameraIntrinsics`](crate::intrinsics::CameraIntrinsics). Without a background:
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{background::PinholeProjection, intrinsics::CameraIntrinsics};
///
/// # fn setup(mut commands: Commands) -> Result {
/// let intrinsics = CameraIntrinsics::from_fov(1.2)?;
/// let pinhole = PinholeProjection::new(&intrinsics.camera(UVec2::new(1280, 720))?)?;
/// commands.spawn((Camera3d::default(), Projection::custom(pinhole)));
/// # Ok(())
/// # }
/// ```
///
/// The lens distortion of the device isn't in it: a projection has straight lines.
#[derive(Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
pub struct PinholeProjection {
    /// How the frame is fitted into the viewport.
    pub fit: Fit,
    /// Whether left and right are exchanged. Set [`Camera::invert_culling`] to the same value: in a mirrored scene the
    /// front sides of triangles look like back sides.
    pub mirrored: bool,
    /// The distance of the near plane, above 0.
    pub near: f32,
    /// The distance of the far plane, beyond which objects are culled. May be infinite.
    pub far: f32,
    /// Width and height of the frame, in pixels.
    frame: Vec2,
    focal_length: Vec2,
    principal_point: Vec2,
    /// Width and height of the viewport, in any unit.
    viewport: Vec2,
}

impl PinholeProjection {
    /// The projection of this camera that fills the viewport, with Bevy's near and far planes: 0.1 and 1000. The
    /// numbers are those of upright frames that aren't mirrored.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if a side or a focal length isn't above 0, or if a number
    /// isn't finite.
    pub fn new(camera: &PinholeCamera) -> Result<Self, MediaError> {
        let frame = UVec2::new(camera.width, camera.height).as_vec2();
        let focal_length = Vec2::new(camera.fx as f32, camera.fy as f32);
        let principal_point = Vec2::new(camera.cx as f32, camera.cy as f32);
        let is_usable = frame.min_element() > 0.0
            && focal_length.min_element() > 0.0
            && focal_length.is_finite()
            && principal_point.is_finite();
        if !is_usable {
            return Err(MediaError::type_error(format!(
                "no projection follows from a frame of {}x{} pixels, focal lengths of {} and {} and a principal point \
                 at ({}, {}): the lengths must be above 0, and all of them finite",
                camera.width, camera.height, camera.fx, camera.fy, camera.cx, camera.cy
            )));
        }
        let (near, far) = (0.1, 1000.0);
        let (fit, mirrored, viewport) = (Fit::Cover, false, frame);
        Ok(Self { fit, mirrored, near, far, frame, focal_length, principal_point, viewport })
    }

    /// Sets how the frame is fitted into the viewport.
    #[must_use]
    pub fn fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }

    /// Sets whether left and right are exchanged.
    #[must_use]
    pub fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// Sets the distances of the near and the far plane.
    #[must_use]
    pub fn planes(self, near: f32, far: f32) -> Self {
        Self { near, far, ..self }
    }

    /// The same projection in the viewport of another one.
    pub(super) fn in_viewport_of(self, other: &Self) -> Self {
        Self { viewport: other.viewport, ..self }
    }

    /// The affine map from directions, (x / z, y / z) with x to the right, y up and z forward, to normalized device
    /// coordinates: factors and offsets.
    fn ndc_from_direction(&self) -> (Vec2, Vec2) {
        let view = self.fit.view(self.frame, self.viewport);
        let (factors, offsets) = (view.xy(), view.zw());
        // From directions to the viewport, 0 to 1 from the top left.
        let scale = self.focal_length / self.frame / factors;
        let center = (self.principal_point / self.frame - offsets) / factors;
        let (mut scale, mut center) = (2.0 * scale, Vec2::new(2.0 * center.x - 1.0, 1.0 - 2.0 * center.y));
        if self.mirrored {
            (scale.x, center.x) = (-scale.x, -center.x);
        }
        (scale, center)
    }
}

impl CameraProjection for PinholeProjection {
    fn get_clip_from_view(&self) -> Mat4 {
        let (scale, center) = self.ndc_from_direction();
        Mat4::from_cols(
            Vec4::new(scale.x, 0.0, 0.0, 0.0),
            Vec4::new(0.0, scale.y, 0.0, 0.0),
            Vec4::new(-center.x, -center.y, 0.0, -1.0),
            // Infinite and reversed, as Bevy's perspective. NaN and 0 would give matrices without an inverse.
            Vec4::new(0.0, 0.0, self.near.max(f32::MIN_POSITIVE), 0.0),
        )
    }

    fn get_clip_from_view_for_sub(&self, sub_view: &SubCameraView) -> Mat4 {
        let full = sub_view.full_size.as_vec2();
        let whole = Self { viewport: full, ..*self }.get_clip_from_view();
        let scale = full / sub_view.size.as_vec2();
        let offset = (full - 2.0 * sub_view.offset) / sub_view.size.as_vec2() - 1.0;
        let part = Mat4::from_cols(
            Vec4::new(scale.x, 0.0, 0.0, 0.0),
            Vec4::new(0.0, scale.y, 0.0, 0.0),
            Vec4::Z,
            Vec4::new(offset.x, -offset.y, 0.0, 1.0),
        );
        part * whole
    }

    fn update(&mut self, width: f32, height: f32) {
        self.viewport = Vec2::new(width, height);
    }

    fn far(&self) -> f32 {
        self.far.min(MAX_FAR)
    }

    fn get_frustum_corners(&self, z_near: f32, z_far: f32) -> [Vec3A; 8] {
        let (scale, center) = self.ndc_from_direction();
        let corners = [(1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        std::array::from_fn(|index| {
            let (x, y) = corners[index % 4];
            let z = if index < 4 { z_near } else { z_far };
            let direction = (Vec2::new(x, y) - center) / scale;
            (direction * z.abs()).extend(z).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorName, intrinsics::Distortion};

    const DEVICE: PinholeCamera = PinholeCamera {
        width: 640,
        height: 480,
        fx: 500.0,
        fy: 520.0,
        cx: 350.0,
        cy: 225.0,
        distortion: Distortion::NONE,
    };

    /// Points in front of the camera, in Bevy's view space.
    const POINTS: [Vec3; 4] = [
        Vec3::new(0.0, 0.0, -1.0),
        Vec3::new(0.4, -0.2, -1.3),
        Vec3::new(-1.0, 0.9, -4.0),
        Vec3::new(0.02, 0.03, -0.2),
    ];

    fn projection(fit: Fit, viewport: Vec2) -> PinholeProjection {
        let mut projection = PinholeProjection::new(&DEVICE).expect("a camera").fit(fit);
        projection.update(viewport.x, viewport.y);
        projection
    }

    /// The place in the viewport at which a point is drawn, by the matrix.
    fn drawn_at(clip_from_view: Mat4, point: Vec3, viewport: Vec2) -> Vec2 {
        let ndc = clip_from_view.project_point3(point).xy();
        (ndc * Vec2::new(0.5, -0.5) + 0.5) * viewport
    }

    /// The pixel of the frame that shows a point, by the pinhole's formula.
    fn pixel(point: Vec3) -> Vec2 {
        let [x, y, z] = point.to_array().map(f64::from);
        let [x, y] = DEVICE.project([x, -y, -z]).expect("it is in front");
        Vec2::new(x as f32, y as f32)
    }

    /// The place in the viewport at which a pixel of the frame is shown.
    fn shown_at(pixel: Vec2, fit: Fit, viewport: Vec2) -> Vec2 {
        let frame = Vec2::new(640.0, 480.0);
        let scales = viewport / frame;
        let scale = match fit {
            Fit::Stretch => scales,
            Fit::Contain => Vec2::splat(scales.min_element()),
            Fit::Cover => Vec2::splat(scales.max_element()),
        };
        (pixel - frame / 2.0) * scale + viewport / 2.0
    }

    #[track_caller]
    fn assert_near(seen: Vec2, wanted: Vec2) {
        assert!(seen.distance(wanted) < 1e-2, "{seen} and not {wanted}");
    }

    #[test]
    fn points_are_drawn_where_the_frame_shows_them() {
        for fit in [Fit::Cover, Fit::Contain, Fit::Stretch] {
            for viewport in [Vec2::new(640.0, 480.0), Vec2::new(1280.0, 720.0), Vec2::new(300.0, 500.5)] {
                let projection = projection(fit, viewport);
                for point in POINTS {
                    let wanted = shown_at(pixel(point), fit, viewport);
                    assert_near(drawn_at(projection.get_clip_from_view(), point, viewport), wanted);
                    let mirrored = projection.mirrored(true).get_clip_from_view();
                    let wanted = Vec2::new(viewport.x - wanted.x, wanted.y);
                    assert_near(drawn_at(mirrored, point, viewport), wanted);
                }
            }
        }
    }

    #[test]
    fn a_sub_view_is_a_part_of_the_whole() {
        let (full, size) = (Vec2::new(1280.0, 720.0), Vec2::new(400.0, 300.0));
        let offset = Vec2::new(500.0, 130.5);
        let sub_view = SubCameraView { full_size: full.as_uvec2(), offset, size: size.as_uvec2() };
        let projection = projection(Fit::Cover, size);
        for point in POINTS {
            let whole = shown_at(pixel(point), Fit::Cover, full);
            let part = drawn_at(projection.get_clip_from_view_for_sub(&sub_view), point, size);
            assert_near(part, whole - offset);
        }
    }

    #[test]
    fn the_corners_of_the_frustum_are_those_of_the_viewport() {
        for fit in [Fit::Cover, Fit::Contain] {
            for mirrored in [false, true] {
                let projection = projection(fit, Vec2::new(1000.0, 400.0)).mirrored(mirrored);
                let clip_from_view = projection.get_clip_from_view();
                let corners = projection.get_frustum_corners(-0.5, -20.0);
                for (index, corner) in corners.into_iter().enumerate() {
                    let (x, y) = [(1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)][index % 4];
                    let depth = if index < 4 { 0.5 } else { 20.0 };
                    // The reversed depth of the infinite projection.
                    let clip = Vec3::new(x, y, projection.near / depth);
                    let wanted = clip_from_view.inverse().project_point3(clip);
                    assert!(
                        wanted.distance(corner.into()) < 1e-4 * depth,
                        "{index}: {corner} and not {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn objects_are_culled_outside_of_the_viewport_alone() {
        use bevy::camera::primitives::Sphere;

        for mirrored in [false, true] {
            let projection = projection(Fit::Cover, Vec2::new(640.0, 480.0)).mirrored(mirrored);
            let near = projection.planes(0.1, 10.0).compute_frustum(&GlobalTransform::IDENTITY);
            let endless = projection.planes(0.1, f32::INFINITY).compute_frustum(&GlobalTransform::IDENTITY);
            let sees = |frustum: &bevy::camera::primitives::Frustum, x: f32, z: f32| {
                let sphere = Sphere { center: Vec3A::new(x, 0.0, z), radius: 0.01 };
                frustum.intersects_sphere(&sphere, true)
            };
            // The frame shows more to the left of the axis than to the right, whether it is mirrored or not.
            assert!(sees(&near, -0.69, -1.0) && !sees(&near, -0.73, -1.0));
            assert!(sees(&near, 0.57, -1.0) && !sees(&near, 0.61, -1.0));
            assert!(!sees(&near, 0.0, -11.0) && sees(&endless, 0.0, -11.0) && sees(&endless, 0.0, -1e6));
            assert!(!sees(&near, 0.0, 1.0) && !sees(&endless, 0.0, 1.0));
        }
    }

    #[test]
    fn cameras_that_cannot_project_are_errors_by_name() {
        for wrong in [
            PinholeCamera { fx: 0.0, ..DEVICE },
            PinholeCamera { fy: f64::NAN, ..DEVICE },
            PinholeCamera { fx: 1e300, ..DEVICE },
            PinholeCamera { cy: f64::NEG_INFINITY, ..DEVICE },
            PinholeCamera { height: 0, ..DEVICE },
        ] {
            let error = PinholeProjection::new(&wrong).expect_err("no projection");
            assert_eq!(error.name, ErrorName::Type, "{error}");
        }
        for near in [0.0, -1.0, f32::NAN] {
            let projection = projection(Fit::Cover, Vec2::splat(100.0)).planes(near, 10.0);
            assert!(projection.get_clip_from_view().is_finite());
        }
    }
}
