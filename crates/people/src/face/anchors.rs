//! The grid of places that the detector answers for.

/// The cells of a side, and the answers of each cell. The order of the answers is that of rows, cells, and then their
/// number in the cell.
const LAYERS: [(usize, usize); 2] = [(16, 2), (8, 6)];

/// The number of answers.
pub(super) const COUNT: usize = 16 * 16 * 2 + 8 * 8 * 6;

/// The middle of the cell of each answer, from 0 to 1.
pub(super) fn centers() -> impl Iterator<Item = [f32; 2]> {
    LAYERS.into_iter().flat_map(|(side, answers)| {
        (0..side * side * answers).map(move |index| {
            let cell = index / answers;
            [cell % side, cell / side].map(|place| (place as f32 + 0.5) / side as f32)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_center_for_each_answer() {
        let all: Vec<_> = centers().collect();
        assert_eq!(all.len(), COUNT);
        assert_eq!(all[..3], [[0.03125, 0.03125], [0.03125, 0.03125], [0.09375, 0.03125]]);
        assert_eq!(all[32], [0.03125, 0.09375]);
        assert_eq!(all[512], [0.0625, 0.0625]);
        assert_eq!(all[895], [0.9375, 0.9375]);
    }
}
