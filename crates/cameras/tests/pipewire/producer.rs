//! A camera of the test's own: a node of PipeWire that sends what a test wants.

use std::{
    cell::RefCell,
    io::Cursor,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use pipewire::{
    context::ContextRc,
    loop_::Timeout,
    main_loop::MainLoopRc,
    properties::PropertiesBox,
    spa::{
        pod::{ChoiceValue, Object, Pod, Property, PropertyFlags, Value, serialize::PodSerializer},
        sys,
        utils::{Choice, ChoiceEnum, ChoiceFlags, Direction, Fraction, Id, Rectangle},
    },
    stream::{Stream, StreamFlags, StreamRc},
};

/// The numbers of raw formats.
pub const NV12: u32 = sys::SPA_VIDEO_FORMAT_NV12;
pub const YUY2: u32 = sys::SPA_VIDEO_FORMAT_YUY2;
pub const GRAY8: u32 = sys::SPA_VIDEO_FORMAT_GRAY8;

/// A property of a format.
pub fn property(key: u32, value: Value) -> Property {
    Property { key, flags: PropertyFlags::empty(), value }
}

pub fn size(width: u32, height: u32) -> Property {
    property(sys::SPA_FORMAT_VIDEO_size, Value::Rectangle(Rectangle { width, height }))
}

pub fn rate(num: u32, denom: u32) -> Property {
    property(sys::SPA_FORMAT_VIDEO_framerate, Value::Fraction(Fraction { num, denom }))
}

/// A parameter of a raw format, with these other properties.
pub fn raw(pixels: u32, others: Vec<Property>) -> Vec<u8> {
    let mut properties = vec![
        property(sys::SPA_FORMAT_mediaType, Value::Id(Id(sys::SPA_MEDIA_TYPE_video))),
        property(sys::SPA_FORMAT_mediaSubtype, Value::Id(Id(sys::SPA_MEDIA_SUBTYPE_raw))),
        property(sys::SPA_FORMAT_VIDEO_format, Value::Id(Id(pixels))),
    ];
    properties.extend(others);
    format(properties)
}

/// A parameter of a format with these properties.
pub fn format(properties: Vec<Property>) -> Vec<u8> {
    object(sys::SPA_TYPE_OBJECT_Format, sys::SPA_PARAM_EnumFormat, properties)
}

fn object(type_: u32, id: u32, properties: Vec<Property>) -> Vec<u8> {
    let value = Value::Object(Object { type_, id, properties });
    PodSerializer::serialize(Cursor::new(Vec::new()), &value).expect("it is valid").0.into_inner()
}

/// Any of these numbers, the first preferred.
pub fn any(numbers: &[u32]) -> Value {
    let alternatives = numbers.iter().map(|number| Id(*number)).collect();
    let choice = ChoiceEnum::Enum { default: Id(numbers[0]), alternatives };
    Value::Choice(ChoiceValue::Id(Choice(ChoiceFlags::empty(), choice)))
}

/// A frame to fill: its number, its blocks of memory, and what the test says of it.
pub struct Draft<'a> {
    pub number: u64,
    pub blocks: Vec<&'a mut [u8]>,
    /// Offset, length, stride and flags of each block.
    pub chunks: Vec<(u32, u32, i32, i32)>,
    /// Flags of the header.
    pub flags: u32,
    /// The time of the header. `None` is the present.
    pub time: Option<i64>,
    pub transform: u32,
}

/// The buffers of a camera.
#[derive(Debug, Clone, Copy)]
pub struct Buffers {
    pub blocks: i32,
    pub size: i32,
    pub stride: i32,
}

type Fill = dyn FnMut(&mut Draft<'_>) + Send;

enum Order {
    Formats(Vec<Vec<u8>>, Buffers),
    Pause(bool),
}

/// A camera that runs until the drop.
pub struct Producer {
    stop: Arc<AtomicBool>,
    orders: mpsc::Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Producer {
    /// A camera of this name, with formats, buffers and frames as they are given. It sends 30 frames a second.
    pub fn new(
        name: &str,
        formats: Vec<Vec<u8>>,
        buffers: Buffers,
        fill: impl FnMut(&mut Draft<'_>) + Send + 'static,
    ) -> Self {
        Self::with_properties(name, &[], formats, buffers, fill)
    }

    pub fn with_properties(
        name: &str,
        properties: &[(&str, &str)],
        formats: Vec<Vec<u8>>,
        buffers: Buffers,
        fill: impl FnMut(&mut Draft<'_>) + Send + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (orders, received) = mpsc::channel();
        let (flag, name) = (stop.clone(), name.to_owned());
        let properties: Vec<(String, String)> =
            properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let thread = thread::spawn(move || {
            run(&name, &properties, &formats, buffers, Box::new(fill), &flag, &received);
        });
        Self { stop, orders, thread: Some(thread) }
    }

    /// Stops or resumes sending, and stays connected.
    pub fn pause(&self, paused: bool) {
        self.orders.send(Order::Pause(paused)).expect("the camera runs");
    }

    /// Changes the formats while the camera runs.
    pub fn change(&self, formats: Vec<Vec<u8>>, buffers: Buffers) {
        self.orders.send(Order::Formats(formats, buffers)).expect("the camera runs");
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct State {
    fill: Box<Fill>,
    buffers: Rc<RefCell<Buffers>>,
    number: u64,
}

fn run(
    name: &str,
    more: &[(String, String)],
    formats: &[Vec<u8>],
    buffers: Buffers,
    fill: Box<Fill>,
    stop: &AtomicBool,
    orders: &mpsc::Receiver<Order>,
) {
    let main_loop = MainLoopRc::new(None).expect("a loop");
    let context = ContextRc::new(&main_loop, None).expect("a context");
    let core = context.connect_rc(None).expect("PipeWire runs");
    let mut properties = PropertiesBox::new();
    for (key, value) in [
        ("media.class", "Video/Source"),
        ("media.role", "Camera"),
        ("node.name", name),
        ("node.description", name),
    ] {
        properties.insert(key, value);
    }
    for (key, value) in more {
        properties.insert(key.as_str(), value.as_str());
    }
    let stream = StreamRc::new(core, name, properties).expect("a stream");
    let buffers = Rc::new(RefCell::new(buffers));
    let state = State { fill, buffers: buffers.clone(), number: 0 };
    let _listener = stream
        .add_local_listener_with_user_data(state)
        .param_changed(|stream, state, parameter, pod| {
            if parameter == sys::SPA_PARAM_Format && pod.is_some() {
                let parameters = parameters(*state.buffers.borrow());
                with_pods(&parameters, |pods| stream.update_params(pods)).expect("they are valid");
            }
        })
        .process(process)
        .register()
        .expect("a listener");
    let flags = StreamFlags::DRIVER | StreamFlags::MAP_BUFFERS;
    with_pods(formats, |pods| stream.connect(Direction::Output, None, flags, pods)).expect("it connects");
    let timer_stream = stream.clone();
    let timer = main_loop.loop_().add_timer(move |_| {
        let _ = timer_stream.trigger_process();
    });
    let interval = Some(Duration::from_micros(33_333));
    let _ = timer.update_timer(interval, interval);
    while !stop.load(Ordering::Relaxed) {
        main_loop.loop_().iterate(Timeout::Finite(Duration::from_millis(10)));
        for order in orders.try_iter() {
            match order {
                Order::Formats(formats, new) => {
                    *buffers.borrow_mut() = new;
                    with_pods(&formats, |pods| stream.update_params(pods)).expect("they are valid");
                }
                Order::Pause(paused) => {
                    let interval = interval.filter(|_| !paused);
                    let _ = timer.update_timer(interval, interval);
                }
            }
        }
    }
}

/// The parameters of buffers and metadata.
fn parameters(Buffers { blocks, size, stride }: Buffers) -> Vec<Vec<u8>> {
    let int = |key, value| property(key, Value::Int(value));
    let count = ChoiceEnum::Range { default: 4, min: 2, max: 16 };
    let memory = ChoiceEnum::Flags { default: 1 << sys::SPA_DATA_MemFd, flags: vec![] };
    let of = |choice| Value::Choice(ChoiceValue::Int(Choice(ChoiceFlags::empty(), choice)));
    let buffers = vec![
        property(sys::SPA_PARAM_BUFFERS_buffers, of(count)),
        int(sys::SPA_PARAM_BUFFERS_blocks, blocks),
        int(sys::SPA_PARAM_BUFFERS_size, size),
        int(sys::SPA_PARAM_BUFFERS_stride, stride),
        property(sys::SPA_PARAM_BUFFERS_dataType, of(memory)),
    ];
    let meta = |meta: u32, len: usize| {
        let properties = vec![
            property(sys::SPA_PARAM_META_type, Value::Id(Id(meta))),
            int(sys::SPA_PARAM_META_size, len as i32),
        ];
        object(sys::SPA_TYPE_OBJECT_ParamMeta, sys::SPA_PARAM_Meta, properties)
    };
    vec![
        object(sys::SPA_TYPE_OBJECT_ParamBuffers, sys::SPA_PARAM_Buffers, buffers),
        meta(sys::SPA_META_Header, size_of::<sys::spa_meta_header>()),
        meta(sys::SPA_META_VideoTransform, size_of::<sys::spa_meta_videotransform>()),
    ]
}

fn process(stream: &Stream, state: &mut State) {
    // SAFETY: The buffer is this stream's, is held until it is queued, and is filled by this thread alone. Its blocks
    // are mapped (MAP_BUFFERS), and each has `maxsize` bytes.
    unsafe {
        let pointer = stream.dequeue_raw_buffer();
        let Some(buffer) = pointer.as_ref().and_then(|buffer| buffer.buffer.as_ref()) else { return };
        let datas = std::slice::from_raw_parts_mut(buffer.datas, buffer.n_datas as usize);
        let blocks: Vec<&mut [u8]> = datas
            .iter()
            .map(|data| std::slice::from_raw_parts_mut(data.data.cast::<u8>(), data.maxsize as usize))
            .collect();
        let stride = state.buffers.borrow().stride;
        let chunks = blocks.iter().map(|block| (0, block.len() as u32, stride, 0)).collect();
        let mut draft = Draft { number: state.number, blocks, chunks, flags: 0, time: None, transform: 0 };
        (state.fill)(&mut draft);
        for (data, (offset, len, stride, flags)) in datas.iter().zip(&draft.chunks) {
            let chunk = sys::spa_chunk { offset: *offset, size: *len, stride: *stride, flags: *flags };
            data.chunk.write_volatile(chunk);
        }
        let metas = std::slice::from_raw_parts(buffer.metas, buffer.n_metas as usize);
        for meta in metas {
            if meta.type_ == sys::SPA_META_Header {
                let time = draft.time.unwrap_or_else(now);
                let header = sys::spa_meta_header {
                    flags: draft.flags,
                    offset: 0,
                    pts: time,
                    dts_offset: 0,
                    seq: draft.number,
                };
                meta.data.cast::<sys::spa_meta_header>().write_volatile(header);
            } else if meta.type_ == sys::SPA_META_VideoTransform {
                let transform = sys::spa_meta_videotransform { transform: draft.transform };
                meta.data.cast::<sys::spa_meta_videotransform>().write_volatile(transform);
            }
        }
        state.number += 1;
        stream.queue_raw_buffer(pointer);
    }
}

/// The present time in nanoseconds of the monotonic clock.
pub fn now() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

fn with_pods<T>(pods: &[Vec<u8>], call: impl FnOnce(&mut [&Pod]) -> T) -> T {
    let mut pods: Vec<&Pod> = pods.iter().map(|bytes| Pod::from_bytes(bytes).expect("it is whole")).collect();
    call(&mut pods)
}
