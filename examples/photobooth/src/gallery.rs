//! The gallery: the booth's pictures on the disk.
//!
//! A [`Gallery`] is a folder with a ledger of the files that the booth wrote into it. Only these files are listed and
//! deleted, and only while they are as the booth wrote them. Other files in the folder are left alone.

mod error;
mod ledger;
mod store;

pub use error::GalleryError;
pub use store::{Expired, Gallery, Listing, Picture};
