//! Frames in the browser's page: its elements show them, and the GPU copies them from there.

use std::{cell::RefCell, rc::Rc};

use bevy::{math::UVec2, platform::time::Instant};
use send_wrapper::SendWrapper;
use web_sys::{HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

/// The place of a track's newest frame in the page. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) struct PageFrames(SendWrapper<Rc<RefCell<Shown>>>);

/// What is shown in the page, and whether it is new.
#[derive(Debug, Default)]
struct Shown {
    element: Option<PageElement>,
    fresh: Option<Mark>,
}

/// Something of the page that shows a picture.
#[derive(Debug, Clone)]
pub(crate) enum PageElement {
    /// A video's current frame.
    Video(HtmlVideoElement),
    /// A picture.
    Bitmap(ImageBitmap),
    /// What was drawn of a video.
    Canvas(HtmlCanvasElement),
}

/// A picture by itself. Its memory is freed with it.
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

/// A frame that is new.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// Width and height in pixels, as they are shown.
    pub size: UVec2,
    /// Those of the browser's own picture, which may be larger: some shrink it only where it is shown.
    pub stored: UVec2,
    /// When it was captured, as near as the browser can tell.
    pub captured: Instant,
}

impl PageFrames {
    pub(crate) fn new() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }

    /// From now on frames are those of this element.
    pub(super) fn show(&self, element: PageElement) {
        *self.0.borrow_mut() = Shown { element: Some(element), fresh: None };
    }

    /// Lets go of the element, whoever else still looks here.
    pub(super) fn clear(&self) {
        *self.0.borrow_mut() = Shown::default();
    }

    /// Says that there is a new frame. Returns whether an older one was never taken.
    pub(super) fn mark(&self, mark: Mark) -> bool {
        self.0.borrow_mut().fresh.replace(mark).is_some()
    }

    /// The newest frame, if one came since the last time.
    pub fn take(&self) -> Option<(PageElement, Mark)> {
        let mut shown = self.0.borrow_mut();
        let mark = shown.fresh.take()?;
        Some((shown.element.clone()?, mark))
    }
}
