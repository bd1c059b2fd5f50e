//! Converts the colors of images to sRGB by their ICC profiles (ISO 15076-1).

use std::sync::Arc;

use image::{DynamicImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};

use crate::{
    error::MediaError,
    frame::jpeg::{Marker, Markers, SOS},
    source::guard::catch_panic,
};

/// The marker of ICC segments, APP2.
const APP2: u8 = 0xe2;

/// The largest change by a profile that is sRGB itself, in levels of 255: its curves are tables with rounded values.
const ROUNDING: u8 = 1;

/// A sample of a channel: 8 or 16 bits.
pub(super) trait Sample: Copy + Default {
    /// The value of opaque alpha.
    const MAX: Self;

    /// The sample in 8 bits, rounded.
    fn to_u8(self) -> u8;

    /// A transform from this profile to sRGB, both with alpha. `None` if the profile doesn't support it.
    fn transform(from: &ColorProfile, layout: Layout) -> Option<Transform<Self>>;
}

type Transform<T> = Arc<dyn TransformExecutor<T> + Send + Sync>;

impl Sample for u8 {
    const MAX: Self = u8::MAX;

    fn to_u8(self) -> u8 {
        self
    }

    fn transform(from: &ColorProfile, layout: Layout) -> Option<Transform<Self>> {
        let (to, options) = (ColorProfile::new_srgb(), TransformOptions::default());
        from.create_transform_8bit(layout, &to, Layout::Rgba, options).ok()
    }
}

impl Sample for u16 {
    const MAX: Self = u16::MAX;

    fn to_u8(self) -> u8 {
        ((u32::from(self) + 128) / 257) as u8
    }

    fn transform(from: &ColorProfile, layout: Layout) -> Option<Transform<Self>> {
        let (to, options) = (ColorProfile::new_srgb(), TransformOptions::default());
        from.create_transform_16bit(layout, &to, Layout::Rgba, options).ok()
    }
}

/// Converts rows of pixels from an image's color space to sRGB.
pub(super) struct ToSrgb<T: Sample> {
    transform: Transform<T>,
    layout: Layout,
    /// Reused rows.
    from: Vec<T>,
    to: Vec<T>,
}

impl<T: Sample> ToSrgb<T> {
    /// `None` if the colors of the image stay as they are: the profile is sRGB, is corrupt, or isn't one for gray
    /// images or for RGB images. Browsers ignore such profiles too.
    pub(super) fn new(icc: &[u8], is_gray: bool) -> Option<Self> {
        // Profiles come from strangers, and the parser is large.
        catch_panic(|| {
            let profile = ColorProfile::new_from_slice(icc).ok()?;
            let layout = match (profile.color_space, is_gray) {
                (DataColorSpace::Rgb, false) => Layout::Rgba,
                (DataColorSpace::Gray, true) => Layout::GrayAlpha,
                _ => return None,
            };
            if is_srgb(&profile, layout) {
                return None;
            }
            let transform = T::transform(&profile, layout)?;
            Some(Self { transform, layout, from: vec![], to: vec![] })
        })
        .ok()
        .flatten()
    }

    /// A row of pixels with this many channels, as R, G, B, A.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the profile can't be applied.
    pub(super) fn convert(&mut self, row: &[T], channels: usize) -> Result<&[T], MediaError> {
        self.from.clear();
        for pixel in row.chunks_exact(channels) {
            // Gray with alpha has two channels, and RGB with alpha four.
            let alpha = if channels.is_multiple_of(2) { pixel[channels - 1] } else { T::MAX };
            if self.layout == Layout::Rgba && channels >= 3 {
                self.from.extend([pixel[0], pixel[1], pixel[2], alpha]);
            } else {
                self.from.extend([pixel[0], alpha]);
            }
        }
        self.to.resize(row.len() / channels * 4, T::default());
        let Self { transform, from, to, .. } = self;
        match catch_panic(|| transform.transform(from, to)) {
            Ok(Ok(())) => Ok(&self.to),
            _ => Err(MediaError::data(
                "the image's ICC profile can't be applied; convert the image to sRGB, or remove the profile",
            )),
        }
    }
}

/// Whether the profile maps all colors to nearly themselves.
fn is_srgb(profile: &ColorProfile, layout: Layout) -> bool {
    const LEVELS: [u8; 9] = [0, 16, 32, 64, 96, 128, 192, 224, 255];
    let Some(transform) = u8::transform(profile, layout) else { return false };
    let colors: Vec<[u8; 4]> = if layout == Layout::Rgba {
        let greens_blues = || LEVELS.iter().flat_map(|green| LEVELS.map(|blue| (*green, blue)));
        LEVELS.iter().flat_map(|red| greens_blues().map(|(green, blue)| [*red, green, blue, 255])).collect()
    } else {
        LEVELS.iter().map(|gray| [*gray, *gray, *gray, 255]).collect()
    };
    let from: Vec<u8> = match layout {
        Layout::Rgba => colors.as_flattened().to_vec(),
        _ => colors.iter().flat_map(|color| [color[0], 255]).collect(),
    };
    let mut to = vec![0; colors.len() * 4];
    transform.transform(&from, &mut to).is_ok()
        && to.iter().zip(colors.as_flattened()).all(|(to, from)| to.abs_diff(*from) <= ROUNDING)
}

/// An image in 8 bits of sRGB, by its profile.
///
/// # Errors
/// Those of [`ToSrgb::convert`].
pub(super) fn to_rgba8(picture: DynamicImage, icc: Option<&[u8]>) -> Result<RgbaImage, MediaError> {
    let converted = match (icc, picture.as_flat_samples_u8(), picture.as_flat_samples_u16()) {
        (Some(icc), Some(bytes), _) => convert(&picture, bytes.samples, icc)?,
        (Some(icc), _, Some(words)) => convert(&picture, words.samples, icc)?,
        _ => None,
    };
    Ok(converted.unwrap_or_else(|| picture.into_rgba8()))
}

/// `None` if the colors stay as they are.
fn convert<T: Sample>(
    picture: &DynamicImage,
    samples: &[T],
    icc: &[u8],
) -> Result<Option<RgbaImage>, MediaError> {
    let channels = usize::from(picture.color().channel_count());
    let Some(mut to_srgb) = ToSrgb::<T>::new(icc, channels < 3) else { return Ok(None) };
    let (width, height) = (picture.width(), picture.height());
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    for row in samples.chunks_exact(width as usize * channels) {
        rgba.extend(to_srgb.convert(row, channels)?.iter().map(|sample| sample.to_u8()));
    }
    Ok(RgbaImage::from_raw(width, height, rgba))
}

/// The ICC profile of a JPEG: segments of APP2 that are numbered from 1 (ISO 15076-1, annex B.4). `None` without a
/// complete one.
pub(super) fn jpeg_profile(jpeg: &[u8]) -> Option<Vec<u8>> {
    let segments = Markers::new(jpeg)
        .take_while(|marker| marker.code != SOS)
        .filter(|marker| marker.code == APP2)
        .filter_map(|Marker { data, .. }| data.strip_prefix(b"ICC_PROFILE\0"));
    let mut parts: Vec<(u8, u8, &[u8])> = segments
        .filter_map(|segment| {
            segment.split_first_chunk().map(|([number, count], part)| (*number, *count, part))
        })
        .collect();
    parts.sort_by_key(|(number, ..)| *number);
    let (_, count, _) = parts.first()?;
    let complete = parts.len() == usize::from(*count)
        && parts.iter().zip(1..).all(|(part, number)| usize::from(part.0) == number);
    complete.then(|| parts.iter().flat_map(|(.., part)| *part).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile in the format of files.
    fn profile(profile: &ColorProfile) -> Vec<u8> {
        profile.encode().expect("a profile of the library")
    }

    #[test]
    fn srgb_changes_nothing_and_a_wide_gamut_does() {
        let srgb = profile(&ColorProfile::new_srgb());
        assert!(ToSrgb::<u8>::new(&srgb, false).is_none());
        assert!(ToSrgb::<u16>::new(&srgb, false).is_none());
        let wide = profile(&ColorProfile::new_display_p3());
        let mut to_srgb = ToSrgb::<u8>::new(&wide, false).expect("another color space");
        // The red of sRGB in Display P3 (CSS Color 4).
        let row = to_srgb.convert(&[234, 51, 35, 128], 4).expect("a good profile");
        assert!(row[0] >= 253 && row[1] <= 3 && row[2] <= 3 && row[3] == 128, "{row:?}");
    }

    #[test]
    fn gray_and_rgb_profiles_do_not_mix() {
        let gray = profile(&ColorProfile::new_gray_with_gamma(1.0));
        assert!(ToSrgb::<u8>::new(&gray, false).is_none());
        let mut to_srgb = ToSrgb::<u8>::new(&gray, true).expect("linear light");
        // IEC 61966-2-1: a linear 0.5 is 188.
        let row = to_srgb.convert(&[128, 7], 2).expect("a good profile");
        assert!(row[..3].iter().all(|value| value.abs_diff(188) <= 1) && row[3] == 7, "{row:?}");
        let wide = profile(&ColorProfile::new_display_p3());
        assert!(ToSrgb::<u8>::new(&wide, true).is_none());
    }

    #[test]
    fn a_damaged_profile_is_ignored_or_applied_and_never_a_panic() {
        let good = profile(&ColorProfile::new_display_p3());
        assert!(ToSrgb::<u8>::new(&[], false).is_none());
        for cut in 0..good.len() {
            let _ = ToSrgb::<u8>::new(&good[..cut], false);
        }
        let mut state = 1_u32;
        let mut random = |below: usize| {
            // Numerical Recipes' generator.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        for _ in 0..300 {
            let mut bytes = good.clone();
            for _ in 0..=random(4) {
                let place = random(bytes.len());
                bytes[place] = [0, 1, 0x7f, 0x80, 0xff, random(256) as u8][random(6)];
            }
            // The colors of such a profile have no right value.
            if let Some(mut to_srgb) = ToSrgb::<u8>::new(&bytes, false) {
                let _ = to_srgb.convert(&[1, 2, 3], 3);
            }
        }
    }

    #[test]
    fn the_profile_of_a_jpeg_is_in_numbered_segments() {
        let segment = |number: u8, count: u8, part: &[u8]| {
            let length = (2 + 12 + 2 + part.len()) as u16;
            [&[0xff, APP2], &length.to_be_bytes()[..], b"ICC_PROFILE\0", &[number, count], part].concat()
        };
        let jpeg =
            |segments: &[Vec<u8>]| [&[0xff, 0xd8][..], &segments.concat(), &[0xff, SOS, 0, 2]].concat();
        let (first, second) = (segment(1, 2, b"ab"), segment(2, 2, b"c"));
        for whole in [jpeg(&[first.clone(), second.clone()]), jpeg(&[second.clone(), first.clone()])] {
            assert_eq!(jpeg_profile(&whole).as_deref(), Some(&b"abc"[..]));
        }
        for broken in
            [jpeg(std::slice::from_ref(&first)), jpeg(&[second]), jpeg(&[first.clone(), first]), jpeg(&[])]
        {
            assert_eq!(jpeg_profile(&broken), None);
        }
    }
}
