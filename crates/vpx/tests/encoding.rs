//! Encoding, and decoding of the same packets.

mod common;

use std::time::Duration;

use common::{CODECS, Image, Random};
use viewfinder_vpx::{
    Codec, ColorRange, ColorSpace, Decoder, Encoder, EncoderConfig, I420, KeyFrameInterval, VpxError,
};

/// The packet of an image, copied.
fn encode(encoder: &mut Encoder, image: &Image, pts_ms: u64, force_key: bool) -> (Vec<u8>, bool) {
    let packet = encoder.encode(&image.i420(), pts_ms, force_key).expect("an image in order");
    assert_eq!(packet.pts_ms, pts_ms);
    assert!(!packet.data.is_empty());
    (packet.data.to_vec(), packet.is_key)
}

fn decode(decoder: &mut Decoder, data: &[u8]) -> Image {
    let picture = decoder.decode(data).expect("a whole packet").expect("each packet shows a picture");
    assert!(!picture.is_damaged);
    Image::copy_of(&picture)
}

#[test]
fn a_moving_pattern_is_the_same_to_the_eye() {
    for codec in CODECS {
        let mut encoder =
            Encoder::new(EncoderConfig::new(codec, 320, 180).bit_rate(800_000)).expect("a usual size");
        let mut decoder = Decoder::new(codec).expect("memory");
        for frame in 0..60 {
            let image = Image::pattern(320, 180, frame);
            let (data, is_key) = encode(&mut encoder, &image, 1000 + frame * 33, false);
            assert_eq!(is_key, frame == 0, "{codec:?} frame {frame}");
            let psnr = image.psnr(&decode(&mut decoder, &data));
            assert!(psnr > 33.0, "{codec:?} frame {frame}: {psnr:.2} dB");
        }
    }
}

#[test]
fn no_frame_is_dropped_at_any_bit_rate() {
    for codec in CODECS {
        for bit_rate in [0, 1, 10_000, u32::MAX] {
            let mut encoder =
                Encoder::new(EncoderConfig::new(codec, 160, 90).bit_rate(bit_rate)).expect("a usual size");
            let mut decoder = Decoder::new(codec).expect("memory");
            let mut random = Random(1);
            for frame in 0..40 {
                // Alternating between noise and a pattern makes the rate control wrong each time.
                let image = match frame / 5 % 2 {
                    0 => Image::noise(160, 90, &mut random),
                    _ => Image::pattern(160, 90, frame),
                };
                let (data, _) = encode(&mut encoder, &image, frame * 33, false);
                decode(&mut decoder, &data);
            }
        }
    }
}

#[test]
fn the_bit_rate_is_followed() {
    for codec in CODECS {
        let mut encoder =
            Encoder::new(EncoderConfig::new(codec, 320, 180).bit_rate(300_000)).expect("a usual size");
        let mut random = Random(2);
        let mut frame = 0;
        let mut measure = |encoder: &mut Encoder| {
            let mut bytes = 0;
            for _ in 0..150 {
                let mut image = Image::pattern(320, 180, frame);
                for byte in &mut image.bytes {
                    *byte = byte.wrapping_add(random.byte() % 16);
                }
                bytes += encode(encoder, &image, frame * 1000 / 30, false).0.len();
                frame += 1;
            }
            bytes as f64 * 8.0 / 5.0
        };
        let slow = measure(&mut encoder);
        assert!((150_000.0..450_000.0).contains(&slow), "{codec:?}: {slow} of 300000");
        encoder.set_bit_rate(1_200_000).expect("a usual rate");
        let fast = measure(&mut encoder);
        assert!((600_000.0..1_800_000.0).contains(&fast), "{codec:?}: {fast} of 1200000");
    }
}

#[test]
fn key_frames_come_when_due_and_when_forced() {
    let keys = |codec, interval, step_ms, forced: &[u64]| -> Vec<u64> {
        let config = EncoderConfig::new(codec, 64, 48).key_frame_interval(interval);
        let mut encoder = Encoder::new(config).expect("a usual size");
        let mut is_key = |frame: &u64| {
            let image = Image::pattern(64, 48, *frame);
            encode(&mut encoder, &image, 500 + frame * step_ms, forced.contains(frame)).1
        };
        (0..20).filter(|frame| is_key(frame)).collect()
    };
    let time = |milliseconds| KeyFrameInterval::Time(Duration::from_millis(milliseconds));
    for codec in CODECS {
        assert_eq!(keys(codec, KeyFrameInterval::Time(Duration::MAX), 33, &[]), [0]);
        assert_eq!(keys(codec, KeyFrameInterval::Time(Duration::MAX), 33, &[0, 1, 2, 9]), [0, 1, 2, 9]);
        // Of frames every 100 ms, the third is the first at least 250 ms after the last key frame.
        assert_eq!(keys(codec, time(250), 100, &[]), [0, 3, 6, 9, 12, 15, 18]);
        // A forced key frame begins a new interval. A gap counts as it is, not as the rate control sees it.
        assert_eq!(keys(codec, time(5000), 1000, &[3]), [0, 3, 8, 13, 18]);
        assert_eq!(keys(codec, KeyFrameInterval::Frames(8), 33, &[4]), [0, 4, 12]);
        assert_eq!(keys(codec, KeyFrameInterval::Frames(1), 33, &[]).len(), 20);
        assert_eq!(keys(codec, KeyFrameInterval::Frames(0), 33, &[]).len(), 20);
    }
}

#[test]
fn a_decoder_can_begin_with_any_key_frame() {
    for codec in CODECS {
        let mut encoder = Encoder::new(EncoderConfig::new(codec, 64, 48)).expect("a usual size");
        for frame in 0..10 {
            encode(&mut encoder, &Image::pattern(64, 48, frame), frame * 33, false);
        }
        let image = Image::pattern(64, 48, 10);
        let (data, is_key) = encode(&mut encoder, &image, 330, true);
        assert!(is_key);
        let psnr = image.psnr(&decode(&mut Decoder::new(codec).expect("memory"), &data));
        assert!(psnr > 28.0, "{codec:?}: {psnr:.2} dB");
    }
}

#[test]
fn any_size_can_be_encoded() {
    for codec in CODECS {
        for (width, height) in
            [(1, 1), (1, 2), (3, 5), (16, 1), (17, 9), (512, 7), (639, 359), (1281, 3 * 16)]
        {
            let config = EncoderConfig::new(codec, width, height).bit_rate(4_000_000);
            let mut encoder = Encoder::new(config).expect("within the limits");
            let mut decoder = Decoder::new(codec).expect("memory");
            for frame in 0..4 {
                let image = Image::pattern(width, height, frame);
                let (data, _) = encode(&mut encoder, &image, frame * 33, frame == 2);
                let psnr = image.psnr(&decode(&mut decoder, &data));
                // Of few pixels, each counts.
                let least = if width * height < 100 { 20.0 } else { 30.0 };
                assert!(psnr > least, "{codec:?} {width}x{height} frame {frame}: {psnr:.2} dB");
            }
        }
    }
}

/// Releases of libvpx before 1.14 don't check for the end of their buffer for a VP9 packet: 3 bytes per pixel and at
/// least 8 KiB. The limits of sizes must leave room.
#[test]
fn noise_in_narrow_images_stays_far_from_the_end_of_the_buffer() {
    for (width, height) in [(1, 512), (3, 512), (512, 3), (7, 512), (9, 512), (15, 512), (16, 600), (17, 600)]
    {
        let config = EncoderConfig::new(Codec::Vp9, width, height).bit_rate(u32::MAX).frame_rate(5.0);
        let mut encoder = Encoder::new(config).expect("within the limits");
        let mut random = Random(3);
        for frame in 0..8 {
            let mut image = Image::noise(width, height, &mut random);
            for byte in &mut image.bytes {
                *byte = if *byte < 128 { 0 } else { 255 };
            }
            let (data, _) = encode(&mut encoder, &image, frame * 200, frame % 2 == 0);
            let room = (3 * width * height).max(8192) as usize;
            assert!(data.len() < room * 3 / 4, "{width}x{height}: {} of {room} bytes", data.len());
        }
    }
}

#[test]
fn rows_may_have_gaps_and_planes_may_end_with_their_last_pixel() {
    let (width, height) = (35, 21);
    let image = Image::pattern(width, height, 3);
    let packed = image.i420();
    let spread = |plane: &[u8], row: usize, stride: usize| -> Box<[u8]> {
        let mut bytes = Vec::new();
        for pixels in plane.chunks(row) {
            bytes.resize(bytes.len().next_multiple_of(stride), 7);
            bytes.extend_from_slice(pixels);
        }
        bytes.into()
    };
    let planes = [spread(packed.y(), 35, 50), spread(packed.u(), 18, 64), spread(packed.v(), 18, 64)];
    let with_gaps =
        I420::new(width, height, [&planes[0], &planes[1], &planes[2]], 50, 64).expect("long enough");
    assert_eq!(with_gaps.y().len(), 20 * 50 + 35);
    for codec in CODECS {
        let encoded = |image: &I420<'_>| {
            let config = EncoderConfig::new(codec, width, height).threads(1);
            let mut encoder = Encoder::new(config).expect("within the limits");
            encoder.encode(image, 0, false).expect("an image in order").data.to_vec()
        };
        assert_eq!(encoded(&with_gaps), encoded(&packed), "{codec:?}");
    }
}

#[test]
fn wrong_images_and_times_are_refused_and_change_nothing() {
    for codec in CODECS {
        let mut encoder = Encoder::new(EncoderConfig::new(codec, 64, 48)).expect("a usual size");
        let mut decoder = Decoder::new(codec).expect("memory");
        let image = Image::pattern(64, 48, 0);
        let (data, _) = encode(&mut encoder, &image, u64::MAX - 10, false);
        decode(&mut decoder, &data);
        for pts_ms in [0, u64::MAX - 11, u64::MAX - 10] {
            let error = encoder.encode(&image.i420(), pts_ms, true).expect_err("not later");
            assert_eq!(error, VpxError::Time { pts_ms, last_ms: u64::MAX - 10 });
        }
        for (width, height) in [(63, 48), (64, 47), (48, 64), (128, 96)] {
            let error = encoder
                .encode(&Image::pattern(width, height, 0).i420(), u64::MAX, true)
                .expect_err("another size");
            let expected = VpxError::ImageSize { width, height, encoder_width: 64, encoder_height: 48 };
            assert_eq!(error, expected);
        }
        let (data, is_key) = encode(&mut encoder, &image, u64::MAX, false);
        assert!(!is_key);
        assert!(image.psnr(&decode(&mut decoder, &data)) > 30.0);
    }
}

#[test]
fn impossible_sizes_are_refused() {
    for codec in CODECS {
        for (width, height) in [(0, 0), (0, 10), (10, 0), (16384, 16), (2, 513), (u32::MAX, u32::MAX)] {
            let error = Encoder::new(EncoderConfig::new(codec, width, height)).expect_err("no such size");
            assert_eq!(error, VpxError::EncoderSize { width, height });
        }
    }
}

#[test]
fn vp9_streams_declare_their_colors() {
    for (color_space, color_range) in [
        (ColorSpace::Unknown, ColorRange::Studio),
        (ColorSpace::Bt601, ColorRange::Full),
        (ColorSpace::Bt709, ColorRange::Studio),
        (ColorSpace::Smpte170, ColorRange::Full),
        (ColorSpace::Smpte240, ColorRange::Studio),
        (ColorSpace::Bt2020, ColorRange::Full),
    ] {
        let config = EncoderConfig::new(Codec::Vp9, 32, 32).color(color_space, color_range);
        let mut encoder = Encoder::new(config).expect("a usual size");
        let (data, _) = encode(&mut encoder, &Image::pattern(32, 32, 0), 0, false);
        let mut decoder = Decoder::new(Codec::Vp9).expect("memory");
        let picture = decoder.decode(&data).expect("a whole packet").expect("a picture");
        assert_eq!((picture.color_space, picture.color_range), (color_space, color_range));
    }
}

#[test]
fn encoders_and_decoders_move_between_threads() {
    std::thread::scope(|scope| {
        for codec in CODECS.into_iter().cycle().take(6) {
            scope.spawn(move || {
                let config = EncoderConfig::new(codec, 640, 360).threads(2);
                let mut pair =
                    (Encoder::new(config).expect("a usual size"), Decoder::new(codec).expect("memory"));
                for frame in 0..4 {
                    let step = move || {
                        let image = Image::pattern(640, 360, frame);
                        let (data, _) = encode(&mut pair.0, &image, frame * 33, false);
                        assert!(image.psnr(&decode(&mut pair.1, &data)) > 30.0);
                        pair
                    };
                    pair = std::thread::spawn(step).join().expect("the thread finishes");
                }
            });
        }
    });
}

#[test]
fn the_version_is_a_number() {
    let version = viewfinder_vpx::version();
    assert!(version.starts_with("v1."), "{version}");
}
