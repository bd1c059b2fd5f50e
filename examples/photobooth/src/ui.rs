//! The user interface.
//!
//! Sizes are for a window of 1280x800, or of 420x880 in portrait. [`fit`] scales them.

mod button;
mod fit;
mod review;
mod stage;

use bevy::prelude::*;
use bevy_viewfinder::menus::{DeviceMenu, EffectMenu, UiStyle};
use viewfinder_examples::{BOLD, MEDIUM};

use crate::{
    booth::Action,
    feed::{self, Viewfinder},
    look::LOOKS,
    strip::SHOTS,
    system,
};

use button::{Kind, button, key_cap};

/// The booth's colors.
mod color {
    use bevy::prelude::*;

    pub const NIGHT: Color = Color::srgb(0.063, 0.055, 0.086);
    pub const DUSK: Color = Color::srgb(0.2, 0.15, 0.3);
    pub const SURFACE: Color = Color::srgba(0.78, 0.7, 1.0, 0.035);
    pub const SURFACE_HOVERED: Color = Color::srgba(0.78, 0.7, 1.0, 0.08);
    pub const SURFACE_PRESSED: Color = Color::srgba(0.78, 0.7, 1.0, 0.15);
    pub const TEXT: Color = Color::srgb(0.965, 0.953, 0.984);
    pub const MUTED: Color = Color::srgb(0.694, 0.663, 0.757);
    pub const CORAL: Color = Color::srgb(1.0, 0.376, 0.412);
    pub const CORAL_HOVERED: Color = Color::srgb(1.0, 0.49, 0.51);
    pub const CORAL_PRESSED: Color = Color::srgb(0.86, 0.29, 0.34);
    pub const MINT: Color = Color::srgb(0.45, 0.87, 0.62);
    pub const AMBER: Color = Color::srgb(1.0, 0.8, 0.42);
    pub const PAPER: Color = Color::srgb(0.988, 0.984, 0.969);
    pub const PAPER_EMPTY: Color = Color::srgb(0.902, 0.89, 0.878);
    pub const INK: Color = Color::srgb(0.149, 0.141, 0.18);
    pub const PENCIL: Color = Color::srgb(0.655, 0.635, 0.655);
}

/// The booth's fonts.
#[derive(Resource, Debug, Clone)]
struct Fonts {
    bold: Handle<Font>,
    medium: Handle<Font>,
}

impl Fonts {
    /// A bold line.
    fn bold(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        Self::line(&self.bold, text, size, color)
    }

    /// A line.
    fn medium(&self, text: &str, size: f32, color: Color) -> impl Bundle + use<> {
        Self::line(&self.medium, text, size, color)
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
    app.insert_resource(ClearColor(color::NIGHT))
        .init_resource::<UiScale>()
        .add_systems(PreStartup, load_fonts)
        .add_systems(Startup, build.after(feed::open))
        .add_plugins((button::plugin, fit::plugin, stage::plugin, review::plugin));
}

fn load_fonts(mut commands: Commands, mut fonts: ResMut<Assets<Font>>) {
    let fonts = Fonts {
        bold: fonts.add(Font::from_bytes(BOLD.to_vec())),
        medium: fonts.add(Font::from_bytes(MEDIUM.to_vec())),
    };
    commands.insert_resource(UiStyle {
        font: fonts.medium.clone(),
        text: color::TEXT,
        muted: color::MUTED,
        surface: color::SURFACE,
        hovered: color::SURFACE_HOVERED,
        accent: color::CORAL,
        on_accent: color::NIGHT,
        list: color::NIGHT.with_alpha(0.97),
        ..default()
    });
    commands.insert_resource(fonts);
}

/// Builds the tree of nodes. The systems of the child modules fill it.
fn build(mut commands: Commands, fonts: Res<Fonts>, track: Single<Entity, With<Viewfinder>>) {
    let root = commands
        .spawn((
            fit::Root,
            Node {
                width: percent(100),
                height: percent(100),
                flex_direction: FlexDirection::Column,
                ..default()
            },
            BackgroundGradient::from(LinearGradient::to_bottom(vec![
                color::DUSK.into(),
                ColorStop::percent(color::NIGHT, 70),
            ])),
        ))
        .id();

    let header = header(&mut commands, &fonts, *track);
    let banner = stage::build_banner(&mut commands, &fonts);
    let main = commands
        .spawn((fit::Main, Node { flex_grow: 1.0, flex_basis: px(0), min_height: px(0), ..default() }))
        .id();
    let stage = stage::build(&mut commands, &fonts);
    let paper = paper(&mut commands, &fonts);
    commands.entity(main).add_children(&[stage, paper]);
    let looks = looks(&mut commands, &fonts);
    let controls = controls(&mut commands, &fonts);
    let review = review::build(&mut commands, &fonts);
    let toast = stage::build_toast(&mut commands, &fonts);
    let flash = stage::build_flash(&mut commands);
    commands.entity(root).add_children(&[header, banner, main, looks, controls, review, toast, flash]);
}

/// The title on the left, the menus of devices and effects on the right.
fn header(commands: &mut Commands, fonts: &Fonts, track: Entity) -> Entity {
    commands
        .spawn((
            Node {
                height: px(36),
                flex_shrink: 0.0,
                align_items: AlignItems::Center,
                justify_content: JustifyContent::SpaceBetween,
                ..default()
            },
            children![
                (
                    Node { align_items: AlignItems::Center, column_gap: px(10), ..default() },
                    children![
                        (
                            Node {
                                width: px(14),
                                height: px(14),
                                border_radius: BorderRadius::MAX,
                                ..default()
                            },
                            BackgroundColor(color::CORAL),
                        ),
                        fonts.bold("Photobooth", 22.0, color::TEXT),
                    ]
                ),
                (
                    Node { align_items: AlignItems::Center, column_gap: px(8), ..default() },
                    children![
                        (
                            stage::CameraLamp,
                            Node {
                                width: px(8),
                                height: px(8),
                                border_radius: BorderRadius::MAX,
                                ..default()
                            },
                            BackgroundColor(color::AMBER),
                        ),
                        DeviceMenu { track },
                        (EffectMenu { track }, fit::EffectsMenu),
                    ]
                ),
            ],
        ))
        .id()
}

/// The paper that fills with photos.
fn paper(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let paper = commands
        .spawn((
            fit::Paper,
            Node {
                display: Display::Grid,
                align_self: AlignSelf::Center,
                flex_shrink: 0.0,
                padding: UiRect::all(px(10)),
                column_gap: px(8),
                row_gap: px(8),
                border_radius: BorderRadius::all(px(4)),
                justify_items: JustifyItems::Center,
                ..default()
            },
            BackgroundColor(color::PAPER),
            BoxShadow::new(Color::BLACK.with_alpha(0.45), px(0), px(10), px(0), px(28)),
        ))
        .id();
    for shot in 0..SHOTS {
        let slot = commands
            .spawn((
                stage::Slot(shot),
                Node {
                    align_items: AlignItems::Center,
                    justify_content: JustifyContent::Center,
                    border_radius: BorderRadius::all(px(4)),
                    ..default()
                },
                BackgroundColor(color::PAPER_EMPTY),
                Outline::new(px(3), px(0), Color::NONE),
                children![
                    fonts.bold(&(shot + 1).to_string(), 24.0, color::PENCIL),
                    (
                        stage::SlotPicture(shot),
                        Node {
                            position_type: PositionType::Absolute,
                            width: percent(100),
                            height: percent(100),
                            border_radius: BorderRadius::all(px(4)),
                            ..default()
                        },
                        ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                        Pickable::IGNORE,
                    ),
                ],
            ))
            .id();
        commands.entity(paper).add_child(slot);
    }
    let foot = commands
        .spawn((
            fit::PaperFoot,
            Node { padding: UiRect::vertical(px(6)), ..default() },
            children![fonts.bold("bevy_viewfinder", 14.0, color::INK)],
        ))
        .id();
    commands.entity(paper).add_child(foot);
    paper
}

/// The looks, each with its thumbnail, in a row that scrolls if it is too long.
fn looks(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let row = commands
        .spawn(Node {
            flex_shrink: 0.0,
            column_gap: px(8),
            padding: UiRect::axes(px(4), px(4)),
            // Centered if it fits, otherwise from the left.
            margin: UiRect::horizontal(auto()),
            ..default()
        })
        .id();
    for (index, look) in LOOKS.iter().enumerate() {
        let chip = commands
            .spawn((
                button(Kind::Bare, Action::Look(index)),
                stage::LookChip(index),
                Node {
                    width: px(93),
                    flex_shrink: 0.0,
                    flex_direction: FlexDirection::Column,
                    align_items: AlignItems::Center,
                    row_gap: px(6),
                    ..default()
                },
                children![
                    (
                        stage::LookPicture(index),
                        Node {
                            width: percent(100),
                            height: px(62),
                            border_radius: BorderRadius::all(px(12)),
                            ..default()
                        },
                        BackgroundColor(color::SURFACE),
                        ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                        Outline::new(px(3), px(1), Color::NONE),
                        Pickable::IGNORE,
                    ),
                    (stage::LookName(index), fonts.medium(look.name, 14.0, color::MUTED)),
                ],
            ))
            .id();
        button::wire(commands, chip);
        commands.entity(row).add_child(chip);
    }
    commands
        .spawn((
            fit::Looks,
            Node {
                flex_shrink: 0.0,
                width: percent(100),
                overflow: Overflow { x: OverflowAxis::Scroll, y: OverflowAxis::Visible },
                ..default()
            },
        ))
        .add_child(row)
        .id()
}

/// The shutter in the middle, the other buttons next to it.
fn controls(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let side = |justify_content| Node {
        flex_grow: 1.0,
        flex_basis: px(0),
        align_items: AlignItems::Center,
        column_gap: px(10),
        justify_content,
        ..default()
    };
    let pill = |commands: &mut Commands, label: &str, key: &str, action| {
        let pill = commands
            .spawn((
                button(Kind::Plain, action),
                // On a phone there is space for two next to the shutter.
                Node { padding: UiRect::horizontal(px(16)), ..button::pill() },
                children![fonts.medium(label, 16.0, color::TEXT), key_cap(fonts, key, color::MUTED)],
            ))
            .id();
        button::wire(commands, pill);
        pill
    };
    let mirror = pill(commands, "Mirror", "M", Action::Mirror);
    let camera = pill(commands, "Camera", "C", Action::NextCamera);
    let left = commands.spawn((fit::ControlsLeft, side(JustifyContent::FlexStart))).add_child(mirror).id();
    if system::HAS_FILE_DIALOG {
        let file = pill(commands, "File", "F", Action::ChooseFile);
        commands.entity(left).add_child(file);
    }
    let right = commands.spawn(side(JustifyContent::FlexEnd)).id();
    let hints = commands
        .spawn((
            fit::Hints,
            Node { align_items: AlignItems::Center, column_gap: px(8), ..default() },
            children![
                key_cap(fonts, "Space", color::MUTED),
                fonts.medium("shoot", 15.0, color::MUTED),
                Node { width: px(6), ..default() },
                key_cap(fonts, "Left", color::MUTED),
                key_cap(fonts, "Right", color::MUTED),
                fonts.medium("look", 15.0, color::MUTED),
                Node { width: px(6), ..default() },
                key_cap(fonts, "Esc", color::MUTED),
                fonts.medium("back", 15.0, color::MUTED),
            ],
        ))
        .id();
    commands.entity(right).add_children(&[hints]);
    commands.entity(left).add_child(camera);
    commands.entity(camera).insert(fit::CameraButton);
    commands.entity(right).insert(fit::ControlsRight);

    let shutter = commands
        .spawn((
            button(Kind::Bare, Action::Shoot),
            stage::Shutter,
            Node {
                width: px(84),
                height: px(84),
                flex_shrink: 0.0,
                border: UiRect::all(px(5)),
                border_radius: BorderRadius::MAX,
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
            BorderColor::all(color::TEXT),
            children![(
                stage::ShutterDisc,
                Node { width: px(64), height: px(64), border_radius: BorderRadius::MAX, ..default() },
                BackgroundColor(color::CORAL),
                UiTransform::IDENTITY,
                Pickable::IGNORE,
            )],
        ))
        .id();
    button::wire(commands, shutter);
    commands
        .spawn(Node { flex_shrink: 0.0, align_items: AlignItems::Center, ..default() })
        .add_children(&[left, shutter, right])
        .id()
}
