//! Small vectors and matrices, rotations, and the solution of normal equations.

/// A vector of space.
pub(crate) type Vector = [f64; 3];

/// A matrix of space, row by row.
pub(crate) type Matrix = [[f64; 3]; 3];

pub(crate) const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(crate) fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|k| a[k] + b[k])
}

pub(crate) fn subtract(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|k| a[k] - b[k])
}

pub(crate) fn scale(a: Vector, factor: f64) -> Vector {
    a.map(|value| value * factor)
}

pub(crate) fn cross(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|k| {
        let (next, last) = ((k + 1) % 3, (k + 2) % 3);
        a[next] * b[last] - a[last] * b[next]
    })
}

/// A matrix times a vector.
pub(crate) fn apply(matrix: &Matrix, vector: Vector) -> Vector {
    matrix.map(|row| dot(row, vector))
}

pub(crate) fn transpose(a: &Matrix) -> Matrix {
    std::array::from_fn(|row| a.map(|other| other[row]))
}

/// A matrix times a matrix.
pub(crate) fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    let columns = transpose(b);
    a.map(|row| columns.map(|column| dot(row, column)))
}

/// The rotation around the direction of a vector by its length, in radians: Rodrigues' formula.
pub(crate) fn rotation(vector: Vector) -> Matrix {
    let angle = length(vector);
    if angle < 1e-12 {
        return IDENTITY;
    }
    let axis = scale(vector, 1.0 / angle);
    let (sine, cosine) = angle.sin_cos();
    let [x, y, z] = axis;
    let turn = [[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]];
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            cosine * IDENTITY[i][j] + sine * turn[i][j] + (1.0 - cosine) * axis[i] * axis[j]
        })
    })
}

/// The nearest rotation of a matrix that is nearly one: the first two rows decide.
pub(crate) fn orthonormal([first, second, _]: &Matrix) -> Option<Matrix> {
    // The error of the angle between both rows is shared between them.
    let (sum, difference) = {
        let [a, b] = [first, second].map(|row| scale(*row, 1.0 / length(*row)));
        (add(a, b), subtract(a, b))
    };
    let [s, d] = [sum, difference].map(|row| scale(row, std::f64::consts::FRAC_1_SQRT_2 / length(row)));
    let (a, b) = (add(s, d), subtract(s, d));
    let matrix = [a, b, cross(a, b)];
    matrix.as_flattened().iter().all(|value| value.is_finite()).then_some(matrix)
}

/// The solution of a system of equations, by elimination with pivots. `None` if there isn't one.
pub(crate) fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    let largest = a.as_flattened().iter().fold(0.0f64, |most, value| most.max(value.abs()));
    for column in 0..N {
        let pivot = (column..N).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()))?;
        let value = a[pivot][column];
        if !value.is_finite() || value.abs() <= 1e-14 * largest {
            return None;
        }
        a.swap(pivot, column);
        b.swap(pivot, column);
        for row in column + 1..N {
            let factor = a[row][column] / a[column][column];
            let above = a[column];
            for (value, above) in a[row].iter_mut().zip(above).skip(column) {
                *value -= factor * above;
            }
            b[row] -= factor * b[column];
        }
    }
    for row in (0..N).rev() {
        let sum: f64 = (row + 1..N).map(|k| a[row][k] * b[k]).sum();
        b[row] = (b[row] - sum) / a[row][row];
    }
    b.iter().all(|value| value.is_finite()).then_some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_turn_by_their_vector() {
        let quarter = std::f64::consts::FRAC_PI_2;
        let turned = apply(&rotation([0.0, 0.0, quarter]), [1.0, 0.0, 0.5]);
        assert!(length(subtract(turned, [0.0, 1.0, 0.5])) < 1e-12);
        let any = rotation([0.3, -1.2, 2.0]);
        let product = multiply(&any, &transpose(&any));
        for (row, expected) in product.iter().zip(IDENTITY) {
            assert!(length(subtract(*row, expected)) < 1e-12);
        }
        assert_eq!(rotation([0.0; 3]), IDENTITY);
    }

    #[test]
    fn rows_become_orthonormal() {
        let near = [[2.0, 0.02, 0.0], [0.02, 2.0, 0.0], [0.0; 3]];
        let matrix = orthonormal(&near).unwrap();
        assert!(dot(matrix[0], matrix[1]).abs() < 1e-12);
        assert!(length(subtract(matrix[2], [0.0, 0.0, 1.0])) < 1e-12);
        assert_eq!(orthonormal(&[[0.0; 3]; 3]), None);
        assert_eq!(orthonormal(&[[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0; 3]]), None);
    }

    #[test]
    fn equations_are_solved() {
        let solution = solve([[0.0, 1.0, 2.0], [1.0, 3.0, -1.0], [2.0, -1.0, 2.0]], [8.0, 4.0, 6.0]).unwrap();
        for (value, expected) in solution.into_iter().zip([1.0, 2.0, 3.0]) {
            assert!((value - expected).abs() < 1e-12, "{solution:?}");
        }
        assert_eq!(solve([[1.0, 2.0], [2.0, 4.0]], [1.0, 1.0]), None);
        assert_eq!(solve([[f64::NAN]], [1.0]), None);
    }
}
