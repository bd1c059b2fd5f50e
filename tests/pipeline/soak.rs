//! An app that runs for long, with tracks, effects, photos, recordings and searches for faces that come and go.
//!
//! In the test run it runs for a few rounds, and `cargo xtask soak` lets it run for ten minutes, alone in its process,
//! while an hour passes for the app. Then memory, threads, files, textures, entities and the age of frames are flat.
//!
//! The memory is that of Rust's allocations. Mesa's software driver for Vulkan (22.3) itself loses about a megabyte for
//! each pass: its thread copies a shader whenever a uniform that a branch depends on is bound.

use std::{
    alloc::System,
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use bevy::{prelude::*, time::TimeUpdateStrategy};
use bevy_viewfinder::{effects::*, frame::PixelFormat, prelude::*, recorder::*, source::SyntheticSource};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::{
    leaks::{open_files, textures},
    stage::{Event, Stage},
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The time that passes for the app in an update, in the soak. A software renderer draws some ten updates a second.
const UPDATE: Duration = Duration::from_millis(600);

/// The tracks' frame rate in Hz: what the driver loses in ten minutes has to fit into memory.
const FRAME_RATE: f64 = 10.0;

/// The rounds of the test run.
const ROUNDS: usize = 2;

/// The length of the soak.
const SOAK: Duration = Duration::from_secs(600);

/// The updates of a round.
const UPDATES: usize = 24;

/// The errors of all that was requested.
#[derive(Resource, Default)]
struct Failures(Vec<String>);

/// The use of the process's resources at the end of a round.
#[derive(Debug, Clone, Copy)]
struct Usage {
    /// Bytes that are allocated.
    memory: usize,
    threads: usize,
    files: usize,
    textures: usize,
    entities: usize,
    /// The greatest age of the tracks' last frames.
    age: Duration,
}

impl Usage {
    fn of(stage: &mut Stage) -> Self {
        let memory = INSTRUMENTED_SYSTEM.stats();
        let world = stage.app.world_mut();
        let mut statistics = world.query::<&TrackStatistics>();
        let age = statistics.iter(world).map(|statistics| statistics.frame_age).max();
        Self {
            age: age.unwrap_or_default(),
            entities: world.entities().count_spawned() as usize,
            memory: memory.bytes_allocated.saturating_sub(memory.bytes_deallocated),
            threads: fs::read_dir("/proc/self/task").map_or(0, Iterator::count),
            files: open_files(),
            textures: textures(stage),
        }
    }
}

fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Failures>();
        app.add_observer(|failed: On<RecordingFailed>, mut failures: ResMut<Failures>| {
            failures.0.push(failed.error.to_string());
        });
        app.add_observer(|rejected: On<CommandRejected>, mut failures: ResMut<Failures>| {
            failures.0.push(rejected.error.to_string());
        });
        #[cfg(feature = "face")]
        app.add_observer(|failed: On<FaceTrackingFailed>, mut failures: ResMut<Failures>| {
            failures.0.push(failed.error.to_string());
        });
    })
}

/// A track that stays.
fn track(stage: &mut Stage, format: PixelFormat, effects: EffectStack) -> Entity {
    let source = SyntheticSource::new().size(UVec2::new(96, 72)).frame_rate(FRAME_RATE).format(format);
    stage.spawn((VideoTrack, TrackSource::new(source), effects))
}

/// Spawns, uses and despawns all that comes and goes.
fn round(stage: &mut Stage, tracks: &[Entity], folder: &Path, number: usize) {
    let guest = track(stage, PixelFormat::Yuyv, EffectStack::new().with(Pixelate::default()));
    let path = folder.join(format!("{number}.mkv"));
    let of = tracks[number % tracks.len()];
    let recorder = stage.spawn((MediaRecorder::new(of), RecordingFile::new(&path)));
    stage.until_live(guest);
    stage.app.world_mut().trigger(StartRecording::new(recorder));
    #[cfg(feature = "face")]
    let faces = number
        .is_multiple_of(2)
        .then(|| stage.app.world_mut().entity_mut(of).insert(FaceTracking::default()).id());
    let mut photos = vec![];
    for update in 0..UPDATES {
        if update.is_multiple_of(8) {
            photos.push(stage.spawn(GrabFrame(tracks[(number + update) % tracks.len()])));
        }
        stage.step();
    }
    for request in photos {
        stage.until_event("a photo", |event| match event {
            Event::Taken(entity, _) if *entity == request => Some(()),
            Event::PhotoFailed(entity, error) if *entity == request => panic!("{error}"),
            _ => None,
        });
    }
    stage.app.world_mut().trigger(StopRecording::new(recorder));
    stage.until("the end of the recording", |stage| {
        (stage.get::<RecorderState>(recorder) == Some(RecorderState::Inactive) && path.exists()).then_some(())
    });
    // A stack with other effects in each round: pipelines are recycled.
    let effects = match number % 3 {
        0 => EffectStack::new().with(Swirl::default()),
        1 => EffectStack::new().with(GaussianBlur::default()).with(Sepia::default()),
        _ => EffectStack::new().with(Edges::default()),
    };
    stage.app.world_mut().entity_mut(tracks[3]).insert(effects);
    #[cfg(feature = "face")]
    if let Some(faces) = faces {
        stage.app.world_mut().entity_mut(faces).remove::<FaceTracking>();
    }
    for entity in [guest, recorder] {
        stage.app.world_mut().despawn(entity);
    }
    stage.steps(10);
    let len = fs::metadata(&path).map_or(0, |file| file.len());
    assert!(len > 1_000, "recording {number} has {len} bytes");
    fs::remove_file(path).expect("it was written");
    stage.forget();
    let failures = &stage.app.world().resource::<Failures>().0;
    assert!(failures.is_empty(), "round {number}: {failures:?}");
}

#[test]
fn what_comes_and_goes_leaves_nothing_behind() {
    let is_soak = env::var_os("VIEWFINDER_SOAK").is_some();
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = stage();
    if is_soak {
        stage.app.insert_resource(TimeUpdateStrategy::ManualDuration(UPDATE));
    }
    let stacks = [
        (PixelFormat::Nv12, EffectStack::new()),
        (PixelFormat::Mjpeg, EffectStack::new().with(Vignette::default())),
        (PixelFormat::Yuyv, EffectStack::new().with(FilmGrain::default()).with(Crt::default())),
        (PixelFormat::Rgb24, EffectStack::new()),
    ];
    let tracks = stacks.map(|(format, effects)| track(&mut stage, format, effects));
    for track in tracks {
        stage.until_live(track);
        stage.until_delivered(track, 1);
    }
    let (start, mut usages) = (Instant::now(), vec![]);
    while if is_soak { start.elapsed() < SOAK } else { usages.len() < ROUNDS } {
        round(&mut stage, &tracks, folder.path(), usages.len());
        usages.push(Usage::of(&mut stage));
        if is_soak && usages.len().is_multiple_of(20) {
            println!(
                "{:>4} s, round {}: {:?}",
                start.elapsed().as_secs(),
                usages.len(),
                usages[usages.len() - 1]
            );
        }
    }
    for track in tracks {
        assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    }
    let entities = usages.iter().map(|usage| usage.entities);
    assert_eq!(entities.clone().max(), entities.min(), "entities come and go");
    if !is_soak {
        // Other tests run in this process.
        return;
    }
    // The first fifth warms up: pipelines, pools, caches of the driver.
    let middle = usages[usages.len() / 5..].iter();
    let (early, late) = (middle.clone().take(middle.len() / 4), middle.clone().skip(middle.len() * 3 / 4));
    let highest =
        |part: &mut dyn Iterator<Item = &Usage>, of: fn(&Usage) -> usize| part.map(of).max().unwrap_or(0);
    let properties: [(&str, fn(&Usage) -> usize, usize); 5] = [
        ("bytes of memory", |usage| usage.memory, 2 << 20),
        ("threads", |usage| usage.threads, 1),
        ("files", |usage| usage.files, 2),
        ("textures", |usage| usage.textures, 0),
        ("ms of age", |usage| usage.age.as_millis() as usize, 40),
    ];
    for (name, of, more) in properties {
        let (before, after) = (highest(&mut early.clone(), of), highest(&mut late.clone(), of));
        println!("{name}: at most {before} in the first quarter, at most {after} in the last");
        assert!(after <= before + more, "{name} grow from {before} to {after}");
    }
}
