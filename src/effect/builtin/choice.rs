//! A choice among a few as a parameter.

/// Makes an enum without fields a parameter: its shader has it as a `u32` that counts the variants from 0.
macro_rules! shader_choice {
    ($choice:ty) => {
        impl bevy::render::render_resource::ShaderType for $choice {
            type ExtraMetadata = ();
            const METADATA: bevy::render::render_resource::encase::private::Metadata<()> =
                <u32 as bevy::render::render_resource::ShaderType>::METADATA.no_pod();
        }

        impl bevy::render::render_resource::ShaderSize for $choice {}

        impl bevy::render::render_resource::encase::internal::WriteInto for $choice {
            fn write_into<B: bevy::render::render_resource::encase::internal::BufferMut>(
                &self,
                writer: &mut bevy::render::render_resource::encase::internal::Writer<B>,
            ) {
                (*self as u32).write_into(writer);
            }
        }
    };
}

pub(super) use shader_choice;
