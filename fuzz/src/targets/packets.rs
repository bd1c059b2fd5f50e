//! The packets of containers, before they are decoded: of all codecs, whatever this build decodes.

use std::{path::Path, time::Duration};

use bevy_viewfinder::{
    error::{ErrorName, MediaError},
    internal::{FilePacket, FilePackets},
};

use super::{Outcome, files};

/// The most packets that are read of a file.
const MOST: usize = 64;

/// Reads the packets of a file twice, seeks in it, and plays it.
pub(super) fn read(name: &str, data: &[u8]) -> Outcome {
    let outcome = files::with_file(name, data, |path| {
        let Ok(mut packets) = open(path) else { return Outcome::Refused };
        let first = take(&mut packets, MOST);
        for packet in first.iter().flatten() {
            assert!(packet.data.len() <= data.len(), "a packet has no more bytes than the file");
        }
        // Back from the middle as well as from the end.
        packets.seek(Duration::ZERO).expect("a file that can be read");
        let begin = first.iter().flatten().find(|packet| packet.is_key).map(|packet| packet.time);
        if begin == Some(Duration::ZERO)
            && first.first().is_some_and(|first| first.as_ref().is_some_and(|first| first.is_key))
        {
            let again = take(&mut packets, 1);
            assert!(again.iter().flatten().all(|packet| packet.is_key), "a seek leads to a key frame");
        }
        for place in data.iter().rev().take(2).map(|byte| Duration::from_millis(u64::from(*byte) * 8)) {
            packets.seek(place).expect("a file that can be read");
            take(&mut packets, 2);
        }
        packets.seek(Duration::MAX).expect("a file that can be read");
        take(&mut packets, 2);
        let mut anew = open(path).expect("it was opened before");
        assert_eq!(first, take(&mut anew, MOST), "a file has the same packets each time");
        Outcome::accepted(first.iter().any(Option::is_some))
    });
    files::play(name, data);
    outcome
}

fn open(path: &Path) -> Result<FilePackets, MediaError> {
    let opened = FilePackets::open(path);
    if let Err(error) = &opened {
        assert!(matches!(error.name, ErrorName::Data | ErrorName::NotSupported), "{error}");
    }
    opened
}

/// The next packets. A damaged one is `None`.
fn take(packets: &mut FilePackets, most: usize) -> Vec<Option<FilePacket>> {
    let next = || packets.next_packet().expect("a file that can be read");
    std::iter::from_fn(next).take(most).map(Result::ok).collect()
}
