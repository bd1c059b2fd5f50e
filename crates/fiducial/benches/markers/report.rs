//! The tables, and whether goals are met.

use crate::scenes::{Frame, Kind, Truth};
use crate::{FAMILIES, OTHERS, OWN};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::{fs, io, process};
use viewfinder_fiducial::{Pose, estimate_pose};

pub type Corners = [[f64; 2]; 4];

/// What a detector found in a frame.
#[derive(Debug, Clone)]
pub struct Found {
    pub milliseconds: f64,
    pub markers: Vec<(u32, Corners)>,
}

/// By frame and family.
pub type Results = HashMap<(String, String), Found>;

/// The results of a frame without markers, for each family.
#[derive(Debug)]
pub struct Clutter {
    pub kind: usize,
    pub found: [Found; 2],
}

/// The root of the mean squared distance from the mean.
#[derive(Debug)]
pub struct Jitter {
    sides: f64,
    tilt: f64,
    size: f64,
    frames: usize,
    /// Across and along the line of sight in the unit of the size, and the rotation in degrees.
    measured: [f64; 3],
    filtered: [f64; 3],
}

impl Jitter {
    pub fn new(sides: f64, tilt: f64, size: f64, measured: &[Pose], filtered: &[Pose]) -> Self {
        let spread = |poses: &[Pose]| {
            let count = poses.len().max(1) as f64;
            let mean: [f64; 3] =
                std::array::from_fn(|k| poses.iter().map(|pose| pose.translation[k]).sum::<f64>() / count);
            let length = mean.iter().map(|x| x * x).sum::<f64>().sqrt();
            let (mut across, mut along, mut turn) = (0.0, 0.0, 0.0);
            let middle = poses[poses.len() / 2];
            // The rotation by its mean vector from the one of a frame.
            let vectors = poses.iter().map(|pose| {
                let (q, angle) = (pose.then(&middle.inverse()).quaternion(), pose.angle_to(&middle));
                let sine = (1.0 - q[3] * q[3]).sqrt().max(1e-12);
                [q[0], q[1], q[2]].map(|value| value / sine * angle.to_degrees())
            });
            let vectors: Vec<[f64; 3]> = vectors.collect();
            let mean_vector: [f64; 3] =
                std::array::from_fn(|k| vectors.iter().map(|vector| vector[k]).sum::<f64>() / count);
            for (pose, vector) in poses.iter().zip(&vectors) {
                let off: [f64; 3] = std::array::from_fn(|k| pose.translation[k] - mean[k]);
                let depth = (0..3).map(|k| off[k] * mean[k]).sum::<f64>() / length;
                along += depth * depth;
                across += off.iter().map(|x| x * x).sum::<f64>() - depth * depth;
                turn += (0..3).map(|k| (vector[k] - mean_vector[k]).powi(2)).sum::<f64>();
            }
            [across, along, turn].map(|sum| (sum / count).sqrt())
        };
        let frames = measured.len();
        if frames == 0 {
            return Self { sides, tilt, size, frames, measured: [f64::NAN; 3], filtered: [f64::NAN; 3] };
        }
        Self { sides, tilt, size, frames, measured: spread(measured), filtered: spread(filtered) }
    }
}

/// Reads the file of another detector.
pub fn read_results(path: &Path) -> io::Result<Results> {
    let mut results = Results::new();
    for line in fs::read_to_string(path)?.lines() {
        let mut values = line.split(',');
        let (Some(name), Some(family)) = (values.next(), values.next()) else {
            continue;
        };
        let numbers: Vec<f64> = values.map(|value| value.parse().unwrap_or(f64::NAN)).collect();
        let Some((&milliseconds, numbers)) = numbers.split_first() else {
            continue;
        };
        let (markers, _) = numbers.as_chunks::<9>();
        let markers = markers.iter().map(|marker| {
            let corners: Corners = std::array::from_fn(|k| [marker[1 + 2 * k], marker[2 + 2 * k]]);
            (marker[0] as u32, corners)
        });
        let found = Found { milliseconds, markers: markers.collect() };
        results.insert((name.into(), family.into()), found);
    }
    Ok(results)
}

/// A marker that is in a frame, and what a detector made of it.
struct Match<'a> {
    frame: &'a Frame,
    index: usize,
    truth: &'a Truth,
    corners: Option<Corners>,
    /// The mean error of the corners, in pixels.
    error: f64,
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Corners from the one that this crate begins with: other libraries begin elsewhere, or turn the other way.
fn order(corners: &Corners, truth: &Corners, is_own: bool) -> Corners {
    let most = |corners: &Corners| (0..4).map(|k| distance(corners[k], truth[k])).fold(0.0, f64::max);
    if is_own {
        return *corners;
    }
    let turns =
        (0..4).flat_map(|turn| [1, 3].map(|step| std::array::from_fn(|k| corners[(turn + step * k) % 4])));
    turns.min_by(|a, b| most(a).total_cmp(&most(b))).unwrap_or(*corners)
}

/// The markers of a family, and the number of detections that are no marker.
fn matches<'a>(
    frames: &'a [Frame],
    family: &str,
    results: &Results,
    is_own: bool,
) -> (Vec<Match<'a>>, Vec<Kind>) {
    let (mut matches, mut wrong) = (Vec::new(), Vec::new());
    for frame in frames.iter().filter(|frame| frame.family.name() == family) {
        let empty = Found { milliseconds: 0.0, markers: Vec::new() };
        let found = results.get(&(frame.name.clone(), family.into())).unwrap_or(&empty);
        let mut used = vec![false; found.markers.len()];
        for (index, truth) in frame.markers.iter().enumerate() {
            let mut best = Match { frame, index, truth, corners: None, error: f64::NAN };
            for (used, (id, corners)) in used.iter_mut().zip(&found.markers) {
                let corners = order(corners, &truth.corners, is_own);
                let errors = [0, 1, 2, 3].map(|k| distance(corners[k], truth.corners[k]));
                // Also false for NaN.
                let is_same = *id == truth.id && errors.iter().all(|&error| error < 8.0);
                *used |= is_same;
                let error = 0.25 * errors.iter().sum::<f64>();
                if is_same && (best.corners.is_none() || error < best.error) {
                    (best.corners, best.error) = (Some(corners), error);
                }
            }
            matches.push(best);
        }
        wrong.extend(used.iter().filter(|used| !**used).map(|_| frame.kind));
    }
    (matches, wrong)
}

fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (values.len().saturating_sub(1) as f64 * part).round() as usize;
    values.get(index).copied().unwrap_or(f64::NAN)
}

/// The error of a pose.
struct PoseError {
    distance: f64,
    tilt: f64,
    /// In degrees.
    angle: f64,
    /// In percent of the distance.
    off: f64,
    is_wrong: bool,
}

fn pose_errors(matches: &[Match]) -> Vec<PoseError> {
    let Ok(camera) = crate::camera() else {
        return Vec::new();
    };
    let error = |found: &Match| {
        let estimate = estimate_pose(&found.corners?, 1.0, &camera).ok()?;
        let truth = &found.truth.pose;
        let angle = |pose: &Pose| pose.angle_to(truth).to_degrees();
        let other = estimate.alternative.filter(|other| angle(&other.pose) < angle(&estimate.best.pose));
        let pose = other.unwrap_or(estimate.best).pose;
        let length = |pose: &Pose| pose.translation.iter().map(|x| x * x).sum::<f64>().sqrt();
        Some(PoseError {
            distance: found.truth.distance,
            tilt: found.truth.tilt,
            angle: angle(&pose),
            off: 100.0 * (length(&pose) / length(truth) - 1.0).abs(),
            is_wrong: other.is_some(),
        })
    };
    matches.iter().filter(|found| found.frame.kind.has_pose()).filter_map(error).collect()
}

/// Everything that was measured.
pub struct Report {
    pub frames: Vec<Frame>,
    pub results: Vec<(&'static str, Results)>,
    pub clutter: Vec<Clutter>,
    /// The frames of a folder.
    pub other_clutter: Vec<Clutter>,
    pub shared: usize,
    pub jitter: Vec<Jitter>,
    pub versions: Option<String>,
}

/// The classes of distances, in sides.
const DISTANCES: [(&str, f64, f64); 3] = [("2-14", 0.0, 14.0), ("14-25", 14.0, 25.0), ("25-40", 25.0, 40.1)];

impl Report {
    pub fn write(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        let mut goals = String::new();
        for family in FAMILIES {
            self.detection(&mut text, &mut goals, family.name());
        }
        self.poses(&mut text, &mut goals);
        self.clutter(&mut text, &mut goals);
        self.times(&mut text, &mut goals);
        self.jitter(&mut text);
        let _ = writeln!(text, "### Goals\n\n{goals}");
        text
    }

    fn head(&self, text: &mut String) {
        let output = |program: &str, arguments: &[&str]| {
            let output = process::Command::new(program).args(arguments).output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor =
            processor.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
        let date = output("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default();
        let rust = output("rustc", &["--version"]).unwrap_or_default();
        let versions = self.versions.as_deref().unwrap_or("not run: this crate's rows alone");
        let _ = write!(
            text,
            "# Benchmarks

Written by `cargo bench -p viewfinder-fiducial`.

| | |
|---|---|
| Processor | {} |
| System | {} {} |
| Rust | {rust} |
| Beside | {versions} |
| Date | {date} |

## markers

Rendered frames of 1280x720 (focal length 920 px, 8x8 samples a pixel), each with one degradation, at random places, rolls,
distances of 2 to 40 sides of the marker, and tilts of 0 to 70 degrees. All detectors see the same files. A marker is found
if its id is read and no corner is off by 8 px; its error is the mean of its four corners. Times are processor time of one
thread, the least of some rounds for each frame.

",
            processor.unwrap_or("unknown"),
            std::env::consts::OS,
            std::env::consts::ARCH
        );
    }

    fn rows(&self, family: &str) -> Vec<(&'static str, Vec<Match<'_>>, Vec<Kind>)> {
        let has = |results: &Results| results.keys().any(|(_, of)| of == family);
        let rows = self.results.iter().filter(|(_, results)| has(results)).map(|(label, results)| {
            let is_own = OWN.iter().any(|(own, _)| own == label);
            let (matches, wrong) = matches(&self.frames, family, results, is_own);
            (*label, matches, wrong)
        });
        rows.collect()
    }

    fn detection(&self, text: &mut String, goals: &mut String, family: &str) {
        let rows = self.rows(family);
        let frames = self.frames.iter().filter(|frame| frame.family.name() == family).count();
        let count = rows.first().map_or(0, |(_, matches, _)| matches.len());
        let part = |matches: &[&Match]| {
            let found = matches.iter().filter(|found| found.corners.is_some()).count();
            format!("{:.1}", 100.0 * found as f64 / matches.len().max(1) as f64)
        };
        let errors = |matches: &[&Match]| {
            let errors: Vec<_> =
                matches.iter().filter(|found| found.corners.is_some()).map(|found| found.error).collect();
            format!("{:.3} / {:.2}", quantile(errors.clone(), 0.5), quantile(errors, 0.95))
        };
        let _ = writeln!(text, "### {family}: {count} markers in {frames} frames\n");
        let classes = DISTANCES.map(|(label, ..)| format!("at {label} sides")).join(" | ");
        let _ = writeln!(text, "Found in %, and the error of corners in px, median / p95:\n");
        let _ = writeln!(text, "| detector | all | {classes} | detections that are no marker |");
        let _ = writeln!(text, "|---|---|---|---|---|---|");
        for (label, matches, wrong) in &rows {
            let _ = write!(text, "| {label} ");
            let all: Vec<_> = matches.iter().collect();
            let _ = write!(text, "| {} %, {} ", part(&all), errors(&all));
            for (_, least, most) in DISTANCES {
                let is_in = |found: &&Match| found.truth.distance > least && found.truth.distance <= most;
                let these: Vec<_> = matches.iter().filter(is_in).collect();
                let _ = write!(text, "| {} %, {} ", part(&these), errors(&these));
            }
            let _ = writeln!(text, "| {} |", wrong.len());
        }
        let labels: Vec<_> = rows.iter().map(|(label, ..)| *label).collect();
        let _ = writeln!(text, "\n| degradation | markers | {} |", labels.join(" | "));
        let _ = writeln!(text, "|---|---|{}", "---|".repeat(labels.len()));
        for kind in Kind::ALL {
            let of = |matches: &'_ [Match]| matches.iter().filter(|found| found.frame.kind == kind).count();
            let _ = write!(text, "| {} | {} ", kind.label(), rows.first().map_or(0, |row| of(&row.1)));
            for (_, matches, wrong) in &rows {
                let these: Vec<_> = matches.iter().filter(|found| found.frame.kind == kind).collect();
                let _ = write!(text, "| {} %, {}", part(&these), errors(&these));
                let wrong = wrong.iter().filter(|of| **of == kind).count();
                let _ = if wrong > 0 { write!(text, ", {wrong} wrong ") } else { write!(text, " ") };
            }
            let _ = writeln!(text, "|");
        }
        let _ = writeln!(text);

        // Beside the yardstick, on the markers that both found.
        let own = &rows[0];
        let yardstick = if family == "tag36h11" { OTHERS[0] } else { OTHERS[2] };
        let found = |matches: &[Match]| matches.iter().filter(|found| found.corners.is_some()).count();
        let covered = own.2.iter().filter(|kind| **kind == Kind::Covered).count();
        goal(
            goals,
            covered == 0,
            &format!("{family}, partly covered: none is read wrongly"),
            &covered.to_string(),
        );
        let Some(other) = rows.iter().find(|(label, ..)| *label == yardstick) else {
            return;
        };
        goal(
            goals,
            found(&own.1) >= found(&other.1),
            &format!("{family}: found at least as often as by {yardstick}"),
            &format!("{} to {} of {count}", found(&own.1), found(&other.1)),
        );
        let both: Vec<_> =
            own.1.iter().zip(&other.1).filter(|(a, b)| a.corners.is_some() && b.corners.is_some()).collect();
        debug_assert!(both.iter().all(|(a, b)| a.frame.name == b.frame.name && a.index == b.index));
        for (label, at) in [("median", 0.5), ("p95", 0.95)] {
            let a = quantile(both.iter().map(|(a, _)| a.error).collect(), at);
            let b = quantile(both.iter().map(|(_, b)| b.error).collect(), at);
            goal(
                goals,
                a <= b,
                &format!(
                    "{family}: corners at least as exact ({label}, {} markers that both found)",
                    both.len()
                ),
                &format!("{a:.3} to {b:.3} px"),
            );
        }
    }

    fn poses(&self, text: &mut String, goals: &mut String) {
        let _ = writeln!(
            text,
            "### Poses of 36h11

By this crate's solver from the corners of each detector: the error of the rotation in degrees and of the distance in %,
median / p95. Without bent paper and covered markers. Of the two poses of a flat marker the one nearer to the truth counts, as a
tracker with a history chooses; \"wrong\" is the part in which the other one has the smaller error in the image.
"
        );
        let classes = [
            ("tilt 15-65, 2-20 sides", 15.0, 65.0, 0.0, 20.0),
            ("tilt 15-65, 20-40 sides", 15.0, 65.0, 20.0, 40.1),
            ("tilt 15-65, all", 15.0, 65.0, 0.0, 40.1),
            ("tilt 0-15, 2-8 sides", 0.0, 15.0, 0.0, 8.0),
            ("tilt 0-15, 8-40 sides", 0.0, 15.0, 8.0, 40.1),
            ("tilt 65-70, all", 65.0, 70.1, 0.0, 40.1),
        ];
        let labels = classes.map(|(label, ..)| label).join(" | ");
        let _ = writeln!(text, "| detector | {labels} |\n|---|{}", "---|".repeat(classes.len()));
        for (label, matches, _) in self.rows("tag36h11") {
            let errors = pose_errors(&matches);
            let _ = write!(text, "| {label} ");
            for (class, least_tilt, most_tilt, least, most) in classes {
                let is_in = |error: &&PoseError| {
                    (least_tilt..most_tilt).contains(&error.tilt) && (least..most).contains(&error.distance)
                };
                let these: Vec<_> = errors.iter().filter(is_in).collect();
                let at = |part: f64| {
                    let angles = these.iter().map(|error| error.angle).collect();
                    let offs = these.iter().map(|error| error.off).collect();
                    (quantile(angles, part), quantile(offs, part))
                };
                let ((angle, off), (most_angle, most_off)) = (at(0.5), at(0.95));
                let wrong = these.iter().filter(|error| error.is_wrong).count() as f64;
                let wrong = 100.0 * wrong / these.len().max(1) as f64;
                let _ = write!(
                    text,
                    "| {angle:.2} / {most_angle:.2}°, {off:.2} / {most_off:.2} %, {wrong:.0} % wrong ({}) ",
                    these.len()
                );
                if label != OWN[0].0 {
                    continue;
                }
                let value = format!("{angle:.2}°, {off:.2} %");
                match class {
                    "tilt 15-65, 2-20 sides" => goal(
                        goals,
                        most_angle <= 2.0,
                        "pose, tilt 15-65, to 20 sides: p95 at most 2°",
                        &format!("{most_angle:.2}°"),
                    ),
                    "tilt 15-65, all" => goal(
                        goals,
                        angle <= 0.5 && off <= 0.3,
                        "pose, tilt 15-65, to 40 sides: medians at most 0.5° and 0.3 %",
                        &value,
                    ),
                    "tilt 15-65, 20-40 sides" => goal(
                        goals,
                        angle <= 0.5 && off <= 0.3,
                        "pose, tilt 15-65, the part from 20 to 40 sides alone: medians at most 0.5° and 0.3 %",
                        &value,
                    ),
                    "tilt 0-15, 2-8 sides" => goal(
                        goals,
                        angle <= 0.5 && off <= 0.3,
                        "pose, frontal, to 8 sides: medians at most 0.5° and 0.3 %",
                        &value,
                    ),
                    _ => {}
                }
            }
            let _ = writeln!(text, "|");
        }
        let _ = writeln!(text);
    }

    fn clutter(&self, text: &mut String, goals: &mut String) {
        const KINDS: [&str; 8] = [
            "photos",
            "noise",
            "stripes",
            "checkerboards",
            "text",
            "text",
            "squares with random cells",
            "photos, text and squares",
        ];
        let _ = writeln!(
            text,
            "### False detections\n\nFrames without markers, one eighth each of {}. The markers read in them:\n",
            [KINDS[0], KINDS[1], KINDS[2], KINDS[3], "text (two eighths)", KINDS[6], KINDS[7]].join(", ")
        );
        let _ = writeln!(
            text,
            "| detector | family | frames | detections | frames with detections |\n|---|---|---|---|---|"
        );
        for (k, family) in FAMILIES.into_iter().enumerate() {
            let found = |clutter: &&Clutter| !clutter.found[k].markers.is_empty();
            let total: usize = self.clutter.iter().map(|clutter| clutter.found[k].markers.len()).sum();
            let frames = self.clutter.iter().filter(found).count();
            let _ = writeln!(
                text,
                "| {} | {} | {} | {total} | {frames} |",
                OWN[0].0,
                family.name(),
                self.clutter.len()
            );
            let per_kind: Vec<_> = (0..8)
                .map(|kind| {
                    (kind, self.clutter.iter().filter(|clutter| clutter.kind == kind).filter(found).count())
                })
                .filter(|(_, count)| *count > 0)
                .map(|(kind, count)| format!("{count} with {}", KINDS[kind]))
                .collect();
            let value =
                if per_kind.is_empty() { "0".into() } else { format!("{frames} ({})", per_kind.join(", ")) };
            if k == 0 {
                let title = format!("{}: no false detection in {} frames", family.name(), self.clutter.len());
                goal(goals, total == 0, &title, &value);
            } else {
                let title = format!("{}: at most 1 false detection in 1,000 frames", family.name());
                let value = format!("{value} in {}", self.clutter.len());
                goal(goals, total * 1000 <= self.clutter.len(), &title, &value);
            }
        }
        if !self.other_clutter.is_empty() {
            for (k, family) in FAMILIES.into_iter().enumerate() {
                let count = |clutter: &Clutter| clutter.found[k].markers.len();
                let total: usize = self.other_clutter.iter().map(count).sum();
                let frames = self.other_clutter.iter().filter(|clutter| count(clutter) > 0).count();
                let _ = writeln!(
                    text,
                    "| {} | {} | {} of `FIDUCIAL_FOLDER` | {total} | {frames} |",
                    OWN[0].0,
                    family.name(),
                    self.other_clutter.len()
                );
            }
        }
        for (label, results) in self.results.iter().filter(|(label, _)| OTHERS.contains(label)) {
            for family in FAMILIES {
                let these: Vec<_> = results
                    .iter()
                    .filter(|((name, of), _)| name.starts_with("clutter") && of == family.name())
                    .collect();
                if !these.is_empty() {
                    let total: usize = these.iter().map(|(_, found)| found.markers.len()).sum();
                    let frames = these.iter().filter(|(_, found)| !found.markers.is_empty()).count();
                    let _ = writeln!(
                        text,
                        "| {label} | {} | the first {} | {total} | {frames} |",
                        family.name(),
                        self.shared
                    );
                }
            }
        }
        let _ = writeln!(text);
    }

    fn times(&self, text: &mut String, goals: &mut String) {
        let _ = writeln!(
            text,
            "### Times\n\nMilliseconds for a frame, median / p95; those without markers are the first {} (this crate: measured on all processors at once).\n",
            self.shared
        );
        let _ = writeln!(text, "| detector | family | frames with markers | without |\n|---|---|---|---|");
        let mut medians = HashMap::new();
        for family in FAMILIES {
            for (label, results) in &self.results {
                let times = |is_clutter: bool| -> Vec<f64> {
                    let these = results.iter().filter(|((name, of), _)| {
                        of == family.name() && name.starts_with("clutter") == is_clutter
                    });
                    these.map(|(_, found)| found.milliseconds).collect()
                };
                let mut clutter = times(true);
                if *label == OWN[0].0 {
                    let k = usize::from(family.name() != FAMILIES[0].name());
                    let these = self.clutter.iter().take(self.shared);
                    clutter = these.map(|clutter| clutter.found[k].milliseconds).collect();
                }
                let cell = |times: &[f64]| match times {
                    [] => "".into(),
                    times => {
                        format!(
                            "{:.2} / {:.1}",
                            quantile(times.to_vec(), 0.5),
                            quantile(times.to_vec(), 0.95)
                        )
                    }
                };
                let scenes = times(false);
                if !scenes.is_empty() {
                    let name = family.name();
                    let _ = writeln!(text, "| {label} | {name} | {} | {} |", cell(&scenes), cell(&clutter));
                    medians.insert((*label, name.to_owned()), quantile(scenes, 0.5));
                }
            }
        }
        let _ = writeln!(text);
        let time = |label: &'static str| medians.get(&(label, "tag36h11".to_owned())).copied();
        if let Some(own) = time(OWN[0].0) {
            goal(goals, own <= 6.0, "36h11: at most 6 ms a frame", &format!("{own:.2} ms"));
            if let Some(other) = time(OTHERS[0]) {
                let title = format!("36h11: at most 1/6 of the time of {}", OTHERS[0]);
                goal(goals, 6.0 * own <= other, &title, &format!("1/{:.1}", other / own));
            }
        }
    }

    fn jitter(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "### Jitter\n\nA marker of 36h11 at rest, 30 frames a second, blur 0.8, noise 4. The standard deviation of its pose, as measured and
as the tracker filters it with its default settings:\n"
        );
        let _ = writeln!(
            text,
            "| size | distance | tilt | frames | across, mm | along the line of sight, mm | rotation, degrees |"
        );
        let _ = writeln!(text, "|---|---|---|---|---|---|---|");
        for Jitter { sides, tilt, size, frames, measured, filtered } in &self.jitter {
            let cells: Vec<_> =
                (0..3).map(|k| format!("{:.3}, filtered {:.3}", measured[k], filtered[k])).collect();
            let distance = sides * size * 1e-3;
            let _ = writeln!(
                text,
                "| {size} mm | {distance:.2} m ({sides} sides) | {tilt}° | {frames} | {} |",
                cells.join(" | ")
            );
        }
        let _ = writeln!(text);
    }
}

/// A line as in the benchmarks of the workspace.
fn goal(text: &mut String, is_met: bool, title: &str, value: &str) {
    let verdict = if is_met { "met" } else { "**missed**" };
    let _ = writeln!(text, "- {verdict}: {title}: {value}");
}
