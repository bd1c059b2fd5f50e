//! The texts of the menus.

use std::{fmt, sync::Arc};

use bevy::prelude::*;

use super::style::readable;

/// The texts of the menus in the app's language. The default is English.
///
/// The labels of devices, errors and units stay as they are.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::menus::{UiText, UiWords};
///
/// # let mut app = App::new();
/// app.insert_resource(UiWords::new(|text| match text {
///     UiText::NoCamera => Some("Keine Kamera".into()),
///     UiText::Effects(count) => Some(format!("{count} Effekte")),
///     UiText::Effect("Vignette") => Some("Randabdunklung".into()),
///     // The others stay in English.
///     _ => None,
/// }));
/// ```
#[derive(Resource, Clone)]
pub struct UiWords(Arc<Translation>);

type Translation = dyn Fn(UiText<'_>) -> Option<String> + Send + Sync;

impl UiWords {
    /// Texts by this function, and in English where it returns `None`. The menus follow when the resource is replaced.
    pub fn new(translation: impl Fn(UiText<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(translation))
    }

    /// The text in the app's language.
    pub(super) fn text(&self, text: UiText) -> String {
        (self.0)(text).unwrap_or_else(|| text.to_string())
    }
}

impl Default for UiWords {
    fn default() -> Self {
        Self::new(|_| None)
    }
}

impl fmt::Debug for UiWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UiWords").finish_non_exhaustive()
    }
}

/// A text of the menus. Its [`Display`](fmt::Display) is in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UiText<'a> {
    /// The camera of a track, if it has no label.
    Camera,
    /// A camera of the list, from 1, if it has no label.
    NumberedCamera(usize),
    /// The camera of the track is being opened.
    OpeningCamera,
    /// The track has no camera, or there is none.
    NoCamera,
    /// A panel is empty because the track isn't live.
    NoCameraYet,
    /// The track has no effect.
    NoEffect,
    /// The track has this many effects, at least 2.
    Effects(usize),
    /// A panel has no rows.
    NothingToSet,
    /// The name of an effect: `Vignette`.
    Effect(&'a str),
    /// The name of an effect's parameter, `gain`, or of a channel of a color: `red`, `green`, `blue`.
    Parameter(&'a str),
    /// The name of a constraint or a control: `frameRate`, `whiteBalanceMode`.
    Setting(&'a str),
    /// A value to choose: of a parameter, a mode (`single-shot`), `on` or `off`.
    Value(&'a str),
}

impl fmt::Display for UiText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Camera => f.write_str("Camera"),
            Self::NumberedCamera(number) => write!(f, "Camera {number}"),
            Self::OpeningCamera => f.write_str("Opening the camera"),
            Self::NoCamera => f.write_str("No camera"),
            Self::NoCameraYet => f.write_str("No camera yet"),
            Self::NoEffect => f.write_str("No effect"),
            Self::Effects(count) => write!(f, "{count} effects"),
            Self::NothingToSet => f.write_str("Nothing to set"),
            Self::Effect(name) | Self::Parameter(name) | Self::Setting(name) | Self::Value(name) => {
                f.write_str(&readable(name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_a_translation_are_in_english() {
        let words = UiWords::new(|text| (text == UiText::NoCamera).then(|| "Keine Kamera".into()));
        assert_eq!(words.text(UiText::NoCamera), "Keine Kamera");
        assert_eq!(words.text(UiText::Effects(3)), "3 effects");
        assert_eq!(words.text(UiText::Setting("whiteBalanceMode")), "White balance mode");
    }
}
