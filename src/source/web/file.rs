//! A file that the user gave to the page, as a track: a picture or a video, decoded by the browser.

use std::{cell::RefCell, fmt::Debug, rc::Rc};

use bevy::platform::time::Instant;
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MediaError as VideoError, Url};

use super::{
    bitmap,
    fit::Fit,
    frames::{Mark, Still},
    track::{PageSource, PageTrack, TrackReporter},
    video::Video,
};
use crate::{
    constraint::VideoConstraints,
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{Source, Stream},
    web::{Listener, media_error, quoted},
};

/// A picture or a video of the browser's page, as a camera: any kind that the browser itself shows.
///
/// It is read when a track asks for it. A broken one is [`ErrorName::Data`](crate::error::ErrorName::Data), one that
/// the browser doesn't know [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported).
#[derive(Debug)]
pub struct WebFileSource {
    file: SendWrapper<File>,
    looping: bool,
}

impl WebFileSource {
    /// This file. A video is played over and over, without its sound.
    pub fn new(file: File) -> Self {
        Self { file: SendWrapper::new(file), looping: true }
    }

    /// Whether a video begins again at its end. Otherwise the track ends with it.
    #[must_use]
    pub fn looping(mut self, looping: bool) -> Self {
        self.looping = looping;
        self
    }
}

impl Source for WebFileSource {
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported): what is in the file, a track finds out.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Err(MediaError::not_supported("the browser says what is in a file only when a track asks for it"))
    }

    /// # Errors
    /// As [`WebFileSource::devices`].
    fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        Err(MediaError::not_supported(
            "the browser doesn't give a file's frames as bytes; spawn a track of it",
        ))
    }
}

impl PageSource for WebFileSource {
    fn start(
        &self,
        constraints: &VideoConstraints,
        _: Option<&DeviceId>,
        reporter: TrackReporter,
    ) -> Result<Box<dyn PageTrack>, MediaError> {
        constraints.validate()?;
        let media_type = self.file.type_();
        let fit = Fit::new(self.file.name(), constraints.clone(), reporter.clone());
        if media_type.starts_with("image/") {
            Ok(Box::new(Picture::decode(&self.file, fit, reporter)))
        } else if media_type.starts_with("video/") {
            Ok(Box::new(Clip::play(&self.file, self.looping, fit, reporter)?))
        } else {
            Err(MediaError::not_supported(format!(
                "{} isn't a picture or a video; take a file that is",
                self.file.name()
            )))
        }
    }
}

/// A picture, once it is decoded.
#[derive(Debug)]
struct Picture {
    place: Rc<Place>,
    reporter: TrackReporter,
}

#[derive(Debug)]
struct Place {
    fit: Fit,
    still: RefCell<Option<Still>>,
}

impl Picture {
    fn decode(file: &File, fit: Fit, reporter: TrackReporter) -> Self {
        let place = Rc::new(Place { fit, still: RefCell::default() });
        let (file, waiting, told) = (file.clone(), Rc::downgrade(&place), reporter.clone());
        spawn_local(async move {
            let decoded = bitmap::decode(&file).await;
            // Without a track that waits for it, what was decoded is dropped here.
            let Some(place) = waiting.upgrade() else { return };
            match decoded {
                Ok(still) => {
                    let size = still.size();
                    told.show(still.element());
                    place.still.replace(Some(still));
                    place.show(&told);
                    place.fit.resize(size);
                }
                Err(error) => place.fit.fail(error),
            }
        });
        Self { place, reporter }
    }
}

impl Place {
    /// Has the picture taken for a frame, once more.
    fn show(&self, reporter: &TrackReporter) {
        if let Some(still) = &*self.still.borrow() {
            let size = still.size();
            reporter.frame(Mark { size, stored: size, captured: Instant::now() }, 0);
        }
    }
}

impl PageTrack for Picture {
    fn poll(&self) {}

    fn change(&self, constraints: VideoConstraints) {
        self.place.fit.change(constraints);
    }

    fn enable(&self, enabled: bool) {
        if enabled {
            // No other frame would come.
            self.place.show(&self.reporter);
        }
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        self.reporter.clear();
        self.place.still.take();
    }
}

/// A video that is played.
#[derive(Debug)]
struct Clip {
    video: Video,
    fit: Rc<Fit>,
    _listeners: [Listener; 2],
    // Last: the video must let go of it first.
    _url: ObjectUrl,
}

/// A file's address in the page. Dropping it frees the file.
#[derive(Debug)]
struct ObjectUrl(String);

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}

impl Clip {
    fn play(file: &File, looping: bool, fit: Fit, reporter: TrackReporter) -> Result<Self, MediaError> {
        let url = Url::create_object_url_with_blob(file)
            .map(ObjectUrl)
            .map_err(|thrown| media_error(&thrown, "the browser can't open the file"))?;
        let (name, fit) = (file.name(), Rc::new(fit));
        let (resized, failing) = (fit.clone(), fit.clone());
        let video = Video::new(reporter.clone(), move |size| resized.resize(size))?;
        let element = video.element().clone();
        let listeners = [
            Listener::new(video.element(), "error", move |_| {
                failing.fail(playback_error(&name, element.error()));
            }),
            Listener::new(video.element(), "ended", move |_| reporter.ended(None)),
        ];
        video.element().set_loop(looping);
        video.element().set_src(&url.0);
        video.play();
        Ok(Self { video, fit, _listeners: listeners, _url: url })
    }
}

impl PageTrack for Clip {
    fn poll(&self) {
        self.video.poll();
    }

    fn change(&self, constraints: VideoConstraints) {
        self.fit.change(constraints);
    }

    // It plays on, so that its next frame is seen when it is on again.
    fn enable(&self, _: bool) {}
}

/// Why a file can't be played
/// ([`MediaError`](https://html.spec.whatwg.org/multipage/media.html#mediaerror)).
fn playback_error(name: &str, error: Option<VideoError>) -> MediaError {
    let (code, said) = error.map_or((0, String::new()), |error| (error.code(), error.message()));
    let said = quoted(&said);
    if code == VideoError::MEDIA_ERR_SRC_NOT_SUPPORTED {
        MediaError::not_supported(format!(
            "{name} is broken, or of a kind that this browser doesn't play; take another file, or convert it{said}"
        ))
    } else {
        MediaError::data(format!("{name} is broken; take another file{said}"))
    }
}
