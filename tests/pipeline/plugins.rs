//! The plugin group, its parts, and the sets of its systems.

use bevy::{app::PluginGroupBuilder, ecs::component::Immutable, prelude::*};
use bevy_viewfinder::{
    AudioPlugin, BuiltinEffectsPlugin, CameraBackgroundPlugin, FilePickerPlugin, ImageInputPlugin,
    LightEstimationPlugin, MarkerPlugin, MediaDevicesPlugin, PermissionPlugin, PhotoPlugin, RecorderPlugin,
    TapPlugin, VirtualCameraPlugin, prelude::*, source::scripted::ScriptedSource,
};

use crate::stage::{Event, Stage, lean_plugins};

/// A track becomes live and delivers a frame in an app with these plugins.
fn shows_a_track(plugins: PluginGroupBuilder) {
    let mut stage = Stage::with_plugins(lean_plugins(), plugins, |_| {});
    let (track, script) = stage.live(());
    script.frame();
    stage.until_delivered(track, 1);
    stage.app.world_mut().trigger(FlipCamera { entity: track });
    stage.steps(3);
}

#[test]
fn every_part_of_the_group_can_be_left_out() {
    let group = || ViewfinderPlugins.build();
    shows_a_track(group().disable::<AudioPlugin>());
    shows_a_track(group().disable::<BuiltinEffectsPlugin>());
    shows_a_track(group().disable::<CameraBackgroundPlugin>());
    shows_a_track(group().disable::<FilePickerPlugin>());
    shows_a_track(group().disable::<ImageInputPlugin>());
    shows_a_track(group().disable::<LightEstimationPlugin>());
    shows_a_track(group().disable::<MarkerPlugin>());
    shows_a_track(group().disable::<MediaDevicesPlugin>());
    shows_a_track(group().disable::<PermissionPlugin>());
    shows_a_track(group().disable::<PhotoPlugin>());
    shows_a_track(group().disable::<TapPlugin>());
    shows_a_track(group().disable::<RecorderPlugin>());
    shows_a_track(group().disable::<VirtualCameraPlugin>());
    shows_a_track(
        group()
            .disable::<AudioPlugin>()
            .disable::<BuiltinEffectsPlugin>()
            .disable::<CameraBackgroundPlugin>()
            .disable::<FilePickerPlugin>()
            .disable::<ImageInputPlugin>()
            .disable::<LightEstimationPlugin>()
            .disable::<MarkerPlugin>()
            .disable::<MediaDevicesPlugin>()
            .disable::<PermissionPlugin>()
            .disable::<PhotoPlugin>()
            .disable::<RecorderPlugin>()
            .disable::<TapPlugin>()
            .disable::<VirtualCameraPlugin>(),
    );
}

#[derive(Resource, Default)]
struct Seen {
    /// The number of the frame in which `TrackLive` was triggered.
    event: Option<u32>,
    /// The number of the frame in which a system after `Receive` first saw a live track.
    system: Option<u32>,
    /// The number of the frame in which a system before `Receive` first saw a live track.
    early: Option<u32>,
    frame: u32,
}

/// The number of this frame, if a track is live and has its settings.
fn live(seen: &Seen, tracks: &Query<&TrackState, With<VideoSettings>>) -> Option<u32> {
    tracks.iter().any(|state| *state == TrackState::Live).then_some(seen.frame)
}

fn look_before(mut seen: ResMut<Seen>, tracks: Query<&TrackState, With<VideoSettings>>) {
    seen.early = seen.early.or(live(&seen, &tracks));
}

fn look_after(mut seen: ResMut<Seen>, tracks: Query<&TrackState, With<VideoSettings>>) {
    seen.system = seen.system.or(live(&seen, &tracks));
}

#[test]
fn a_system_after_receive_sees_what_happened_in_the_same_frame() {
    let mut stage = Stage::with(|app| {
        app.init_resource::<Seen>()
            .add_systems(First, |mut seen: ResMut<Seen>| seen.frame += 1)
            .add_observer(|_: On<TrackLive>, mut seen: ResMut<Seen>| seen.event = Some(seen.frame))
            .add_systems(
                PreUpdate,
                (
                    look_before.before(ViewfinderSystems::Receive),
                    look_after.after(ViewfinderSystems::Receive),
                ),
            );
    });
    stage.live(());
    stage.steps(2);
    let seen = stage.app.world().resource::<Seen>();
    assert!(seen.event.is_some());
    assert_eq!(seen.system, seen.event);
    assert_eq!(seen.early, seen.event.map(|frame| frame + 1));
}

#[test]
fn a_capture_starts_in_request_with_what_was_inserted_until_then() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::new();
    let track = stage.spawn(VideoTrack);
    stage.app.world_mut().entity_mut(track).insert(TrackSource::new(source));
    stage.until_live(track);
    assert_eq!(script.opened(), 1);
}

#[test]
fn a_track_cannot_be_changed_in_place() {
    const fn is_immutable<T: Component<Mutability = Immutable>>() {}
    const { is_immutable::<VideoTrack>() };
}

#[test]
fn only_an_insert_requests_the_device_again() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    let requests = |stage: &Stage| {
        let is_live = |event: &&Event| matches!(event, Event::Live(entity) if *entity == track);
        stage.diary().iter().filter(is_live).count()
    };
    let mut entity = stage.app.world_mut().entity_mut(track);
    for_each_mutable(&mut entity);
    stage.steps(20);
    assert_eq!((requests(&stage), script.opened()), (1, 1), "changes of other components are no request");
    // The new request may join the capture that still has the device open.
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    stage.until("the track to be live again", |stage| (requests(stage) == 2).then_some(()));
}

/// Marks the track's mutable components as changed.
fn for_each_mutable(track: &mut EntityWorldMut) {
    track.get_mut::<TrackState>().expect("a state").set_changed();
    track.get_mut::<TrackStatistics>().expect("statistics").set_changed();
    track.get_mut::<TrackEnabled>().expect("a switch").set_changed();
    track.get_mut::<VideoConstraints>().expect("constraints").set_changed();
    track.get_mut::<Mirroring>().expect("mirroring").set_changed();
}
