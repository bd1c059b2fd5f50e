//! Texts of the table on nodes, and the font of their language.

use bevy::prelude::*;
use photobooth::words::{Key, Language, Words};

use super::theme::{Fonts, KeepsFont, set_text};
use crate::mode::Mode;

/// The node shows this text of the table, in the language of the guest.
#[derive(Component, Debug, Clone, Copy)]
pub struct Says(pub Key);

/// The font of a line while it has that of a language.
#[derive(Component, Debug)]
struct OwnFont(Handle<Font>);

/// The font of the language, once a guest has chosen one that needs it.
#[derive(Resource, Debug, Default)]
struct LanguageFont(Option<(Language, Handle<Font>)>);

pub fn plugin(app: &mut App) {
    app.init_resource::<LanguageFont>().add_systems(Update, (load_font, dress, speak).chain());
}

fn speak(words: Res<Words>, mut lines: Query<(Ref<Says>, &mut Text)>) {
    for (says, mut text) in &mut lines {
        if words.is_changed() || says.is_changed() {
            set_text(&mut text, &words.text(says.0));
        }
    }
}

/// Fetches the font of a language when it is chosen for the first time.
fn load_font(words: Res<Words>, mut font: ResMut<LanguageFont>, assets: Res<AssetServer>) {
    let language = words.language();
    let is_there = font.0.as_ref().is_some_and(|(of, _)| *of == language);
    if let Some(path) = language.font().filter(|_| !is_there) {
        font.0 = Some((language, assets.load(path)));
    }
}

/// Gives lines the font of the language once it is there, and their own font back with other languages.
fn dress(
    mut commands: Commands,
    words: Res<Words>,
    font: Res<LanguageFont>,
    loaded: Res<Assets<Font>>,
    fonts: Res<Fonts>,
    mut lines: Query<(Entity, &mut TextFont, Option<&OwnFont>), Without<KeepsFont>>,
) {
    let language = words.language();
    let font = font.0.as_ref().filter(|(of, font)| *of == language && loaded.contains(font));
    for (line, mut text, own) in &mut lines {
        match (font, own) {
            (Some((_, font)), None) => {
                let FontSource::Handle(now) = &text.font else { continue };
                if fonts.has(now) {
                    let own = now.clone();
                    text.font = font.clone().into();
                    commands.entity(line).insert(OwnFont(own));
                }
            }
            (None, Some(own)) => {
                text.font = own.0.clone().into();
                commands.entity(line).remove::<OwnFont>();
            }
            _ => {}
        }
    }
}

/// The name of a mode.
pub fn mode_name(mode: Mode) -> Key {
    match mode {
        Mode::Single => Key::ModeSingle,
        Mode::Strip => Key::ModeStrip,
        Mode::Collage => Key::ModeCollage,
        Mode::Gif => Key::ModeGif,
        Mode::Boomerang => Key::ModeBoomerang,
        Mode::Clip => Key::ModeClip,
    }
}

/// The heading above the result of a mode.
pub fn result_heading(mode: Mode) -> Key {
    match mode {
        Mode::Single => Key::YourPicture,
        Mode::Strip => Key::YourStrip,
        Mode::Collage => Key::YourCollage,
        Mode::Gif => Key::YourGif,
        Mode::Boomerang => Key::YourBoomerang,
        Mode::Clip => Key::YourClip,
    }
}

/// The name of a look. `None` for a look that the table doesn't know.
pub fn look_name(name: &str) -> Option<Key> {
    const NAMES: [(&str, Key); 19] = [
        ("Natural", Key::LookNatural),
        ("Noir", Key::LookNoir),
        ("Vintage", Key::LookVintage),
        ("Comic", Key::LookComic),
        ("Bokeh", Key::LookBokeh),
        ("Color pop", Key::LookColorPop),
        ("Newsprint", Key::LookNewsprint),
        ("Duotone", Key::LookDuotone),
        ("Thermal", Key::LookThermal),
        ("Night", Key::LookNight),
        ("Glitch", Key::LookGlitch),
        ("Kaleido", Key::LookKaleido),
        ("Twins", Key::LookTwins),
        ("Bulge", Key::LookBulge),
        ("Big eyes", Key::LookBigEyes),
        ("Big head", Key::LookBigHead),
        ("Beach", Key::LookBeach),
        ("Space", Key::LookSpace),
        ("Stage", Key::LookStage),
    ];
    NAMES.iter().find(|(look, _)| *look == name).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{look::Looks, settings::Settings};

    #[test]
    fn every_look_has_a_name_in_the_table() {
        for look in Looks::new(None, &Settings::default()).iter() {
            assert!(look_name(look.name).is_some(), "{}", look.name);
        }
    }
}
