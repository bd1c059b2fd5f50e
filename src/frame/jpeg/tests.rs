mod blocks;
mod golden;

use super::{
    encoder::{Encoder, segment, shades},
    markers::{APP0, RST0},
    *,
};
use crate::error::ErrorName;

/// The planes of a JPEG, without padding.
fn planes(jpeg: &[u8]) -> Result<Vec<Vec<u8>>, MediaError> {
    let header = Header::read(jpeg)?;
    let mut picture = Planes::default();
    picture.decode(&mut Decoder::default(), jpeg, &header)?;
    Ok((0..header.components().len()).map(|index| picture.plane(&header, index).to_vec()).collect())
}

fn pixels(jpeg: &[u8]) -> Result<Vec<u8>, MediaError> {
    let header = Header::read(jpeg)?;
    let mut picture = Planes::default();
    picture.decode(&mut Decoder::default(), jpeg, &header)?;
    let mut pixels = vec![];
    picture.for_each_row(&header, |_, row| pixels.extend_from_slice(row.as_flattened()));
    Ok(pixels)
}

fn error(jpeg: &[u8]) -> (ErrorName, String) {
    let error = planes(jpeg).expect_err("a JPEG that can't be decoded");
    (error.name, error.message.into_owned())
}

fn assert_is_data(jpeg: &[u8], says: &str) {
    let (name, message) = error(jpeg);
    assert!(name == ErrorName::Data && message.contains(says), "{name}: {message}");
}

/// A JPEG of 4:2:0 with all its tables.
fn whole() -> Vec<u8> {
    Encoder { tables: true, ..Encoder::yuv(50, 35, [(2, 2), (1, 1), (1, 1)]) }.encode()
}

/// The range of a JPEG's first segment of this code, with its marker.
fn find(jpeg: &[u8], code: u8) -> (usize, usize) {
    let marker = Markers::new(jpeg).find(|marker| marker.code == code).expect("such a segment");
    (marker.end - marker.data.len() - 4, marker.end)
}

#[test]
fn samples_are_libjpegs_to_the_bit() {
    assert_eq!(planes(&golden::GRAY), Ok(vec![golden::GRAY_SAMPLES.to_vec()]));
    assert_eq!(pixels(&golden::YUV422), Ok(golden::YUV422_PIXELS.to_vec()));
    assert_eq!(pixels(&golden::YUV420), Ok(golden::YUV420_PIXELS.to_vec()));
}

#[test]
fn a_progressive_jpeg_is_the_sequential_one_of_the_same_coefficients() {
    let expected = planes(&golden::SEQUENTIAL);
    assert!(expected.is_ok());
    assert_eq!(planes(&golden::PROGRESSIVE), expected);
}

#[test]
fn every_sampling_gives_the_samples_of_its_planes() {
    for luma in [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (3, 1), (1, 4), (4, 4)] {
        for chroma in [(1, 1), (2, 1), (1, 2), (2, 2)] {
            for (width, height) in [(1, 1), (8, 8), (50, 35)] {
                let encoder = Encoder::yuv(width, height, [luma, (1, 1), chroma]);
                let jpeg = encoder.encode();
                let header = Header::read(&jpeg).expect("a JPEG");
                let planes = planes(&jpeg).expect("a JPEG");
                for ((plane, component), (_, _, _, samples)) in
                    planes.iter().zip(header.components()).zip(&encoder.components)
                {
                    let size = (component.width as usize, component.height as usize);
                    assert_eq!(plane.len(), size.0 * size.1);
                    for (index, sample) in plane.iter().enumerate() {
                        let expected = samples(index % size.0, index / size.0);
                        assert!(sample.abs_diff(expected) <= 1, "{luma:?} {chroma:?} {size:?} at {index}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_component_that_is_alone_has_no_interleaved_blocks() {
    for sampling in [(1, 1), (2, 2), (4, 1)] {
        let jpeg = Encoder::new(50, 35, &[(1, sampling.0, sampling.1, shades)]).encode();
        let planes = planes(&jpeg).expect("a JPEG");
        for (index, sample) in planes[0].iter().enumerate() {
            assert!(sample.abs_diff(shades(index % 50, index / 50)) <= 1, "{sampling:?} at {index}");
        }
    }
}

#[test]
fn scans_of_one_component_each_give_the_same_planes() {
    for sampling in [[(2, 2), (1, 1), (1, 1)], [(2, 1), (1, 1), (1, 1)], [(1, 1), (1, 1), (1, 1)]] {
        let interleaved = Encoder::yuv(50, 35, sampling);
        let separate = Encoder { interleaved: false, ..interleaved.clone() };
        assert_eq!(planes(&separate.encode()), planes(&interleaved.encode()));
        let jpeg = separate.encode();
        let last = Markers::new(&jpeg).filter(|marker| marker.code == SOS).last().expect("three scans");
        assert_is_data(&jpeg[..last.end - last.data.len() - 4], "scans");
    }
}

#[test]
fn restarts_are_kept_and_must_be_in_order() {
    let plain = Encoder::yuv(50, 35, [(2, 1), (1, 1), (1, 1)]);
    let expected = planes(&plain.encode());
    let jpeg = Encoder { interval: 1, ..plain.clone() }.encode();
    assert_eq!(planes(&jpeg), expected);
    assert_eq!(planes(&Encoder { interval: 7, ..plain }.encode()), expected);
    let third = jpeg.windows(2).position(|bytes| bytes == [0xff, RST0 + 2]).expect("a third restart");
    // Some cameras write extra bytes, and fill bytes, before restart markers.
    let extra = [&jpeg[..third], &[1, 2, 0xff, 0, 0xff], &jpeg[third..]].concat();
    assert_eq!(planes(&extra), expected);
    let missing = [&jpeg[..third], &jpeg[third + 2..]].concat();
    assert_is_data(&missing, "restart");
    let mut wrong = jpeg.clone();
    wrong[third + 1] = RST0 + 5;
    assert_is_data(&wrong, "restart");
}

#[test]
fn tables_that_are_left_out_are_the_standard_ones() {
    let bare = Encoder::yuv(50, 35, [(2, 2), (1, 1), (1, 1)]).encode();
    assert!(bare.len() < whole().len());
    assert_eq!(planes(&bare), planes(&whole()));
    // A single table may be missing too.
    let jpeg = whole();
    let (start, end) = find(&jpeg, DHT);
    assert_eq!(planes(&[&jpeg[..start], &jpeg[end..]].concat()), planes(&whole()));
}

#[test]
fn a_whole_picture_needs_no_end() {
    for jpeg in [whole(), golden::PROGRESSIVE.to_vec()] {
        let expected = planes(&jpeg);
        assert!(expected.is_ok());
        let open = &jpeg[..jpeg.len() - 2];
        assert_eq!(planes(open), expected);
        for behind in [&[0; 500][..], &[0xff, 0xd8, 0xff, 0xe0], &[0xff, 0xd9, 0xff, 0xd9], &[1, 2, 3]] {
            assert_eq!(planes(&[open, behind].concat()), expected, "{behind:?}");
            assert_eq!(planes(&[&jpeg, behind].concat()), expected, "{behind:?}");
        }
    }
}

#[test]
fn a_picture_that_is_cut_is_an_error_wherever() {
    for jpeg in [whole(), golden::PROGRESSIVE.to_vec(), golden::GRAY.to_vec()] {
        // The last bits of the data are padding.
        for cut in 0..jpeg.len() - 5 {
            assert_eq!(error(&jpeg[..cut]).0, ErrorName::Data, "cut at {cut}");
            if cut < find(&jpeg, SOS).1 {
                continue;
            }
            // It is incomplete, also with zeros, an end or the next image after it.
            for behind in [&[0; 500][..], &[0xff, EOI], &[0xff, EOI, 0, 0, 0], &jpeg] {
                // But a progressive JPEG may end between two scans, with an end marker.
                let may_end = jpeg == golden::PROGRESSIVE && behind.starts_with(&[0xff, EOI]);
                let result = planes(&[&jpeg[..cut], behind].concat());
                assert!(may_end || result.is_err(), "cut at {cut}, then {} bytes", behind.len());
            }
        }
    }
}

#[test]
fn stray_and_fill_bytes_between_segments_are_passed_over() {
    let jpeg = whole();
    let mut strays = jpeg[..2].to_vec();
    for marker in Markers::new(&jpeg[..find(&jpeg, SOS).0]).skip(1) {
        strays.extend([0, 0, 0xff, 0xff]);
        strays.extend(&jpeg[marker.end - marker.data.len() - 4..marker.end]);
    }
    strays.extend(&jpeg[find(&jpeg, SOS).0..]);
    assert_eq!(planes(&strays), planes(&jpeg));
}

#[test]
fn quantization_may_have_16_bits_and_must_be_there() {
    let jpeg = whole();
    let (start, end) = find(&jpeg, DQT);
    let mut wide = jpeg[..start].to_vec();
    segment(&mut wide, DQT, &[&[0x10][..], &[0, 1].repeat(64)].concat());
    wide.extend(&jpeg[end..]);
    assert_eq!(planes(&wide), planes(&jpeg));
    assert_is_data(&[&jpeg[..start], &jpeg[end..]].concat(), "quantization table is missing");
}

#[test]
fn what_is_not_supported_says_so() {
    let jpeg = whole();
    let (frame, _) = find(&jpeg, 0xc0);
    for (offset, value, says) in [
        (1, 0xc3, "lossless"),
        (1, 0xc5, "hierarchical"),
        (1, 0xc9, "arithmetic"),
        (1, 0xca, "arithmetic"),
        (4, 12, "12 bits"),
        (9, 2, "2 components"),
    ] {
        let mut changed = jpeg.clone();
        changed[frame + offset] = value;
        let (name, message) = error(&changed);
        assert!(name == ErrorName::NotSupported && message.contains(says), "{name}: {message}");
    }
    let mut unknown_height = jpeg.clone();
    unknown_height[frame + 5..frame + 7].fill(0);
    assert_eq!(error(&unknown_height).0, ErrorName::NotSupported);
}

#[test]
fn a_size_that_the_bytes_cannot_hold_is_refused_by_the_header() {
    let claim = |jpeg: &[u8], code: u8, side: u16| {
        let (frame, _) = find(jpeg, code);
        let mut jpeg = jpeg.to_vec();
        let [high, low] = side.to_be_bytes();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[high, low, high, low]);
        let error = Header::read(&jpeg).expect_err("a lie");
        (error.name, error.message.into_owned())
    };
    for (code, jpeg) in [(0xc0, whole()), (0xc2, golden::PROGRESSIVE.to_vec())] {
        let (name, message) = claim(&jpeg, code, 8000);
        assert!(name == ErrorName::Data && message.contains("8000x8000"), "{message}");
        let (name, message) = claim(&jpeg, code, 40_000);
        assert!(name == ErrorName::Data && message.contains("32768"), "{message}");
    }
    // For any number of bytes: the limit is for the memory of the coefficients.
    let (name, message) = claim(&[&golden::PROGRESSIVE[..], &[1; 10_000_000]].concat(), 0xc2, 10_000);
    assert!(name == ErrorName::NotSupported && message.contains("progressive"), "{message}");
}

#[test]
fn colors_are_what_libjpeg_takes_them_for() {
    let adobe = |transform: u8| {
        let mut bytes = vec![];
        segment(&mut bytes, 0xee, &[b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform]);
        bytes
    };
    let mut jfif = vec![];
    segment(&mut jfif, APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let both = [jfif.clone(), adobe(0)].concat();
    for (ids, segments, expected) in [
        (&b"\x01\x02\x03"[..], vec![], Color::YCbCr),
        (b"\x01\x02\x03", adobe(0), Color::Rgb),
        (b"\x01\x02\x03", adobe(1), Color::YCbCr),
        (b"\x01\x02\x03", both, Color::YCbCr),
        (b"RGB", vec![], Color::Rgb),
        (b"RGB", jfif, Color::YCbCr),
        (b"\x01", adobe(1), Color::Gray),
        (b"CMYK", vec![], Color::Cmyk),
        (b"\x01\x02\x03\x04", adobe(0), Color::Cmyk),
        (b"\x01\x02\x03\x04", adobe(2), Color::Ycck),
    ] {
        let components: Vec<_> = ids.iter().map(|id| (*id, 1, 1, shades as fn(usize, usize) -> u8)).collect();
        let jpeg = Encoder { segments, ..Encoder::new(20, 10, &components) }.encode();
        assert_eq!(Header::read(&jpeg).map(|header| header.color), Ok(expected));
    }
}

#[test]
fn pixels_are_the_colors_of_their_components() {
    let pixel = |transform: u8, values: &[fn(usize, usize) -> u8]| {
        let components: Vec<_> = (1..).zip(values).map(|(id, value)| (id, 1, 1, *value)).collect();
        let mut segments = vec![];
        segment(&mut segments, 0xee, &[b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform]);
        let pixels = pixels(&Encoder { segments, ..Encoder::new(8, 8, &components) }.encode());
        pixels.expect("a JPEG")[..3].to_vec()
    };
    assert_eq!(pixel(0, &[|_, _| 77]), [77; 3]);
    assert_eq!(pixel(0, &[|_, _| 200, |_, _| 100, |_, _| 50]), [200, 100, 50]);
    // ITU-T T.871: red is Y 76, Cb 85, Cr 255.
    assert_eq!(pixel(1, &[|_, _| 76, |_, _| 85, |_, _| 255]), [254, 0, 0]);
    assert_eq!(pixel(0, &[|_, _| 200, |_, _| 100, |_, _| 50, |_, _| 128]), [100, 50, 25]);
    assert_eq!(pixel(2, &[|_, _| 76, |_, _| 85, |_, _| 255, |_, _| 255]), [1, 255, 255]);
}

#[test]
fn damage_is_no_panic() {
    // A reproducible generator of numbers: Marsaglia's xorshift.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let restarting = Encoder { interval: 2, ..Encoder::yuv(50, 35, [(4, 2), (1, 1), (2, 1)]) }.encode();
    let separate = Encoder { interleaved: false, ..Encoder::yuv(50, 35, [(2, 2), (1, 2), (1, 1)]) }.encode();
    for jpeg in [whole(), restarting, separate, golden::PROGRESSIVE.to_vec(), golden::GRAY.to_vec()] {
        for round in 0..400 {
            let mut broken = jpeg.clone();
            let within = if round % 2 == 0 { broken.len() } else { broken.len().min(600) };
            for _ in 0..=random(4) {
                let place = random(within);
                broken[place] = match random(4) {
                    0 => 0,
                    1 => 0xff,
                    2 => random(256) as u8,
                    _ => broken[place] ^ 1 << random(8),
                };
            }
            if round % 5 == 0 {
                let (cut, on) = (random(within), random(within));
                broken.splice(cut.., jpeg[on..].iter().copied());
            }
            // Any result is valid, but no panic.
            let _ = pixels(&broken);
        }
    }
}
