//! The cost of a raw frame on the capture thread, from the driver's buffer until it is in memory that the GPU copies.

use std::{
    hint::black_box,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{FramePool, FrameRef, PixelFormat},
    prelude::{Mirroring, TrackSource, VideoTrack},
    source::{Source, Stream, StreamEvent},
};
use measure::{
    Table, Timing,
    frames::{frame_bytes, usual_path},
    goal, headless, time, times,
};
use nokhwa_core::types::FrameFormat;

const SIZE: UVec2 = UVec2::new(1920, 1080);
const ROUNDS: usize = 200;
const WARM_UP: usize = 20;

/// The times of a frame: of one copy, and of this crate.
type Times = [Duration; 2];

/// A camera that sends a frame for each order, and reports its times.
#[derive(Debug)]
struct Camera {
    format: PixelFormat,
    /// It is opened once.
    ends: Mutex<Option<(Receiver<()>, Sender<Times>)>>,
}

impl Camera {
    fn mode(&self) -> NativeMode {
        NativeMode { size: SIZE, frame_rate: 30.0, format: self.format }
    }
}

impl Source for Camera {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(vec![Device { id: "camera".into(), modes: vec![self.mode()], ..Device::default() }])
    }

    fn open(&self, _: &DeviceId, mode: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        let ends = self.ends.lock().expect("no panic").take();
        let (orders, times) = ends.ok_or_else(|| MediaError::not_readable("the camera is open"))?;
        let bytes = frame_bytes(mode.format, mode.size);
        let memory = vec![0; bytes.len()];
        // A driver fills its buffers in turns, so the data isn't in the processor's cache.
        let buffers = vec![bytes; 4];
        Ok(Box::new(OpenCamera { mode: *mode, orders, times, buffers, memory, turn: 0 }))
    }
}

struct OpenCamera {
    mode: NativeMode,
    orders: Receiver<()>,
    times: Sender<Times>,
    /// The driver's buffers.
    buffers: Vec<Vec<u8>>,
    memory: Vec<u8>,
    turn: usize,
}

impl OpenCamera {
    /// Copies a buffer.
    fn copy(&mut self, buffer: usize) -> Duration {
        let start = Instant::now();
        self.memory.copy_from_slice(&self.buffers[buffer]);
        black_box(&mut self.memory);
        start.elapsed()
    }
}

impl Stream for OpenCamera {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        std::thread::sleep(wait);
        Ok(StreamEvent::Pending)
    }

    fn read(
        &mut self,
        wait: Duration,
        receive: &mut dyn FnMut(FrameRef<'_>),
    ) -> Result<StreamEvent, MediaError> {
        match self.orders.recv_timeout(wait) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return Ok(StreamEvent::Pending),
            Err(RecvTimeoutError::Disconnected) => return Ok(StreamEvent::Ended),
        }
        let (turn, NativeMode { size, format, .. }) = (self.turn, self.mode);
        self.turn += 1;
        let copy_first = turn.is_multiple_of(2);
        let mut copy = if copy_first { self.copy(turn % 4) } else { Duration::ZERO };
        let bytes = self.buffers[(turn + 1) % 4].as_slice();
        let frame = FrameRef { sequence: turn as u64, ..FrameRef::borrow_packed(format, size, bytes) };
        let start = Instant::now();
        receive(frame);
        let ours = start.elapsed();
        if !copy_first {
            copy = self.copy((turn + 2) % 4);
        }
        let _ = self.times.send([copy, ours]);
        Ok(StreamEvent::Pending)
    }

    fn silence_limit(&self) -> Option<Duration> {
        None
    }
}

/// Runs a camera in an app. Returns the times of its frames.
fn capture(format: PixelFormat) -> [Timing; 2] {
    let mut app = headless::app(false);
    app.add_plugins(ViewfinderPlugins);
    headless::start(&mut app);
    let ((order, orders), (sender, times)) = (channel(), channel());
    let camera = Camera { format, ends: Mutex::new(Some((orders, sender))) };
    let source = TrackSource(Arc::new(camera));
    app.world_mut().spawn((VideoTrack, Mirroring::Off, source));
    let mut samples = [const { Vec::<Duration>::new() }; 2];
    for round in 0..WARM_UP + ROUNDS {
        order.send(()).expect("the camera is open");
        let times = loop {
            app.update();
            headless::wait_for_gpu(&app);
            match times.recv_timeout(Duration::from_millis(20)) {
                Ok(times) => break times,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("the camera is closed"),
            }
        };
        if round >= WARM_UP {
            samples.iter_mut().zip(times).for_each(|(samples, time)| samples.push(time));
        }
    }
    samples.map(|samples| Timing::new("", samples))
}

fn main() {
    println!(
        "The processor's time for one frame of 1920x1080, from the driver's buffer until it is in memory that the GPU \
         copies to a texture.\n"
    );
    let mut table = Table::new(["format", "", "median", "p95", "to the copy"]);
    let mut goals = Vec::new();
    for (format, theirs) in [(PixelFormat::Yuyv, FrameFormat::YUYV), (PixelFormat::Nv12, FrameFormat::NV12)] {
        let bytes = frame_bytes(format, SIZE);
        let usual = (0..ROUNDS).map(|_| {
            let start = Instant::now();
            black_box(usual_path(&bytes, theirs, SIZE));
            start.elapsed()
        });
        let usual = Timing::new("", usual.collect());
        let [copy, ours] = capture(format);
        for (name, timing) in
            [("one copy (the floor)", &copy), ("this crate", &ours), ("the usual path", &usual)]
        {
            table.row([
                format!("{format:?}"),
                name.into(),
                time(timing.median()),
                time(timing.percentile(95)),
                times(timing.ratio_to(&copy)),
            ]);
        }
        goals.push((format, ours.ratio_to(&copy), copy.ratio_to(&usual) / ours.ratio_to(&usual)));
    }
    println!("{table}");
    println!(
        "The usual path: nokhwa's buffer, its decoder to RGB, a loop to RGBA, a new image asset. \
         Its image must then be uploaded, and is {} times as large.\n",
        4.0 / 2.0
    );
    for (format, to_copy, of_possible) in goals {
        goal(&format!("{format:?}, at most 1.1 times the copy"), times(to_copy), to_copy <= 1.1);
        goal(
            &format!("{format:?}, at least 0.9 of what the copy is under the usual path"),
            times(of_possible),
            of_possible >= 0.9,
        );
    }
}
