//! The processor's time of an app's own threads: the main thread and those that run its systems. A software renderer
//! has threads of its own, which stand in for a GPU.

use std::{fs, process, time::Duration};

/// The start of the name of the threads that run systems.
const SYSTEMS: &str = "Compute Task";

/// The processor's time so far of the main thread and of those that run systems. `None` on other systems than Linux.
pub fn used() -> Option<Duration> {
    let main = process::id().to_string();
    let mut nanoseconds = 0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let read = |name: &str| fs::read_to_string(task.path().join(name)).ok();
        if task.file_name() == *main || read("comm").is_some_and(|name| name.starts_with(SYSTEMS)) {
            nanoseconds += read("schedstat")?.split_whitespace().next()?.parse::<u64>().ok()?;
        }
    }
    Some(Duration::from_nanos(nanoseconds))
}
