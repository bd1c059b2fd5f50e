//! The ready-made effects, on pictures of known pixels, through the whole pipeline: a source, a track, the GPU and
//! a photo. They need an adapter; a software one will do.
#![cfg(feature = "effects")]

mod assets;
mod blur;
mod color;
mod compose;
mod css;
mod ffmpeg;
mod filters;
mod geometry;
mod golden;
mod identity;
mod looks;
mod luts;
mod presets;
mod ranges;
mod shadow;
mod studio;
mod temporal;
mod together;
