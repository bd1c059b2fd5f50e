//! The textures between passes: as few as there can be.

use bevy::render::render_resource::TextureView;

use super::target::Target;
use crate::effect::Pass;

/// What passes draw for those that follow.
#[derive(Debug)]
pub(super) struct IntermediateTargets {
    targets: Vec<Target>,
    /// Which of them each pass draws into; not the last one, which draws for the screen.
    slots: Vec<usize>,
}

impl IntermediateTargets {
    /// For these passes, with textures made by the function.
    pub fn new<'a>(passes: impl Iterator<Item = &'a Pass>, target: impl FnMut() -> Target) -> Self {
        let slots = slots(passes);
        let count = slots.iter().max().map_or(0, |most| most + 1);
        Self { targets: std::iter::repeat_with(target).take(count).collect(), slots }
    }

    /// What the pass of this index draws into, which isn't the last.
    pub fn target(&self, pass: usize) -> &TextureView {
        &self.targets[self.slots[pass]].view
    }

    /// What the pass before this one drew.
    pub fn previous(&self, pass: usize) -> Option<&TextureView> {
        Some(self.target(pass.checked_sub(1)?))
    }

    /// What was drawn before the filter's first pass, whose pass this is.
    pub fn original(&self, pass: usize, plan: &Pass) -> Option<&TextureView> {
        self.previous(pass.checked_sub(plan.spatial_pass()? as usize)?)
    }
}

/// Which texture each pass but the last draws into: not one that it reads. A filter's later passes read two.
fn slots<'a>(passes: impl Iterator<Item = &'a Pass>) -> Vec<usize> {
    let mut slots: Vec<usize> = Vec::new();
    for (index, pass) in passes.enumerate() {
        let before_filter = index.checked_sub(pass.spatial_pass().unwrap_or(0) as usize);
        let read = [Some(index), before_filter].map(|pass| slots.get(pass?.checked_sub(1)?).copied());
        slots.extend((0..).find(|slot| !read.contains(&Some(*slot))));
    }
    slots.pop();
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::{
        EffectKind::{self, Color, Spatial, Temporal, Warp},
        plan,
    };

    fn of(effects: &[EffectKind]) -> Vec<usize> {
        slots(plan(effects).iter())
    }

    #[test]
    fn one_pass_needs_none() {
        assert_eq!(of(&[Color, Warp]), []);
    }

    #[test]
    fn passes_draw_in_turns() {
        assert_eq!(of(&[Spatial { passes: 1 }]), [0]);
        assert_eq!(of(&[Spatial { passes: 1 }, Temporal, Warp, Spatial { passes: 1 }]), [0, 1, 0]);
    }

    #[test]
    fn what_a_filter_began_with_stays_until_its_last_pass() {
        assert_eq!(of(&[Spatial { passes: 2 }]), [0, 1]);
        assert_eq!(of(&[Spatial { passes: 2 }, Spatial { passes: 1 }]), [0, 1, 2]);
        assert_eq!(of(&[Spatial { passes: 4 }, Spatial { passes: 2 }]), [0, 1, 2, 1, 2, 0]);
    }
}
