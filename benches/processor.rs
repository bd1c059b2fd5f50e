//! The processor's time and the memory of an app. A software renderer has threads of its own, which stand in for a GPU
//! and don't count.

use std::{fs, process, time::Duration};

/// The start of the name of the threads that run systems.
const SYSTEMS: &str = "Compute Task";

/// The start of the name of the threads of Mesa's software renderer.
const SOFTWARE_RENDERER: &str = "llvmpipe";

/// The processor's time so far of the main thread and of those that run systems. `None` on other systems than Linux.
pub fn used() -> Option<Duration> {
    let main = process::id().to_string();
    of_threads(|id, name| id == main || name.starts_with(SYSTEMS))
}

/// The processor's time so far of all threads that exist but those of a software renderer. `None` on other systems than
/// Linux.
pub fn used_by_all() -> Option<Duration> {
    of_threads(|_, name| !name.starts_with(SOFTWARE_RENDERER))
}

/// The processor's time so far of the threads with such an id and name.
fn of_threads(counts: impl Fn(&str, &str) -> bool) -> Option<Duration> {
    let mut nanoseconds = 0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        // A thread may end meanwhile.
        let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        if counts(&task.file_name().to_string_lossy(), &read("comm")) {
            let time = read("schedstat");
            nanoseconds += time.split_whitespace().next().and_then(|time| time.parse().ok()).unwrap_or(0);
        }
    }
    Some(Duration::from_nanos(nanoseconds))
}

/// The memory of this process in bytes: its resident set, which for a software renderer includes its textures. `None`
/// on other systems than Linux.
pub fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
