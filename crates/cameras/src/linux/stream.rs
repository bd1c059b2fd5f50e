//! A camera that runs: a stream of PipeWire on a thread of its own.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use pipewire::{
    properties::PropertiesBox,
    spa::{param::ParamType, utils::Direction},
    stream::{Stream as PipeWireStream, StreamFlags, StreamRc, StreamState},
};
use rustix::time::{ClockId, clock_gettime};

use super::{
    connection::{Connection, Remote},
    memory,
    nodes::Registry,
    portal,
    worker::{Stop, Worker},
};
use crate::{
    Error, Event, Format, Frame, Layout, Orientation, Plane, RateRange,
    mailbox::Mailbox,
    spa::{
        Header, Negotiated, Node, PlanePlace, Request, buffers, capture_time, is_corrupt, lost_between,
        metas, negotiated, orientation, planes,
    },
};

/// A camera to open.
#[derive(Debug)]
pub(super) struct OpenRequest {
    pub remote: Remote,
    pub id: String,
    pub name: String,
    pub request: Request,
    /// The time for each step of opening.
    pub limit: Duration,
}

/// A stream. The drop ends it, and its thread.
#[derive(Debug)]
pub(super) struct ActiveStream {
    shared: Arc<Shared>,
    /// The format on which both sides agreed first.
    format: Negotiated,
    suspended: bool,
    ended: Option<Error>,
    _worker: Worker,
}

/// The part that both threads see.
#[derive(Debug, Default)]
struct Shared {
    mailbox: Mailbox<Arrival>,
    suspended: AtomicBool,
    /// Memory of frames that were read.
    spare: Mutex<Vec<Vec<u8>>>,
}

#[derive(Debug)]
enum Arrival {
    Frame(Sample),
    Corrupt(Error),
    Ended(Error),
}

/// A copy of a frame.
#[derive(Debug)]
struct Sample {
    format: Negotiated,
    bytes: Vec<u8>,
    /// The places of the planes in the bytes.
    planes: Vec<PlanePlace>,
    /// The time of capture in nanoseconds of the monotonic clock.
    captured: i64,
    damaged: bool,
    orientation: Orientation,
}

impl Shared {
    fn take_spare(&self) -> Vec<u8> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn put_spare(&self, bytes: Vec<u8>) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        // One is read, one is in the mailbox, and one is written.
        if spare.len() < 3 {
            spare.push(bytes);
        }
    }
}

/// The present time in nanoseconds of the monotonic clock.
fn now() -> i64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

impl ActiveStream {
    /// Opens a camera, and waits until the format is agreed.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such camera, [`Error::Format`] if it has no format that can be read,
    /// [`Error::Failed`] if PipeWire or its session manager doesn't answer in time.
    pub fn open(open_request: OpenRequest) -> Result<Self, Error> {
        let shared = Arc::new(Shared::default());
        let (opened, agreed) = mpsc::channel();
        let of_thread = shared.clone();
        let worker = Worker::start(move |stop| {
            if let Err(error) = run(open_request, &of_thread, stop, &opened) {
                // One of both is waited for.
                let _ = opened.send(Err(error.clone()));
                of_thread.mailbox.put(Arrival::Ended(error));
            }
        })?;
        let ended = |_| Error::Failed("the thread of a camera has ended".into());
        let format = agreed.recv().map_err(ended)??;
        Ok(Self { shared, format, suspended: false, ended: None, _worker: worker })
    }

    /// The agreed format, in the terms of the chosen one.
    pub fn format(&self, chosen: &Format) -> Format {
        let Negotiated { code, width, height, interval, color } = self.format;
        let rates = match interval.and_then(|interval| RateRange::of_intervals(interval, interval)) {
            Some(rate)
                if !chosen.rates.iter().any(|range| range.min <= rate.min && rate.max <= range.max) =>
            {
                vec![rate]
            }
            _ => chosen.rates.clone(),
        };
        Format { index: chosen.index, code, width, height, rates, color, stride: None }
    }

    /// The agreed rate in Hz, or the chosen one if the time between frames varies.
    pub fn rate(&self, chosen: f64) -> f64 {
        self.format.interval.and_then(crate::Interval::rate).unwrap_or(chosen)
    }

    pub fn next(&mut self, wait: Duration, read: &mut dyn FnMut(&Frame<'_>)) -> Result<Event<()>, Error> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        match self.shared.mailbox.take(wait) {
            Some((Arrival::Frame(sample), lost)) => {
                let event = if std::mem::take(&mut self.suspended) {
                    Event::Suspended(false)
                } else {
                    lend(&sample, lost, read);
                    Event::Frame(())
                };
                self.shared.put_spare(sample.bytes);
                Ok(event)
            }
            Some((Arrival::Corrupt(error), _)) => Ok(Event::Corrupt(error)),
            Some((Arrival::Ended(error), _)) => Err(self.ended.insert(error).clone()),
            None => {
                let suspended = self.shared.suspended.load(Ordering::Relaxed);
                Ok(match std::mem::replace(&mut self.suspended, suspended) == suspended {
                    true => Event::Pending,
                    false => Event::Suspended(suspended),
                })
            }
        }
    }
}

/// Lends a frame to `read`.
fn lend(sample: &Sample, lost: u64, read: &mut dyn FnMut(&Frame<'_>)) {
    let plane = |place: &PlanePlace| Plane {
        bytes: sample.bytes.get(place.bytes.clone()).unwrap_or_default(),
        stride: place.stride,
        bottom_up: place.bottom_up,
    };
    let age = now().checked_sub(sample.captured).and_then(|age| u64::try_from(age).ok());
    read(&Frame {
        width: sample.format.width,
        height: sample.format.height,
        code: sample.format.code,
        color: sample.format.color,
        planes: sample.planes.iter().map(plane).collect(),
        age: age.map(Duration::from_nanos),
        lost,
        damaged: sample.damaged,
        orientation: sample.orientation,
    });
}

type Opened = mpsc::Sender<Result<Negotiated, Error>>;

/// The work of the thread: opens the camera, and runs it until it ends or is stopped.
fn run(open_request: OpenRequest, shared: &Arc<Shared>, stop: Stop, opened: &Opened) -> Result<(), Error> {
    let OpenRequest { remote, id, name, request, limit } = open_request;
    let is_portal = matches!(remote, Remote::Portal(_));
    let (connection, registry) = Registry::connect(remote, Instant::now() + limit)?;
    let gone = || Error::NotFound(format!("{name} isn't connected"));
    let node = registry.nodes().into_iter().find(|node| node.camera.id == id).ok_or_else(gone)?;
    let stopping = stop.attach(connection.main_loop.loop_());
    let state = Rc::new(State::default());
    let stream = open_stream(&connection, &node)?;
    let callbacks = Callbacks { state: state.clone(), shared: shared.clone(), last: None };
    let _listener = stream
        .add_local_listener_with_user_data(callbacks)
        .state_changed(|_, callbacks, old, new| callbacks.state_changed(&old, &new))
        .param_changed(|stream, callbacks, parameter, pod| {
            if parameter == ParamType::Format.as_raw()
                && let Some(pod) = pod
            {
                callbacks.format_changed(stream, pod.as_bytes());
            }
        })
        .process(|stream, callbacks| callbacks.process(stream))
        .register()
        .map_err(|error| Error::Failed(format!("PipeWire: listen to the stream: {error}")))?;
    let target = if node.serial.is_some() { None } else { Some(node.global) };
    let flags = StreamFlags::AUTOCONNECT | StreamFlags::MAP_BUFFERS | StreamFlags::DONT_RECONNECT;
    memory::with_pods(&request.parameters(), |pods| stream.connect(Direction::Input, target, flags, pods))
        .map_err(|error| Error::Failed(format!("PipeWire: connect the stream to {name}: {error}")))?;

    let is_over = || stopping.is_stopped() || state.failure.borrow().is_some() || !registry.has(node.global);
    let agreed =
        connection.run_until(Some(Instant::now() + limit), || state.format.get().is_some() || is_over());
    if let Some(format) = state.format.get() {
        // It fails only if nobody waits any more.
        let _ = opened.send(Ok(format));
        connection.run_until(None, is_over)?;
    } else if agreed.is_err() && connection.is_alive() {
        return Err(Error::Failed(format!(
            "{name} didn't agree to a format within {limit:?}: no session manager (wireplumber) may be running"
        )));
    }
    agreed?;
    if stopping.is_stopped() {
        return Ok(());
    }
    // A node that goes breaks its stream, too: its end is the reason.
    if registry.has(node.global)
        && !disappears(&connection, &registry, node.global)
        && let Some(error) = state.failure.borrow().clone()
    {
        return Err(error);
    }
    // A camera also goes from the list when the user revokes the permission.
    match is_portal.then(|| portal::open_remote(limit).map_err(Error::from)) {
        Some(Err(Error::NotAllowed(text))) => {
            Err(Error::NotAllowed(format!("the permission was revoked: {text}")))
        }
        _ => Err(Error::NotFound(format!("{name} was disconnected"))),
    }
}

/// Whether a node disappears within 200 ms.
fn disappears(connection: &Connection, registry: &Registry, node: u32) -> bool {
    const MOMENT: Duration = Duration::from_millis(200);
    connection.run_until(Some(Instant::now() + MOMENT), || !registry.has(node)).is_ok()
}

fn open_stream(connection: &Connection, node: &Node) -> Result<StreamRc, Error> {
    let mut properties = PropertiesBox::new();
    properties.insert("media.type", "Video");
    properties.insert("media.category", "Capture");
    properties.insert("media.role", "Camera");
    if let Some(serial) = &node.serial {
        properties.insert("target.object", serial.as_str());
    }
    StreamRc::new(connection.core.clone(), "viewfinder", properties)
        .map_err(|error| Error::Failed(format!("PipeWire: make a stream: {error}")))
}

#[derive(Debug, Default)]
struct State {
    format: Cell<Option<Negotiated>>,
    failure: RefCell<Option<Error>>,
}

struct Callbacks {
    state: Rc<State>,
    shared: Arc<Shared>,
    /// The header of the last frame.
    last: Option<Header>,
}

impl Callbacks {
    fn fail(&self, error: Error) {
        self.state.failure.borrow_mut().get_or_insert(error);
    }

    fn state_changed(&self, old: &StreamState, new: &StreamState) {
        match new {
            StreamState::Error(text) => self.fail(stream_error(text)),
            StreamState::Unconnected => self.fail(Error::NotFound("PipeWire has closed the stream".into())),
            StreamState::Streaming => self.shared.suspended.store(false, Ordering::Relaxed),
            StreamState::Paused if *old == StreamState::Streaming => {
                self.shared.suspended.store(true, Ordering::Relaxed);
            }
            StreamState::Paused | StreamState::Connecting => {}
        }
    }

    /// Takes the agreed format, and asks for buffers.
    fn format_changed(&self, stream: &PipeWireStream, format: &[u8]) {
        let Some(format) = negotiated(format) else {
            self.fail(Error::Format("PipeWire agreed to a format that is none of video".into()));
            return;
        };
        let parameters: Vec<Vec<u8>> = buffers().into_iter().chain(metas()).collect();
        match memory::with_pods(&parameters, |pods| stream.update_params(pods)) {
            Ok(()) => self.state.format.set(Some(format)),
            Err(error) => self.fail(Error::Format(format!("PipeWire: ask for buffers: {error}"))),
        }
    }

    /// Takes the newest buffer, and returns all.
    fn process(&mut self, stream: &PipeWireStream) {
        let mut newest = None;
        while let Some(buffer) = stream.dequeue_buffer() {
            if newest.replace(buffer).is_some() {
                self.shared.mailbox.lose(1);
            }
        }
        let (Some(mut buffer), Some(format)) = (newest, self.state.format.get()) else { return };
        let cycle = stream.time().ok().map(|time| time.now());
        let contents = memory::copy(&mut buffer, self.shared.take_spare());
        drop(buffer);
        let arrival = match contents.and_then(|contents| self.sample(format, contents, cycle)) {
            Ok(sample) => Arrival::Frame(sample),
            Err(error) => Arrival::Corrupt(error),
        };
        self.shared.mailbox.put(arrival);
    }

    fn sample(
        &mut self,
        format: Negotiated,
        contents: memory::Contents,
        cycle: Option<i64>,
    ) -> Result<Sample, Error> {
        let memory::Contents { bytes, blocks, starts, flags, header, transform } = contents;
        let last = std::mem::replace(&mut self.last, header);
        self.shared.mailbox.lose(lost_between(last, header));
        let damaged = is_corrupt(header, flags);
        if damaged && bytes.is_empty() {
            return Err(Error::Failed("the camera sent a damaged frame without bytes".into()));
        }
        let layout = format.code.layout().unwrap_or(Layout::Jpeg);
        let mut planes = planes(layout, format.width, format.height, &blocks)?;
        for plane in &mut planes {
            let start = starts.get(plane.block).copied().unwrap_or(0);
            plane.bytes = plane.bytes.start + start..plane.bytes.end + start;
        }
        Ok(Sample {
            format,
            bytes,
            planes,
            captured: capture_time(now(), header, cycle),
            damaged,
            orientation: transform.and_then(orientation).unwrap_or_default(),
        })
    }
}

/// The meaning of a stream's error. PipeWire and its session manager give texts only.
fn stream_error(text: &str) -> Error {
    let message = format!("the stream of the camera has failed: {text}");
    let has = |part: &str| text.contains(part);
    if has("format") {
        Error::Format(message)
    } else if has("target") || has("no node") || has("defined") {
        Error::NotFound(message)
    } else if has("not permitted") || has("denied") {
        Error::NotAllowed(message)
    } else if has("busy") || has("exclusive") {
        Error::InUse(message)
    } else {
        Error::Failed(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_streams_have_their_meaning() {
        assert!(matches!(stream_error("no more input formats"), Error::Format(_)));
        assert!(matches!(stream_error("no target node available"), Error::NotFound(_)));
        assert!(matches!(stream_error("Device or resource busy"), Error::InUse(_)));
        assert!(matches!(stream_error("Operation not permitted"), Error::NotAllowed(_)));
        assert!(matches!(stream_error("?"), Error::Failed(_)));
    }
}
