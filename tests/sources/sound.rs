//! The sound of files, and microphones, on a PulseAudio server of the test's own.

use std::{
    fs,
    process::Stdio,
    sync::mpsc,
    time::{Duration, Instant, SystemTime},
};

use bevy_viewfinder::{
    device::AudioFormat,
    error::ErrorName,
    frame::FramePool,
    source::{
        FileSource, StreamEvent,
        audio::{AudioEvent, AudioSink, AudioSource, CpalSource},
    },
};

use super::{
    folder, open,
    pulse::{PulseAudio, unix_time},
    run,
};

/// The time of the click in the file, in seconds.
const CLICK: f64 = 1.0;

/// The length of the file, in seconds.
const LENGTH: f64 = 2.0;

/// The length of the pause in the second pass, in seconds.
const PAUSE: f64 = 0.6;

/// A click is heard this near its time, in seconds. On a busy machine it is noted late.
const TOLERANCE: f64 = 0.15;

/// A file of a video with a click.
fn clip(folder: &std::path::Path) -> String {
    let path = folder.join("click.webm").to_str().expect("a path of ASCII").to_owned();
    let end = CLICK + 0.01;
    let click = format!("aevalsrc=between(t\\,{CLICK}\\,{end})*sin(6000*t):d={LENGTH}:s=48000");
    let picture = format!("testsrc2=s=64x48:d={LENGTH}:r=20");
    let input = ["-v", "error", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &click];
    let output = ["-c:v", "mjpeg", "-c:a", "libopus", "-f", "matroska", &path];
    run("ffmpeg", input.into_iter().chain(output));
    path
}

#[test]
fn a_file_is_heard_in_step_with_its_frames_through_loops_and_pauses() {
    let (server, folder) = (PulseAudio::start(), folder());
    let listener = server.listen();
    let told = server.child_test("sound::plays_a_file", &[("CLIP", &clip(folder.path()))]);
    let first = told.split_once("first frame: ").and_then(|(_, rest)| rest.lines().next());
    let first: f64 = first.and_then(|time| time.parse().ok()).unwrap_or_else(|| panic!("{told}"));
    let heard: Vec<f64> = listener.clicks().iter().map(|time| time - first).collect();
    let expected = [CLICK, LENGTH + PAUSE + CLICK, 2.0 * LENGTH + PAUSE + CLICK];
    let fits = |(heard, expected): (&f64, &f64)| (heard - expected).abs() < TOLERANCE;
    assert!(heard.len() == 3 && heard.iter().zip(&expected).all(fits), "heard {heard:?}, not {expected:?}");
}

/// Plays a file two and a half times, with a pause.
#[test]
#[ignore = "a part of the test above, which runs it with a server"]
fn plays_a_file() {
    let source = FileSource::new(std::env::var("CLIP").expect("the file's path"));
    let player = source.player();
    player.set_volume(1.0);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    let mut start = None;
    loop {
        if let StreamEvent::Frame(frame) = stream.next(Duration::from_millis(20)).expect("a good file") {
            start.get_or_insert_with(|| {
                let first = SystemTime::now() - frame.captured.elapsed();
                println!("first frame: {}", unix_time(first));
                frame.captured
            });
        }
        let passed = start.map_or(0.0, |start| start.elapsed().as_secs_f64());
        let is_paused = (LENGTH + 0.4..LENGTH + 0.4 + PAUSE).contains(&passed);
        if is_paused != player.paused() {
            if is_paused { player.pause() } else { player.play() }
        }
        if passed > 2.0 * LENGTH + PAUSE + CLICK + 0.3 {
            break;
        }
    }
    assert_eq!(player.sound_error(), None);
}

#[test]
fn a_file_without_sound_and_a_machine_without_an_output_have_named_errors() {
    let (server, folder) = (PulseAudio::start(), folder());
    let silent = folder.path().join("silent.mkv");
    super::make(&silent, (64, 48), 25, "-c:v mjpeg -an");
    server.child_test(
        "sound::cannot_be_heard",
        &[("CLIP", silent.to_str().expect("ASCII")), ("EXPECTED", "NotFoundError")],
    );
    // No server: ALSA has no device.
    let (path, no_server) = (clip(folder.path()), "unix:/nowhere");
    let variables = [("CLIP", path.as_str()), ("EXPECTED", "any"), ("PULSE_SERVER", no_server)];
    server.child_test("sound::cannot_be_heard", &variables);
}

/// Plays a file until its player knows why it isn't heard. Its frames are shown all the same.
#[test]
#[ignore = "a part of the test above, which runs it with a server"]
fn cannot_be_heard() {
    let source = FileSource::new(std::env::var("CLIP").expect("the file's path"));
    let player = source.player();
    player.set_volume(1.0);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    let mut frames = 0;
    let deadline = Instant::now() + super::LONG;
    let error = loop {
        frames += u32::from(matches!(stream.next(Duration::from_millis(20)), Ok(StreamEvent::Frame(_))));
        if let Some(error) = player.sound_error().filter(|_| frames > 3) {
            break error;
        }
        assert!(Instant::now() < deadline, "no error");
    };
    let expected = std::env::var("EXPECTED").expect("the error's name");
    assert!(expected == "any" || error.name.to_string() == expected, "{error}");
    assert_ne!(error.name, ErrorName::Unknown, "{error}");
    // A new volume is a new try.
    player.set_volume(0.5);
    assert_eq!(player.sound_error(), None);
    while player.sound_error().is_none() {
        let _ = stream.next(Duration::from_millis(20));
        assert!(Instant::now() < deadline, "no second error");
    }
}

#[test]
fn the_monitor_of_a_null_sink_is_a_microphone() {
    let (server, folder) = (PulseAudio::start(), folder());
    let tone = folder.path().join("tone.raw");
    let arguments =
        ["-v", "error", "-f", "lavfi", "-i", "sine=f=1000:d=30:r=48000", "-f", "s16le", "-ac", "2"];
    run("ffmpeg", arguments.into_iter().chain([tone.to_str().expect("ASCII")]));
    let mut speaker = server
        .command("pacat")
        .args(["--raw", "--format=s16le", "--rate=48000", "--channels=2"])
        .arg(&tone)
        .stdout(Stdio::null())
        .spawn()
        .expect("pacat is installed with pulseaudio");
    server.child_test("sound::hears_a_tone", &[]);
    let _ = speaker.kill();
    let _ = speaker.wait();
    drop(fs::remove_file(&tone));
}

/// Opens the default microphone, and counts the periods of the tone.
#[test]
#[ignore = "a part of the test above, which runs it with a server"]
fn hears_a_tone() {
    let microphone = CpalSource.devices().expect("a list").into_iter().next().expect("a microphone");
    let mode = CpalSource.modes(&microphone.id).expect("its modes").remove(0);
    let (sender, events) = mpsc::channel();
    let sink = AudioSink::new(move |event| drop(sender.send(event)));
    let wanted = AudioFormat {
        sample_rate: 48_000.clamp(mode.min_sample_rate, mode.max_sample_rate),
        channel_count: mode.channel_count,
        sample_size: mode.sample_size,
        latency: mode.min_latency,
    };
    let stream = CpalSource.open(&microphone.id, &wanted, sink).expect("it opens");
    let format = stream.format();
    let rate = format.sample_rate as usize;
    let (mut left, mut first, mut last) = (Vec::new(), None, None);
    while left.len() < rate * 2 {
        match events.recv_timeout(super::LONG).expect("sound") {
            AudioEvent::Samples(block) => {
                left.extend(block.samples.chunks(usize::from(block.channels)).map(|frame| frame[0]));
                first.get_or_insert(block.captured);
                last = Some(block.captured);
            }
            other => panic!("{other:?}"),
        }
    }
    // The first second may have silence.
    let second = &left[rate..rate * 2];
    let periods = second.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    assert!((995..=1005).contains(&periods), "{periods} periods in a second");
    let loudest = second.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(loudest > 0.05 && loudest <= 1.0, "{loudest}");
    let (first, last) = first.zip(last).expect("two blocks");
    assert!(last - first > Duration::from_millis(1500) && last <= bevy::platform::time::Instant::now());
}
