//! A button that opens a list below it.

use bevy::{
    prelude::*,
    ui_widgets::{Activate, ScrollArea},
};

use super::{UiStyle, button::button};

/// A menu that is closed or open.
#[derive(Component, Debug)]
pub(super) struct DropDown {
    /// The text on the button.
    label: Entity,
    /// The node of the choices, which the owner of the menu fills.
    pub list: Entity,
}

/// A button that opens and closes a menu.
#[derive(Component, Debug)]
struct Opens(Entity);

pub(super) fn plugin(app: &mut App) {
    app.add_observer(toggle).add_observer(close_others);
}

/// Turns an entity into a closed menu, without a label yet.
pub(super) fn drop_down(commands: &mut Commands, style: &UiStyle, menu: Entity) {
    let size = style.font_size;
    let list = commands
        .spawn((
            Node {
                display: Display::None,
                position_type: PositionType::Absolute,
                top: percent(100),
                right: px(0),
                min_width: percent(100),
                margin: UiRect::top(px(size * 0.3)),
                padding: UiRect::all(px(size * 0.3)),
                row_gap: px(size * 0.2),
                max_height: vh(60),
                flex_direction: FlexDirection::Column,
                overflow: Overflow::scroll_y(),
                border_radius: style.radius(),
                ..default()
            },
            BackgroundColor(style.list),
            BoxShadow::new(Color::BLACK.with_alpha(0.4), px(0), px(4), px(0), px(16)),
            GlobalZIndex(100),
            ScrollPosition::default(),
            ScrollArea,
        ))
        .id();
    let text = commands.spawn(style.line("", style.text)).id();
    // A square turned by 45 degrees, with two visible sides.
    let arrow = commands
        .spawn((
            Node {
                width: px(size * 0.5),
                height: px(size * 0.5),
                margin: UiRect::new(px(size * 0.4), px(0), px(0), px(size * 0.2)),
                border: UiRect { right: px(2), bottom: px(2), ..default() },
                flex_shrink: 0.0,
                ..default()
            },
            BorderColor::all(style.muted),
            UiTransform::from_rotation(Rot2::degrees(45.0)),
            Pickable::IGNORE,
        ))
        .id();
    let opener = commands
        .spawn((button(style, ""), Opens(menu)))
        .despawn_children()
        .add_children(&[text, arrow])
        .entry::<Node>()
        .and_modify(|mut node| node.justify_content = JustifyContent::SpaceBetween)
        .entity()
        .id();
    commands.entity(menu).insert(DropDown { label: text, list }).add_children(&[opener, list]);
}

impl DropDown {
    /// Sets the text on the button.
    pub fn set_label(&self, texts: &mut Query<&mut Text>, label: &str) {
        if let Ok(mut text) = texts.get_mut(self.label)
            && text.0 != label
        {
            label.clone_into(&mut text.0);
        }
    }

    /// Closes the list.
    pub fn close(&self, nodes: &mut Query<&mut Node>) {
        if let Ok(mut list) = nodes.get_mut(self.list) {
            list.display = Display::None;
        }
    }
}

fn toggle(
    pressed: On<Activate>,
    openers: Query<&Opens>,
    menus: Query<(Entity, &DropDown)>,
    mut nodes: Query<&mut Node>,
) {
    let Ok(Opens(own)) = openers.get(pressed.entity) else { return };
    for (menu, drop_down) in &menus {
        let Ok(mut list) = nodes.get_mut(drop_down.list) else { continue };
        let open = menu == *own && list.display == Display::None;
        // Only one menu is open at a time.
        list.display = if open { Display::Flex } else { Display::None };
    }
}

/// Closes menus on a press outside of them.
fn close_others(
    press: On<Pointer<Press>>,
    parents: Query<&ChildOf>,
    menus: Query<(Entity, &DropDown)>,
    mut nodes: Query<&mut Node>,
) {
    let pressed = press.original_event_target();
    if press.entity != pressed {
        return;
    }
    for (menu, drop_down) in &menus {
        if pressed != menu && !parents.iter_ancestors(pressed).any(|above| above == menu) {
            drop_down.close(&mut nodes);
        }
    }
}
