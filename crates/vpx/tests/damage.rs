//! Decoding of damaged packets.

mod common;

use std::hint::black_box;

use common::{CODECS, Image, Random};
use viewfinder_vpx::{Codec, Decoder, DecoderConfig, Encoder, EncoderConfig, VpxError};

/// The packets of a small pattern. The first is a key frame.
fn packets(codec: Codec, count: u64) -> Vec<Vec<u8>> {
    let config = EncoderConfig::new(codec, 48, 32).bit_rate(100_000);
    let mut encoder = Encoder::new(config).expect("a usual size");
    let mut packet = |frame| {
        let image = Image::pattern(48, 32, frame);
        encoder.encode(&image.i420(), frame * 33, false).expect("an image in order").data.to_vec()
    };
    (0..count).map(&mut packet).collect()
}

/// Decodes a packet that may be damaged, and reads each byte of the picture.
fn decode_anything(decoder: &mut Decoder, data: &[u8]) -> Result<bool, VpxError> {
    // An allocation of exactly this length shows reads beyond the end to a memory checker.
    let data: Box<[u8]> = data.into();
    let picture = decoder.decode(&data)?;
    let Some(picture) = picture else { return Ok(false) };
    let sum: u32 = Image::copy_of(&picture).bytes.into_iter().map(u32::from).sum();
    // A memory checker reports a branch on bytes that were never written.
    black_box(if sum.is_multiple_of(2) { "even" } else { "odd" });
    Ok(true)
}

/// Checks that a decoder works after whatever it was given.
fn assert_usable(decoder: &mut Decoder, packets: &[Vec<u8>]) {
    for packet in packets {
        assert_eq!(decode_anything(decoder, packet), Ok(true));
    }
}

#[test]
fn truncated_packets_give_errors_or_pictures() {
    for codec in CODECS {
        let packets = packets(codec, 3);
        let mut decoder = Decoder::new(codec).expect("memory");
        for (index, packet) in packets.iter().enumerate() {
            let mut errors = 0;
            for len in 0..packet.len() {
                assert_usable(&mut decoder, &packets[..index]);
                match decode_anything(&mut decoder, &packet[..len]) {
                    Err(VpxError::EmptyPacket) => assert_eq!(len, 0),
                    Err(VpxError::Data(_)) => errors += 1,
                    other => assert!(other.is_ok(), "{other:?}"),
                }
            }
            assert!(errors > 0, "{codec:?} packet {index}");
        }
        assert_usable(&mut decoder, &packets);
    }
}

#[test]
fn random_bytes_give_errors() {
    for codec in CODECS {
        let packets = packets(codec, 2);
        let mut random = Random(4);
        let mut decoder = Decoder::new(codec).expect("memory");
        let mut errors = 0;
        for _ in 0..300 {
            let len = random.number() % 200 + 1;
            let data: Vec<u8> = (0..len).map(|_| random.byte()).collect();
            errors += u32::from(decode_anything(&mut decoder, &data).is_err());
        }
        assert!(errors > 100, "{codec:?}: {errors} errors");
        assert_usable(&mut decoder, &packets);
    }
}

#[test]
fn changed_bytes_give_errors_or_pictures() {
    for codec in CODECS {
        let packets = packets(codec, 4);
        let mut random = Random(5);
        let mut decoder = Decoder::with_config(DecoderConfig::new(codec).max_side(256)).expect("memory");
        for _ in 0..300 {
            for packet in &packets {
                let mut packet = packet.clone();
                for _ in 0..random.number() % 3 {
                    let index = random.number() as usize % packet.len();
                    packet[index] = random.byte();
                }
                let _ = decode_anything(&mut decoder, &packet);
            }
        }
        assert_usable(&mut decoder, &packets);
    }
}

#[test]
fn a_delta_frame_without_its_key_frame_is_an_error() {
    for codec in CODECS {
        let packets = packets(codec, 3);
        let mut decoder = Decoder::new(codec).expect("memory");
        let decoded = decode_anything(&mut decoder, &packets[1]);
        assert!(matches!(decoded, Err(VpxError::Data(_))), "{codec:?}: {decoded:?}");
        assert_usable(&mut decoder, &packets);
    }
}

#[test]
fn packets_of_the_other_codec_are_errors() {
    let [vp8, vp9] = CODECS.map(|codec| packets(codec, 1).remove(0));
    for (codec, packet) in [(Codec::Vp8, vp9), (Codec::Vp9, vp8)] {
        let decoded = decode_anything(&mut Decoder::new(codec).expect("memory"), &packet);
        assert!(matches!(decoded, Err(VpxError::Data(_))), "{codec:?}: {decoded:?}");
    }
}

#[test]
fn pictures_beyond_the_limit_are_refused() {
    for codec in CODECS {
        let packets = packets(codec, 1);
        for (max_side, is_ok) in [(48, true), (47, false)] {
            let mut decoder =
                Decoder::with_config(DecoderConfig::new(codec).max_side(max_side)).expect("memory");
            let expected = VpxError::PictureSize { width: 48, height: 32, max_side };
            assert_eq!(
                decode_anything(&mut decoder, &packets[0]),
                if is_ok { Ok(true) } else { Err(expected) }
            );
        }
    }
    // The header of a VP9 key frame: marker and profile, sync code, color space and range, and the size less 1.
    let mut header = vec![0b1000_0010, 0x49, 0x83, 0x42];
    // Three bits of color space, one of range, then twice 16 bits of size, all ones: 65536x65536.
    header.extend([0b0000_1111, 0xff, 0xff, 0xff, 0xff]);
    header.extend([0; 50]);
    let decoded = decode_anything(&mut Decoder::new(Codec::Vp9).expect("memory"), &header);
    let expected = VpxError::PictureSize { width: 65536, height: 65536, max_side: 16384 };
    assert_eq!(decoded, Err(expected));
}

#[test]
fn the_size_may_change_with_a_key_frame() {
    for codec in CODECS {
        let mut decoder = Decoder::new(codec).expect("memory");
        for (width, height) in [(48, 32), (160, 90), (17, 9)] {
            let mut encoder = Encoder::new(EncoderConfig::new(codec, width, height)).expect("a usual size");
            for frame in 0..3 {
                let image = Image::pattern(width, height, frame);
                let packet = encoder.encode(&image.i420(), frame * 33, false).expect("an image in order");
                let picture = decoder.decode(packet.data).expect("a whole packet").expect("a picture");
                assert!(image.psnr(&Image::copy_of(&picture)) > 25.0, "{codec:?} {width}x{height}");
            }
        }
    }
}
