//! Every effect and preset at once, live: a wall of small pictures of one camera. Pick one to see it large, beside the
//! picture as it was, and to set its parameters.
//!
//! ```text
//! cargo run --example effects_gallery
//! cargo run --example effects_gallery -- --synthetic
//! cargo run --example effects_gallery -- assets/pictures/eileen_collins.jpg
//! ```
//!
//! All tiles are clones of one track. Those that aren't seen are switched off, and cost nothing.

mod arguments;
mod button;
mod divider;
mod exhibit;
mod feed;
mod filter;
mod header;
mod keys;
mod large;
mod scroll;
mod theme;
mod wall;

use bevy::{prelude::*, window::WindowResizeConstraints};
use bevy_viewfinder::{menus::ViewfinderUiPlugin, prelude::*};
use viewfinder_examples::{fail, misuse, print};

use arguments::Arguments;

/// The view: the wall, or one exhibit.
#[derive(States, Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
enum View {
    #[default]
    Wall,
    Large,
}

/// Which exhibit is chosen, from 0.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Chosen(usize);

/// The actions of buttons and keys.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// Shows an exhibit large.
    Open(usize),
    /// Goes back to the wall.
    Back,
    /// Shows the one after this, or before it, of those that are on the wall.
    Step(i32),
    /// Puts the parameters back.
    Reset,
    /// Shows only this group on the wall; all where there is none.
    Show(Option<exhibit::Group>),
}

fn main() -> AppExit {
    let arguments = match Arguments::parse() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => return print(arguments::USAGE).map_or_else(|error| fail(&error), |()| AppExit::Success),
        Err(error) => return misuse(&format!("{error}; effects_gallery --help lists the options")),
    };
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    let window = Window {
        title: "Effects gallery".into(),
        name: Some("bevy_viewfinder.effects_gallery".into()),
        fit_canvas_to_parent: true,
        resolution: (1280, 800).into(),
        resize_constraints: WindowResizeConstraints { min_width: 320.0, min_height: 400.0, ..default() },
        ..default()
    };
    App::new()
        .add_plugins((
            DefaultPlugins.set(WindowPlugin { primary_window: Some(window), ..default() }),
            ViewfinderPlugins,
            ViewfinderUiPlugin,
        ))
        .init_state::<View>()
        .init_resource::<Chosen>()
        .insert_resource(arguments)
        .add_plugins((
            theme::plugin,
            exhibit::plugin,
            feed::plugin,
            button::plugin,
            scroll::plugin,
            header::plugin,
            filter::plugin,
            wall::plugin,
            large::plugin,
            divider::plugin,
            keys::plugin,
        ))
        .add_observer(open)
        .add_observer(back)
        .run()
}

fn open(action: On<Action>, mut chosen: ResMut<Chosen>, mut view: ResMut<NextState<View>>) {
    if let Action::Open(index) = *action {
        *chosen = Chosen(index);
        view.set(View::Large);
    }
}

fn back(action: On<Action>, mut view: ResMut<NextState<View>>) {
    if matches!(*action, Action::Back | Action::Show(_)) {
        view.set(View::Wall);
    }
}
