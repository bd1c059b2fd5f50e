//! The device is unplugged and plugged in again, by the user.

use std::{sync::Arc, time::Duration};

use bevy_viewfinder::{device::DeviceId, error::ErrorName, prelude::*, source::Source};
use viewfinder_examples::note;

use crate::{judge::Finding, time_limit::within, track::TrackApp};

/// The time that the user has for each step.
const USER: Duration = Duration::from_secs(60);

/// The longest time that listing devices may take.
const LIST: Duration = Duration::from_secs(15);

const ENDS: &str = "unplugging ends the track";
const LEAVES: &str = "it leaves the list";
const RETURNS: &str = "it returns";

/// Asks the user, and judges what the track reports.
pub fn unplug(source: &Arc<dyn Source>, device: &DeviceId) -> Vec<Finding> {
    let mut app = TrackApp::start(source.clone(), &device.0, AutoReconnect);
    if let Err(finding) = app.until_frames(ENDS, 1) {
        return vec![finding];
    }
    note(&format!("Unplug the camera now. You have {} s.", USER.as_secs()));
    let Some(error) = app.until(USER, |app| app.events().ended.clone()) else {
        return vec![Finding::warn(ENDS, "not judged: the track went on, so the camera wasn't unplugged")];
    };
    let mut findings = vec![ends(error.as_ref()), leaves(source, device)];
    note(&format!("Plug it in again, in the same port. You have {} s.", USER.as_secs()));
    app.forget_end();
    let returned =
        app.until(USER, |app| (app.events().live > 1 || app.events().failed.is_some()).then_some(()));
    findings.push(match returned.map(|()| app.until_frames(RETURNS, 2)) {
        None => Finding::fail(RETURNS, format!("the track isn't live again after {} s", USER.as_secs())),
        Some(Err(finding)) => finding,
        Some(Ok(_)) => Finding::pass(RETURNS, "the track is live again, and receives frames"),
    });
    findings
}

fn ends(error: Option<&MediaError>) -> Finding {
    match error {
        Some(error) if error.name == ErrorName::NotFound => Finding::pass(ENDS, error.to_string()),
        Some(error) => Finding::warn(ENDS, format!("with another error than NotFoundError: {error}")),
        None => Finding::warn(ENDS, "without an error"),
    }
}

fn leaves(source: &Arc<dyn Source>, device: &DeviceId) -> Finding {
    let source = source.clone();
    match within(LIST, move || source.devices()) {
        Ok(devices) if devices.iter().any(|listed| listed.id == *device) => {
            Finding::warn(LEAVES, "it is still listed")
        }
        Ok(_) => Finding::pass(LEAVES, ""),
        // Some backends fail when there is no camera at all.
        Err(error) => Finding::warn(LEAVES, error.to_string()),
    }
}
