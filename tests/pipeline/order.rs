//! The order of systems. Systems that nothing orders run in any order: here each app has another one.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use bevy::{
    ecs::schedule::{
        FlattenedDependencies, InternedScheduleLabel, NodeId, ScheduleBuildError, ScheduleBuildPass,
        ScheduleGraph, ScheduleLabel, SystemKey, SystemSetKey, graph::DiGraph,
    },
    platform::{collections::HashSet, hash::FixedHasher},
    prelude::*,
    render::{ExtractSchedule, Render, RenderApp, RenderStartup, renderer::RenderGraph},
};
use bevy_viewfinder::{effects::Invert, photo::PhotoOptions, prelude::*, recorder::RecorderStatistics};
use indexmap::IndexSet;

use crate::{
    recorder::{MJPEG, command, log_events, until_stopped},
    stage::{Stage, lean_plugins},
};

/// The number of orders.
const ORDERS: u64 = 12;

fn main_schedules() -> [InternedScheduleLabel; 7] {
    [
        First.intern(),
        PreUpdate.intern(),
        RunFixedMainLoop.intern(),
        Update.intern(),
        SpawnScene.intern(),
        PostUpdate.intern(),
        Last.intern(),
    ]
}

fn render_schedules() -> [InternedScheduleLabel; 4] {
    [RenderStartup.intern(), ExtractSchedule.intern(), Render.intern(), RenderGraph.intern()]
}

/// Orders the systems of this crate at random, within what is ordered explicitly. Those of Bevy stay in their order.
#[derive(Debug, Clone)]
struct Shuffle {
    state: u64,
    /// The systems of Bevy.
    bevy: Arc<HashSet<TypeId>>,
    /// The number of systems that run earlier than one that was before them.
    moved: Arc<AtomicUsize>,
}

impl Shuffle {
    /// A number from 0 to 1 (splitmix64).
    fn random(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.state;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl ScheduleBuildPass for Shuffle {
    type EdgeOptions = ();

    fn add_dependency(&mut self, _: NodeId, _: NodeId, _: Option<&()>) {}

    fn collapse_set(
        &mut self,
        _: SystemSetKey,
        _: &IndexSet<SystemKey, FixedHasher>,
        _: &DiGraph<NodeId>,
    ) -> impl Iterator<Item = (NodeId, NodeId)> {
        std::iter::empty()
    }

    fn build(
        &mut self,
        _: &mut World,
        graph: &mut ScheduleGraph,
        mut dependencies: FlattenedDependencies<'_>,
    ) -> Result<(), ScheduleBuildError> {
        let (order, edges) =
            dependencies.toposort_and_graph().map_err(ScheduleBuildError::FlatDependencySort)?;
        let (order, edges): (Vec<_>, Vec<_>) = (order.to_vec(), edges.all_edges().collect());
        let types: HashMap<_, _> =
            graph.systems.iter().map(|(key, system, _)| (key, system.system_type())).collect();
        let ours: Vec<_> = order.iter().map(|system| !self.bevy.contains(&types[system])).collect();
        let rank: HashMap<_, _> = order.iter().enumerate().map(|(index, system)| (*system, index)).collect();
        let priorities: Vec<_> = (0..order.len())
            .map(|index| if ours[index] { self.random() * order.len() as f64 } else { index as f64 })
            .collect();
        let mut waits_for = vec![0; order.len()];
        for (_, later) in &edges {
            waits_for[rank[later]] += 1;
        }
        let mut free: Vec<_> = (0..order.len()).filter(|index| waits_for[*index] == 0).collect();
        let mut shuffled = Vec::new();
        while !free.is_empty() {
            let by_priority = |a: &usize, b: &usize| priorities[*a].total_cmp(&priorities[*b]);
            let next = free.iter().copied().min_by(by_priority).expect("it isn't empty");
            free.retain(|index| *index != next);
            shuffled.push(next);
            for (earlier, later) in &edges {
                if rank[earlier] == next {
                    waits_for[rank[later]] -= 1;
                    if waits_for[rank[later]] == 0 {
                        free.push(rank[later]);
                    }
                }
            }
        }
        for pair in shuffled.windows(2) {
            if ours[pair[0]] || ours[pair[1]] {
                dependencies.add_edge(order[pair[0]], order[pair[1]]);
            }
        }
        let moved = shuffled.windows(2).filter(|pair| pair[0] > pair[1]).count();
        self.moved.fetch_add(moved, Relaxed);
        Ok(())
    }
}

/// The systems of an app without this crate.
fn systems_of_bevy() -> HashSet<TypeId> {
    let mut app = App::new();
    app.add_plugins(lean_plugins());
    let mut systems = HashSet::default();
    let mut add = |app: &SubApp| {
        for (_, schedule) in app.world().resource::<Schedules>().iter() {
            systems.extend(schedule.graph().systems.iter().map(|(_, system, _)| system.system_type()));
        }
    };
    add(app.main());
    add(app.sub_app(RenderApp));
    systems
}

#[test]
fn systems_that_nothing_orders_may_run_in_any_order() {
    let bevy = Arc::new(systems_of_bevy());
    let moved = Arc::default();
    for order in 0..ORDERS {
        println!("order {order}");
        let shuffle = Shuffle { state: order, bevy: bevy.clone(), moved: Arc::clone(&moved) };
        let mut stage = Stage::with(|app| {
            log_events(app);
            for (index, label) in main_schedules().into_iter().enumerate() {
                let shuffle = Shuffle { state: order * 100 + index as u64, ..shuffle.clone() };
                app.edit_schedule(label, |schedule| {
                    schedule.add_build_pass(shuffle.clone());
                });
            }
            let render_app = app.sub_app_mut(RenderApp);
            for (index, label) in render_schedules().into_iter().enumerate() {
                let shuffle = Shuffle { state: order * 100 + 50 + index as u64, ..shuffle.clone() };
                render_app.edit_schedule(label, |schedule| {
                    schedule.add_build_pass(shuffle.clone());
                });
            }
        });
        live_photo_tap_and_recording(&mut stage);
    }
    assert!(moved.load(Relaxed) > 20, "systems were moved");
}

/// The life of a track: each part has its result, whatever the order.
fn live_photo_tap_and_recording(stage: &mut Stage) {
    let constraints = VideoConstraints::new().width(exact(320)).height(exact(240));
    let (track, script) = stage.live((constraints, EffectStack::new().with(Invert::default())));
    script.solid([200, 40, 90]);
    script.frame();
    stage.until_delivered(track, 1);
    let near = |pixel: Option<[u8; 4]>, color: [u8; 3]| {
        pixel.is_some_and(|pixel| pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 6))
    };
    for (effects, color) in [(true, [55, 215, 165]), (false, [200, 40, 90])] {
        let photo = stage.shoot((GrabFrame(track), PhotoOptions::new().effects(effects)));
        assert!(near(photo.pixel(10, 10), color), "{:?}, effects: {effects}", photo.pixel(10, 10));
    }
    // Effects that are set together with a request are on its photo.
    stage.app.world_mut().entity_mut(track).insert(EffectStack::new());
    let photo = stage.shoot(GrabFrame(track));
    assert!(near(photo.pixel(10, 10), [200, 40, 90]), "{:?}", photo.pixel(10, 10));

    let tap = stage.spawn(PixelTap::rgba(track).size(UVec2::new(64, 48)));
    let frame =
        stage.until("a frame of the tap", |stage| stage.app.world().get::<TapFrames>(tap)?.latest().cloned());
    assert_eq!(frame.size, UVec2::new(64, 48));

    let recorder = stage.spawn(MediaRecorder::new(track).media_type(MJPEG));
    command(stage, StartRecording::new(recorder));
    for frames in 1..=3 {
        stage.until("frames of the recording", |stage| {
            script.frame();
            (stage.get::<RecorderStatistics>(recorder)?.frames >= frames).then_some(())
        });
    }
    command(stage, StopRecording::new(recorder));
    until_stopped(stage, recorder, 1);

    script.unplug();
    stage.until("the end", |stage| (stage.get::<TrackState>(track) == Some(TrackState::Ended)).then_some(()));
    stage.app.world_mut().despawn(track);
    stage.until("the device to be closed", |_| (script.closed() == script.opened()).then_some(()));
}
