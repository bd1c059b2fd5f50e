//! Recordings in chunks: joined, they are the file.
//!
//! An input is a head (container, codec, sound) and steps: samples of video and sound, and ends of chunks.

use std::time::Duration;

use bevy_viewfinder::internal::{
    FilePacket, FilePackets,
    recorder::{
        AudioCodec, AudioTrack, Color, Container, Description, Muxer, Sample, TrackKind, VideoCodec,
        VideoTrack, open,
    },
};

use super::{Outcome, bytes::Bytes, files};

/// The most steps of an input.
const MOST_STEPS: usize = 200;

/// The most beginnings of a file that are read.
const MOST_BEGINNINGS: usize = 4;

/// A decoder configuration of H.264, as ffmpeg writes it.
const AVCC: [u8; 46] = [
    1, 100, 0, 13, 255, 225, 0, 24, 103, 100, 0, 13, 172, 217, 65, 65, 251, 1, 16, 0, 0, 3, 0, 16, 0, 0, 3,
    3, 192, 241, 66, 153, 96, 1, 0, 5, 104, 235, 226, 203, 34, 253, 248, 248, 0, 0,
];

#[derive(Debug, Clone)]
enum Step {
    Write(Sample),
    /// Ends a chunk, whatever is complete.
    Take,
    /// Ends a chunk with all that was written.
    Cut,
}

pub(super) fn run(data: &[u8]) -> Outcome {
    let mut bytes = Bytes(data);
    let (container, codec) = bytes.choice(&[
        (Container::Matroska, VideoCodec::Mjpeg),
        (Container::Matroska, VideoCodec::H264),
        (Container::WebM, VideoCodec::Vp8),
        (Container::WebM, VideoCodec::Vp9),
        (Container::Mp4, VideoCodec::H264),
        (Container::Mp4, VideoCodec::Vp8),
        (Container::Mp4, VideoCodec::Vp9),
        (Container::Mp4, VideoCodec::Mjpeg),
    ]);
    let has_sound = bytes.bool();
    let video = VideoTrack {
        codec,
        width: u32::from(bytes.u8()) * 2,
        height: 48,
        color: if codec == VideoCodec::Mjpeg { Color::JPEG } else { Color::BT709 },
        codec_private: if codec == VideoCodec::H264 { AVCC[..44].to_vec() } else { vec![] },
    };
    let audio = has_sound.then(|| AudioTrack { codec: AudioCodec::Opus, channels: 1, pre_skip: bytes.u16() });
    let description = Description { video: Some(video), audio, created: None };
    let mut steps = vec![];
    let mut times = [Duration::ZERO; 2];
    while steps.len() < MOST_STEPS && !bytes.is_empty() {
        let step = step(&mut bytes, &mut times, has_sound);
        steps.push(match step {
            // A decoder can start at each JPEG.
            Step::Write(sample) if codec == VideoCodec::Mjpeg => {
                Step::Write(Sample { is_key: true, ..sample })
            }
            step => step,
        });
    }
    let length = times[0].max(times[1]) + Duration::from_millis(bytes.u8().into());

    let Ok(muxer) = open(container, &description) else { return Outcome::Refused };
    let (chunks, whole) = write(muxer, &steps, length);
    let joined = chunks.concat();
    assert_eq!(joined.len(), whole.len());

    // The same without chunks: pieces may have other borders, the packets are the same.
    let writes = steps.iter().filter(|step| matches!(step, Step::Write(_))).cloned().collect::<Vec<_>>();
    let (_, unbroken) = write(open(container, &description).expect("it was opened"), &writes, length);

    let expected = expected(&steps);
    let expected_data: Vec<_> = expected.iter().map(|sample| (sample.is_key, &sample.data)).collect();
    for file in [&joined, &whole, &unbroken] {
        let packets = packets(container, file);
        let found: Vec<_> = packets.iter().map(|packet| (packet.is_key, &packet.data)).collect();
        assert_eq!(found, expected_data);
        assert!(packets.is_sorted_by(|one, next| one.time < next.time), "{packets:?}");
    }
    // A recording that is broken off plays up to there.
    let mut beginning = vec![];
    for chunk in chunks[..chunks.len() - 1].iter().take(MOST_BEGINNINGS) {
        beginning.extend_from_slice(chunk);
        let packets = packets(container, &beginning);
        assert!(packets.len() <= expected.len());
        assert!(packets.iter().zip(&expected).all(|(packet, sample)| packet.data == sample.data));
    }
    Outcome::accepted(!expected.is_empty())
}

/// A step, and the times of the last samples of video and sound.
fn step(bytes: &mut Bytes<'_>, times: &mut [Duration; 2], has_sound: bool) -> Step {
    let head = bytes.u8();
    match head % 8 {
        0 => Step::Cut,
        1 => Step::Take,
        kind => {
            let is_sound = has_sound && kind % 2 == 1;
            let time = &mut times[usize::from(is_sound)];
            let apart = Duration::from_micros(u64::from(bytes.u8()) * 400);
            // Mostly forward, seldom a gap, and seldom back.
            *time = match head >> 4 {
                0 => time.saturating_sub(apart * 4),
                1 => *time + apart * 500,
                _ => *time + apart,
            };
            let len = usize::from(bytes.u8()) % 24;
            let data = (0..len).map(|at| head.wrapping_add(at as u8)).collect();
            let track = if is_sound { TrackKind::Audio } else { TrackKind::Video };
            Step::Write(Sample { track, time: *time, is_key: is_sound || head & 8 == 0, data })
        }
    }
}

/// Writes a file. Returns its chunks, and the chunks joined and patched.
fn write(mut muxer: Box<dyn Muxer>, steps: &[Step], length: Duration) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut chunks = vec![];
    for step in steps {
        match step.clone() {
            Step::Write(sample) => muxer.write(sample).expect("the track is there"),
            Step::Take => chunks.push(muxer.take()),
            Step::Cut => {
                muxer.cut().expect("nothing fails here");
                chunks.push(muxer.take());
            }
        }
    }
    chunks.push(muxer.take());
    let finish = muxer.finish(length).expect("nothing fails here");
    chunks.push(finish.tail);
    let mut whole = chunks.concat();
    for patch in finish.patches {
        let start = usize::try_from(patch.offset).expect("a small file");
        whole[start..start + patch.bytes.len()].copy_from_slice(&patch.bytes);
    }
    (chunks, whole)
}

/// The samples of video that a file has: those with data, from the first key frame on.
fn expected(steps: &[Step]) -> Vec<Sample> {
    let samples = steps.iter().filter_map(|step| match step {
        Step::Write(sample) if sample.track == TrackKind::Video && !sample.data.is_empty() => {
            Some(sample.clone())
        }
        _ => None,
    });
    samples.skip_while(|sample| !sample.is_key).collect()
}

/// The packets of a file. None if it ends before its first one.
fn packets(container: Container, file: &[u8]) -> Vec<FilePacket> {
    let name = if container == Container::Mp4 { "clip.mp4" } else { "clip.mkv" };
    files::with_file(name, file, |path| {
        let Ok(mut packets) = FilePackets::open(path) else { return vec![] };
        let next = || packets.next_packet().expect("a file that can be read");
        std::iter::from_fn(next).map(|packet| packet.expect("nothing is damaged")).collect()
    })
}
