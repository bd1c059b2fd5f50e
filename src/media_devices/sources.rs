//! The default sources of devices of all kinds.

use std::sync::Arc;

use bevy::{ecs::system::SystemParam, prelude::*};

#[cfg(feature = "audio")]
use crate::source::{
    AllDevices,
    audio::{AudioSource, DefaultAudioSource},
};
use crate::source::{DefaultSource, Source};

/// The default sources, as resources.
#[derive(SystemParam)]
pub(super) struct DefaultSources<'w> {
    cameras: Res<'w, DefaultSource>,
    #[cfg(feature = "audio")]
    microphones: Res<'w, DefaultAudioSource>,
}

/// The sources whose devices are listed.
#[derive(Debug)]
pub(super) struct Sources {
    cameras: Arc<dyn Source>,
    #[cfg(feature = "audio")]
    microphones: Arc<dyn AudioSource>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<DefaultSource>();
    #[cfg(feature = "audio")]
    app.init_resource::<DefaultAudioSource>();
}

impl DefaultSources<'_> {
    /// The sources now.
    pub fn get(&self) -> Sources {
        Sources {
            cameras: self.cameras.0.clone(),
            #[cfg(feature = "audio")]
            microphones: self.microphones.0.clone(),
        }
    }
}

impl Sources {
    /// Whether these are the same sources.
    pub fn are(&self, others: &Self) -> bool {
        #[cfg(feature = "audio")]
        if !Arc::ptr_eq(&self.microphones, &others.microphones) {
            return false;
        }
        Arc::ptr_eq(&self.cameras, &others.cameras)
    }

    /// A source that lists the devices of all of them.
    pub fn list(&self) -> Arc<dyn Source> {
        let cameras = self.cameras.clone();
        #[cfg(feature = "audio")]
        return Arc::new(AllDevices { cameras, microphones: self.microphones.clone() });
        #[cfg(not(feature = "audio"))]
        cameras
    }
}
