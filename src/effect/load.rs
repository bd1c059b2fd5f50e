//! Loads the images and look-up tables that texts and presets name.

use std::ffi::OsStr;

use bevy::{
    asset::AssetPath,
    image::{ImageFormatSetting, ImageLoader, ImageLoaderSettings},
    prelude::*,
    reflect::PartialReflect,
};

use super::{
    EffectRegistry,
    asset::{EffectImage, EffectLut, parse_path},
};
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
    /// Begins to load the file of this path into a parameter. `false` if the parameter holds no asset.
    ///
    /// # Errors
    /// - [`ErrorName::Type`](crate::error::ErrorName::Type) if the path names no file.
    /// - [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if there is no asset source of that name.
    /// - [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if the path leads out of the app's assets.
    /// - [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) in an app without an asset server.
    pub(super) fn load_asset(
        &self,
        parameter: &mut dyn PartialReflect,
        path: &str,
    ) -> Result<bool, MediaError> {
        if let Some(image) = parameter.try_downcast_mut::<EffectImage>() {
            *image = self.load(path, load_image)?.into();
        } else if let Some(table) = parameter.try_downcast_mut::<EffectLut>() {
            *table = self.load(path, |assets, path| assets.load(path))?.into();
        } else {
            return Ok(false);
        }
        Ok(true)
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
            let (mut image, mut table) = (EffectImage::default(), EffectLut::default());
            for parameter in [&mut image as &mut dyn PartialReflect, &mut table] {
                let error = registry.load_asset(parameter, path).expect_err("it names no file");
                assert_eq!(error.name, name, "{path}: {error}");
                assert!(error.message.contains(cause), "{path}: {error}");
                assert!(error.message.contains(path), "{path}: {error}");
            }
            assert_eq!((image, table), default(), "{path}");
        }
    }

    #[test]
    fn any_file_name_is_one() {
        let (_app, registry) = registry(UnapprovedPathMode::Forbid);
        for path in ["x#", "#", "luts/a#2.cube", "a:b.cube", "a b+c,d=e.cube", ":", "luts/../warm.cube", "é"]
        {
            let mut table = EffectLut::default();
            assert_eq!(registry.load_asset(&mut table, path), Ok(true), "{path}");
            let handle = table.0.expect("a handle");
            let loads = handle.path().expect("a path");
            assert_eq!(loads.path(), std::path::Path::new(path));
            assert_eq!((loads.label(), loads.source()), (None, &AssetSourceId::Default), "{path}");
            assert_eq!(path_text(loads).as_deref(), Some(path));
        }
        assert_eq!(registry.load_asset(&mut 1.0_f32, "warm.cube"), Ok(false));
    }

    #[test]
    fn paths_out_of_the_assets_load_where_the_app_allows_them() {
        let (app, registry) = registry(UnapprovedPathMode::Allow);
        for path in ["/warm.cube", "../warm.cube"] {
            let mut table = EffectLut::default();
            assert_eq!(registry.load_asset(&mut table, path), Ok(true), "{path}");
            let handle = table.0.expect("a handle");
            assert!(app.world().resource::<AssetServer>().get_load_state(&handle).is_some(), "{path}");
        }
    }
}
