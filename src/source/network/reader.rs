//! The thread that reads a camera's answer.

use std::{convert::Infallible, io::Read};

use bevy::{math::UVec2, platform::time::Instant};
use crossbeam_channel::Sender;
use ureq::Agent;

use super::{
    answer::boundary,
    camera::Camera,
    connection::request,
    multipart::{Found, Multipart},
};
use crate::{
    error::MediaError,
    frame::{Frame, FramePool, FrameWriter, PixelFormat, jpeg::Header},
};

/// The number of bytes that are read at once, at most.
const PIECE: usize = 64 << 10;

/// The progress of opening a camera.
#[derive(Debug)]
pub(super) enum Opening {
    /// It has answered, and sends parts.
    Answered,
    /// Its first image has this size.
    First(UVec2),
    /// It can't be opened.
    Failed(MediaError),
}

/// The other ends of a reader.
#[derive(Debug)]
pub(super) struct Ends {
    pub opening: Sender<Opening>,
    pub frames: FrameWriter,
    /// The errors of single images.
    pub flaws: Sender<MediaError>,
    pub pool: FramePool,
}

/// Connects to a camera and reads its images until the connection ends. [`Agent::shutdown`] ends it.
pub(super) fn run(camera: &Camera, agent: &Agent, ends: Ends) {
    let mut reader = Reader { ends, sequence: 0 };
    let Err(error) = reader.read(camera, agent);
    // Only a failure before the first image is received.
    let _ = reader.ends.opening.try_send(Opening::Failed(error));
    reader.ends.frames.close();
}

fn unreadable(camera: &Camera, error: MediaError) -> MediaError {
    MediaError { message: format!("{} can't be shown: {}", camera.shown, error.message).into(), ..error }
}

fn closed(camera: &Camera, why: &str) -> MediaError {
    MediaError::not_readable(format!(
        "{} closed the connection before its first image{why}: close other viewers, or start the camera again",
        camera.shown
    ))
}

struct Reader {
    ends: Ends,
    /// The number of the next frame.
    sequence: u64,
}

impl Reader {
    fn read(&mut self, camera: &Camera, agent: &Agent) -> Result<Infallible, MediaError> {
        let response = request(agent, camera)?;
        let mut parts = Multipart::new(boundary(camera, response.headers())?.as_deref());
        let _ = self.ends.opening.try_send(Opening::Answered);
        let mut body = response.into_body().into_reader();
        let mut piece = vec![0; PIECE];
        loop {
            let (count, why) = match body.read(&mut piece) {
                Ok(count) => (count, String::new()),
                Err(error) => (0, format!(" ({error})")),
            };
            if count == 0 {
                if parts.is_within_part() {
                    self.report(MediaError::data(format!(
                        "{} closed the connection within an image{why}",
                        camera.shown
                    )));
                }
                return Err(closed(camera, &why));
            }
            parts.push(&piece[..count]);
            loop {
                match parts.find_next().map_err(|error| unreadable(camera, error))? {
                    Found::Image(place) => self.deliver(camera, parts.bytes(place)),
                    Found::Flaw(error) => self.report(unreadable(camera, error)),
                    Found::Nothing => break,
                    Found::End => return Err(closed(camera, "")),
                }
            }
        }
    }

    fn deliver(&mut self, camera: &Camera, jpeg: &[u8]) {
        let captured = Instant::now();
        let sequence = self.sequence;
        self.sequence += 1;
        let size = match Header::read(jpeg) {
            Ok(header) => UVec2::new(header.width, header.height),
            Err(error) => return self.report(unreadable(camera, error)),
        };
        let frame = Frame::packed(PixelFormat::Mjpeg, size, self.ends.pool.copy_of(jpeg));
        self.ends.frames.put(Frame { captured, sequence, ..frame });
        // Only the first is received.
        let _ = self.ends.opening.try_send(Opening::First(size));
    }

    /// Reports an image that can't be shown. While several reports wait, more are dropped.
    fn report(&self, error: MediaError) {
        let _ = self.ends.flaws.try_send(error);
    }
}
