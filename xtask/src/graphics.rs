//! The choice of the Vulkan driver for the programs under test.

use std::{env, fs, path::PathBuf};

/// Environment variables with which wgpu uses Mesa's software Vulkan and nothing else.
pub fn software() -> Vec<(&'static str, PathBuf)> {
    let mut variables = vec![("WGPU_BACKEND", PathBuf::from("vulkan"))];
    if let Some(driver) = software_driver() {
        // The second is the older name, for older Vulkan loaders.
        variables.push(("VK_DRIVER_FILES", driver.clone()));
        variables.push(("VK_ICD_FILENAMES", driver));
    }
    variables
}

/// [`software`] if this machine has no GPU. Empty if it has one, or if the user has chosen a driver.
pub fn for_this_machine() -> Vec<(&'static str, PathBuf)> {
    let is_set = |name: &&str| env::var_os(name).is_some();
    let chosen = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "WGPU_BACKEND"].iter().any(is_set);
    let has_gpu = ["/dev/dri/renderD128", "/dev/nvidiactl", "/dev/dxg"]
        .iter()
        .any(|path| fs::exists(path).unwrap_or(false));
    if !cfg!(target_os = "linux") || has_gpu || chosen {
        return Vec::new();
    }
    let mut variables = software();
    if !is_set(&"XDG_RUNTIME_DIR") {
        // Mesa warns if it is not set.
        variables.push(("XDG_RUNTIME_DIR", env::temp_dir()));
    }
    variables
}

/// The manifest of Mesa's lavapipe for the Vulkan loader.
fn software_driver() -> Option<PathBuf> {
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd")))
}
