//! The rules of the selection, one by one.

use bevy::math::{UVec2, uvec2};

use crate::{
    constraint::*,
    device::{
        Control, ControlCapability, ControlSettings, ControlValue, Device, DeviceKind, FacingMode,
        NativeMode, SettingsRange,
    },
    error::{ErrorName, MediaError},
    frame::PixelFormat,
};

mod properties;

fn mode(width: u32, height: u32, frame_rate: f64) -> NativeMode {
    NativeMode { size: uvec2(width, height), frame_rate, format: PixelFormat::Yuyv }
}

fn device(id: &str, modes: impl Into<Vec<NativeMode>>) -> Device {
    Device {
        id: id.into(),
        label: format!("Camera {id}"),
        group_id: String::new(),
        modes: modes.into(),
        ..Default::default()
    }
}

/// A webcam with its largest mode first, as usual.
fn webcam() -> Device {
    let sizes = [(3840, 2160), (1920, 1080), (1280, 720), (800, 600), (640, 480), (320, 240)];
    let modes = sizes.map(|(width, height)| [mode(width, height, 30.0), mode(width, height, 15.0)]);
    device("webcam", modes.concat())
}

fn select(device: &Device, constraints: VideoConstraints) -> VideoSettings {
    select_settings(std::slice::from_ref(device), &constraints).expect("something fits")
}

fn refused(devices: &[Device], constraints: VideoConstraints) -> MediaError {
    select_settings(devices, &constraints).expect_err("nothing fits")
}

/// Size, rate and resize mode.
fn shown(settings: &VideoSettings) -> (UVec2, f64, ResizeMode) {
    (settings.size, settings.frame_rate, settings.resize_mode)
}

fn overconstrained_by(devices: &[Device], constraints: VideoConstraints) -> String {
    let error = refused(devices, constraints);
    assert_eq!(error.name, ErrorName::Overconstrained, "{error}");
    error.constraint.expect("the constraint is named").into_owned()
}

#[test]
fn without_constraints_640x480_at_30_wins() {
    let settings = select(&webcam(), VideoConstraints::new());
    assert_eq!(shown(&settings), (uvec2(640, 480), 30.0, ResizeMode::None));
    assert_eq!(settings.native, mode(640, 480, 30.0));
    assert_eq!(settings.label, "Camera webcam");
}

#[test]
fn without_constraints_the_mode_nearest_to_640x480_wins() {
    let camera = device("wide", [mode(1920, 1080, 60.0), mode(1280, 720, 60.0)]);
    assert_eq!(shown(&select(&camera, VideoConstraints::new())), (uvec2(1280, 720), 60.0, ResizeMode::None));
}

#[test]
fn among_equally_near_modes_the_faster_wins() {
    let camera = device("two", [mode(640, 480, 15.0), mode(640, 480, 60.0)]);
    assert_eq!(select(&camera, VideoConstraints::new()).frame_rate, 60.0);
}

#[test]
fn a_required_aspect_ratio_holds_for_small_sizes() {
    let camera = device("small", [mode(1280, 720, 30.0)]);
    let thumbnail = |height| VideoConstraints::new().aspect_ratio(exact(16.0 / 9.0)).height(ideal(height));
    // At a height of 47 or 48 no whole width makes 16:9 within the tolerance. At 46 it is 82.
    assert_eq!(select(&camera, thumbnail(47)).size, uvec2(82, 46));
    assert_eq!(select(&camera, thumbnail(100)).size, uvec2(178, 100));
}

/// The example of the standard's working group: its candidates are the four modes as they are, so
/// resize mode is `none`.
#[test]
fn nearest_of_four_native_modes() {
    let camera =
        device("four", [(1024, 776), (1120, 800), (1350, 1020), (1920, 1080)].map(|(w, h)| mode(w, h, 30.0)));
    let asked =
        VideoConstraints::new().width(between(1024, 1920).ideal(1280)).height(between(776, 1080).ideal(720));
    let native = select(&camera, asked.clone().resize_mode(exact(ResizeMode::None)));
    assert_eq!(native.size, uvec2(1120, 800));
    // If cropping is permitted, 1280x776 cropped from 1350x1020 is nearer: 0 + 56 / 776.
    let cropped = select(&camera, asked);
    assert_eq!((cropped.size, cropped.native.size), (uvec2(1280, 776), uvec2(1350, 1020)));
    assert_eq!(cropped.resize_mode, ResizeMode::CropAndScale);
}

#[test]
fn bare_value_prefers_in_the_basic_set() {
    let settings = select(&webcam(), VideoConstraints::new().width(1280));
    assert_eq!(shown(&settings), (uvec2(1280, 720), 30.0, ResizeMode::None));
    // Above the widest mode the widest mode wins.
    assert_eq!(select(&webcam(), VideoConstraints::new().width(100_000)).size, uvec2(3840, 2160));
}

#[test]
fn bare_value_requires_in_an_advanced_set() {
    let wide = VideoConstraintSet::new().width(1920).resize_mode(ResizeMode::None);
    assert_eq!(select(&webcam(), VideoConstraints::new().advanced(wide)).size, uvec2(1920, 1080));
}

#[test]
fn min_max_and_exact_require() {
    let wide = select(&webcam(), VideoConstraints::new().width(at_least(1000)));
    assert_eq!(shown(&wide), (uvec2(1280, 720), 30.0, ResizeMode::None));
    let flat = select(&webcam(), VideoConstraints::new().height(at_most(300)));
    assert_eq!(flat.size, uvec2(320, 240));
    let exactly = select(&webcam(), VideoConstraints::new().frame_rate(exact(15.0)));
    assert_eq!(shown(&exactly), (uvec2(640, 480), 15.0, ResizeMode::None));
}

#[test]
fn crops_and_scales_down_if_no_mode_fits() {
    let square = select(&webcam(), VideoConstraints::new().width(exact(500)).height(exact(500)));
    assert_eq!((square.size, square.resize_mode), (uvec2(500, 500), ResizeMode::CropAndScale));
    // 800x600 is nearer to that than 1280x720, and 640x480 isn't tall enough.
    assert_eq!(square.native.size, uvec2(800, 600));
}

#[test]
fn a_free_side_keeps_the_native_aspect_ratio() {
    let camera = device("one", [mode(1280, 720, 30.0)]);
    let by_width = select(&camera, VideoConstraints::new().width(at_most(800)));
    assert_eq!(by_width.size, uvec2(800, 450));
    let by_height = select(&camera, VideoConstraints::new().height(ideal(360)));
    assert_eq!(by_height.size, uvec2(640, 360));
    let by_ratio = select(&camera, VideoConstraints::new().aspect_ratio(exact(4.0 / 3.0)));
    assert_eq!(by_ratio.size, uvec2(960, 720));
    let by_both = select(&camera, VideoConstraints::new().aspect_ratio(1.0).width(ideal(500)));
    assert_eq!(by_both.size, uvec2(500, 500));
}

#[test]
fn leaves_out_frames_if_no_mode_is_slow_enough() {
    let slow = select(&webcam(), VideoConstraints::new().frame_rate(exact(10.0)));
    assert_eq!((slow.frame_rate, slow.resize_mode), (10.0, ResizeMode::CropAndScale));
    assert_eq!(slow.native, mode(640, 480, 15.0), "the fewest frames are left out");
    let capped = select(&webcam(), VideoConstraints::new().frame_rate(at_most(24.0)).width(1280));
    assert_eq!(shown(&capped).1, 24.0);
}

#[test]
fn a_slow_rate_does_not_select_a_huge_mode() {
    let camera = device("usual", [mode(3840, 2160, 15.0), mode(640, 480, 30.0)]);
    let settings = select(&camera, VideoConstraints::new().frame_rate(15));
    assert_eq!((settings.size, settings.frame_rate), (uvec2(640, 480), 15.0));
}

#[test]
fn rounding_by_a_driver_makes_no_difference() {
    let ntsc = device("ntsc", [mode(640, 480, 30_000.0 / 1001.0)]);
    let asked = |rate| VideoConstraints::new().frame_rate(exact(rate)).resize_mode(ResizeMode::None);
    assert_eq!(select(&ntsc, asked(29.97)).frame_rate, 30_000.0 / 1001.0);
    assert_eq!(overconstrained_by(&[ntsc], asked(30.0)), "frameRate");
    let hundred_nanoseconds = device("windows", [mode(640, 480, 1e7 / 333_333.0)]);
    let settings = select(&hundred_nanoseconds, VideoConstraints::new().frame_rate(exact(30.0)));
    assert_eq!(shown(&settings), (uvec2(640, 480), 1e7 / 333_333.0, ResizeMode::None));
}

#[test]
fn aspect_ratio_has_a_tolerance_of_rounding() {
    let almost = device("almost", [mode(854, 480, 30.0)]);
    for ratio in [16.0 / 9.0, 1.78, 1.7777] {
        let settings = select(&almost, VideoConstraints::new().aspect_ratio(exact(ratio)));
        assert_eq!(shown(&settings), (uvec2(854, 480), 30.0, ResizeMode::None), "{ratio}");
    }
    let native = |ratio| VideoConstraints::new().aspect_ratio(ratio).resize_mode(exact(ResizeMode::None));
    assert_eq!(overconstrained_by(&[almost], native(exact(1.75))), "aspectRatio");
}

#[test]
fn facing_mode_chooses_the_device() {
    let mut back = webcam();
    back.facing_mode = Some(FacingMode::Environment);
    let mut front = device("front", [mode(640, 480, 30.0)]);
    front.facing_mode = Some(FacingMode::User);
    let devices = [back, front];
    let choose = |constraints| select_settings(&devices, &constraints).expect("fits").device_id.0;
    assert_eq!(choose(VideoConstraints::new()), "webcam");
    assert_eq!(choose(VideoConstraints::new().facing_mode(FacingMode::User)), "front");
    assert_eq!(
        choose(VideoConstraints::new().facing_mode(exact([FacingMode::Left, FacingMode::User]))),
        "front"
    );
    assert_eq!(choose(VideoConstraints::new().facing_mode(exact(Vec::<FacingMode>::new()))), "webcam");
    assert_eq!(choose(VideoConstraints::new().facing_mode(ideal(FacingMode::Left))), "webcam");
    let left = VideoConstraints::new().facing_mode(exact(FacingMode::Left));
    let error = refused(&devices, left);
    assert_eq!(error.constraint.as_deref(), Some("facingMode"));
    assert!(
        error.message.contains("facingMode is required to be left, but the devices offer environment, user."),
        "{error}"
    );
}

#[test]
fn an_unknown_facing_mode_counts_1_and_cannot_be_required() {
    let mut front = device("front", [mode(1920, 1080, 30.0)]);
    front.facing_mode = Some(FacingMode::User);
    let devices = [webcam(), front];
    let preferred = VideoConstraints::new().facing_mode(FacingMode::User);
    assert_eq!(select_settings(&devices, &preferred).expect("fits").device_id.0, "front");
    assert_eq!(
        overconstrained_by(&devices[..1], VideoConstraints::new().facing_mode(exact(FacingMode::User))),
        "facingMode"
    );
}

#[test]
fn device_and_group_id() {
    let mut second = device("second", [mode(320, 240, 15.0)]);
    second.group_id = "dock".into();
    let devices = [webcam(), second];
    let choose = |constraints| select_settings(&devices, &constraints).expect("fits").device_id.0;
    assert_eq!(choose(VideoConstraints::new().device_id("second")), "second");
    assert_eq!(choose(VideoConstraints::new().device_id(exact(&devices[1].id))), "second");
    assert_eq!(choose(VideoConstraints::new().device_id(["third", "second"])), "second");
    assert_eq!(choose(VideoConstraints::new().device_id("third")), "webcam");
    assert_eq!(choose(VideoConstraints::new().group_id(exact("dock"))), "second");
    assert_eq!(overconstrained_by(&devices, VideoConstraints::new().device_id(exact("third"))), "deviceId");
    // An unknown group doesn't match the empty string.
    assert_eq!(overconstrained_by(&devices[..1], VideoConstraints::new().group_id(exact(""))), "groupId");
}

#[test]
fn device_order_decides_before_size() {
    let devices = [device("huge", [mode(3840, 2160, 30.0)]), webcam()];
    let choose = |constraints| select_settings(&devices, &constraints).expect("fits");
    assert_eq!(choose(VideoConstraints::new()).device_id.0, "huge");
    // Cropping less comes before that.
    assert_eq!(choose(VideoConstraints::new().width(640).height(480)).device_id.0, "webcam");
}

#[test]
fn uncompressed_before_jpeg_of_the_same_size_and_rate() {
    let jpeg = |mode| NativeMode { format: PixelFormat::Mjpeg, ..mode };
    let usb = [
        jpeg(mode(640, 480, 30.0)),
        mode(640, 480, 30.0),
        jpeg(mode(1280, 720, 30.0)),
        mode(1280, 720, 10.0),
    ];
    let camera = device("usb", usb);
    assert_eq!(select(&camera, VideoConstraints::new()).native.format, PixelFormat::Yuyv);
    // Leaving out fewer frames comes before that.
    let wide = select(&camera, VideoConstraints::new().width(1280).frame_rate(30));
    assert_eq!(wide.native, jpeg(mode(1280, 720, 30.0)));
}

#[test]
fn advanced_sets_in_order_each_as_a_whole() {
    // The first set can't be met, and the third can't be met together with the second.
    let constraints = VideoConstraints::new()
        .advanced(VideoConstraintSet::new().width(exact(5000)).frame_rate(exact(15.0)))
        .advanced(VideoConstraintSet::new().width(at_least(1900)))
        .advanced(VideoConstraintSet::new().height(at_most(1000)).aspect_ratio(16.0 / 9.0))
        .advanced(VideoConstraintSet::new().height(1080));
    let settings = select(&webcam(), constraints);
    assert_eq!(shown(&settings), (uvec2(1920, 1080), 30.0, ResizeMode::None));
}

#[test]
fn advanced_set_outweighs_the_basic_preference() {
    let constraints = VideoConstraints::new()
        .width(640)
        .height(480)
        .advanced(VideoConstraintSet::new().width(at_least(1280)).height(at_least(720)));
    assert_eq!(select(&webcam(), constraints).size, uvec2(1280, 720));
}

#[test]
fn a_preference_in_an_advanced_set_has_no_effect() {
    let constraints = VideoConstraints::new().advanced(VideoConstraintSet::new().width(ideal(1920)));
    assert_eq!(select(&webcam(), constraints).size, uvec2(640, 480));
}

#[test]
fn an_advanced_set_with_a_missing_control_is_ignored() {
    let torch = VideoConstraintSet::new().torch(true).width(1920);
    let constraints = VideoConstraints::new().zoom(2.0).pan(true).advanced(torch);
    assert_eq!(select(&webcam(), constraints).size, uvec2(640, 480));
}

#[test]
fn errors_come_in_the_order_of_get_user_media() {
    let nonsense = VideoConstraints::new().frame_rate(f64::NAN).zoom(exact(2.0));
    assert_eq!(refused(&[], nonsense).name, ErrorName::Type);
    assert_eq!(refused(&[], VideoConstraints::new().zoom(exact(2.0))).name, ErrorName::NotFound);
    let both = VideoConstraints::new().zoom(exact(2.0)).width(at_least(10_000));
    let error = refused(&[webcam()], both);
    assert_eq!(error.name, ErrorName::Type);
    assert!(error.message.contains("zoom"), "{error}");
    assert_eq!(refused(&[device("dumb", [])], VideoConstraints::new()).name, ErrorName::NotReadable);
}

#[test]
fn an_error_names_the_constraint_and_what_is_offered() {
    let camera = device("fast", [mode(640, 480, 60.0), mode(1920, 1080, 30.0)]);
    let devices = [camera];
    let error = refused(&devices, VideoConstraints::new().width(exact(1920)).frame_rate(at_least(120.0)));
    assert_eq!(error.constraint.as_deref(), Some("frameRate"));
    assert!(
        error
            .message
            .starts_with("frameRate is required to be at least 120, but the fastest mode has 60 Hz."),
        "{error}"
    );
    // Each can be met alone but not both, so the error names the one that excluded the last candidates.
    let error = refused(&devices, VideoConstraints::new().width(exact(1920)).frame_rate(at_least(59.94)));
    assert_eq!(error.constraint.as_deref(), Some("frameRate"));
    assert!(error.message.contains("the fastest mode has 30 Hz"), "{error}");
    let shapes = VideoConstraints::new().width(exact(640)).height(exact(480)).aspect_ratio(exact(1.0));
    assert_eq!(overconstrained_by(&devices, shapes), "aspectRatio");
    let small = VideoConstraints::new().width(at_most(100)).resize_mode(exact(ResizeMode::None));
    let error = refused(&devices, small);
    assert!(
        error.message.contains("width is required to be at most 100, but the narrowest mode has 640 pixels"),
        "{error}"
    );
}

#[test]
fn an_inverted_range_is_overconstrained_by_name() {
    let devices = [webcam()];
    assert_eq!(overconstrained_by(&devices, VideoConstraints::new().width(between(1000, 999))), "width");
    assert_eq!(overconstrained_by(&devices, VideoConstraints::new().height(between(2, 1))), "height");
    // Even within the tolerance of rounding.
    assert_eq!(
        overconstrained_by(&devices, VideoConstraints::new().frame_rate(between(30.0, 29.999_99))),
        "frameRate"
    );
    let ratio = VideoConstraints::new().aspect_ratio(between(1.7778, 1.7777));
    assert_eq!(overconstrained_by(&devices, ratio), "aspectRatio");
    // In an advanced set it can't be met, so the set is ignored.
    let inverted = VideoConstraintSet::new().width(between(2000, 1900));
    assert_eq!(select(&devices[0], VideoConstraints::new().advanced(inverted)).size, uvec2(640, 480));
}

#[test]
fn sizes_and_rates_of_zero_cannot_be_met() {
    let devices = [webcam()];
    assert_eq!(overconstrained_by(&devices, VideoConstraints::new().width(exact(0))), "width");
    assert_eq!(overconstrained_by(&devices, VideoConstraints::new().frame_rate(exact(0.0))), "frameRate");
    assert_eq!(overconstrained_by(&devices, VideoConstraints::new().aspect_ratio(exact(0.0))), "aspectRatio");
}

#[test]
fn invalid_modes_are_left_out() {
    let broken =
        [mode(0, 480, 30.0), mode(640, 480, f64::NAN), mode(u32::MAX, u32::MAX, 30.0), mode(640, 480, -1.0)];
    let mut modes = broken.to_vec();
    modes.push(mode(1280, 720, 30.0));
    assert_eq!(select(&device("broken", modes), VideoConstraints::new()).size, uvec2(1280, 720));
    assert_eq!(refused(&[device("broken", broken)], VideoConstraints::new()).name, ErrorName::NotReadable);
}

#[test]
fn ranks_every_mode_of_every_device_once_best_first() {
    let devices = [webcam(), device("other", [mode(1280, 720, 30.0)])];
    let constraints = VideoConstraints::new().width(1280).height(720);
    let ranked = rank_settings(&devices, &constraints).expect("fits");
    assert_eq!(ranked.len(), 13);
    assert_eq!(ranked[0], select_settings(&devices, &constraints).expect("fits"));
    assert_eq!((&*ranked[0].device_id.0, ranked[0].native), ("webcam", mode(1280, 720, 30.0)));
    assert_eq!((&*ranked[1].device_id.0, ranked[1].native), ("webcam", mode(1280, 720, 15.0)));
    assert_eq!((&*ranked[2].device_id.0, ranked[2].native), ("other", mode(1280, 720, 30.0)));
    assert!(ranked[3..5].iter().all(|settings| settings.native.size == uvec2(1920, 1080)));
}

/// A webcam with a zoom from 1 to 3 and a focus mode.
fn zooming() -> Device {
    let zoom = ControlCapability::Number(SettingsRange { min: 1.0, max: 3.0, step: 0.5 });
    let focus = ControlCapability::Modes(vec![MeteringMode::Manual, MeteringMode::Continuous]);
    Device { controls: [(Control::Zoom, zoom), (Control::FocusMode, focus)].into(), ..webcam() }
}

#[test]
fn controls_are_chosen_with_the_rest() {
    let asked = VideoConstraints::new().zoom(2.2).focus_mode(MeteringMode::Manual).torch(true);
    let settings = select(&zooming(), asked);
    let expected = [
        (Control::FocusMode, ControlValue::Mode(MeteringMode::Manual)),
        (Control::Zoom, ControlValue::Number(2.0)),
    ];
    assert_eq!(settings.controls, expected.into(), "there is no torch, and nothing is made up");
    assert_eq!(select(&zooming(), VideoConstraints::new()).controls, ControlSettings::new());
}

#[test]
fn a_device_with_the_preferred_control_wins() {
    let mut plain = webcam();
    plain.id = "plain".into();
    let devices = [plain, zooming()];
    let chosen = |constraints| select_settings(&devices, &constraints).expect("something fits").device_id;
    assert_eq!(chosen(VideoConstraints::new()), "plain".into());
    assert_eq!(chosen(VideoConstraints::new().zoom(true)), "webcam".into());
    assert_eq!(chosen(VideoConstraints::new().zoom(2.0)), "webcam".into());
    let unless = |zoom| VideoConstraints::new().advanced(VideoConstraintSet::new().zoom(zoom));
    assert_eq!(chosen(unless(at_least(2.0))), "webcam".into());
    // An advanced set that no device meets is ignored.
    assert_eq!(chosen(unless(at_least(20.0))), "plain".into());
}

#[test]
fn advanced_sets_of_controls_narrow_one_after_the_other() {
    let constraints = VideoConstraints::new()
        .zoom(3.0)
        .advanced(VideoConstraintSet::new().zoom(at_most(2.0)))
        .advanced(VideoConstraintSet::new().zoom(at_least(2.5)))
        .advanced(VideoConstraintSet::new().zoom(at_least(1.5)));
    let settings = select(&zooming(), constraints);
    assert_eq!(settings.controls[&Control::Zoom], ControlValue::Number(2.0));
}

#[test]
fn only_video_devices_are_selected() {
    let microphone = Device { kind: DeviceKind::AudioInput, ..webcam() };
    let error = refused(std::slice::from_ref(&microphone), VideoConstraints::new());
    assert_eq!(error.name, ErrorName::NotFound, "{error}");
    let camera = Device { id: "camera".into(), ..webcam() };
    let settings = select_settings(&[microphone, camera], &VideoConstraints::new()).expect("the camera");
    assert_eq!(settings.device_id, "camera".into());
}
