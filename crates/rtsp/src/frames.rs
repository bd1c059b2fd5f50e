//! From frames of `retina` to those of the queue.

use std::time::Duration;

use retina::{
    Timestamp,
    client::Stream,
    codec::{ParametersRef, VideoFrame, VideoParameters},
};

use crate::{
    error::{Error, ErrorKind},
    failure::{Stage, new},
    frame::{Codec, Frame, Info},
    options::Options,
    shared::Shared,
};

/// The longest side of a frame, in pixels.
const LONGEST_SIDE: u32 = 16_384;

/// The frames of a stream.
pub(crate) struct Frames {
    /// The number of the stream in the session.
    index: usize,
    codec: Codec,
    /// The time of the first frame.
    first: Option<Timestamp>,
    info: Option<Info>,
}

impl Frames {
    pub fn new(index: usize, codec: Codec) -> Self {
        Self { index, codec, first: None, info: None }
    }

    /// Queues a frame. Returns whether it can be decoded: frames before the first key frame can't.
    ///
    /// # Errors
    /// The stream has frames of an impossible size.
    pub fn deliver(
        &mut self,
        options: &Options,
        shared: &Shared,
        frame: VideoFrame,
        streams: &[Stream],
    ) -> Result<bool, Error> {
        let mut new_info = None;
        if frame.has_new_parameters() || self.info.is_none() {
            let stream = streams.get(self.index);
            let parameters = stream.and_then(|stream| match stream.parameters()? {
                ParametersRef::Video(parameters) => Some((parameters, stream.framerate())),
                _ => None,
            });
            if let Some((parameters, rate)) = parameters {
                new_info = Some(self.info(options, parameters, rate)?);
            }
        }
        let is_key = frame.is_random_access_point();
        let Some(known) = self.info.as_ref().or(new_info.as_ref()) else {
            // The decoder would need parameters.
            shared.reach(Stage::WaitingForKey);
            return Ok(false);
        };
        if self.first.is_none() {
            if !is_key {
                shared.reach(Stage::WaitingForKey);
                return Ok(false);
            }
            self.first = Some(frame.timestamp());
            shared.go_live(new_info.clone().unwrap_or_else(|| known.clone()));
            self.info = new_info.take().or(self.info.take());
        } else if new_info.is_some() && new_info == self.info {
            new_info = None;
        } else if let Some(info) = &new_info {
            self.info = Some(info.clone());
        }
        let time = self.first.map_or(Duration::ZERO, |first| between(first, frame.timestamp()));
        shared.push(Frame {
            is_key,
            time,
            arrived: frame.end_ctx().received(),
            lost_packets: frame.loss().into(),
            dropped_frames: 0,
            new_info,
            data: frame.into_data(),
        });
        Ok(true)
    }

    /// The description of a stream with these parameters.
    fn info(
        &self,
        options: &Options,
        parameters: &VideoParameters,
        rate: Option<f32>,
    ) -> Result<Info, Error> {
        let (width, height) = parameters.pixel_dimensions();
        if self.codec == Codec::Jpeg && (width == 0 || height == 0) {
            return Err(new(
                options,
                ErrorKind::NotSupported,
                "sends JPEGs with a side longer than 2040 pixels, which isn't supported: set a smaller size or H.264 in \
                 its settings",
            ));
        }
        if !(1..=LONGEST_SIDE).contains(&width) || !(1..=LONGEST_SIDE).contains(&height) {
            return Err(new(
                options,
                ErrorKind::Data,
                format!("sends frames of an impossible size ({width}x{height}): start the camera again"),
            ));
        }
        let told = rate.map(f64::from).or_else(|| {
            let (seconds, parts) = parameters.frame_rate()?;
            Some(f64::from(parts) / f64::from(seconds))
        });
        Ok(Info {
            codec: self.codec,
            size: (width, height),
            frame_rate: told.filter(|rate| (0.01..=1000.0).contains(rate)),
            configuration: match self.codec {
                Codec::H264 => parameters.extra_data().to_vec(),
                Codec::Jpeg => vec![],
            },
        })
    }
}

/// The time between two time stamps. Zero if the clock of the camera runs backward.
fn between(first: Timestamp, now: Timestamp) -> Duration {
    let rate = u64::from(now.clock_rate().get());
    let ticks = now.timestamp().saturating_sub(first.timestamp());
    let ticks = u64::try_from(ticks).unwrap_or_default();
    let nanoseconds = (ticks % rate) * 1_000_000_000 / rate;
    Duration::new(ticks / rate, u32::try_from(nanoseconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn times_are_those_since_the_first_frame() {
        let rate = NonZeroU32::new(90_000).expect("a rate");
        let stamp = |ticks| Timestamp::new(ticks, rate, 7).expect("a time");
        assert_eq!(between(stamp(1000), stamp(1000 + 3600)), Duration::from_millis(40));
        assert_eq!(between(stamp(1000), stamp(0)), Duration::ZERO);
        let day = 86_400 * 90_000;
        assert_eq!(between(stamp(0), stamp(day * 365)), Duration::from_secs(86_400 * 365));
        assert_eq!(between(stamp(i64::MIN + 10), stamp(i64::MAX)).as_secs(), i64::MAX as u64 / 90_000);
    }
}
