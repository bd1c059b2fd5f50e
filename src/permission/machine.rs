//! Permission on a machine of one's own: whoever may run the app may open its cameras, until one says no.

use bevy::prelude::*;

use super::{CameraPermission, Platform};

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(Platform { permission: CameraPermission::Granted, tells: false })
        .insert_resource(CameraPermission::Granted);
}
