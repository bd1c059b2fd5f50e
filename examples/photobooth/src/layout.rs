//! Layouts of prints, as data: a canvas, slots for photos, a frame, a background and texts, in a RON file.
//!
//! Places and sizes are in pixels of the print, from its top left. Angles are in degrees, clockwise.

mod compose;
mod shipped;
mod template;

use bevy::math::Vec2;
use serde::Deserialize;

pub use compose::{Lines, compose};
pub use shipped::{film, shipped};
pub use template::{Template, read_folder};

/// The kinds of prints, which are the modes of the booth that make prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Kind {
    /// One photo.
    Single,
    /// Photos below each other.
    #[default]
    Strip,
    /// Several photos on one sheet.
    Collage,
}

/// A layout, as its file describes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The name that guests see.
    pub name: String,
    /// The mode that offers it.
    #[serde(default)]
    pub kind: Kind,
    pub canvas: Canvas,
    #[serde(default)]
    pub background: Background,
    /// The photos, the lowest first.
    pub slots: Vec<Slot>,
    /// The file name of a picture that covers the print, with holes for the photos.
    #[serde(default)]
    pub frame: Option<String>,
    /// Texts above all.
    #[serde(default)]
    pub texts: Vec<Text>,
}

impl Layout {
    /// The number of different photos.
    pub fn shots(&self) -> usize {
        (0..self.slots.len()).map(|index| self.photo_of(index) + 1).max().unwrap_or(0)
    }

    /// The index of the photo in the slot with this index.
    pub fn photo_of(&self, slot: usize) -> usize {
        self.slots.get(slot).and_then(|slot| slot.photo).map_or(slot, |photo| photo.saturating_sub(1))
    }
}

/// The size of a print in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Size")]
pub struct Canvas {
    pub width: u32,
    pub height: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Canvas")]
struct Size {
    width: u32,
    height: u32,
}

/// The longest and shortest side of a print in pixels, and its largest area.
const LONGEST: u32 = 8192;
const SHORTEST: u32 = 16;
const LARGEST: u64 = 32_000_000;

impl TryFrom<Size> for Canvas {
    type Error = String;

    fn try_from(Size { width, height }: Size) -> Result<Self, String> {
        let sides = SHORTEST..=LONGEST;
        let area = u64::from(width) * u64::from(height);
        if sides.contains(&width) && sides.contains(&height) && area <= LARGEST {
            Ok(Self { width, height })
        } else {
            Err(format!(
                "a canvas of {width}x{height} can't be made; its sides are {SHORTEST} to {LONGEST} pixels, and its area is \
                 at most {} megapixels",
                LARGEST / 1_000_000
            ))
        }
    }
}

/// The ground of a print.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub enum Background {
    /// One color.
    Color(Color),
    /// The file name of a picture, which covers the print.
    Picture(String),
}

impl Default for Background {
    fn default() -> Self {
        Self::Color(Color([252, 251, 247]))
    }
}

/// R, G, B of a color, written as `"#rrggbb"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Color(pub [u8; 3]);

impl TryFrom<String> for Color {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number =
            number.ok_or_else(|| format!("\"{text}\" is no color; a color is written as \"#rrggbb\""))?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

/// A place for a photo, which is cropped to its shape.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// The top left corner, before the slot is turned.
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    /// The angle by which the slot is turned about its middle.
    #[serde(default)]
    pub turn: f32,
    /// The radius of its corners.
    #[serde(default)]
    pub radius: f32,
    /// The width of a white border around it.
    #[serde(default)]
    pub border: f32,
    /// The width of its shadow.
    #[serde(default)]
    pub shadow: f32,
    /// The number of its photo, from 1. By default the number of the slot.
    #[serde(default)]
    pub photo: Option<usize>,
}

impl Slot {
    pub fn size(&self) -> Vec2 {
        Vec2::new(self.width, self.height)
    }

    pub fn middle(&self) -> Vec2 {
        Vec2::new(self.x, self.y) + self.size() / 2.0
    }

    /// Half of the size of the upright box around the turned slot, its border and its shadow.
    pub fn reach(&self) -> Vec2 {
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let half = self.size() / 2.0 + self.border + self.shadow;
        Vec2::new(half.x * cos.abs() + half.y * sin.abs(), half.x * sin.abs() + half.y * cos.abs())
    }
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The text. `{event}` is the name of the event, and `{date}` the date.
    pub line: String,
    /// Its middle.
    pub x: f32,
    /// Its baseline.
    pub y: f32,
    /// The size of the font. A line that is too wide is written smaller.
    pub size: f32,
    /// The width that it may have. By default the canvas's.
    #[serde(default)]
    pub width: Option<f32>,
    #[serde(default = "ink")]
    pub color: Color,
    #[serde(default)]
    pub font: Font,
    /// The space between letters.
    #[serde(default)]
    pub spacing: f32,
}

fn ink() -> Color {
    Color([38, 36, 46])
}

/// The font of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Font {
    #[default]
    Bold,
    Medium,
}
