//! Loads `.cube` files as assets.

use bevy::{
    asset::{AssetLoader, LoadContext, io::Reader},
    prelude::*,
};

use super::CubeLut;
use crate::{effect::file, error::MediaError};

/// Reads a [`CubeLut`] from a `.cube` file.
#[derive(Debug, Default, TypePath)]
struct CubeLoader;

pub(in crate::effect) fn plugin(app: &mut App) {
    // Tests of other things have no assets.
    if app.world().contains_resource::<AssetServer>() {
        app.init_asset::<CubeLut>().register_asset_loader(CubeLoader);
    }
}

impl AssetLoader for CubeLoader {
    type Asset = CubeLut;
    type Settings = ();
    type Error = MediaError;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        (): &(),
        _: &mut LoadContext<'_>,
    ) -> Result<CubeLut, MediaError> {
        CubeLut::parse(&file::read(reader).await?)
    }

    fn extensions(&self) -> &[&str] {
        &["cube", "CUBE"]
    }
}
