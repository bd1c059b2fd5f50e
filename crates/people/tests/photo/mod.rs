//! The photo of the tests, and simple pictures made of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use viewfinder_people::{ImageView, Model, ModelKind, PixelFormat, Workers};

/// A picture in RGB, without gaps.
#[derive(Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub bytes: Vec<u8>,
}

impl Picture {
    /// A picture by the color of each pixel.
    pub fn new(width: usize, height: usize, mut color: impl FnMut(usize, usize) -> [u8; 3]) -> Self {
        let bytes = (0..width * height).flat_map(|index| color(index % width, index / width)).collect();
        Self { width, height, bytes }
    }

    /// Eileen Collins, a photo by NASA, in the public domain: 512x512.
    pub fn astronaut() -> Self {
        Self::open("astronaut.jpg")
    }

    /// The same in 256x256, without the loss of a JPEG.
    pub fn small() -> Self {
        Self::open("small.png")
    }

    fn open(name: &str) -> Self {
        let photo = image::open(data(name)).expect("the photo can be read").to_rgb8();
        Self { width: photo.width() as usize, height: photo.height() as usize, bytes: photo.into_raw() }
    }

    /// Her face, in a square of 160 pixels.
    pub fn face() -> Self {
        Self::astronaut().cut(144, 35, 160, 160)
    }

    /// A picture without a face: a gradient.
    pub fn gradient(width: usize, height: usize) -> Self {
        Self::new(width, height, |x, y| [(x * 255 / width) as u8, (y * 255 / height) as u8, 90])
    }

    /// A picture without a face: noise, always the same.
    pub fn noise(width: usize, height: usize) -> Self {
        let mut state = 1u32;
        Self::new(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [_, red, green, blue] = state.to_le_bytes();
            [red, green, blue]
        })
    }

    pub fn view(&self) -> ImageView<'_> {
        ImageView::packed(self.width, self.height, PixelFormat::Rgb, &self.bytes).expect("it has a size")
    }

    pub fn color(&self, x: usize, y: usize) -> [u8; 3] {
        let start = 3 * (y * self.width + x);
        [self.bytes[start], self.bytes[start + 1], self.bytes[start + 2]]
    }

    /// A part of the picture. Outside of it the part is gray.
    pub fn cut(&self, left: i32, top: i32, width: usize, height: usize) -> Self {
        Self::new(width, height, |x, y| {
            let (x, y) = (x as i32 + left, y as i32 + top);
            let is_inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
            if is_inside { self.color(x as usize, y as usize) } else { [90; 3] }
        })
    }

    /// The picture turned clockwise by quarters.
    pub fn turned(&self, quarters: usize) -> Self {
        (0..quarters).fold(self.clone(), |picture, _| {
            let (width, height) = (picture.height, picture.width);
            Self::new(width, height, |x, y| picture.color(y, width - 1 - x))
        })
    }

    /// The picture as a mirror shows it.
    pub fn mirrored(&self) -> Self {
        Self::new(self.width, self.height, |x, y| self.color(self.width - 1 - x, y))
    }

    /// The picture with half the width and height: means of 2x2 pixels.
    pub fn halved(&self) -> Self {
        Self::new(self.width / 2, self.height / 2, |x, y| {
            let places = [(0, 0), (1, 0), (0, 1), (1, 1)];
            let colors = places.map(|(dx, dy)| self.color(2 * x + dx, 2 * y + dy));
            std::array::from_fn(|k| (colors.iter().map(|color| u16::from(color[k])).sum::<u16>() / 4) as u8)
        })
    }

    /// The picture with another one on top of it.
    pub fn with(&self, other: &Self, left: i32, top: i32) -> Self {
        Self::new(self.width, self.height, |x, y| {
            let (x, y) = (x as i32, y as i32);
            let (a, b) = (x - left, y - top);
            let is_other = a >= 0 && b >= 0 && (a as usize) < other.width && (b as usize) < other.height;
            if is_other { other.color(a as usize, b as usize) } else { self.color(x as usize, y as usize) }
        })
    }
}

/// A file of the tests.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The bytes of a model of this crate.
pub fn bytes(kind: ModelKind) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(kind.file_name());
    std::fs::read(path).expect("the model can be read")
}

/// A model of this crate.
pub fn model(kind: ModelKind) -> Model {
    Model::load(kind, &bytes(kind), &Workers::default()).expect("the model is one of this crate's")
}
