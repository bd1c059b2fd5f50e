use super::*;

/// A generator of the same numbers in every run, from 0 to 1.
struct Random(u32);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0 >> 8) / f64::from(1 << 24)
    }
}

/// A microphone of one channel, with a quiet tone and a click at each whole second.
struct Microphone {
    sample_rate: u32,
    /// How much faster its clock is than that of the system, in millionths.
    ppm: f64,
    /// The frames of a block.
    block: usize,
    /// The frames that were captured.
    captured: u64,
    random: Random,
}

impl Microphone {
    fn new(sample_rate: u32, ppm: f64, block: usize) -> Self {
        Self { sample_rate, ppm, block, captured: 0, random: Random(1) }
    }

    /// The time of the next frame, in seconds.
    fn now(&self) -> f64 {
        self.captured as f64 / self.rate()
    }

    fn rate(&self) -> f64 {
        f64::from(self.sample_rate) * (1.0 + self.ppm * 1e-6)
    }

    /// The next block.
    fn capture(&mut self) -> Vec<f32> {
        let rate = self.rate();
        let sample = |frame: u64| {
            let time = frame as f64 / rate;
            let click = if time.fract() < 1.0 / rate { 0.8 } else { 0.0 };
            click + 0.05 * (time * 440.0 * std::f64::consts::TAU).sin()
        };
        let block = self.captured..self.captured + self.block as u64;
        self.captured = block.end;
        block.map(|frame| sample(frame) as f32).collect()
    }

    /// Pushes a block whose time is up to 2 ms late, and one in a hundred up to 60 ms.
    fn push(&mut self, synchronizer: &mut Synchronizer) {
        let late = 0.002 * self.random.next()
            + if self.random.next() < 0.01 { 0.06 * self.random.next() } else { 0.0 };
        let at = Duration::from_secs_f64(self.now() + late);
        synchronizer.push(&self.capture(), 1, self.sample_rate, at);
    }

    fn push_until(&mut self, seconds: f64, synchronizer: &mut Synchronizer) {
        while self.now() < seconds {
            self.push(synchronizer);
        }
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn packets(synchronizer: &mut Synchronizer) -> Vec<f32> {
    std::iter::from_fn(|| synchronizer.take_packet()).flatten().collect()
}

fn finished(mut synchronizer: Synchronizer, length: f64) -> Vec<f32> {
    synchronizer.finish(seconds(length));
    packets(&mut synchronizer)
}

/// The distance of the click near this second from its place, in milliseconds. `None` without a click.
fn click_offset(sound: &[f32], second: usize) -> Option<f64> {
    let place = second * 48_000;
    let near = place.saturating_sub(12_000)..(place + 12_000).min(sound.len());
    let click = near.max_by(|a, b| sound[*a].abs().total_cmp(&sound[*b].abs()))?;
    (sound[click].abs() > 0.1).then_some((click as f64 - place as f64) / 48.0)
}

/// The greatest distance of a click in these seconds, all of which have one.
fn worst_offset(sound: &[f32], seconds: std::ops::Range<usize>) -> f64 {
    let offset = |second| click_offset(sound, second).expect("each second has a click");
    seconds.map(|second| offset(second).abs()).fold(0.0, f64::max)
}

#[test]
fn sound_stays_in_step_for_ten_minutes() {
    for (sample_rate, ppm) in [(48_000, 150.0), (48_000, -300.0), (44_100, 150.0)] {
        let mut synchronizer = Synchronizer::new(1);
        let mut microphone = Microphone::new(sample_rate, ppm, 480);
        let mut sound = Vec::new();
        for minute in 1..=10 {
            microphone.push_until(f64::from(minute) * 60.0, &mut synchronizer);
            sound.extend(packets(&mut synchronizer));
        }
        sound.extend(finished(synchronizer, 600.0));
        assert_eq!(sound.len(), 600 * 48_000, "{sample_rate} Hz");
        assert!(sound.iter().all(|sample| sample.is_finite()));
        let worst = worst_offset(&sound, 1..600);
        assert!(worst < 5.0, "{worst} ms at {sample_rate} Hz and {ppm} ppm");
        let settled = worst_offset(&sound, 300..600);
        assert!(settled < 2.5, "{settled} ms at {sample_rate} Hz and {ppm} ppm");
    }
}

#[test]
fn all_rates_become_48_kilohertz() {
    for sample_rate in [8_000, 11_025, 16_000, 44_100, 48_000, 88_200, 96_000, 192_000] {
        let mut synchronizer = Synchronizer::new(1);
        let mut microphone = Microphone::new(sample_rate, 0.0, (sample_rate / 100) as usize);
        while microphone.now() < 3.5 {
            let at = seconds(microphone.now());
            synchronizer.push(&microphone.capture(), 1, sample_rate, at);
        }
        let sound = finished(synchronizer, 3.5);
        assert_eq!(sound.len(), 175 * PACKET_FRAMES);
        let worst = worst_offset(&sound, 1..4);
        assert!(worst < 0.3, "{worst} ms at {sample_rate} Hz");
        let power = sound[60_000..90_000].iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
        let rms = (power / 30_000.0).sqrt();
        assert!((rms - 0.05 / 2.0_f64.sqrt()).abs() < 0.001, "the tone has {rms} at {sample_rate} Hz");
    }
}

#[test]
fn blocks_have_any_size() {
    for block in [1, 17, 960, 96_000] {
        let mut synchronizer = Synchronizer::new(1);
        let mut microphone = Microphone::new(48_000, 100.0, block);
        microphone.push_until(40.0, &mut synchronizer);
        let sound = finished(synchronizer, 40.0);
        assert_eq!(sound.len(), 40 * 48_000);
        let worst = worst_offset(&sound, 1..40);
        assert!(worst < 5.0, "{worst} ms with blocks of {block}");
    }
}

#[test]
fn lost_sound_becomes_silence() {
    for lost in [0.1, 0.5, 3.0] {
        let mut synchronizer = Synchronizer::new(1);
        let mut microphone = Microphone::new(48_000, 0.0, 480);
        microphone.push_until(2.2, &mut synchronizer);
        microphone.captured += (lost * 48_000.0) as u64;
        microphone.push_until(12.0, &mut synchronizer);
        let sound = finished(synchronizer, 12.0);
        assert_eq!(sound.len(), 12 * 48_000);
        let worst = worst_offset(&sound, 1..3).max(worst_offset(&sound, 6..12));
        assert!(worst < 5.0, "{worst} ms after {lost} s");
        let silence =
            sound.windows(480).filter(|samples| samples.iter().all(|sample| *sample == 0.0)).count();
        assert!(
            (silence as f64 / 48_000.0 - lost).abs() < 0.03,
            "{silence} frames of silence after {lost} s"
        );
    }
}

#[test]
fn sound_of_a_time_that_is_over_is_cut() {
    let mut synchronizer = Synchronizer::new(1);
    let mut microphone = Microphone::new(48_000, 0.0, 480);
    microphone.push_until(4.5, &mut synchronizer);
    // The same time once more.
    microphone.captured -= 3 * 48_000;
    microphone.push_until(8.0, &mut synchronizer);
    let sound = finished(synchronizer, 8.0);
    assert_eq!(sound.len(), 8 * 48_000);
    assert!(worst_offset(&sound, 1..8) < 5.0);
}

#[test]
fn sound_begins_and_ends_at_its_time() {
    let mut synchronizer = Synchronizer::new(1);
    synchronizer.push(&[0.5; 480], 1, 48_000, seconds(0.1));
    synchronizer.fill_to(seconds(0.15));
    synchronizer.push(&[0.5; 4_800], 1, 48_000, seconds(0.14));
    let sound = finished(synchronizer, 0.2);
    let mut expected = vec![0.0; 9_600];
    expected[4_800..5_280].fill(0.5);
    expected[7_200..].fill(0.5);
    assert!(sound == expected);

    let mut synchronizer = Synchronizer::new(2);
    synchronizer.finish(seconds(0.021));
    assert_eq!(packets(&mut synchronizer), vec![0.0; 2 * 2 * PACKET_FRAMES]);
    assert_eq!(finished(Synchronizer::new(1), 0.0), []);
}

#[test]
fn the_first_two_channels_are_used() {
    let mixed = |output: u16, input: &[f32], channels: u16| {
        let mut synchronizer = Synchronizer::new(output);
        let block = input.repeat(960);
        synchronizer.push(&block, channels, 48_000, Duration::ZERO);
        synchronizer.take_packet().expect("a packet")[..usize::from(output)].to_vec()
    };
    assert_eq!(mixed(1, &[0.5], 1), [0.5]);
    assert_eq!(mixed(1, &[0.5, 0.25], 2), [0.375]);
    assert_eq!(mixed(2, &[0.5], 1), [0.5, 0.5]);
    assert_eq!(mixed(2, &[0.5, 0.25], 2), [0.5, 0.25]);
    assert_eq!(mixed(2, &[0.5, 0.25, 1.0, 1.0], 4), [0.5, 0.25]);
    assert_eq!(mixed(2, &[f32::NAN, 7.0], 2), [0.0, 1.0]);
}

#[test]
fn a_microphone_that_changes_its_rate_stays_in_step() {
    let mut synchronizer = Synchronizer::new(1);
    let mut microphone = Microphone::new(44_100, 0.0, 441);
    microphone.push_until(2.5, &mut synchronizer);
    microphone = Microphone { captured: 40_000, ..Microphone::new(16_000, 0.0, 160) };
    microphone.push_until(5.0, &mut synchronizer);
    let sound = finished(synchronizer, 5.0);
    assert!(worst_offset(&sound, 1..5) < 5.0);
}

#[test]
fn absurd_blocks_do_no_harm() {
    let mut synchronizer = Synchronizer::new(1);
    for (channels, sample_rate) in [(0, 48_000), (1, 0), (1, 7_999), (1, u32::MAX), (u16::MAX, 48_000)] {
        synchronizer.push(&[1.0; 960], channels, sample_rate, Duration::ZERO);
    }
    synchronizer.push(&[], 1, 48_000, Duration::ZERO);
    assert_eq!(synchronizer.take_packet(), None);
    // Silence takes no memory.
    synchronizer.push(&[0.5; 960], 1, 48_000, seconds(1e9));
    synchronizer.push(&[0.5; 960], 1, 48_000, Duration::MAX);
    assert_eq!(synchronizer.take_packet(), Some(vec![0.0; PACKET_FRAMES]));
    synchronizer.finish(seconds(0.04));
    assert_eq!(packets(&mut synchronizer).len(), PACKET_FRAMES);
}
