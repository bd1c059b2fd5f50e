//! From a stack of effects to as few passes as give the same picture: a pure function.

use std::mem;

use super::EffectKind;

/// One draw of the whole picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pass {
    /// What the pass reads.
    pub input: PassInput,
    /// What it does, in the order of the stack.
    pub operations: Vec<Operation>,
}

/// What a pass reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassInput {
    /// The camera's own planes.
    Camera,
    /// The picture that the pass before it drew.
    Previous,
}

/// An effect's part in a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    /// Which effect of the stack, from 0.
    pub effect: usize,
    /// What it does.
    pub kind: EffectKind,
    /// Which of a filter's passes this is, from 0; 0 for warps and colors.
    pub pass_index: u32,
}

/// The most pictures of effects' own that one pass can see: WebGL2 has 16 textures for all that a pass reads.
const MOST_IMAGES: usize = 8;

/// The most effects in one pass: WebGL2 has 16 KiB for their parameters.
const MOST_OPERATIONS: usize = 64;

/// Plans the passes for a stack of effects of these kinds.
///
/// The first pass reads the camera. Whatever works on each pixel for itself joins the pass before it; a filter begins
/// passes of its own, and what follows it joins its last. A stack without filters is one pass; each filter adds its
/// own number.
///
/// A pass stores the history of at most one temporal effect, in the uv of that effect: a later warp or temporal effect
/// begins a new pass.
pub fn plan(effects: &[EffectKind]) -> Vec<Pass> {
    let mut passes = Vec::new();
    let mut open = Pass { input: PassInput::Camera, operations: Vec::new() };
    for (effect, &kind) in effects.iter().enumerate() {
        let count = match kind {
            EffectKind::Filter { passes } => passes.max(1),
            _ => 1,
        };
        for pass_index in 0..count {
            if !open.takes(kind) {
                let next = Pass { input: PassInput::Previous, operations: Vec::new() };
                passes.push(mem::replace(&mut open, next));
            }
            open.operations.push(Operation { effect, kind, pass_index });
        }
    }
    passes.push(open);
    passes
}

impl Pass {
    /// Whether it has to read the camera's planes.
    pub fn sees_camera(&self) -> bool {
        self.input == PassInput::Camera || self.has(EffectKind::Compare)
    }

    /// Whether it stores the history of a temporal effect for the next frame.
    pub fn has_history(&self) -> bool {
        self.has(EffectKind::Temporal)
    }

    /// Which of a filter's passes it is, from 0; none where it isn't a filter's.
    pub fn filter_pass(&self) -> Option<u32> {
        let first = self.operations.first()?;
        matches!(first.kind, EffectKind::Filter { .. }).then_some(first.pass_index)
    }

    /// The effects that see a picture of their own, in the order of the pass.
    pub fn composed(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.kind == EffectKind::Compose)
    }

    fn has(&self, kind: EffectKind) -> bool {
        self.operations.iter().any(|operation| operation.kind == kind)
    }

    /// Whether an effect of this kind can be the pass's next.
    fn takes(&self, kind: EffectKind) -> bool {
        self.operations.len() < MOST_OPERATIONS
            && match kind {
                EffectKind::Filter { .. } => self.input == PassInput::Previous && self.operations.is_empty(),
                EffectKind::Warp | EffectKind::Temporal => !self.has_history(),
                EffectKind::Compose => self.composed().count() < MOST_IMAGES,
                EffectKind::Color | EffectKind::Compare => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EffectKind::{Color, Compare, Compose, Filter, Temporal, Warp};

    fn shape(effects: &[EffectKind]) -> Vec<Vec<usize>> {
        plan(effects)
            .iter()
            .map(|pass| pass.operations.iter().map(|operation| operation.effect).collect())
            .collect()
    }

    #[test]
    fn the_camera_alone_is_one_pass() {
        assert_eq!(plan(&[]), [Pass { input: PassInput::Camera, operations: vec![] }]);
    }

    #[test]
    fn the_camera_and_eight_warps_and_colors_are_one_pass() {
        let passes = plan(&[Warp, Color, Color, Warp, Color, Warp, Warp, Color]);
        assert_eq!(passes.len(), 1);
        assert_eq!(passes[0].input, PassInput::Camera);
        assert_eq!(passes[0].operations.len(), 8);
    }

    #[test]
    fn a_filter_is_a_pass_of_its_own_and_takes_what_follows() {
        assert_eq!(shape(&[Color, Filter { passes: 1 }, Color, Warp]), [vec![0], vec![1, 2, 3]]);
    }

    #[test]
    fn a_separable_filter_is_two_passes_and_what_follows_joins_the_second() {
        let effects = [Filter { passes: 2 }, Warp, Filter { passes: 1 }, Color];
        assert_eq!(shape(&effects), [vec![], vec![0], vec![0, 1], vec![2, 3]]);
        let passes = plan(&effects);
        assert_eq!(passes[1].operations[0].pass_index, 0);
        assert_eq!(passes[2].operations[0].pass_index, 1);
        assert!(passes[1..].iter().all(|pass| pass.input == PassInput::Previous));
        let counted: Vec<_> = passes.iter().map(Pass::filter_pass).collect();
        assert_eq!(counted, [None, Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn every_effect_takes_part_in_order_once_or_as_often_as_it_has_passes() {
        let effects = [Warp, Filter { passes: 2 }, Color, Filter { passes: 1 }, Warp, Color];
        let order: Vec<usize> = shape(&effects).concat();
        assert_eq!(order, [0, 1, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_sees_other_pictures_folds_as_colors_do() {
        assert_eq!(shape(&[Color, Compose, Warp, Compare, Compose]), [vec![0, 1, 2, 3, 4]]);
        let effects = [Filter { passes: 1 }, Compare, Compose];
        let passes = plan(&effects);
        assert_eq!(shape(&effects), [vec![], vec![0, 1, 2]]);
        assert!(passes[1].sees_camera() && passes[1].input == PassInput::Previous);
        assert!(!plan(&[Filter { passes: 1 }, Color])[1].sees_camera());
    }

    #[test]
    fn what_is_kept_isnt_moved_in_the_same_pass() {
        assert_eq!(shape(&[Warp, Color, Temporal, Color]), [vec![0, 1, 2, 3]]);
        assert_eq!(shape(&[Temporal, Color, Warp, Color]), [vec![0, 1], vec![2, 3]]);
        assert_eq!(shape(&[Temporal, Temporal]), [vec![0], vec![1]]);
        assert_eq!(shape(&[Filter { passes: 2 }, Temporal, Warp]), [vec![], vec![0], vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_pass_has_no_more_than_the_smallest_gpu_can_take() {
        let passes = plan(&[Compose; 20]);
        assert_eq!(passes.iter().map(|pass| pass.composed().count()).collect::<Vec<_>>(), [8, 8, 4]);
        assert_eq!(plan(&[Color; 32]).len(), 1);
        assert_eq!(
            plan(&[Warp; 130]).iter().map(|pass| pass.operations.len()).collect::<Vec<_>>(),
            [64, 64, 2]
        );
    }
}
