//! Files of the muxers, read by other programs (ffmpeg and ffprobe) and by small readers of the formats.

mod input;
mod output;
mod play;
mod read;

use std::time::Duration;

use input::{Random, audio, frames, packets, video};
use output::{Container, Recording, decode_warnings, decoded_audio, frames_of, probe};

use super::{
    AudioCodec, AudioTrack, Color, ContainerError, Description, Sample, TrackKind, VideoCodec, VideoTrack,
};

/// The length of the inputs.
const DURATION: Duration = Duration::from_secs(3);

/// Each codec in each container that can hold it.
const COMBINATIONS: [(Container, VideoCodec); 9] = [
    (Container::WebM, VideoCodec::Vp8),
    (Container::WebM, VideoCodec::Vp9),
    (Container::Matroska, VideoCodec::Mjpeg),
    (Container::Matroska, VideoCodec::Vp8),
    (Container::Matroska, VideoCodec::Vp9),
    (Container::Matroska, VideoCodec::H264),
    (Container::Mp4, VideoCodec::Vp8),
    (Container::Mp4, VideoCodec::Vp9),
    (Container::Mp4, VideoCodec::H264),
];

/// Irregular times of frames, in milliseconds.
fn frame_time(index: usize) -> u64 {
    let index = index as u64;
    33 * index + [0, 4, 9, 2, 12][index as usize % 5]
}

fn description(codec: VideoCodec) -> Description {
    Description { video: Some(video(codec).clone()), audio: Some(audio().clone()), created: None }
}

fn video_samples(codec: VideoCodec) -> Vec<Sample> {
    let sample = |(index, (is_key, data)): (usize, &(bool, Vec<u8>))| Sample {
        track: TrackKind::Video,
        time: Duration::from_millis(frame_time(index)),
        is_key: *is_key,
        data: data.clone(),
    };
    frames(codec).iter().enumerate().map(sample).collect()
}

fn audio_samples() -> Vec<Sample> {
    let sample = |(index, data): (usize, &Vec<u8>)| Sample {
        track: TrackKind::Audio,
        time: Duration::from_millis(20 * index as u64),
        is_key: true,
        data: data.clone(),
    };
    packets().iter().enumerate().map(sample).collect()
}

/// The samples of both tracks in the order in which a recorder delivers them: a video frame is ready 70 ms after its
/// time, an audio packet 30 ms.
fn samples(codec: VideoCodec) -> Vec<Sample> {
    let mut samples = [video_samples(codec), audio_samples()].concat();
    samples.sort_by_key(|sample| match sample.track {
        TrackKind::Video => sample.time + Duration::from_millis(70),
        TrackKind::Audio => sample.time + Duration::from_millis(30),
    });
    samples
}

fn record(container: Container, codec: VideoCodec) -> Recording {
    Recording::new(container, &description(codec), samples(codec), DURATION)
}

#[test]
fn frames_have_their_times_in_live_and_finished_files() {
    for (container, codec) in COMBINATIONS {
        let recording = record(container, codec);
        let expected: Vec<f64> = (0..90).map(|index| frame_time(index) as f64 / 1000.0).collect();
        for (state, bytes) in recording.states() {
            let name = format!("{container:?} {codec:?} {state}");
            let file = container.file(bytes);
            assert_eq!(decode_warnings(file.path()), "", "{name}");
            let times = probe(file.path(), &["-select_streams", "v", "-show_entries", "packet=pts_time"]);
            let times: Vec<f64> = times.lines().map(|line| line.parse().expect("a time")).collect();
            assert_eq!(times, expected, "{name}");
            assert_eq!(frames_of(file.path(), "v"), 90, "{name}");
            assert_eq!(frames_of(file.path(), "a"), packets().len(), "{name}");
        }
    }
}

#[test]
fn finished_files_have_a_duration_and_seek_to_key_frames() {
    for (container, codec) in COMBINATIONS {
        let recording = record(container, codec);
        let file = container.file(&recording.finished);
        let name = format!("{container:?} {codec:?}");
        let duration: f64 =
            probe(file.path(), &["-show_entries", "format=duration"]).parse().expect("a duration");
        assert!((duration - DURATION.as_secs_f64()).abs() < 0.034, "{name} lasts {duration}");
        let seek =
            ["-select_streams", "v", "-read_intervals", "2.2%+#1", "-show_entries", "packet=pts_time,flags"];
        // MJPEG has a cluster per second.
        let key_frame = if codec == VideoCodec::Mjpeg {
            (0..90).find(|index| frame_time(*index) >= 2000).expect("a frame")
        } else {
            60
        };
        let expected = format!("{:.6},K", frame_time(key_frame) as f64 / 1000.0);
        let packet = probe(file.path(), &seek);
        let (time, _) = packet.split_once(",K").expect("a key frame");
        if codec == VideoCodec::Mjpeg {
            // A player may look for the exact frame in the cluster.
            let time: f64 = time.parse().expect("a time");
            assert!((1.9..=2.2).contains(&time), "{name} seeks to {time}");
        } else {
            assert!(packet.starts_with(&expected), "{name} seeks to {packet}, not {expected}");
        }
    }
}

#[test]
fn the_index_of_a_matroska_file_points_to_its_clusters() {
    for codec in [VideoCodec::Mjpeg, VideoCodec::Vp8] {
        let recording = record(Container::Matroska, codec);
        let file = read::matroska(&recording.finished);
        let key_frame_times: Vec<u64> = match codec {
            VideoCodec::Mjpeg => file.clusters.iter().filter_map(|cluster| cluster.first_time(1)).collect(),
            _ => [0, 30, 60].map(frame_time).into(),
        };
        assert_eq!(file.cues.iter().map(|cue| cue.time).collect::<Vec<_>>(), key_frame_times);
        for cue in &file.cues {
            let cluster = file.clusters.iter().find(|cluster| cluster.position == cue.cluster);
            assert_eq!(cluster.expect("a cluster at the cue").first_time(1), Some(cue.time));
        }
        assert_eq!(file.duration, Some(3000.0));
        let order = file.clusters.iter().flat_map(|cluster| cluster.blocks.iter().map(|block| block.time));
        assert!(order.is_sorted(), "the blocks of both tracks are in order");

        let live = read::matroska(&recording.live);
        assert_eq!((live.duration, live.segment_is_open, file.segment_is_open), (None, true, false));
        assert_eq!(live.clusters.len(), file.clusters.len());
    }
}

#[test]
fn a_finished_mp4_file_is_a_plain_one() {
    let recording = record(Container::Mp4, VideoCodec::H264);
    let names = |bytes| read::boxes(bytes).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&recording.finished), ["ftyp", "mdat", "moov"]);
    let live = names(&recording.live);
    assert_eq!(live[..5], ["ftyp", "free", "moov", "moof", "mdat"]);
    assert_eq!(live.last().map(String::as_str), Some("free"));
    // After each of the patches the file plays.
    let mut bytes = recording.live.clone();
    for patch in &recording.patches {
        output::apply(&mut bytes, patch);
        let file = Container::Mp4.file(&bytes);
        assert_eq!(frames_of(file.path(), "v"), 90);
    }
}

#[test]
fn a_matroska_file_that_ends_anywhere_plays_its_whole_clusters() {
    for codec in [VideoCodec::Mjpeg, VideoCodec::Vp8] {
        let recording = record(Container::Matroska, codec);
        let clusters = read::matroska(&recording.live).clusters;
        let mut random = Random::new(11);
        for _ in 0..50 {
            let start = recording.header as u64;
            let end = start + random.below(recording.live.len() as u64 - start);
            let whole = clusters.iter().filter(|cluster| cluster.end <= end);
            let frames = whole.map(|cluster| cluster.count(1)).sum::<usize>();
            let file = Container::Matroska.file(&recording.live[..end as usize]);
            let decoded = frames_of(file.path(), "v");
            assert!(decoded >= frames, "{codec:?} cut at {end}: {decoded} frames of {frames}");
        }
    }
}

#[test]
fn a_file_that_ends_after_any_piece_plays_all_of_it() {
    for (container, codec) in [
        (Container::WebM, VideoCodec::Vp9),
        (Container::Matroska, VideoCodec::H264),
        (Container::Mp4, VideoCodec::H264),
        (Container::Mp4, VideoCodec::Vp9),
    ] {
        let recording = record(container, codec);
        assert!(recording.pieces.len() >= 2, "{container:?} has {:?}", recording.pieces);
        let mut before = 0;
        for end in &recording.pieces {
            let bytes = &recording.live[..*end];
            let frames = match container {
                Container::Mp4 => read::fragments(bytes).iter().map(|traf| traf.count(1)).sum::<usize>(),
                _ => read::matroska(bytes).clusters.iter().map(|cluster| cluster.count(1)).sum(),
            };
            assert!(frames > before, "each piece has frames");
            before = frames;
            let file = container.file(bytes);
            assert_eq!(decode_warnings(file.path()), "", "{container:?} {codec:?} cut at {end}");
            assert_eq!(frames_of(file.path(), "v"), frames, "{container:?} {codec:?} cut at {end}");
        }
    }
}

#[test]
fn sound_is_at_its_place() {
    let alone = Description { audio: Some(audio().clone()), ..Default::default() };
    for container in [Container::WebM, Container::Matroska, Container::Mp4] {
        let with_video = if container == Container::Mp4 { VideoCodec::H264 } else { VideoCodec::Vp8 };
        for recording in
            [record(container, with_video), Recording::new(container, &alone, audio_samples(), DURATION)]
        {
            for (state, bytes) in recording.states() {
                let file = container.file(bytes);
                let (start, sound) = decoded_audio(file.path());
                let loudest = (0..sound.len()).max_by(|a, b| sound[*a].abs().total_cmp(&sound[*b].abs()));
                let click = start + loudest.expect("sound") as f64 / 48_000.0;
                assert!((click - input::CLICK).abs() < 0.001, "{container:?} {state}: {click}");
            }
            let file = container.file(&recording.finished);
            let duration: f64 =
                probe(file.path(), &["-show_entries", "format=duration"]).parse().expect("a duration");
            assert!((duration - 3.0).abs() < 0.034, "{container:?} lasts {duration}");
            assert_eq!(decode_warnings(file.path()), "", "{container:?}");
        }
    }
}

#[test]
fn a_track_that_begins_late_is_at_its_place() {
    for container in [Container::WebM, Container::Mp4] {
        let later = |mut sample: Sample| {
            let late = if sample.track == TrackKind::Video { 500 } else { 100 };
            sample.time += Duration::from_millis(late);
            sample
        };
        let late = samples(VideoCodec::Vp9).into_iter().map(later);
        let recording = Recording::new(container, &description(VideoCodec::Vp9), late, DURATION);
        for (state, bytes) in recording.states() {
            let file = container.file(bytes);
            let name = format!("{container:?} {state}");
            let first =
                ["-select_streams", "v", "-read_intervals", "%+#1", "-show_entries", "packet=pts_time"];
            assert_eq!(probe(file.path(), &first), "0.500000", "{name}");
            let (start, sound) = decoded_audio(file.path());
            let loudest = (0..sound.len()).max_by(|a, b| sound[*a].abs().total_cmp(&sound[*b].abs()));
            let click = start + loudest.expect("sound") as f64 / 48_000.0;
            assert!((click - input::CLICK - 0.1).abs() < 0.001, "{name}: {click}");
            assert_eq!(decode_warnings(file.path()), "", "{name}");
        }
    }
}

#[test]
fn requested_pieces_come_at_once() {
    for container in [Container::WebM, Container::Mp4] {
        let mut muxer = container.muxer(&description(VideoCodec::Vp8)).expect("a file");
        let header = muxer.take();
        assert!(!header.is_empty() && muxer.take().is_empty());
        muxer.cut().expect("nothing to write");
        assert!(muxer.take().is_empty());
        for sample in samples(VideoCodec::Vp8).into_iter().take(20) {
            muxer.write(sample).expect("a track");
        }
        assert!(muxer.take().is_empty(), "the piece isn't complete");
        muxer.cut().expect("no failure");
        assert!(!muxer.take().is_empty());
    }
}

#[test]
fn long_recordings_keep_their_times() {
    let hours = 16;
    let seconds = hours * 3600;
    let key = frames(VideoCodec::Vp8)[0].1.clone();
    for container in [Container::WebM, Container::Mp4] {
        let packet = &packets()[10];
        // One frame in 30 seconds, and one packet in 10.
        let samples = (0..seconds).step_by(10).flat_map(|second| {
            let time = Duration::from_secs(second);
            let sample = |track, data: &Vec<u8>| Sample { track, time, is_key: true, data: data.clone() };
            let video = second.is_multiple_of(30).then(|| sample(TrackKind::Video, &key));
            [video, Some(sample(TrackKind::Audio, packet))].into_iter().flatten()
        });
        let duration = Duration::from_secs(seconds);
        let recording = Recording::new(container, &description(VideoCodec::Vp8), samples, duration);
        let file = container.file(&recording.finished);
        let lasts: f64 =
            probe(file.path(), &["-show_entries", "format=duration"]).parse().expect("a duration");
        assert!((lasts - seconds as f64).abs() < 10.0, "{container:?} lasts {lasts}");
        let place = format!("{}%+#1", seconds - 25);
        let seek = ["-select_streams", "v", "-read_intervals", &place, "-show_entries", "packet=pts_time"];
        assert_eq!(probe(file.path(), &seek), format!("{}.000000", seconds - 30), "{container:?}");
    }
}

#[test]
fn files_that_cannot_be_written_are_refused() {
    let empty = Description::default();
    let with = |change: fn(&mut VideoTrack)| {
        let mut description = description(VideoCodec::H264);
        description.video.iter_mut().for_each(change);
        description
    };
    let channels = AudioTrack { channels: 6, ..audio().clone() };
    let channels = Description { audio: Some(channels), ..Default::default() };
    for container in [Container::Matroska, Container::Mp4] {
        let refused = |description: &Description| container.muxer(description).expect_err("an error");
        assert_eq!(refused(&empty), ContainerError::NoTrack);
        for invalid in [
            with(|track| track.width = 0),
            with(|track| track.height = 32_768),
            with(|track| track.codec_private.clear()),
            with(|track| track.codec = VideoCodec::Vp8),
            channels.clone(),
        ] {
            assert!(matches!(refused(&invalid), ContainerError::InvalidTrack { .. }), "{invalid:?}");
        }
    }
    let unsupported = |container: Container, codec| {
        let error = container.muxer(&description(codec)).expect_err("an error");
        matches!(error, ContainerError::UnsupportedCodec { .. })
    };
    assert!(unsupported(Container::WebM, VideoCodec::H264));
    assert!(unsupported(Container::WebM, VideoCodec::Mjpeg));
    assert!(unsupported(Container::Mp4, VideoCodec::Mjpeg));
    let damaged = with(|track| track.codec_private.truncate(9));
    assert!(matches!(Container::Mp4.muxer(&damaged), Err(ContainerError::Mp4(_))));
}

#[test]
fn any_sequence_of_samples_gives_a_whole_file() {
    /// The number of files with data that ffprobe accepts.
    const PLAYABLE: u64 = 10;
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let (container, codec) = COMBINATIONS[random.below(COMBINATIONS.len() as u64) as usize];
        let mut description = description(codec);
        match random.below(4) {
            0 => description.video = None,
            1 => description.audio = None,
            _ => {}
        }
        let mut muxer = container.muxer(&description).expect("a file");
        let mut bytes = Vec::new();
        let mut written = [Vec::new(), Vec::new()];
        let mut now = random.below(300);
        for _ in 0..random.below(300) {
            match random.below(60) {
                0 => muxer.cut().expect("no failure"),
                1 => bytes.extend(muxer.take()),
                2 => now = now.saturating_sub(random.below(100_000)),
                3 => now += random.below(100_000),
                _ => now += random.below(40),
            }
            let track = if random.below(2) == 0 { TrackKind::Video } else { TrackKind::Audio };
            let len = random.below(50);
            let data: Vec<u8> = if seed >= PLAYABLE {
                (0..len).map(|_| random.below(256) as u8).collect()
            } else if track == TrackKind::Video {
                frames(codec)[len as usize].1.clone()
            } else {
                packets()[len as usize].clone()
            };
            let is_key = track == TrackKind::Audio || random.below(5) == 0;
            let sample = Sample { track, time: Duration::from_millis(now), is_key, data: data.clone() };
            let exists = match track {
                TrackKind::Video => description.video.is_some(),
                TrackKind::Audio => description.audio.is_some(),
            };
            let result = muxer.write(sample);
            assert_eq!(result, if exists { Ok(()) } else { Err(ContainerError::NoSuchTrack(track)) });
            let written = &mut written[track as usize];
            let decodes = is_key || !written.is_empty();
            if exists && !data.is_empty() && decodes {
                let last = written.last().map(|(time, _)| *time);
                written.push((last.map_or(now, |last: u64| now.max(last + 1)), data));
            }
        }
        let finish = muxer.finish(Duration::from_millis(random.below(10_000))).expect("no failure");
        bytes.extend(finish.tail);
        let live = bytes.clone();
        for patch in &finish.patches {
            output::apply(&mut bytes, patch);
        }

        let video_number = if description.video.is_some() { 1 } else { 0 };
        for (track, expected) in [(TrackKind::Video, &written[0]), (TrackKind::Audio, &written[1])] {
            let number = if track == TrackKind::Video { 1 } else { video_number + 1 };
            if expected.is_empty() || (track == TrackKind::Video && video_number == 0) {
                continue;
            }
            let name = format!("{container:?} {track} of seed {seed}");
            if seed < PLAYABLE {
                let kind = if track == TrackKind::Video { "v" } else { "a" };
                let count =
                    ["-count_packets", "-select_streams", kind, "-show_entries", "stream=nb_read_packets"];
                for bytes in [&live, &bytes] {
                    let packets = probe(container.file(bytes).path(), &count);
                    assert_eq!(packets, expected.len().to_string(), "{name}");
                }
            }
            let expected: Vec<_> = expected.iter().map(|(time, data)| (*time, data.as_slice())).collect();
            match container {
                Container::Mp4 => {
                    assert_eq!(read::fragment_samples(&live, number), expected, "{name}, live");
                    assert_eq!(read::table_samples(&bytes, number), expected, "{name}, finished");
                }
                _ => {
                    assert_eq!(read::matroska(&live).samples(number), expected, "{name}, live");
                    assert_eq!(read::matroska(&bytes).samples(number), expected, "{name}, finished");
                }
            }
        }
    }
}

#[test]
fn descriptions_reach_the_player() {
    let created = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for (container, codec) in COMBINATIONS {
        let mut description = Description { created: Some(created), ..description(codec) };
        let color = if codec == VideoCodec::Mjpeg { Color::JPEG } else { Color::BT709 };
        description.video.iter_mut().for_each(|track| track.color = color);
        let recording = Recording::new(container, &description, samples(codec), DURATION);
        let file = container.file(&recording.finished);
        let name = format!("{container:?} {codec:?}");
        let entries =
            "stream=codec_name,width,height,color_range,channels,sample_rate:format_tags=creation_time";
        let description = probe(file.path(), &["-show_entries", entries]);
        let (codec, range) = match codec {
            VideoCodec::Mjpeg => ("mjpeg", "pc"),
            VideoCodec::Vp8 => ("vp8", "tv"),
            VideoCodec::Vp9 => ("vp9", "tv"),
            VideoCodec::H264 => ("h264", "tv"),
        };
        let expected = format!("{codec},320,240,{range}\nopus,48000,1\n2023-11-14T22:13:20.000000Z");
        assert_eq!(description, expected, "{name}");
    }
    let AudioTrack { codec: AudioCodec::Opus, channels, pre_skip } = audio();
    assert_eq!((*channels, *pre_skip), (1, 312));
}
