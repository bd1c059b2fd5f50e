//! The list of cameras and their modes.

use std::collections::BTreeSet;

use bevy_viewfinder::{
    device::NativeMode,
    source::{Source, V4l2Source},
};

use crate::bench::{FORMATS, Vivid, nodes};

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn every_vivid_camera_is_listed_once() {
    Vivid::first();
    let devices = V4l2Source.devices().expect("cameras");
    let vivid: Vec<_> =
        devices.iter().filter(|device| device.group_id.starts_with("platform:vivid-")).collect();
    let there = nodes().iter().filter(|(_, card)| card.ends_with("-vid-cap")).count();
    assert_eq!(vivid.len(), there);
    assert!(vivid.iter().all(|device| device.label == "vivid"), "{vivid:?}");
    let ids: BTreeSet<_> = devices.iter().map(|device| &device.id).collect();
    assert_eq!(ids.len(), devices.len(), "ids differ");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn modes_are_those_that_v4l2_ctl_lists() {
    let vivid = Vivid::first();
    let mut theirs = BTreeSet::new();
    let (mut format, mut size) = (None, String::new());
    for line in vivid.v4l2_ctl(&["--list-formats-ext"]).lines() {
        let line = line.trim();
        if let Some((_, rest)) = line.split_once("]: '") {
            let fourcc = &rest[..4];
            format = FORMATS.iter().find(|(_, code)| *code == fourcc).map(|(format, _)| *format);
        } else if let Some(discrete) = line.strip_prefix("Size: Discrete ") {
            size = discrete.to_owned();
        } else if let (Some(interval), Some(format)) = (line.strip_prefix("Interval: Discrete "), format) {
            let (_, rate) = interval.split_once('(').expect("a rate in brackets");
            theirs.insert(format!("{format:?} {size} {}", rate.trim_end_matches(" fps)")));
        }
    }
    let name = |mode: &NativeMode| {
        format!("{:?} {}x{} {:.3}", mode.format, mode.size.x, mode.size.y, mode.frame_rate)
    };
    let modes = vivid.listed().modes;
    let ours: BTreeSet<_> = modes.iter().map(name).collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), modes.len(), "no mode twice");
    assert!(ours.len() > 500, "vivid lists many: {}", ours.len());
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_listed_id_opens_its_device() {
    for number in [0, 1] {
        let device = Vivid::numbered(number).listed();
        let mode = device.modes[0];
        let stream = V4l2Source.open(&device.id, &mode, &Default::default()).expect("opens");
        assert_eq!(stream.mode(), mode);
        // This one is busy now, so it is the one that was opened.
        let busy = Vivid::numbered(number).open(&mode).err().expect("busy");
        assert_eq!(busy.name, bevy_viewfinder::error::ErrorName::NotReadable);
    }
}
