//! The functions of viewfinder-people that `page/page.mjs` measures, as a module without bindings.
//!
//! The page writes pixels and models to [`input`], and reads results at the addresses that the functions return.

use std::cell::RefCell;

use viewfinder_people::{
    FaceDetector, FaceLandmarker, FaceTracker, FaceTrackerConfig, ImageView, Model, ModelKind, PeopleError,
    PersonSegmenter, PixelFormat, Workers,
};

#[derive(Default)]
struct State {
    input: Vec<u8>,
    segmenter: Option<PersonSegmenter>,
    detector: Option<FaceDetector>,
    tracker: Option<FaceTracker>,
    mask: Vec<u8>,
    message: String,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

impl State {
    /// Loads the model whose bytes are the first `length` of the input. The detector comes before the landmarks.
    fn load(&mut self, kind: i32, length: usize) -> Result<i32, String> {
        let kind = match kind {
            0 => ModelKind::PersonSquare,
            1 => ModelKind::PersonLandscape,
            2 => ModelKind::FaceDetection,
            3 => ModelKind::FaceLandmarks,
            _ => return Err(format!("there is no model {kind}: 0 to 3 are models")),
        };
        let bytes = self.input.get(..length).ok_or("the input is shorter than the model")?;
        let model = Model::load(kind, bytes, &Workers::default()).map_err(text)?;
        match kind {
            ModelKind::FaceDetection => self.detector = Some(FaceDetector::new(model).map_err(text)?),
            ModelKind::FaceLandmarks => {
                let detector = self.detector.take().ok_or("load the model of the detector first")?;
                let mut config = FaceTrackerConfig::default();
                config.max_faces = 1;
                let landmarker = FaceLandmarker::new(model).map_err(text)?;
                self.tracker = Some(FaceTracker::with_config(detector, landmarker, config));
            }
            _ => self.segmenter = Some(PersonSegmenter::new(model).map_err(text)?),
        }
        Ok(0)
    }

    /// Writes the mask of the input, which has the size of the model, in RGBA.
    fn segment(&mut self) -> Result<i32, String> {
        let segmenter = self.segmenter.as_mut().ok_or("load a model of masks first")?;
        let size = segmenter.size();
        let image = ImageView::packed(size.width(), size.height(), PixelFormat::Rgba, &self.input);
        self.mask.resize(size.pixels(), 0);
        segmenter.segment_into(&image.map_err(text)?, &mut self.mask).map_err(text)?;
        Ok(0)
    }

    /// Follows the faces of the input, in RGBA. Returns the number of faces in view.
    fn follow(&mut self, seconds: f64, width: usize, height: usize) -> Result<i32, String> {
        let tracker = self.tracker.as_mut().ok_or("load the models of faces first")?;
        let image = ImageView::packed(width, height, PixelFormat::Rgba, &self.input).map_err(text)?;
        tracker.update(seconds, &image).map_err(text)?;
        Ok(tracker.faces().iter().filter(|face| face.is_visible).count() as i32)
    }
}

fn text(error: PeopleError) -> String {
    error.to_string()
}

/// Runs a function. -1 is an error, and [`message`] says which.
fn attempt(function: impl FnOnce(&mut State) -> Result<i32, String>) -> i32 {
    STATE.with_borrow_mut(|state| {
        function(state).unwrap_or_else(|message| {
            state.message = message;
            -1
        })
    })
}

/// The address of so many bytes that the page writes to.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn input(length: usize) -> *const u8 {
    STATE.with_borrow_mut(|state| {
        state.input.resize(length, 0);
        state.input.as_ptr()
    })
}

/// Loads a model from the first bytes of the input. 0 to 3 are the kinds of [`State::load`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn load(kind: i32, length: usize) -> i32 {
    attempt(|state| state.load(kind, length))
}

/// Writes the mask of the input.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn segment() -> i32 {
    attempt(State::segment)
}

/// Follows the faces of the input. Returns the number of faces in view.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn follow(seconds: f64, width: usize, height: usize) -> i32 {
    attempt(|state| state.follow(seconds, width, height))
}

/// The address of the mask: a byte per pixel.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn mask() -> *const u8 {
    STATE.with_borrow(|state| state.mask.as_ptr())
}

/// The address of the landmarks of the first face: x, y and z of 468, in uv, as 32-bit floating point numbers. 0
/// without a face.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn landmarks() -> *const f32 {
    STATE.with_borrow(|state| {
        let face = state.tracker.as_ref().and_then(|tracker| tracker.faces().first());
        face.map_or(std::ptr::null(), |face| face.landmarks.points.as_flattened().as_ptr())
    })
}

/// The address of the last error's text.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn message() -> *const u8 {
    STATE.with_borrow(|state| state.message.as_ptr())
}

/// The length of the last error's text, in bytes of UTF-8.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name")]
pub extern "C" fn message_length() -> usize {
    STATE.with_borrow(|state| state.message.len())
}
