//! Loads the images and look-up tables that presets name.

use std::ffi::OsStr;

use bevy::{
    asset::AssetPath,
    image::{ImageFormatSetting, ImageLoader, ImageLoaderSettings},
    prelude::*,
};

use super::{EffectImage, EffectLut, EffectRegistry, ParameterKind, ParameterValue, asset::parse_path};
use crate::error::MediaError;

/// Begins to load an image.
fn load_image(assets: &AssetServer, path: AssetPath<'static>) -> Handle<Image> {
    let extension = path.path().extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let is_known = |extension: &str| {
        // HDR and OpenEXR have loaders of their own, with other settings.
        ImageLoader::SUPPORTED_FILE_EXTENSIONS.contains(&extension) || matches!(extension, "hdr" | "exr")
    };
    if extension.as_deref().is_some_and(is_known) {
        return assets.load(path);
    }
    // Bevy takes the format from the extension by default, and panics if there is none.
    let guess = |settings: &mut ImageLoaderSettings| settings.format = ImageFormatSetting::Guess;
    assets.load_builder().with_settings(guess).load(path)
}

impl EffectRegistry {
    /// Begins to load the file of this path, for a parameter of the kind [`ParameterKind::Image`] or
    /// [`ParameterKind::Lut`]. The path is one among the app's assets (`luts/warm.cube`), or in an asset source of the
    /// app's own (`source://warm.cube`); `#` is part of a file's name.
    ///
    /// # Errors
    /// - [`ErrorName::Type`](crate::error::ErrorName::Type) if the path names no file, or the kind is another one.
    /// - [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if there is no asset source of that name.
    /// - [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if the path leads out of the app's assets.
    /// - [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) in an app without an asset server.
    pub fn load_parameter(&self, kind: ParameterKind, path: &str) -> Result<ParameterValue, MediaError> {
        match kind {
            ParameterKind::Image => Ok(EffectImage::from(self.load(path, load_image)?).into()),
            ParameterKind::Lut => {
                Ok(EffectLut::from(self.load(path, |assets, path| assets.load(path))?).into())
            }
            _ => Err(MediaError::type_error(format!("a parameter of the type {kind:?} holds no file"))),
        }
    }

    fn load<A: Asset>(
        &self,
        text: &str,
        load: impl FnOnce(&AssetServer, AssetPath<'static>) -> Handle<A>,
    ) -> Result<Handle<A>, MediaError> {
        let Some(assets) = &self.assets else {
            let message = format!("'{text}' can't be loaded: the app has no AssetServer; add AssetPlugin");
            return Err(MediaError::not_supported(message));
        };
        let path = parse_path(text)?;
        if let Some(source) = path.source().as_str()
            && assets.get_source(path.source().clone_owned()).is_err()
        {
            let message = format!("'{text}' is in no asset source of the app: none is called '{source}'");
            return Err(MediaError::not_found(message));
        }
        let outside = || {
            MediaError::not_allowed(format!(
                "'{text}' lies outside of the app's assets: move it there, or have the app set \
                 AssetPlugin::unapproved_path_mode to Allow"
            ))
        };
        // Bevy would log an error and answer with the default handle.
        if path.is_unapproved() && !self.loads_unapproved_paths {
            return Err(outside());
        }
        let handle = load(assets, path);
        if handle.is_uuid() { Err(outside()) } else { Ok(handle) }
    }
}

#[cfg(test)]
mod tests {
    use bevy::asset::{UnapprovedPathMode, io::AssetSourceId};

    use super::*;
    use crate::{effect::asset::path_text, error::ErrorName};

    /// A registry of an app with assets.
    fn registry(unapproved_path_mode: UnapprovedPathMode) -> (App, EffectRegistry) {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin { unapproved_path_mode, ..default() }));
        app.init_asset::<Image>().init_asset::<Shader>().add_plugins(crate::effect::plugin);
        let registry = app.world().resource::<EffectRegistry>().clone();
        (app, registry)
    }

    fn load_table(registry: &EffectRegistry, path: &str) -> Handle<crate::effect::CubeLut> {
        match registry.load_parameter(ParameterKind::Lut, path) {
            Ok(ParameterValue::Lut(EffectLut(Some(table)))) => table,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn paths_without_a_file_of_the_app_are_named_errors() {
        let (_app, registry) = registry(UnapprovedPathMode::Forbid);
        let absolute = if cfg!(windows) { r"C:\warm.cube" } else { "/warm.cube" };
        for (path, name, cause) in [
            ("", ErrorName::Type, "names no file"),
            ("embedded://", ErrorName::Type, "names no file"),
            ("://x", ErrorName::Type, "has no asset source before"),
            ("://", ErrorName::Type, "has no asset source before"),
            ("nowhere://x.cube", ErrorName::NotFound, "none is called 'nowhere'"),
            ("a#b://x.cube", ErrorName::NotFound, "none is called 'a#b'"),
            (absolute, ErrorName::NotAllowed, "outside of the app's assets"),
            ("../warm.cube", ErrorName::NotAllowed, "outside of the app's assets"),
            ("luts/../../warm.cube", ErrorName::NotAllowed, "outside of the app's assets"),
        ] {
            for kind in [ParameterKind::Image, ParameterKind::Lut] {
                let error = registry.load_parameter(kind, path).expect_err("it names no file");
                assert_eq!(error.name, name, "{path}: {error}");
                assert!(error.message.contains(cause), "{path}: {error}");
                assert!(error.message.contains(path), "{path}: {error}");
            }
        }
    }

    #[test]
    fn any_file_name_is_one() {
        let (_app, registry) = registry(UnapprovedPathMode::Forbid);
        for path in ["x#", "#", "luts/a#2.cube", "a:b.cube", "a b+c,d=e.cube", ":", "luts/../warm.cube", "é"]
        {
            let handle = load_table(&registry, path);
            let loads = handle.path().expect("a path");
            assert_eq!(loads.path(), std::path::Path::new(path));
            assert_eq!((loads.label(), loads.source()), (None, &AssetSourceId::Default), "{path}");
            assert_eq!(path_text(loads).as_deref(), Some(path));
        }
        assert!(registry.load_parameter(ParameterKind::Float, "warm.cube").is_err());
    }

    #[test]
    fn paths_out_of_the_assets_load_where_the_app_allows_them() {
        let (app, registry) = registry(UnapprovedPathMode::Allow);
        for path in ["/warm.cube", "../warm.cube"] {
            let handle = load_table(&registry, path);
            assert!(app.world().resource::<AssetServer>().get_load_state(&handle).is_some(), "{path}");
        }
    }
}
