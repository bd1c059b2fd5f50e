//! The textures between passes, as few as possible.

use bevy::render::render_resource::TextureView;

use super::target::Target;
use crate::effect::Pass;

/// The textures that passes draw into for the passes after them.
#[derive(Debug)]
pub(super) struct IntermediateTargets {
    targets: Vec<Target>,
    /// The index of the target of each pass but the last, which draws into the output.
    slots: Vec<usize>,
}

impl IntermediateTargets {
    /// The targets for these passes, created by the function.
    pub fn new<'a>(passes: impl Iterator<Item = &'a Pass>, target: impl FnMut() -> Target) -> Self {
        let slots = slots(passes);
        let count = slots.iter().max().map_or(0, |most| most + 1);
        Self { targets: std::iter::repeat_with(target).take(count).collect(), slots }
    }

    /// The target of the pass of this index, which isn't the last.
    pub fn target(&self, pass: usize) -> &TextureView {
        &self.targets[self.slots[pass]].view
    }

    /// The output of the pass before this one.
    pub fn previous(&self, pass: usize) -> Option<&TextureView> {
        Some(self.target(pass.checked_sub(1)?))
    }

    /// The input of the first pass of the filter that this pass belongs to.
    pub fn original(&self, pass: usize, plan: &Pass) -> Option<&TextureView> {
        self.previous(pass.checked_sub(plan.spatial_pass()? as usize)?)
    }
}

/// The index of the target of each pass but the last, which is none of those that it reads. The later passes of a
/// filter read two.
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

    fn slots_of(effects: &[EffectKind]) -> Vec<usize> {
        slots(plan(effects).iter())
    }

    #[test]
    fn one_pass_needs_none() {
        assert_eq!(slots_of(&[Color, Warp]), []);
    }

    #[test]
    fn passes_alternate_between_two_targets() {
        assert_eq!(slots_of(&[Spatial { passes: 1 }]), [0]);
        assert_eq!(slots_of(&[Spatial { passes: 1 }, Temporal, Warp, Spatial { passes: 1 }]), [0, 1, 0]);
    }

    #[test]
    fn the_input_of_a_filter_stays_until_its_last_pass() {
        assert_eq!(slots_of(&[Spatial { passes: 2 }]), [0, 1]);
        assert_eq!(slots_of(&[Spatial { passes: 2 }, Spatial { passes: 1 }]), [0, 1, 2]);
        assert_eq!(slots_of(&[Spatial { passes: 4 }, Spatial { passes: 2 }]), [0, 1, 2, 1, 2, 0]);
    }
}
