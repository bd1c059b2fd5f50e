//! Lights that follow an estimate.

use bevy::{ecs::query::QueryData, prelude::*};

use super::{FollowLight, LightEstimate};
use crate::systems::ViewfinderSystems;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        follow.in_set(ViewfinderSystems::Show).run_if(any_with_component::<FollowLight>),
    );
}

/// The lights on an entity.
#[derive(QueryData)]
#[query_data(mutable)]
struct Lights {
    directional: Option<&'static mut DirectionalLight>,
    point: Option<&'static mut PointLight>,
    spot: Option<&'static mut SpotLight>,
    ambient: Option<&'static mut AmbientLight>,
}

/// Sets the brightness and the color of lights.
fn follow(mut lights: Query<(&FollowLight, Lights)>, estimates: Query<&LightEstimate>) {
    for (follow, lights) in &mut lights {
        let Ok(estimate) = estimates.get(follow.track) else { continue };
        let next = (follow.brightness * estimate.intensity, Color::from(estimate.color));
        set(lights.directional, next, |light| (&mut light.illuminance, &mut light.color));
        set(lights.point, next, |light| (&mut light.intensity, &mut light.color));
        set(lights.spot, next, |light| (&mut light.intensity, &mut light.color));
        set(lights.ambient, next, |light| (&mut light.brightness, &mut light.color));
    }
}

/// Sets the brightness and the color of a light that has others.
fn set<L>(light: Option<Mut<L>>, next: (f32, Color), parts: fn(&mut L) -> (&mut f32, &mut Color)) {
    let Some(mut light) = light else { return };
    let (brightness, color) = parts(light.bypass_change_detection());
    if (*brightness, *color) != next {
        (*brightness, *color) = next;
        light.set_changed();
    }
}
