//! A file that the user gave to the page, as a track: a picture or a video, decoded by the browser.

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
    rc::Rc,
};

use bevy::{math::UVec2, platform::time::Instant};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MediaError as VideoError, Url};

use super::{bitmap, video::Video};
use crate::{
    browser::{Listener, media_error, quoted},
    constraint::{ControlSettings, ResizeMode, VideoConstraints, VideoSettings},
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{FramePool, PixelFormat},
    source::{
        Source, Stream,
        page::{Mark, PageSource, PageTrack, Still, Teller},
    },
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
    pub fn with_looping(mut self, looping: bool) -> Self {
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

    fn in_page(&self) -> Option<&dyn PageSource> {
        Some(self)
    }
}

impl PageSource for WebFileSource {
    fn start(&self, _: &VideoConstraints, teller: Teller) -> Result<Box<dyn PageTrack>, MediaError> {
        let media_type = self.file.type_();
        if media_type.starts_with("image/") {
            Ok(Box::new(Picture::decode(&self.file, teller)))
        } else if media_type.starts_with("video/") {
            Ok(Box::new(Clip::play(&self.file, self.looping, teller)?))
        } else {
            Err(MediaError::not_supported(format!(
                "{} isn't a picture or a video; take a file that is",
                self.file.name()
            )))
        }
    }
}

/// What a file is like.
fn settings(name: String, size: UVec2) -> VideoSettings {
    VideoSettings {
        device_id: DeviceId(name.clone()),
        group_id: String::new(),
        label: name,
        size,
        // The browser doesn't say at what rate a file plays.
        frame_rate: 0.0,
        resize_mode: ResizeMode::None,
        facing_mode: None,
        native: NativeMode { size, frame_rate: 0.0, format: PixelFormat::Rgba32 },
        controls: ControlSettings::new(),
    }
}

/// A picture, once it is decoded.
#[derive(Debug)]
struct Picture {
    still: Rc<RefCell<Option<Still>>>,
    teller: Teller,
}

impl Picture {
    fn decode(file: &File, teller: Teller) -> Self {
        let still = Rc::new(RefCell::new(None));
        let (file, waiting, told) = (file.clone(), Rc::downgrade(&still), teller.clone());
        spawn_local(async move {
            let decoded = bitmap::decode(&file).await;
            // Without a track that waits for it, what was decoded is dropped here.
            let Some(place) = waiting.upgrade() else { return };
            match decoded {
                Ok(still) => {
                    let size = still.size();
                    told.show(still.element());
                    told.frame(Mark { size, stored: size, captured: Instant::now() }, 0);
                    place.replace(Some(still));
                    told.live(settings(file.name(), size));
                }
                Err(error) => told.failed(error),
            }
        });
        Self { still, teller }
    }
}

impl PageTrack for Picture {
    fn poll(&self) {}
}

impl Drop for Picture {
    fn drop(&mut self) {
        self.teller.clear();
        self.still.take();
    }
}

/// A video that is played.
#[derive(Debug)]
struct Clip {
    video: Video,
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
    fn play(file: &File, looping: bool, teller: Teller) -> Result<Self, MediaError> {
        let url = Url::create_object_url_with_blob(file)
            .map(ObjectUrl)
            .map_err(|thrown| media_error(&thrown, "the browser can't open the file"))?;
        let name = file.name();
        let live = Rc::new(Cell::new(false));
        let (was_live, told, label) = (live.clone(), teller.clone(), name.clone());
        let video = Video::new(teller.clone(), move |size| {
            let settings = settings(label.clone(), size);
            if was_live.replace(true) { told.settings(settings) } else { told.live(settings) }
        })?;
        let (failing, told) = (video.element().clone(), teller.clone());
        let listeners = [
            Listener::new(video.element(), "error", move |_| {
                let error = playback_error(&name, failing.error());
                if live.get() { told.ended(Some(error)) } else { told.failed(error) }
            }),
            Listener::new(video.element(), "ended", move |_| teller.ended(None)),
        ];
        video.element().set_loop(looping);
        video.element().set_src(&url.0);
        video.play();
        Ok(Self { video, _listeners: listeners, _url: url })
    }
}

impl PageTrack for Clip {
    fn poll(&self) {
        self.video.poll();
    }
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
