//! A connected camera.

use std::{
    fmt,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::{
    error::{Error, ErrorKind},
    failure::{new, too_slow},
    frame::{Event, Info},
    options::Options,
    shared::{Opening, Shared},
    worker::run,
};

/// The longest time until it is asked again whether a camera is wanted.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// A camera that sends frames.
///
/// A thread of its own reads the connection. Dropping the camera ends both without waiting: the thread tells the camera
/// to stop (`TEARDOWN`) and waits half a second for its answer.
pub struct Camera {
    shared: Arc<Shared>,
    info: Info,
    /// Ends the thread when it is dropped.
    _stop: oneshot::Sender<()>,
}

impl Camera {
    /// Connects, and waits for the first frame that a decoder can start with. It is called on any thread, and asks
    /// `is_wanted` several times a second.
    ///
    /// The first video of the camera that is H.264 or JPEG is played.
    ///
    /// # Errors
    /// - [`ErrorKind::Invalid`]: the URL or the user name is invalid.
    /// - [`ErrorKind::NotFound`]: the server's name is unknown, or it has no such stream.
    /// - [`ErrorKind::NotAllowed`]: the user name or the password is missing or wrong, or the server redirects.
    /// - [`ErrorKind::NotSupported`]: it is no RTSP server, or it sends another codec.
    /// - [`ErrorKind::Data`]: its answers or its frames can't be read.
    /// - [`ErrorKind::NotReadable`]: it can't be reached, doesn't send a frame within
    ///   [`Options::connect_limit`], or reports an error of its own.
    /// - [`ErrorKind::Canceled`]: `is_wanted` returned `false`.
    pub fn connect(options: &Options, is_wanted: &dyn Fn() -> bool) -> Result<Self, Error> {
        options.check()?;
        let deadline = Instant::now().checked_add(options.connect_limit);
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let (own_options, own_shared) = (options.clone(), shared.clone());
        thread::Builder::new()
            .name("viewfinder rtsp".into())
            .spawn(move || run(&own_options, &own_shared, stopped))
            .map_err(|error| {
                let why = format!(
                    "can't be read, because the system starts no more threads ({error}): stop others first"
                );
                new(options, ErrorKind::NotReadable, why)
            })?;
        loop {
            let left = deadline.map_or(LONGEST_WAIT, |end| end.saturating_duration_since(Instant::now()));
            match shared.wait_for_first(left.min(LONGEST_WAIT)) {
                Opening::Live(info) => return Ok(Self { shared, info, _stop: stop }),
                Opening::Failed(error) => return Err(error),
                Opening::Pending if !is_wanted() => {
                    return Err(new(
                        options,
                        ErrorKind::Canceled,
                        "was stopped before it sent a frame: open it again",
                    ));
                }
                Opening::Pending if left.is_zero() => {
                    return Err(shared.take_flaw().unwrap_or_else(|| too_slow(options, shared.stage())));
                }
                Opening::Pending => {}
            }
        }
    }

    /// The description of the stream, as of the last frame that was returned.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Waits for the next frame or event, at most this long.
    ///
    /// Frames that aren't taken wait, at most 64 of H.264 or 4 JPEGs, and 32 MiB. After that they are dropped, those of
    /// H.264 until the next key frame.
    ///
    /// # Errors
    /// The connection is broken ([`ErrorKind::NotReadable`]) or unreadable ([`ErrorKind::Data`]). After that,
    /// [`Event::Ended`] is returned.
    pub fn next(&mut self, wait: Duration) -> Result<Event, Error> {
        let event = self.shared.next(wait)?;
        if let Event::Frame(frame) = &event
            && let Some(info) = &frame.new_info
        {
            self.info = info.clone();
        }
        Ok(event)
    }
}

impl fmt::Debug for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Camera").field("info", &self.info).finish_non_exhaustive()
    }
}
