//! Prints the frames of a camera: `cargo run -p viewfinder-rtsp --example frames -- rtsp://user:password@camera/path`.

use std::{env, process::ExitCode, time::Duration};

use viewfinder_rtsp::{Camera, Error, Event, Options};

fn main() -> ExitCode {
    let Some(url) = env::args().nth(1) else {
        eprintln!("usage: frames rtsp://user:password@camera/path");
        return ExitCode::FAILURE;
    };
    match print_frames(&Options::new(url)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print_frames(options: &Options) -> Result<(), Error> {
    let mut camera = Camera::connect(options, &|| true)?;
    println!("{:?}", camera.info());
    loop {
        match camera.next(Duration::from_secs(1))? {
            Event::Frame(frame) => println!("{frame:?}"),
            Event::Corrupt(error) => println!("{error}"),
            Event::Ended => return Ok(()),
            _ => println!("no frame for a second"),
        }
    }
}
