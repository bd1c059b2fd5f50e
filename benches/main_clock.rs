//! Measures the main thread of an app whose renderer runs beside it.

use std::time::{Duration, Instant};

use bevy::{app::MainScheduleOrder, ecs::schedule::ScheduleLabel, prelude::*, render::RenderApp};

/// The main thread's time for the last update.
#[derive(Resource)]
struct Clock {
    start: Instant,
    schedules: Duration,
    extraction: Duration,
}

#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Start;

#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct End;

/// Measures every update of the app. Call it before the app starts.
pub fn install(app: &mut App) {
    app.insert_resource(Clock {
        start: Instant::now(),
        schedules: Duration::ZERO,
        extraction: Duration::ZERO,
    });
    app.init_schedule(Start).init_schedule(End);
    app.add_systems(Start, |mut clock: ResMut<Clock>| clock.start = Instant::now());
    app.add_systems(End, |mut clock: ResMut<Clock>| clock.schedules = clock.start.elapsed());
    let mut order = app.world_mut().resource_mut::<MainScheduleOrder>();
    order.insert_before(First, Start);
    order.insert_after(Last, End);

    let renderer = app.sub_app_mut(RenderApp);
    let mut extract = renderer.take_extract().expect("the renderer extracts");
    renderer.set_extract(move |main, render| {
        let start = Instant::now();
        extract(main, render);
        main.resource_mut::<Clock>().extraction = start.elapsed();
    });
}

/// The main thread's time for the last update: its schedules and the extraction for the renderer.
pub fn last_update(app: &App) -> Duration {
    let clock = app.world().resource::<Clock>();
    clock.schedules + clock.extraction
}
