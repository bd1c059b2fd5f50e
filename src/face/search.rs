//! The search of a frame: faces, and their poses.

use std::{sync::Arc, time::Duration};

use bevy::{platform::time::Instant, prelude::*};
use viewfinder_people::{
    FaceDetector, FaceLandmarker, FaceTracker, FilterConfig, ImageView, PeopleError, Pinhole, PixelFormat,
    estimate_head_pose, head_geometry,
};

use super::{
    FaceDetection, FaceDetections, FaceExpressions, MAX_FACES,
    pose::{camera_pose, pinhole},
};
use crate::{
    error::MediaError,
    frame::Frame,
    intrinsics::Lens,
    models::{ModelSource, media_error},
    tap::worker::FrameWork,
};

/// The settings of a search.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub lens: Lens,
    pub max_faces: usize,
    pub filter: bool,
    /// Whether all of each frame is searched for new faces, and not a part of one in ten while a face is followed.
    pub searches_always: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { lens: Lens::default(), max_faces: 1, filter: true, searches_always: false }
    }
}

/// The models of a search.
#[derive(Debug, Clone)]
pub(super) struct Models {
    pub detection: ModelSource,
    pub landmarks: ModelSource,
}

/// The result for a frame.
#[derive(Debug)]
pub(super) struct Observation {
    /// The time of capture of the frame.
    pub captured: Instant,
    /// The faces, or why the search has failed.
    pub detections: Result<FaceDetections, MediaError>,
    /// Why there are no poses.
    pub fault: Option<MediaError>,
}

/// Searches the frames of a track. It has no threads.
#[derive(Debug)]
pub(super) struct Search {
    plan: Arc<Plan>,
    tracker: FaceTracker,
    /// The size of the frames so far, and their camera.
    camera: Option<(UVec2, Result<Pinhole, MediaError>)>,
    /// The time of capture of the first frame.
    began: Option<Instant>,
}

impl Search {
    /// Reads the models, which takes some milliseconds.
    ///
    /// # Errors
    /// `Data` if one isn't a model for its task.
    pub fn new(models: &Models, plan: &Arc<Plan>) -> Result<Self, MediaError> {
        let detector = FaceDetector::new(models.detection.load()?).map_err(media_error)?;
        let landmarker = FaceLandmarker::new(models.landmarks.load()?).map_err(media_error)?;
        Ok(Self::with(FaceTracker::new(detector, landmarker), plan))
    }

    fn with(mut tracker: FaceTracker, plan: &Arc<Plan>) -> Self {
        configure(&mut tracker, plan);
        Self { plan: plan.clone(), tracker, camera: None, began: None }
    }

    fn update(&mut self, frame: &Frame, began: Instant) -> Result<(), PeopleError> {
        let (width, height) = (frame.size.x as usize, frame.size.y as usize);
        let image = ImageView::new(width, height, frame.planes[0].stride, PixelFormat::Rgba, frame.plane(0))?;
        let time = frame.captured.saturating_duration_since(began);
        self.tracker.update(time.as_secs_f64(), &image)
    }

    /// The faces that are followed.
    fn faces(&self, captured: Instant, began: Instant, camera: Option<&Pinhole>) -> Vec<FaceDetection> {
        let faces = self.tracker.faces().iter().map(|face| {
            let head =
                camera.and_then(|camera| Some((camera, estimate_head_pose(&face.landmarks, camera).ok()?)));
            let pose = head.as_ref().and_then(|(_, head)| camera_pose(head));
            let surface = match &head {
                Some((camera, head)) if pose.is_some() => head_geometry(&face.landmarks, camera, head)
                    .iter()
                    .map(|point| Vec3::from(*point))
                    .collect(),
                _ => Arc::default(),
            };
            let bounds = face.bounds();
            let expressions = face.expressions;
            FaceDetection {
                id: face.id,
                bounds: Rect { min: bounds.min.into(), max: bounds.max.into() },
                landmarks: face.landmarks.points.iter().map(|point| Vec3::from(*point)).collect(),
                surface,
                expressions: FaceExpressions {
                    mouth_open: expressions.mouth_open,
                    left_eye_closed: expressions.left_eye_closed,
                    right_eye_closed: expressions.right_eye_closed,
                    smile: expressions.smile,
                },
                pose,
                captured: if face.is_visible { captured } else { time_of(face.last_seen, began, captured) },
            }
        });
        faces.collect()
    }
}

/// The time of capture of an earlier frame.
fn time_of(seconds: f64, began: Instant, now: Instant) -> Instant {
    let since = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    began.checked_add(since).map_or(now, |time| time.min(now))
}

fn configure(tracker: &mut FaceTracker, plan: &Plan) {
    let config = tracker.config_mut();
    config.max_faces = plan.max_faces.clamp(1, MAX_FACES);
    config.filter = plan.filter.then(FilterConfig::default);
    config.search_interval = if plan.searches_always { 1 } else { 10 };
    config.search_whole_always = plan.searches_always;
}

impl FrameWork for Search {
    type Settings = Plan;
    type Output = Observation;

    const NAME: &'static str = "the search for faces";

    fn set_settings(&mut self, plan: &Arc<Plan>) {
        if Arc::ptr_eq(plan, &self.plan) {
            return;
        }
        configure(&mut self.tracker, plan);
        if plan.lens != self.plan.lens {
            self.camera = None;
        }
        self.plan = plan.clone();
    }

    /// Searches a frame of color.
    fn run(&mut self, frame: &Frame) -> Observation {
        let start = Instant::now();
        let captured = frame.captured;
        let began = *self.began.get_or_insert(captured);
        if let Err(error) = self.update(frame, began) {
            return Observation { captured, detections: Err(media_error(error)), fault: None };
        }
        if self.camera.as_ref().is_none_or(|(size, _)| *size != frame.size) {
            let camera = self.plan.lens.camera(frame.size).map(|camera| pinhole(&camera));
            self.camera = Some((frame.size, camera));
        }
        let camera = self.camera.as_ref().map(|(_, camera)| camera.as_ref());
        let fault = camera.and_then(|camera| camera.err().cloned());
        let faces = self.faces(captured, began, camera.and_then(Result::ok));
        let search_time = start.elapsed();
        let detections = FaceDetections { faces, size: frame.size, captured: Some(captured), search_time };
        Observation { captured, detections: Ok(detections), fault }
    }
}

#[cfg(test)]
mod tests {
    use viewfinder_people::{Model, ModelKind, Workers};

    use super::*;
    use crate::{
        error::ErrorName,
        frame::{FramePool, PixelFormat as FrameFormat},
        intrinsics::CameraIntrinsics,
    };

    const PORTRAIT: &[u8] = include_bytes!("../../crates/people/tests/data/astronaut.jpg");

    fn search(plan: Plan) -> Search {
        let model = |kind| Model::embedded(kind, &Workers::default()).expect("a model");
        let detector = FaceDetector::new(model(ModelKind::FaceDetection)).expect("a detector");
        let landmarker = FaceLandmarker::new(model(ModelKind::FaceLandmarks)).expect("a landmarker");
        Search::with(FaceTracker::new(detector, landmarker), &Arc::new(plan))
    }

    fn portrait(captured: Instant) -> Frame {
        let image = image::load_from_memory(PORTRAIT).expect("a photo").to_rgba8();
        let size = UVec2::from(image.dimensions());
        let buffer = FramePool::default().copy_of(image.as_raw());
        Frame { captured, ..Frame::packed(FrameFormat::Rgba32, size, buffer) }
    }

    fn gray(size: UVec2, captured: Instant) -> Frame {
        let pixels = vec![128; (size.x * size.y * 4) as usize];
        let buffer = FramePool::default().copy_of(&pixels);
        Frame { captured, ..Frame::packed(FrameFormat::Rgba32, size, buffer) }
    }

    #[test]
    fn a_face_is_seen_with_a_pose_and_lost_after_half_a_second() {
        let mut search = search(Plan::default());
        let start = Instant::now();
        let found = search.run(&portrait(start)).detections.expect("a search");
        let [face] = &found.faces[..] else { panic!("{found:?}") };
        let place = Vec3::from(face.pose.expect("a pose").translation);
        assert!(place.z < -0.3 && place.z > -1.5, "{place}");
        assert_eq!((face.landmarks.len(), face.surface.len()), (468, 468));
        assert_eq!(face.captured, start);
        let soon = start + Duration::from_millis(300);
        let kept = search.run(&gray(found.size, soon)).detections.expect("a search");
        assert_eq!((kept.faces[0].id, kept.faces[0].captured), (face.id, start));
        let late = start + Duration::from_millis(900);
        assert!(search.run(&gray(found.size, late)).detections.expect("a search").faces.is_empty());
    }

    #[test]
    fn debug_and_reflection_show_no_landmarks() {
        let found = search(Plan::default()).run(&portrait(Instant::now())).detections.expect("a search");
        let face = &found.faces[0];
        let text = format!("{found:?}");
        assert!(!text.contains("landmarks") && text.len() < 1_000, "{text}");
        let bevy::reflect::ReflectRef::Struct(fields) = face.reflect_ref() else { panic!("a struct") };
        assert!(fields.field("landmarks").is_none() && fields.field("surface").is_none());
    }

    #[test]
    fn intrinsics_of_another_shape_are_a_fault_and_faces_are_still_found() {
        let camera = crate::intrinsics::PinholeCamera::from_fov(640, 480, 1.0).expect("a camera");
        let lens = Lens::Intrinsics(CameraIntrinsics::try_from(camera).expect("intrinsics"));
        let mut search = search(Plan { lens, ..Plan::default() });
        let observation = search.run(&portrait(Instant::now()));
        assert_eq!(observation.fault.expect("another aspect ratio").name, ErrorName::Type);
        let faces = observation.detections.expect("a search").faces;
        assert!(faces[0].pose.is_none() && faces[0].surface.is_empty());
        search.set_settings(&Arc::new(Plan::default()));
        let observation = search.run(&portrait(Instant::now()));
        assert!(observation.fault.is_none());
        assert!(observation.detections.expect("a search").faces[0].pose.is_some());
    }

    #[test]
    fn frames_of_a_pixel_have_no_faces() {
        let mut search = search(Plan::default());
        for size in [UVec2::ONE, UVec2::new(1, 3), UVec2::new(5, 2)] {
            let observation = search.run(&gray(size, Instant::now()));
            assert!(observation.detections.expect("a search").faces.is_empty(), "{size}");
        }
    }
}
