//! The boxes of faces.

use super::suppression::{self, Answer};
use super::{Bounds, FaceRegion, anchors};
use crate::image::Border;
use crate::{ImageView, Model, ModelKind, PeopleError};

/// The side of the model's square, in pixels.
const SIDE: usize = 128;

/// The most samples of a pixel, for each of both directions.
const MOST_SAMPLES: usize = 4;

/// A point of a [`FaceDetection`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPoint {
    /// The person's right eye.
    RightEye,
    /// The person's left eye.
    LeftEye,
    /// The tip of the nose.
    Nose,
    /// The middle of the mouth.
    Mouth,
    /// The front of the person's right ear.
    RightEar,
    /// The front of the person's left ear.
    LeftEar,
}

/// A face that a [`FaceDetector`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceDetection {
    /// The model's certainty, from 0 to 1.
    pub score: f32,
    /// The box from the brow to the chin, in uv.
    pub bounds: Bounds,
    /// The points of the face, in uv, in the order of [`KeyPoint`].
    pub points: [[f32; 2]; 6],
}

impl FaceDetection {
    /// A point of the face, in uv.
    pub fn point(&self, point: KeyPoint) -> [f32; 2] {
        self.points[point as usize]
    }

    /// The square that a [`FaceLandmarker`](crate::FaceLandmarker) needs, in that image.
    pub fn region(&self, image: &ImageView<'_>) -> FaceRegion {
        let eyes = [self.point(KeyPoint::RightEye), self.point(KeyPoint::LeftEye)];
        FaceRegion::from_box(&self.bounds, eyes, image.size())
    }
}

/// Settings of a [`FaceDetector`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DetectorConfig {
    /// The least score of a face, from 0 to 1. 0.5 by default.
    pub min_score: f32,
}

impl Default for DetectorConfig {
    fn default() -> Self {
        Self { min_score: 0.5 }
    }
}

/// Finds faces in images of any size.
///
/// The model is made for faces within two meters of the camera: those that are at least about an eighth as wide as the
/// image. Smaller ones are found by [`FaceDetector::detect_in`] in a part of the image.
#[derive(Debug)]
pub struct FaceDetector {
    model: Model,
    config: DetectorConfig,
    anchors: Vec<[f32; 2]>,
    input: Vec<f32>,
    answers: Vec<Answer>,
    detections: Vec<FaceDetection>,
}

impl FaceDetector {
    /// A detector by a model of [`ModelKind::FaceDetection`].
    ///
    /// # Errors
    /// [`PeopleError::Model`] if the model is of another kind.
    pub fn new(model: Model) -> Result<Self, PeopleError> {
        Self::with_config(model, DetectorConfig::default())
    }

    /// A detector with settings of the app's.
    ///
    /// # Errors
    /// As [`FaceDetector::new`].
    pub fn with_config(model: Model, config: DetectorConfig) -> Result<Self, PeopleError> {
        Ok(Self {
            model: model.expect(ModelKind::FaceDetection)?,
            config,
            anchors: anchors::centers().collect(),
            input: vec![0.0; 3 * SIDE * SIDE],
            answers: Vec::with_capacity(anchors::COUNT),
            detections: Vec::new(),
        })
    }

    /// The upright faces of an image, the most certain one first: at most 64.
    ///
    /// # Errors
    /// [`PeopleError::Run`] if the model fails.
    pub fn detect(&mut self, image: &ImageView<'_>) -> Result<&[FaceDetection], PeopleError> {
        self.detect_in(image, &FaceRegion::whole(image, 0))
    }

    /// The faces of a part of an image that are upright in it. [`FaceRegion::whole`] is all of an image, turned.
    ///
    /// # Errors
    /// As [`FaceDetector::detect`].
    pub fn detect_in(
        &mut self,
        image: &ImageView<'_>,
        region: &FaceRegion,
    ) -> Result<&[FaceDetection], PeopleError> {
        self.detections.clear();
        let size = image.size();
        if !region.is_usable(size) {
            return Ok(&self.detections);
        }
        region.sample_into(image, &mut self.input, SIDE, [-1.0, 1.0], MOST_SAMPLES, Border::Black);
        let [boxes, scores] = self.model.run(&self.input)?;
        decode(&boxes, &scores, &self.anchors, self.config.min_score, &mut self.answers);
        suppression::merge(&mut self.answers);
        let to_uv = |point: [f32; 2]| {
            let [x, y] = region.point(point);
            [x / size[0], y / size[1]]
        };
        self.detections.extend(self.answers.iter().map(|answer| {
            let Bounds { min, max } = answer.bounds;
            let corners = [min, [max[0], min[1]], max, [min[0], max[1]]];
            FaceDetection {
                score: answer.score,
                bounds: Bounds::of(corners.map(to_uv)),
                points: answer.points.map(to_uv),
            }
        }));
        Ok(&self.detections)
    }
}

/// Reads the model's answers: middle, size and points, relative to the anchors, in pixels of the square.
fn decode(boxes: &[f32], scores: &[f32], anchors: &[[f32; 2]], min_score: f32, answers: &mut Vec<Answer>) {
    answers.clear();
    for ((numbers, &logit), &[x, y]) in boxes.chunks_exact(16).zip(scores).zip(anchors) {
        let score = 1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp());
        // Logits that aren't numbers give scores that aren't.
        let is_face = score > 0.0 && score >= min_score;
        if !is_face || !numbers.iter().all(|number| number.is_finite()) {
            continue;
        }
        let at = |k: usize| [numbers[k] / SIDE as f32, numbers[k + 1] / SIDE as f32];
        let (offset, size) = (at(0), at(2));
        let (x, y) = (x + offset[0], y + offset[1]);
        let bounds = Bounds {
            min: [x - 0.5 * size[0], y - 0.5 * size[1]],
            max: [x + 0.5 * size[0], y + 0.5 * size[1]],
        };
        if bounds.area() <= 0.0 {
            continue;
        }
        let points = std::array::from_fn(|k| {
            let [dx, dy] = at(4 + 2 * k);
            [x - offset[0] + dx, y - offset[1] + dy]
        });
        answers.push(Answer { score, bounds, points });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_relative_to_their_anchors() {
        let mut boxes = vec![0.0; 32];
        boxes[..8].copy_from_slice(&[12.8, -12.8, 25.6, 51.2, 0.0, 0.0, 6.4, 0.0]);
        boxes[16..20].copy_from_slice(&[0.0, f32::NAN, 10.0, 10.0]);
        let mut answers = Vec::new();
        decode(&boxes, &[3.0, 3.0], &[[0.5, 0.5]; 2], 0.5, &mut answers);
        assert_eq!(answers.len(), 1);
        let Answer { score, bounds, points } = answers[0];
        assert!((score - 0.9526).abs() < 1e-4);
        assert!((bounds.min[0] - 0.5).abs() < 1e-6 && (bounds.min[1] - 0.2).abs() < 1e-6);
        assert!((bounds.max[0] - 0.7).abs() < 1e-6 && (bounds.max[1] - 0.6).abs() < 1e-6);
        assert!((points[0][0] - 0.5).abs() < 1e-6 && (points[1][0] - 0.55).abs() < 1e-6);
        decode(&boxes, &[-1.0, f32::NAN], &[[0.5, 0.5]; 2], 0.5, &mut answers);
        assert!(answers.is_empty());
    }
}
