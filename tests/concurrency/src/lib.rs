//! The rooms of the library that threads share, and scenarios that run them: see `Cargo.toml`.

#![allow(dead_code, unused_imports, reason = "each room has more than the scenarios use")]

// The names of the standard library and of the channels lead to those of the model.
#[cfg(feature = "model")]
extern crate modeled_channel as crossbeam_channel;
#[cfg(feature = "model")]
extern crate modeled_std as std;

#[cfg(not(test))]
pub mod run;
#[cfg(not(test))]
pub mod scenarios;

/// Rooms that are here as a whole, with their unit tests.
#[path = "../../../src"]
mod library {
    pub mod capture;
    pub mod consent;
    pub mod constraint;
    pub mod device;
    pub mod error;
    pub mod frame;
    pub mod report;
}

use library::{capture, consent, constraint, device, error, frame, report};

/// The room of sources, with one for apps.
#[path = "../../../src/source"]
pub mod source {
    #[cfg(test)]
    mod clock;
    mod custom;
    pub mod guard;
    mod silence;
    mod still;
    #[cfg(test)]
    mod synthetic;
    mod watch;

    pub use custom::{CustomFeed, CustomSource};
    pub(crate) use silence::{SilenceAction, SilenceWatch};
    pub(crate) use still::{Still, StillAnswer, StillRequest};
    #[cfg(test)]
    pub use synthetic::SyntheticSource;
    pub use watch::DeviceWatcher;

    // The traits.
    include!(concat!(env!("OUT_DIR"), "/source.rs"));
}

/// The room of taps, without the app's side.
#[path = "../../../src/tap"]
pub mod tap {
    pub mod reader;
    pub mod worker;

    // Here, because the slot is the room's own.
    #[cfg(not(test))]
    #[path = "../../tests/concurrency/src/scenarios/tap.rs"]
    pub mod scenarios;
}

/// The room of the renderer: where a tap's frames go.
pub mod render {
    use std::fmt::Debug;

    use crate::{error::MediaError, frame::Frame};

    /// Receives the frames of a tap.
    pub trait FrameSink: Debug + Send + Sync {
        /// Receives the newest frame.
        fn deliver(&self, frame: Frame);

        /// Receives the error for which frames stay away.
        fn fail(&self, error: MediaError);
    }
}
