//! One box for each face: *non-maximum suppression*, with the boxes of a face averaged by their scores.

use super::Bounds;

/// The most faces of an image.
const MAX_FACES: usize = 64;

/// The share of two boxes above which they are of the same face.
const SAME_FACE: f32 = 0.3;

/// An answer of the model: a box and six points, from 0 to 1 in the model's square.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Answer {
    pub score: f32,
    pub bounds: Bounds,
    pub points: [[f32; 2]; 6],
}

/// Replaces the answers by one for each face, the most certain one first.
pub(super) fn merge(answers: &mut Vec<Answer>) {
    answers.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut faces = 0;
    // The first `faces` answers are done, and the others wait, best first.
    while faces < answers.len() && faces < MAX_FACES {
        let best = answers[faces];
        let mut sum =
            Answer { score: 0.0, bounds: Bounds { min: [0.0; 2], max: [0.0; 2] }, points: [[0.0; 2]; 6] };
        let mut kept = faces + 1;
        for index in faces..answers.len() {
            let answer = answers[index];
            if index == faces || answer.bounds.overlap(&best.bounds) > SAME_FACE {
                let add = |total: &mut [f32; 2], value: [f32; 2]| {
                    *total = [total[0] + answer.score * value[0], total[1] + answer.score * value[1]];
                };
                sum.score += answer.score;
                add(&mut sum.bounds.min, answer.bounds.min);
                add(&mut sum.bounds.max, answer.bounds.max);
                for (total, value) in sum.points.iter_mut().zip(answer.points) {
                    add(total, value);
                }
            } else {
                answers[kept] = answer;
                kept += 1;
            }
        }
        let mean = |total: [f32; 2]| total.map(|value| value / sum.score);
        answers[faces] = Answer {
            score: best.score,
            bounds: Bounds { min: mean(sum.bounds.min), max: mean(sum.bounds.max) },
            points: sum.points.map(mean),
        };
        answers.truncate(kept);
        faces += 1;
    }
    answers.truncate(faces);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(x: f32, score: f32) -> Answer {
        Answer { score, bounds: Bounds { min: [x, 0.0], max: [x + 1.0, 1.0] }, points: [[x, 0.5]; 6] }
    }

    #[test]
    fn boxes_of_a_face_are_averaged() {
        let mut answers = vec![answer(5.0, 0.6), answer(0.0, 0.9), answer(0.2, 0.3), answer(5.1, 0.8)];
        merge(&mut answers);
        assert_eq!(answers.iter().map(|answer| answer.score).collect::<Vec<_>>(), [0.9, 0.8]);
        assert!((answers[0].bounds.min[0] - 0.05).abs() < 1e-6);
        assert!((answers[1].points[0][0] - (5.0 * 0.6 + 5.1 * 0.8) / 1.4).abs() < 1e-5);
    }

    #[test]
    fn the_number_of_faces_is_bounded() {
        let mut answers: Vec<_> = (0..500).map(|k| answer(2.0 * k as f32, 0.7)).collect();
        merge(&mut answers);
        assert_eq!(answers.len(), MAX_FACES);
        let mut none = Vec::new();
        merge(&mut none);
        assert!(none.is_empty());
    }
}
