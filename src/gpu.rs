//! A check for a GPU before Bevy needs one.

use bevy::render::settings::WgpuSettings;

use crate::error::MediaError;

/// Checks that Bevy's renderer will find a GPU with these settings.
///
/// Without a GPU (no driver, no Vulkan in software either) Bevy panics while `DefaultPlugins` are added. An app that
/// checks before can tell its user in its own way.
///
/// A browser reports its GPU only later: there the result is always `Ok`.
///
/// ```no_run
/// use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn main() -> AppExit {
///     if let Err(error) = require_gpu(&default()) {
///         eprintln!("error: {error}");
///         return AppExit::error();
///     }
///     App::new().add_plugins((DefaultPlugins, ViewfinderPlugins)).run()
/// }
/// ```
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if none of the settings' backends has a GPU.
pub fn require_gpu(settings: &WgpuSettings) -> Result<(), MediaError> {
    #[cfg(not(target_family = "wasm"))]
    find_adapter(settings)?;
    #[cfg(target_family = "wasm")]
    let _ = settings;
    Ok(())
}

/// Requests an adapter as Bevy does, but without a window to draw to.
#[cfg(not(target_family = "wasm"))]
fn find_adapter(settings: &WgpuSettings) -> Result<wgpu::Adapter, MediaError> {
    let Some(backends) = settings.backends else {
        return Err(MediaError::not_supported(
            "the settings of the renderer exclude every GPU: add a backend to WgpuSettings::backends",
        ));
    };
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends,
        flags: settings.instance_flags,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let forced = std::env::var("WGPU_FORCE_FALLBACK_ADAPTER").ok();
    let options = wgpu::RequestAdapterOptions {
        power_preference: settings.power_preference,
        force_fallback_adapter: forced
            .map_or(settings.force_fallback_adapter, |forced| !matches!(&*forced, "" | "0" | "false")),
        compatible_surface: None,
    };
    bevy::tasks::block_on(instance.request_adapter(&options)).map_err(|error| {
        let limited = std::env::var("WGPU_BACKEND")
            .map(|backend| format!(", or unset WGPU_BACKEND={backend}"))
            .unwrap_or_default();
        MediaError::not_supported(format!("no GPU was found: {DRIVER}{limited} ({error})"))
    })
}

/// The advice for machines without a driver of the GPU.
#[cfg(not(target_family = "wasm"))]
const DRIVER: &str = if cfg!(target_os = "linux") {
    "install its Vulkan driver, or Mesa's Vulkan in software (the package mesa-vulkan-drivers of Debian, Ubuntu and \
     Fedora, vulkan-swrast of Arch)"
} else {
    "install its driver"
};

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use bevy::{render::settings::Backends, utils::default};

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn no_gpu_is_an_error_with_advice() {
        for backends in [None, Some(Backends::empty())] {
            let error =
                require_gpu(&WgpuSettings { backends, ..default() }).expect_err("there is no backend");
            assert_eq!(error.name, ErrorName::NotSupported, "{error}");
        }
        let error = require_gpu(&WgpuSettings { backends: Some(Backends::empty()), ..default() });
        let error = error.expect_err("there is no backend").to_string();
        assert!(error.contains("install"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
