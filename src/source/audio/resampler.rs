//! The filter that changes the rate of sound.

use rubato::{Async, FixedAsync, SincInterpolationParameters, SincInterpolationType, WindowFunction};

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
