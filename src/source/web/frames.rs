//! Frames in the browser's page: its elements show them, and the GPU copies them from there.

use std::{cell::RefCell, rc::Rc};

use bevy::{math::UVec2, platform::time::Instant};
use send_wrapper::SendWrapper;
use web_sys::{HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

/// The newest frame of a track, as an element of the page. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct PageFrames(SendWrapper<Rc<RefCell<CurrentElement>>>);

/// The element that shows the frame, and the frame's description until it is taken.
#[derive(Debug, Default)]
struct CurrentElement {
    element: Option<PageElement>,
    fresh: Option<FrameInfo>,
}

/// An element of the page that shows a frame.
#[derive(Debug, Clone)]
pub(crate) enum PageElement {
    /// A video's current frame.
    Video(HtmlVideoElement),
    /// An image.
    Bitmap(ImageBitmap),
    /// A copy of a video's frame.
    Canvas(HtmlCanvasElement),
}

/// A decoded image. Dropping it frees its memory.
#[derive(Debug)]
pub struct Still(SendWrapper<ImageBitmap>);

impl Still {
    pub(crate) fn new(bitmap: ImageBitmap) -> Self {
        Self(SendWrapper::new(bitmap))
    }

    pub(crate) fn size(&self) -> UVec2 {
        UVec2::new(self.0.width(), self.0.height())
    }

    pub(crate) fn element(&self) -> PageElement {
        PageElement::Bitmap((*self.0).clone())
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The description of a frame in the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameInfo {
    /// The shown width and height, in pixels.
    pub size: UVec2,
    /// The stored width and height, in pixels. They may be larger: some browsers scale only when they show the frame.
    pub stored: UVec2,
    /// The time of capture, as precisely as the browser reports it.
    pub captured: Instant,
}

impl PageFrames {
    pub(crate) fn new() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }

    /// Sets the element of later frames.
    pub(super) fn show(&self, element: PageElement) {
        *self.0.borrow_mut() = CurrentElement { element: Some(element), fresh: None };
    }

    /// Removes the element, also for clones.
    pub(super) fn clear(&self) {
        *self.0.borrow_mut() = CurrentElement::default();
    }

    /// Sets a new frame. Returns whether it replaces one that was not taken.
    pub(super) fn replace(&self, info: FrameInfo) -> bool {
        self.0.borrow_mut().fresh.replace(info).is_some()
    }

    /// Takes the newest frame, if one came since the last time.
    pub fn take(&self) -> Option<(PageElement, FrameInfo)> {
        let mut shown = self.0.borrow_mut();
        let info = shown.fresh.take()?;
        Some((shown.element.clone()?, info))
    }
}
