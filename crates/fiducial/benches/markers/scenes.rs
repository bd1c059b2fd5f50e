//! Rendered frames: one degradation each, at random distances and tilts.

use crate::render::{Canvas, LOOKS, Look, Pinhole, Placed, Random, clutter};
use viewfinder_fiducial::{Family, Pose};

pub const CAMERA: Pinhole = Pinhole { width: 1280, height: 720, focal: 920.0 };

/// What spoils a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Clean,
    Usual,
    Bad,
    Defocus,
    Motion,
    Noise,
    Dark,
    Jpeg,
    Glare,
    Bent,
    Covered,
    Several,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Clean,
        Self::Usual,
        Self::Bad,
        Self::Defocus,
        Self::Motion,
        Self::Noise,
        Self::Dark,
        Self::Jpeg,
        Self::Glare,
        Self::Bent,
        Self::Covered,
        Self::Several,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Clean => "clean: noise 1",
            Self::Usual => "usual: blur 0.8, noise 4",
            Self::Bad => "bad: blur 1.3, noise 9",
            Self::Defocus => "defocus: blur 1.2 to 2.5, noise 2",
            Self::Motion => "motion of 3 to 9 px, blur 0.5, noise 3",
            Self::Noise => "noise 8 to 16, blur 0.5",
            Self::Dark => "low light: levels 12 to 60, blur 0.8, noise 5",
            Self::Jpeg => "JPEG of quality 15 to 50",
            Self::Glare => "glare",
            Self::Bent => "bent paper: radius of 1.4 to 4 sides",
            Self::Covered => "partly covered",
            Self::Several => "3 to 6 markers at once",
        }
    }

    /// Whether the marker is a flat square that is wholly visible, so that its pose can be measured.
    pub fn has_pose(self) -> bool {
        !matches!(self, Self::Bent | Self::Covered)
    }
}

/// A marker of a frame.
#[derive(Debug, Clone)]
pub struct Truth {
    pub id: u32,
    pub corners: [[f64; 2]; 4],
    pub pose: Pose,
    /// Along the axis, in sides of the marker.
    pub distance: f64,
    /// In degrees.
    pub tilt: f64,
}

/// A frame of the bench.
#[derive(Debug, Clone)]
pub struct Frame {
    pub name: String,
    pub family: &'static Family,
    pub kind: Kind,
    pub markers: Vec<Truth>,
}

/// Renders a frame. Returns its luma as well.
pub fn render(family: &'static Family, index: usize, seed: u64) -> (Frame, Vec<u8>) {
    let kind = Kind::ALL[index % Kind::ALL.len()];
    let mut random = Random::new(seed);
    let mut canvas = Canvas::photo(CAMERA.width, CAMERA.height, &mut random);
    let count = if kind == Kind::Several { 3 + random.below(4) } else { 1 };
    let mut markers: Vec<Truth> = Vec::new();
    let mut last = None;
    for _ in 0..200 {
        if markers.len() == count {
            break;
        }
        // A tenth of the frames has frontal markers that are near: for the goal of their poses.
        let is_frontal = index / Kind::ALL.len() % 10 == 9;
        let (most_distance, most_tilt) = match kind {
            _ if is_frontal => (8.0, 15.0),
            Kind::Bent => (40.0, 50.0),
            _ => (40.0, 70.0),
        };
        let distance = random.between(if count > 1 { 5.0 } else { 2.0 }, most_distance);
        let tilt = random.between(0.0, most_tilt);
        let mut placed = Placed::random(family, &mut random, &CAMERA, distance, tilt.to_radians());
        if kind == Kind::Bent {
            placed.bend = random.between(0.25, 0.7);
        }
        let reach = |distance: f64| CAMERA.focal / distance;
        let center = CAMERA.project(placed.translation);
        let is_free = markers.iter().all(|other| {
            let there = CAMERA.project(other.pose.translation);
            (there[0] - center[0]).hypot(there[1] - center[1]) > reach(distance) + reach(other.distance)
        });
        if !is_free {
            continue;
        }
        placed.draw(&mut canvas, &CAMERA, 8);
        let id = (0..).find(|&id| family.render(id).as_ref() == Some(&placed.modules)).unwrap_or(0);
        let pose = Pose { rotation: placed.rotation, translation: placed.translation };
        markers.push(Truth { id, corners: placed.corners(&CAMERA), pose, distance, tilt });
        last = Some(placed);
    }
    let placed = last.expect("the first marker is always free");
    let side = CAMERA.focal / markers[0].distance;
    // A point of the marker's face.
    let mut somewhere = |reach: f64| {
        let point = [random.between(-reach, reach), random.between(-reach, reach)];
        CAMERA.project(placed.to_camera(point))
    };
    let mut look = LOOKS[1];
    match kind {
        Kind::Clean => look = LOOKS[0],
        Kind::Usual | Kind::Bent | Kind::Several => {}
        Kind::Bad => look = LOOKS[2],
        Kind::Dark => look = LOOKS[3],
        Kind::Defocus => look = Look { blur: random.between(1.2, 2.5), noise: 2.0, ..look },
        Kind::Noise => look = Look { blur: 0.5, noise: random.between(8.0, 16.0), ..look },
        Kind::Jpeg => look.noise = 2.0,
        Kind::Motion => {
            let (angle, length) = (random.between(0.0, std::f64::consts::TAU), random.between(3.0, 9.0));
            canvas.motion_blur([length * angle.cos(), length * angle.sin()]);
            look = Look { blur: 0.5, noise: 3.0, ..look };
        }
        Kind::Glare => {
            let place = somewhere(0.6);
            let (radius, light) = (random.between(0.15, 1.2) * side, random.between(60.0, 220.0));
            canvas.glare(place, radius, light as f32);
        }
        Kind::Covered => {
            let [x, y] = somewhere(0.6);
            let (radius, luma) = (random.between(0.06, 0.3) * side, random.between(20.0, 235.0));
            canvas.disk(x, y, radius, luma as f32);
        }
    }
    look.apply(&mut canvas, &mut random);
    if kind == Kind::Jpeg {
        canvas.jpeg(15 + random.below(36) as u32);
    }
    let name = format!("{}-{index:05}.pgm", family.name());
    (Frame { name, family, kind, markers }, canvas.bytes())
}

/// Renders a frame without markers.
pub fn render_clutter(index: usize, seed: u64) -> Vec<u8> {
    clutter(CAMERA.width, CAMERA.height, index, &mut Random::new(seed)).bytes()
}

/// A marker at rest: its frames differ by their noise. Returns its pose.
pub fn render_resting(
    family: &'static Family,
    distance: f64,
    tilt: f64,
    mut each: impl FnMut(&[u8]),
) -> Pose {
    let mut random = Random::new((distance * 1000.0 + tilt) as u64);
    let mut clean = Canvas::photo(CAMERA.width, CAMERA.height, &mut random);
    let placed = Placed::random(family, &mut random, &CAMERA, distance, tilt.to_radians());
    placed.draw(&mut clean, &CAMERA, 8);
    clean.blur(LOOKS[1].blur);
    for _ in 0..240 {
        let mut canvas = clean.clone();
        canvas.noise(&mut random, LOOKS[1].noise);
        each(&canvas.bytes());
    }
    Pose { rotation: placed.rotation, translation: placed.translation }
}
