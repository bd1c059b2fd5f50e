//! Has `.cube` files loaded as images.

use bevy::{
    asset::{AssetLoader, LoadContext, io::Reader},
    prelude::*,
};

use super::CubeLut;
use crate::{effect::file, error::MediaError};

/// Makes an image of a `.cube` file.
#[derive(Debug, Default, TypePath)]
struct CubeLoader;

pub(in crate::effect) fn plugin(app: &mut App) {
    // Tests of other things go without assets.
    if app.world().contains_resource::<AssetServer>() {
        app.register_asset_loader(CubeLoader);
    }
}

impl AssetLoader for CubeLoader {
    type Asset = Image;
    type Settings = ();
    type Error = MediaError;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        (): &(),
        _: &mut LoadContext<'_>,
    ) -> Result<Image, MediaError> {
        Ok(CubeLut::read(&file::read(reader).await?)?.image())
    }

    fn extensions(&self) -> &[&str] {
        &["cube"]
    }
}
