//! The parts of the host's screens.

use bevy::prelude::*;
use photobooth::words::{Key, Value, Words};

use crate::{
    host::HostAction,
    ui::{
        access::Shows,
        button::{Kind, pill},
        fit::Shape,
        theme::{Fonts, color},
    },
};

/// The action of a button.
#[derive(Component, Debug, Clone, Copy)]
pub struct Asks(pub HostAction);

/// Builds parts.
pub struct Parts<'a, 'w, 's> {
    pub commands: &'a mut Commands<'w, 's>,
    pub fonts: &'a Fonts,
    pub words: &'a Words,
    pub shape: Shape,
}

impl Parts<'_, '_, '_> {
    /// A text of the table.
    pub fn say(&self, key: Key) -> String {
        self.words.text(key)
    }

    /// A text of the table with its values.
    pub fn say_with(&self, key: Key, values: &[(&'static str, Value<'_>)]) -> String {
        self.words.text_with(key, values)
    }

    /// A heading.
    pub fn heading(&mut self, text: &str) -> Entity {
        let size = if self.shape == Shape::Landscape { 40.0 } else { 28.0 };
        let line = self.fonts.bold(text, size, color::TEXT);
        self.centered(line)
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) -> Entity {
        self.colored(text, color::MUTED)
    }

    /// A paragraph in this color.
    pub fn colored(&mut self, text: &str, color: Color) -> Entity {
        let size = if self.shape == Shape::Sideways { 15.0 } else { 18.0 };
        let line = self.fonts.medium(text, size, color);
        self.centered(line)
    }

    /// A paragraph of the venue's own.
    pub fn venue_text(&mut self, text: &str) -> Entity {
        let size = if self.shape == Shape::Sideways { 15.0 } else { 18.0 };
        let line = self.fonts.venue(text, size, color::TEXT);
        self.centered(line)
    }

    fn centered(&mut self, line: impl Bundle) -> Entity {
        let node = Node { max_width: percent(100), ..default() };
        self.commands.spawn((line, node, TextLayout::justify(Justify::Center))).id()
    }

    /// A button.
    pub fn button(&mut self, kind: Kind, label: &str, action: HostAction) -> Entity {
        let label = self.fonts.bold(label, 17.0, kind.text_color());
        self.button_of(kind, action, label)
    }

    /// A button with this line.
    pub fn button_of(&mut self, kind: Kind, action: HostAction, line: impl Bundle) -> Entity {
        let shape = Node { min_width: px(48), height: px(48), flex_shrink: 0.0, ..pill() };
        self.commands
            .spawn((Button, kind, Asks(action), BackgroundColor(Color::NONE), shape, children![line]))
            .id()
    }

    /// Parts next to each other, in several lines if they don't fit.
    pub fn row(&mut self, parts: &[Entity]) -> Entity {
        self.commands
            .spawn(Node {
                width: percent(100),
                column_gap: px(12),
                row_gap: px(12),
                flex_wrap: FlexWrap::Wrap,
                justify_content: JustifyContent::Center,
                align_items: AlignItems::Center,
                ..default()
            })
            .add_children(parts)
            .id()
    }

    /// Parts next to each other, in one line.
    pub fn line(&mut self, parts: &[Entity]) -> Entity {
        let node = Node { column_gap: px(12), align_items: AlignItems::Center, ..default() };
        self.commands.spawn(node).add_children(parts).id()
    }

    /// Parts below each other, of at most this width.
    pub fn column(&mut self, width: f32, parts: &[Entity]) -> Entity {
        let gap = if self.shape == Shape::Sideways { px(10) } else { px(18) };
        self.commands
            .spawn(Node {
                flex_direction: FlexDirection::Column,
                row_gap: gap,
                // A width of its own: the height is that of texts which are wrapped to it.
                width: percent(100),
                max_width: px(width),
                max_height: percent(100),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            })
            .add_children(parts)
            .id()
    }

    /// A picture of this size.
    pub fn picture(&mut self, shows: Shows, image: &Handle<Image>, size: Vec2) -> Entity {
        let image = ImageNode { image: image.clone(), image_mode: NodeImageMode::Stretch, ..default() };
        let node = Node { width: px(size.x), height: px(size.y), flex_shrink: 0.0, ..default() };
        self.commands.spawn((shows, node, image)).id()
    }
}
