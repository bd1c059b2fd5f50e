//! The level of a browser's microphone, by
//! [Web Audio](https://www.w3.org/TR/webaudio/).

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::MediaStream;

use crate::web::{Listener, ignore_rejection, page};

/// The newest samples that can be read, a power of 2: 85 ms at 48 kHz.
const NEWEST: usize = 4096;

/// The events of users that permit sound
/// ([activation triggering input events](https://html.spec.whatwg.org/multipage/interaction.html#activation-triggering-input-event)).
const GESTURES: [&str; 4] = ["keydown", "pointerdown", "pointerup", "touchend"];

#[wasm_bindgen]
extern "C" {
    /// The part of [`AudioContext`](https://www.w3.org/TR/webaudio/#AudioContext) that is used: binding all of it would
    /// enlarge the module.
    #[derive(Debug, Clone)]
    type AudioContext;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<AudioContext, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn state(this: &AudioContext) -> String;

    #[wasm_bindgen(method, getter, js_name = currentTime)]
    fn current_time(this: &AudioContext) -> f64;

    #[wasm_bindgen(method, getter, js_name = sampleRate)]
    fn sample_rate(this: &AudioContext) -> f64;

    #[wasm_bindgen(method, catch)]
    fn resume(this: &AudioContext) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &AudioContext) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createMediaStreamSource)]
    fn create_media_stream_source(this: &AudioContext, stream: &MediaStream) -> Result<AudioNode, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createAnalyser)]
    fn create_analyser(this: &AudioContext) -> Result<AnalyserNode, JsValue>;

    /// The part of [`AudioNode`](https://www.w3.org/TR/webaudio/#AudioNode) that is used.
    #[derive(Debug, Clone)]
    type AudioNode;

    #[wasm_bindgen(method, catch)]
    fn connect(this: &AudioNode, to: &AudioNode) -> Result<AudioNode, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn disconnect(this: &AudioNode) -> Result<(), JsValue>;

    /// The part of [`AnalyserNode`](https://www.w3.org/TR/webaudio/#AnalyserNode) that is used.
    #[wasm_bindgen(extends = AudioNode)]
    #[derive(Debug, Clone)]
    type AnalyserNode;

    #[wasm_bindgen(method, setter, js_name = fftSize)]
    fn set_fft_size(this: &AnalyserNode, samples: u32);

    #[wasm_bindgen(method, js_name = getFloatTimeDomainData)]
    fn float_time_domain_data(this: &AnalyserNode, samples: &mut [f32]);
}

/// The context of the meters of a source. It exists while there are meters.
#[derive(Debug, Default)]
pub(super) struct MeterContext(RefCell<Weak<Running>>);

/// A context that runs once the browser permits sound, and measures nothing before. Dropping it closes it.
#[derive(Debug)]
struct Running {
    context: AudioContext,
    _gestures: Vec<Listener>,
}

impl MeterContext {
    fn get(&self) -> Result<Rc<Running>, JsValue> {
        if let Some(running) = self.0.borrow().upgrade() {
            return Ok(running);
        }
        let running = Rc::new(Running::new()?);
        self.0.replace(Rc::downgrade(&running));
        Ok(running)
    }
}

impl Running {
    fn new() -> Result<Self, JsValue> {
        let (_, document) = page().map_err(|error| JsValue::from(error.to_string()))?;
        let context = AudioContext::new()?;
        resume(&context);
        let gesture = |event| {
            let context = context.clone();
            Listener::new(&document, event, move |_| resume(&context))
        };
        Ok(Self { _gestures: GESTURES.map(gesture).into(), context })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(closing) = self.context.close() {
            ignore_rejection(&closing);
        }
    }
}

/// Resumes a suspended context. Without a gesture of the user before, a browser may leave it suspended.
fn resume(context: &AudioContext) {
    if context.state() != "running"
        && let Ok(resuming) = context.resume()
    {
        ignore_rejection(&resuming);
    }
}

/// Measures the sound of a stream.
#[derive(Debug)]
pub(super) struct Meter {
    running: Rc<Running>,
    source: AudioNode,
    analyser: AnalyserNode,
    /// The context's time of the last reading, in seconds.
    read: Cell<f64>,
    samples: RefCell<Vec<f32>>,
}

impl Meter {
    /// Begins to measure the sound of a stream.
    ///
    /// # Errors
    /// The exception of a browser that can't.
    pub fn new(context: &MeterContext, stream: &MediaStream) -> Result<Self, JsValue> {
        let running = context.get()?;
        let source = running.context.create_media_stream_source(stream)?;
        let analyser = running.context.create_analyser()?;
        analyser.set_fft_size(NEWEST as u32);
        source.connect(&analyser)?;
        let read = Cell::new(running.context.current_time());
        Ok(Self { running, source, analyser, read, samples: RefCell::new(vec![0.0; NEWEST]) })
    }

    /// Passes on the samples since the last call, at most the newest 4096, mixed down to one channel.
    pub fn read(&self, receive: impl FnOnce(&[f32])) {
        let now = self.running.context.current_time();
        let elapsed = now - self.read.replace(now);
        let count = ((elapsed * self.running.context.sample_rate()).round() as usize).min(NEWEST);
        if count > 0 {
            let mut samples = self.samples.borrow_mut();
            self.analyser.float_time_domain_data(&mut samples);
            receive(&samples[NEWEST - count..]);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        let _ = self.source.disconnect();
    }
}
