//! Tracks from request to end, on a real GPU API and scripted sources: one behavior a file.

mod bad_input;
mod change;
mod clones;
mod consent;
mod constraints;
mod controls;
mod custom_effect;
mod devices;
mod enabled;
mod ffmpeg;
mod files;
mod flip;
mod formats;
mod kinds;
mod leaks;
mod life;
mod menus;
mod photo;
mod plugins;
mod registered;
mod rendering;
mod scene;
mod share;
mod silence;
mod stage;
mod statistics;
