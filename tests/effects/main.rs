//! The ready-made effects, on pictures of known pixels, through the whole pipeline: a source, a track, the GPU and
//! a photo. They need an adapter; a software one will do.
#![cfg(feature = "effects")]

mod blur;
mod css;
mod identity;
mod looks;
mod ranges;
mod studio;
mod together;
