//! The events of photos that reached another app or the clipboard.

use bevy::prelude::*;

/// A photo was handed to another app ([`share`](super::share)). Triggered on the entity of the request.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PhotoShared {
    /// The entity of the request.
    pub entity: Entity,
}

/// The user closed the dialog of [`share`](super::share), or has no app to share with. Triggered on the entity of the
/// request.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PhotoShareCanceled {
    /// The entity of the request.
    pub entity: Entity,
}

/// A photo is on the clipboard (`copy_to_clipboard`). Triggered on the entity of the request.
#[cfg(feature = "clipboard")]
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PhotoCopied {
    /// The entity of the request.
    pub entity: Entity,
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<PhotoShared>().register_type::<PhotoShareCanceled>();
    #[cfg(feature = "clipboard")]
    app.register_type::<PhotoCopied>();
}
