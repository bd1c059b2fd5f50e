//! The search of a frame: markers, and their poses over time.

use std::sync::Arc;

use bevy::{math::Isometry3d, platform::time::Instant, prelude::*};
use viewfinder_fiducial::{
    Camera, Detection, Detector, Family, GrayImage, Tracker, estimate_board_pose, estimate_pose,
};

use super::{
    MarkerDetection, MarkerDetections,
    plan::{Plan, Target},
};
use crate::{error::MediaError, frame::Frame, intrinsics::camera_pose, tap::worker::FrameWork};

/// The result of the search of a frame.
#[derive(Debug, Clone)]
pub(super) struct Observation {
    /// The plan that the targets refer to.
    pub plan: Arc<Plan>,
    pub visible: Vec<Seen>,
    /// The time of capture of the frame.
    pub captured: Instant,
    pub detections: MarkerDetections,
    /// Why there are no poses.
    pub fault: Option<MediaError>,
}

/// A visible marker or board.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub target: Target,
    pub pose: Isometry3d,
    pub measured: Isometry3d,
    /// Whether it was in this very frame.
    pub is_in_frame: bool,
}

/// Searches the frames of a track. It has no threads.
#[derive(Debug)]
pub(super) struct Search {
    plan: Arc<Plan>,
    detector: Detector,
    tracker: Tracker<Target>,
    /// The size of the frames so far, and their camera.
    camera: Option<(UVec2, Result<Camera, MediaError>)>,
    began: Instant,
}

impl Search {
    pub fn new(plan: Arc<Plan>) -> Self {
        Self {
            detector: detector(&plan),
            tracker: Tracker::new(plan.tracking),
            camera: None,
            began: Instant::now(),
            plan,
        }
    }
}

impl FrameWork for Search {
    type Settings = Plan;
    type Output = Observation;

    const NAME: &'static str = "the search for markers";

    /// Goes on with another plan. Poses are kept unless families, the camera or the filter are others.
    fn set_settings(&mut self, plan: &Arc<Plan>) {
        if Arc::ptr_eq(plan, &self.plan) {
            return;
        }
        if plan.families != self.plan.families {
            self.detector = detector(plan);
        }
        let keeps_targets = plan.families.starts_with(&self.plan.families) && plan.boards == self.plan.boards;
        if !keeps_targets || plan.tracking != self.plan.tracking || plan.lens != self.plan.lens {
            self.tracker = Tracker::new(plan.tracking);
            self.camera = None;
        }
        self.plan = plan.clone();
    }

    /// Searches a frame of luma.
    fn run(&mut self, frame: &Frame) -> Observation {
        let began = Instant::now();
        let mut detections = MarkerDetections {
            size: frame.size,
            captured: Some(frame.captured),
            ..MarkerDetections::default()
        };
        let mut fault = None;
        let found = match luma(frame) {
            Ok(image) => self.detector.detect(&image),
            Err(error) => {
                fault = Some(error);
                &[]
            }
        };
        if self.camera.as_ref().is_none_or(|(size, _)| *size != frame.size) {
            self.tracker.clear();
            self.camera = Some((frame.size, self.plan.lens.camera(frame.size)));
        }
        let camera = match &self.camera {
            Some((_, Ok(camera))) => Some(camera),
            Some((_, Err(error))) => {
                fault = Some(error.clone());
                None
            }
            None => None,
        };
        let sightings = camera.map_or_else(Vec::new, |camera| sightings(&self.plan, found, camera));
        let size = frame.size.as_dvec2();
        detections.markers = found
            .iter()
            .map(|detection| MarkerDetection {
                family: self.plan.families[detection.family].clone(),
                id: detection.id,
                corners: detection.corners.map(|[x, y]| Vec2::new((x / size.x) as f32, (y / size.y) as f32)),
            })
            .collect();
        let time = frame.captured.saturating_duration_since(self.began).as_secs_f64();
        self.tracker.update(time, &sightings);
        let visible = self.tracker.tracks().iter().filter(|track| track.is_visible).map(|track| Seen {
            target: track.key,
            pose: camera_pose(&track.pose),
            measured: camera_pose(&track.measured),
            is_in_frame: track.is_seen,
        });
        let visible = visible.collect();
        detections.search_time = began.elapsed();
        Observation { plan: self.plan.clone(), visible, captured: frame.captured, detections, fault }
    }
}

fn detector(plan: &Plan) -> Detector {
    let families: Vec<&Family> = plan.families.iter().map(|family| &**family).collect();
    Detector::new(&families)
}

/// The poses of the plan's targets among the markers of a frame.
fn sightings(
    plan: &Plan,
    found: &[Detection],
    camera: &Camera,
) -> Vec<(Target, viewfinder_fiducial::PoseEstimate)> {
    let markers = found.iter().flat_map(|detection| {
        plan.markers_of(detection.family, detection.id).filter_map(|marker| {
            let estimate = estimate_pose(&detection.corners, f64::from(marker.size), camera).ok()?;
            Some((Target::Marker(marker), estimate))
        })
    });
    let boards = plan.boards.iter().filter_map(|(entity, board)| {
        Some((Target::Board(*entity), estimate_board_pose(board, found, camera).ok()?))
    });
    markers.chain(boards).collect()
}

/// A frame's luma, as it is.
fn luma(frame: &Frame) -> Result<GrayImage<'_>, MediaError> {
    let (width, height) = (frame.size.x as usize, frame.size.y as usize);
    GrayImage::new(width, height, frame.planes[0].stride, frame.plane(0))
        .map_err(|error| MediaError::data(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        error::ErrorName,
        frame::{FramePool, PixelFormat},
        intrinsics::{CameraIntrinsics, Lens},
        marker::{MarkerFamily, plan::MarkerTarget},
    };

    /// A gray frame, with a marker of 8 pixels a cell in its middle.
    fn frame(size: UVec2, id: Option<u32>, captured: Instant) -> Frame {
        let mut pixels = vec![180; (size.x * size.y) as usize];
        if let Some(id) = id {
            let (side, marker) = MarkerFamily::default().render(id).expect("an id").to_gray(8);
            let corner = (size - UVec2::splat(side)) / 2;
            for (row, y) in marker.chunks(side as usize).zip(corner.y..) {
                let at = (y * size.x + corner.x) as usize;
                pixels[at..at + row.len()].copy_from_slice(row);
            }
        }
        let buffer = FramePool::default().copy_of(&pixels);
        Frame { captured, ..Frame::packed(PixelFormat::Gray, size, buffer) }
    }

    fn plan(markers: &[(u32, f32)]) -> Plan {
        let mut plan = Plan::default();
        let family = plan.family_index(&MarkerFamily::default());
        plan.markers = markers.iter().map(|&(id, size)| MarkerTarget { family, id, size }).collect();
        plan
    }

    /// Frames of a thirtieth of a second.
    struct Film {
        search: Search,
        now: Instant,
        size: UVec2,
    }

    impl Film {
        fn new(plan: Plan) -> Self {
            Self { search: Search::new(Arc::new(plan)), now: Instant::now(), size: UVec2::new(320, 240) }
        }

        fn show(&mut self, id: Option<u32>) -> Observation {
            self.now += Duration::from_millis(33);
            self.search.run(&frame(self.size, id, self.now))
        }
    }

    #[test]
    fn a_marker_in_two_frames_has_the_pose_of_its_size() {
        let mut film = Film::new(plan(&[(7, 0.16)]));
        assert!(film.show(Some(7)).visible.is_empty());
        let seen = film.show(Some(7));
        let [marker] = seen.visible[..] else { panic!("{seen:?}") };
        // Eight cells of 8 pixels are 16 cm, and the focal length is that of 60 degrees.
        let focal = 160.0 / 30f32.to_radians().tan();
        let distance = focal * 0.16 / 64.0;
        let place = Vec3::from(marker.measured.translation);
        assert!(place.distance(Vec3::new(0.0, 0.0, -distance)) < 0.02 * distance, "{place}, not {distance}");
        let corners = seen.detections.markers[0].corners;
        assert!(corners[0].distance(Vec2::new(128.0 / 320.0, 88.0 / 240.0)) < 0.002, "{corners:?}");
        // In two of three frames it is missing.
        assert_eq!(film.show(None).visible.len(), 1);
        assert!(film.show(None).visible.is_empty());
    }

    #[test]
    fn markers_of_two_sizes_share_what_is_seen_and_others_are_left_alone() {
        let mut film = Film::new(plan(&[(7, 0.16), (7, 0.08), (8, 0.1)]));
        film.show(Some(7));
        let seen = film.show(Some(7)).visible;
        assert_eq!(seen.len(), 2);
        let [large, small] = [0, 1].map(|at: usize| seen[at].measured.translation.z);
        assert!((large / small - 2.0).abs() < 1e-3);
        let other = film.show(Some(9));
        assert_eq!(other.detections.markers[0].id, 9);
    }

    #[test]
    fn another_size_of_frames_scales_the_intrinsics_and_another_shape_is_a_fault() {
        let mut plan = plan(&[(7, 0.16)]);
        let camera = Camera::from_fov(640, 480, 1.0).expect("a camera");
        plan.lens = Lens::Intrinsics(CameraIntrinsics::try_from(camera).expect("a camera"));
        let mut film = Film::new(plan);
        film.show(Some(7));
        assert_eq!(film.show(Some(7)).visible.len(), 1);
        film.size = UVec2::new(320, 180);
        let seen = film.show(Some(7));
        assert_eq!(seen.fault.expect("another aspect ratio").name, ErrorName::Type);
        assert_eq!(seen.detections.markers.len(), 1, "markers are still found");
        film.size = UVec2::new(160, 120);
        film.show(Some(7));
        assert_eq!(film.show(Some(7)).visible.len(), 1);
    }

    #[test]
    fn a_plan_with_more_targets_keeps_those_that_are_visible() {
        let mut film = Film::new(plan(&[(7, 0.16)]));
        film.show(Some(7));
        film.show(Some(7));
        film.search.set_settings(&Arc::new(plan(&[(7, 0.16), (9, 0.1)])));
        assert_eq!(film.show(Some(7)).visible.len(), 1);
        let mut moved = plan(&[(7, 0.16)]);
        moved.lens = Lens::Intrinsics(CameraIntrinsics::from_fov(0.5).expect("a camera"));
        film.search.set_settings(&Arc::new(moved));
        assert!(film.show(Some(7)).visible.is_empty(), "poses of another camera are forgotten");
    }

    #[test]
    fn frames_of_a_pixel_have_no_markers() {
        let mut film = Film::new(plan(&[(7, 0.16)]));
        for size in [UVec2::ONE, UVec2::new(1, 3), UVec2::new(5, 2)] {
            film.size = size;
            assert!(film.show(None).detections.markers.is_empty());
        }
    }
}
