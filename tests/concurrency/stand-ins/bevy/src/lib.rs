//! The parts of Bevy that the rooms of this crate name.

pub use bevy_math as math;

/// Time.
pub mod platform {
    /// Time.
    pub mod time {
        #[cfg(feature = "model")]
        pub use modeled_std::time::Instant;
        #[cfg(not(feature = "model"))]
        pub use std::time::Instant;
    }
}

/// Reflection: none.
pub mod reflect {
    pub use derive::Reflect;
}

/// The prelude.
pub mod prelude {
    pub use bevy_derive::{Deref, DerefMut};
    pub use bevy_math::prelude::*;
    pub use derive::{Component, EntityEvent, Reflect, Resource};

    /// An entity of no world.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Entity(pub u64);

    /// A default value.
    pub fn default<T: Default>() -> T {
        T::default()
    }
}

/// Rendering.
pub mod render {
    /// Resources of the GPU.
    pub mod render_resource {
        pub use wgpu::{CommandEncoder, MapMode, Texture};
    }

    /// The device of the GPU.
    pub mod renderer {
        /// The device of the GPU.
        #[derive(Debug, Clone)]
        pub struct RenderDevice(pub wgpu::Device);

        impl RenderDevice {
            /// The device itself.
            pub fn wgpu_device(&self) -> &wgpu::Device {
                &self.0
            }
        }
    }
}
