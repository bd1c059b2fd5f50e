//! Prints the cameras of this machine with their formats, for reports:
//! `cargo run -p viewfinder-cameras --example list`, on Linux with `--features pipewire`. With `--frames` it opens each
//! one for a moment.

use std::{
    env,
    time::{Duration, Instant},
};

use viewfinder_cameras::{
    Camera, Error, Event, Format, Selection, System, list, nokhwa_trouble, open, permission,
    request_permission,
};

fn main() -> Result<(), Error> {
    let frames = env::args().any(|argument| argument == "--frames");
    println!("permission: {:?}", permission());
    if frames {
        // On Linux the portal shows no camera before the user has answered.
        request_permission()?;
    }
    for camera in list()? {
        println!("\n{} ({})", camera.name, camera.id);
        println!("  model {:?}, {:?}, position {:?}", camera.model, camera.transport, camera.position);
        for format in &camera.formats {
            print_format(format);
        }
        if let Some(system) = System::this() {
            match nokhwa_trouble(system, &camera) {
                Some(trouble) => println!("  {trouble}"),
                None => println!("  nothing is known against nokhwa"),
            }
        }
        if frames && let Err(error) = read_frames(&camera) {
            println!("  {error}");
        }
    }
    Ok(())
}

fn print_format(format: &Format) {
    let rates: Vec<String> = format
        .rates
        .iter()
        .map(|range| match range.max - range.min {
            width if width < 1e-3 => format!("{:.3}", range.max),
            _ => format!("{:.3} to {:.3}", range.min, range.max),
        })
        .collect();
    println!(
        "  {}: {} {}x{} at {} Hz, {:?}, stride {:?}",
        format.index,
        format.code,
        format.width,
        format.height,
        rates.join(", "),
        format.color,
        format.stride
    );
}

/// Reads frames of the first format for two seconds.
fn read_frames(camera: &Camera) -> Result<(), Error> {
    let Some(range) = camera.formats.first().and_then(|format| format.rates.first()) else {
        return Ok(());
    };
    let mut stream = open(camera, &Selection { format: 0, range: 0, rate: range.max })?;
    println!("  controls: {:?}", stream.controls());
    let end = Instant::now() + Duration::from_secs(2);
    let mut count = 0;
    while Instant::now() < end {
        let event = stream.next(Duration::from_millis(100), |frame| {
            let planes: Vec<_> = frame.planes.iter().map(|plane| (plane.bytes.len(), plane.stride)).collect();
            format!("{} {}x{}, planes {planes:?}, age {:?}", frame.code, frame.width, frame.height, frame.age)
        })?;
        match event {
            Event::Frame(description) => {
                if count == 0 {
                    println!("  {description}");
                }
                count += 1;
            }
            Event::Pending => {}
            other => println!("  {other:?}"),
        }
    }
    println!("  {count} frames in two seconds");
    Ok(())
}
