//! The numbers of a pass's bindings in `@group(0)`, as the files in `shaders/` have them. The tests of `shader` compare
//! them.

/// The uniforms of the pass and its effects.
pub(super) const UNIFORMS: u32 = 0;

/// The uniform `Camera`.
pub(super) const CAMERA: u32 = 1;

/// The planes of the frame.
pub(super) const PLANES: [u32; 3] = [2, 3, 4];

/// The sampler of all textures.
pub(super) const SAMPLER: u32 = 5;

/// The output of the pass before.
pub(super) const PREVIOUS: u32 = 6;

/// The history of the temporal effect.
pub(super) const HISTORY: u32 = 7;

/// The input of a filter's first pass.
pub(super) const ORIGINAL: u32 = 8;

/// The first of the images that effects see, which follow one another.
pub(super) const FIRST_IMAGE: u32 = 9;
