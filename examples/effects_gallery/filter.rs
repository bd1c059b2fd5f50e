//! Which exhibits are on the wall: those of a group, and those whose name has what was typed.

use bevy::prelude::*;

use crate::{
    Action,
    exhibit::{Exhibit, Exhibits, Group},
    theme,
};

/// The filter of the wall.
#[derive(Resource, Debug, Default)]
pub struct Filter {
    pub group: Option<Group>,
    /// The typed text, in lower case.
    pub text: String,
}

/// The text in the field.
#[derive(Component, Debug)]
pub struct SearchField;
#[derive(Component, Debug)]
pub struct SearchText;

/// No name is longer.
const LONGEST: usize = 24;

impl Filter {
    pub fn lets_through(&self, exhibit: &Exhibit) -> bool {
        self.group.is_none_or(|group| exhibit.group == group)
            && exhibit.name.to_lowercase().contains(&self.text)
    }

    /// The exhibits on the wall, in order.
    pub fn indices(&self, exhibits: &Exhibits) -> Vec<usize> {
        let all = exhibits.0.iter().enumerate();
        all.filter(|(_, exhibit)| self.lets_through(exhibit)).map(|(index, _)| index).collect()
    }

    /// Adds what was typed.
    pub fn push(&mut self, text: &str) {
        let letters = text.chars().filter(|letter| !letter.is_control()).flat_map(char::to_lowercase);
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(letters.take(room));
    }
}

pub fn plugin(app: &mut App) {
    #[cfg(target_family = "wasm")]
    app.add_observer(ask);
    app.init_resource::<Filter>()
        .add_observer(choose)
        .add_systems(Update, show.run_if(resource_changed::<Filter>));
}

fn choose(action: On<Action>, mut filter: ResMut<Filter>) {
    if let Action::Show(group) = *action {
        filter.group = group;
    }
}

/// Opens a prompt of the browser on touch screens, for the on-screen keyboard.
#[cfg(target_family = "wasm")]
fn ask(
    click: On<Pointer<Click>>,
    mut commands: Commands,
    fields: Query<(), With<SearchField>>,
    mut filter: ResMut<Filter>,
) {
    if !click.pointer_id.is_touch() || !fields.contains(click.entity) {
        return;
    }
    let answer = web_sys::window()
        .and_then(|window| window.prompt_with_message_and_default("Find an effect", &filter.text).ok()?);
    if let Some(text) = answer {
        filter.text.clear();
        filter.push(text.trim());
        commands.trigger(Action::Back);
    }
}

fn show(
    filter: Res<Filter>,
    text: Single<(&mut Text, &mut TextColor), With<SearchText>>,
    mut field: Single<&mut BorderColor, With<SearchField>>,
) {
    let (mut text, mut color) = text.into_inner();
    if filter.text.is_empty() {
        text.0 =
            if cfg!(target_family = "wasm") { "Find an effect" } else { "Type to find an effect" }.into();
        color.0 = theme::MUTED;
        **field = BorderColor::all(theme::SURFACE);
    } else {
        text.0 = format!("{}|", filter.text);
        color.0 = theme::TEXT;
        **field = BorderColor::all(theme::ACCENT);
    }
}
