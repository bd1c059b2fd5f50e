//! Faces over time: found, followed and lost.

use std::fmt;

use super::filter::LandmarkFilter;
use super::{
    Bounds, Expressions, FaceDetection, FaceDetector, FaceLandmarker, FaceLandmarks, FaceRegion, FilterConfig,
};
use crate::{ImageView, PeopleError};

/// The most faces that a tracker follows, whatever its settings say.
const MAX_FACES: usize = 32;

/// The share of two boxes above which they are of the same face.
const SAME_FACE: f32 = 0.3;

/// Settings of a [`FaceTracker`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FaceTrackerConfig {
    /// The most faces that are followed, from 1 to 32. Each costs a run of the landmarks' model per update. 4 by
    /// default.
    pub max_faces: usize,
    /// The most faces whose landmarks are located in an update. The others keep theirs, and their turn comes next. All
    /// by default.
    pub faces_per_update: usize,
    /// The number of updates between two searches while faces are followed, and there may be more. 10 by default. While
    /// no face is in view, after one was lost, and some times after one was found, each update searches.
    pub search_interval: u32,
    /// The least certainty that a face is there, from 0 to 1. 0.5 by default.
    pub min_presence: f32,
    /// The time that a face is out of view until it is lost, in seconds. 0.5 by default.
    pub patience: f64,
    /// Whether a search also finds faces that lie on a side or upside down. It then runs the detector four times.
    /// `false` by default: the landmarks of a face that is turned by more than about 45 degrees are wrong.
    pub any_orientation: bool,
    /// Whether searches alternate between the whole image and [parts](FaceRegion::parts) of it, in which smaller faces
    /// are found. `true` by default.
    pub search_parts: bool,
    /// Whether a search of a part also searches the whole image. `false` by default. With a search interval of 1 a face
    /// that comes into view is then found in its first image, unless it is small.
    pub search_whole_always: bool,
    /// How the landmarks are smoothed. `None` leaves them as they are.
    pub filter: Option<FilterConfig>,
}

impl Default for FaceTrackerConfig {
    fn default() -> Self {
        Self {
            max_faces: 4,
            faces_per_update: usize::MAX,
            search_interval: 10,
            min_presence: 0.5,
            patience: 0.5,
            any_orientation: false,
            search_parts: true,
            search_whole_always: false,
            filter: Some(FilterConfig::default()),
        }
    }
}

/// A face that a [`FaceTracker`] follows.
#[derive(Clone)]
pub struct Face {
    /// The number of the face. It stays while the face is followed, and no other face of the tracker gets it later.
    pub id: u64,
    /// Whether the last update found the face. Otherwise everything is as it was before, until the face is found again
    /// or lost.
    pub is_visible: bool,
    /// The time at which the face was seen last, in seconds.
    pub last_seen: f64,
    /// The landmarks, smoothed.
    pub landmarks: FaceLandmarks,
    /// The expression.
    pub expressions: Expressions,
    /// The landmarks as the model gave them, which the next region follows from.
    located: FaceLandmarks,
    bounds: Bounds,
    filter: LandmarkFilter,
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Face");
        fields.field("id", &self.id).field("is_visible", &self.is_visible).finish_non_exhaustive()
    }
}

impl Face {
    fn new(id: u64, time: f64, located: FaceLandmarks) -> Self {
        Self {
            id,
            is_visible: true,
            last_seen: time,
            expressions: Expressions::of(&located),
            bounds: located.bounds(),
            filter: LandmarkFilter::new(time, &located),
            landmarks: located.clone(),
            located,
        }
    }

    fn follow(&mut self, time: f64, located: FaceLandmarks, config: Option<&FilterConfig>) {
        // A face that was away may be anywhere.
        if !self.is_visible || self.located.aspect != located.aspect {
            *self = Self::new(self.id, time, located);
            return;
        }
        self.last_seen = time;
        self.bounds = located.bounds();
        self.landmarks = match config {
            Some(config) => self.filter.apply(time, &located, config),
            None => located.clone(),
        };
        self.expressions = Expressions::of(&self.landmarks);
        self.located = located;
    }

    /// The rectangle around the landmarks, in uv.
    pub fn bounds(&self) -> Bounds {
        self.landmarks.bounds()
    }
}

/// A change of the faces in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceEvent {
    /// A face was found, with this id.
    Found(u64),
    /// The face with this id is no longer followed.
    Lost(u64),
}

/// Follows the faces of a video.
///
/// Each update locates the landmarks of each face around its last ones. Now and then the detector searches for more.
#[derive(Debug)]
pub struct FaceTracker {
    detector: FaceDetector,
    landmarker: FaceLandmarker,
    config: FaceTrackerConfig,
    faces: Vec<Face>,
    events: Vec<FaceEvent>,
    detections: Vec<FaceDetection>,
    next_id: u64,
    /// The face whose turn is next, if an update doesn't locate all.
    next_face: usize,
    /// Updates since the last search.
    updates: u32,
    /// The part of the image that is searched next. 0 is the whole image.
    next_part: usize,
    /// The number of searches that are due at once: where a face is found there may be more.
    due: usize,
}

impl FaceTracker {
    /// A tracker by a detector and a landmarker.
    pub fn new(detector: FaceDetector, landmarker: FaceLandmarker) -> Self {
        Self::with_config(detector, landmarker, FaceTrackerConfig::default())
    }

    /// A tracker with settings of the app's.
    pub fn with_config(
        detector: FaceDetector,
        landmarker: FaceLandmarker,
        config: FaceTrackerConfig,
    ) -> Self {
        Self {
            detector,
            landmarker,
            config,
            faces: Vec::new(),
            events: Vec::new(),
            detections: Vec::new(),
            next_id: 0,
            next_face: 0,
            updates: u32::MAX,
            next_part: 0,
            due: 0,
        }
    }

    /// The settings.
    pub fn config(&self) -> &FaceTrackerConfig {
        &self.config
    }

    /// The settings, to change them. They apply from the next update on.
    pub fn config_mut(&mut self) -> &mut FaceTrackerConfig {
        &mut self.config
    }

    /// The faces that are followed, those first that were found first. Some may be out of view: see
    /// [`Face::is_visible`].
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The changes of the last update.
    pub fn events(&self) -> &[FaceEvent] {
        &self.events
    }

    /// Forgets all faces, as after a cut. The next update reports them as lost, and searches.
    pub fn reset(&mut self) {
        for face in &mut self.faces {
            face.is_visible = false;
            face.last_seen = f64::NEG_INFINITY;
        }
        self.updates = u32::MAX;
        self.next_part = 0;
    }

    /// Looks at the next image, which was taken at that time, in seconds. Images may change their size.
    ///
    /// # Errors
    /// [`PeopleError::Run`] if a model fails. The faces stay as far as the update came.
    pub fn update(&mut self, time: f64, image: &ImageView<'_>) -> Result<(), PeopleError> {
        self.events.clear();
        let max_faces = self.config.max_faces.clamp(1, MAX_FACES);
        // Those that were seen last stay, if the app wants fewer.
        while self.faces.len() > max_faces {
            self.drop_oldest();
        }
        self.follow(time, image)?;
        self.merge_duplicates();
        self.updates = self.updates.saturating_add(1);
        if self.must_search(max_faces) {
            self.updates = 0;
            self.search(time, image, max_faces)?;
        }
        let patience = self.config.patience;
        let events = &mut self.events;
        self.faces.retain(|face| {
            let age = time - face.last_seen;
            // Also if the clock isn't a number: such a face would stay forever.
            let is_lost = !face.is_visible && (age > patience || age.is_nan());
            if is_lost {
                events.push(FaceEvent::Lost(face.id));
            }
            !is_lost
        });
        Ok(())
    }

    /// Locates the landmarks of the faces in view, or of those whose turn it is.
    fn follow(&mut self, time: f64, image: &ImageView<'_>) -> Result<(), PeopleError> {
        let count = self.faces.len();
        for _ in 0..count.min(self.config.faces_per_update.max(1)) {
            self.next_face = (self.next_face + 1) % count;
            let face = &mut self.faces[self.next_face];
            if !face.is_visible {
                continue;
            }
            let region = FaceRegion::from_landmarks(&face.located, image.width() as f32);
            let located = self.landmarker.locate(image, &region)?;
            if is_face(&located, self.config.min_presence) {
                face.follow(time, located, self.config.filter.as_ref());
            } else {
                face.is_visible = false;
            }
        }
        Ok(())
    }

    /// Leaves one of two faces at the same place: the one that was found first.
    fn merge_duplicates(&mut self) {
        let mut index = 1;
        while index < self.faces.len() {
            let (older, rest) = self.faces.split_at(index);
            let face = &rest[0];
            let is_same = |other: &Face| other.is_visible && is_same_face(&other.bounds, &face.bounds);
            if face.is_visible && older.iter().any(is_same) {
                let face = self.faces.remove(index);
                self.events.push(FaceEvent::Lost(face.id));
            } else {
                index += 1;
            }
        }
    }

    fn must_search(&self, max_faces: usize) -> bool {
        let visible = self.faces.iter().filter(|face| face.is_visible).count();
        let is_missing = visible < self.faces.len() || visible == 0;
        visible < max_faces && (is_missing || self.due > 0 || self.updates >= self.config.search_interval)
    }

    /// Searches for faces that aren't followed yet.
    fn search(&mut self, time: f64, image: &ImageView<'_>, max_faces: usize) -> Result<(), PeopleError> {
        let mut detections = std::mem::take(&mut self.detections);
        detections.clear();
        let parts = FaceRegion::parts(image).count();
        let whole_always = self.config.search_whole_always;
        let part = match self.next_part {
            _ if !self.config.search_parts => None,
            0 if !whole_always => None,
            next => FaceRegion::parts(image).nth(next.max(1) - 1),
        };
        self.next_part = (self.next_part.max(usize::from(whole_always)) + 1) % (parts + 1);
        self.due = self.due.saturating_sub(1);
        let found_before = self.next_id;
        for quarters in 0..if self.config.any_orientation { 4 } else { 1 } {
            let whole = FaceRegion::whole(image, quarters);
            let part = part.map(|part| FaceRegion { angle: whole.angle, ..part });
            if part.is_none() || whole_always {
                detections.extend_from_slice(self.detector.detect_in(image, &whole)?);
            }
            if let Some(part) = part {
                detections.extend_from_slice(self.detector.detect_in(image, &part)?);
            }
        }
        // A face is found in several orientations, and surest in its own.
        detections.sort_by(|a, b| b.score.total_cmp(&a.score));
        // Each candidate costs a run, so a crowd of them waits for the next search.
        let mut runs = max_faces;
        for detection in &detections {
            let visible = self.faces.iter().filter(|face| face.is_visible);
            let is_full = visible.clone().count() >= max_faces;
            if is_full || runs == 0 {
                break;
            }
            if visible.clone().any(|face| is_same_face(&face.bounds, &detection.bounds)) {
                continue;
            }
            runs -= 1;
            let located = self.landmarker.locate(image, &detection.region(image))?;
            if is_face(&located, self.config.min_presence) {
                self.accept(time, located, max_faces);
            }
        }
        self.detections = detections;
        if self.next_id > found_before && self.config.search_parts {
            self.due = parts;
        }
        Ok(())
    }

    /// Adds a face that was found, or brings one back that was near there.
    fn accept(&mut self, time: f64, located: FaceLandmarks, max_faces: usize) {
        let bounds = located.bounds();
        if self.faces.iter().any(|face| face.is_visible && is_same_face(&face.bounds, &bounds)) {
            return;
        }
        let center = bounds.center();
        let distance = |face: &Face| {
            let other = face.bounds.center();
            let [x, y] = [center[0] - other[0], (center[1] - other[1]) / located.aspect];
            x.hypot(y)
        };
        let reach = bounds.size()[0].max(bounds.size()[1] / located.aspect);
        let away = self.faces.iter_mut().filter(|face| !face.is_visible && face.last_seen.is_finite());
        let nearest = away.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(face) = nearest.filter(|face| distance(face) < reach) {
            face.follow(time, located, None);
            return;
        }
        if self.faces.len() >= max_faces {
            self.drop_oldest();
        }
        self.events.push(FaceEvent::Found(self.next_id));
        self.faces.push(Face::new(self.next_id, time, located));
        self.next_id += 1;
    }

    /// Gives up the face that was seen least lately.
    fn drop_oldest(&mut self) {
        let ages =
            self.faces.iter().enumerate().map(|(index, face)| (index, face.is_visible, face.last_seen));
        let oldest = ages.min_by(|a, b| a.1.cmp(&b.1).then(a.2.total_cmp(&b.2)));
        if let Some((index, ..)) = oldest {
            self.events.push(FaceEvent::Lost(self.faces.remove(index).id));
        }
    }
}

/// Tells whether landmarks are those of a face that is at least partly in the image.
fn is_face(landmarks: &FaceLandmarks, min_presence: f32) -> bool {
    let bounds = landmarks.bounds();
    let image = Bounds { min: [0.0; 2], max: [1.0; 2] };
    let inside = bounds.intersection(&image).area();
    landmarks.presence >= min_presence && bounds.area() > 0.0 && inside > 0.25 * bounds.area()
}

/// Tells whether two boxes are of the same face: they overlap much, or the middle of each is in the other.
fn is_same_face(a: &Bounds, b: &Bounds) -> bool {
    a.overlap(b) > SAME_FACE || (a.contains(b.center()) && b.contains(a.center()))
}
