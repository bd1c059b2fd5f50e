//! The sharpness of a photo, to choose the best of a burst.

use super::Photo;

impl Photo {
    /// How sharp the photo is: the variance of the Laplacian of its luma, from 0. The photo of a burst with the
    /// greatest is the sharpest; values of different scenes don't compare. Slow for large photos: call it off the main
    /// thread.
    pub fn sharpness(&self) -> f64 {
        let (width, height) = (self.size.x as usize, self.size.y as usize);
        if width < 3 || height < 3 {
            return 0.0;
        }
        // Rec. 709 weights of 256.
        let luma: Vec<i32> = (self.rgba.chunks_exact(4))
            .map(|pixel| {
                (54 * i32::from(pixel[0]) + 183 * i32::from(pixel[1]) + 19 * i32::from(pixel[2])) >> 8
            })
            .collect();
        let (mut sum, mut squares) = (0_i64, 0_i64);
        for y in 1..height - 1 {
            let row = |y: usize| &luma[y * width..(y + 1) * width];
            let (above, here, below) = (row(y - 1), row(y), row(y + 1));
            for x in 1..width - 1 {
                let laplacian = i64::from(above[x] + below[x] + here[x - 1] + here[x + 1] - 4 * here[x]);
                sum += laplacian;
                squares += laplacian * laplacian;
            }
        }
        let count = ((width - 2) * (height - 2)) as f64;
        let mean = sum as f64 / count;
        squares as f64 / count - mean * mean
    }
}

/// The sharpest of these photos, with its index.
pub(super) fn sharpest(photos: Vec<Photo>) -> Option<(usize, Photo)> {
    let rated = photos.into_iter().enumerate().map(|(index, photo)| (photo.sharpness(), index, photo));
    // The first of equals.
    let best = rated.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some((best.1, best.2))
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;

    use super::*;

    /// A photo of vertical stripes that are blurred over this many pixels.
    fn stripes(blur: usize) -> Photo {
        let (width, height) = (64, 16);
        let stripe = |x: usize| if (x / 8).is_multiple_of(2) { 0.0 } else { 255.0 };
        let blurred = |x: usize| (x..=x + blur).map(stripe).sum::<f32>() / (blur + 1) as f32;
        let rgba: Vec<u8> = (0..height)
            .flat_map(|_| {
                (0..width).flat_map(|x| [blurred(x) as u8, blurred(x) as u8, blurred(x) as u8, 255])
            })
            .collect();
        Photo::new(UVec2::new(width as u32, height as u32), rgba)
    }

    #[test]
    fn the_photo_with_the_least_blur_is_the_sharpest() {
        let sharpness = [0, 1, 3, 6].map(|blur| stripes(blur).sharpness());
        assert!(sharpness.is_sorted_by(|sharper, next| sharper > next), "{sharpness:?}");
        let (index, photo) = sharpest(vec![stripes(3), stripes(0), stripes(6), stripes(0)]).expect("a burst");
        assert_eq!((index, photo), (1, stripes(0)));
        assert_eq!(sharpest(vec![]), None);
    }

    #[test]
    fn photos_without_detail_have_no_sharpness() {
        for size in [UVec2::ZERO, UVec2::ONE, UVec2::new(2, 100), UVec2::splat(3)] {
            let rgba = vec![90; size.x as usize * size.y as usize * 4];
            assert_eq!(Photo::new(size, rgba).sharpness(), 0.0, "{size}");
        }
    }
}
