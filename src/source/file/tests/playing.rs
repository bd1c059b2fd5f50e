//! Whole files.

use std::time::Duration;

use bevy::math::UVec2;

use super::ffmpeg::{Files, check, open, play, play_on, source};
use crate::{
    error::ErrorName,
    frame::{ColorRange, MatrixCoefficients, Rotation},
    source::file::demux::{Crop, VideoCodec},
};

const VP8: &str = "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 400k -g 15";
const VP9: &str = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 400k -g 15";
const H264: &str = "-c:v libx264 -preset veryfast -g 15";
/// A second input with sound, for the same duration as 40 frames.
const SOUND: &str = "-f lavfi -i sine=duration=1.3 -map 0:v -map 1:a";

/// The arguments for a file of 40 frames.
fn frames(options: &str, name: &str) -> String {
    format!("{} {options} {name}", source(40))
}

#[test]
fn webm_of_ffmpeg_is_read_as_by_ffmpeg() {
    let files = Files::new();
    for (options, name) in [
        (VP8.to_owned(), "vp8.webm"),
        (VP9.to_owned(), "vp9.webm"),
        // Alternate reference frames, which aren't shown.
        ("-c:v libvpx -b:v 300k -auto-alt-ref 1 -lag-in-frames 16 -g 30".to_owned(), "hidden.webm"),
        (
            "-c:v libvpx-vp9 -cpu-used 8 -b:v 300k -auto-alt-ref 1 -lag-in-frames 16".to_owned(),
            "hidden9.webm",
        ),
        (format!("{VP8} -f webm -live 1"), "live.webm"),
        (format!("{VP9} -cluster_time_limit 100"), "clusters.webm"),
    ] {
        let played = check(&files.make(&frames(&options, name)));
        assert_eq!(played.info.coded_size, UVec2::new(320, 180), "{name}");
        assert_eq!(played.info.duration.is_some(), name != "live.webm", "{name}");
    }
    let with_sound = source(40).replace(" -frames:v", &format!(" {SOUND} -frames:v"));
    check(&files.make(&format!("{with_sound} {VP8} -c:a libopus sound.webm")));
    let odd = source(20).replace("320x180", "321x181");
    check(&files.make(&format!("{odd} {VP9} odd.webm")));
}

#[test]
fn matroska_of_ffmpeg_is_read_as_by_ffmpeg() {
    let files = Files::new();
    for (options, name) in [
        (format!("{H264} -bf 0"), "plain.mkv"),
        (format!("{H264} -bf 2"), "reordered.mkv"),
        (format!("{H264} -bf 3 -x264-params b-pyramid=normal:open-gop=1"), "pyramid.mkv"),
        (format!("{H264} -profile:v baseline"), "baseline.mkv"),
        (format!("{H264} -bf 2 -x264-params slices=4"), "slices.mkv"),
        ("-c:v mjpeg -q:v 3".to_owned(), "jpeg.mkv"),
    ] {
        let played = check(&files.make(&frames(&options, name)));
        let codec = if name == "jpeg.mkv" { VideoCodec::Mjpeg } else { VideoCodec::H264 };
        assert_eq!((played.info.codec, played.info.coded_size), (codec, UVec2::new(320, 180)), "{name}");
    }
}

#[test]
fn mp4_of_ffmpeg_is_read_as_by_ffmpeg() {
    let files = Files::new();
    for (options, name) in [
        (format!("{H264} -bf 0"), "plain.mp4"),
        (format!("{H264} -bf 2"), "reordered.mp4"),
        (format!("{H264} -bf 3 -x264-params b-pyramid=normal:open-gop=1"), "pyramid.mp4"),
        (format!("{H264} -bf 2 -use_editlist 0"), "unedited.mp4"),
        (format!("{H264} -bf 2 -movflags +faststart"), "start.mp4"),
        (format!("{H264} -bf 2 -movflags +negative_cts_offsets"), "negative.mp4"),
        (format!("{H264} -bf 2 -movflags +frag_keyframe+empty_moov"), "fragments.mp4"),
        (format!("{H264} -bf 2 -movflags +frag_keyframe+empty_moov+default_base_moof"), "base.mp4"),
        // The first samples are in the `moov`.
        (format!("{H264} -bf 2 -movflags +frag_keyframe"), "mixed.mp4"),
        (format!("{H264} -bf 2 -movflags +dash+delay_moov -frag_duration 200000"), "dash.mp4"),
        (format!("{H264} -bf 2"), "reordered.mov"),
        ("-c:v mjpeg -q:v 3".to_owned(), "jpeg.mov"),
        ("-c:v mjpeg -q:v 3".to_owned(), "jpeg.mp4"),
    ] {
        let played = check(&files.make(&frames(&options, name)));
        assert_eq!(played.info.coded_size, UVec2::new(320, 180), "{name}");
        assert_eq!(played.info.rotation, Rotation::None, "{name}");
        let is_live = options.contains("empty_moov") || name == "dash.mp4" || name == "mixed.mp4";
        assert_eq!(played.info.duration.is_some(), !is_live, "{name}");
        if let Some(duration) = played.info.duration {
            assert!(
                duration.abs_diff(Duration::from_millis(1333)) < Duration::from_millis(80),
                "{duration:?}"
            );
        }
    }
    let with_sound = source(40).replace(" -frames:v", &format!(" {SOUND} -frames:v"));
    for flags in ["", "-movflags +frag_keyframe+empty_moov", "-movflags +frag_keyframe+omit_tfhd_offset"] {
        check(&files.make(&format!("{with_sound} {H264} -c:a aac {flags} sound.mp4")));
    }
}

#[test]
fn vp9_in_mp4_is_read_as_by_ffmpeg() {
    let files = Files::new();
    check(&files.make(&frames(VP9, "vp9.mp4")));
    check(&files.make(&frames(&format!("{VP9} -movflags +frag_keyframe+empty_moov"), "fragments.mp4")));
}

#[test]
fn an_edit_list_hides_the_frames_before_its_start() {
    let files = Files::new();
    for (options, from) in [("-bf 0", "0.7"), ("-bf 2", "0.7"), ("-bf 2", "0.9")] {
        files.make(&frames(&format!("{H264} {options}"), "whole.mp4"));
        let trimmed = files.make(&format!("-ss {from} -i @whole.mp4 -c copy trimmed.mp4"));
        let played = check(&trimmed);
        assert!(played.pictures.len() < 30 && played.pictures[0].0 < Duration::from_millis(40), "{from}");
    }
    // A delay before the first frame.
    files.make(&frames(&format!("{H264} -bf 2"), "whole.mp4"));
    let delayed =
        files.make("-itsoffset 0.5 -i @whole.mp4 -f lavfi -i sine=duration=2 -c:v copy -c:a aac late.mp4");
    assert_eq!(check(&delayed).pictures[0].0, Duration::from_millis(500));
}

#[test]
fn rotations_and_colors_of_mp4_reach_the_description() {
    let files = Files::new();
    let color = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";
    files.make(&frames(&format!("{H264} {color} -movflags +write_colr"), "whole.mp4"));
    // Here ffmpeg counts anticlockwise.
    for (degrees, expected) in [
        (0, Rotation::None),
        (90, Rotation::Clockwise270),
        (180, Rotation::Clockwise180),
        (270, Rotation::Clockwise90),
    ] {
        let rotated =
            files.make(&format!("-i @whole.mp4 -c copy -metadata:s:v:0 rotate={degrees} rotated.mp4"));
        let info = open(&rotated).expect("a good file").info().clone();
        assert_eq!(info.rotation, expected, "{degrees}");
        assert_eq!(info.color.matrix, Some(MatrixCoefficients::Bt709));
        assert_eq!(info.color.range, Some(ColorRange::Limited));
    }
}

#[test]
fn colors_and_crops_reach_the_description() {
    let files = Files::new();
    let path = files.make(&frames(&format!("{H264} -colorspace bt709 -color_range pc"), "color.mkv"));
    let info = open(&path).expect("a good file").info().clone();
    assert_eq!(info.color.matrix, Some(MatrixCoefficients::Bt709));
    assert_eq!(info.color.range, Some(ColorRange::Full));
    assert_eq!(info.crop, Crop::default());
    assert_eq!(info.rotation, Rotation::None);
}

#[test]
fn codecs_that_are_not_supported_are_named() {
    let files = Files::new();
    for (options, name, codec) in [
        ("-c:v libx265 -x265-params log-level=error", "h265.mkv", "H.265 (HEVC)"),
        ("-c:v libx265 -x265-params log-level=error", "h265.mp4", "H.265 (HEVC)"),
        ("-c:v mpeg4", "mpeg4.mkv", "MPEG-4 Part 2"),
        ("-c:v mpeg4", "mpeg4.mp4", "MPEG-4 Part 2"),
        ("-c:v prores", "prores.mov", "ProRes"),
        ("-c:v ffv1", "ffv1.mkv", "FFV1"),
        ("-c:v libx264 -pix_fmt yuv420p10le", "deep.mkv", "more than 8 bits"),
        ("-c:v libx264 -flags +ildct", "interlaced.mkv", "interlaced"),
    ] {
        let error = play(&files.make(&format!("{} {options} {name}", source(5)))).expect_err(name);
        assert_eq!(error.name, ErrorName::NotSupported, "{error}");
        assert!(error.message.contains(codec), "{error}");
    }
}

#[test]
fn seeking_goes_to_the_key_frame_at_or_before_a_time() {
    let files = Files::new();
    let cluster = "-cluster_time_limit 200";
    for (options, name) in [
        (format!("{VP8} {cluster}"), "cues.webm"),
        (format!("{VP8} -f webm -live 1"), "live.webm"),
        (format!("{H264} -bf 2 -x264-params scenecut=0 {cluster}"), "cues.mkv"),
        ("-c:v mjpeg".to_owned(), "jpeg.mkv"),
        (format!("{H264} -bf 2 -x264-params scenecut=0"), "table.mp4"),
        (
            format!("{H264} -bf 2 -x264-params scenecut=0 -movflags +frag_keyframe+empty_moov"),
            "fragments.mp4",
        ),
        (format!("{H264} -bf 2 -x264-params scenecut=0 -movflags +frag_keyframe"), "mixed.mp4"),
        ("-c:v mjpeg".to_owned(), "jpeg.mov"),
    ] {
        check_seeking(&files, &options, name);
    }
}

/// Seeks in a file of 40 frames whose key frames are 15 frames apart, or one frame in Motion JPEG.
fn check_seeking(files: &Files, options: &str, name: &str) {
    let path = files.make(&frames(options, name));
    let all = play(&path).expect("a good file").pictures;
    let is_jpeg = options.contains("mjpeg");
    for target in [0, 1, 14, 15, 16, 29, 31, 39] {
        let mut demux = open(&path).expect("a good file");
        demux.seek(all[target].0).expect("a place in the file");
        let rest = play_on(demux).expect("a good file");
        let first = if is_jpeg { target } else { target / 15 * 15 };
        assert_eq!(rest.errors, [], "{name} from {target}");
        assert!(rest.pictures == all[first..], "{name} from {target}: {} pictures", rest.pictures.len());
    }
    let mut demux = open(&path).expect("a good file");
    for (target, first) in [(Duration::MAX, if is_jpeg { 39 } else { 30 }), (Duration::ZERO, 0)] {
        demux.seek(target).expect("a place in the file");
        let time = demux.next().expect("a good file").expect("a packet").time;
        assert_eq!(time, all[first].0, "{name} at {target:?}");
    }
}
