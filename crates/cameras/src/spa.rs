//! The terms of SPA, PipeWire's plugin interface: parameters, formats, properties and buffers.
//!
//! All of it is pure: it reads and writes bytes and numbers, and calls nothing. The numbers are those of SPA's headers,
//! which never change.

mod buffer;
mod camera;
mod format;
mod pod;
mod request;

#[cfg(all(feature = "pipewire", target_os = "linux"))]
pub(crate) use self::{
    buffer::{Block, Header, PlanePlace, capture_time, is_corrupt, lost_between, orientation, planes},
    camera::{Node, is_camera, with_unique_ids},
    format::{Negotiated, formats, negotiated},
    request::{Request, buffers, metas},
};
