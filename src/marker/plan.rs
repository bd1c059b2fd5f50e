//! The plan of a tracker: what it searches for.

use bevy::{math::Isometry3d, prelude::*};
use viewfinder_fiducial as fiducial;

use super::family::MarkerFamily;
use crate::intrinsics::Lens;

/// The targets and settings of a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// The families, which [`Target`]s refer to by their index.
    pub families: Vec<MarkerFamily>,
    /// The markers that have an entity.
    pub markers: Vec<MarkerTarget>,
    /// The boards, with their entities.
    pub boards: Vec<(Entity, fiducial::Board)>,
    /// The size of markers that have no entity, if they are tracked.
    pub other_size: Option<f32>,
    pub lens: Lens,
    pub tracking: fiducial::TrackerConfig,
}

/// Something that has a pose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Target {
    Marker(MarkerTarget),
    Board(Entity),
}

/// A marker of a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MarkerTarget {
    /// The index of the family in the plan.
    pub family: usize,
    pub id: u32,
    pub size: f32,
}

impl Plan {
    /// The index of a family, which is added if it is new.
    pub fn family_index(&mut self, family: &MarkerFamily) -> usize {
        let known = self.families.iter().position(|known| known == family);
        known.unwrap_or_else(|| {
            self.families.push(family.clone());
            self.families.len() - 1
        })
    }

    /// The markers whose poses are estimated for a detection: those with an entity, or else one of the usual size.
    pub fn markers_of(&self, family: usize, id: u32) -> impl Iterator<Item = MarkerTarget> {
        let is_it = move |marker: &MarkerTarget| marker.family == family && marker.id == id;
        let named = self.markers.iter().copied().filter(is_it);
        let other = self.other_size.map(|size| MarkerTarget { family, id, size });
        let other = other.filter(|_| !self.markers.iter().any(is_it));
        named.chain(other)
    }
}

/// A pose on a board, whose axes are the same in both conventions.
pub(super) fn fiducial_pose(pose: Isometry3d) -> fiducial::Pose {
    let rotation = pose.rotation.to_array().map(f64::from);
    let translation = Vec3::from(pose.translation).to_array().map(f64::from);
    // `Board::new` refuses what isn't finite.
    let broken = fiducial::Pose { translation: [f64::NAN; 3], ..fiducial::Pose::IDENTITY };
    fiducial::Pose::from_quaternion(rotation, translation).unwrap_or(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poses_on_boards_keep_their_axes() {
        let pose = Isometry3d::new(Vec3::new(0.1, 0.2, 0.3), Quat::from_rotation_z(0.4));
        let [x, y, z] = fiducial_pose(pose).transform([1.0, 0.0, 0.0]);
        let expected = pose.transform_point(Vec3::X);
        assert!((expected - Vec3A::new(x as f32, y as f32, z as f32)).length() < 1e-6);
    }

    #[test]
    fn a_marker_without_an_entity_has_the_usual_size() {
        let named = MarkerTarget { family: 0, id: 1, size: 0.2 };
        let plan = Plan { markers: vec![named], other_size: Some(0.1), ..Plan::default() };
        assert_eq!(plan.markers_of(0, 1).collect::<Vec<_>>(), [named]);
        assert_eq!(plan.markers_of(0, 2).collect::<Vec<_>>(), [MarkerTarget { id: 2, size: 0.1, ..named }]);
        assert_eq!(Plan::default().markers_of(0, 2).count(), 0);
    }
}
