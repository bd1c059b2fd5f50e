//! The arguments: on the command line, or in the page's address.

use std::path::PathBuf;

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

/// The help text.
pub const USAGE: &str = "\
usage: recorder [OPTIONS]
  --source default|synthetic|file:PATH|device:ID   where frames come from (default: default)
  --out DIR                                        where recordings go (default: this folder)
";

/// The arguments.
#[derive(Resource, Debug, Clone, Default)]
pub struct Arguments {
    /// The source. `None` for the cameras of this machine.
    pub source: Option<TrackSource>,
    /// The camera that is requested. `None` for any.
    pub device: Option<String>,
    /// The folder of recordings.
    pub folder: PathBuf,
}

impl Arguments {
    /// Reads the command line; `None` where help is asked for.
    ///
    /// # Errors
    /// An unknown option, or a value that can't be read.
    #[cfg(not(target_family = "wasm"))]
    pub fn parse() -> Result<Option<Self>, lexopt::Error> {
        use bevy_viewfinder::source::FileSource;
        use lexopt::prelude::*;
        use viewfinder_examples::{SourceArgument, source};

        let mut arguments = Self::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("source") => match source(parser.value()?)? {
                    SourceArgument::Default => {}
                    SourceArgument::Synthetic => arguments.source = Some(TrackSource::synthetic()),
                    SourceArgument::File(path) => {
                        arguments.source = Some(TrackSource::new(FileSource::new(path)));
                    }
                    SourceArgument::Device(id) => arguments.device = Some(id),
                },
                Long("out") => arguments.folder = parser.value()?.into(),
                Short('h') | Long("help") => return Ok(None),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(arguments))
    }

    /// Reads `?source=synthetic` of the page's address.
    ///
    /// # Errors
    /// None.
    #[cfg(target_family = "wasm")]
    pub fn parse() -> Result<Option<Self>, lexopt::Error> {
        let search = web_sys::window().and_then(|window| window.location().search().ok());
        let is_synthetic = search.is_some_and(|search| search.contains("synthetic"));
        Ok(Some(Self { source: is_synthetic.then(TrackSource::synthetic), ..default() }))
    }
}
