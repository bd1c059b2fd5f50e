//! A virtual machine with cameras: Debian's or Ubuntu's own kernel under QEMU, with the kernel's test driver
//! `vivid`, on the host's own root (read-only), so that programs built here run there as they are.
//!
//! The kernel isn't installed: its package is downloaded, unpacked into the cache and booted.

use crate::{Result, archive::archive, graphics, kernel::Kernel, paths, shell};
use std::{
    env,
    ffi::OsString,
    fmt,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const INIT: &str = include_str!("../vm/init.sh");

/// Memory of the machine in MiB: enough for Bevy on software Vulkan.
const MEMORY: u32 = 3072;

/// The Debian packages that the virtual machine needs; `make` and `gcc` build v4l2loopback.
pub const PACKAGES: &[&str] =
    &["qemu-system-x86", "busybox-static", "cpio", "kmod", "v4l-utils", "make", "gcc", "libc6-dev"];

/// Checks whether the virtual machine can run on this host. The error is the reason.
pub fn supported() -> Result<(), &'static str> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        Err("the virtual machine is for Linux on x86-64")
    } else if shell::find_program("apt-cache").is_none() {
        Err("the virtual machine's kernel comes from Debian's or Ubuntu's packages, and there is no apt here")
    } else {
        Ok(())
    }
}

/// One run of the virtual machine.
#[derive(Debug)]
pub struct VirtualMachine {
    /// The host's folder that the guest sees, writable, as `$VIEWFINDER_OUT`.
    pub out: PathBuf,
    /// The machine is switched off after this time, and the run fails.
    pub timeout: Duration,
}

/// How a command in the virtual machine ended.
#[derive(Debug)]
pub struct Outcome {
    /// The command's own exit status.
    pub status: i32,
    /// The serial console: the command's output, and the kernel's warnings.
    pub output: String,
}

impl VirtualMachine {
    /// Boots the machine, runs one shell script in it, with the host's current folder as its own, and
    /// switches the machine off. Its output is printed as it comes.
    pub fn run(&self, script: &str) -> Result<Outcome> {
        supported()?;
        let kernel = Kernel::prepare()?;
        fs::create_dir_all(&self.out)?;
        let out = self.out.canonicalize()?;
        // Each process has its own: two machines may share the folder.
        let status_name = format!(".status-{}", std::process::id());
        let status_file = out.join(&status_name);
        remove_if_there(&status_file)?;

        let work = paths::cache()?.join(format!("vm/run-{}", std::process::id()));
        let result = self.boot(&kernel, &work, &out, script, &status_name);
        fs::remove_dir_all(&work)?;
        let output = result?;

        let status = fs::read_to_string(&status_file).map_err(|_| {
            "the virtual machine stopped before the command ended; its last lines are above".to_owned()
        })?;
        remove_if_there(&status_file)?;
        Ok(Outcome { status: status.trim().parse()?, output })
    }

    fn boot(
        &self,
        kernel: &Kernel,
        work: &Path,
        out: &Path,
        script: &str,
        status_name: &str,
    ) -> Result<String> {
        let initrd = initial_ramdisk(kernel, work, &command_file(script)?)?;
        let accelerator = Accelerator::detect();
        let share = |path: &Path, tag: &str, options: &str| {
            let mut value = OsString::from("local,path=");
            // In QEMU's options a comma in a value is doubled.
            value.push(path.to_string_lossy().replace(',', ",,"));
            value.push(format!(",mount_tag={tag},security_model=none,multidevs=remap{options}"));
            value
        };
        // `timeout` also ends the machine if this program is killed.
        let mut qemu = Command::new(shell::require_program("timeout")?);
        qemu.args(["--foreground", "--kill-after=5", &self.timeout.as_secs().to_string()])
            .arg(shell::require_program("qemu-system-x86_64")?)
            .args(["-M", "q35", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"])
            .args(accelerator.arguments())
            .args(["-m", &MEMORY.to_string()])
            .arg("-kernel")
            .arg(&kernel.image)
            .arg("-initrd")
            .arg(&initrd)
            // Critical messages only: vivid's thread warns whenever it is late. The kernel passes unknown options to
            // /init as variables.
            .args(["-append", &format!("console=ttyS0 quiet loglevel=3 panic=-1 STATUS_NAME={status_name}")])
            .args(["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"])
            .arg("-virtfs")
            .arg(share(Path::new("/"), "root", ",readonly=on"))
            .arg("-virtfs")
            .arg(share(out, "out", ""));
        say!("booting Linux {} ({accelerator}, at most {} s)", kernel.release, self.timeout.as_secs())?;
        let (status, output) = shell::echo(&mut qemu, "  | ")?;
        match status.code() {
            Some(0) => Ok(output),
            Some(124 | 137) => {
                Err(format!("the virtual machine ran past its {} s", self.timeout.as_secs()).into())
            }
            _ => Err(format!("QEMU ended with {status}").into()),
        }
    }
}

/// How the guest's instructions are executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accelerator {
    /// By the processor.
    Kvm,
    /// By translation: slower, and works everywhere.
    Tcg,
}

impl Accelerator {
    /// KVM if the processor has the extension and the device can be opened. Without the extension a machine hangs even
    /// if the device exists.
    fn detect() -> Self {
        let flags = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let usable = || File::options().read(true).write(true).open("/dev/kvm").is_ok();
        if has_virtualization(&flags) && usable() { Self::Kvm } else { Self::Tcg }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Kvm => &["-accel", "kvm", "-cpu", "host", "-smp", "2"],
            // A second translated processor gains nothing.
            // Without AVX: QEMU 7 computes some masked instructions wrong, so software rendering has seams.
            Self::Tcg => &["-accel", "tcg,thread=multi", "-cpu", "max,avx=off,avx2=off", "-smp", "1"],
        }
    }
}

impl fmt::Display for Accelerator {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Kvm => "KVM",
            Self::Tcg => "translated, without KVM",
        })
    }
}

fn has_virtualization(cpuinfo: &str) -> bool {
    cpuinfo
        .lines()
        .filter(|line| line.starts_with("flags"))
        .any(|line| line.split_whitespace().any(|flag| flag == "vmx" || flag == "svm"))
}

/// The script for the guest: in the same folder, with software Vulkan.
fn command_file(script: &str) -> Result<String> {
    let mut variables = String::new();
    let path = env::var_os("PATH").unwrap_or_default();
    variables.push_str(&format!("export PATH=\"$PATH:\"{}\n", shell::quote(&path)));
    for (name, value) in graphics::software() {
        variables.push_str(&format!("export {name}={}\n", shell::quote(value.as_os_str())));
    }
    // Bevy finds its assets by this, as under cargo.
    variables.push_str(&format!("export CARGO_MANIFEST_DIR={}\n", shell::quote(paths::root().as_os_str())));
    for name in ["RUST_BACKTRACE", "RUST_LOG"] {
        if let Some(value) = env::var_os(name) {
            variables.push_str(&format!("export {name}={}\n", shell::quote(&value)));
        }
    }
    let folder = shell::quote(env::current_dir()?.as_os_str());
    Ok(format!("{variables}cd {folder} || exit 125\n{script}\n"))
}

/// The cached archive of the kernel's modules, followed by one for this run: the kernel unpacks them in turn.
fn initial_ramdisk(kernel: &Kernel, work: &Path, command: &str) -> Result<PathBuf> {
    let own = work.join("own");
    fs::create_dir_all(&own)?;
    fs::write(own.join("init"), INIT)?;
    fs::write(own.join("command"), command)?;
    make_executable(&own.join("init"))?;
    let path = work.join("initrd");
    let mut file = File::create(&path)?;
    file.write_all(&fs::read(&kernel.modules)?)?;
    file.write_all(&archive(&own)?)?;
    Ok(path)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
