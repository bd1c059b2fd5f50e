//! The landmarks of a face.

use super::{FaceLandmarks, FaceRegion, LANDMARKS};
use crate::image::Border;
use crate::{ImageView, Model, ModelKind, PeopleError};

/// The side of the model's square, in pixels.
const SIDE: usize = 192;

/// Locates the landmarks of a face by the region that it is in.
#[derive(Debug)]
pub struct FaceLandmarker {
    model: Model,
    input: Vec<f32>,
}

impl FaceLandmarker {
    /// A landmarker by a model of [`ModelKind::FaceLandmarks`].
    ///
    /// # Errors
    /// [`PeopleError::Model`] if the model is of another kind.
    pub fn new(model: Model) -> Result<Self, PeopleError> {
        Ok(Self { model: model.expect(ModelKind::FaceLandmarks)?, input: vec![0.0; 3 * SIDE * SIDE] })
    }

    /// The landmarks of the face in a region. [`FaceLandmarks::presence`] tells whether there is one.
    ///
    /// # Errors
    /// [`PeopleError::Run`] if the model fails, or answers with numbers that aren't finite.
    pub fn locate(
        &mut self,
        image: &ImageView<'_>,
        region: &FaceRegion,
    ) -> Result<FaceLandmarks, PeopleError> {
        let [width, height] = image.size();
        let mut landmarks =
            FaceLandmarks { points: [[0.0; 3]; LANDMARKS], presence: 0.0, aspect: width / height };
        if !region.is_usable([width, height]) {
            return Ok(landmarks);
        }
        region.sample_into(image, &mut self.input, SIDE, [0.0, 1.0], 1, Border::Nearest);
        let [numbers, presence] = self.model.run(&self.input)?;
        let scale = 1.0 / SIDE as f32;
        for (point, numbers) in landmarks.points.iter_mut().zip(numbers.chunks_exact(3)) {
            let [x, y] = region.point([numbers[0] * scale, numbers[1] * scale]);
            *point = [x / width, y / height, numbers[2] * scale * region.side / width];
        }
        let logit = presence.first().copied().unwrap_or(f32::NAN);
        landmarks.presence = 1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp());
        if landmarks.is_finite() && landmarks.presence.is_finite() {
            return Ok(landmarks);
        }
        let reason = "its landmarks aren't numbers: get the file again".into();
        Err(PeopleError::Run { kind: ModelKind::FaceLandmarks, reason })
    }
}
