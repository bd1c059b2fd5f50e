//! The hidden element that plays a stream or a file, and reports each of its frames.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use bevy::{math::UVec2, platform::time::Instant};
use js_sys::Function;
use wasm_bindgen::{JsCast, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Document, HtmlVideoElement, Performance};

use super::{
    frames::{FrameInfo, PageElement},
    track::TrackReporter,
};
use crate::{
    error::MediaError,
    web::{Listener, get, ignore_rejection, media_error, page},
};

/// A hidden video element. Dropping it removes the element and its listeners from the page.
#[derive(Debug)]
pub(super) struct Video {
    observer: Rc<FrameObserver>,
    listeners: Vec<Listener>,
}

/// Observes the frames of a video element.
#[derive(Debug)]
struct FrameObserver {
    element: HtmlVideoElement,
    document: Document,
    performance: Performance,
    reporter: TrackReporter,
    callback: RefCell<Option<FrameCallback>>,
    /// The handle of the requested frame callback.
    requested: Cell<Option<u32>>,
    /// The browser's count of presented frames at the last callback.
    presented: Cell<Option<f64>>,
    /// The playback position at the last poll, in seconds, in browsers without frame callbacks.
    played: Cell<f64>,
    /// Whether the app paused it.
    paused: Cell<bool>,
}

type FrameCallback = Closure<dyn FnMut(f64, FrameMetadata)>;

#[wasm_bindgen]
extern "C" {
    /// [`HTMLVideoElement.requestVideoFrameCallback`](https://wicg.github.io/video-rvfc/), which web-sys lacks.
    #[wasm_bindgen(extends = HtmlVideoElement)]
    type FrameVideo;

    #[wasm_bindgen(method, js_name = requestVideoFrameCallback)]
    fn request_video_frame_callback(this: &FrameVideo, callback: &Function) -> u32;

    #[wasm_bindgen(method, js_name = cancelVideoFrameCallback)]
    fn cancel_video_frame_callback(this: &FrameVideo, handle: u32);

    /// [`VideoFrameCallbackMetadata`](https://wicg.github.io/video-rvfc/#dictdef-videoframecallbackmetadata).
    type FrameMetadata;

    #[wasm_bindgen(method, getter)]
    fn width(this: &FrameMetadata) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    fn height(this: &FrameMetadata) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = captureTime)]
    fn capture_time(this: &FrameMetadata) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = presentedFrames)]
    fn presented_frames(this: &FrameMetadata) -> Option<f64>;
}

/// The element is inside the page and neither `display: none` nor off the screen, because some browsers don't play such
/// elements.
const HIDDEN: &str =
    "position:fixed;left:0;top:0;width:1px;height:1px;opacity:0;pointer-events:none;z-index:-1";

impl Video {
    /// A video without a stream. `resized` is called with its size in pixels, when it is known and when it changes.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if there is no page.
    pub fn new(reporter: TrackReporter, resized: impl Fn(UVec2) + 'static) -> Result<Self, MediaError> {
        let (window, document) = page()?;
        let no_element =
            || MediaError::not_supported("this browser has no video element; use another browser");
        let performance = window.performance().ok_or_else(no_element)?;
        let element: HtmlVideoElement = document
            .create_element("video")
            .ok()
            .and_then(|element| element.dyn_into().ok())
            .ok_or_else(no_element)?;
        element.set_muted(true);
        element.set_autoplay(true);
        // Not as an attribute, which a content security policy may forbid.
        element.style().set_css_text(HIDDEN);
        for (name, value) in [("playsinline", ""), ("aria-hidden", "true")] {
            element.set_attribute(name, value).map_err(|thrown| {
                media_error(&thrown, "the page can't create a video element; use another browser")
            })?;
        }
        document
            .body()
            .ok_or_else(|| {
                MediaError::invalid_state("the page has no body yet; start the app after the page is loaded")
            })?
            .append_child(&element)
            .map_err(|thrown| {
                media_error(&thrown, "the page doesn't accept a video element; use another browser")
            })?;
        reporter.show(PageElement::Video(element.clone()));

        let observer = Rc::new(FrameObserver {
            element: element.clone(),
            document: document.clone(),
            performance,
            reporter,
            callback: RefCell::default(),
            requested: Cell::default(),
            presented: Cell::default(),
            played: Cell::default(),
            paused: Cell::default(),
        });
        observer.listen();
        let resized = Rc::new(resized);
        let on_size = |event| {
            let (observer, resized) = (Rc::downgrade(&observer), resized.clone());
            Listener::new(&element, event, move |_| {
                if let Some(size) = observer.upgrade().and_then(|observer| observer.size()) {
                    resized(size);
                }
            })
        };
        // Browsers pause hidden videos, and some don't resume them.
        let on_pause = |target, event| {
            let observer = Rc::downgrade(&observer);
            Listener::new(target, event, move |_| {
                if let Some(observer) = observer.upgrade() {
                    observer.resume();
                }
            })
        };
        let listeners = vec![
            on_size("loadedmetadata"),
            on_size("resize"),
            on_pause(&element, "pause"),
            on_pause(&document, "visibilitychange"),
        ];
        Ok(Self { observer, listeners })
    }

    /// The element.
    pub fn element(&self) -> &HtmlVideoElement {
        &self.observer.element
    }

    /// Starts to play.
    pub fn play(&self) {
        self.observer.play();
    }

    /// Pauses or resumes.
    pub fn pause(&self, paused: bool) {
        if self.observer.paused.replace(paused) == paused {
            return;
        }
        if paused {
            let _ = self.observer.element.pause();
        } else {
            self.observer.resume();
        }
    }

    /// Width and height in pixels. `None` until they are known.
    pub fn size(&self) -> Option<UVec2> {
        self.observer.size()
    }

    /// Checks for a new frame, in browsers without frame callbacks.
    pub fn poll(&self) {
        self.observer.poll();
    }
}

impl FrameObserver {
    fn size(&self) -> Option<UVec2> {
        let size = UVec2::new(self.element.video_width(), self.element.video_height());
        (size.min_element() > 0).then_some(size)
    }

    fn play(&self) {
        if let Ok(playing) = self.element.play() {
            ignore_rejection(&playing);
        }
    }

    fn resume(&self) {
        if !self.paused.get() && self.element.paused() && !self.element.ended() && !self.document.hidden() {
            self.play();
        }
    }

    /// Requests frame callbacks, if the browser supports them.
    fn listen(self: &Rc<Self>) {
        if !get(&self.element, "requestVideoFrameCallback").is_function() {
            return;
        }
        let observer = Rc::downgrade(self);
        *self.callback.borrow_mut() = Some(Closure::new(move |now, metadata| {
            if let Some(observer) = observer.upgrade() {
                observer.on_frame(now, &metadata);
                observer.request_next();
            }
        }));
        self.request_next();
    }

    fn request_next(&self) {
        let callback = self.callback.borrow();
        self.requested.set(callback.as_ref().map(|callback| {
            let callback = callback.as_ref().unchecked_ref();
            self.element.unchecked_ref::<FrameVideo>().request_video_frame_callback(callback)
        }));
    }

    /// Handles a frame callback.
    fn on_frame(&self, now: f64, metadata: &FrameMetadata) {
        let Some(size) = self.size() else { return };
        let whole = |number: Option<f64>| number.unwrap_or_default() as u32;
        let stored = UVec2::new(whole(metadata.width()), whole(metadata.height()));
        let captured = metadata.capture_time().unwrap_or(now);
        let lost = metadata.presented_frames().map_or(0.0, |presented| {
            let before = self.presented.replace(Some(presented));
            before.map_or(0.0, |before| (presented - before - 1.0).max(0.0))
        });
        let stored = if stored.min_element() > 0 { stored } else { size };
        self.report(size, stored, self.performance.now() - captured, lost as u64);
    }

    fn poll(&self) {
        if self.callback.borrow().is_some() {
            return;
        }
        let now = self.element.current_time();
        if let Some(size) = self.size()
            && self.played.replace(now) != now
        {
            self.report(size, size, 0.0, 0);
        }
    }

    /// Reports a frame that was captured this many milliseconds ago, and the number of lost frames before it.
    fn report(&self, size: UVec2, stored: UVec2, age: f64, lost: u64) {
        let age = Duration::try_from_secs_f64(age / 1e3).unwrap_or_default();
        let now = Instant::now();
        let captured = now.checked_sub(age).unwrap_or(now);
        self.reporter.frame(FrameInfo { size, stored, captured }, lost);
    }
}

impl Drop for Video {
    fn drop(&mut self) {
        let FrameObserver { element, reporter, callback, requested, .. } = &*self.observer;
        reporter.clear();
        if let Some(handle) = requested.take() {
            element.unchecked_ref::<FrameVideo>().cancel_video_frame_callback(handle);
        }
        callback.take();
        self.listeners.clear();
        let _ = element.pause();
        element.set_src_object(None);
        if element.has_attribute("src") {
            let _ = element.remove_attribute("src");
            // Without this call the browser keeps the file open.
            element.load();
        }
        element.remove();
    }
}
