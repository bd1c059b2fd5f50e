use super::*;

/// Collects the samples of all implementations that this processor has.
struct Samples<'a>(&'a Pair);

impl Task for Samples<'_> {
    type Output = [Block; 2];

    fn run(self, inverse: impl Inverse) -> [Block; 2] {
        inverse.inverse(self.0)
    }
}

fn one_by_one(pair: &Pair) -> [Block; 2] {
    dispatch!(Level::baseline(), simd => OneByOne(simd).inverse(pair))
}

/// A reproducible generator of numbers: Marsaglia's xorshift.
fn numbers() -> impl FnMut() -> u32 {
    let mut state = 0x2545_f491_u32;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    }
}

/// The transform by its definition (T.81, A.3.3).
fn exact(coefficients: &[[i16; 8]; 8]) -> [[f64; 8]; 8] {
    let basis = |frequency: usize, place: usize| {
        let scale = if frequency == 0 { 0.5_f64.sqrt() } else { 1.0 };
        scale * ((2 * place + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0).cos() / 2.0
    };
    std::array::from_fn(|y| {
        std::array::from_fn(|x| {
            let terms = (0..64).map(|index| {
                let (v, u) = (index / 8, index % 8);
                f64::from(coefficients[v][u]) * basis(v, y) * basis(u, x)
            });
            128.0 + terms.sum::<f64>()
        })
    })
}

#[test]
fn samples_are_those_of_the_definition() {
    let mut random = numbers();
    for round in 0..500 {
        let mut pair = [0; 128];
        for _ in 0..round % 20 {
            pair[random() as usize % 128] = (random() % 200) as i16 - 100;
        }
        let blocks = run(Samples(&pair));
        let (rows, _) = pair.as_chunks::<8>();
        for (first, block) in blocks.iter().enumerate() {
            let exact = exact(&std::array::from_fn(|row| rows[row * 2 + first]));
            for (sample, exact) in block.as_flattened().iter().zip(exact.as_flattened()) {
                let difference = (f64::from(*sample) - exact.clamp(0.0, 255.0)).abs();
                assert!(difference < 0.6, "{sample} is not {exact}");
            }
        }
    }
}

#[test]
fn all_implementations_are_equal_for_any_coefficients() {
    let mut random = numbers();
    for round in 0..2000 {
        let shift = 16 + round % 14;
        let pair = std::array::from_fn(|_| (random() as i32 >> shift) as i16);
        assert_eq!(run(Samples(&pair)), one_by_one(&pair));
    }
    for extreme in [[i16::MIN; 128], [i16::MAX; 128]] {
        assert_eq!(run(Samples(&extreme)), one_by_one(&extreme));
    }
}

#[test]
fn a_flat_block_is_a_block_with_one_coefficient() {
    for dc in i16::MIN..=i16::MAX {
        let mut pair = [0; 128];
        (pair[0], pair[8]) = (dc, dc);
        assert_eq!(run(Samples(&pair)), [[[flat(dc); 8]; 8]; 2], "{dc}");
    }
}
