//! The data of a recording, in chunks.

use std::{sync::Arc, time::Duration};

use bevy::prelude::*;

/// Bytes of a recording
/// ([`dataavailable`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-ondataavailable)). Triggered on the
/// recorder's entity.
///
/// The chunks of a recording in order, one after the other, are a file that players play. The last one has
/// [patches](Self::patches): with them the file has a duration and can be sought in. [`RecordingBuffer`] applies them.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingChunk {
    /// The recorder.
    pub entity: Entity,
    /// The place of the chunk in its recording, from 0.
    pub index: u32,
    /// The time of the chunk's first frame in the recording
    /// ([`timecode`](https://www.w3.org/TR/mediastream-recording/#dom-blobevent-timecode)).
    pub time_code: Duration,
    /// The bytes. A chunk may be empty.
    #[reflect(ignore)]
    pub data: Arc<[u8]>,
    /// Whether it is the last chunk.
    pub is_last: bool,
    /// The bytes of earlier chunks that are to be replaced. Only the last chunk has some.
    pub patches: Vec<RecordingPatch>,
}

/// Bytes that take the place of as many others in a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Debug, Clone, PartialEq, Default)]
pub struct RecordingPatch {
    /// The place of the first byte, from the start of the recording.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Collects the chunks of a recording in memory.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{prelude::*, recorder::{RecordingBuffer, RecordingChunk}};
///
/// #[derive(Resource, Default)]
/// struct Clip(RecordingBuffer);
///
/// fn collect(chunk: On<RecordingChunk>, mut clip: ResMut<Clip>) {
///     if let Some(file) = clip.0.push(&chunk) {
///         info!("a file of {} bytes", file.len());
///     }
/// }
/// # bevy::ecs::system::IntoObserverSystem::into_system(collect);
/// ```
#[derive(Debug, Clone, Default)]
pub struct RecordingBuffer {
    bytes: Vec<u8>,
}

impl RecordingBuffer {
    /// Appends a chunk. A first chunk begins a new recording. After the last one, returns the whole file.
    pub fn push(&mut self, chunk: &RecordingChunk) -> Option<Vec<u8>> {
        if chunk.index == 0 {
            self.bytes.clear();
        }
        self.bytes.extend_from_slice(&chunk.data);
        if !chunk.is_last {
            return None;
        }
        let mut file = std::mem::take(&mut self.bytes);
        for RecordingPatch { offset, bytes } in &chunk.patches {
            let start = usize::try_from(*offset).ok()?;
            if let Some(place) = file.get_mut(start..start.saturating_add(bytes.len())) {
                place.copy_from_slice(bytes);
            }
        }
        Some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(index: u32, data: &[u8], patches: Option<Vec<RecordingPatch>>) -> RecordingChunk {
        RecordingChunk {
            entity: Entity::PLACEHOLDER,
            index,
            time_code: Duration::ZERO,
            data: data.into(),
            is_last: patches.is_some(),
            patches: patches.unwrap_or_default(),
        }
    }

    #[test]
    fn chunks_are_joined_and_patched() {
        let mut buffer = RecordingBuffer::default();
        assert_eq!(buffer.push(&chunk(0, b"lost", None)), None);
        assert_eq!(buffer.push(&chunk(0, b"head", None)), None);
        assert_eq!(buffer.push(&chunk(1, b"", None)), None);
        let patch = |offset, bytes: &[u8]| RecordingPatch { offset, bytes: bytes.to_vec() };
        let patches = vec![patch(3, b"DT"), patch(7, b"too long"), patch(u64::MAX, b"x")];
        assert_eq!(buffer.push(&chunk(2, b"tail", Some(patches))), Some(b"heaDTail".to_vec()));
        assert_eq!(buffer.push(&chunk(0, b"", Some(Vec::new()))), Some(Vec::new()));
    }
}
