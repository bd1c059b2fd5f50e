//! A camera's own report: whether its modes open and hold their rates, its controls keep their values, its time stamps
//! rise, and closing frees it. For your own eyes, and for bug reports.
//!
//! ```text
//! cargo run --example camera_report
//! cargo run --example camera_report -- --device C920 --quick --out c920.json
//! ```

mod check;
mod choose;
mod controls;
mod judge;
mod measure;
mod modes;
mod options;
mod reopen;
mod report;
mod system;
mod table;
mod time_limit;
mod track;
mod unplug;

#[cfg(test)]
mod lying_devices;

use std::{
    env,
    io::{self, IsTerminal},
    sync::Arc,
    time::{Duration, Instant},
};

use bevy::app::AppExit;
use bevy_viewfinder::{device::Device, error::MediaError, source::Source};
use viewfinder_examples::{fail, misuse, note, print};

use check::{Extent, check};
use judge::Verdict;
use options::Options;
use report::{Entry, Report, worst};
use system::System;
use time_limit::within;

/// The longest time that listing devices may take.
const LIST: Duration = Duration::from_secs(30);

fn main() -> AppExit {
    match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => run(&options).unwrap_or_else(|error| fail(&error)),
        Ok(None) => match print(options::USAGE) {
            Ok(()) => AppExit::Success,
            Err(error) => fail(&error),
        },
        Err(error) => misuse(&format!("{error}; camera_report --help lists the options")),
    }
}

fn run(options: &Options) -> Result<AppExit, MediaError> {
    let source = options.backend.source();
    let device = match device(&source, options) {
        Ok(device) => device,
        Err(text) => {
            text.lines().for_each(note);
            return Ok(AppExit::from_code(2));
        }
    };
    let start = Instant::now();
    let shows_progress = io::stderr().is_terminal();
    let progress = |text: &str| {
        if shows_progress {
            note(text);
        }
    };
    let extent = Extent { quick: options.quick, unplug: options.unplug };
    let entries = check(&source, &device, extent, progress);
    let report = report(options, &device, entries, start.elapsed());
    print(&if options.json { report.json()? } else { table::table(&report) })?;
    if let Some(path) = options.file() {
        report.write(&path)?;
        if !options.json {
            print(&format!(
                "The same as JSON, for bug reports: {}. It has the camera's id, in which its serial number may be.\n",
                path.display()
            ))?;
        }
    }
    Ok(if report.verdict == Verdict::Fail { AppExit::from_code(1) } else { AppExit::Success })
}

/// The device to judge.
///
/// # Errors
/// Lines for a user without such a device.
fn device(source: &Arc<dyn Source>, options: &Options) -> Result<Device, String> {
    let listing = source.clone();
    let devices = match within(LIST, move || listing.devices()) {
        Ok(devices) if devices.is_empty() => return Err(system::without_camera(options.backend)),
        Ok(devices) => devices,
        Err(error) => return Err(format!("The cameras can't be listed. {error}")),
    };
    let device = choose::choose(&devices, options.device.as_deref())?;
    if devices.len() > 1 && options.device.is_none() {
        note(&format!(
            "There are {} cameras. This judges the first; --device chooses another:",
            devices.len()
        ));
        choose::list(devices.iter()).lines().for_each(note);
    }
    Ok(device.clone())
}

fn report(options: &Options, device: &Device, entries: Vec<Entry>, took: Duration) -> Report {
    Report {
        report: 1,
        library: "bevy_viewfinder",
        version: env!("CARGO_PKG_VERSION"),
        system: System::read(),
        backend: options.backend.name(),
        device: device.into(),
        quick: options.quick,
        seconds: (took.as_secs_f64() * 10.0).round() / 10.0,
        verdict: worst(entries.iter().map(Entry::verdict)),
        entries,
    }
}
