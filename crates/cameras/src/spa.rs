//! The terms of SPA, PipeWire's plugin interface: parameters, formats, properties and buffers.
//!
//! All of it is pure: it reads and writes bytes and numbers, and calls nothing. The numbers are those of SPA's headers,
//! which never change.

mod buffer;
mod camera;
mod format;
mod pod;
mod request;

pub(crate) use buffer::{
    Block, Header, PlanePlace, capture_time, is_corrupt, lost_between, orientation, planes,
};
pub(crate) use camera::{Node, is_camera, with_unique_ids};
pub(crate) use format::{Negotiated, formats, negotiated};
pub(crate) use request::{Request, buffers, metas};
