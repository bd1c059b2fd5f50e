//! The report: what was judged, and how it came out.

use std::{collections::BTreeMap, fs, path::Path};

use bevy_viewfinder::{
    device::{Device, NativeMode},
    error::MediaError,
};
use serde::Serialize;

use crate::{
    judge::{Finding, Verdict},
    system::System,
};

/// A report, as its file has it.
#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of this format.
    pub report: u32,
    pub library: &'static str,
    pub version: &'static str,
    pub system: System,
    pub backend: &'static str,
    pub device: DeviceDescription,
    /// Whether only a few modes were judged.
    pub quick: bool,
    pub seconds: f64,
    pub verdict: Verdict,
    pub entries: Vec<Entry>,
}

/// A thing that was judged, by one or more checks.
#[derive(Serialize, Debug, Clone)]
pub struct Entry {
    pub section: Section,
    /// Its name: `640x480 at 30 Hz, Yuyv`.
    pub subject: String,
    pub findings: Vec<Finding>,
}

/// The sections of a report, in their order.
#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Section {
    Modes,
    Controls,
    Closing,
    Track,
    Unplugging,
}

impl Section {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Modes => "Modes",
            Self::Controls => "Controls",
            Self::Closing => "Closing and opening again",
            Self::Track => "In a Bevy app",
            Self::Unplugging => "Unplugging",
        }
    }
}

/// A device as it lists itself.
#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct DeviceDescription {
    pub id: String,
    pub label: String,
    pub group_id: String,
    pub facing_mode: Option<&'static str>,
    pub modes: Vec<ModeDescription>,
    /// The name of each control, and its capability.
    pub controls: BTreeMap<String, String>,
}

/// A mode that a device lists.
#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct ModeDescription {
    pub width: u32,
    pub height: u32,
    pub frame_rate: f64,
    pub format: String,
}

impl Entry {
    /// An entry.
    pub fn new(section: Section, subject: impl Into<String>, findings: Vec<Finding>) -> Self {
        Self { section, subject: subject.into(), findings }
    }

    /// Its worst verdict.
    pub fn verdict(&self) -> Verdict {
        worst(self.findings.iter().map(|finding| finding.verdict))
    }
}

/// The worst of verdicts. Nothing passes.
pub fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.max().unwrap_or(Verdict::Pass)
}

impl From<&Device> for DeviceDescription {
    fn from(device: &Device) -> Self {
        let mode = |mode: &NativeMode| ModeDescription {
            width: mode.size.x,
            height: mode.size.y,
            frame_rate: mode.frame_rate,
            format: format!("{:?}", mode.format),
        };
        Self {
            id: device.id.0.clone(),
            label: device.label.clone(),
            group_id: device.group_id.clone(),
            facing_mode: device.facing_mode.map(|facing| facing.as_str()),
            modes: device.modes.iter().map(mode).collect(),
            controls: device
                .controls
                .iter()
                .map(|(control, capability)| (control.to_string(), format!("{capability:?}")))
                .collect(),
        }
    }
}

impl Report {
    /// The report as JSON, with a line break at its end.
    ///
    /// # Errors
    /// [`ErrorName::Unknown`](bevy_viewfinder::error::ErrorName::Unknown) if it can't be JSON.
    pub fn json(&self) -> Result<String, MediaError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| MediaError::unknown(format!("the report can't be written as JSON: {error}")))?;
        Ok(text + "\n")
    }

    /// Writes the report to a file, as JSON.
    ///
    /// # Errors
    /// [`MediaError::cannot_write`].
    pub fn write(&self, path: &Path) -> Result<(), MediaError> {
        fs::write(path, self.json()?).map_err(|error| MediaError::cannot_write(path, &error))
    }
}

#[cfg(test)]
pub mod tests {
    use bevy::math::UVec2;
    use bevy_viewfinder::frame::PixelFormat;

    use super::*;

    /// A report with a good mode and a control that fails.
    pub fn report() -> Report {
        let mode = NativeMode { size: UVec2::new(640, 480), frame_rate: 30.0, format: PixelFormat::Yuyv };
        let device =
            Device { id: "a".into(), label: "Webcam".into(), modes: vec![mode], ..Device::default() };
        let good = vec![Finding::pass("opens", "within 0.10 s"), Finding::pass("rate", "30.0 Hz")];
        let bad =
            vec![Finding::pass("opens", "as ever"), Finding::fail("round trip", "7 is read back after 9")];
        Report {
            report: 1,
            library: "bevy_viewfinder",
            version: "0.1.0",
            system: System { os: "linux", architecture: "x86_64", version: String::new() },
            backend: "V4L2",
            device: (&device).into(),
            quick: true,
            seconds: 1.5,
            verdict: Verdict::Fail,
            entries: vec![
                Entry::new(Section::Modes, "640x480 at 30 Hz, Yuyv", good),
                Entry::new(Section::Controls, "brightness", bad),
            ],
        }
    }

    #[test]
    fn an_entry_has_its_worst_verdict() {
        let report = report();
        assert_eq!(report.entries[0].verdict(), Verdict::Pass);
        assert_eq!(report.entries[1].verdict(), Verdict::Fail);
        assert_eq!(worst([].into_iter()), Verdict::Pass);
    }

    #[test]
    fn the_file_has_what_a_bug_report_needs() {
        let json: serde_json::Value = serde_json::from_str(&report().json().expect("JSON")).expect("JSON");
        assert_eq!(json["verdict"], "FAIL");
        assert_eq!(json["system"]["os"], "linux");
        assert_eq!(json["device"]["modes"][0]["frameRate"], 30.0);
        assert_eq!(json["entries"][1]["section"], "controls");
        assert_eq!(json["entries"][1]["findings"][1]["reason"], "7 is read back after 9");
    }

    #[test]
    fn a_missing_folder_is_an_error_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = report().write(&folder.path().join("none/report.json")).expect_err("there is no folder");
        assert_eq!(error.name, bevy_viewfinder::error::ErrorName::NotFound);
        let path = folder.path().join("report.json");
        report().write(&path).expect("there is room");
        assert!(fs::read_to_string(path).is_ok_and(|text| text.ends_with("}\n")));
    }
}
