//! The look of the menus.

use bevy::prelude::*;

/// The look of the menus. Change it before menus are spawned.
#[derive(Resource, Debug, Clone, Reflect)]
#[reflect(Resource, Default)]
pub struct UiStyle {
    /// The font; by default Bevy's own, if the app has the feature `default_font`.
    pub font: Handle<Font>,
    /// The font size in logical pixels.
    pub font_size: f32,
    /// The color of text.
    pub text: Color,
    /// The color of secondary text.
    pub muted: Color,
    /// The background of buttons.
    pub surface: Color,
    /// The background of buttons under the pointer.
    pub hovered: Color,
    /// The background of checked buttons.
    pub accent: Color,
    /// The color of text on checked buttons.
    pub on_accent: Color,
    /// The background of an open list.
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

    /// The radius of corners.
    pub(super) fn radius(&self) -> BorderRadius {
        BorderRadius::all(px(self.font_size * 0.5))
    }
}

/// An identifier as text for users: `Vignette`, `Color temperature`.
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
