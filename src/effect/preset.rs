//! Presets: stacks in RON files.

use std::fmt::{self, Write};

use bevy::{
    asset::{AssetLoader, LoadContext, io::Reader},
    platform::collections::HashSet,
    prelude::*,
    reflect::ReflectRef,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor},
};

use super::{
    AnyEffect, EffectColor, EffectImage, EffectInfo, EffectLut, EffectRegistry, EffectStack, ParameterKind,
    ParameterValue, Provided, asset::path_text, file,
};
use crate::{error::MediaError, systems::ViewfinderSystems};

/// The most effects in a preset: more are a mistake, or an attack.
const MOST_EFFECTS: usize = 256;

/// A stack as an asset: a file that ends in `.preset.ron`. [`ShowPreset`] applies it, and
/// [`EffectRegistry::read_preset`] reads its text.
///
/// It is a list of effects. Each has its name and, in parentheses, the parameters that differ from the defaults:
///
/// ```ron
/// // A film of the forties.
/// [
///     grayscale(),
///     contrast(amount: 1.3),
///     vignette(amount: 0.9, radius: 0.35),
/// ]
/// ```
///
/// A vector is written `(0.5, 0.5)`, a color `"#ff8800"`, a choice by its name: `mirror(mode: top_to_bottom)`, an image
/// or a look-up table by its path among the app's assets: `lut(image: "luts/warm.cube")`, or
/// `lut(image: "source://warm.cube")` for a file in an asset source of the app's own. `#` is part of a file's name.
///
/// An effect of your own can be in it if its [`EffectPlugin`](super::EffectPlugin) is added before the app runs.
#[derive(Asset, TypePath, Clone, Debug)]
pub struct EffectPreset {
    /// The effects, first to last.
    pub stack: EffectStack,
}

/// Replaces the track's [`EffectStack`] by a preset, when it is loaded and again when its file changes (if the app
/// watches its assets).
///
/// A preset that can't be loaded is reported by [`EffectFailed`](super::EffectFailed), with its path as the effect's
/// name.
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::prelude::*;
/// # use bevy_viewfinder::effect::ShowPreset;
/// fn spawn(mut commands: Commands, assets: Res<AssetServer>) {
///     commands.spawn((VideoTrack, ShowPreset(assets.load("presets/noir.preset.ron"))));
/// }
/// ```
#[derive(Component, Clone, Debug, Deref, Reflect)]
#[reflect(Component, Clone, Debug)]
pub struct ShowPreset(pub Handle<EffectPreset>);

impl EffectRegistry {
    /// Reads a preset's text.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) with the line and column, and what is wrong there.
    pub fn read_preset(&self, text: &str) -> Result<EffectStack, MediaError> {
        ron::Options::default()
            .from_str_seed(text, StackSeed(self))
            .map_err(|error| MediaError::type_error(format!("a preset can't be read at {error}")))
    }
}

impl EffectStack {
    /// Writes the stack as a preset's text, with all parameters. Colors have 8 bits per channel.
    /// [`EffectRegistry::read_preset`] reads it.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if a parameter is of a type that presets can't hold, or
    /// isn't a finite number.
    pub fn write_preset(&self) -> Result<String, MediaError> {
        let mut text = String::from("[\n");
        for effect in self.iter() {
            let name = effect.name();
            let ReflectRef::Struct(fields) = effect.as_reflect().reflect_ref() else {
                return Err(MediaError::type_error(format!("{name} has no parameters to be written")));
            };
            let _ = write!(text, "    {name}(");
            let info = fields.get_represented_struct_info();
            for (parameter, field) in fields.iter_fields() {
                let info = info.and_then(|info| info.field(parameter));
                if info.is_some_and(|info| info.has_attribute::<Provided>()) {
                    continue;
                }
                let value = match effect.parameter(parameter) {
                    // No asset is the default.
                    Some(
                        ParameterValue::Image(EffectImage(None))
                        | ParameterValue::Lut(EffectLut(None))
                        | ParameterValue::ProvidedImage(_),
                    ) => {
                        continue;
                    }
                    value => value.as_ref().and_then(written),
                };
                let value = value.ok_or_else(|| {
                    MediaError::type_error(format!("{parameter} of {name} can't be written: {field:?}"))
                })?;
                let comma = if text.ends_with('(') { "" } else { ", " };
                let _ = write!(text, "{comma}{parameter}: {value}");
            }
            text.push_str("),\n");
        }
        text.push_str("]\n");
        Ok(text)
    }
}

/// A parameter's value as RON; `None` if presets can't hold it.
fn written(value: &ParameterValue) -> Option<String> {
    fn vector<T: fmt::Debug, const N: usize>(numbers: [T; N]) -> String {
        format!("({})", numbers.map(|number| format!("{number:?}")).join(", "))
    }
    // Quotes and backslashes are written as Rust writes them.
    let path = |asset: &UntypedHandle| asset.path().and_then(path_text).map(|path| format!("{path:?}"));
    if !value.is_finite() {
        return None;
    }
    Some(match value {
        ParameterValue::Float(number) => format!("{number:?}"),
        ParameterValue::Int(number) => number.to_string(),
        ParameterValue::Uint(number) => number.to_string(),
        ParameterValue::Vec2(numbers) => vector(numbers.to_array()),
        ParameterValue::Vec3(numbers) => vector(numbers.to_array()),
        ParameterValue::Vec4(numbers) => vector(numbers.to_array()),
        ParameterValue::IVec2(numbers) => vector(numbers.to_array()),
        ParameterValue::IVec3(numbers) => vector(numbers.to_array()),
        ParameterValue::IVec4(numbers) => vector(numbers.to_array()),
        ParameterValue::UVec2(numbers) => vector(numbers.to_array()),
        ParameterValue::UVec3(numbers) => vector(numbers.to_array()),
        ParameterValue::UVec4(numbers) => vector(numbers.to_array()),
        ParameterValue::Color(EffectColor(color)) => format!("\"{}\"", color.to_hex()),
        ParameterValue::Choice(choice) => choice.clone(),
        ParameterValue::Image(EffectImage(image)) => path(&image.clone()?.untyped())?,
        ParameterValue::Lut(EffectLut(table)) => path(&table.clone()?.untyped())?,
        _ => return None,
    })
}

/// Reads a list of effects.
struct StackSeed<'a>(&'a EffectRegistry);

impl<'de> DeserializeSeed<'de> for StackSeed<'_> {
    type Value = EffectStack;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EffectStack, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for StackSeed<'_> {
    type Value = EffectStack;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list of effects in square brackets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut effects: A) -> Result<EffectStack, A::Error> {
        let mut stack = EffectStack::new();
        while let Some(effect) = effects.next_element_seed(EffectSeed(self.0))? {
            if stack.len() == MOST_EFFECTS {
                return Err(A::Error::custom(format!("there are more than {MOST_EFFECTS} effects")));
            }
            stack.push_any(effect);
        }
        Ok(stack)
    }
}

/// Reads an effect's name and its parameters.
struct EffectSeed<'a>(&'a EffectRegistry);

impl<'de> DeserializeSeed<'de> for EffectSeed<'_> {
    type Value = Box<dyn AnyEffect>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_enum("effect", &[], self)
    }
}

impl<'de> Visitor<'de> for EffectSeed<'_> {
    type Value = Box<dyn AnyEffect>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an effect with its parameters in parentheses: `sepia(amount: 0.5)`")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        let (Name(name), parameters) = access.variant::<Name>()?;
        let Some(info) = self.0.by_name(&name) else {
            let known: Vec<_> = self.0.iter().map(|info| info.name).collect();
            return Err(A::Error::custom(format!(
                "there is no effect '{name}'; there are {}",
                known.join(", ")
            )));
        };
        parameters.struct_variant(&[], Parameters { info, registry: self.0 })
    }
}

/// Reads the parameters of an effect.
struct Parameters<'a> {
    info: &'a EffectInfo,
    registry: &'a EffectRegistry,
}

impl<'de> Visitor<'de> for Parameters<'_> {
    type Value = Box<dyn AnyEffect>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "the parameters of {} in parentheses", self.info.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parameters: A) -> Result<Self::Value, A::Error> {
        let Self { info, registry } = self;
        let mut effect = info.make_default();
        while let Some(Name(name)) = parameters.next_key()? {
            let kind = info.parameter(&name).map_err(|error| A::Error::custom(error.message))?.kind;
            let value = parameters
                .next_value_seed(ValueSeed { kind, registry })
                .map_err(|error| A::Error::custom(format!("{name} of {}: {error}", info.name)))?;
            effect.set_parameter(&name, value).map_err(|error| A::Error::custom(error.message))?;
        }
        Ok(effect)
    }
}

/// Reads a value of this kind.
struct ValueSeed<'a> {
    kind: ParameterKind,
    registry: &'a EffectRegistry,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ParameterValue;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<ParameterValue, D::Error> {
        let Self { kind, registry } = self;
        Ok(match kind {
            ParameterKind::Float => f32::deserialize(source)?.into(),
            ParameterKind::Int => i32::deserialize(source)?.into(),
            ParameterKind::Uint => u32::deserialize(source)?.into(),
            ParameterKind::Vec2 => Vec2::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::Vec3 => Vec3::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::Vec4 => Vec4::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::IVec2 => IVec2::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::IVec3 => IVec3::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::IVec4 => IVec4::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::UVec2 => UVec2::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::UVec3 => UVec3::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::UVec4 => UVec4::from_array(Deserialize::deserialize(source)?).into(),
            ParameterKind::Color => {
                let text = String::deserialize(source)?;
                let color = Srgba::hex(&text)
                    .map_err(|_| D::Error::custom(format!("\"{text}\" isn't a color like \"#ff8800\"")))?;
                EffectColor(color).into()
            }
            ParameterKind::Image | ParameterKind::Lut => {
                let path = String::deserialize(source)?;
                registry.load_parameter(kind, &path).map_err(|error| D::Error::custom(error.message))?
            }
            ParameterKind::Choice => ParameterValue::Choice(Name::deserialize(source)?.0),
            _ => return Err(D::Error::custom("presets can't hold values of its type")),
        })
    }
}

/// A name without quotes.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl Visitor<'_> for NameVisitor {
            type Value = Name;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                Ok(Name(name.to_owned()))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// Loads presets, and applies them to tracks.
pub(super) struct PresetPlugin;

impl Plugin for PresetPlugin {
    fn build(&self, app: &mut App) {
        // Tests of other things go without assets.
        if app.world().contains_resource::<AssetServer>() {
            app.init_asset::<EffectPreset>()
                .preregister_asset_loader::<PresetLoader>(&[EXTENSION])
                .add_systems(
                    PostUpdate,
                    show_presets.before(ViewfinderSystems::Request).run_if(
                        any_match_filter::<Changed<ShowPreset>>
                            .or_else(on_message::<AssetEvent<EffectPreset>>),
                    ),
                );
        }
    }

    // By now every plugin has been built, and every effect is known.
    fn finish(&self, app: &mut App) {
        if app.world().contains_resource::<AssetServer>() {
            let registry = app.world().resource::<EffectRegistry>().clone();
            app.register_asset_loader(PresetLoader(registry));
        }
    }
}

const EXTENSION: &str = "preset.ron";

#[derive(TypePath)]
struct PresetLoader(EffectRegistry);

impl AssetLoader for PresetLoader {
    type Asset = EffectPreset;
    type Settings = ();
    type Error = MediaError;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        (): &(),
        _: &mut LoadContext<'_>,
    ) -> Result<EffectPreset, MediaError> {
        let bytes = file::read(reader).await?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| MediaError::type_error(format!("a preset isn't text: {error}")))?;
        Ok(EffectPreset { stack: self.0.read_preset(text)? })
    }

    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }
}

fn show_presets(
    mut commands: Commands,
    mut events: MessageReader<AssetEvent<EffectPreset>>,
    presets: Res<Assets<EffectPreset>>,
    shown: Query<(Entity, Ref<ShowPreset>)>,
) {
    let changed: HashSet<AssetId<EffectPreset>> = events
        .read()
        .filter_map(|event| match event {
            AssetEvent::Added { id } | AssetEvent::Modified { id } => Some(*id),
            _ => None,
        })
        .collect();
    for (entity, show) in &shown {
        if (show.is_changed() || changed.contains(&show.id()))
            && let Some(preset) = presets.get(&show.0)
        {
            commands.entity(entity).insert(preset.stack.clone());
        }
    }
}
