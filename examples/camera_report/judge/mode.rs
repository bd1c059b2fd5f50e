//! The judgment of a mode.

use bevy_viewfinder::device::NativeMode;

use super::{Finding, Measurement, frames::frames, rate::rate, time_stamps::time_stamps};

const OPENS: &str = "opens";

/// The part by which the rate of the opened mode may differ from the listed one.
const SAME_RATE: f64 = 0.01;

/// Judges a mode that the device listed, by its measurement.
pub fn mode(listed: &NativeMode, measurement: &Measurement) -> Vec<Finding> {
    let mut findings = vec![opens(listed, measurement), frames(measurement)];
    if measurement.first_frame.is_some() {
        findings.push(rate(measurement.opened.frame_rate, &measurement.samples));
        findings.push(time_stamps(&measurement.samples));
    }
    findings
}

/// Whether the device runs in the mode that it listed.
fn opens(listed: &NativeMode, measurement: &Measurement) -> Finding {
    let opened = &measurement.opened;
    if (opened.size, opened.format) != (listed.size, listed.format) {
        return Finding::fail(OPENS, format!("it runs at {} instead", name(opened)));
    }
    if (opened.frame_rate / listed.frame_rate - 1.0).abs() > SAME_RATE {
        return Finding::warn(OPENS, format!("it says that it runs at {} instead", name(opened)));
    }
    Finding::pass(OPENS, format!("within {:.2} s", measurement.opening))
}

/// The name of a mode: `640x480 at 30 Hz, Yuyv`.
pub fn name(mode: &NativeMode) -> String {
    // Rates of NTSC have decimals, others needn't show them.
    let rate = (mode.frame_rate * 100.0).round() / 100.0;
    format!("{}x{} at {rate} Hz, {:?}", mode.size.x, mode.size.y, mode.format)
}

#[cfg(test)]
pub mod tests {
    use bevy::math::UVec2;
    use bevy_viewfinder::frame::PixelFormat;

    use super::*;
    use crate::judge::{Sample, Verdict};

    const MODE: NativeMode =
        NativeMode { size: UVec2::new(640, 480), frame_rate: 30.0, format: PixelFormat::Yuyv };

    /// The measurement of a good mode.
    pub fn measurement() -> Measurement {
        let sample = |index: u32| {
            let arrived = f64::from(index) / 30.0 + 0.5;
            Sample { sequence: index.into(), captured: arrived - 0.02, arrived }
        };
        Measurement {
            opened: MODE,
            opening: 0.1,
            first_frame: Some(0.3),
            samples: (0..30).map(sample).collect(),
            good: 40,
            corrupt: (0, None),
            foreign: None,
            is_one_color: false,
            is_muted: false,
            end: None,
        }
    }

    #[test]
    fn a_good_mode_passes_all_checks() {
        let findings = mode(&MODE, &measurement());
        let checks: Vec<_> = findings.iter().map(|finding| finding.check).collect();
        assert_eq!(checks, ["opens", "frames", "rate", "time stamps"]);
        assert!(findings.iter().all(|finding| finding.verdict == Verdict::Pass), "{findings:?}");
    }

    #[test]
    fn another_mode_than_the_listed_one_fails_and_another_rate_is_a_flaw() {
        let verdict = |opened| opens(&MODE, &Measurement { opened, ..measurement() }).verdict;
        assert_eq!(verdict(NativeMode { size: UVec2::new(320, 240), ..MODE }), Verdict::Fail);
        assert_eq!(verdict(NativeMode { format: PixelFormat::Nv12, ..MODE }), Verdict::Fail);
        assert_eq!(verdict(NativeMode { frame_rate: 25.0, ..MODE }), Verdict::Warn);
        assert_eq!(verdict(NativeMode { frame_rate: 30_000.0 / 1_001.0, ..MODE }), Verdict::Pass);
    }

    #[test]
    fn without_frames_there_is_no_rate_to_judge() {
        let silent = Measurement { first_frame: None, samples: vec![], good: 0, ..measurement() };
        let checks: Vec<_> = mode(&MODE, &silent).iter().map(|finding| finding.check).collect();
        assert_eq!(checks, ["opens", "frames"]);
    }

    #[test]
    fn names_show_decimals_only_where_there_are_some() {
        assert_eq!(name(&MODE), "640x480 at 30 Hz, Yuyv");
        let ntsc = NativeMode { frame_rate: 30_000.0 / 1_001.0, ..MODE };
        assert_eq!(name(&ntsc), "640x480 at 29.97 Hz, Yuyv");
    }
}
