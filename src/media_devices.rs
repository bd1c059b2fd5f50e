//! The list of devices, and its changes.

mod change;
mod list;
#[cfg(not(target_family = "wasm"))]
mod native;
mod sources;
mod supported;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

pub use change::DevicesChanged;
pub use list::{EnumerateDevices, MediaDevices};
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::Watcher;
#[cfg(target_family = "wasm")]
pub(crate) use web::Watcher;

pub(crate) fn plugin(app: &mut App) {
    app.add_message::<DevicesChanged>()
        .register_type::<DevicesChanged>()
        .register_type::<MediaDevices>()
        .register_type::<EnumerateDevices>()
        .add_plugins(list::plugin);
}
