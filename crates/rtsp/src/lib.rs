//! Live H.264 and Motion JPEG of RTSP cameras: a small blocking client with limits of time and memory.
//!
//! [`Camera::connect`] connects to a camera and waits for its first frame. [`Camera::next`] waits for the next frame,
//! for at most a given time. A thread of the camera's own reads the connection. Dropping the camera ends it.
//!
//! ```no_run
//! use std::time::Duration;
//! use viewfinder_rtsp::{Camera, Event, Options};
//!
//! let options = Options::new("rtsp://192.168.1.20/stream1").credentials("admin", "secret");
//! let mut camera = Camera::connect(&options, &|| true)?;
//! println!("{:?}", camera.info());
//! loop {
//!     match camera.next(Duration::from_millis(100))? {
//!         Event::Frame(frame) => println!("{} bytes at {:?}", frame.data.len(), frame.time),
//!         Event::Pending => {}
//!         Event::Corrupt(error) => eprintln!("{error}"),
//!         _ => break,
//!     }
//! }
//! # Ok::<(), viewfinder_rtsp::Error>(())
//! ```
//!
//! # Security
//! RTSP isn't encrypted: everyone on the way sees the frames, and a password if the camera wants *Basic*
//! authentication. A password is sent only after the camera asked for it. No [`Error`] and no `Debug` text of this crate
//! has a password or the query of a URL. `retina` writes URLs to the log at the levels `debug` and `warn`.

#![forbid(unsafe_code)]
#![warn(missing_docs, missing_debug_implementations)]

mod address;
mod camera;
mod error;
mod failure;
mod flood;
mod frame;
mod frames;
mod options;
mod queue;
mod received;
mod session;
mod shared;
mod worker;

pub use camera::Camera;
pub use error::{Error, ErrorKind};
pub use frame::{Codec, Event, Frame, Info};
pub use options::{Options, Transport};
