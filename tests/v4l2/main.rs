//! Real cameras: the kernel's test driver `vivid`, in a virtual machine.
//!
//! `cargo xtask test` builds this and runs it there, one test at a time, with `--ignored`. The results are compared
//! with those of `v4l2-ctl`.

#![cfg(all(feature = "native", target_os = "linux"))]

mod bench;
mod controls;
mod devices;
#[path = "../command_line/example.rs"]
#[expect(dead_code, reason = "other examples are for the other tests")]
mod example;
mod failures;
#[cfg(feature = "h264")]
mod h264;
mod list;
mod mjpeg;
mod nokhwa;
mod recording;
mod report;
mod silence;
#[path = "../pipeline/stage.rs"]
#[expect(dead_code, reason = "scripted cameras are for the other tests")]
mod stage;
mod stream;
mod track;
mod virtual_camera;
