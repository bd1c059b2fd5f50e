//! `.cube` files.

use bevy_viewfinder::{effect::CubeLut, error::ErrorName};

use super::Outcome;

pub(super) fn run(data: &[u8]) -> Outcome {
    match CubeLut::parse(data) {
        Ok(lut) => {
            assert!(lut.domain().iter().all(|bound| bound.is_finite()), "{:?}", lut.domain());
            let text = lut.to_text();
            assert_eq!(CubeLut::parse(text.as_bytes()).as_ref(), Ok(&lut), "{text}");
            Outcome::Accepted
        }
        Err(error) => {
            assert_eq!(error.name, ErrorName::Data, "{error}");
            assert!(!error.message.contains('\n'), "{error:?}");
            // A line was read before the fault.
            Outcome::accepted(data.starts_with(b"LUT_") || data.starts_with(b"TITLE "))
        }
    }
}
