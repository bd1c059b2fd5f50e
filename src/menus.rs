//! Ready-made menus for a track: which camera, which effects, and all that can be set of either (feature `menus`).
//!
//! Add [`ViewfinderUiPlugin`] and spawn one wherever there is a place for it in the app's own UI:
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
//! They are made of Bevy's own widgets, so keyboards and screen readers reach them, and look as [`UiStyle`] says.

mod button;
mod device_menu;
mod drop_down;
mod effect_menu;
mod effect_panel;
mod settings_panel;
mod slider;
mod style;

use bevy::prelude::*;

pub use device_menu::DeviceMenu;
pub use effect_menu::EffectMenu;
pub use effect_panel::EffectPanel;
pub use settings_panel::SettingsPanel;
pub use style::UiStyle;

/// The menus of this room. It needs Bevy's UI and its widgets, which `DefaultPlugins` bring.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewfinderUiPlugin;

impl Plugin for ViewfinderUiPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<UiStyle>().add_plugins((
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
