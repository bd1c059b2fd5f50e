//! The sound of a recording.

use std::time::Duration;

use bevy::platform::time::Instant;

use super::Recording;
use crate::{
    error::MediaError,
    recorder::{container::AudioTrack, sound::track::SoundTrack},
    source::audio::AudioSamples,
};

/// The longest time by which the sound may be late. Without sound for as long, there is silence: the file waits for the
/// sound, and so does the data of the frames.
const LONGEST_WAIT: Duration = Duration::from_millis(1_000);

/// The time for which sound may still arrive when that before it becomes silence.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);

impl Recording {
    /// Adds sound.
    pub fn with_sound(self, sound: Option<SoundTrack>) -> Self {
        Self { sound, ..self }
    }

    /// The track of the sound in the file.
    pub(super) fn audio_track(&self) -> Option<AudioTrack> {
        self.sound.as_ref().map(SoundTrack::description)
    }

    /// Records a block of sound. What was captured before the first frame, or during a pause, is left
    /// out.
    ///
    /// # Errors
    /// The encoder's.
    pub fn samples(&mut self, block: &AudioSamples) -> Result<(), MediaError> {
        if self.clock.is_empty() {
            if let Some(sound) = &mut self.sound {
                sound.keep(block);
            }
            return Ok(());
        }
        self.place_samples(block);
        self.write_sound()
    }

    /// Adds the part of a block that belongs to the recording.
    fn place_samples(&mut self, block: &AudioSamples) {
        if let Some(sound) = &mut self.sound
            && let Some(span) = self.clock.span(block.captured, block.duration())
        {
            sound.push(block, span);
        }
    }

    /// Places the sound after a pause.
    pub(super) fn rejoin_sound(&mut self, now: Instant) {
        let position = self.clock.position(now);
        if let Some(sound) = &mut self.sound {
            sound.fill_to(position);
        }
    }

    /// Adds the sound that arrived before the first frame, and silence where sound stays away. A frame at this time was
    /// recorded.
    ///
    /// # Errors
    /// The encoder's.
    pub(super) fn keep_sound_up(&mut self, time: Duration) -> Result<(), MediaError> {
        for block in self.sound.as_mut().map(SoundTrack::take_kept).unwrap_or_default() {
            self.place_samples(&block);
        }
        if let Some(sound) = &mut self.sound
            && time.saturating_sub(sound.end()) > LONGEST_WAIT
        {
            sound.fill_to(time - SHORTEST_WAIT);
        }
        self.write_sound()
    }

    /// Ends the sound together with the recording.
    ///
    /// # Errors
    /// The encoder's.
    pub(super) fn finish_sound(&mut self, length: Duration) -> Result<(), MediaError> {
        if let Some(sound) = &mut self.sound {
            sound.finish(length);
        }
        self.write_sound()?;
        if let (Some(sound), Some(muxer)) = (&mut self.sound, &mut self.muxer) {
            muxer.write(sound.last_packet()?)?;
        }
        Ok(())
    }

    /// Writes the packets that are complete.
    fn write_sound(&mut self) -> Result<(), MediaError> {
        let (Some(sound), Some(muxer)) = (&mut self.sound, &mut self.muxer) else { return Ok(()) };
        while let Some(packet) = sound.take_packet()? {
            muxer.write(packet)?;
        }
        Ok(())
    }
}
