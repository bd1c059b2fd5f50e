//! The free space on the disk of the recordings. Browsers and some systems don't tell it.

use std::{path::Path, time::Duration};

use bevy::{
    prelude::*,
    tasks::{IoTaskPool, Task, futures::check_ready},
    time::common_conditions::on_timer,
};

use crate::arguments::Arguments;

/// The time between two looks.
const EVERY: Duration = Duration::from_secs(2);

/// The free space in bytes. `None` if it isn't known.
#[derive(Resource, Debug, Default)]
pub struct FreeSpace {
    pub bytes: Option<u64>,
    looking: Option<Task<Option<u64>>>,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<FreeSpace>().add_systems(Startup, look).add_systems(
        Update,
        (look.run_if(on_timer(EVERY)), |mut space: ResMut<FreeSpace>| {
            if let Some(bytes) = space.bypass_change_detection().looking.as_mut().and_then(check_ready) {
                *space = FreeSpace { bytes, looking: None };
            }
        }),
    );
}

/// Looks on another thread: a disk may be slow.
fn look(mut space: ResMut<FreeSpace>, arguments: Res<Arguments>) {
    let space = space.bypass_change_detection();
    if space.looking.is_none() {
        let folder = arguments.folder.clone();
        space.looking = Some(IoTaskPool::get().spawn(async move { free_bytes(&folder) }));
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
