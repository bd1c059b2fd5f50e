//! The sound of a recording: from the blocks of a microphone to the packets of a track.

pub(super) mod opus;
pub(super) mod synchronizer;

/// The frames of sound per second that go into a recording.
pub(super) const SAMPLE_RATE: u32 = 48_000;

/// The frames of a packet: 20 ms.
pub(super) const PACKET_FRAMES: usize = 960;
