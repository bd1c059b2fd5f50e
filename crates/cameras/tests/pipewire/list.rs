//! The list of cameras, and its changes.

use std::time::Duration;

use viewfinder_cameras::{
    Layout, PixelCode, Position, Transport,
    pipewire::{Change, Watcher},
};

use crate::{
    camera, daemon, frame, open,
    producer::{Buffers, GRAY8, NV12, Producer, YUY2, any, property, rate, raw, size},
    session::{in_session, wait},
};
use pipewire::spa::{pod::Value, sys, utils::Fraction};

const BUFFERS: Buffers = Buffers { blocks: 1, size: 64, stride: 8 };

fn gray(width: u32, height: u32) -> Vec<Vec<u8>> {
    vec![raw(GRAY8, vec![size(width, height), rate(30, 1)])]
}

#[test]
fn cameras_have_their_properties_and_formats() {
    in_session("list::cameras_have_their_properties_and_formats", |session| {
        let _managed = session.managed();
        let cameras = daemon();
        assert_eq!(cameras.list(), Ok(vec![]));
        let properties = [
            ("node.nick", "nick"),
            ("api.libcamera.location", "back"),
            ("device.vendor.id", "0x046d"),
            ("device.product.id", "0x082d"),
            ("device.bus", "usb"),
        ];
        let ntsc = Value::Fraction(Fraction { num: 30_000, denom: 1001 });
        let formats = vec![
            raw(NV12, vec![size(1280, 720), property(sys::SPA_FORMAT_VIDEO_framerate, ntsc)]),
            raw(YUY2, vec![size(640, 480), rate(15, 1)]),
        ];
        let _source = Producer::with_properties("back", &properties, formats, BUFFERS, |_| {});
        let camera = camera(&cameras, "back");
        assert_eq!((camera.name.as_str(), camera.model.as_str()), ("back", "046d:082d"));
        assert_eq!((camera.position, camera.transport), (Some(Position::Back), Transport::Usb));
        let formats: Vec<_> = camera
            .formats
            .iter()
            .map(|format| (format.code.layout(), format.width, format.rates[0].max))
            .collect();
        assert_eq!(formats, [(Some(Layout::Nv12), 1280, 30_000.0 / 1001.0), (Some(Layout::Yuyv), 640, 15.0)]);
        assert_eq!(cameras.ids(), Ok(vec!["back".into()]));
    });
}

#[test]
fn names_that_occur_twice_are_two_cameras() {
    in_session("list::names_that_occur_twice_are_two_cameras", |session| {
        let _managed = session.managed();
        let first = Producer::new("twin", gray(8, 8), BUFFERS, |draft| draft.blocks[0].fill(1));
        let cameras = daemon();
        wait("the first", || cameras.ids().is_ok_and(|ids| ids.len() == 1));
        let _second = Producer::new("twin", gray(8, 8), BUFFERS, |draft| draft.blocks[0].fill(2));
        wait("the second", || cameras.ids().is_ok_and(|ids| ids == ["twin", "twin #2"]));
        let camera = camera(&cameras, "twin #2");
        let mut stream = open(&cameras, &camera, 0);
        assert_eq!(frame(&mut stream, |frame| frame.planes[0].bytes[0]), 2, "it is the second");
        drop(first);
    });
}

#[test]
fn bad_nodes_are_listed_without_their_bad_formats() {
    in_session("list::bad_nodes_are_listed_without_their_bad_formats", |session| {
        let _managed = session.managed();
        let bad = vec![
            raw(GRAY8, vec![size(0, 0), rate(30, 1)]),
            raw(GRAY8, vec![size(u32::MAX, 8), rate(30, 1)]),
            raw(GRAY8, vec![size(8, 8), rate(30, 0)]),
            raw(GRAY8, vec![size(8, 8), rate(u32::MAX, 1)]),
            raw(9999, vec![size(8, 8), rate(30, 1)]),
            raw(GRAY8, vec![size(8, 8), property(sys::SPA_FORMAT_VIDEO_framerate, Value::Int(30))]),
            raw(GRAY8, vec![property(sys::SPA_FORMAT_VIDEO_size, any(&[1, 2, 3]))]),
        ];
        let _none = Producer::new("none", vec![], BUFFERS, |_| {});
        let _bad = Producer::new("bad", bad, BUFFERS, |_| {});
        let _good = Producer::new("good", gray(8, 8), BUFFERS, |draft| draft.blocks[0].fill(5));
        let cameras = daemon();
        let good = camera(&cameras, "good");
        assert_eq!(camera(&cameras, "none").formats, []);
        let bad = camera(&cameras, "bad").formats;
        assert!(
            bad.iter().all(|format| format.code == PixelCode::Spa(9999)),
            "an unknown format has no layout: {bad:?}"
        );
        let mut stream = open(&cameras, &good, 0);
        assert_eq!(frame(&mut stream, |frame| frame.planes[0].bytes[0]), 5);
    });
}

#[test]
fn cameras_that_come_and_go_are_told() {
    in_session("list::cameras_that_come_and_go_are_told", |session| {
        let (daemon_process, _manager) = session.managed();
        let cameras = daemon();
        let _first = Producer::new("first", gray(8, 8), BUFFERS, |_| {});
        camera(&cameras, "first");
        let mut watcher = cameras.watch().expect("PipeWire runs");
        let next = |watcher: &mut Watcher| watcher.next(Duration::from_secs(10));
        assert_eq!(watcher.next(Duration::from_millis(200)), Ok(None), "what is there is no change");
        let second = Producer::new("second", gray(8, 8), BUFFERS, |_| {});
        assert_eq!(next(&mut watcher), Ok(Some(Change::Added("second".into()))));
        drop(second);
        assert_eq!(next(&mut watcher), Ok(Some(Change::Removed("second".into()))));
        drop(daemon_process);
        while let Ok(Some(Change::Removed(_))) = next(&mut watcher) {}
        assert!(next(&mut watcher).is_err(), "the daemon is gone");
    });
}
