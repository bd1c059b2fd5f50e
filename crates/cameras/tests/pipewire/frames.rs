//! The contents of frames.

use std::time::Duration;

use viewfinder_cameras::{Color, ColorRange, Error, Event, Layout, Matrix, Orientation, PixelCode};

use crate::{
    camera, daemon, frame, next, open,
    producer::{self, Buffers, GRAY8, NV12, Producer, YUY2, property, rate, raw, size},
    session::{Process, Session, find, in_session, left_out},
};
use pipewire::spa::{pod::Value, sys, utils::Id};

#[test]
fn a_source_of_gstreamer_is_read() {
    let name = "frames::a_source_of_gstreamer_is_read";
    if find("gst-launch-1.0").is_none() {
        left_out(name, "the program gst-launch-1.0 (package gstreamer1.0-tools) is missing");
        return;
    }
    in_session(name, |session| {
        let _managed = session.managed();
        let caps = "video/x-raw,format=NV12,width=322,height=242,framerate=30/1,colorimetry=bt601";
        let _source = gstreamer(session, caps);
        let cameras = daemon();
        let camera = camera(&cameras, "gst-cam");
        assert_eq!(camera.formats[0].code.layout(), Some(Layout::Nv12));
        assert_eq!((camera.formats[0].width, camera.formats[0].height), (322, 242));
        let mut stream = open(&cameras, &camera, 0);
        assert_eq!((stream.format().width, stream.rate()), (322, 30.0));
        for _ in 0..5 {
            let (first, chroma, age) = frame(&mut stream, |frame| {
                assert_eq!((frame.width, frame.height, frame.planes.len()), (322, 242, 2));
                let luma = frame.planes[0].row(241, 242, 322).expect("the last row").to_vec();
                let chroma = frame.planes[1].row(120, 121, 322).expect("the last row").to_vec();
                (luma, chroma, frame.age)
            });
            assert!(
                first.iter().all(|luma| luma.abs_diff(81) <= 2),
                "red has a luma of 81: {:?}",
                &first[..8]
            );
            assert!(
                chroma.chunks(2).all(|pair| pair[0].abs_diff(90) <= 2 && pair[1].abs_diff(240) <= 2),
                "{chroma:?}"
            );
            assert!(age.is_some_and(|age| age < Duration::from_secs(1)), "{age:?}");
        }
    });
}

/// A source of GStreamer with these elements: red pictures.
fn gstreamer(session: &Session, elements: &str) -> Process {
    let sink = "pipewiresink mode=provide \
        stream-properties=\"p,media.class=Video/Source,media.role=Camera,node.name=gst-cam\"";
    let pipeline = format!("videotestsrc is-live=true pattern=red ! {elements} ! {sink}");
    session.start("gst-launch-1.0", &pipeline.split_whitespace().collect::<Vec<_>>())
}

#[test]
fn gstreamers_planes_are_found_where_their_strides_are_its_own() {
    let name = "frames::gstreamers_planes_are_found_where_their_strides_are_its_own";
    if find("gst-launch-1.0").is_none() {
        left_out(name, "the program gst-launch-1.0 (package gstreamer1.0-tools) is missing");
        return;
    }
    in_session(name, |session| {
        let _managed = session.managed();
        let caps = "video/x-raw,format=I420,width=322,height=242,framerate=30/1,colorimetry=bt601";
        let _source = gstreamer(session, caps);
        let cameras = daemon();
        let camera = camera(&cameras, "gst-cam");
        let mut stream = open(&cameras, &camera, 0);
        let planes = frame(&mut stream, |frame| {
            let row = |plane: usize, rows: usize, len: usize| {
                frame.planes[plane].row(rows - 1, rows, len).expect("the last row").to_vec()
            };
            [row(0, 242, 322), row(1, 121, 161), row(2, 121, 161)]
        });
        for (plane, value) in planes.iter().zip([81, 90, 240]) {
            assert!(plane.iter().all(|byte| byte.abs_diff(value) <= 2), "{value}: {plane:?}");
        }
    });
}

#[test]
fn compressed_frames_are_one_plane() {
    in_session("frames::compressed_frames_are_one_plane", |session| {
        let _managed = session.managed();
        // Each buffer is one JPEG, here of four bytes: what is inside of it is no matter of this crate.
        let properties = vec![
            property(sys::SPA_FORMAT_mediaType, Value::Id(Id(sys::SPA_MEDIA_TYPE_video))),
            property(sys::SPA_FORMAT_mediaSubtype, Value::Id(Id(sys::SPA_MEDIA_SUBTYPE_mjpg))),
            size(640, 480),
            rate(30, 1),
        ];
        let buffers = Buffers { blocks: 1, size: 4096, stride: 0 };
        let _source = Producer::new("mjpg", vec![producer::format(properties)], buffers, |draft| {
            draft.blocks[0][..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xd9]);
            draft.chunks[0] = (0, 4, 0, 0);
        });
        let cameras = daemon();
        let camera = camera(&cameras, "mjpg");
        assert_eq!(camera.formats[0].code.layout(), Some(Layout::Jpeg));
        let mut stream = open(&cameras, &camera, 0);
        let (bytes, planes) =
            frame(&mut stream, |frame| (frame.planes[0].bytes.to_vec(), frame.planes.len()));
        assert_eq!((bytes, planes), (vec![0xff, 0xd8, 0xff, 0xd9], 1));
    });
}

#[test]
fn offsets_strides_and_colors_are_those_of_the_camera() {
    in_session("frames::offsets_strides_and_colors_are_those_of_the_camera", |session| {
        let _managed = session.managed();
        let color = |key, number| property(key, Value::Id(Id(number)));
        let format = raw(
            YUY2,
            vec![
                size(6, 4),
                rate(30, 1),
                color(sys::SPA_FORMAT_VIDEO_colorRange, sys::SPA_VIDEO_COLOR_RANGE_16_235),
                color(sys::SPA_FORMAT_VIDEO_colorMatrix, sys::SPA_VIDEO_COLOR_MATRIX_BT709),
            ],
        );
        let buffers = Buffers { blocks: 1, size: 512, stride: 32 };
        let _source = Producer::new("offsets", vec![format], buffers, |draft| {
            for (place, byte) in draft.blocks[0].iter_mut().enumerate() {
                *byte = place as u8;
            }
            draft.chunks[0] = (64, 32 * 3 + 12, 32, 0);
        });
        let cameras = daemon();
        let camera = camera(&cameras, "offsets");
        let mut stream = open(&cameras, &camera, 0);
        let color = Color { matrix: Some(Matrix::Bt709), range: Some(ColorRange::Limited), primaries: None };
        assert_eq!(stream.format().color, color);
        let (rows, seen) = frame(&mut stream, |frame| {
            let plane = frame.planes[0];
            (
                (0..4).map(|row| plane.row(row, 4, 12).expect("it is there")[0]).collect::<Vec<_>>(),
                frame.color,
            )
        });
        assert_eq!(rows, [64, 96, 128, 160]);
        assert_eq!(seen, color);
    });
}

#[test]
fn planes_have_blocks_of_their_own() {
    in_session("frames::planes_have_blocks_of_their_own", |session| {
        let _managed = session.managed();
        let format = raw(NV12, vec![size(6, 4), rate(30, 1)]);
        let buffers = Buffers { blocks: 2, size: 256, stride: 16 };
        let _source = Producer::new("blocks", vec![format], buffers, |draft| {
            for (number, block) in draft.blocks.iter_mut().enumerate() {
                block.fill(number as u8 + 7);
            }
        });
        let cameras = daemon();
        let camera = camera(&cameras, "blocks");
        let mut stream = open(&cameras, &camera, 0);
        let planes = frame(&mut stream, |frame| {
            frame.planes.iter().map(|plane| (plane.bytes[0], plane.stride)).collect::<Vec<_>>()
        });
        assert_eq!(planes, [(7, 16), (8, 16)]);
    });
}

#[test]
fn damage_orientation_and_times_are_told() {
    in_session("frames::damage_orientation_and_times_are_told", |session| {
        let _managed = session.managed();
        let format = raw(GRAY8, vec![size(8, 8), rate(30, 1)]);
        let buffers = Buffers { blocks: 1, size: 64, stride: 8 };
        let _source = Producer::new("flags", vec![format], buffers, |draft| {
            draft.blocks[0].fill((draft.number % 4) as u8);
            match draft.number % 4 {
                // The chunk, then the header, then a frame that is damaged and empty.
                1 => draft.chunks[0].3 = 1,
                2 => draft.flags = sys::SPA_META_HEADER_FLAG_CORRUPTED,
                3 => draft.chunks[0] = (0, 0, 8, 1),
                _ => draft.transform = sys::SPA_META_TRANSFORMATION_Flipped90,
            }
            draft.time = Some(producer::now() - 50_000_000);
        });
        let cameras = daemon();
        let camera = camera(&cameras, "flags");
        let mut stream = open(&cameras, &camera, 0);
        let (mut good, mut damaged, mut empty) = (0, 0, 0);
        for _ in 0..40 {
            let event = next(&mut stream, |frame| {
                let kind = frame.planes[0].bytes[0];
                assert_eq!(frame.damaged, kind == 1 || kind == 2, "{kind}");
                let turned = Orientation { turns: 1, mirrored: true };
                assert_eq!(frame.orientation, if kind == 0 { turned } else { Orientation::default() });
                let age = frame.age.expect("it is told");
                assert!(age >= Duration::from_millis(50) && age < Duration::from_secs(2), "{age:?}");
                frame.damaged
            });
            match event {
                Event::Frame(true) => damaged += 1,
                Event::Frame(false) => good += 1,
                Event::Corrupt(Error::Failed(_)) => empty += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(good >= 5 && damaged >= 10 && empty >= 5, "{good} good, {damaged} damaged, {empty} empty");
    });
}

#[test]
fn a_frame_that_is_cut_short_is_corrupt_and_the_next_is_good() {
    in_session("frames::a_frame_that_is_cut_short_is_corrupt_and_the_next_is_good", |session| {
        let _managed = session.managed();
        let format = raw(GRAY8, vec![size(8, 8), rate(30, 1)]);
        let buffers = Buffers { blocks: 1, size: 64, stride: 8 };
        let _source = Producer::new("short", vec![format], buffers, |draft| {
            if draft.number % 2 == 0 {
                // A length and an offset that no memory has.
                draft.chunks[0] = (u32::MAX, u32::MAX, i32::MIN, 0);
            }
        });
        let cameras = daemon();
        let camera = camera(&cameras, "short");
        let mut stream = open(&cameras, &camera, 0);
        let (mut good, mut corrupt) = (0, 0);
        for _ in 0..20 {
            match next(&mut stream, |frame| frame.planes[0].bytes.len()) {
                Event::Frame(64) => good += 1,
                Event::Corrupt(Error::Format(_)) => corrupt += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(good >= 5 && corrupt >= 5, "{good} good, {corrupt} corrupt");
    });
}

#[test]
fn a_size_changes_while_the_camera_runs() {
    in_session("frames::a_size_changes_while_the_camera_runs", |session| {
        let _managed = session.managed();
        let format = |width, height| vec![raw(GRAY8, vec![size(width, height), rate(30, 1)])];
        let source =
            Producer::new("sizes", format(8, 8), Buffers { blocks: 1, size: 64, stride: 8 }, |draft| {
                draft.blocks[0].fill(1)
            });
        let cameras = daemon();
        let camera = camera(&cameras, "sizes");
        let mut stream = open(&cameras, &camera, 0);
        assert_eq!(frame(&mut stream, |frame| (frame.width, frame.height)), (8, 8));
        source.change(format(16, 4), Buffers { blocks: 1, size: 64, stride: 16 });
        let mut sizes = vec![];
        for _ in 0..60 {
            let size =
                frame(&mut stream, |frame| (frame.width, frame.height, frame.code, frame.planes[0].stride));
            sizes.push(size);
            if size.0 == 16 {
                break;
            }
        }
        assert_eq!(sizes.last(), Some(&(16, 4, PixelCode::Spa(GRAY8), 16)), "{sizes:?}");
    });
}
