//! The segmentation of a frame.

use std::{sync::Arc, time::Duration};

use bevy::platform::time::Instant;
use viewfinder_people::{ImageView, MaskSize, PersonSegmenter, PixelFormat};

use super::smooth::Smoothing;
use crate::{
    error::MediaError,
    frame::Frame,
    models::{ModelSource, media_error},
    tap::worker::FrameWork,
};

/// The settings of a segmentation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Settings {
    pub smoothing: Duration,
}

/// The result for a frame.
#[derive(Debug)]
pub(super) struct Segmented {
    /// The time of capture of the frame.
    pub captured: Instant,
    /// The mask, or why there is none. `None` for a frame of another size than the mask's, which a resized tap may
    /// still have.
    pub mask: Option<Result<Mask, MediaError>>,
}

/// A mask.
#[derive(Debug)]
pub(super) struct Mask {
    pub size: MaskSize,
    /// The frame at the mask's size, with the mask as its alpha.
    pub pixels: Vec<u8>,
    /// The mean of the mask.
    pub coverage: f32,
    /// The time that it took.
    pub time: Duration,
}

/// Segments the frames of a track. It has no threads.
#[derive(Debug)]
pub(super) struct Segment {
    segmenter: PersonSegmenter,
    smoothing: Smoothing,
    settings: Settings,
    captured: Option<Instant>,
}

impl Segment {
    /// Reads the model, which takes a few milliseconds.
    ///
    /// # Errors
    /// `Data` if it isn't a model for people.
    pub fn new(model: &ModelSource, settings: &Settings) -> Result<Self, MediaError> {
        Ok(Self {
            segmenter: PersonSegmenter::new(model.load()?).map_err(media_error)?,
            smoothing: Smoothing::default(),
            settings: *settings,
            captured: None,
        })
    }

    fn mask(&mut self, frame: &Frame, size: MaskSize) -> Result<Mask, MediaError> {
        let began = Instant::now();
        let pixels = frame.plane(0);
        let image =
            ImageView::new(size.width(), size.height(), frame.planes[0].stride, PixelFormat::Rgba, pixels);
        let mask = image.and_then(|image| self.segmenter.segment(&image)).map_err(media_error)?;
        let before = self.captured.replace(frame.captured);
        let passed = before.map_or(Duration::MAX, |before| frame.captured.saturating_duration_since(before));
        let rows = pixels.chunks(frame.planes[0].stride);
        let colors = rows.flat_map(|row| row.chunks_exact(4).take(size.width())).take(size.pixels());
        let colors = colors.map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        let mask = self.smoothing.smooth(mask, colors, passed, self.settings.smoothing);
        let mut out = Vec::with_capacity(4 * size.pixels());
        for (row, mask) in pixels.chunks(frame.planes[0].stride).zip(mask.chunks(size.width())) {
            for (pixel, mask) in row.chunks_exact(4).zip(mask) {
                out.extend([pixel[0], pixel[1], pixel[2], (mask * 255.0).round() as u8]);
            }
        }
        let coverage = mask.iter().sum::<f32>() / mask.len() as f32;
        Ok(Mask { size, pixels: out, coverage, time: began.elapsed() })
    }
}

impl FrameWork for Segment {
    type Settings = Settings;
    type Output = Segmented;

    const NAME: &'static str = "the segmentation of people";

    fn set_settings(&mut self, settings: &Arc<Settings>) {
        self.settings = **settings;
    }

    fn run(&mut self, frame: &Frame) -> Segmented {
        let size = self.segmenter.size();
        let fits = [frame.size.x as usize, frame.size.y as usize] == [size.width(), size.height()];
        Segmented { captured: frame.captured, mask: fits.then(|| self.mask(frame, size)) }
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;

    use super::*;
    use crate::frame::{FramePool, PixelFormat as FrameFormat};

    fn segment() -> Segment {
        let model = viewfinder_people::Model::embedded(MaskSize::Landscape.model(), &Default::default());
        Segment {
            segmenter: PersonSegmenter::new(model.expect("a model")).expect("for people"),
            smoothing: Smoothing::default(),
            settings: Settings::default(),
            captured: None,
        }
    }

    fn frame(size: UVec2) -> Frame {
        let pixels: Vec<u8> = (0..size.x * size.y).flat_map(|at| [at as u8, 90, 30, 255]).collect();
        Frame::packed(FrameFormat::Rgba32, size, FramePool::default().copy_of(&pixels))
    }

    #[test]
    fn the_mask_has_the_frame_as_its_color() {
        let frame = frame(UVec2::new(256, 144));
        let mask = segment().run(&frame).mask.expect("the right size").expect("a mask");
        assert_eq!(mask.pixels.len(), frame.buffer.len());
        let is_same = |(mask, frame): (&[u8], &[u8])| mask[..3] == frame[..3];
        assert!(mask.pixels.chunks(4).zip(frame.buffer.chunks(4)).all(is_same));
        assert!(mask.coverage < 0.2, "nobody is there: {}", mask.coverage);
    }

    #[test]
    fn frames_of_another_size_have_no_mask() {
        for size in [UVec2::ONE, UVec2::new(256, 256), UVec2::new(144, 256)] {
            assert!(segment().run(&frame(size)).mask.is_none(), "{size}");
        }
    }
}
