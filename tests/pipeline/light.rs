//! The light of the real scene, and lights that follow it.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{light::LightReference, prelude::*};

use crate::{
    background::{self, SIZE, push, track},
    stage::{Stage, default_plugins},
};

#[derive(Resource, Default)]
struct Failures(Vec<(Entity, ErrorName)>);

fn estimate_of(stage: &Stage, track: Entity) -> LightEstimate {
    stage.get(track).expect("an estimate")
}

#[test]
fn lights_follow_the_light_of_the_frames() {
    let mut stage = background::stage();
    let estimation = LightEstimation::new().smoothing(Duration::ZERO);
    // Middle gray: 18 % of the light.
    let (track, feed) = track(&mut stage, |_, _| [118; 3], estimation);
    let sun = stage.spawn((DirectionalLight::default(), FollowLight::new(track, 5_000.0)));
    let lamp = stage.spawn((PointLight::default(), FollowLight::new(track, 800.0)));
    let camera = stage.spawn((Camera3d::default(), AmbientLight::default(), FollowLight::new(track, 80.0)));
    stage.until("an estimate", |stage| estimate_of(stage, track).reference);
    stage.step();
    let light = estimate_of(&stage, track);
    assert!((light.intensity - 1.0).abs() < 0.03, "{light:?}");
    assert_eq!(light.reference, Some(LightReference::Scene));
    assert!((stage.get::<DirectionalLight>(sun).expect("a light").illuminance / 5_000.0 - 1.0).abs() < 0.03);
    assert!((stage.get::<PointLight>(lamp).expect("a light").intensity / 800.0 - 1.0).abs() < 0.03);
    assert!((stage.get::<AmbientLight>(camera).expect("a light").brightness / 80.0 - 1.0).abs() < 0.03);

    push(&feed, SIZE, |_, _| [90, 60, 30]);
    let warm = stage.until("a warm light", |stage| {
        Some(estimate_of(stage, track)).filter(|light| light.temperature < 5_500.0)
    });
    stage.step();
    assert!(warm.intensity < 0.5, "{warm:?}");
    let sun = stage.get::<DirectionalLight>(sun).expect("a light");
    assert!((sun.illuminance / 5_000.0 - warm.intensity).abs() < 0.01);
    assert!(sun.color.to_linear().red > sun.color.to_linear().blue, "{:?}", sun.color);
}

#[test]
fn an_estimation_ends_with_its_component() {
    let mut stage = background::stage();
    let (track, feed) = track(&mut stage, |_, _| [118; 3], LightEstimation::new());
    let taps = |stage: &mut Stage| {
        let mut taps = stage.app.world_mut().query::<&PixelTap>();
        taps.iter(stage.app.world()).count()
    };
    stage.until("an estimate", |stage| estimate_of(stage, track).reference);
    assert_eq!(taps(&mut stage), 1);
    stage.app.world_mut().entity_mut(track).remove::<LightEstimation>();
    stage.step();
    assert_eq!(taps(&mut stage), 0);
    stage.app.world_mut().entity_mut(track).insert(LightEstimation::new());
    stage.steps(2);
    feed.end();
    stage.app.world_mut().despawn(track);
    stage.steps(2);
    assert_eq!(taps(&mut stage), 0);
}

#[test]
fn estimations_that_cannot_work_fail_by_name() {
    let mut stage = Stage::of(default_plugins(), |app| {
        app.init_resource::<Failures>().add_observer(
            |failed: On<LightEstimationFailed>, mut failures: ResMut<Failures>| {
                failures.0.push((failed.entity, failed.error.name));
            },
        );
    });
    let lonely = stage.spawn(LightEstimation::new());
    let papers = [0.0, -1.0, 1.5, f32::NAN];
    let (track, _feed) = track(&mut stage, |_, _| [118; 3], LightEstimation::new().paper(papers[0]));
    for paper in &papers[1..] {
        stage.app.world_mut().entity_mut(track).insert(LightEstimation::new().paper(*paper));
        stage.step();
    }
    stage.steps(5);
    assert_eq!(estimate_of(&stage, track), LightEstimate::default());
    let failures = &stage.app.world().resource::<Failures>().0;
    let of =
        |entity| failures.iter().filter(|(it, _)| *it == entity).map(|(_, name)| *name).collect::<Vec<_>>();
    assert_eq!(of(lonely), [ErrorName::NotFound]);
    assert_eq!(of(track), [ErrorName::Type; 4]);
}
