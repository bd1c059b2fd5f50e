//! The course of a report: each check after the other, each with a time limit.

use std::{sync::Arc, time::Duration};

use bevy_viewfinder::{
    device::{Device, NativeMode},
    error::MediaError,
    source::Source,
};

use crate::{
    controls,
    judge::{self, Finding},
    measure, reopen,
    report::{Entry, Section},
    time_limit::{CallError, within},
    track, unplug,
};

/// The number of times that a device is opened again.
const REOPENED: u32 = 3;

/// The extent of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// A few modes in place of all.
    pub quick: bool,
    /// Whether the user is asked to unplug the device.
    pub unplug: bool,
}

/// Judges a device. `progress` is told what comes next.
pub fn check(
    source: &Arc<dyn Source>,
    device: &Device,
    extent: Extent,
    mut progress: impl FnMut(&str),
) -> Vec<Entry> {
    let mut course = Course { source, device, entries: Vec::new(), hangs: false };
    let modes = crate::modes::modes(&device.modes, extent.quick);
    if modes.is_empty() {
        let finding =
            Finding::fail("lists modes", "the device lists no mode in a format that the library knows");
        return vec![Entry::new(Section::Modes, "none", vec![finding])];
    }
    for (number, mode) in (1..).zip(&modes) {
        let name = judge::name(mode);
        progress(&format!("mode {number} of {}: {name}", modes.len()));
        course.mode(name, mode);
        if course.hangs {
            // The device can't be used any more.
            return course.entries;
        }
    }
    let mode = usual(&modes);
    progress("controls");
    course.controls(mode);
    progress("closing and opening again");
    course.reopening(mode);
    progress("a track in an app");
    course.add(Section::Track, "track", || track::track(source.clone(), &device.id.0));
    if extent.unplug {
        course.add(Section::Unplugging, "track", || unplug::unplug(source, &device.id));
    }
    course.entries
}

/// The mode nearest to 640x480 at 30 Hz, which is easy for a device.
fn usual(modes: &[NativeMode]) -> NativeMode {
    let distance = |mode: &&NativeMode| {
        let area = f64::from(mode.size.x) * f64::from(mode.size.y);
        (area / (640.0 * 480.0)).ln().abs() + (mode.frame_rate / 30.0).ln().abs()
    };
    let nearest = modes.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    // There is one.
    *nearest.unwrap_or(&modes[0])
}

struct Course<'a> {
    source: &'a Arc<dyn Source>,
    device: &'a Device,
    entries: Vec<Entry>,
    /// A call didn't return: the device can't be used any more.
    hangs: bool,
}

impl Course<'_> {
    /// Adds an entry, unless the driver hangs.
    fn add(&mut self, section: Section, subject: impl Into<String>, judge: impl FnOnce() -> Vec<Finding>) {
        if !self.hangs {
            self.entries.push(Entry::new(section, subject, judge()));
        }
    }

    /// The result of a call within a time limit. `None` if an earlier one hangs.
    fn call<T: Send + 'static>(
        &mut self,
        limit: Duration,
        call: impl FnOnce(&dyn Source, &Device) -> Result<T, MediaError> + Send + 'static,
    ) -> Option<Result<T, CallError>> {
        if self.hangs {
            return None;
        }
        let (source, device) = (self.source.clone(), self.device.clone());
        let result = within(limit, move || call(&*source, &device));
        self.hangs = matches!(result, Err(CallError::Hangs(_)));
        Some(result)
    }

    fn mode(&mut self, name: String, mode: &NativeMode) {
        let listed = *mode;
        let limit = measure::limit(mode);
        let result = self.call(limit, move |source, device| measure::measure(source, &device.id, &listed));
        let findings = match result {
            Some(Ok(measurement)) => judge::mode(mode, &measurement),
            Some(Err(error)) => vec![Finding::fail("opens", error.to_string())],
            None => return,
        };
        self.entries.push(Entry::new(Section::Modes, name, findings));
    }

    fn controls(&mut self, mode: NativeMode) {
        let runs = self
            .call(controls::LIMIT, move |source, device| controls::try_controls(source, &device.id, &mode));
        match runs {
            Some(Ok(runs)) => {
                let entries = runs
                    .iter()
                    .map(|run| Entry::new(Section::Controls, run.control.as_str(), judge::control(run)));
                self.entries.extend(entries);
            }
            Some(Err(error)) => {
                let finding = Finding::fail("opens", error.to_string());
                self.entries.push(Entry::new(Section::Controls, "all", vec![finding]));
            }
            None => {}
        }
    }

    fn reopening(&mut self, mode: NativeMode) {
        let finding = self.call(reopen::LIMIT, move |source, device| {
            Ok(reopen::reopen(source, &device.id, &mode, REOPENED))
        });
        let finding = match finding {
            Some(Ok(finding)) => finding,
            Some(Err(error)) => Finding::fail("opens again", error.to_string()),
            None => return,
        };
        self.entries.push(Entry::new(Section::Closing, judge::name(&mode), vec![finding]));
    }
}
