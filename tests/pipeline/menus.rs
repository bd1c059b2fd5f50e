//! The ready-made menus, used as by a pointer.

use std::sync::Arc;

use bevy::{
    prelude::*,
    ui::Checked,
    ui_widgets::{Activate, Slider, SliderRange, SliderValue, ValueChange},
};
use bevy_viewfinder::{
    device::{Control, Device},
    effects::*,
    menus::*,
    prelude::*,
    source::{DefaultSource, SyntheticSource, scripted::ScriptedSource},
};

use crate::stage::{Stage, default_plugins, mode};

/// A stage with a track of its default source's first camera.
fn stage(source: impl bevy_viewfinder::source::Source) -> (Stage, Entity) {
    let mut stage = Stage::of(default_plugins(), move |app| {
        app.insert_resource(DefaultSource(Arc::new(source))).add_plugins(ViewfinderUiPlugin);
    });
    let track = stage.spawn((VideoTrack, EffectStack::new()));
    stage.until_live(track);
    (stage, track)
}

/// Presses the button with this label.
#[track_caller]
fn press(stage: &mut Stage, label: &str) {
    let button = stage.until(label, |stage| {
        let world = stage.app.world_mut();
        let mut labels = world.query::<(&Text, &ChildOf)>();
        labels.iter(world).find(|(text, _)| text.0 == label).map(|(_, parent)| parent.0)
    });
    stage.app.world_mut().trigger(Activate { entity: button });
    stage.step();
}

fn is_chosen(stage: &mut Stage, label: &str) -> bool {
    stage.steps(2);
    let world = stage.app.world_mut();
    let mut labels = world.query::<(&Text, &ChildOf)>();
    // The menu's button shows the choice. It isn't one of the choices.
    let of_label = labels.iter(world).filter(|(text, _)| text.0 == label);
    let buttons: Vec<Entity> = of_label.map(|(_, parent)| parent.0).collect();
    buttons.into_iter().any(|button| world.get::<Checked>(button).is_some())
}

#[test]
fn a_camera_is_chosen_by_its_name() {
    let device = |id: &str| Device {
        id: id.into(),
        label: format!("Camera {id}"),
        modes: vec![mode(320, 240, 30.0)],
        ..default()
    };
    let (source, _script) = ScriptedSource::from_devices([device("one"), device("two")]);
    let (mut stage, track) = stage(source);
    stage.spawn(DeviceMenu { track });
    press(&mut stage, "Camera two");
    stage.until("the other camera", |stage| {
        (stage.get::<VideoSettings>(track)?.device_id == "two".into()).then_some(())
    });
    stage.until("its mark", |stage| is_chosen(stage, "Camera two").then_some(()));
}

#[test]
fn effects_are_put_on_and_taken_off() {
    let (mut stage, track) = stage(SyntheticSource::new());
    stage.spawn(EffectMenu { track });
    press(&mut stage, "Sepia");
    press(&mut stage, "Gaussian blur");
    let names = |stage: &Stage| -> Vec<String> {
        stage
            .get::<EffectStack>(track)
            .expect("a stack")
            .iter()
            .map(|effect| effect.name().to_owned())
            .collect()
    };
    assert_eq!(names(&stage), ["sepia", "gaussian_blur"]);
    assert!(is_chosen(&mut stage, "Sepia") && !is_chosen(&mut stage, "Invert"));
    press(&mut stage, "Sepia");
    assert_eq!(names(&stage), ["gaussian_blur"]);
}

#[test]
fn a_slider_sets_its_control_and_follows_changes() {
    let (mut stage, track) = stage(SyntheticSource::new());
    stage.spawn(SettingsPanel { track });
    let slider = |stage: &mut Stage, greatest: f32| {
        let world = stage.app.world_mut();
        let mut sliders = world.query_filtered::<(Entity, &SliderRange), With<Slider>>();
        sliders.iter(world).find(|(_, range)| range.end() == greatest).map(|(slider, _)| slider)
    };
    // The zoom goes to 4, and no other.
    let zoom = stage.until("a slider for the zoom", |stage| slider(stage, 4.0));
    stage.app.world_mut().trigger(ValueChange { source: zoom, value: 2.5_f32, is_final: true });
    let set = |stage: &Stage| stage.get::<VideoSettings>(track)?.controls.get(&Control::Zoom)?.as_number();
    stage.until("the zoom", |stage| set(stage).filter(|zoom| (zoom - 2.5).abs() < 0.01));

    press(&mut stage, "Manual");
    stage.until("the mode", |stage| is_chosen(stage, "Manual").then_some(()));

    let mut constraints = stage.get::<VideoConstraints>(track).expect("constraints");
    constraints.zoom = ideal(1.5);
    stage.app.world_mut().entity_mut(track).insert(constraints);
    stage.until("the slider to follow", |stage| {
        let value = stage.app.world().get::<SliderValue>(zoom)?;
        ((value.0 - 1.5).abs() < 0.01).then_some(())
    });
}

#[test]
fn a_panel_sets_each_parameter_of_each_effect() {
    let (mut stage, track) = stage(SyntheticSource::new());
    stage.spawn(EffectPanel { track });
    stage.until("a panel of nothing", |stage| finds(stage, "No effect").then_some(()));
    let stack = EffectStack::new()
        .with(Sepia { amount: 0.25 })
        .with(Mirror::default())
        .with(Posterize::default())
        .with(Swirl::default())
        .with(ChromaKey::default());
    stage.app.world_mut().entity_mut(track).insert(stack);
    // In the order of the stack: amount; levels; center x and y, radius, angle; red, green, blue, ...
    let sliders = |stage: &mut Stage| -> Vec<Entity> {
        let world = stage.app.world_mut();
        let mut panels = world.query::<(&EffectPanel, Entity)>();
        let panel = panels.iter(world).next().expect("it was spawned").1;
        let mut children = world.query::<&Children>();
        let mut sliders = world.query::<&Slider>();
        let (children, sliders) = (children.query(world), sliders.query(world));
        children.iter_descendants_depth_first(panel).filter(|entity| sliders.contains(*entity)).collect()
    };
    let all = stage.until("its sliders", |stage| Some(sliders(stage)).filter(|all| all.len() == 12));
    let value =
        |stage: &Stage, index: usize| stage.app.world().get::<SliderValue>(all[index]).map(|value| value.0);
    stage.until("what is set", |stage| (value(stage, 0) == Some(0.25)).then_some(()));
    for (index, set) in [(0, 0.75_f32), (1, 5.4), (3, 0.125), (7, 200.4)] {
        stage.app.world_mut().trigger(ValueChange { source: all[index], value: set, is_final: false });
    }
    press(&mut stage, "Quad");
    stage.until("its mark", |stage| is_chosen(stage, "Quad").then_some(()));
    let stack = stage.app.world().get::<EffectStack>(track).expect("a stack");
    assert_eq!(stack.get(), Some(&Sepia { amount: 0.75 }));
    assert_eq!(stack.get::<Mirror>().map(|mirror| mirror.mode), Some(MirrorMode::Quad));
    assert_eq!(stack.get::<Posterize>().map(|posterize| posterize.levels), Some(5));
    assert_eq!(stack.get::<Swirl>().map(|swirl| swirl.center.y), Some(0.125));
    let key = stack.get::<ChromaKey>().map(|key| key.key_color.0);
    assert_eq!(key, Some(Srgba::rgb(0.0, 200.0 / 255.0, 0.0)));
    assert_eq!((value(&stage, 1), value(&stage, 7)), (Some(5.0), Some(200.0)), "whole numbers");

    // Values that are set elsewhere are shown, and other effects have other sliders.
    let mut stack = stage.get::<EffectStack>(track).expect("a stack");
    while stack.len() > 1 {
        stack.remove(1);
    }
    stage.app.world_mut().entity_mut(track).insert(stack);
    let all = stage.until("one slider", |stage| Some(sliders(stage)).filter(|all| all.len() == 1));
    stage.until("what was set", |stage| (stage.get::<SliderValue>(all[0])?.0 == 0.75).then_some(()));
}

/// Whether a node has this text.
fn finds(stage: &mut Stage, words: &str) -> bool {
    let world = stage.app.world_mut();
    world.query::<&Text>().iter(world).any(|text| text.0 == words)
}
