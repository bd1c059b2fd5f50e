//! How the menus look.

use bevy::prelude::*;

/// How the menus look. Change it before menus are spawned.
#[derive(Resource, Debug, Clone, Reflect)]
#[reflect(Resource, Default)]
pub struct UiStyle {
    /// The letters. By default Bevy's own, where the app has the feature `default_font`.
    pub font: Handle<Font>,
    /// The height of the letters in logical pixels.
    pub font_size: f32,
    /// What is to be read.
    pub text: Color,
    /// What is said beside it.
    pub muted: Color,
    /// What can be pressed.
    pub surface: Color,
    /// The same under the pointer.
    pub hovered: Color,
    /// What is chosen.
    pub accent: Color,
    /// What stands on what is chosen.
    pub on_accent: Color,
    /// What lies behind a list that is open.
    pub list: Color,
}

impl Default for UiStyle {
    fn default() -> Self {
        Self {
            font: default(),
            font_size: 15.0,
            text: Color::srgb(0.96, 0.96, 0.98),
            muted: Color::srgb(0.66, 0.67, 0.72),
            surface: Color::srgba(1.0, 1.0, 1.0, 0.08),
            hovered: Color::srgba(1.0, 1.0, 1.0, 0.15),
            accent: Color::srgb(0.33, 0.62, 0.98),
            on_accent: Color::srgb(0.04, 0.06, 0.1),
            list: Color::srgba(0.09, 0.09, 0.12, 0.97),
        }
    }
}

impl UiStyle {
    /// A line of text.
    pub(super) fn line(&self, text: &str, color: Color) -> impl Bundle + use<> {
        (
            Text::new(text),
            TextFont { font: (&self.font).into(), font_size: FontSize::Px(self.font_size), ..default() },
            TextColor(color),
            TextLayout::no_wrap(),
            Pickable::IGNORE,
        )
    }

    /// How far corners are rounded.
    pub(super) fn radius(&self) -> BorderRadius {
        BorderRadius::all(px(self.font_size * 0.5))
    }
}

/// A name in the code as people read it: `Vignette`, `Color temperature`.
pub(super) fn readable(name: &str) -> String {
    let mut readable = String::new();
    for letter in name.chars() {
        match letter {
            '_' | '-' => readable.push(' '),
            letter if letter.is_uppercase() && !readable.is_empty() => {
                readable.push(' ');
                readable.extend(letter.to_lowercase());
            }
            letter if readable.is_empty() => readable.extend(letter.to_uppercase()),
            letter => readable.push(letter),
        }
    }
    readable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_people() {
        assert_eq!(readable("whiteBalanceMode"), "White balance mode");
        assert_eq!(readable("gaussian_blur"), "Gaussian blur");
        assert_eq!(readable("single-shot"), "Single shot");
        assert_eq!(readable("iso"), "Iso");
        assert_eq!(readable(""), "");
    }
}
