//! The fence over the cameras of the bug reports.

use super::*;
use crate::{Color, RateRange};

/// A format of macOS.
fn mac(code: &[u8; 4], size: (u32, u32), rates: &[(f64, f64)]) -> Format {
    Format {
        index: 0,
        code: PixelCode::OsType(u32::from_be_bytes(*code)),
        width: size.0,
        height: size.1,
        rates: rates.iter().map(|(min, max)| RateRange::new(*min, *max)).collect(),
        color: Color::default(),
        stride: None,
    }
}

/// Formats of Windows: one media type for each rate.
fn win(code: PixelCode, size: (u32, u32), rates: &[f64]) -> Vec<Format> {
    let one = |rate: &f64| Format { code, ..mac(b"none", size, &[(*rate, *rate)]) };
    rates.iter().map(one).collect()
}

fn camera(name: &str, formats: Vec<Format>) -> Camera {
    Camera { formats, ..Camera::new("id", name) }
}

fn on_mac(name: &str, formats: Vec<Format>) -> Option<Trouble> {
    nokhwa_trouble(System::MacOs, &camera(name, formats))
}

fn on_windows(name: &str, formats: Vec<Format>) -> Option<Trouble> {
    nokhwa_trouble(System::Windows, &camera(name, formats))
}

/// Discrete rates, as cameras of USB list them: each is a range of one.
fn each(rates: &[f64]) -> Vec<(f64, f64)> {
    rates.iter().map(|rate| (*rate, *rate)).collect()
}

const HD: (u32, u32) = (1280, 720);
const FULL_HD: (u32, u32) = (1920, 1080);
const VGA: (u32, u32) = (640, 480);

/// nokhwa#247: "cameras that expose more than one `AVCaptureDeviceFormat` at the same resolution - which includes most
/// Logitech UVC webcams (420v + MJPEG variants per resolution)". The pixels of the last one are slow at this size.
#[test]
fn nokhwa_247_a_logitech_with_two_formats_at_one_size_aborts() {
    let rates = each(&[30.0, 24.0, 20.0, 15.0, 10.0, 7.5, 5.0]);
    let formats = vec![
        mac(b"420v", VGA, &rates),
        mac(b"420v", FULL_HD, &rates),
        mac(b"yuvs", VGA, &rates),
        mac(b"yuvs", FULL_HD, &each(&[5.0])),
    ];
    let trouble = on_mac("HD Pro Webcam C920", formats);
    assert_eq!(trouble, Some(Trouble::Abort { width: 1920, height: 1080, rate: 30 }));
    let text = trouble.map(|trouble| trouble.to_string()).unwrap_or_default();
    assert!(text.contains("nokhwa#247") && text.contains("end the process"), "{text}");
}

/// nokhwa#249: "a UVC camera exposing 720p at both 30fps and 5fps".
#[test]
fn nokhwa_249_720p_at_30_and_at_5_aborts() {
    let formats = vec![mac(b"420v", HD, &[(30.0, 30.0)]), mac(b"yuvs", HD, &[(5.0, 5.0)])];
    assert_eq!(on_mac("UVC", formats), Some(Trouble::Abort { width: 1280, height: 720, rate: 30 }));
    let other = vec![mac(b"yuvs", HD, &[(5.0, 5.0)]), mac(b"yuvs", HD, &[(30.0, 30.0)])];
    assert_eq!(on_mac("UVC", other), Some(Trouble::Abort { width: 1280, height: 720, rate: 5 }));
}

/// nokhwa#246: "2K resolution at 2 FPS": the large sizes have one format, the small ones two with the same rates.
#[test]
fn nokhwa_246_the_same_rates_in_two_formats_are_another_mode() {
    let rates = each(&[15.0, 30.0]);
    let formats =
        vec![mac(b"yuvs", VGA, &rates), mac(b"yuvs", (2304, 1536), &each(&[2.0])), mac(b"yuvs", VGA, &rates)];
    assert_eq!(on_mac("webcam", formats), Some(Trouble::OtherMode { width: 640, height: 480 }));
}

/// nokhwa#204: the built-in camera of a MacBook Pro M2, "1920x1080@15FPS, YUYV Format: Not Found/Rejected/Unsupported".
#[test]
fn nokhwa_204_a_rate_that_is_listed_is_refused() {
    let range = [(15.0, 30.0)];
    let formats = vec![mac(b"420v", FULL_HD, &range), mac(b"420v", HD, &range), mac(b"420v", VGA, &range)];
    assert_eq!(
        on_mac("FaceTime HD Camera", formats),
        Some(Trouble::RefusedRate { width: 1920, height: 1080, rate: 15 })
    );
}

/// nokhwa#51 and nokhwa#193: `875704438`, which is 420v, is taken for YUYV. nokhwa#246: 420f and x420 are too.
#[test]
fn nokhwa_193_4_2_0_is_mislabeled() {
    for code in [b"420v", b"420f", b"x420", b"2vuy"] {
        let trouble = on_mac("FaceTime HD Camera", vec![mac(code, HD, &[(1.0, 30.0)])]);
        let expected = PixelCode::OsType(u32::from_be_bytes(*code));
        assert_eq!(trouble, Some(Trouble::Mislabeled { code: expected, label: "YUYV" }));
    }
}

/// nokhwa#195: "MacOS cameras use BGRA on the latest MacOS release". OBS's virtual camera sends it (obs-studio#9543).
#[test]
fn nokhwa_195_bgra_fails_the_whole_list() {
    let formats = vec![mac(b"yuvs", HD, &[(30.0, 30.0)]), mac(b"BGRA", FULL_HD, &[(60.0, 60.0)])];
    let code = PixelCode::OsType(u32::from_be_bytes(*b"BGRA"));
    assert_eq!(on_mac("OBS Virtual Camera", formats), Some(Trouble::UnknownFormat(code)));
}

#[test]
fn compressed_formats_abort_on_macos() {
    let code = PixelCode::OsType(u32::from_be_bytes(*b"dmb1"));
    assert_eq!(on_mac("UVC", vec![mac(b"dmb1", HD, &[(30.0, 30.0)])]), Some(Trouble::AbortCompressed(code)));
}

#[test]
fn a_simple_camera_of_macos_is_clear() {
    let simple = vec![
        mac(b"yuvs", HD, &[(1.0, 30.0)]),
        mac(b"yuvs", VGA, &[(30.0, 30.0)]),
        // An iMac of 2013: within the tolerance of nokhwa.
        mac(b"yuvs", FULL_HD, &[(29.97, 29.97)]),
    ];
    assert_eq!(on_mac("USB 2.0 Camera", simple), None);
    let several = vec![mac(b"yuvs", HD, &each(&[15.0, 30.0]))];
    assert_eq!(
        on_mac("USB 2.0 Camera", several),
        Some(Trouble::OtherMode { width: 1280, height: 720 }),
        "opening sets the highest rate"
    );
}

/// nokhwa#101: "Nokhwa hangs during camera init on windows with the Cam Link 4k".
#[test]
fn nokhwa_101_a_cam_link_hangs() {
    let formats = win(PixelCode::four_cc(*b"YUY2"), FULL_HD, &[60.0]);
    assert_eq!(on_windows("Cam Link 4K", formats), Some(Trouble::Hang));
}

/// nokhwa#101: the C920 hung up to 0.10.4, because an index didn't advance. It does in 0.10.11.
#[test]
fn nokhwa_101_a_c920_is_clear_on_windows_since_its_index_advances() {
    let rates = [30.0, 24.0, 20.0, 15.0, 10.0, 7.5, 5.0];
    let formats = [
        win(PixelCode::four_cc(*b"YUY2"), VGA, &rates),
        win(PixelCode::four_cc(*b"H264"), FULL_HD, &rates),
        win(PixelCode::four_cc(*b"MJPG"), FULL_HD, &rates),
    ];
    assert_eq!(on_windows("HD Pro Webcam C920", formats.concat()), None);
}

/// HyperHDR#1421: the list of a Logitech BRIO through Media Foundation.
#[test]
fn a_brio_is_clear_on_windows_unless_its_color_is_another() {
    let rates = [30.0, 24.0, 20.0, 15.0, 10.0, 7.5, 5.0];
    let mut formats = [
        win(PixelCode::four_cc(*b"NV12"), (848, 480), &rates),
        win(PixelCode::four_cc(*b"MJPG"), (848, 480), &rates),
        win(PixelCode::four_cc(*b"NV12"), (800, 600), &[10.0, 7.5, 5.0]),
        win(PixelCode::four_cc(*b"MJPG"), (800, 600), &[10.0, 7.5, 5.0]),
    ]
    .concat();
    assert_eq!(on_windows("Logitech BRIO", formats.clone()), None);
    formats[0].color.matrix = Some(Matrix::Bt709);
    let nv12 = PixelCode::four_cc(*b"NV12");
    assert_eq!(on_windows("Logitech BRIO", formats.clone()), Some(Trouble::WrongColor(nv12)));
    formats[0].color = Color { range: Some(ColorRange::Full), ..Color::default() };
    assert_eq!(on_windows("Logitech BRIO", formats.clone()), Some(Trouble::WrongColor(nv12)));
    formats[0].color =
        Color { matrix: Some(Matrix::Bt601), range: Some(ColorRange::Limited), primaries: None };
    assert_eq!(on_windows("Logitech BRIO", formats), None);
}

/// PowerToys#14223: a camera whose media types are all H.264.
#[test]
fn a_camera_without_a_known_format_is_not_opened_by_nokhwa() {
    let h264 = PixelCode::four_cc(*b"H264");
    assert_eq!(on_windows("webcam product", win(h264, HD, &[30.0])), Some(Trouble::UnknownFormat(h264)));
    assert_eq!(on_windows("busy", vec![]), Some(Trouble::NoFormats));
}

#[test]
fn rows_from_the_lowest_up_are_upside_down() {
    let rgb = PixelCode::direct3d(20);
    let mut formats = win(rgb, VGA, &[30.0]);
    formats[0].stride = Some(-1920);
    assert_eq!(on_windows("OBS", formats.clone()), Some(Trouble::UpsideDown(rgb)));
    formats[0].stride = Some(1920);
    assert_eq!(on_windows("OBS", formats), None);
}
