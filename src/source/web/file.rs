//! Files that the user gave to the page as tracks: images or videos, decoded by the browser.

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
    rc::Rc,
    time::Duration,
};

use bevy::platform::time::Instant;
use js_sys::Reflect;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File, HtmlVideoElement, MediaError as VideoError, Url};

use super::{
    bitmap,
    fit::Fit,
    frames::{FrameInfo, Still},
    track::{PageSource, PageTrack, TrackReporter},
    video::Video,
};
use crate::{
    constraint::VideoConstraints,
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{
        Source, Stream,
        image_limits::{HEADERS_LEN, check_bytes, check_size, claimed_size},
        player::{FilePlayer, Orders},
    },
    web::{Listener, media_error, quoted, read_blob_start},
};

/// An image or a video of the page as a device, in any format that the browser supports.
///
/// It is read when a track opens it. An image is rotated upright by its Exif orientation and converted to sRGB; of an
/// animated one the first picture is shown. A corrupt file fails with
/// [`ErrorName::Data`](crate::error::ErrorName::Data), an unknown format with
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported), and so does an image of more than 134 million
/// pixels (2^27), 32768 pixels on a side, or 256 MiB.
#[derive(Debug)]
pub struct WebFileSource {
    file: SendWrapper<File>,
    media_type: String,
    looping: bool,
    player: FilePlayer,
}

impl WebFileSource {
    /// This file. A video is played in a loop, and heard once its [player](Self::player) has a volume.
    pub fn new(file: File) -> Self {
        Self {
            media_type: file.type_(),
            file: SendWrapper::new(file),
            looping: true,
            player: FilePlayer::default(),
        }
    }

    /// The handle that pauses a video, seeks in it, and sets its volume.
    pub fn player(&self) -> FilePlayer {
        self.player.clone()
    }

    /// The file's MIME type, in place of the one that the browser reports, which is that of the extension.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// Whether a video starts again at its end. Otherwise the track ends.
    #[must_use]
    pub fn looping(mut self, looping: bool) -> Self {
        self.looping = looping;
        self
    }

    /// The file's bytes with its type.
    fn blob(&self) -> Result<Blob, MediaError> {
        if self.file.type_() == self.media_type {
            return Ok((*self.file).clone().into());
        }
        let size = self.file.size();
        self.file
            .slice_with_f64_and_f64_and_content_type(0.0, size, &self.media_type)
            .map_err(|thrown| media_error(&thrown, "the browser can't open the file; choose another"))
    }
}

impl Source for WebFileSource {
    /// # Errors
    /// Always [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported): only a track reads the file.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Err(MediaError::not_supported("a file of the page has no list of devices; spawn a track of it"))
    }

    /// # Errors
    /// The same as of [`WebFileSource::devices`].
    fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        Err(MediaError::not_supported("a file of the page has no bytes to read; spawn a track of it"))
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
        let (name, blob) = (self.file.name(), self.blob()?);
        let fit = Fit::new(name.clone(), constraints.clone(), reporter.clone());
        if self.media_type.starts_with("image/") {
            Ok(Box::new(Image::decode(blob, fit, reporter)))
        } else if self.media_type.starts_with("video/") {
            Ok(Box::new(Clip::play(name, &blob, self.looping, self.player.clone(), fit, reporter)?))
        } else {
            Err(MediaError::not_supported(format!("{name} isn't an image or a video; choose another file")))
        }
    }
}

/// An image, once it is decoded.
#[derive(Debug)]
struct Image {
    shared: Rc<SharedImage>,
    reporter: TrackReporter,
}

#[derive(Debug)]
struct SharedImage {
    fit: Fit,
    still: RefCell<Option<Still>>,
}

impl Image {
    fn decode(blob: Blob, fit: Fit, reporter: TrackReporter) -> Self {
        let shared = Rc::new(SharedImage { fit, still: RefCell::default() });
        let (waiting, told) = (Rc::downgrade(&shared), reporter.clone());
        spawn_local(async move {
            let decoded = decode_within_limits(&blob).await;
            // If the track was dropped, this drops the image.
            let Some(shared) = waiting.upgrade() else { return };
            match decoded {
                Ok(still) => {
                    let size = still.size();
                    told.show(still.element());
                    shared.still.replace(Some(still));
                    shared.show(&told);
                    shared.fit.resize(size);
                }
                Err(error) => shared.fit.fail(error),
            }
        });
        Self { shared, reporter }
    }
}

/// Decodes an image, unless it is too large.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a large image, with the limit, and the errors
/// of [`bitmap::decode`].
async fn decode_within_limits(blob: &Blob) -> Result<Still, MediaError> {
    check_bytes(blob.size() as u64)?;
    let headers = read_blob_start(blob, HEADERS_LEN).await?;
    if let Some(size) = claimed_size(&headers) {
        check_size(size)?;
    }
    let still = bitmap::decode(blob).await?;
    check_size(still.size())?;
    Ok(still)
}

impl SharedImage {
    /// Reports the image as a new frame.
    fn show(&self, reporter: &TrackReporter) {
        if let Some(still) = &*self.still.borrow() {
            let size = still.size();
            reporter.frame(FrameInfo { size, stored: size, captured: Instant::now() }, 0);
        }
    }
}

impl PageTrack for Image {
    fn poll(&self) {}

    fn change(&self, constraints: VideoConstraints) {
        self.shared.fit.change(constraints);
    }

    fn enable(&self, enabled: bool) {
        if enabled {
            // A still has no next frame.
            self.shared.show(&self.reporter);
        }
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.reporter.clear();
        self.shared.still.take();
    }
}

/// A playing video.
#[derive(Debug)]
struct Clip {
    video: Video,
    fit: Rc<Fit>,
    player: FilePlayer,
    /// The number of seeks of the player that were carried out.
    seeks: Cell<u64>,
    _listeners: [Listener; 2],
    // Last, so that the video is dropped before it.
    _url: ObjectUrl,
}

/// A file's URL in the page. Dropping it revokes the URL.
#[derive(Debug)]
struct ObjectUrl(String);

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}

impl Clip {
    fn play(
        name: String,
        blob: &Blob,
        looping: bool,
        player: FilePlayer,
        fit: Fit,
        reporter: TrackReporter,
    ) -> Result<Self, MediaError> {
        let url = Url::create_object_url_with_blob(blob)
            .map(ObjectUrl)
            .map_err(|thrown| media_error(&thrown, "the browser can't open the file; choose another"))?;
        let fit = Rc::new(fit);
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
        let seeks = Cell::new(player.start(None));
        Ok(Self { video, fit, player, seeks, _listeners: listeners, _url: url })
    }

    /// Pauses, resumes, seeks and sounds as the player says, and reports the position.
    fn follow_player(&self) {
        let mut seeks = self.seeks.get();
        let Orders { paused, seek } = self.player.orders(&mut seeks);
        self.seeks.set(seeks);
        self.video.pause(paused);
        let element = self.video.element();
        set_volume(element, self.player.volume());
        if let Some(to) = seek {
            element.set_current_time(to.as_secs_f64());
        }
        // Not a number before it is known, and infinite for some files without one.
        if let Ok(duration) = Duration::try_from_secs_f64(element.duration()) {
            self.player.report_duration(duration);
        }
        let position = Duration::try_from_secs_f64(element.current_time()).unwrap_or_default();
        self.player.report(position, seeks);
    }
}

impl PageTrack for Clip {
    fn poll(&self) {
        self.follow_player();
        self.video.poll();
    }

    fn change(&self, constraints: VideoConstraints) {
        self.fit.change(constraints);
    }

    // A disabled video keeps playing. Its next frame is shown when it is enabled again.
    fn enable(&self, _: bool) {}
}

/// Sets the volume of a video. It stays muted until the user has done something in the page: browsers would pause a video
/// that is heard before.
fn set_volume(element: &HtmlVideoElement, volume: f32) {
    let is_heard = volume > 0.0 && (!element.muted() || has_user_activated());
    if element.muted() == is_heard {
        element.set_muted(!is_heard);
    }
    let volume = f64::from(volume);
    if is_heard && (element.volume() - volume).abs() > 1e-3 {
        element.set_volume(volume);
    }
}

/// Whether the user has clicked, tapped or pressed a key in the page
/// ([`hasBeenActive`](https://html.spec.whatwg.org/multipage/interaction.html#dom-useractivation-hasbeenactive)). In
/// browsers that don't tell, a file that was picked says that.
fn has_user_activated() -> bool {
    let property = |of: &JsValue, name: &str| Reflect::get(of, &JsValue::from_str(name)).ok();
    let navigator = web_sys::window().map(|window| window.navigator());
    let activation = navigator.and_then(|navigator| property(&navigator, "userActivation"));
    let active = activation.and_then(|activation| property(&activation, "hasBeenActive"));
    active.and_then(|active| active.as_bool()).unwrap_or(true)
}

/// The error of a file that can't be played
/// ([`MediaError`](https://html.spec.whatwg.org/multipage/media.html#mediaerror)).
fn playback_error(name: &str, error: Option<VideoError>) -> MediaError {
    let (code, said) = error.map_or((0, String::new()), |error| (error.code(), error.message()));
    let said = quoted(&said);
    if code == VideoError::MEDIA_ERR_SRC_NOT_SUPPORTED {
        MediaError::not_supported(format!(
            "{name} is corrupt, or this browser doesn't support its format; choose another file, or convert it{said}"
        ))
    } else {
        MediaError::data(format!("{name} is corrupt; choose another file{said}"))
    }
}
