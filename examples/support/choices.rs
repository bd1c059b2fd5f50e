//! A row of buttons, one of which is chosen.

use bevy::prelude::*;

const SURFACE: Color = Color::srgba(0.08, 0.08, 0.11, 0.82);
const ACCENT: Color = Color::srgb(0.98, 0.45, 0.36);

/// Shows a row of buttons at the bottom of the window, below the line of the [`Notice`]. A press chooses one, and so do
/// the keys from 1 to 9 and the arrow keys.
#[derive(Debug)]
pub struct ChoicesPlugin {
    /// The names of the choices.
    pub names: &'static [&'static str],
}

/// The index of the choice.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Chosen(pub usize);

/// The line above the buttons.
#[derive(Resource, Debug, Default)]
pub struct Notice(pub String);

/// The number of choices.
#[derive(Resource, Debug)]
struct Count(usize);

/// A button for the choice with this index.
#[derive(Component, Debug)]
struct Choice(usize);

/// The text of the [`Notice`].
#[derive(Component, Debug)]
struct NoticeLine;

impl Plugin for ChoicesPlugin {
    fn build(&self, app: &mut App) {
        let names = self.names;
        app.insert_resource(Count(names.len()))
            .init_resource::<Chosen>()
            .init_resource::<Notice>()
            .add_systems(Startup, move |commands: Commands, assets: Res<AssetServer>| {
                spawn(commands, &assets, names);
            })
            .add_systems(
                PreUpdate,
                (press, type_keys).after(bevy::input::InputSystems).after(bevy::ui::UiSystems::Focus),
            )
            .add_systems(
                PostUpdate,
                (tint.run_if(resource_changed::<Chosen>), show_notice.run_if(resource_changed::<Notice>)),
            );
    }
}

fn spawn(mut commands: Commands, assets: &AssetServer, names: &[&str]) {
    let font = assets.load("fonts/Quicksand-Bold.ttf");
    let text = |size| TextFont { font: (&font).into(), font_size: FontSize::Px(size), ..default() };
    let row = commands
        .spawn(Node {
            flex_wrap: FlexWrap::Wrap,
            justify_content: JustifyContent::Center,
            column_gap: px(10),
            row_gap: px(10),
            ..default()
        })
        .id();
    for (index, name) in names.iter().enumerate() {
        let node = Node {
            min_height: px(44),
            padding: UiRect::axes(px(18), px(12)),
            border_radius: BorderRadius::MAX,
            align_items: AlignItems::Center,
            ..default()
        };
        let label = (Text::new(*name), text(17.0), TextColor(Color::WHITE));
        let button = (Choice(index), Button, node, BackgroundColor(SURFACE), children![label]);
        let button = commands.spawn(button).id();
        commands.entity(row).add_child(button);
    }
    let bottom = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        bottom: px(24),
        padding: UiRect::horizontal(px(16)),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        row_gap: px(14),
        ..default()
    };
    let notice = (
        NoticeLine,
        Text::default(),
        text(15.0),
        TextShadow::default(),
        TextLayout::justify(Justify::Center),
    );
    // Above what the example shows.
    commands.spawn((bottom, GlobalZIndex(1))).with_child(notice).add_child(row);
}

fn press(buttons: Query<(&Interaction, &Choice), Changed<Interaction>>, mut chosen: ResMut<Chosen>) {
    let mut pressed = buttons.iter().filter(|(interaction, _)| **interaction == Interaction::Pressed);
    if let Some((_, choice)) = pressed.next() {
        chosen.0 = choice.0;
    }
}

fn type_keys(keys: Res<ButtonInput<KeyCode>>, count: Res<Count>, mut chosen: ResMut<Chosen>) {
    const DIGITS: [KeyCode; 9] = [
        KeyCode::Digit1,
        KeyCode::Digit2,
        KeyCode::Digit3,
        KeyCode::Digit4,
        KeyCode::Digit5,
        KeyCode::Digit6,
        KeyCode::Digit7,
        KeyCode::Digit8,
        KeyCode::Digit9,
    ];
    let typed = DIGITS[..count.0.min(DIGITS.len())].iter().position(|key| keys.just_pressed(*key));
    if let Some(index) = typed {
        chosen.0 = index;
    } else if keys.just_pressed(KeyCode::ArrowRight) {
        chosen.0 = (chosen.0 + 1) % count.0;
    } else if keys.just_pressed(KeyCode::ArrowLeft) {
        chosen.0 = (chosen.0 + count.0 - 1) % count.0;
    }
}

fn tint(chosen: Res<Chosen>, mut buttons: Query<(&Choice, &mut BackgroundColor)>) {
    for (choice, mut color) in &mut buttons {
        color.0 = if choice.0 == chosen.0 { ACCENT } else { SURFACE };
    }
}

fn show_notice(notice: Res<Notice>, mut line: Single<&mut Text, With<NoticeLine>>) {
    line.0.clone_from(&notice.0);
}
