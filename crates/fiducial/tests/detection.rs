//! Markers in rendered images: what is found, and where.

mod render;

use render::{Canvas, LOOKS, Pinhole, Placed, Random, clutter, rotation};
use viewfinder_fiducial::{Detection, Detector, DetectorConfig, Family, GrayImage, families};

const CAMERA: Pinhole = Pinhole { width: 480, height: 360, focal: 920.0 };

fn detect(detector: &mut Detector, canvas: &Canvas) -> Vec<Detection> {
    let bytes = canvas.bytes();
    detector.detect(&GrayImage::packed(canvas.width, canvas.height, &bytes).unwrap()).to_vec()
}

/// The mean distance of corners.
fn corner_error(found: &[[f64; 2]; 4], truth: &[[f64; 2]; 4]) -> f64 {
    found.iter().zip(truth).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum::<f64>() / 4.0
}

/// The value below which a part of the values are.
fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}

/// A sheet of markers, each turned clockwise by some quarters.
fn sheet(family: &Family, ids: std::ops::Range<u32>, turns: usize, cell: u32, columns: usize) -> Canvas {
    let side = (family.cells() + 2) * cell;
    let rows = ids.len().div_ceil(columns);
    let pitch = (side + cell) as usize;
    let mut canvas = Canvas::new(columns * pitch + 20, rows * pitch + 20, 180.0);
    for (k, id) in ids.enumerate() {
        let (_, pixels) = family.render(id).unwrap().to_gray(cell);
        for y in 0..side as usize {
            for x in 0..side as usize {
                let last = side as usize - 1;
                let (sx, sy) = [(x, y), (y, last - x), (last - x, last - y), (last - y, x)][turns];
                let place = (10 + k / columns * pitch + y) * canvas.width + 10 + k % columns * pitch + x;
                canvas.luma[place] = f32::from(pixels[sy * side as usize + sx]);
            }
        }
    }
    canvas
}

#[test]
fn every_code_is_read_at_every_turn() {
    for family in families::ALL {
        let mut detector = Detector::new(&[family]);
        for turns in 0..4 {
            for first in (0..family.codes().len() as u32).step_by(200) {
                let ids = first..(first + 200).min(family.codes().len() as u32);
                let canvas = sheet(family, ids.clone(), turns, 3, 20);
                let mut found = detect(&mut detector, &canvas);
                found.sort_by_key(|detection| detection.id);
                let found_ids: Vec<_> = found.iter().map(|detection| detection.id).collect();
                assert_eq!(
                    found_ids,
                    ids.clone().collect::<Vec<_>>(),
                    "{} turned {turns} times",
                    family.name()
                );
                let side = f64::from(3 * family.cells());
                for (detection, id) in found.iter().zip(ids) {
                    let k = f64::from(id - first);
                    let pitch = side + 9.0;
                    let (x, y) = (13.0 + k % 20.0 * pitch, 13.0 + (k / 20.0).floor() * pitch);
                    let mut truth = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
                    truth.rotate_left(turns);
                    assert!(corner_error(&detection.corners, &truth) < 0.1, "{detection:?} at {truth:?}");
                    assert_eq!(detection.hamming, 0);
                }
            }
        }
    }
}

#[test]
fn markers_are_found_near_and_far_and_their_corners_are_exact() {
    for (family, seed) in [(&families::TAG_36H11, 1), (&families::ARUCO_4X4_50, 2)] {
        let mut detector = Detector::new(&[family]);
        let (mut errors, mut missed, mut count) = (Vec::new(), Vec::new(), 0);
        for i in 0..64 {
            let mut random = Random::new(seed * 1000 + i);
            let (distance, tilt) = (random.between(4.0, 40.0), random.between(0.0, 65.0));
            let look = LOOKS[i as usize % 4];
            let placed = Placed::random(family, &mut random, &CAMERA, distance, tilt.to_radians());
            let mut canvas = Canvas::photo(CAMERA.width, CAMERA.height, &mut random);
            placed.draw(&mut canvas, &CAMERA, 4);
            look.apply(&mut canvas, &mut random);
            let truth = placed.corners(&CAMERA);
            let found = detect(&mut detector, &canvas);
            count += 1;
            match found.iter().find(|found| family.render(found.id).as_ref() == Some(&placed.modules)) {
                Some(detection) => errors.push(corner_error(&detection.corners, &truth)),
                None => missed.push((look.name, distance, tilt)),
            }
            assert!(found.len() <= 1, "{found:?}");
        }
        let difficult = |(look, distance, tilt): &(&str, f64, f64)| {
            *distance > 20.0 && (*tilt > 50.0 || *look == "bad" || *look == "dark")
        };
        assert!(missed.iter().all(difficult), "{missed:?}");
        assert!(missed.len() * 10 <= count, "{missed:?}");
        let (median, most) = (quantile(&mut errors, 0.5), quantile(&mut errors, 0.95));
        assert!(median < 0.08 && most < 0.25, "{}: {median} {most}", family.name());
    }
}

#[test]
fn moving_and_partly_covered_markers_are_found() {
    let family = &families::TAG_36H11;
    let mut detector = Detector::new(&[family]);
    for i in 0..12 {
        let mut random = Random::new(300 + i);
        let distance = random.between(5.0, 9.0);
        let placed = Placed::random(family, &mut random, &CAMERA, distance, 0.5);
        let truth = placed.corners(&CAMERA);
        let mut canvas = Canvas::photo(CAMERA.width, CAMERA.height, &mut random);
        placed.draw(&mut canvas, &CAMERA, 4);
        let mut covered = canvas.clone();
        let angle = random.between(0.0, 6.3);
        canvas.motion_blur([7.0 * angle.cos(), 7.0 * angle.sin()]);
        LOOKS[1].apply(&mut canvas, &mut random);
        let found = detect(&mut detector, &canvas);
        assert_eq!(found.len(), 1, "motion {i}");
        assert!(corner_error(&found[0].corners, &truth) < 0.5, "{}", corner_error(&found[0].corners, &truth));

        // A bright thing over the middle of one side, as wide as half a cell.
        let [a, b] = [truth[0], truth[1]];
        let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
        let radius = (a[0] - b[0]).hypot(a[1] - b[1]) / 16.0;
        covered.disk(middle[0], middle[1], radius, 230.0);
        LOOKS[1].apply(&mut covered, &mut random);
        let found = detect(&mut detector, &covered);
        assert_eq!(found.len(), 1, "cover {i}");
        assert!(corner_error(&found[0].corners, &truth) < 0.4, "{}", corner_error(&found[0].corners, &truth));
    }
}

#[test]
fn families_are_told_apart() {
    let of = [&families::TAG_36H11, &families::TAG_25H9, &families::TAG_16H5, &families::ARUCO_5X5_50];
    let mut detector = Detector::new(&of);
    let mut canvas = Canvas::new(CAMERA.width, CAMERA.height, 150.0);
    for (k, family) in of.into_iter().enumerate() {
        let translation = [k as f64 * 1.8 - 2.7, 0.1, 14.0];
        let placed = Placed::new(family, 7 + k as u32, rotation(0.3 * k as f64, 1.0, 0.4), translation);
        placed.draw(&mut canvas, &CAMERA, 4);
    }
    LOOKS[1].apply(&mut canvas, &mut Random::new(5));
    let mut found: Vec<_> =
        detect(&mut detector, &canvas).iter().map(|found| (found.family, found.id)).collect();
    found.sort_unstable();
    assert_eq!(found, [(0, 7), (1, 8), (2, 9), (3, 10)]);
    assert_eq!(detector.families()[2].name(), "tag16h5");
}

#[test]
fn clutter_has_no_markers() {
    let mut detector = Detector::new(&families::ALL);
    for i in 0..64 {
        let canvas = clutter(CAMERA.width, CAMERA.height, i, &mut Random::new(7000 + i as u64));
        let found = detect(&mut detector, &canvas);
        assert!(found.is_empty(), "image {i}: {found:?}");
    }
}

#[test]
fn a_crowd_is_cut_off_after_the_largest_squares() {
    let family = &families::TAG_36H11;
    let mut canvas = Canvas::new(1400, 900, 220.0);
    // Empty squares, and in between two markers: a large one and a small one.
    for k in 0..2000 {
        let (x, y) = ((k % 56) as f64 * 25.0 + 5.0, (k / 56) as f64 * 25.0 + 5.0);
        canvas.rectangle(x, y, x + 15.0, y + 15.0, 30.0);
    }
    let paste = |canvas: &mut Canvas, id: u32, cell: u32, left: usize, top: usize| {
        let (side, pixels) = family.render(id).unwrap().to_gray(cell);
        for (k, pixel) in pixels.into_iter().enumerate() {
            let (x, y) = (left + k % side as usize, top + k / side as usize);
            canvas.luma[y * canvas.width + x] = f32::from(pixel);
        }
    };
    paste(&mut canvas, 1, 6, 40, 40);
    paste(&mut canvas, 2, 2, 700, 400);
    let ids = |max_squares: usize| {
        let mut config = DetectorConfig::default();
        config.max_squares = max_squares;
        let found = detect(&mut Detector::with_config(&[family], config), &canvas);
        found.iter().map(|detection| detection.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(5000), [1, 2]);
    assert_eq!(ids(500), [1, 2], "16 pixels are more than 15");
    assert_eq!(ids(1), [1]);
    assert_eq!(ids(0), []);
}

#[test]
fn decimation_keeps_corners_exact() {
    let family = &families::TAG_36H11;
    for decimation in [2, 3, 4] {
        let mut config = DetectorConfig::default();
        config.decimation = decimation;
        let mut detector = Detector::with_config(&[family], config);
        for i in 0..6 {
            let mut random = Random::new(50 + i);
            let placed = Placed::random(family, &mut random, &CAMERA, 5.0, 0.6);
            let mut canvas = Canvas::photo(CAMERA.width, CAMERA.height, &mut random);
            placed.draw(&mut canvas, &CAMERA, 4);
            LOOKS[1].apply(&mut canvas, &mut random);
            let found = detect(&mut detector, &canvas);
            assert_eq!(found.len(), 1, "decimation {decimation}, image {i}");
            assert!(corner_error(&found[0].corners, &placed.corners(&CAMERA)) < 0.05);
        }
    }
}

#[test]
fn levels_are_those_of_ink_and_paper() {
    let family = &families::TAG_36H11;
    let mut canvas = Canvas::new(CAMERA.width, CAMERA.height, 90.0);
    let mut placed = Placed::new(family, 3, rotation(0.2, 0.5, 0.5), [0.1, 0.0, 6.0]);
    (placed.ink, placed.paper) = (31.0, 187.0);
    placed.draw(&mut canvas, &CAMERA, 4);
    let found = detect(&mut Detector::new(&[family]), &canvas);
    assert!((found[0].dark - 31.0).abs() < 3.0 && (found[0].light - 187.0).abs() < 3.0, "{found:?}");
    let [[x, y], corner] = [found[0].center(), CAMERA.project([0.1, 0.0, 6.0])];
    assert!((x - corner[0]).hypot(y - corner[1]) < 0.05);
    let homography = found[0].homography().unwrap();
    assert!((homography[0][2] - found[0].corners[0][0]).abs() < 1e-9);
}

#[test]
fn images_of_every_size_are_searched() {
    let mut random = Random::new(9);
    let bytes: Vec<u8> = (0..64 * 64).map(|_| random.next() as u8 & 0x80).collect();
    let striped: Vec<u8> = (0..64 * 64).map(|i| if i % 7 < 3 { 0 } else { 255 }).collect();
    for decimation in [1, 2, 8] {
        let mut config = DetectorConfig::default();
        config.decimation = decimation;
        config.min_contrast = 0;
        let mut detector = Detector::with_config(&families::ALL, config);
        for width in 1..40 {
            for height in 1..40 {
                for bytes in [&bytes, &striped] {
                    detector.detect(&GrayImage::new(width, height, 64, bytes).unwrap());
                }
            }
        }
        // A dark image with one light pixel has no markers either.
        let mut dark = vec![0; 64 * 64];
        dark[777] = 255;
        assert_eq!(detector.detect(&GrayImage::packed(64, 64, &dark).unwrap()), []);
    }
    let mut none = Detector::new(&[]);
    assert_eq!(none.detect(&GrayImage::packed(64, 64, &bytes).unwrap()), []);
}
