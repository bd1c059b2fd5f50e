//! The gallery's arguments: on the command line, or in the page's address.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

/// The help text.
pub const USAGE: &str = "\
usage: effects_gallery [OPTIONS] [FILE]
  --synthetic   the synthetic camera in place of the machine's
  FILE          a picture, a film or a folder in place of a camera
";

/// The source of frames, if it isn't a camera.
#[derive(Resource, Debug, Clone, Default)]
pub struct Arguments {
    pub source: Option<TrackSource>,
}

impl Arguments {
    /// Reads the command line; `None` where help is asked for.
    ///
    /// # Errors
    /// An unknown option, or more than one file.
    #[cfg(not(target_family = "wasm"))]
    pub fn parse() -> Result<Option<Self>, lexopt::Error> {
        use bevy_viewfinder::source::FileSource;
        use lexopt::prelude::*;

        let mut arguments = Self::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("synthetic") => arguments.source = Some(TrackSource::synthetic()),
                Value(path) if arguments.source.is_none() => {
                    arguments.source = Some(TrackSource::new(FileSource::new(path)));
                }
                Short('h') | Long("help") => return Ok(None),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(arguments))
    }

    /// Reads `?synthetic` of the page's address.
    ///
    /// # Errors
    /// None.
    #[cfg(target_family = "wasm")]
    pub fn parse() -> Result<Option<Self>, lexopt::Error> {
        let search = web_sys::window().and_then(|window| window.location().search().ok());
        let is_synthetic = search.is_some_and(|search| search.contains("synthetic"));
        Ok(Some(Self { source: is_synthetic.then(TrackSource::synthetic) }))
    }
}
