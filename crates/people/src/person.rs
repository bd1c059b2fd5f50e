//! The mask of the people in a frame.

use crate::{ImageView, Model, ModelKind, PeopleError};

/// The two sizes of the model. The app scales its frame to one of them, without keeping the aspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MaskSize {
    /// 256x256.
    Square,
    /// 256x144, in half the time of the square.
    Landscape,
}

impl MaskSize {
    /// The size that distorts a frame least: landscape above 4:3.
    pub fn for_frame(width: u32, height: u32) -> Self {
        if u64::from(width) * 3 > u64::from(height) * 4 { Self::Landscape } else { Self::Square }
    }

    /// The width, in pixels.
    pub const fn width(self) -> usize {
        256
    }

    /// The height, in pixels.
    pub const fn height(self) -> usize {
        match self {
            Self::Square => 256,
            Self::Landscape => 144,
        }
    }

    /// The number of pixels.
    pub const fn pixels(self) -> usize {
        self.width() * self.height()
    }

    /// The model for this size.
    pub const fn model(self) -> ModelKind {
        match self {
            Self::Square => ModelKind::PersonSquare,
            Self::Landscape => ModelKind::PersonLandscape,
        }
    }
}

/// Separates people from the background.
///
/// The model is made for people within two meters of the camera. It knows no other living beings: it may take a cat for
/// a person.
#[derive(Debug)]
pub struct PersonSegmenter {
    model: Model,
    size: MaskSize,
    input: Vec<f32>,
    mask: Vec<f32>,
}

impl PersonSegmenter {
    /// A segmenter by a model of [`ModelKind::PersonSquare`] or [`ModelKind::PersonLandscape`].
    ///
    /// # Errors
    /// [`PeopleError::Model`] if the model is of another kind.
    pub fn new(model: Model) -> Result<Self, PeopleError> {
        let size = match model.kind() {
            ModelKind::PersonLandscape => MaskSize::Landscape,
            _ => MaskSize::Square,
        };
        let model = model.expect(size.model())?;
        Ok(Self { model, size, input: vec![0.0; 3 * size.pixels()], mask: vec![0.0; size.pixels()] })
    }

    /// The size of images and masks.
    pub fn size(&self) -> MaskSize {
        self.size
    }

    /// The mask of an image of exactly [`PersonSegmenter::size`].
    ///
    /// The answer has a number for each pixel, row by row from the top: 0 for background, 1 for a person, and between
    /// them at edges and where the model is in doubt.
    ///
    /// # Errors
    /// [`PeopleError::Image`] if the image has another size. [`PeopleError::Run`] if the model fails.
    pub fn segment(&mut self, image: &ImageView<'_>) -> Result<&[f32], PeopleError> {
        let (width, height) = (self.size.width(), self.size.height());
        if (image.width(), image.height()) != (width, height) {
            return Err(PeopleError::Image {
                width: image.width(),
                height: image.height(),
                reason: format!("scale it to the model's {width}x{height}"),
            });
        }
        let (red, rest) = self.input.split_at_mut(self.size.pixels());
        let (green, blue) = rest.split_at_mut(self.size.pixels());
        let targets = red.iter_mut().zip(green).zip(blue);
        let pixels = (0..height).flat_map(|y| image.row(y));
        for (((red, green), blue), pixel) in targets.zip(pixels) {
            [*red, *green, *blue] = pixel.map(|value| f32::from(value) / 255.0);
        }
        let [mask] = self.model.run(&self.input)?;
        if mask.iter().any(|value| !value.is_finite()) {
            return Err(PeopleError::Run {
                kind: self.size.model(),
                reason: "its mask has values that aren't numbers".into(),
            });
        }
        self.mask = mask;
        Ok(&self.mask)
    }

    /// As [`PersonSegmenter::segment`], with the mask in bytes from 0 to 255, as a texture of one channel has them.
    ///
    /// # Errors
    /// As [`PersonSegmenter::segment`], and [`PeopleError::Image`] if `mask` hasn't a byte for each pixel.
    pub fn segment_into(&mut self, image: &ImageView<'_>, mask: &mut [u8]) -> Result<(), PeopleError> {
        if mask.len() != self.size.pixels() {
            return Err(PeopleError::Image {
                width: self.size.width(),
                height: self.size.height(),
                reason: format!("its mask needs {} bytes in place of {}", self.size.pixels(), mask.len()),
            });
        }
        for (byte, value) in mask.iter_mut().zip(self.segment(image)?) {
            *byte = (value * 255.0).round() as u8;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_follows_the_frame() {
        for (width, height, size) in [
            (1920, 1080, MaskSize::Landscape),
            (1280, 720, MaskSize::Landscape),
            (640, 480, MaskSize::Square),
            (1080, 1920, MaskSize::Square),
            (1, 1, MaskSize::Square),
            (u32::MAX, 1, MaskSize::Landscape),
            (0, 0, MaskSize::Square),
        ] {
            assert_eq!(MaskSize::for_frame(width, height), size, "{width}x{height}");
        }
    }
}
