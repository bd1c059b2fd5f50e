//! The shapes of faces for the effects that need them.

use std::time::Duration;

use bevy::{ecs::entity::EntityHashMap, platform::time::Instant, prelude::*};

use super::{
    BigEyes, BigHead, FaceBlur, FaceDetections, FaceShapes, FaceTracking, MAX_FACES,
    life::{Searches, Searching},
    shapes::FaceShape,
};
use crate::{
    effect::{AnyEffect, EffectStack},
    provided::{Provider, begin_for_effects},
    systems::ViewfinderSystems,
};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            begin_for_effects::<FaceTracking>().before(Searches),
            provide.after(Searches).in_set(ViewfinderSystems::Request),
        ),
    );
}

/// The time that a lost face stays hidden.
const LINGERING: Duration = Duration::from_millis(500);

impl Provider for FaceTracking {
    fn serves(effect: &dyn AnyEffect) -> bool {
        shapes_of(effect).is_some()
    }

    /// A face too many costs time, and one too few is visible.
    fn for_effects() -> Self {
        Self::new().max_faces(MAX_FACES).spawn_faces(false)
    }
}

/// The shapes that an effect uses; `None` for effects that need none.
fn shapes_of(effect: &dyn AnyEffect) -> Option<&FaceShapes> {
    let effect = effect.as_any();
    let blur = effect.downcast_ref::<FaceBlur>().map(|blur| &blur.faces);
    let eyes = || effect.downcast_ref::<BigEyes>().map(|eyes| &eyes.faces);
    let head = || effect.downcast_ref::<BigHead>().map(|head| &head.faces);
    blur.or_else(eyes).or_else(head)
}

/// The same, to be changed.
fn shapes_of_mut(effect: &mut dyn AnyEffect) -> Option<&mut FaceShapes> {
    let effect = effect.as_any_mut();
    if effect.is::<FaceBlur>() {
        effect.downcast_mut::<FaceBlur>().map(|blur| &mut blur.faces)
    } else if effect.is::<BigEyes>() {
        effect.downcast_mut::<BigEyes>().map(|eyes| &mut eyes.faces)
    } else {
        effect.downcast_mut::<BigHead>().map(|head| &mut head.faces)
    }
}

/// The faces of a track, and those that it had just now.
#[derive(Debug, Default)]
struct Recent {
    faces: Vec<RecentFace>,
}

#[derive(Debug, Clone, Copy)]
struct RecentFace {
    id: u64,
    shape: FaceShape,
    /// The time at which it was lost.
    lost: Option<Instant>,
}

impl Recent {
    /// The shapes of faces, and of those that were lost at most half a second ago.
    fn update(&mut self, detections: &FaceDetections, now: Instant) -> FaceShapes {
        let aspect = detections.size.x as f32 / detections.size.y.max(1) as f32;
        let seen: Vec<RecentFace> = detections
            .faces
            .iter()
            .filter_map(|face| {
                Some(RecentFace { id: face.id, shape: FaceShape::of(face, aspect)?, lost: None })
            })
            .collect();
        let lost = self.faces.iter().filter(|face| seen.iter().all(|seen| seen.id != face.id));
        let lost = lost.map(|face| RecentFace { lost: face.lost.or(Some(now)), ..*face });
        let is_recent =
            |face: &RecentFace| face.lost.is_some_and(|lost| now.saturating_duration_since(lost) < LINGERING);
        let lost: Vec<RecentFace> = lost.filter(is_recent).collect();
        let shapes =
            FaceShapes::new(aspect, seen.iter().map(|face| face.shape), lost.iter().map(|face| face.shape));
        self.faces = seen;
        self.faces.extend(lost);
        shapes
    }
}

/// Gives the effects of each track its faces. Without a search they know of none.
fn provide(
    mut tracks: Query<(Entity, &mut EffectStack, Option<&FaceDetections>, Option<&Searching>)>,
    mut all: Local<EntityHashMap<Recent>>,
) {
    let now = Instant::now();
    all.retain(|entity, _| tracks.contains(*entity));
    for (entity, mut stack, detections, searching) in &mut tracks {
        if stack.iter().all(|effect| shapes_of(effect).is_none()) {
            all.remove(&entity);
            continue;
        }
        let known = detections
            .filter(|detections| detections.captured.is_some() && searching.is_some_and(|it| !it.is_late()));
        let shapes = match known {
            Some(detections) => all.entry(entity).or_default().update(detections, now),
            None => {
                all.remove(&entity);
                FaceShapes::default()
            }
        };
        if stack.iter().filter_map(shapes_of).all(|known| *known == shapes) {
            continue;
        }
        for known in stack.iter_mut().filter_map(shapes_of_mut) {
            *known = shapes;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        effect::{EffectInfo, EffectRegistry, EffectShader, Parameters, check, read_builtin_effect},
        face::FaceDetection,
    };

    fn registry() -> EffectRegistry {
        let mut app = App::new();
        app.add_plugins((
            crate::effect::EffectPlugin::<FaceBlur>::builtin(),
            crate::effect::EffectPlugin::<BigEyes>::builtin(),
            crate::effect::EffectPlugin::<BigHead>::builtin(),
        ));
        app.world().resource::<EffectRegistry>().clone()
    }

    #[test]
    fn every_shader_is_that_of_its_effect() {
        for effect in registry().iter() {
            let EffectInfo { shader: EffectShader::Wgsl(text), .. } = effect else { panic!("{effect:?}") };
            let fields = effect.wgsl_fields();
            let parameters = Parameters { fields: &fields, size: effect.parameter_bytes };
            read_builtin_effect((*text).into())
                .and_then(|module| check(&module, effect.kind, &parameters))
                .unwrap_or_else(|fault| panic!("{}", fault.in_file(effect.name)));
            let mut bytes = Vec::new();
            effect.make_default().write_parameters(&mut bytes);
            assert_eq!(bytes.len() as u64, effect.parameter_bytes, "{}", effect.name);
        }
    }

    #[test]
    fn presets_leave_the_faces_out() {
        let faces = FaceShapes::new(1.5, [FaceShape::default()], []);
        let stack = EffectStack::new()
            .with(FaceBlur { faces, kind: super::super::FaceBlurKind::Pixelate, ..default() })
            .with(BigEyes { faces, amount: 0.25 });
        let text = stack.write_preset().expect("a preset");
        assert!(!text.contains("faces") && text.contains("kind: pixelate"), "{text}");
        let read = registry().read_preset(&text).expect("the same effects");
        assert_eq!(read.get::<BigEyes>(), Some(&BigEyes { faces: default(), amount: 0.25 }));
        let error = registry().read_preset("[face_blur(faces: 1)]").expect_err("not in presets");
        assert!(error.message.contains("faces"), "{error}");
    }

    const ASPECT: f32 = 640.0 / 480.0;

    fn detections(ids: &[u64]) -> FaceDetections {
        // The first landmarks are those of the axis and the eyes.
        let mut landmarks = vec![Vec3::new(0.5, 0.5, 0.0); 468];
        for (index, x, y) in [(10, 0.5, 0.3), (152, 0.5, 0.7), (33, 0.4, 0.4), (263, 0.6, 0.4)] {
            landmarks[index] = Vec3::new(x, y, 0.0);
        }
        let landmarks: Arc<[Vec3]> = landmarks.into();
        let face = |id: &u64| FaceDetection {
            id: *id,
            bounds: Rect::default(),
            landmarks: landmarks.clone(),
            surface: Arc::default(),
            expressions: default(),
            pose: None,
            captured: Instant::now(),
        };
        let faces = ids.iter().map(face).collect();
        FaceDetections { faces, size: UVec2::new(640, 480), captured: Some(Instant::now()), ..default() }
    }

    #[test]
    fn a_lost_face_lingers_for_half_a_second() {
        let mut recent = Recent::default();
        let start = Instant::now();
        let shape = FaceShape::of(&detections(&[1]).faces[0], ASPECT).expect("a face");
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(recent.update(&detections(&[1, 2]), at(0)), FaceShapes::new(ASPECT, [shape; 2], []));
        assert_eq!(recent.update(&detections(&[2]), at(100)), FaceShapes::new(ASPECT, [shape], [shape]));
        assert_eq!(recent.update(&detections(&[2]), at(550)), FaceShapes::new(ASPECT, [shape], [shape]));
        assert_eq!(recent.update(&detections(&[]), at(650)), FaceShapes::new(ASPECT, [], [shape]));
        assert_eq!(recent.update(&detections(&[1]), at(700)), FaceShapes::new(ASPECT, [shape], [shape]));
        assert_eq!(recent.update(&detections(&[]), at(1_500)), FaceShapes::new(ASPECT, [], [shape]));
        assert_eq!(recent.update(&detections(&[]), at(2_100)), FaceShapes::new(ASPECT, [], []));
    }
}
