//! The end of WebM and Matroska files (RFC 9559) that a browser was interrupted in. Its data end anywhere, also in the
//! middle of a frame, and players complain about that.

use super::webm_element::Element;

/// Ids of elements.
mod id {
    pub(super) const CLUSTER: u32 = 0x1F43_B675;
    pub(super) const TIMESTAMP: u32 = 0xE7;
    pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
    pub(super) const BLOCK_GROUP: u32 = 0xA0;
    pub(super) const POSITION: u32 = 0xA7;
    pub(super) const PREV_SIZE: u32 = 0xAB;
    pub(super) const CUES: u32 = 0x1C53_BB6B;
    pub(super) const VOID: u32 = 0xEC;
}

/// The bytes of a cluster's id.
const CLUSTER: [u8; 4] = id::CLUSTER.to_be_bytes();

/// The most places that are tried as the start of a cluster.
const MOST_STARTS: usize = 64;

/// The number of bytes of a file's last part that are whole elements: without the frame that was being written. `None`
/// if no cluster begins in that part, as in files of other types.
pub(super) fn whole_len(part: &[u8]) -> Option<usize> {
    // The bytes of the id may be in a frame too: a cluster is one only with its time.
    let starts = part.windows(CLUSTER.len()).enumerate().rev().filter(|(_, bytes)| *bytes == CLUSTER);
    starts.take(MOST_STARTS).find_map(|(start, _)| whole_end(part, Element::read(part, start)?.content))
}

/// The end of the last whole element in a cluster whose content begins here. `None` if it is no cluster.
fn whole_end(part: &[u8], content: usize) -> Option<usize> {
    let is_whole = |end: &usize| *end <= part.len();
    let timestamp = Element::read(part, content).filter(|element| element.id == id::TIMESTAMP)?;
    let mut whole = timestamp.end().filter(is_whole)?;
    while let Some(element) = Element::read(part, whole) {
        match element.id {
            id::SIMPLE_BLOCK | id::BLOCK_GROUP | id::POSITION | id::PREV_SIZE | id::CUES | id::VOID => {}
            // It has no time yet.
            id::CLUSTER => break,
            _ => return None,
        }
        match element.end().filter(is_whole) {
            Some(end) => whole = end,
            None => break,
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cluster of unknown length, as browsers write it, with two frames. The second has the id of a cluster in it.
    const LIVE: &[u8] = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x81\x05\
        \xa3\x86\x81\0\0\x80ab\xa3\x8a\x81\0\x01\0\x1f\x43\xb6\x75\x80z";

    /// The ends of its time and of its frames.
    const ENDS: [usize; 3] = [15, 23, LIVE.len()];

    /// The end of the last whole element in so many bytes of a cluster.
    fn end_in(len: usize) -> Option<usize> {
        ENDS.into_iter().filter(|end| *end <= len).max()
    }

    #[test]
    fn a_torn_frame_is_cut_off_wherever_the_data_end() {
        for before in [&b""[..], b"\xa3\x86\x81\0\0\x80xy"] {
            let file = [before, LIVE].concat();
            for len in 0..=LIVE.len() {
                let whole = end_in(len).map(|end| before.len() + end);
                assert_eq!(whole_len(&file[..before.len() + len]), whole, "{len} bytes");
            }
        }
    }

    #[test]
    fn the_last_cluster_counts() {
        let file = [LIVE, LIVE].concat();
        for len in 0..=LIVE.len() {
            // One that has only begun is cut off.
            let whole = LIVE.len() + end_in(len).unwrap_or(0);
            assert_eq!(whole_len(&file[..LIVE.len() + len]), Some(whole), "{len} bytes");
        }
    }

    #[test]
    fn a_cluster_of_known_length_is_read_too() {
        let known = b"\x1f\x43\xb6\x75\x8d\xe7\x81\x05\xa3\x88\x81\0\0\x80abcd";
        assert_eq!(whole_len(known), Some(known.len()));
        assert_eq!(whole_len(&known[..known.len() - 1]), Some(8));
    }

    #[test]
    fn other_files_are_left_as_they_are() {
        let mp4 = b"\0\0\0\x20ftypisom\0\0\x02\0\0\0\0\x08moof\x1f\x43\xb6\x75\x8d\xa3\x88more of it";
        for other in [&b""[..], b"\x1f\x43\xb6", mp4, &[0; 64], &[0xff; 64]] {
            assert_eq!(whole_len(other), None, "{other:02x?}");
        }
        let unknown = [LIVE, b"\x4d\x80\x81a"].concat();
        assert_eq!(whole_len(&unknown), None, "an element that no cluster has");
    }

    #[test]
    fn absurd_lengths_are_torn_elements() {
        for size in
            [&b"\x01\xff\xff\xff\xff\xff\xff\xfe"[..], b"\x01\xff\xff\xff\xff\xff\xff\xff", b"\xff", b"\0"]
        {
            let file = [LIVE, b"\xa3", size, b"rest"].concat();
            assert_eq!(whole_len(&file), Some(LIVE.len()), "{size:02x?}");
        }
    }
}
