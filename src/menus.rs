//! Ready-made menus for a track: its device, its effects, and the settings of both (feature `menus`).
//!
//! Add [`ViewfinderUiPlugin`], and spawn menus anywhere in the app's own UI:
//!
//! ```no_run
//! use bevy::prelude::*;
//! use bevy_viewfinder::{menus::*, prelude::*};
//!
//! fn setup(mut commands: Commands) {
//!     commands.spawn(Camera2d);
//!     let track = commands.spawn(VideoTrack).id();
//!     commands.spawn((
//!         Node { flex_direction: FlexDirection::Column, width: px(320), ..default() },
//!         children![
//!             DeviceMenu { track },
//!             EffectMenu { track },
//!             EffectPanel { track },
//!             SettingsPanel { track },
//!         ],
//!     ));
//! }
//! # App::new().add_plugins((DefaultPlugins, ViewfinderPlugins, ViewfinderUiPlugin)).add_systems(Startup, setup);
//! ```
//!
//! They consist of Bevy's own widgets, so keyboards and screen readers reach them. [`UiStyle`] sets their look, and
//! [`UiWords`] their language.

mod button;
mod device_menu;
mod drop_down;
mod effect_menu;
mod effect_panel;
mod panel;
mod settings_panel;
mod slider;
mod style;
mod words;

use bevy::prelude::*;

pub use device_menu::DeviceMenu;
pub use effect_menu::EffectMenu;
pub use effect_panel::EffectPanel;
pub use settings_panel::SettingsPanel;
pub use style::UiStyle;
pub use words::{UiText, UiWords};

/// Adds the menus of this module. It needs Bevy's UI and its widgets, which are in `DefaultPlugins`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewfinderUiPlugin;

impl Plugin for ViewfinderUiPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<UiStyle>().init_resource::<UiWords>().add_plugins((
            button::plugin,
            slider::plugin,
            drop_down::plugin,
            device_menu::plugin,
            effect_menu::plugin,
            effect_panel::plugin,
            settings_panel::plugin,
        ));
    }
}
