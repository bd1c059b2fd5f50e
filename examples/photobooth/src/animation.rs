//! Animations as GIF files: one palette for all frames, and an ordered dither, so that whatever rests doesn't flicker.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{photo::Photo, prelude::*};
use color_quant::NeuQuant;
use gif::{Encoder, Frame, Repeat};

use crate::picture::filled;

/// The number of pixels from which the palette is made.
const SAMPLES: usize = 50_000;

/// The distance in steps of 255 that the dither spreads.
const SPREAD: f32 = 20.0;

/// The shortest time of a frame that programs show as it is, in hundredths of a second.
const SHORTEST: u64 = 2;

/// Frames of one size, each with the time for which it is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Animation {
    pub frames: Vec<(Photo, Duration)>,
}

impl Animation {
    /// Photos one after the other, scaled down to a width.
    pub fn of_shots(shots: &[Photo], pause: Duration, width: u32) -> Self {
        let whole = shots.first().map_or(UVec2::ONE, |photo| photo.size.max(UVec2::ONE));
        let width = width.min(whole.x);
        let height =
            (u64::from(width) * u64::from(whole.y) / u64::from(whole.x)).clamp(1, u64::from(width) * 4);
        let size = UVec2::new(width, height as u32);
        Self { frames: shots.iter().map(|photo| (filled(photo, size), pause)).collect() }
    }

    /// Frames as they were taken. `frames` have the times at which they were taken.
    pub fn played(mut frames: Vec<(Duration, Photo)>) -> Self {
        frames.sort_by_key(|(time, _)| *time);
        let times: Vec<Duration> = frames.iter().map(|(time, _)| *time).collect();
        let lasting = |index: usize| {
            let span = |from: usize| Some(times.get(from + 1)?.saturating_sub(*times.get(from)?));
            // The last one is shown as long as the one before it.
            span(index).or_else(|| span(index.checked_sub(1)?)).unwrap_or(Duration::from_millis(100))
        };
        let frames = frames.into_iter().enumerate();
        Self { frames: frames.map(|(index, (_, photo))| (photo, lasting(index))).collect() }
    }

    /// A recording forward and then backward, without showing the first or last frame twice. `frames` have the times at
    /// which they were taken.
    pub fn there_and_back(frames: Vec<(Duration, Photo)>) -> Self {
        let Self { frames: there } = Self::played(frames);
        let inner = there.len().saturating_sub(1).max(1);
        let back: Vec<_> = there.get(1..inner).unwrap_or_default().iter().rev().cloned().collect();
        Self { frames: [there, back].concat() }
    }

    /// The frame at a time after the start; the animation repeats.
    pub fn index_at(&self, time: Duration) -> usize {
        let whole: Duration = self.frames.iter().map(|(_, lasting)| *lasting).sum();
        if whole.is_zero() {
            return 0;
        }
        let mut left = Duration::from_nanos((time.as_nanos() % whole.as_nanos()) as u64);
        for (index, (_, lasting)) in self.frames.iter().enumerate() {
            if left < *lasting {
                return index;
            }
            left -= *lasting;
        }
        0
    }

    /// The animation as a GIF that repeats for ever. Slow: not for the main thread.
    ///
    /// # Errors
    /// `DataError` for no frames, or frames of several sizes. `NotSupportedError` for more than 65535 pixels on a side.
    pub fn encode(&self) -> Result<Vec<u8>, MediaError> {
        let size = self.frames.first().map(|(photo, _)| photo.size).filter(|size| size.min_element() > 0);
        let size = size.ok_or_else(|| MediaError::data("an animation has no frames; take them again"))?;
        let is_whole =
            |photo: &Photo| photo.size == size && photo.rgba.len() == size.x as usize * size.y as usize * 4;
        if !self.frames.iter().all(|(photo, _)| is_whole(photo)) {
            return Err(MediaError::data("the frames of an animation have several sizes; take them again"));
        }
        let (Ok(width), Ok(height)) = (u16::try_from(size.x), u16::try_from(size.y)) else {
            return Err(MediaError::not_supported(
                "a GIF has at most 65535 pixels on a side; choose a smaller width",
            ));
        };
        let failed = |error: gif::EncodingError| {
            MediaError::operation(format!("no GIF could be made: {error}; try again"))
        };
        let palette = Palette::of(self);
        let mut encoder = Encoder::new(Vec::new(), width, height, &palette.colors).map_err(failed)?;
        encoder.set_repeat(Repeat::Infinite).map_err(failed)?;
        for ((photo, _), delay) in self.frames.iter().zip(self.delays()) {
            let frame =
                Frame { width, height, delay, buffer: palette.indices(photo).into(), ..Frame::default() };
            encoder.write_frame(&frame).map_err(failed)?;
        }
        encoder.into_inner().map_err(failed)
    }

    /// The times of frames in hundredths of a second. Rounding errors don't add up.
    fn delays(&self) -> impl Iterator<Item = u16> {
        let mut exact = Duration::ZERO;
        let mut written = 0;
        self.frames.iter().map(move |(_, lasting)| {
            exact += *lasting;
            let end = (exact.as_secs_f64() * 100.0).round() as u64;
            let delay = end.saturating_sub(written).clamp(SHORTEST, u64::from(u16::MAX));
            written += delay;
            delay as u16
        })
    }
}

/// The colors of an animation.
struct Palette {
    /// R, G, B of each color.
    colors: Vec<u8>,
    /// The index of the nearest color, by the upper five bits of red, green and blue.
    nearest: Vec<u8>,
}

impl Palette {
    fn of(animation: &Animation) -> Self {
        let pixels: usize = animation.frames.iter().map(|(photo, _)| photo.rgba.len() / 4).sum();
        // An odd step doesn't meet the same columns in each row.
        let step = (pixels / SAMPLES) | 1;
        let all = animation.frames.iter().flat_map(|(photo, _)| photo.rgba.chunks_exact(4));
        let samples: Vec<u8> = all.step_by(step).flatten().copied().collect();
        let quantizer = NeuQuant::new(1, 256, &samples);
        let middle = |bits: usize| (bits as u8 & 31) << 3 | 4;
        let nearest = (0..1 << 15)
            .map(|cell| quantizer.index_of(&[middle(cell >> 10), middle(cell >> 5), middle(cell), 255]) as u8)
            .collect();
        Self { colors: quantizer.color_map_rgb(), nearest }
    }

    fn indices(&self, photo: &Photo) -> Vec<u8> {
        let width = photo.size.x as usize;
        let pixels = photo.rgba.chunks_exact(4).enumerate();
        pixels
            .map(|(at, pixel)| {
                let shift = (f32::from(threshold(at % width, at / width)) / 64.0 - 0.5) * SPREAD;
                let bits = |value: u8| (f32::from(value) + shift).clamp(0.0, 255.0) as usize >> 3;
                let cell = match *pixel {
                    [red, green, blue, _] => bits(red) << 10 | bits(green) << 5 | bits(blue),
                    _ => 0,
                };
                self.nearest.get(cell).copied().unwrap_or(0)
            })
            .collect()
    }
}

/// Bayer's matrix of eight rows and columns: numbers from 0 to 63, each next to very different ones.
fn threshold(x: usize, y: usize) -> u8 {
    let bit = |value: usize, index: usize| (value >> index & 1) as u8;
    (0..3).fold(0, |sum, index| sum | (bit(x ^ y, index) << 1 | bit(y, index)) << ((2 - index) * 2))
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::*;

    fn gray(size: UVec2, value: u8) -> Photo {
        Photo::new(size, [value, value, value, 255].repeat((size.x * size.y) as usize))
    }

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn thresholds_are_all_numbers_once() {
        let mut all: Vec<u8> = (0..64).map(|at| threshold(at % 8, at / 8)).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..64));
    }

    #[test]
    fn a_recording_runs_there_and_back() {
        let size = UVec2::splat(2);
        // Out of order, as answers may come.
        let frames = [(160, 2), (0, 0), (80, 1), (250, 3)].map(|(time, value)| (at(time), gray(size, value)));
        let animation = Animation::there_and_back(frames.to_vec());
        let shown: Vec<(u8, u64)> = animation
            .frames
            .iter()
            .map(|(photo, lasting)| (photo.rgba[0], lasting.as_millis() as u64))
            .collect();
        assert_eq!(shown, [(0, 80), (1, 80), (2, 90), (3, 90), (2, 90), (1, 80)]);
        for (time, index) in [(0, 0), (79, 0), (80, 1), (339, 3), (340, 4), (510, 0), (591, 1)] {
            assert_eq!(animation.index_at(at(time)), index, "{time} ms");
        }
        for few in 0..3 {
            let frames = (0..few).map(|index| (at(index * 80), gray(size, 0))).collect();
            assert_eq!(Animation::there_and_back(frames).frames.len(), few as usize);
        }
        assert_eq!(Animation::there_and_back(Vec::new()).index_at(at(5)), 0);
    }

    #[test]
    fn rounded_delays_do_not_drift() {
        let frames = (0..30).map(|_| (gray(UVec2::ONE, 0), Duration::from_micros(66_667))).collect();
        let delays: Vec<u16> = Animation { frames }.delays().collect();
        assert!(delays.iter().all(|delay| [6, 7].contains(delay)), "{delays:?}");
        assert_eq!(delays.iter().sum::<u16>(), 200);
        let fast = Animation { frames: vec![(gray(UVec2::ONE, 0), Duration::ZERO); 2] };
        assert!(fast.delays().eq([2, 2]), "programs show shorter ones as 10");
    }

    #[test]
    fn frames_that_do_not_fit_are_named_errors() {
        let size = UVec2::splat(4);
        let several = vec![(gray(size, 0), at(80)), (gray(UVec2::ONE, 0), at(80))];
        let long = vec![(gray(UVec2::new(70_000, 1), 0), at(80))];
        for (frames, name) in [
            (Vec::new(), ErrorName::Data),
            (vec![(gray(UVec2::new(0, 4), 0), at(80))], ErrorName::Data),
            (several, ErrorName::Data),
            (long, ErrorName::NotSupported),
        ] {
            assert_eq!(Animation { frames }.encode().expect_err("it doesn't fit").name, name);
        }
    }

    #[test]
    fn shots_are_scaled_to_one_size() {
        let shots = [gray(UVec2::new(160, 90), 0), gray(UVec2::new(90, 160), 255)];
        let animation = Animation::of_shots(&shots, at(500), 80);
        assert!(animation.frames.iter().all(|(photo, _)| photo.size == UVec2::new(80, 45)));
        let gif = animation.encode().expect("a GIF");
        assert!(gif.starts_with(b"GIF89a"));
    }

    /// Another program's view of a GIF: size, frames, and the time of each in seconds.
    #[test]
    fn ffprobe_sees_size_frames_and_times() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("a.gif");
        let size = UVec2::new(64, 36);
        let frames = (0..13).map(|index| {
            let pixels = (0..64 * 36).map(|at| [(at % 64 * 4) as u8, (at / 64 * 7) as u8, index * 19, 255]);
            let photo = Photo::new(size, pixels.flatten().collect::<Vec<u8>>());
            (photo, if index == 12 { at(500) } else { at(80) })
        });
        let animation = Animation { frames: frames.collect() };
        fs::write(&path, animation.encode().expect("a GIF")).expect("there is room");
        let probe = |options: &[&str]| {
            let output = Command::new("ffprobe").args(["-v", "error"]).args(options).arg(&path).output();
            let output = output.expect("ffprobe is installed");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let text = probe(&[
            "-show_entries",
            "stream=width,height",
            "-show_entries",
            "packet=pts_time,duration_time",
            "-of",
            "csv=p=0",
        ]);
        let packets: Vec<(f64, f64)> = text
            .lines()
            .filter_map(|line| {
                let (time, lasting) = line.split_once(',')?;
                Some((time.parse().ok()?, lasting.parse().ok()?))
            })
            .filter(|(time, lasting)| (*time, *lasting) != (64.0, 36.0))
            .collect();
        assert!(text.contains("64,36"), "{text}");
        assert_eq!(packets.len(), 13, "{text}");
        for (index, (time, _)) in packets.iter().enumerate() {
            assert!((time - index as f64 * 0.08).abs() < 0.001, "{text}");
        }
        assert!((packets[12].1 - 0.5).abs() < 0.001, "{text}");

        // The decoded pixels are those of the animation, but for the palette.
        let frames = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(&path)
            .args(["-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba", "-"])
            .output()
            .expect("ffmpeg is installed");
        let original: Vec<u8> =
            animation.frames.iter().flat_map(|(photo, _)| photo.rgba.iter().copied()).collect();
        assert_eq!(frames.stdout.len(), original.len());
        let error: f64 = frames.stdout.iter().zip(&original).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        let mean = error / original.len() as f64;
        assert!(mean < 9.0, "the colors are off by {mean} on average");
    }
}
