//! Devices that a test controls step by step.

mod control;
mod script;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bevy::{math::UVec2, platform::time::Instant};
use crossbeam_channel::{Receiver, RecvTimeoutError, unbounded};

pub use script::{FrameFault, Script};

use super::{
    DeviceWatcher, Source, Stream, StreamEvent,
    synthetic::{Canvas, Encoder, check_mode},
};
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{ColorSpace, Frame, FrameBuffer, FramePool, PixelFormat, Plane, Rotation},
};
use script::{Command, Shared};

/// A source for tests of apps, and of this crate. Its devices do nothing without a command of its [`Script`].
///
/// Time is virtual: [`Script::frame`] is a tick of the device's clock, and [`Frame::captured`] advances by the mode's
/// frame interval from the time of opening. Frames have one color ([`Script::solid`]) and the frame number along their
/// lower edge ([`SyntheticSource::read_counter`](super::SyntheticSource::read_counter)).
///
/// ```
/// # use bevy_viewfinder::source::{TrackSource, scripted::ScriptedSource};
/// let (source, script) = ScriptedSource::new();
/// let track_source = TrackSource::new(source);
/// // The track is spawned, and some time later:
/// script.frames(3);
/// script.unplug();
/// ```
#[derive(Debug)]
pub struct ScriptedSource {
    shared: Arc<Shared>,
}

impl ScriptedSource {
    /// A source with one device, `scripted-1`, with modes of 320x240 and 640x480 at 30 Hz in [`PixelFormat::Yuyv`], and
    /// its script.
    pub fn new() -> (Self, Script) {
        let mode = |width, height| NativeMode {
            size: UVec2::new(width, height),
            frame_rate: 30.0,
            format: PixelFormat::Yuyv,
        };
        Self::from_devices([Device {
            id: "scripted-1".into(),
            label: "Scripted camera".into(),
            group_id: "scripted-1".into(),
            modes: vec![mode(320, 240), mode(640, 480)],
            ..Default::default()
        }])
    }

    /// A source with these devices, and its script.
    pub fn from_devices(devices: impl IntoIterator<Item = Device>) -> (Self, Script) {
        let shared = Arc::new(Shared::new(devices.into_iter().collect()));
        (Self { shared: shared.clone() }, Script::new(shared))
    }
}

impl Source for ScriptedSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.shared.listed.fetch_add(1, Ordering::AcqRel);
        let state = self.shared.state();
        match &state.hidden {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(state.devices.clone()),
        }
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        check_mode(mode)?;
        let mut state = self.shared.state();
        let Some(listed) = state.devices.iter().find(|listed| listed.id == *device) else {
            return Err(MediaError::not_found(format!(
                "the script has no device {device}, or has unplugged it; list the devices and open one of those"
            )));
        };
        let capabilities = listed.controls.clone();
        if let Some(refusal) = &state.refusal {
            return Err(refusal.clone());
        }
        let (sender, commands) = unbounded();
        state.attach(device.clone(), sender);
        self.shared.opened.fetch_add(1, Ordering::AcqRel);
        Ok(Box::new(ScriptedStream {
            device: device.clone(),
            capabilities,
            painter: Painter::new(*mode),
            commands,
            shared: self.shared.clone(),
            pool: pool.clone(),
            color: [128; 3],
            stalled: false,
            due: 0,
            sequence: 0,
            opened: Instant::now(),
            over: None,
        }))
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        let (sender, changes) = unbounded();
        self.shared.state().watchers.push(sender);
        Box::new(ScriptedWatcher { changes })
    }
}

/// Receives changes of the devices from the script.
#[derive(Debug)]
struct ScriptedWatcher {
    changes: Receiver<()>,
}

impl DeviceWatcher for ScriptedWatcher {
    fn wait(&mut self, longest: Duration) -> bool {
        let changed = if longest.is_zero() || cfg!(target_family = "wasm") {
            self.changes.try_recv().is_ok()
        } else {
            match self.changes.recv_timeout(longest) {
                Err(RecvTimeoutError::Disconnected) => {
                    // The script is dropped. The caller relies on the wait.
                    std::thread::sleep(longest);
                    false
                }
                told => told.is_ok(),
            }
        };
        // Several changes are reported once.
        self.changes.try_iter().for_each(drop);
        changed
    }
}

#[derive(Debug)]
struct ScriptedStream {
    device: DeviceId,
    capabilities: ControlCapabilities,
    painter: Painter,
    commands: Receiver<Command>,
    shared: Arc<Shared>,
    pool: FramePool,
    color: [u8; 3],
    stalled: bool,
    /// Captured frames that are still to be read.
    due: u64,
    sequence: u64,
    opened: Instant,
    /// The end of the stream, with or without an error.
    over: Option<Result<(), MediaError>>,
}

/// The device's mode, and the means to draw in it.
#[derive(Debug)]
struct Painter {
    mode: NativeMode,
    canvas: Canvas,
    encoder: Encoder,
    bytes: Vec<u8>,
}

impl Painter {
    fn new(mode: NativeMode) -> Self {
        let encoder = Encoder::new(mode.format, mode.size, ColorSpace::default(), Rotation::None);
        let bytes = vec![0; encoder.len()];
        Self { mode, canvas: Canvas::new(mode.size), encoder, bytes }
    }
}

impl ScriptedStream {
    /// Executes a command of the script. Returns its event, if it has one.
    fn obey(&mut self, command: Command) -> Option<StreamEvent> {
        match command {
            // A stalled device loses its frames, but its clock advances.
            Command::Frames(count) if self.stalled => self.sequence += count,
            Command::Frames(count) => self.due += count,
            Command::Lose(count) => self.sequence += count,
            Command::Stall(stalled) => self.stalled = stalled,
            Command::Solid(color) => self.color = color,
            Command::Format(size, format) => {
                self.painter = Painter::new(NativeMode { size, format, ..self.painter.mode });
            }
            Command::Faulty(fault) => return Some(self.faulty(fault)),
            Command::Controls => return Some(StreamEvent::ControlsChanged),
            Command::Muted(muted) => return Some(StreamEvent::Muted(muted)),
            Command::Disconnect => return Some(StreamEvent::Disconnected),
            Command::Over(how) => self.over = Some(how),
        }
        None
    }

    /// The time of the next frame, by the virtual clock.
    fn now(&self) -> Instant {
        let seconds = self.sequence as f64 / self.painter.mode.frame_rate;
        Duration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|elapsed| self.opened.checked_add(elapsed))
            .unwrap_or(self.opened)
    }

    fn stamp(&mut self, frame: Frame) -> Frame {
        let captured = self.now();
        self.sequence += 1;
        self.shared.delivered.fetch_add(1, Ordering::AcqRel);
        Frame { sequence: self.sequence - 1, captured, ..frame }
    }

    fn paint(&mut self) -> Result<Frame, MediaError> {
        let Painter { canvas, encoder, bytes, .. } = &mut self.painter;
        canvas.fill(canvas.whole(), self.color);
        canvas.paint_number(self.sequence);
        encoder.encode(canvas, canvas.whole(), bytes);
        encoder.frame(bytes, &self.pool)
    }

    fn faulty(&mut self, fault: FrameFault) -> StreamEvent {
        let NativeMode { size, format, .. } = self.painter.mode;
        let packed = |format, bytes: FrameBuffer| Frame::packed(format, size, bytes);
        let frame = match (fault, self.paint()) {
            (FrameFault::Flagged, _) => {
                self.sequence += 1;
                self.shared.delivered.fetch_add(1, Ordering::AcqRel);
                return StreamEvent::Corrupt(MediaError::data(
                    "the scripted device marked this frame as corrupt",
                ));
            }
            (_, Err(error)) => return StreamEvent::Corrupt(error),
            (FrameFault::Empty, _) => packed(format, FrameBuffer::default()),
            (FrameFault::Truncated, Ok(mut frame)) => {
                frame.buffer.truncate(frame.buffer.len() / 2);
                frame
            }
            (FrameFault::WrongStride, Ok(frame)) => Frame {
                planes: frame.planes.map(|plane| Plane { stride: plane.stride.saturating_sub(1), ..plane }),
                ..frame
            },
            (FrameFault::AbsurdSize, Ok(frame)) => Frame { size: UVec2::splat(1_000_000_000), ..frame },
            (FrameFault::CorruptJpeg, _) => {
                // It starts like a JPEG, and continues with noise.
                let mut bytes = self.pool.take(4096);
                for (index, byte) in bytes.iter_mut().enumerate() {
                    *byte = (index * 151 % 253) as u8;
                }
                bytes[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xdb]);
                packed(PixelFormat::Mjpeg, bytes)
            }
        };
        StreamEvent::Frame(self.stamp(frame))
    }
}

impl Stream for ScriptedStream {
    fn mode(&self) -> NativeMode {
        self.painter.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        // A browser has no clock for the channel's deadline, and no thread that could wait.
        let no_wait = wait.is_zero() || cfg!(target_family = "wasm");
        let start = (!no_wait).then(Instant::now);
        loop {
            match &self.over {
                Some(Ok(())) => return Ok(StreamEvent::Ended),
                Some(Err(error)) => return Err(error.clone()),
                None => {}
            }
            if self.due > 0 {
                self.due -= 1;
                let frame = self.paint()?;
                return Ok(StreamEvent::Frame(self.stamp(frame)));
            }
            let left = start.map(|start| wait.saturating_sub(start.elapsed()));
            let command = match left {
                Some(left) => self.commands.recv_timeout(left).ok(),
                None => self.commands.try_recv().ok(),
            };
            // There is no command, or the script is dropped.
            let Some(command) = command else { return Ok(StreamEvent::Pending) };
            if let Some(next) = self.obey(command) {
                return Ok(next);
            }
        }
    }

    /// The script's limit, because time is virtual.
    fn silence_limit(&self) -> Option<Duration> {
        self.shared.state().silence_limit
    }

    fn capabilities(&self) -> ControlCapabilities {
        self.capabilities.clone()
    }

    fn settings(&mut self) -> ControlSettings {
        self.shared.state().controls.get(&self.device).cloned().unwrap_or_default()
    }

    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        let allowed = control::allowed(&self.capabilities, control, value)?;
        let mut state = self.shared.state();
        if state.stuck.contains(&control) {
            return Err(MediaError::not_readable(format!(
                "the scripted device rejects its {control}; leave it unset, or call `Script::allow`"
            )));
        }
        if let Some(settings) = state.controls.get_mut(&self.device)
            && control::has_effect(settings, control)
        {
            settings.insert(control, allowed);
        }
        Ok(())
    }
}

impl Drop for ScriptedStream {
    fn drop(&mut self) {
        self.shared.closed.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        device::{ControlCapability, MeteringMode, SettingsRange},
        error::ErrorName,
        frame::MjpegDecoder,
        source::SyntheticSource,
    };

    const LONG: Duration = Duration::from_secs(20);

    fn open(source: &ScriptedSource) -> Result<Box<dyn Stream>, MediaError> {
        let device = source.devices()?.pop().ok_or_else(|| MediaError::not_found("unplugged"))?;
        source.open(&device.id, &device.modes[0], &FramePool::default())
    }

    fn opened() -> (ScriptedSource, Script, Box<dyn Stream>) {
        let (source, script) = ScriptedSource::new();
        let stream = open(&source).expect("it isn't denied");
        (source, script, stream)
    }

    fn frame(stream: &mut dyn Stream) -> Frame {
        match stream.next(Duration::ZERO) {
            Ok(StreamEvent::Frame(frame)) => frame,
            other => panic!("{other:?}"),
        }
    }

    fn nothing(stream: &mut dyn Stream) -> bool {
        matches!(stream.next(Duration::ZERO), Ok(StreamEvent::Pending))
    }

    #[test]
    fn nothing_comes_until_the_script_says_so() {
        let (_source, script, mut stream) = opened();
        assert!(nothing(&mut *stream));
        script.frames(2);
        let (first, second) = (frame(&mut *stream), frame(&mut *stream));
        assert_eq!((first.sequence, second.sequence), (0, 1));
        let interval = Duration::from_secs_f64(1.0 / 30.0);
        assert_eq!(second.captured - first.captured, interval, "the clock is the mode's");
        assert!(nothing(&mut *stream));
        assert_eq!(script.delivered(), 2);
    }

    #[test]
    fn a_waiting_reader_is_woken() {
        let (source, script) = ScriptedSource::new();
        let reader = std::thread::spawn(move || {
            let mut stream = open(&source).expect("it isn't denied");
            matches!(stream.next(LONG), Ok(StreamEvent::Frame(_)))
        });
        while script.opened() == 0 {
            std::thread::yield_now();
        }
        script.frame();
        assert_eq!(reader.join().ok(), Some(true));
    }

    #[test]
    fn what_is_said_before_it_is_opened_is_kept() {
        let (source, script) = ScriptedSource::new();
        script.solid([255, 0, 0]);
        script.frame();
        let mut stream = open(&source).expect("it isn't denied");
        let rgba = frame(&mut *stream).to_rgba().expect("a good frame");
        assert!(rgba[0] > 250 && rgba[1] < 5 && rgba[2] < 5, "{:?}", &rgba[..4]);
    }

    #[test]
    fn frames_have_their_number_in_every_format() {
        for format in [PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb24, PixelFormat::Mjpeg] {
            let (_source, script, mut stream) = opened();
            script.lose(300);
            let size = UVec2::new(322, 242);
            assert_eq!(script.change_format(size, format), Ok(()));
            script.frame();
            let frame = MjpegDecoder::default().decode(frame(&mut *stream)).expect("a good frame");
            assert_eq!((frame.size, frame.sequence), (size, 300));
            let rgba = frame.to_rgba().expect("a good frame");
            assert_eq!(SyntheticSource::read_counter(&rgba, size), Some(300), "{format:?}");
            assert_eq!((stream.mode().size, stream.mode().format), (size, format));
        }
    }

    #[test]
    fn a_stalled_camera_loses_its_frames() {
        let (_source, script, mut stream) = opened();
        script.stall();
        script.frames(5);
        assert!(nothing(&mut *stream));
        script.resume();
        script.frame();
        assert_eq!(frame(&mut *stream).sequence, 5);
    }

    #[test]
    fn unplugged_is_gone_for_good() {
        let (source, script, mut stream) = opened();
        script.frame();
        script.unplug();
        assert_eq!(frame(&mut *stream).sequence, 0, "what came before can still be read");
        for _ in 0..2 {
            assert_eq!(stream.next(LONG).err().map(|error| error.name), Some(ErrorName::NotFound));
        }
        assert_eq!(source.devices(), Ok(vec![]));
        assert!(open(&source).is_err());
    }

    /// A device with a control of each kind, and one that depends on another.
    fn with_controls() -> (ScriptedSource, Script) {
        let (source, script) = ScriptedSource::new();
        let zoom = SettingsRange { min: 1.0, max: 3.0, step: 0.5 };
        let time = SettingsRange { min: 10.0, max: 100.0, step: 10.0 };
        let modes = vec![MeteringMode::Continuous, MeteringMode::Manual];
        let controls = ControlCapabilities::from([
            (Control::Zoom, ControlCapability::Number(zoom)),
            (Control::ExposureMode, ControlCapability::Modes(modes)),
            (Control::ExposureTime, ControlCapability::Number(time)),
            (Control::Torch, ControlCapability::Booleans(vec![false, true])),
        ]);
        script.set_devices(script.devices().into_iter().map(|device| {
            let id = DeviceId::from("with-controls");
            Device { id, controls: controls.clone(), ..device }
        }));
        (source, script)
    }

    #[test]
    fn controls_keep_what_they_are_set_to() {
        let (source, script) = with_controls();
        let mut stream = open(&source).expect("it isn't denied");
        assert_eq!(stream.capabilities(), script.devices()[0].controls);
        assert_eq!(stream.settings().get(&Control::Zoom), Some(&ControlValue::Number(2.0)));
        assert_eq!(stream.set(Control::Zoom, &ControlValue::Number(2.6)), Ok(()));
        assert_eq!(script.control(Control::Zoom), Some(ControlValue::Number(2.5)));
        // A control without effect keeps its value.
        let exposure = ControlValue::Number(90.0);
        assert_eq!(stream.set(Control::ExposureTime, &exposure), Ok(()));
        assert_ne!(stream.settings().get(&Control::ExposureTime), Some(&exposure));
        let manual = ControlValue::Mode(MeteringMode::Manual);
        assert_eq!(stream.set(Control::ExposureMode, &manual), Ok(()));
        assert_eq!(stream.set(Control::ExposureTime, &exposure), Ok(()));
        assert_eq!(stream.settings().get(&Control::ExposureTime), Some(&exposure));
        assert!(nothing(&mut *stream), "what is set here is no news");
        drop(stream);
        let mut stream = open(&source).expect("it isn't denied");
        assert_eq!(stream.settings().get(&Control::Zoom), Some(&ControlValue::Number(2.5)), "it stays");
    }

    #[test]
    fn others_set_controls_too() {
        let (source, script) = with_controls();
        let mut stream = open(&source).expect("it isn't denied");
        script.change_control(Control::Torch, ControlValue::Boolean(true));
        script.change_control(Control::Sharpness, ControlValue::Number(1.0));
        assert!(matches!(stream.next(LONG), Ok(StreamEvent::ControlsChanged)));
        assert_eq!(stream.settings().get(&Control::Torch), Some(&ControlValue::Boolean(true)));
        assert_eq!(stream.settings().get(&Control::Sharpness), None, "it has none");
    }

    #[test]
    fn controls_that_cannot_be_set_say_so() {
        let (source, script) = with_controls();
        let mut stream = open(&source).expect("it isn't denied");
        let mut refused = |control, value| stream.set(control, &value).err().map(|error| error.name);
        for (control, value) in [
            (Control::Pan, ControlValue::Number(1.0)),
            (Control::Zoom, ControlValue::Boolean(true)),
            (Control::Zoom, ControlValue::Number(f64::NAN)),
            (Control::ExposureMode, ControlValue::Mode(MeteringMode::SingleShot)),
        ] {
            assert_eq!(refused(control, value), Some(ErrorName::NotSupported));
        }
        script.jam(Control::Zoom);
        assert_eq!(refused(Control::Zoom, ControlValue::Number(3.0)), Some(ErrorName::NotReadable));
        assert_eq!(script.control(Control::Zoom), Some(ControlValue::Number(2.0)), "it stays as it was");
        script.allow();
        assert_eq!(refused(Control::Zoom, ControlValue::Number(3.0)), None);
    }

    #[test]
    fn it_is_muted_for_a_while() {
        let (_source, script, mut stream) = opened();
        script.mute();
        script.unmute();
        assert!(matches!(stream.next(LONG), Ok(StreamEvent::Muted(true))));
        assert!(matches!(stream.next(LONG), Ok(StreamEvent::Muted(false))));
    }

    #[test]
    fn one_of_two_devices_comes_and_goes() {
        let (source, script) = ScriptedSource::new();
        let first = script.devices().remove(0);
        let second = Device { id: "scripted-2".into(), ..first.clone() };
        let mut watch = source.watch();
        assert!(!watch.wait(Duration::ZERO));
        script.plug_in(second.clone());
        assert!(watch.wait(LONG) && !watch.wait(Duration::ZERO), "once");
        let open = |device: &Device| source.open(&device.id, &device.modes[0], &FramePool::default());
        let (mut one, mut two) = (open(&first).expect("there"), open(&second).expect("there"));
        script.pull_out(&second.id);
        assert!(watch.wait(LONG));
        assert_eq!(two.next(LONG).err().map(|error| error.name), Some(ErrorName::NotFound));
        assert!(nothing(&mut *one), "the other goes on");
        assert_eq!(source.devices(), Ok(vec![first.clone()]));
        script.plug_in(second.clone());
        script.plug_in(second.clone());
        assert_eq!(source.devices(), Ok(vec![first, second]));
    }

    #[test]
    fn refusals_have_their_names() {
        let (source, script) = ScriptedSource::new();
        let refusal = || open(&source).err().map(|error| error.name);
        script.deny();
        assert_eq!(refusal(), Some(ErrorName::NotAllowed));
        script.busy();
        assert_eq!(refusal(), Some(ErrorName::NotReadable));
        script.allow();
        assert_eq!(refusal(), None);
        script.set_devices([]);
        assert_eq!(refusal(), Some(ErrorName::NotFound));
        assert_eq!((script.opened(), script.closed()), (1, 1), "only what was opened is counted");
    }

    #[test]
    fn the_end_and_the_loss_of_permission() {
        let (_source, script, mut stream) = opened();
        script.end();
        assert!(matches!(stream.next(LONG), Ok(StreamEvent::Ended)));
        assert!(matches!(stream.next(LONG), Ok(StreamEvent::Ended)));
        let (source, script, mut stream) = opened();
        script.revoke();
        assert_eq!(stream.next(LONG).err().map(|error| error.name), Some(ErrorName::NotAllowed));
        assert_eq!(open(&source).err().map(|error| error.name), Some(ErrorName::NotAllowed));
    }

    #[test]
    fn broken_frames_are_broken_and_the_next_is_good() {
        let (_source, script, mut stream) = opened();
        for fault in
            [FrameFault::Truncated, FrameFault::Empty, FrameFault::WrongStride, FrameFault::AbsurdSize]
        {
            script.faulty_frame(fault);
            script.frame();
            let error = frame(&mut *stream).validate().expect_err("a broken frame");
            assert_eq!(error.name, ErrorName::Data, "{fault:?}: {error}");
            assert_eq!(frame(&mut *stream).validate(), Ok(()));
        }
        script.faulty_frame(FrameFault::CorruptJpeg);
        script.faulty_frame(FrameFault::Flagged);
        let jpeg = frame(&mut *stream);
        assert_eq!(jpeg.format, PixelFormat::Mjpeg);
        assert!(MjpegDecoder::default().decode(jpeg).is_err());
        assert!(matches!(stream.next(Duration::ZERO), Ok(StreamEvent::Corrupt(_))));
    }

    #[test]
    fn what_cannot_be_painted_is_refused_at_once() {
        let (_source, script, mut stream) = opened();
        for size in [UVec2::ZERO, UVec2::MAX] {
            let error = script.change_format(size, PixelFormat::Nv12).err().map(|error| error.name);
            assert_eq!(error, Some(ErrorName::Type));
        }
        script.frame();
        assert_eq!(frame(&mut *stream).size, UVec2::new(320, 240));
    }
}
