//! Files that are cut short, damaged or malicious.

use super::ffmpeg::{Files, Played, open, play, source};
use crate::error::{ErrorName, MediaError};

/// Pseudo-random numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((value ^ (value >> 31)) % limit as u64) as usize
    }
}

/// The options of small files, and their names.
fn kinds() -> Vec<(&'static str, &'static str)> {
    let mut kinds = vec![("-c:v mjpeg -q:v 9", "jpeg.mkv"), ("-c:v mjpeg -q:v 9", "jpeg.mov")];
    if cfg!(feature = "vpx") {
        kinds.extend([
            ("-c:v libvpx -deadline realtime -cpu-used 8 -g 6 -cluster_time_limit 150", "vp8.webm"),
            ("-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 6 -f webm -live 1", "vp9.webm"),
        ]);
    }
    if cfg!(feature = "h264") {
        kinds.extend([
            ("-c:v libx264 -g 6 -bf 0 -cluster_time_limit 150", "plain.mkv"),
            ("-c:v libx264 -g 6 -bf 2", "table.mp4"),
            ("-c:v libx264 -g 6 -bf 0 -movflags +faststart", "start.mp4"),
            ("-c:v libx264 -g 6 -bf 0 -movflags +frag_keyframe+empty_moov", "fragments.mp4"),
        ]);
    }
    kinds
}

/// Each kind of file with its bytes.
fn small_files(files: &Files) -> Vec<(&'static str, Vec<u8>)> {
    let source = source(24).replace("320x180", "96x64");
    let make = |(options, name)| {
        let path = files.make(&format!("{source} {options} {name}"));
        (name, std::fs::read(path).expect("it was just written"))
    };
    kinds().into_iter().map(make).collect()
}

#[test]
fn files_that_are_cut_short_play_as_far_as_they_go() {
    let files = Files::new();
    for (name, bytes) in small_files(&files) {
        let all = play(&files.write(name, &bytes)).expect(name).pictures;
        assert_eq!(all.len(), 24, "{name}");
        let mut random = Random(7);
        let mut most = 0;
        for _ in 0..40 {
            let cut = random.below(bytes.len());
            match play(&files.write(name, &bytes[..cut])) {
                Ok(Played { pictures, errors, .. }) => {
                    assert_eq!(errors, [], "{name} cut at {cut}");
                    assert!(pictures == all[..pictures.len()], "{name} cut at {cut}");
                    most = most.max(pictures.len());
                }
                Err(error) => {
                    let is_start = cut < 8 && error.name == ErrorName::NotSupported;
                    assert!(is_start || error.name == ErrorName::Data, "{name} cut at {cut}: {error}");
                }
            }
        }
        let has_index_at_end = ["table.mp4", "jpeg.mov"].contains(&name);
        assert_eq!(most > 18, !has_index_at_end, "{name}: at most {most} frames of a file that was cut");
        if has_index_at_end {
            let error = play(&files.write(name, &bytes[..bytes.len() / 2])).expect_err(name);
            assert!(error.message.contains("its index is missing"), "{error}");
        }
    }
}

#[test]
fn flipped_bits_are_no_panic_and_have_an_end() {
    let files = Files::new();
    for (name, bytes) in small_files(&files) {
        let mut random = Random(11);
        let (mut whole, mut damaged, mut refused) = (0, 0, 0);
        for variant in 0..120 {
            let mut bytes = bytes.clone();
            // The headers are at the start or at the end.
            let (first, len) = match variant % 3 {
                0 => (0, bytes.len()),
                1 => (0, 1000),
                _ => (bytes.len() - 1000, 1000),
            };
            for _ in 0..1 + random.below(8) {
                bytes[first + random.below(len)] ^= 1 << random.below(8);
            }
            let path = files.write(name, &bytes);
            match play(&path) {
                Ok(played) if played.errors.is_empty() => whole += 1,
                Ok(_) => damaged += 1,
                Err(MediaError { name: ErrorName::Data | ErrorName::NotSupported, .. }) => refused += 1,
                Err(error) => panic!("{name}, variant {variant}: {error}"),
            }
            if let Ok(mut demux) = open(&path) {
                for milliseconds in [0, 300, 1_000_000] {
                    demux.seek(std::time::Duration::from_millis(milliseconds)).expect("a readable file");
                    // A damaged packet is as good.
                    let _ = demux.next();
                }
            }
        }
        assert!(whole > 0 && damaged > 0 && refused > 0, "{name}: {whole}, {damaged}, {refused}");
    }
}

/// Replaces the first place where these bytes are.
fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).expect("these bytes");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn sizes_that_lie_are_not_believed() {
    let files = Files::new();
    let path = files.make(&format!("{} -c:v mjpeg lie.mkv", source(3)));
    let good = std::fs::read(path).expect("it was just written");
    let huge = [0x01, 255, 255, 255, 255, 255, 255, 254];
    let playing = |bytes: &[u8]| play(&files.write("lie.mkv", bytes)).map(|played| played.pictures.len());
    assert_eq!(playing(&good), Ok(3));
    // The segment and the cluster, whose contents follow as before.
    for id in [[0x18, 0x53, 0x80, 0x67], [0x1F, 0x43, 0xB6, 0x75]] {
        let at = good.windows(4).position(|window| window == id).expect("the element") + 4;
        let len = good[at].leading_zeros() as usize + 1;
        let lying = [&good[..at], &huge, &good[at + len..]].concat();
        assert_eq!(playing(&lying), Ok(3), "{id:02X?}");
    }
    // A frame: the others have clusters of their own.
    let block = good.windows(4).position(|window| window == [0x1F, 0x43, 0xB6, 0x75]).expect("a cluster");
    let block = block + good[block..].iter().position(|byte| *byte == 0xA3).expect("a block") + 1;
    let len = good[block].leading_zeros() as usize + 1;
    assert_eq!(playing(&[&good[..block], &huge, &good[block + len..]].concat()), Ok(2));
    // The list of tracks and the header, which are refused.
    for id in [[0x16, 0x54, 0xAE, 0x6B], [0x1A, 0x45, 0xDF, 0xA3]] {
        let at = good.windows(4).position(|window| window == id).expect("the element") + 4;
        let len = good[at].leading_zeros() as usize + 1;
        let lying = [&good[..at], &huge, &good[at + len..]].concat();
        assert_eq!(playing(&lying).map_err(|error| error.name), Err(ErrorName::Data), "{id:02X?}");
    }

    let path = files.make(&format!("{} -c:v mjpeg lie.mov", source(3)));
    let good = std::fs::read(path).expect("it was just written");
    let playing = |bytes: &[u8]| play(&files.write("lie.mov", bytes)).map(|played| played.pictures.len());
    assert_eq!(playing(&good), Ok(3));
    let count = |kind: &[u8; 4], from: &[u8], to: &[u8]| {
        playing(&replace(&good, &[&kind[..], from].concat(), &[&kind[..], to].concat()))
    };
    // Numbers of entries beyond their boxes, and equal sizes for endless samples.
    assert_eq!(
        count(b"stsz", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], &[0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]),
        Ok(3)
    );
    let equal =
        count(b"stsz", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], &[0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255]);
    assert!(matches!(equal, Ok(0)), "{equal:?}");
    assert_eq!(count(b"stts", &[0, 0, 0, 0, 0, 0, 0, 1], &[0, 0, 0, 0, 255, 255, 255, 255]), Ok(3));
    // A box that is longer than the file.
    let at = good.windows(4).position(|window| window == b"moov").expect("an index");
    let lying = [&good[..at - 4], &[255; 4], &good[at..]].concat();
    assert_eq!(playing(&lying).map_err(|error| error.name), Err(ErrorName::Data));
}

#[cfg(feature = "vpx")]
#[test]
fn behind_damage_matroska_goes_on_with_the_next_cluster() {
    let files = Files::new();
    let options = "-c:v libvpx -deadline realtime -cpu-used 8 -g 5 -cluster_time_limit 150";
    let path = files.make(&format!("{} {options} damaged.webm", source(30)));
    let mut bytes = std::fs::read(&path).expect("it was just written");
    let all = play(&path).expect("a good file").pictures;
    let clusters: Vec<_> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(&[0x1F, 0x43, 0xB6, 0x75])).collect();
    assert!(clusters.len() >= 5, "{clusters:?}");
    // The header of the third cluster, and what follows it.
    bytes[clusters[2]..clusters[2] + 20].fill(0);
    let played = play(&files.write("damaged.webm", &bytes)).expect("a good header");
    assert_eq!(played.errors.len(), 1, "{:?}", played.errors);
    assert!(played.errors[0].message.contains("continues after the damage"), "{:?}", played.errors);
    assert!(played.pictures.len() < all.len() && played.pictures.len() >= all.len() - 8);
    assert_eq!(played.pictures.last(), all.last());
}
