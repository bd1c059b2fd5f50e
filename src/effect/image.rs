//! A picture as a parameter.

use bevy::{
    asset::AssetLoadFailedEvent,
    prelude::*,
    render::render_resource::{
        ShaderSize, ShaderType,
        encase::{
            internal::{BufferMut, WriteInto, Writer},
            private::Metadata,
        },
    },
};

use super::{EffectFailed, EffectStack};

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

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, report_unreadable.run_if(resource_exists::<Messages<Failure>>));
}

type Failure = AssetLoadFailedEvent<Image>;

/// Reports effects whose picture can't be read.
fn report_unreadable(
    mut commands: Commands,
    mut failures: MessageReader<Failure>,
    stacks: Query<(Entity, &EffectStack)>,
) {
    for failure in failures.read() {
        for (entity, stack) in &stacks {
            let own = stack.iter().filter(|effect| effect.image().is_some_and(|own| own.id() == failure.id));
            for effect in own {
                // What follows the first line is a backtrace, where those are asked for.
                let cause = failure.error.to_string();
                let cause = cause.lines().next().unwrap_or_default();
                let message = format!("its picture can't be read: {cause}");
                commands.trigger(EffectFailed { entity, effect: effect.name(), message });
            }
        }
    }
}
