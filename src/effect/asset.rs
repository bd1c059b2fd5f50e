//! Images and look-up tables as parameters, and the paths that name them in texts and presets.

use std::path::PathBuf;

use bevy::{
    asset::{AssetPath, io::AssetSourceId},
    prelude::*,
    reflect::{PartialReflect, ReflectRef},
};

use super::{CubeLut, shader_value::shader_value};
use crate::error::MediaError;

/// An image as a parameter of an effect of the kind [`Composite`](super::EffectKind::Composite): any image of two
/// dimensions that a shader can sample, including one whose content changes, such as another track's
/// [`TrackImage`](crate::track::TrackImage) or the target of a Bevy camera. In WGSL's `Params` it is a `u32`: 1 if
/// there is an image, else 0.
///
/// Files that texts and presets name are read in the formats of Bevy's features (`png`, `jpeg`, `webp`, ...): by their
/// extension in upper or lower case, or by their content if the extension is none of an image's.
#[derive(Debug, Clone, Default, PartialEq, Reflect)]
#[reflect(Clone, Default, PartialEq)]
pub struct EffectImage(pub Option<Handle<Image>>);

/// A look-up table as a parameter of an effect of the kind [`Composite`](super::EffectKind::Composite). In WGSL's
/// `Params` it is a `u32`: 1 if there is a table, else 0.
#[derive(Debug, Clone, Default, PartialEq, Reflect)]
#[reflect(Clone, Default, PartialEq)]
pub struct EffectLut(pub Option<Handle<CubeLut>>);

/// An image as a parameter that a component beside the track sets, such as `PersonSegmentation`. It is sampled as an
/// [`EffectImage`] is. While it isn't there, the effect is called with `info.ready` as 0. Presets and menus leave it
/// out.
#[derive(Debug, Clone, Default, PartialEq, Reflect)]
#[reflect(Clone, Default, PartialEq)]
pub struct ProvidedImage(pub Option<Handle<Image>>);

shader_value!(ProvidedImage as u32, |image| u32::from(image.0.is_some()));
shader_value!(EffectImage as u32, |image| u32::from(image.0.is_some()));
shader_value!(EffectLut as u32, |table| u32::from(table.0.is_some()));

impl From<Handle<Image>> for EffectImage {
    fn from(image: Handle<Image>) -> Self {
        Self(Some(image))
    }
}

impl From<Handle<CubeLut>> for EffectLut {
    fn from(table: Handle<CubeLut>) -> Self {
        Self(Some(table))
    }
}

/// The asset in a parameter that can hold one; `None` for parameters of other types.
pub(super) fn asset_in(parameter: &dyn PartialReflect) -> Option<Option<UntypedHandle>> {
    if let Some(EffectImage(image)) = parameter.try_downcast_ref() {
        Some(image.clone().map(Handle::untyped))
    } else if let Some(ProvidedImage(image)) = parameter.try_downcast_ref() {
        Some(image.clone().map(Handle::untyped))
    } else if let Some(EffectLut(table)) = parameter.try_downcast_ref() {
        Some(table.clone().map(Handle::untyped))
    } else {
        None
    }
}

/// The asset of an effect: that of its first parameter that holds one.
pub(super) fn asset_of(effect: &dyn PartialReflect) -> Option<UntypedHandle> {
    let ReflectRef::Struct(parameters) = effect.reflect_ref() else { return None };
    parameters.iter_fields().find_map(|(_, parameter)| asset_in(parameter).flatten())
}

/// The path of a file among the app's assets, as texts and presets name it: `luts/warm.cube`, or
/// `source://luts/warm.cube` for an asset source of the app's own. All other characters are part of the name: unlike in
/// [`AssetPath::parse`], `#` doesn't begin a label, because look-up tables and images have none.
pub(super) fn parse_path(text: &str) -> Result<AssetPath<'static>, MediaError> {
    let (source, path) = match text.split_once("://") {
        None => (AssetSourceId::Default, text),
        Some(("", _)) => {
            let message = format!("'{text}' has no asset source before '://': name one, or leave '://' out");
            return Err(MediaError::type_error(message));
        }
        Some((source, path)) => (AssetSourceId::from(source.to_owned()), path),
    };
    if path.is_empty() {
        let message = format!("'{text}' names no file: give a path within the app's assets");
        return Err(MediaError::type_error(message));
    }
    Ok(AssetPath::from_path_buf(PathBuf::from(path)).with_source(source))
}

/// The text that [`parse_path`] reads as this path; `None` if there is none.
pub(super) fn path_text(path: &AssetPath) -> Option<String> {
    let file = path.path().to_str()?;
    let text = match path.source().as_str() {
        Some(source) => format!("{source}://{file}"),
        None => file.to_owned(),
    };
    parse_path(&text).is_ok_and(|parsed| parsed == *path).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_other_sources_are_read_and_written() {
        let path = parse_path("embedded://luts/a#2.cube").expect("a path");
        assert_eq!(path.source().as_str(), Some("embedded"));
        assert_eq!(path.path(), std::path::Path::new("luts/a#2.cube"));
        assert_eq!(path_text(&path).as_deref(), Some("embedded://luts/a#2.cube"));
        assert_eq!(path_text(&AssetPath::parse("scene.gltf#Texture0")), None);
        assert_eq!(path_text(&AssetPath::from_path_buf("a://b".into())), None);
    }
}
