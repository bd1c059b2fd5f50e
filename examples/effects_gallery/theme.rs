//! Colors and letters.

use bevy::prelude::*;
use bevy_viewfinder::menus::UiStyle;

pub const NIGHT: Color = Color::srgb(0.055, 0.055, 0.075);
pub const DUSK: Color = Color::srgb(0.13, 0.13, 0.19);
pub const SURFACE: Color = Color::srgba(0.8, 0.82, 1.0, 0.06);
pub const SURFACE_HOVERED: Color = Color::srgba(0.8, 0.82, 1.0, 0.12);
pub const TEXT: Color = Color::srgb(0.957, 0.957, 0.98);
pub const MUTED: Color = Color::srgb(0.66, 0.67, 0.74);
pub const ACCENT: Color = Color::srgb(1.0, 0.376, 0.412);

/// The gallery's letters.
#[derive(Resource, Debug, Clone)]
pub struct Fonts {
    bold: Handle<Font>,
    medium: Handle<Font>,
}

impl Fonts {
    /// A bold line.
    pub fn bold(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        line(&self.bold, text, size, color)
    }

    /// A line.
    pub fn medium(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        line(&self.medium, text, size, color)
    }
}

fn line(font: &Handle<Font>, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
    (
        Text::new(text),
        TextFont { font: font.into(), font_size: FontSize::Px(size), ..default() },
        TextColor(color),
        TextLayout::no_wrap(),
        Pickable::IGNORE,
    )
}

pub fn plugin(app: &mut App) {
    app.insert_resource(ClearColor(NIGHT)).add_systems(PreStartup, load);
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
        surface: SURFACE,
        hovered: SURFACE_HOVERED,
        accent: ACCENT,
        on_accent: NIGHT,
        list: Color::srgba(0.09, 0.09, 0.12, 0.98),
        ..default()
    });
    commands.insert_resource(fonts);
    commands.spawn(Camera2d);
}
