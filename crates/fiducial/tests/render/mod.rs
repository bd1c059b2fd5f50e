//! A renderer of planar markers at known poses, for tests and benches. It shares no mathematics with the crate.
//!
//! The camera looks along +z, with x to the right and y down. A marker has x to the right and y up on its face, and z
//! toward the viewer.
#![allow(dead_code, missing_docs)]

use viewfinder_fiducial::{Family, Modules};

/// Random numbers that are the same on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// From 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// With the mean 0 and the standard deviation 1.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().max(1e-300).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// The luma of pixels, from 0 to 255.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub width: usize,
    pub height: usize,
    pub luma: Vec<f32>,
}

impl Canvas {
    pub fn new(width: usize, height: usize, luma: f32) -> Self {
        Self { width, height, luma: vec![luma; width * height] }
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.luma.iter().map(|luma| luma.round().clamp(0.0, 255.0) as u8).collect()
    }

    fn update(&mut self, change: impl Fn(usize, usize, f32) -> f32) {
        let width = self.width;
        for (y, row) in self.luma.chunks_exact_mut(width).enumerate() {
            row.iter_mut().enumerate().for_each(|(x, luma)| *luma = change(x, y, *luma));
        }
    }

    pub fn rectangle(&mut self, left: f64, top: f64, right: f64, bottom: f64, luma: f32) {
        let range = |low: f64, high: f64, size: usize| {
            (low.max(0.0) as usize).min(size)..(high.max(0.0) as usize).min(size)
        };
        for y in range(top, bottom, self.height) {
            self.luma[y * self.width..][range(left, right, self.width)].fill(luma);
        }
    }

    pub fn disk(&mut self, x: f64, y: f64, radius: f64, luma: f32) {
        let range = |center: f64, size: usize| {
            ((center - radius).max(0.0) as usize).min(size)
                ..((center + radius + 1.0).max(0.0) as usize).min(size)
        };
        for py in range(y, self.height) {
            for px in range(x, self.width) {
                if (px as f64 + 0.5 - x).powi(2) + (py as f64 + 0.5 - y).powi(2) < radius * radius {
                    self.luma[py * self.width + px] = luma;
                }
            }
        }
    }

    /// Blurs with a Gaussian of this standard deviation, in pixels.
    pub fn blur(&mut self, sigma: f64) {
        if sigma <= 0.0 {
            return;
        }
        let reach = (3.0 * sigma).ceil() as isize;
        let mut kernel: Vec<f32> =
            (-reach..=reach).map(|i| (-0.5 * (i as f64 / sigma).powi(2)).exp() as f32).collect();
        let sum: f32 = kernel.iter().sum();
        kernel.iter_mut().for_each(|weight| *weight /= sum);
        let (width, height) = (self.width as isize, self.height as isize);
        let mut across = vec![0.0f32; self.luma.len()];
        for (out, row) in across.chunks_exact_mut(self.width).zip(self.luma.chunks_exact(self.width)) {
            for (weight, i) in kernel.iter().zip(-reach..) {
                for (x, out) in out.iter_mut().enumerate() {
                    *out += weight * row[(x as isize + i).clamp(0, width - 1) as usize];
                }
            }
        }
        self.luma.fill(0.0);
        for (y, out) in self.luma.chunks_exact_mut(self.width).enumerate() {
            for (weight, i) in kernel.iter().zip(-reach..) {
                let row = (y as isize + i).clamp(0, height - 1) as usize * self.width;
                for (out, value) in out.iter_mut().zip(&across[row..]) {
                    *out += weight * value;
                }
            }
        }
    }

    /// Blurs along a straight motion, in pixels. The middle stays where it is.
    pub fn motion_blur(&mut self, [dx, dy]: [f64; 2]) {
        let taps = (2.0 * dx.hypot(dy)).ceil() as usize + 1;
        if taps < 2 {
            return;
        }
        let source = self.clone();
        let at = |x: isize, y: isize| {
            let (x, y) = (x.clamp(0, source.width as isize - 1), y.clamp(0, source.height as isize - 1));
            source.luma[y as usize * source.width + x as usize]
        };
        self.luma.fill(0.0);
        for tap in 0..taps {
            let part = tap as f64 / (taps - 1) as f64 - 0.5;
            let (ox, oy) = (dx * part, dy * part);
            let (whole_x, whole_y) = (ox.floor() as isize, oy.floor() as isize);
            let (fx, fy) = ((ox - whole_x as f64) as f32, (oy - whole_y as f64) as f32);
            for y in 0..source.height {
                for x in 0..source.width {
                    let (sx, sy) = (x as isize + whole_x, y as isize + whole_y);
                    let top = at(sx, sy) * (1.0 - fx) + at(sx + 1, sy) * fx;
                    let bottom = at(sx, sy + 1) * (1.0 - fx) + at(sx + 1, sy + 1) * fx;
                    self.luma[y * source.width + x] += (top * (1.0 - fy) + bottom * fy) / taps as f32;
                }
            }
        }
    }

    /// Maps black and white to other levels.
    pub fn light(&mut self, low: f32, high: f32) {
        self.update(|_, _, luma| low + (high - low) * luma / 255.0);
    }

    pub fn noise(&mut self, random: &mut Random, sigma: f64) {
        let table: Vec<f32> = (0..4096).map(|_| (random.normal() * sigma) as f32).collect();
        for luma in &mut self.luma {
            *luma += table[random.next() as usize >> 8 & 4095];
        }
    }

    /// Adds light that falls off from a point, as of a lamp on glossy paper.
    pub fn glare(&mut self, [x, y]: [f64; 2], radius: f64, light: f32) {
        self.update(|px, py, luma| {
            let squared = (px as f64 + 0.5 - x).powi(2) + (py as f64 + 0.5 - y).powi(2);
            luma + light * (-0.5 * squared / (radius * radius)).exp() as f32
        });
        // Sensors clip before noise is added.
        self.update(|_, _, luma| luma.clamp(0.0, 255.0));
    }

    /// Rounds as JPEG does: the luma of blocks of 8x8 pixels as whole multiples of the steps of the specification's
    /// table K.1 at a quality from 1 to 100. The rest of JPEG loses nothing.
    pub fn jpeg(&mut self, quality: u32) {
        const STEPS: [u32; 64] = [
            16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
            14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
            92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
        ];
        // As libjpeg scales the table.
        let scale = if quality < 50 { 5000 / quality.max(1) } else { 200 - 2 * quality.min(100) };
        let steps = STEPS.map(|step| ((step * scale + 50) / 100).clamp(1, 255) as f32);
        let cosine: [[f32; 8]; 8] = std::array::from_fn(|frequency| {
            std::array::from_fn(|x| {
                let factor: f64 = if frequency == 0 { 0.125 } else { 0.25 };
                let angle = (2 * x + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0;
                (factor.sqrt() * angle.cos()) as f32
            })
        });
        let (width, height) = (self.width, self.height);
        let at = |x: usize, y: usize| y.min(height - 1) * width + x.min(width - 1);
        // The transform of the rows, then turned. `is_back` sums over the frequencies.
        let turned = |block: &[[f32; 8]; 8], is_back: bool| -> [[f32; 8]; 8] {
            std::array::from_fn(|i| {
                std::array::from_fn(|j| {
                    (0..8).map(|k| block[j][k] * if is_back { cosine[k][i] } else { cosine[i][k] }).sum()
                })
            })
        };
        for top in (0..height).step_by(8) {
            for left in (0..width).step_by(8) {
                let block = std::array::from_fn(|y| {
                    std::array::from_fn(|x| {
                        self.luma[at(left + x, top + y)].round().clamp(0.0, 255.0) - 128.0
                    })
                });
                let mut block = turned(&turned(&block, false), false);
                for (value, step) in block.as_flattened_mut().iter_mut().zip(steps) {
                    *value = (*value / step).round() * step;
                }
                let block = turned(&turned(&block, true), true);
                for (row, y) in block.iter().zip(top..height) {
                    for (value, x) in row.iter().zip(left..width) {
                        self.luma[y * width + x] = (value + 128.0).round().clamp(0.0, 255.0);
                    }
                }
            }
        }
    }

    /// Something like a photo: soft and hard shapes of many sizes, and texture.
    pub fn photo(width: usize, height: usize, random: &mut Random) -> Self {
        let mut canvas = Self::new(width, height, 0.0);
        let mut amplitude = 70.0;
        let mut cell = width as f64 / 2.0;
        canvas.luma.fill(random.between(70.0, 180.0) as f32);
        while cell > 3.0 {
            let (columns, rows) = ((width as f64 / cell) as usize + 3, (height as f64 / cell) as usize + 3);
            let values: Vec<f64> =
                (0..columns * rows).map(|_| random.between(-amplitude, amplitude)).collect();
            // The cell, and the place in it.
            let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
            let place = |k: usize| {
                let u = k as f64 / cell;
                (u as usize, smooth(u.fract()))
            };
            let across: Vec<_> = (0..width).map(place).collect();
            for (y, row) in canvas.luma.chunks_exact_mut(width).enumerate() {
                let (j, fv) = place(y);
                let (top, bottom) = (&values[j * columns..], &values[(j + 1) * columns..]);
                let down: Vec<f64> =
                    top.iter().zip(bottom).take(columns).map(|(a, b)| a * (1.0 - fv) + b * fv).collect();
                for (luma, &(i, fu)) in row.iter_mut().zip(&across) {
                    *luma += (down[i] * (1.0 - fu) + down[i + 1] * fu) as f32;
                }
            }
            amplitude *= random.between(0.5, 0.75);
            cell *= 0.5;
        }
        for _ in 0..random.below(30) {
            let (x, y) = (random.between(0.0, width as f64), random.between(0.0, height as f64));
            let size = width as f64 * 0.2 * random.unit().powi(2) + 3.0;
            let luma = random.between(0.0, 255.0) as f32;
            if random.below(3) == 0 {
                canvas.disk(x, y, size, luma);
            } else {
                canvas.rectangle(x, y, x + size, y + size * random.between(0.1, 2.0), luma);
            }
        }
        canvas.update(|_, _, luma| luma.clamp(0.0, 255.0));
        canvas
    }
}

/// A rotation, row by row, from a marker to the camera.
pub type Rotation = [[f64; 3]; 3];

fn product(a: Rotation, b: Rotation) -> Rotation {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// A marker that faces the camera, then rolled, then tilted around an axis in the image, all in radians.
pub fn rotation(roll: f64, axis: f64, tilt: f64) -> Rotation {
    let faced = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]];
    let about_z =
        |angle: f64| [[angle.cos(), -angle.sin(), 0.0], [angle.sin(), angle.cos(), 0.0], [0.0, 0.0, 1.0]];
    let about_x = [[1.0, 0.0, 0.0], [0.0, tilt.cos(), -tilt.sin()], [0.0, tilt.sin(), tilt.cos()]];
    let tilted = product(about_z(axis), product(about_x, about_z(-axis)));
    product(tilted, product(about_z(roll), faced))
}

/// The rotation from the optical axis to a point.
fn toward([x, y, z]: [f64; 3]) -> Rotation {
    let (across, length) = (x.hypot(y), (x * x + y * y + z * z).sqrt());
    let (sine, cosine) = (across / length, z / length);
    let [a, b] = if across > 0.0 { [x / across, y / across] } else { [1.0, 0.0] };
    let rest = 1.0 - cosine;
    [
        [1.0 - rest * a * a, -rest * a * b, sine * a],
        [-rest * a * b, 1.0 - rest * b * b, sine * b],
        [-sine * a, -sine * b, cosine],
    ]
}

/// A pinhole camera. Its pixels have their centers at .5.
#[derive(Debug, Clone, Copy)]
pub struct Pinhole {
    pub width: usize,
    pub height: usize,
    pub focal: f64,
}

impl Pinhole {
    pub fn project(&self, [x, y, z]: [f64; 3]) -> [f64; 2] {
        [self.focal * x / z + 0.5 * self.width as f64, self.focal * y / z + 0.5 * self.height as f64]
    }
}

/// A marker in front of the camera.
#[derive(Debug, Clone)]
pub struct Placed {
    pub modules: Modules,
    pub cells: f64,
    /// The side of the dark square.
    pub size: f64,
    pub rotation: Rotation,
    pub translation: [f64; 3],
    /// The curvature around the marker's y, in 1 / size: 0 is flat, and above 0 the sides bend away from the viewer.
    pub bend: f64,
    /// The levels of ink and paper.
    pub ink: f32,
    pub paper: f32,
}

impl Placed {
    pub fn new(family: &Family, id: u32, rotation: Rotation, translation: [f64; 3]) -> Self {
        let modules = family.render(id).expect("the id exists");
        let cells = f64::from(family.cells());
        Self { modules, cells, size: 1.0, rotation, translation, bend: 0.0, ink: 25.0, paper: 225.0 }
    }

    /// A marker at a random place of the image, with its quiet zone inside of it. `distance` along the axis is in
    /// sides, and `tilt` the angle to the line of sight.
    pub fn random(family: &Family, random: &mut Random, camera: &Pinhole, distance: f64, tilt: f64) -> Self {
        let id = random.below(family.codes().len()) as u32;
        for _ in 0..1000 {
            let turn = std::f64::consts::TAU;
            let faced = rotation(random.between(0.0, turn), random.between(0.0, turn), tilt);
            let reach = |size: usize| 0.5 * size as f64 / camera.focal * distance;
            let (x, y) = (reach(camera.width), reach(camera.height));
            let translation = [random.between(-x, x), random.between(-y, y), distance];
            let placed = Self::new(family, id, product(toward(translation), faced), translation);
            let half = 0.5 * (1.0 + 2.2 / placed.cells);
            let inside = placed.square(half).into_iter().all(|point| {
                let [px, py] = camera.project(point);
                point[2] > 0.1
                    && px > 2.0
                    && py > 2.0
                    && px < camera.width as f64 - 2.0
                    && py < camera.height as f64 - 2.0
            });
            if inside {
                return placed;
            }
        }
        // Too large for the image: in its middle.
        Self::new(family, id, rotation(0.0, 0.0, tilt), [0.0, 0.0, distance])
    }

    /// A point of the paper, seen by the camera.
    pub fn to_camera(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        let bend = self.bend / self.size;
        let (x, z) =
            if bend > 0.0 { ((x * bend).sin() / bend, ((x * bend).cos() - 1.0) / bend) } else { (x, 0.0) };
        std::array::from_fn(|k| {
            let row = self.rotation[k];
            row[0] * x + row[1] * y + row[2] * z + self.translation[k]
        })
    }

    /// The point of the paper that a ray from the camera meets.
    fn meet(&self, ray: [f64; 3]) -> [f64; 2] {
        let to_marker = |v: [f64; 3]| {
            [0, 1, 2].map(|column| (0..3).map(|row| self.rotation[row][column] * v[row]).sum::<f64>())
        };
        let (d, o) = (to_marker(ray), to_marker(self.translation.map(|value| -value)));
        if self.bend <= 0.0 {
            let depth = -o[2] / d[2];
            return [o[0] + depth * d[0], o[1] + depth * d[1]];
        }
        // A cylinder whose axis is behind the paper.
        let radius = self.size / self.bend;
        let oz = o[2] + radius;
        let (a, b) = (d[0] * d[0] + d[2] * d[2], o[0] * d[0] + oz * d[2]);
        let c = o[0] * o[0] + oz * oz - radius * radius;
        let depth = (-b - (b * b - a * c).sqrt()) / a;
        let (x, z) = (o[0] + depth * d[0], oz + depth * d[2]);
        [radius * x.atan2(z), o[1] + depth * d[1]]
    }

    fn square(&self, half: f64) -> [[f64; 3]; 4] {
        let half = half * self.size;
        [[-half, half], [half, half], [half, -half], [-half, -half]].map(|corner| self.to_camera(corner))
    }

    /// The true corners: top left, top right, bottom right, bottom left.
    pub fn corners(&self, camera: &Pinhole) -> [[f64; 2]; 4] {
        self.square(0.5).map(|corner| camera.project(corner))
    }

    /// Draws the marker with its quiet zone, each pixel by `samples` x `samples` points.
    pub fn draw(&self, canvas: &mut Canvas, camera: &Pinhole, samples: usize) {
        let half = 0.5 * (1.0 + 2.0 / self.cells) * self.size;
        // The paper may be bent.
        let steps = (-16..=16).map(|k| f64::from(k) / 16.0 * half);
        let outline = steps.flat_map(|at| [[at, -half], [at, half], [-half, at], [half, at]]);
        let outline: Vec<_> = outline.map(|point| camera.project(self.to_camera(point))).collect();
        let least = |k: usize| {
            outline.iter().map(|point| point[k]).fold(f64::MAX, f64::min).floor().max(0.0) as usize
        };
        let most = |k: usize| outline.iter().map(|point| point[k]).fold(0.0, f64::max).ceil() as usize;
        let cell = self.size / self.cells;
        let side = f64::from(self.modules.side());
        for py in least(1)..most(1).min(canvas.height) {
            for px in least(0)..most(0).min(canvas.width) {
                let mut sum = 0.0;
                let old = canvas.luma[py * canvas.width + px];
                for k in 0..samples * samples {
                    let offset = |k: usize| (k as f64 + 0.5) / samples as f64;
                    let x = (px as f64 + offset(k % samples) - 0.5 * camera.width as f64) / camera.focal;
                    let y = (py as f64 + offset(k / samples) - 0.5 * camera.height as f64) / camera.focal;
                    let [u, v] = self.meet([x, y, 1.0]);
                    let (u, v) = (u / cell + 0.5 * side, 0.5 * side - v / cell);
                    let is_outside = !(0.0..side).contains(&u) || !(0.0..side).contains(&v);
                    sum += if is_outside {
                        old
                    } else if self.modules.is_light(u as u32, v as u32) {
                        self.paper
                    } else {
                        self.ink
                    };
                }
                canvas.luma[py * canvas.width + px] = sum / (samples * samples) as f32;
            }
        }
    }
}

/// A way in which cameras spoil images.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub name: &'static str,
    pub blur: f64,
    pub noise: f64,
    pub low: f32,
    pub high: f32,
}

/// The usual ways.
pub const LOOKS: [Look; 4] = [
    Look { name: "clean", blur: 0.0, noise: 1.0, low: 0.0, high: 255.0 },
    Look { name: "usual", blur: 0.8, noise: 4.0, low: 0.0, high: 255.0 },
    Look { name: "bad", blur: 1.3, noise: 9.0, low: 0.0, high: 255.0 },
    Look { name: "dark", blur: 0.8, noise: 5.0, low: 12.0, high: 60.0 },
];

impl Look {
    pub fn apply(&self, canvas: &mut Canvas, random: &mut Random) {
        canvas.blur(self.blur);
        canvas.light(self.low, self.high);
        canvas.noise(random, self.noise);
    }
}

/// Images without markers: textures, stripes, checkerboards, text and boxes.
pub fn clutter(width: usize, height: usize, kind: usize, random: &mut Random) -> Canvas {
    let mut canvas = Canvas::new(width, height, random.between(150.0, 250.0) as f32);
    match kind % 8 {
        0 => canvas = Canvas::photo(width, height, random),
        1 => {
            let sigma = random.between(5.0, 90.0);
            canvas.luma.fill(128.0);
            canvas.noise(random, sigma);
            canvas.blur(random.between(0.0, 3.0));
        }
        2 => {
            let (angle, period) = (random.between(0.0, 3.2), random.between(4.0, 60.0));
            canvas.update(|x, y, _| {
                let along = x as f64 * angle.cos() + y as f64 * angle.sin();
                if (along / period).rem_euclid(1.0) < 0.5 { 20.0 } else { 230.0 }
            });
        }
        3 => {
            let (angle, period, tilt) =
                (random.between(0.0, 3.2), random.between(5.0, 60.0), random.between(0.0, 0.002));
            canvas.update(|x, y, _| {
                let w = 1.0 + tilt * y as f64;
                let u = (x as f64 * angle.cos() + y as f64 * angle.sin()) / w;
                let v = (y as f64 * angle.cos() - x as f64 * angle.sin()) / w;
                let odd = ((u / period).floor() + (v / period).floor()).rem_euclid(2.0);
                if odd < 0.5 { 20.0 } else { 230.0 }
            });
        }
        4 | 5 => text(&mut canvas, random),
        6 => boxes(&mut canvas, random),
        _ => {
            canvas = Canvas::photo(width, height, random);
            text(&mut canvas, random);
            boxes(&mut canvas, random);
        }
    }
    LOOKS[random.below(4)].apply(&mut canvas, random);
    canvas
}

/// Lines of glyphs: strokes in cells.
fn text(canvas: &mut Canvas, random: &mut Random) {
    let size = random.between(6.0, 40.0);
    let stroke = (size / random.between(4.0, 8.0)).max(1.0);
    let (mut x, mut y) = (size, size);
    while y + size < canvas.height as f64 {
        let ink = random.between(0.0, 80.0) as f32;
        for _ in 0..1 + random.below(4) {
            let across = random.below(2) == 0;
            let (a, b) = (random.between(0.0, 0.8 * size), random.between(0.3, 1.0) * size);
            if across {
                canvas.rectangle(x, y + a, x + 0.7 * b, y + a + stroke, ink);
            } else {
                canvas.rectangle(x + 0.7 * a, y, x + 0.7 * a + stroke, y + b, ink);
            }
        }
        x += size * if random.below(6) == 0 { 1.5 } else { 0.85 };
        if x + size > canvas.width as f64 {
            (x, y) = (size, y + 1.6 * size);
        }
    }
}

/// Boxes with a white frame and random cells of gray inside: almost markers.
fn boxes(canvas: &mut Canvas, random: &mut Random) {
    for _ in 0..12 {
        let cells = 4 + random.below(6);
        let cell = random.between(2.0, 12.0).floor();
        let side = cell * cells as f64;
        let x = random.between(2.0, canvas.width as f64 - side - 2.0).floor();
        let y = random.between(2.0, canvas.height as f64 - side - 2.0).floor();
        canvas.rectangle(x - cell, y - cell, x + side + cell, y + side + cell, 235.0);
        canvas.rectangle(x, y, x + side, y + side, random.between(0.0, 60.0) as f32);
        for k in 0..cells * cells {
            let (i, j) = (k % cells, k / cells);
            if i > 0 && j > 0 && i + 1 < cells && j + 1 < cells {
                let (x, y) = (x + i as f64 * cell, y + j as f64 * cell);
                canvas.rectangle(x, y, x + cell, y + cell, random.between(0.0, 255.0) as f32);
            }
        }
    }
}
