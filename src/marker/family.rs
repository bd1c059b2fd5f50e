//! Families of markers as values of components, and the pictures of their markers.

use std::{ops::Deref, sync::Arc};

use bevy::{
    asset::RenderAssetUsages,
    image::ImageSampler,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use viewfinder_fiducial::{Family, families};

/// A family of markers: one of [`families`], or one of the app's own codes ([`Family::new`]). Clones share the codes.
///
/// The default is tag36h11, which has 587 markers and is hardly ever mistaken for something else.
#[derive(Clone, Debug, PartialEq, Eq, Reflect)]
#[reflect(opaque)]
#[reflect(Debug, Default, Clone, PartialEq)]
pub struct MarkerFamily(Arc<Family>);

impl MarkerFamily {
    /// One of [`families`] by its name, such as `tag36h11` or `4x4_50`. `None` if there is none of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        families::by_name(name).map(Self::from)
    }
}

impl Default for MarkerFamily {
    fn default() -> Self {
        Self::from(&families::TAG_36H11)
    }
}

impl Deref for MarkerFamily {
    type Target = Family;

    fn deref(&self) -> &Family {
        &self.0
    }
}

impl From<&'static Family> for MarkerFamily {
    fn from(family: &'static Family) -> Self {
        Self(Arc::new(family.clone()))
    }
}

impl From<Family> for MarkerFamily {
    fn from(family: Family) -> Self {
        Self(Arc::new(family))
    }
}

/// A picture of a marker with its quiet zone, to print or to show. Each cell is one pixel, and the picture is sampled
/// without interpolation, so that it stays sharp at any size. `None` if the family has no such id.
pub fn marker_image(family: &Family, id: u32) -> Option<Image> {
    let (side, luma) = family.render(id)?.to_gray(1);
    let pixels = luma.into_iter().flat_map(|luma| [luma, luma, luma, 255]).collect();
    let size = Extent3d { width: side, height: side, depth_or_array_layers: 1 };
    let format = TextureFormat::Rgba8UnormSrgb;
    let mut image = Image::new(size, TextureDimension::D2, pixels, format, RenderAssetUsages::default());
    image.sampler = ImageSampler::nearest();
    Some(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_equal_by_their_codes() {
        assert_eq!(MarkerFamily::by_name("tag36h11"), Some(MarkerFamily::default()));
        assert_ne!(MarkerFamily::from(&families::TAG_16H5), MarkerFamily::default());
        assert_eq!(MarkerFamily::by_name("tag"), None);
    }

    #[test]
    fn a_marker_s_picture_has_a_pixel_for_each_cell() {
        let image = marker_image(&families::TAG_36H11, 0).expect("the family has it");
        // Six cells of code, the border and the quiet zone on both sides.
        assert_eq!(image.size(), UVec2::splat(10));
        let data = image.data.expect("it has pixels");
        assert_eq!((data[0], data[4 * 11]), (255, 0), "a light quiet zone, and a dark border");
        assert!(marker_image(&families::TAG_36H11, 587).is_none());
    }
}
