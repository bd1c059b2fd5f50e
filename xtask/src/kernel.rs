//! The virtual machine's kernel: the distribution's package, downloaded and unpacked into the cache, with the modules
//! for test cameras.

use crate::{Result, archive::archive, paths, shell};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The version of the cache's layout. Increment it when [`Kernel::prepare`] writes something else.
const LAYOUT: u32 = 1;

/// The modules that the guest loads: for its disk (the host's, over 9p) and for the test camera.
const MODULES: &[&str] = &["virtio_pci", "9pnet_virtio", "9p", "vivid"];

/// A kernel ready to boot.
#[derive(Debug)]
pub struct Kernel {
    /// Its version, as in `uname -r`.
    pub release: String,
    /// The kernel itself.
    pub image: PathBuf,
    /// An initial ramdisk with busybox and the modules, but no `/init`.
    pub modules: PathBuf,
}

impl Kernel {
    /// Takes the kernel from the cache, or prepares it there.
    pub fn prepare() -> Result<Self> {
        let release = latest_release()?;
        let cache = paths::cache()?.join("vm");
        let folder = cache.join(format!("{release}-{LAYOUT}"));
        let kernel = Self {
            image: folder.join("vmlinuz"),
            modules: folder.join("modules.cpio"),
            release: release.clone(),
        };
        if !folder.is_dir() {
            let work = cache.join(format!("{release}-{LAYOUT}.{}", std::process::id()));
            fs::create_dir_all(&work)?;
            let built = build(&release, &work);
            let ready = work.join("ready");
            let moved = built.and_then(|()| match fs::rename(&ready, &folder) {
                // Another process was faster.
                Err(_) if folder.is_dir() => Ok(()),
                other => Ok(other?),
            });
            fs::remove_dir_all(&work)?;
            moved?;
        }
        Ok(kernel)
    }
}

/// The newest kernel in the package lists.
fn latest_release() -> Result<String> {
    let ask = || {
        ["linux-image-amd64", "linux-image-generic"].into_iter().find_map(|package| {
            let dependencies = dependencies(package).ok()?;
            dependencies.iter().find_map(|name| Some(name.strip_prefix("linux-image-")?.to_owned()))
        })
    };
    if let Some(release) = ask() {
        return Ok(release);
    }
    crate::packages::update()?;
    ask().ok_or_else(|| "no package linux-image-amd64 or linux-image-generic is known to apt".into())
}

/// The packages that a package depends on.
fn dependencies(package: &str) -> Result<Vec<String>> {
    Ok(parse_dependencies(&shell::read(Command::new("apt-cache").args(["depends", package]))?))
}

fn parse_dependencies(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| Some(line.trim().strip_prefix("Depends: ")?.to_owned())).collect()
}

/// Downloads packages into `folder` and unpacks them into its `tree`.
fn unpack(packages: &[String], folder: &Path) -> Result<()> {
    // The option avoids a warning: no other user can read this folder.
    shell::run(
        Command::new("apt-get")
            .args(["download", "-qq", "-o", "APT::Sandbox::User=root"])
            .args(packages)
            .current_dir(folder),
    )?;
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "deb") {
            shell::read(Command::new("dpkg-deb").arg("--extract").arg(&file).arg(folder.join("tree")))?;
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}

/// Fills `work/ready` with the kernel and its initial ramdisk.
fn build(release: &str, work: &Path) -> Result<()> {
    say!("preparing Linux {release} for the virtual machine")?;
    let mut packages = vec![format!("linux-image-{release}")];
    // Ubuntu's modules are separate packages; vivid is in "extra".
    packages.extend(
        [format!("linux-modules-{release}"), format!("linux-modules-extra-{release}")]
            .into_iter()
            .filter(|package| shell::succeeds(Command::new("apt-cache").args(["show", package]))),
    );
    unpack(&packages, work)?;
    let tree = work.join("tree");
    #[cfg(unix)]
    if !tree.join("lib").exists() {
        std::os::unix::fs::symlink("usr/lib", tree.join("lib"))?;
    }
    let depmod = shell::require_program("depmod")?;
    shell::read(Command::new(&depmod).arg("-b").arg(&tree).arg(release))?;

    let ramdisk = work.join("ramdisk");
    for folder in ["bin", "dev", "proc", "sys", "host"] {
        fs::create_dir_all(ramdisk.join(folder))?;
    }
    fs::copy(shell::require_program("busybox")?, ramdisk.join("bin/busybox"))?;
    let modules = tree.join("lib/modules").join(release);
    let target = ramdisk.join("lib/modules").join(release);
    fs::create_dir_all(&target)?;
    for file in module_files(&tree, release)? {
        copy_module(&file, &target.join(file.strip_prefix(&modules)?))?;
    }
    for name in ["modules.order", "modules.builtin", "modules.builtin.modinfo"] {
        fs::copy(modules.join(name), target.join(name))?;
    }
    match build_loopback(release, work) {
        Ok(module) => copy_module(&module, &target.join("extra/v4l2loopback.ko"))?,
        Err(error) => say!("warning: no v4l2loopback camera in the virtual machine: {error}")?,
    }
    shell::read(Command::new(&depmod).arg("-b").arg(&ramdisk).arg(release))?;

    let ready = work.join("ready");
    fs::create_dir_all(&ready)?;
    fs::write(ready.join("modules.cpio"), archive(&ramdisk)?)?;
    fs::copy(tree.join("boot").join(format!("vmlinuz-{release}")), ready.join("vmlinuz"))?;
    Ok(())
}

/// The modules that the guest loads, and their dependencies.
fn module_files(tree: &Path, release: &str) -> Result<BTreeSet<PathBuf>> {
    let modprobe = shell::require_program("modprobe")?;
    let mut files = BTreeSet::new();
    for module in MODULES {
        let text = shell::read(Command::new(&modprobe).arg("-d").arg(tree).args([
            "-S",
            release,
            "--show-depends",
            module,
        ]))?;
        files.extend(parse_show_depends(&text));
    }
    Ok(files)
}

/// The files in lines like `insmod FILE PARAMETERS`. A module that is built into the kernel has no file.
fn parse_show_depends(text: &str) -> Vec<PathBuf> {
    text.lines()
        .filter_map(|line| line.strip_prefix("insmod ")?.split_whitespace().next())
        .map(PathBuf::from)
        .collect()
}

/// Copies a module and uncompresses it: busybox can't read all compressions that kernels use.
fn copy_module(source: &Path, target: &Path) -> Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let program = match source.extension().and_then(|extension| extension.to_str()) {
        Some("xz") => "xz",
        Some("zst") => "zstd",
        Some("gz") => "gzip",
        _ => {
            fs::copy(source, target)?;
            return Ok(());
        }
    };
    let target = target.with_extension("");
    let status = Command::new(program)
        .arg("-dc")
        .arg(source)
        .stdout(fs::File::create(&target)?)
        .status()
        .map_err(|error| format!("{program} can't be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{} can't be unpacked", source.display()).into()) }
}

/// Builds v4l2loopback, which no kernel package contains, from the distribution's source for DKMS.
fn build_loopback(release: &str, work: &Path) -> Result<PathBuf> {
    let headers = format!("linux-headers-{release}");
    let mut packages = vec![headers.clone(), "v4l2loopback-dkms".to_owned()];
    packages.extend(
        dependencies(&headers)?
            .into_iter()
            .filter(|name| name.starts_with("linux-headers-") || name.starts_with("linux-kbuild-")),
    );
    let folder = work.join("loopback");
    fs::create_dir_all(&folder)?;
    unpack(&packages, &folder)?;

    let sources = folder.join("tree/usr/src");
    // Debian's headers refer to each other by the paths of an installation.
    let makefile = sources.join(&headers).join("Makefile");
    let text = fs::read_to_string(&makefile)?;
    fs::write(&makefile, text.replace("/usr/src/", &format!("{}/", sources.display())))?;
    let module = fs::read_dir(&sources)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("v4l2loopback-")))
        .ok_or("the package v4l2loopback-dkms has no source")?;
    shell::read(
        Command::new("make")
            .arg("-C")
            .arg(sources.join(&headers))
            .arg(format!("M={}", module.display()))
            .arg("modules"),
    )?;
    Ok(module.join("v4l2loopback.ko"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dependencies_from_apt() {
        let text = "linux-image-amd64\n  Depends: linux-image-6.1.0-37-amd64\n  Conflicts: other\n";
        assert_eq!(parse_dependencies(text), ["linux-image-6.1.0-37-amd64"]);
    }

    #[test]
    fn a_module_in_the_kernel_has_no_file() {
        let text = "builtin virtio_pci\ninsmod /x/lib/modules/6/kernel/9p.ko.xz debug=0 \n";
        assert_eq!(parse_show_depends(text), [PathBuf::from("/x/lib/modules/6/kernel/9p.ko.xz")]);
    }
}
