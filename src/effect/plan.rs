//! From a stack of effects to as few passes as give the same picture: a pure function.

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
    /// Which of a filter's passes this is, from 0; 0 for warps and colours.
    pub pass_index: u32,
}

/// Plans the passes for a stack of effects of these kinds.
///
/// The first pass reads the camera. Warps and colours join the pass before them, whatever their number; a filter
/// begins passes of its own, and what follows it joins its last. A stack of warps and colours alone is one pass;
/// each filter adds its own number.
pub fn plan(effects: &[EffectKind]) -> Vec<Pass> {
    let mut passes = vec![Pass { input: PassInput::Camera, operations: Vec::new() }];
    for (effect, &kind) in effects.iter().enumerate() {
        match kind {
            EffectKind::Warp | EffectKind::Color => {
                let operation = Operation { effect, kind, pass_index: 0 };
                if let Some(pass) = passes.last_mut() {
                    pass.operations.push(operation);
                }
            }
            EffectKind::Filter { passes: count } => {
                passes.extend((0..count.max(1)).map(|pass_index| Pass {
                    input: PassInput::Previous,
                    operations: vec![Operation { effect, kind, pass_index }],
                }));
            }
        }
    }
    passes
}

#[cfg(test)]
mod tests {
    use super::*;
    use EffectKind::{Color, Filter, Warp};

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
    fn the_camera_and_eight_warps_and_colours_are_one_pass() {
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
    }

    #[test]
    fn every_effect_takes_part_in_order_once_or_as_often_as_it_has_passes() {
        let effects = [Warp, Filter { passes: 2 }, Color, Filter { passes: 1 }, Warp, Color];
        let order: Vec<usize> = shape(&effects).concat();
        assert_eq!(order, [0, 1, 1, 2, 3, 4, 5]);
    }
}
