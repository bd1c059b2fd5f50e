//! The library's menus in the guest's language.

use bevy::prelude::*;
use bevy_viewfinder::menus::{UiText, UiWords};

use photobooth::words::{Key, Language, Words};

pub fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, translate.run_if(resource_changed::<Words>));
}

fn translate(mut commands: Commands, words: Res<Words>) {
    commands.insert_resource(texts(words.language()));
}

/// The texts of the menus. The names of effects stay in English, as in their documentation.
fn texts(language: Language) -> UiWords {
    let words = Words::new(language);
    UiWords::new(move |text| {
        Some(match text {
            UiText::Camera => words.text(Key::Camera),
            UiText::NumberedCamera(number) => {
                words.text_with(Key::NumberedCamera, &[("number", number.into())])
            }
            UiText::OpeningCamera => words.text(Key::RequestingCamera),
            UiText::NoCamera => words.text(Key::NoCamera),
            UiText::NoEffect => words.text(Key::NoEffect),
            UiText::Effects(count) => words.text_with(Key::Effects, &[("count", count.into())]),
            _ => return None,
        })
    })
}
