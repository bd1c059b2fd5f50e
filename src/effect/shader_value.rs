//! Parameters that shaders have as a number or a vector.

/// Implements [`ShaderType`](bevy::render::render_resource::ShaderType) for a parameter's type, by conversion to a type
/// that WGSL has: `shader_value!(BlendMode as u32, |mode| *mode as u32)`.
macro_rules! shader_value {
    ($parameter:ty as $shader:ty, |$value:ident| $converted:expr) => {
        impl bevy::render::render_resource::ShaderType for $parameter {
            type ExtraMetadata = ();
            const METADATA: bevy::render::render_resource::encase::private::Metadata<()> =
                <$shader as bevy::render::render_resource::ShaderType>::METADATA.no_pod();
        }

        impl bevy::render::render_resource::ShaderSize for $parameter {}

        impl bevy::render::render_resource::encase::internal::WriteInto for $parameter {
            fn write_into<B: bevy::render::render_resource::encase::internal::BufferMut>(
                &self,
                writer: &mut bevy::render::render_resource::encase::internal::Writer<B>,
            ) {
                let $value = self;
                let converted: $shader = $converted;
                converted.write_into(writer);
            }
        }
    };
}

pub(crate) use shader_value;
