//! A picture as a parameter.

use bevy::{
    prelude::*,
    render::render_resource::{
        ShaderSize, ShaderType,
        encase::{
            internal::{BufferMut, WriteInto, Writer},
            private::Metadata,
        },
    },
};

/// A picture that is a parameter of an effect of the kind [`Compose`](super::EffectKind::Compose): any image of two
/// dimensions that a shader can sample, also one that is drawn anew for each frame, such as another track's
/// [`TrackImage`](crate::track::TrackImage) or what a camera of Bevy's renders. In WGSL's `Params` it is a `u32`: 1 where
/// there is one, else 0.
///
/// The effect's own [`image`](super::Effect::image) answers with it.
#[derive(Debug, Clone, Default, PartialEq, Reflect)]
#[reflect(Clone, Default, PartialEq)]
pub struct EffectImage(pub Option<Handle<Image>>);

impl From<Handle<Image>> for EffectImage {
    fn from(image: Handle<Image>) -> Self {
        Self(Some(image))
    }
}

impl ShaderType for EffectImage {
    type ExtraMetadata = ();
    const METADATA: Metadata<()> = u32::METADATA.no_pod();
}

impl ShaderSize for EffectImage {}

impl WriteInto for EffectImage {
    fn write_into<B: BufferMut>(&self, writer: &mut Writer<B>) {
        u32::from(self.0.is_some()).write_into(writer);
    }
}
