//! The inverse discrete cosine transform of blocks.
//!
//! It uses the integer arithmetic of libjpeg's `jidctint` (Loeffler, Ligtenberg and Moschytz, constants of 13 bits), so
//! samples are equal to libjpeg's to the bit. Values that leave 16 bits between the passes, which no encoder writes,
//! saturate as in libjpeg-turbo's SIMD code.

mod block;
mod one;
mod register;
mod transform;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod two;

pub(super) use block::{Block, Inverse, Pair, flat};
#[cfg(not(target_family = "wasm"))]
use fearless_simd::Simd;
use fearless_simd::{Level, dispatch};
use one::OneByOne;

/// Work that needs an implementation of the transform.
pub(super) trait Task {
    type Output;

    fn run(self, inverse: impl Inverse) -> Self::Output;
}

/// Runs a task with the fastest implementation for this processor. Inlined parts of the task are compiled for the
/// processor's instructions too.
pub(super) fn run<T: Task>(task: T) -> T::Output {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    if let Some(avx2) = Level::new().as_avx2() {
        return avx2.vectorize(
            #[inline(always)]
            || task.run(avx2),
        );
    }
    dispatch!(Level::baseline(), simd => task.run(OneByOne(simd)))
}

#[cfg(test)]
mod tests;
