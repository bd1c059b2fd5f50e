//! The filter that changes the rate of sound.

use rubato::{
    Async, FixedAsync, Indexing, Resampler, SincInterpolationParameters, SincInterpolationType,
    WindowFunction, audioadapter_buffers::direct::InterleavedSlice,
};

/// A resampler for chunks of this many frames. Its ratio, output to input, can be changed up to this factor. `None` if
/// the library has none for these parameters.
pub(crate) fn sinc_resampler(
    ratio: f64,
    greatest_change: f64,
    chunk_frames: usize,
    channels: usize,
) -> Option<Async<f32>> {
    let parameters = SincInterpolationParameters {
        sinc_len: 128,
        f_cutoff: Some(0.95),
        interpolation: SincInterpolationType::Linear,
        oversampling_factor: 128,
        window: WindowFunction::BlackmanHarris2,
    };
    Async::new_sinc(ratio, greatest_change, &parameters, chunk_frames, channels, FixedAsync::Input).ok()
}

/// Resamples a chunk of interleaved samples. Returns the number of frames in `made`, which has room for the most that
/// the resampler makes. `None` if the library refuses the chunk.
pub(crate) fn resample(
    resampler: &mut dyn Resampler<f32>,
    chunk: &[f32],
    channels: usize,
    made: &mut [f32],
) -> Option<usize> {
    let longest = made.len() / channels;
    let input = InterleavedSlice::new(chunk, channels, chunk.len() / channels).ok()?;
    let mut output = InterleavedSlice::new_mut(made, channels, longest).ok()?;
    let (_, frames) = resampler.process_into_buffer(&input, &mut output, None::<&Indexing>).ok()?;
    Some(frames)
}
