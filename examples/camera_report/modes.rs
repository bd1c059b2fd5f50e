//! The modes to judge.

use bevy_viewfinder::device::NativeMode;

/// The number of modes of a quick report.
const QUICK: usize = 6;

/// The least rate of a live video, in Hz. Larger modes are often slower.
const LIVE: f64 = 15.0;

/// All modes, or the few of a quick report: of each pixel format the largest mode that is fast enough for live video,
/// at its highest rate, and the smallest mode.
pub fn modes(all: &[NativeMode], quick: bool) -> Vec<NativeMode> {
    if !quick {
        return all.to_vec();
    }
    let area = |mode: &NativeMode| u64::from(mode.size.x) * u64::from(mode.size.y);
    let larger =
        |a: &&NativeMode, b: &&NativeMode| area(a).cmp(&area(b)).then(a.frame_rate.total_cmp(&b.frame_rate));
    let is_live = |mode: &NativeMode| mode.frame_rate >= LIVE;
    let better = |a: &&NativeMode, b: &&NativeMode| is_live(a).cmp(&is_live(b)).then(larger(a, b));
    let mut chosen: Vec<NativeMode> = Vec::new();
    for mode in all {
        if chosen.len() + 1 >= QUICK {
            break;
        }
        if chosen.iter().all(|chosen| chosen.format != mode.format) {
            chosen.extend(all.iter().filter(|other| other.format == mode.format).max_by(better));
        }
    }
    chosen.extend(all.iter().min_by(larger).filter(|smallest| !chosen.contains(smallest)));
    chosen
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;
    use bevy_viewfinder::frame::PixelFormat;

    use super::*;

    fn mode(width: u32, frame_rate: f64, format: PixelFormat) -> NativeMode {
        NativeMode { size: UVec2::new(width, width / 2), frame_rate, format }
    }

    #[test]
    fn a_quick_report_has_the_largest_live_mode_of_each_format_and_the_smallest() {
        let all = [
            mode(640, 30.0, PixelFormat::Yuyv),
            mode(1280, 5.0, PixelFormat::Yuyv),
            mode(320, 10.0, PixelFormat::Gray),
            mode(160, 10.0, PixelFormat::Gray),
            mode(1920, 60.0, PixelFormat::Mjpeg),
            mode(1920, 30.0, PixelFormat::Mjpeg),
        ];
        assert_eq!(modes(&all, true), [all[0], all[2], all[4], all[3]]);
        assert_eq!(modes(&all, false), all);
    }

    #[test]
    fn a_quick_report_is_short_whatever_the_device_lists() {
        let mut all: Vec<_> = PixelFormat::ALL.iter().map(|format| mode(640, 30.0, *format)).collect();
        all.push(mode(160, 30.0, all[0].format));
        assert_eq!(modes(&all, true).len(), QUICK);
        assert_eq!(modes(&all[..1], true), all[..1], "no mode twice");
        assert!(modes(&[], true).is_empty());
    }
}
