//! The operators that the models use. The linker leaves the others out.

use rten::{OpRegistry, op_types as ops};

/// A registry of these operators alone.
pub(super) fn registry() -> OpRegistry {
    OpRegistry::with_ops(&[
        // In all models.
        &ops::Add,
        &ops::Cast,
        &ops::Conv,
        &ops::Identity,
        &ops::Relu,
        #[cfg(feature = "person")]
        &ops::ConvTranspose,
        #[cfg(feature = "person")]
        &ops::GlobalAveragePool,
        #[cfg(feature = "person")]
        &ops::HardSwish,
        #[cfg(feature = "person")]
        &ops::Mul,
        #[cfg(feature = "person")]
        &ops::Resize,
        #[cfg(feature = "person")]
        &ops::Sigmoid,
        #[cfg(feature = "face")]
        &ops::Concat,
        #[cfg(feature = "face")]
        &ops::MaxPool,
        #[cfg(feature = "face")]
        &ops::PRelu,
        #[cfg(feature = "face")]
        &ops::Pad,
        #[cfg(feature = "face")]
        &ops::Reshape,
        #[cfg(feature = "face")]
        &ops::Transpose,
    ])
}
