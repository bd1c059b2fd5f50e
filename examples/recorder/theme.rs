//! Colors, fonts and texts.

use bevy::prelude::*;
use bevy_viewfinder::menus::UiStyle;

pub const INK: Color = Color::srgb(0.047, 0.051, 0.063);
/// Controls lie on the picture, which may have any color.
pub const GLASS: Color = Color::srgba(0.047, 0.051, 0.063, 0.76);
pub const GLASS_HOVERED: Color = Color::srgba(0.16, 0.17, 0.2, 0.86);
pub const TEXT: Color = Color::srgb(0.965, 0.969, 0.98);
pub const MUTED: Color = Color::srgb(0.76, 0.78, 0.83);
pub const RED: Color = Color::srgb(1.0, 0.231, 0.247);
pub const AMBER: Color = Color::srgb(1.0, 0.79, 0.38);
pub const MINT: Color = Color::srgb(0.45, 0.87, 0.62);

/// The fonts.
#[derive(Resource, Debug, Clone)]
pub struct Fonts {
    bold: Handle<Font>,
    medium: Handle<Font>,
}

impl Fonts {
    /// A bold text.
    pub fn bold(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        text_of(&self.bold, text, size, color)
    }

    /// A text.
    pub fn medium(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        text_of(&self.medium, text, size, color)
    }
}

fn text_of(font: &Handle<Font>, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
    (
        Text::new(text),
        TextFont { font: font.into(), font_size: FontSize::Px(size), ..default() },
        TextColor(color),
        Pickable::IGNORE,
    )
}

pub fn plugin(app: &mut App) {
    app.insert_resource(ClearColor(Color::BLACK)).add_systems(PreStartup, load);
}

fn load(mut commands: Commands, mut fonts: ResMut<Assets<Font>>) {
    let mut add = |bytes: &[u8]| fonts.add(Font::from_bytes(bytes.to_vec()));
    let fonts = Fonts {
        bold: add(include_bytes!("../../assets/fonts/Quicksand-Bold.ttf")),
        medium: add(include_bytes!("../../assets/fonts/Quicksand-Medium.ttf")),
    };
    commands.insert_resource(UiStyle {
        font: fonts.medium.clone(),
        text: TEXT,
        muted: MUTED,
        surface: GLASS,
        hovered: GLASS_HOVERED,
        accent: TEXT,
        on_accent: INK,
        list: INK.with_alpha(0.94),
        ..default()
    });
    commands.insert_resource(fonts);
    commands.spawn(Camera2d);
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
