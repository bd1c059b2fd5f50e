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
fn follow(mut lights: Query<(Ref<FollowLight>, Lights)>, estimates: Query<Ref<LightEstimate>>) {
    for (follow, lights) in &mut lights {
        let Ok(estimate) = estimates.get(follow.track) else { continue };
        let is_new = lights.directional.as_ref().is_some_and(|light| light.is_added())
            || lights.point.as_ref().is_some_and(|light| light.is_added())
            || lights.spot.as_ref().is_some_and(|light| light.is_added())
            || lights.ambient.as_ref().is_some_and(|light| light.is_added());
        if !(estimate.is_changed() || follow.is_changed() || is_new) {
            continue;
        }
        let brightness = follow.brightness * estimate.intensity;
        let color = Color::from(estimate.color);
        if let Some(mut light) = lights.directional {
            (light.illuminance, light.color) = (brightness, color);
        }
        if let Some(mut light) = lights.point {
            (light.intensity, light.color) = (brightness, color);
        }
        if let Some(mut light) = lights.spot {
            (light.intensity, light.color) = (brightness, color);
        }
        if let Some(mut light) = lights.ambient {
            (light.brightness, light.color) = (brightness, color);
        }
    }
}
