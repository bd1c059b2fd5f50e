//! The ready-made effects, on pictures of known pixels, through the whole pipeline: a source, a track, the GPU and
//! a photo. They need an adapter; a software one will do.
#![cfg(feature = "effects")]

mod blur;
mod color;
mod css;
mod ffmpeg;
mod filters;
mod geometry;
mod identity;
mod looks;
mod presets;
mod ranges;
mod studio;
mod temporal;
mod together;
