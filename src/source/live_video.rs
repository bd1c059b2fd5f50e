//! The decoding of devices that send encoded video.

use std::{collections::VecDeque, time::Duration};

use bevy::{math::UVec2, platform::time::Instant};

use super::file::{
    decode::{Picture, Pixels, VideoDecoder, open_decoder},
    demux::{Crop, DeclaredColor, Packet, VideoCodec, VideoInfo},
};
use crate::{
    error::MediaError,
    frame::{Frame, FramePool, Rotation},
};

/// The most origins that are kept: more than a decoder holds back.
const MOST_ORIGINS: usize = 32;

/// A decoder of a stream that has no end and may lose frames.
#[derive(Debug)]
pub(super) struct LiveDecoder {
    decoder: Box<dyn VideoDecoder>,
    /// A frame was lost, so the decoder waits for a key frame.
    needs_key: bool,
    /// The origins of the last encoded frames: a decoder returns a picture some frames later.
    origins: VecDeque<Origin>,
}

/// A frame as the device sent it.
#[derive(Debug, Clone, Copy)]
pub(super) struct EncodedFrame<'a> {
    /// The encoded bytes.
    pub data: &'a [u8],
    /// The time at which it is shown, from any start.
    pub time: Duration,
    /// Whether the device says that a decoder can start here.
    pub is_key: bool,
    pub captured: Instant,
    pub sequence: u64,
}

/// The origin of a frame.
#[derive(Debug, Clone, Copy)]
struct Origin {
    time: Duration,
    captured: Instant,
    sequence: u64,
}

impl LiveDecoder {
    /// A decoder of H.264. `configuration` is an `avcC` record, or empty for a byte stream with start codes.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this build has no decoder, and the
    /// decoder's own errors.
    pub fn h264(size: UVec2, configuration: Vec<u8>) -> Result<Self, MediaError> {
        let decoder = open_decoder(&VideoInfo {
            codec: VideoCodec::H264,
            coded_size: size,
            crop: Crop::default(),
            rotation: Rotation::default(),
            color: DeclaredColor::default(),
            duration: None,
            frame_duration: None,
            codec_private: configuration,
        })?;
        Ok(Self { decoder, needs_key: true, origins: VecDeque::new() })
    }

    /// Decodes a frame. Returns the last picture that is complete, which can be that of an earlier frame. While a key
    /// frame is missing, other frames are ignored.
    ///
    /// # Errors
    /// Those of [`VideoDecoder::decode`]. Pictures that waited are dropped: one of them can be the damaged one.
    pub fn decode(
        &mut self,
        encoded: EncodedFrame<'_>,
        pool: &FramePool,
    ) -> Result<Option<Frame>, MediaError> {
        let EncodedFrame { data, time, captured, sequence, .. } = encoded;
        let is_key = encoded.is_key || self.decoder.is_key_frame(data);
        if self.needs_key && !is_key {
            return Ok(None);
        }
        self.origins.push_back(Origin { time, captured, sequence });
        if self.origins.len() > MOST_ORIGINS {
            self.origins.pop_front();
        }
        let (origins, mut frame) = (&self.origins, None);
        let mut keep = |picture: Picture<'_>| {
            let origin = origins.iter().find(|origin| origin.time == picture.time);
            if let (Pixels::I420(planes), Some(origin)) = (picture.pixels, origin) {
                let Origin { captured, sequence, .. } = *origin;
                frame = Some(Frame { captured, sequence, ..planes.to_frame(pool) });
            }
        };
        let decoded = self.decoder.decode(Packet { time, is_key, is_shown: true, data }, &mut keep);
        self.needs_key = decoded.is_err();
        decoded.map(|()| frame)
    }

    /// Ignores frames until the next key frame, because a frame was lost.
    #[cfg(all(feature = "native", target_os = "linux"))]
    pub fn frame_lost(&mut self) {
        self.needs_key = true;
    }
}

#[cfg(all(test, feature = "h264"))]
mod tests {
    use std::{fs, process::Command};

    use super::*;

    const FRAMES: usize = 15;
    const SIZE: UVec2 = UVec2::new(320, 240);

    /// The access units of a clip with a key frame in every five, and the frames that ffmpeg decodes from them.
    fn clip(profile: &str) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let ffmpeg = |arguments: &str| {
            let status = Command::new("ffmpeg")
                .args(["-v", "error", "-y"])
                .args(arguments.split_whitespace())
                .current_dir(folder.path())
                .status();
            assert!(status.expect("ffmpeg is installed").success(), "{arguments}");
        };
        ffmpeg(&format!(
            "-f lavfi -i testsrc2=s=320x240 -frames:v 15 -pix_fmt yuv420p -c:v libx264 -profile:v {profile} -g 5 -bf 0 \
             -x264-params aud=1:repeat-headers=1:scenecut=0 clip.h264"
        ));
        ffmpeg("-i clip.h264 -f rawvideo clip.yuv");
        let [stream, pixels] =
            ["clip.h264", "clip.yuv"].map(|name| fs::read(folder.path().join(name)).expect("ffmpeg's file"));
        let delimiter = [0, 0, 0, 1, 9];
        let mut ends: Vec<_> =
            (0..stream.len()).filter(|start| stream[*start..].starts_with(&delimiter)).collect();
        ends.push(stream.len());
        let units: Vec<_> = ends.windows(2).map(|ends| stream[ends[0]..ends[1]].to_vec()).collect();
        let frames: Vec<_> = pixels.chunks((SIZE.x * SIZE.y * 3 / 2) as usize).map(<[u8]>::to_vec).collect();
        assert_eq!((units.len(), frames.len()), (FRAMES, FRAMES));
        (units, frames)
    }

    /// The numbers of the frames that are decoded, and of those that are errors.
    fn decode(units: &[Vec<u8>], frames: &[Vec<u8>]) -> (Vec<u64>, Vec<usize>) {
        let pool = FramePool::default();
        let mut decoder = LiveDecoder::h264(SIZE, vec![]).expect("a decoder");
        let (mut shown, mut errors) = (vec![], vec![]);
        for (index, data) in units.iter().enumerate() {
            let encoded = EncodedFrame {
                data,
                time: Duration::from_nanos(index as u64),
                is_key: false,
                captured: Instant::now(),
                sequence: index as u64,
            };
            match decoder.decode(encoded, &pool) {
                Ok(None) => {}
                Ok(Some(Frame { sequence, buffer, .. })) => {
                    assert!(*buffer == *frames[sequence as usize], "frame {sequence} isn't ffmpeg's");
                    shown.push(sequence);
                }
                Err(_) => errors.push(index),
            }
        }
        (shown, errors)
    }

    #[test]
    fn frames_are_those_of_ffmpeg_as_soon_as_they_are_sent() {
        let (units, frames) = clip("baseline");
        assert_eq!(decode(&units, &frames), ((0..FRAMES as u64).collect(), vec![]));
        // A stream that is joined late begins with the next key frame.
        let late: Vec<_> = (5..FRAMES as u64).collect();
        let blank = vec![vec![0; 8]; 3];
        let joined = [&blank[..], &units[3..]].concat();
        assert_eq!(decode(&joined, &frames).0, late);
    }

    #[test]
    fn frames_after_a_damaged_one_wait_for_a_key_frame() {
        type Damage = fn(&mut Vec<Vec<u8>>);
        let damages: [Damage; 6] = [
            |units| {
                let len = units[6].len();
                units[6].truncate(len - 1);
            },
            |units| {
                let len = units[6].len();
                units[6].truncate(len / 2);
            },
            |units| units[6].truncate(7),
            |units| units[6].clear(),
            |units| units[6] = vec![0xff; 1000],
            |units| units[6] = b"\0\0\0\x01\x1f\0\0\0\x01".to_vec(),
        ];
        // The decoder has a frame of the profile High while it waits for the next one, and drops it.
        for (profile, expected) in [
            ("baseline", &[0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14][..]),
            ("high", &[0, 1, 2, 3, 4, 10, 11, 12, 13][..]),
        ] {
            let (units, frames) = clip(profile);
            for (index, damage) in damages.into_iter().enumerate() {
                let mut units = units.clone();
                damage(&mut units);
                let (shown, errors) = decode(&units, &frames);
                assert_eq!(
                    (&shown[..], errors.len()),
                    (expected, 1),
                    "{profile}, damage {index}: {errors:?}"
                );
            }
        }
    }
}
