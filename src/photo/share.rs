//! Photos for other apps, by the system's own dialog
//! ([Web Share](https://www.w3.org/TR/web-share/)).

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

#[cfg(not(target_family = "wasm"))]
use native as platform;
#[cfg(target_family = "wasm")]
use web as platform;

use super::{PhotoTaken, deliver};

/// Offers a photo to the user's other apps under this file name when it was taken, in the format of the extension
/// ([`PhotoFormat::from_path`](super::PhotoFormat::from_path)). The answer is [`PhotoShared`](super::PhotoShared),
/// [`PhotoShareCanceled`](super::PhotoShareCanceled) or [`PhotoFailed`](super::PhotoFailed).
///
/// Only browsers share, and not all of them: elsewhere the answer is
/// [`NotSupported`](crate::error::ErrorName::NotSupported), and [`download`](super::download) is the way out. The page
/// must be secure (https or localhost).
///
/// Browsers share only within a few seconds of a click or a key press, and answer
/// [`NotAllowed`](crate::error::ErrorName::NotAllowed) otherwise. So take the photo first, and spawn a
/// [`DeliverPhoto`](super::DeliverPhoto) with it when the user clicks a button:
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::{DeliverPhoto, Photo, download, share}, prelude::*};
///
/// fn share_photo(mut commands: Commands, photo: Photo) {
///     commands.spawn(DeliverPhoto(photo.clone())).observe(share("me.jpg")).observe(
///         move |failed: On<PhotoFailed>, mut commands: Commands| {
///             if failed.error.name == ErrorName::NotSupported {
///                 commands.spawn(DeliverPhoto(photo.clone())).observe(download("me.jpg"));
///             }
///         },
///     );
/// }
/// ```
pub fn share(name: impl Into<String>) -> impl FnMut(On<PhotoTaken>, Commands) {
    let name = name.into();
    move |taken, mut commands| {
        let reporter = deliver::begin_photo(&mut commands, taken.entity);
        platform::share(&taken.photo, &name, reporter);
    }
}
