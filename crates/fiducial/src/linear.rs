//! Small vectors, matrices, and the solution of normal equations.

/// A vector of space.
pub(crate) type Vector = [f64; 3];

/// A matrix of space, row by row.
pub(crate) type Matrix = [[f64; 3]; 3];

pub(crate) const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(crate) fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn subtract(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn scale(a: Vector, factor: f64) -> Vector {
    a.map(|value| value * factor)
}

/// A matrix times a vector.
pub(crate) fn apply(matrix: &Matrix, vector: Vector) -> Vector {
    matrix.map(|row| dot(row, vector))
}

/// A matrix times a matrix.
pub(crate) fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    let columns = transpose(b);
    a.map(|row| columns.map(|column| dot(row, column)))
}

pub(crate) fn transpose(a: &Matrix) -> Matrix {
    std::array::from_fn(|row| std::array::from_fn(|column| a[column][row]))
}

/// The rotation by a vector: around its direction, by its length in radians.
pub(crate) fn rotation_from_vector(vector: Vector) -> Matrix {
    let angle = length(vector);
    // sin(a) / a and (1 - cos(a)) / a^2.
    let (first, second) = if angle < 1e-6 {
        (1.0 - angle * angle / 6.0, 0.5 - angle * angle / 24.0)
    } else {
        (angle.sin() / angle, (1.0 - angle.cos()) / (angle * angle))
    };
    let [x, y, z] = vector;
    let turned = [[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]];
    let squared = multiply(&turned, &turned);
    std::array::from_fn(|i| {
        std::array::from_fn(|j| IDENTITY[i][j] + first * turned[i][j] + second * squared[i][j])
    })
}

/// A quaternion `[x, y, z, w]` of length 1 from a rotation, with `w >= 0`.
pub(crate) fn quaternion_from_rotation(m: &Matrix) -> [f64; 4] {
    // The largest of the four squares is exact.
    let squares = [
        1.0 + m[0][0] - m[1][1] - m[2][2],
        1.0 - m[0][0] + m[1][1] - m[2][2],
        1.0 - m[0][0] - m[1][1] + m[2][2],
        1.0 + m[0][0] + m[1][1] + m[2][2],
    ];
    let (yz, zx, xy) = (m[2][1] + m[1][2], m[0][2] + m[2][0], m[1][0] + m[0][1]);
    let (x, y, z) = (m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]);
    let largest = (0..4).fold(0, |best, k| if squares[k] > squares[best] { k } else { best });
    let quaternion = match largest {
        0 => [squares[0], xy, zx, x],
        1 => [xy, squares[1], yz, y],
        2 => [zx, yz, squares[2], z],
        _ => [x, y, z, squares[3]],
    };
    let norm = quaternion.iter().map(|value| value * value).sum::<f64>().sqrt();
    let sign = if quaternion[3] < 0.0 { -1.0 } else { 1.0 };
    quaternion.map(|value| sign * value / norm)
}

/// The rotation of a quaternion `[x, y, z, w]` of any length but 0.
pub(crate) fn rotation_from_quaternion(quaternion: [f64; 4]) -> Matrix {
    let norm = quaternion.iter().map(|value| value * value).sum::<f64>().sqrt();
    let [x, y, z, w] = quaternion.map(|value| value / norm);
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)],
        [2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)],
        [2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)],
    ]
}

/// The vector of a rotation: its axis times its angle, from 0 to pi.
pub(crate) fn vector_from_rotation(rotation: &Matrix) -> Vector {
    let [x, y, z, w] = quaternion_from_rotation(rotation);
    let sine = length([x, y, z]);
    let angle = 2.0 * sine.atan2(w);
    let factor = if sine < 1e-12 { 2.0 } else { angle / sine };
    scale([x, y, z], factor)
}

/// The solution of a symmetric, positive definite system, by Cholesky. `None` if it isn't one.
pub(crate) fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for i in 0..N {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let value = a[i][j] - sum;
            if i == j {
                if !value.is_finite() || value <= 0.0 {
                    return None;
                }
                a[i][i] = value.sqrt();
            } else {
                a[i][j] = value / a[j][j];
            }
        }
    }
    for i in 0..N {
        let sum: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    for i in (0..N).rev() {
        let sum: f64 = (i + 1..N).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    b.iter().all(|value| value.is_finite()).then_some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_survive_conversions() {
        for vector in
            [[0.1, -0.2, 0.3], [3.0, 0.5, -0.2], [0.0, 3.1, 0.0], [1e-9, 0.0, 0.0], [0.0, 0.0, -2.9]]
        {
            let rotation = rotation_from_vector(vector);
            let quaternion = quaternion_from_rotation(&rotation);
            let again = rotation_from_quaternion(quaternion);
            assert!((dot(again[0], rotation[0]) - 1.0).abs() < 1e-12);
            assert!((dot(again[1], rotation[1]) - 1.0).abs() < 1e-12);
            assert!(length(subtract(vector_from_rotation(&rotation), vector)) < 1e-9, "{vector:?}");
        }
    }

    #[test]
    fn normal_equations_are_solved() {
        let solution = solve([[4.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 2.0]], [6.0, 4.0, 4.0]).unwrap();
        for (value, expected) in solution.into_iter().zip([1.0, 2.0, 3.0]) {
            assert!((value - expected).abs() < 1e-12);
        }
        assert_eq!(solve([[1.0, 2.0], [2.0, 1.0]], [1.0, 1.0]), None);
        assert_eq!(solve([[f64::NAN]], [1.0]), None);
    }
}
