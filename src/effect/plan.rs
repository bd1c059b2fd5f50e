//! Plans the passes of a stack: as few as give the same result. A pure function.

use std::mem;

use super::EffectKind;

/// One draw over the whole output.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pass {
    /// The input.
    pub input: PassInput,
    /// The effects, in the order of the stack.
    pub operations: Vec<Operation>,
}

/// The input of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassInput {
    /// The planes of the source's frame.
    Source,
    /// The output of the pass before.
    Previous,
}

/// An effect's part in a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The effect's index in the stack.
    pub effect: usize,
    /// The kind of the effect.
    pub kind: EffectKind,
    /// The index of the pass among those of a spatial effect; 0 for other kinds.
    pub pass_index: u32,
}

/// The most images of composite effects in one pass: WebGL2 has 16 textures for everything that a pass reads.
const MOST_IMAGES: usize = 8;

/// The most effects in one pass: WebGL2 has 16 KiB for their parameters.
const MOST_OPERATIONS: usize = 64;

/// Plans the passes for a stack of effects of these kinds.
///
/// The first pass reads the source. An effect that works on each pixel by itself joins the pass before it. A spatial
/// effect starts as many passes as it needs, and later effects join its last one.
///
/// A pass stores the history of at most one temporal effect, in that effect's uv space. A later warp or temporal effect
/// starts a new pass.
pub fn plan(effects: &[EffectKind]) -> Vec<Pass> {
    let mut passes = Vec::new();
    let mut open = Pass { input: PassInput::Source, operations: Vec::new() };
    for (effect, &kind) in effects.iter().enumerate() {
        let count = match kind {
            EffectKind::Spatial { passes } => passes.max(1),
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
    /// Whether it reads the source's planes.
    pub fn reads_source(&self) -> bool {
        self.input == PassInput::Source || self.operations.iter().any(|operation| operation.kind.has_source())
    }

    /// Whether it stores the history of a temporal effect for the next frame.
    pub fn has_history(&self) -> bool {
        self.operations.iter().any(|operation| operation.kind == EffectKind::Temporal)
    }

    /// The index of the pass among those of a spatial effect; `None` if it has none.
    pub fn spatial_pass(&self) -> Option<u32> {
        let first = self.operations.first()?;
        matches!(first.kind, EffectKind::Spatial { .. }).then_some(first.pass_index)
    }

    /// The composite effects, in the order of the pass.
    pub fn composites(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.kind.has_image())
    }

    /// Whether an effect of this kind can be the pass's next.
    fn takes(&self, kind: EffectKind) -> bool {
        self.operations.len() < MOST_OPERATIONS
            && match kind {
                EffectKind::Spatial { .. } => self.input == PassInput::Previous && self.operations.is_empty(),
                EffectKind::Warp | EffectKind::Temporal => !self.has_history(),
                EffectKind::Composite | EffectKind::CompositeWithSource => {
                    self.composites().count() < MOST_IMAGES
                }
                EffectKind::Color | EffectKind::WithSource => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EffectKind::{Color, Composite, CompositeWithSource, Spatial, Temporal, Warp, WithSource};

    fn shape(effects: &[EffectKind]) -> Vec<Vec<usize>> {
        plan(effects)
            .iter()
            .map(|pass| pass.operations.iter().map(|operation| operation.effect).collect())
            .collect()
    }

    #[test]
    fn the_source_alone_is_one_pass() {
        assert_eq!(plan(&[]), [Pass { input: PassInput::Source, operations: vec![] }]);
    }

    #[test]
    fn the_source_and_eight_warps_and_colors_are_one_pass() {
        let passes = plan(&[Warp, Color, Color, Warp, Color, Warp, Warp, Color]);
        assert_eq!(passes.len(), 1);
        assert_eq!(passes[0].input, PassInput::Source);
        assert_eq!(passes[0].operations.len(), 8);
    }

    #[test]
    fn a_spatial_effect_is_a_pass_that_later_effects_join() {
        assert_eq!(shape(&[Color, Spatial { passes: 1 }, Color, Warp]), [vec![0], vec![1, 2, 3]]);
    }

    #[test]
    fn a_separable_effect_is_two_passes_and_later_effects_join_the_second() {
        let effects = [Spatial { passes: 2 }, Warp, Spatial { passes: 1 }, Color];
        assert_eq!(shape(&effects), [vec![], vec![0], vec![0, 1], vec![2, 3]]);
        let passes = plan(&effects);
        assert_eq!(passes[1].operations[0].pass_index, 0);
        assert_eq!(passes[2].operations[0].pass_index, 1);
        assert!(passes[1..].iter().all(|pass| pass.input == PassInput::Previous));
        let counted: Vec<_> = passes.iter().map(Pass::spatial_pass).collect();
        assert_eq!(counted, [None, Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn every_effect_takes_part_in_order_once_or_as_often_as_it_has_passes() {
        let effects = [Warp, Spatial { passes: 2 }, Color, Spatial { passes: 1 }, Warp, Color];
        let order: Vec<usize> = shape(&effects).concat();
        assert_eq!(order, [0, 1, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn effects_with_images_fold_as_colors_do() {
        assert_eq!(shape(&[Color, Composite, Warp, WithSource, Composite]), [vec![0, 1, 2, 3, 4]]);
        let effects = [Spatial { passes: 1 }, WithSource, Composite];
        let passes = plan(&effects);
        assert_eq!(shape(&effects), [vec![], vec![0, 1, 2]]);
        assert!(passes[1].reads_source() && passes[1].input == PassInput::Previous);
        assert!(!plan(&[Spatial { passes: 1 }, Color])[1].reads_source());
        let both = &plan(&[Spatial { passes: 1 }, CompositeWithSource])[1];
        assert!(both.reads_source() && both.composites().count() == 1);
    }

    #[test]
    fn what_is_kept_isnt_moved_in_the_same_pass() {
        assert_eq!(shape(&[Warp, Color, Temporal, Color]), [vec![0, 1, 2, 3]]);
        assert_eq!(shape(&[Temporal, Color, Warp, Color]), [vec![0, 1], vec![2, 3]]);
        assert_eq!(shape(&[Temporal, Temporal]), [vec![0], vec![1]]);
        assert_eq!(shape(&[Spatial { passes: 2 }, Temporal, Warp]), [vec![], vec![0], vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_pass_has_no_more_than_the_smallest_gpu_can_take() {
        let passes = plan(&[Composite; 20]);
        assert_eq!(passes.iter().map(|pass| pass.composites().count()).collect::<Vec<_>>(), [8, 8, 4]);
        assert_eq!(plan(&[Color; 32]).len(), 1);
        assert_eq!(
            plan(&[Warp; 130]).iter().map(|pass| pass.operations.len()).collect::<Vec<_>>(),
            [64, 64, 2]
        );
    }
}
