//! Colors and fonts.

use bevy::prelude::*;
use bevy_viewfinder::menus::UiStyle;
use photobooth::words::JAPANESE_NAME;
use viewfinder_examples::{BOLD, MEDIUM};

/// The booth's colors.
pub mod color {
    use bevy::prelude::*;

    pub const NIGHT: Color = Color::srgb(0.063, 0.055, 0.086);
    pub const DUSK: Color = Color::srgb(0.2, 0.15, 0.3);
    pub const SURFACE: Color = Color::srgba(0.78, 0.7, 1.0, 0.035);
    pub const SURFACE_HOVERED: Color = Color::srgba(0.78, 0.7, 1.0, 0.08);
    pub const SURFACE_PRESSED: Color = Color::srgba(0.78, 0.7, 1.0, 0.15);
    pub const SURFACE_CHOSEN: Color = Color::srgb(0.965, 0.953, 0.984);
    pub const TEXT: Color = Color::srgb(0.965, 0.953, 0.984);
    pub const MUTED: Color = Color::srgb(0.694, 0.663, 0.757);
    pub const CORAL: Color = Color::srgb(1.0, 0.376, 0.412);
    pub const CORAL_HOVERED: Color = Color::srgb(1.0, 0.49, 0.51);
    pub const CORAL_PRESSED: Color = Color::srgb(0.86, 0.29, 0.34);
    pub const MINT: Color = Color::srgb(0.45, 0.87, 0.62);
    pub const AMBER: Color = Color::srgb(1.0, 0.8, 0.42);
    /// Opaque: on a phone held sideways the banner lies on the mirror.
    pub const BANNER: Color = Color::srgb(0.118, 0.098, 0.11);
    pub const PAPER: Color = Color::srgb(0.988, 0.984, 0.969);
    pub const INK: Color = Color::srgb(0.149, 0.141, 0.18);
}

use crate::settings::Settings;

/// The line keeps its font in every language.
#[derive(Component, Debug, Clone, Copy)]
pub struct KeepsFont;

/// The booth's fonts.
#[derive(Resource, Debug, Clone)]
pub struct Fonts {
    bold: Handle<Font>,
    medium: Handle<Font>,
    /// It has the name of the Japanese language alone.
    japanese_name: Handle<Font>,
    /// That of the venue.
    venue: Option<Handle<Font>>,
}

impl Fonts {
    /// A bold line.
    pub fn bold(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        Self::line(&self.bold, text, size, color)
    }

    /// A line.
    pub fn medium(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        Self::line(&self.medium, text, size, color)
    }

    /// A line with the name of the Japanese language.
    pub fn japanese_name(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        (KeepsFont, Self::line(&self.japanese_name, text, size, color))
    }

    /// A line of the venue's own, in its own font if it has one.
    pub fn venue(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        Self::line(self.venue.as_ref().unwrap_or(&self.medium), text, size, color)
    }

    /// True if this is one of the fonts that change with the language.
    pub fn has(&self, font: &Handle<Font>) -> bool {
        *font == self.bold || *font == self.medium
    }

    /// True if this is the bold font.
    #[cfg(test)]
    pub fn is_bold(&self, font: &Handle<Font>) -> bool {
        *font == self.bold
    }

    fn line(font: &Handle<Font>, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        (
            Text::new(text),
            TextFont { font: font.into(), font_size: FontSize::Px(size), ..default() },
            TextColor(color),
            Pickable::IGNORE,
        )
    }
}

pub fn plugin(app: &mut App) {
    app.insert_resource(ClearColor(color::NIGHT)).add_systems(PreStartup, load_fonts);
}

fn load_fonts(mut commands: Commands, mut fonts: ResMut<Assets<Font>>, settings: Res<Settings>) {
    let fonts = Fonts {
        bold: fonts.add(Font::from_bytes(BOLD.to_vec())),
        medium: fonts.add(Font::from_bytes(MEDIUM.to_vec())),
        japanese_name: fonts.add(Font::from_bytes(JAPANESE_NAME.to_vec())),
        venue: settings.font.as_ref().map(|font| fonts.add(Font::from_bytes(font.to_vec()))),
    };
    commands.insert_resource(UiStyle {
        font: fonts.medium.clone(),
        font_size: 16.0,
        text: color::TEXT,
        muted: color::MUTED,
        surface: color::SURFACE,
        hovered: color::SURFACE_HOVERED,
        accent: color::CORAL,
        on_accent: color::NIGHT,
        list: color::NIGHT.with_alpha(0.97),
    });
    commands.insert_resource(fonts);
}

/// Shows or hides a node.
pub fn set_shown(node: &mut Mut<Node>, shown: bool) {
    let display = if shown { Display::Flex } else { Display::None };
    if node.display != display {
        node.display = display;
    }
}

/// Changes a text if it is different.
pub fn set_text(text: &mut Mut<Text>, now: &str) {
    if text.0 != now {
        text.0 = now.to_owned();
    }
}

/// Changes an image if it is different.
pub fn set_image(node: &mut Mut<ImageNode>, now: &Handle<Image>) {
    if node.image != *now {
        node.image = now.clone();
    }
}

/// Changes an outline's color if it is different.
pub fn set_outline(outline: &mut Mut<Outline>, color: Color) {
    if outline.color != color {
        outline.color = color;
    }
}

/// A node that fills the one around it.
pub fn cover() -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(0),
        top: px(0),
        width: percent(100),
        height: percent(100),
        ..default()
    }
}

/// The contrast of WCAG 2 between a color and those behind it, the nearest first: 1 to 21.
#[cfg(test)]
pub fn contrast(front: Color, behind: &[Color]) -> f32 {
    // Colors are mixed as the GPU does it.
    let ground = behind.iter().rev().fold(LinearRgba::BLACK, |below, color| over(*color, below));
    let [front, ground] = [over(front, ground), ground].map(|color| color.luminance() + 0.05);
    front.max(ground) / front.min(ground)
}

#[cfg(test)]
fn over(color: Color, below: LinearRgba) -> LinearRgba {
    let color = color.to_linear();
    below.mix(&LinearRgba { alpha: 1.0, ..color }, color.alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        assert!((contrast(Color::WHITE, &[Color::BLACK]) - 21.0).abs() < 0.01);
        assert!((contrast(Color::srgb_u8(119, 119, 119), &[Color::WHITE]) - 4.48).abs() < 0.01);
        let mixed = contrast(Color::WHITE, &[Color::BLACK.with_alpha(0.0), Color::WHITE]);
        assert!((mixed - 1.0).abs() < 0.01);
    }

    #[test]
    fn controls_and_marks_differ_from_what_is_behind_them() {
        for (name, front, behind) in [
            ("the shutter", color::CORAL, color::NIGHT),
            ("the shutter's ring", color::TEXT, color::NIGHT),
            ("the pressed shutter", color::CORAL_PRESSED, color::NIGHT),
            ("the chosen look", color::CORAL, color::NIGHT),
            ("the chosen layout", color::CORAL, color::DUSK),
            ("the lamp of a camera that is on", color::MINT, color::DUSK),
            ("the lamp of a camera that comes", color::AMBER, color::DUSK),
            ("the lamp of a camera that is gone", color::CORAL, color::DUSK),
            ("the mark of one button", color::MINT, color::DUSK),
            ("the chosen mode", color::SURFACE_CHOSEN, color::DUSK),
        ] {
            let contrast = contrast(front, &[behind]);
            assert!(contrast >= 3.0, "{name}: {contrast}");
        }
    }
}
