//! Detectors from their beginning to their end, and their events.

use std::sync::Arc;

use bevy::prelude::*;

use super::{
    BarcodeDetectionFailed, BarcodeDetector, BarcodeFormat, BarcodeFound, BarcodeLost, DetectedBarcode,
    DetectedBarcodes,
    detect::{Detect, PATIENCE, Plan},
};
use crate::{
    constraint::VideoSettings,
    error::MediaError,
    image_input::HasFrames,
    intrinsics::{CameraIntrinsics, Lens},
    render::Fit,
    systems::ViewfinderSystems,
    tap::{
        PixelTap, TapFrames,
        owner::{self, FitTaps, TapOwner, has_ended, no_frames, spawn_tap},
        receive_frames,
        work::Work,
    },
    track::{TrackState, VideoTrack},
};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(owner::plugin::<BarcodeDetector, Searching>)
        .add_observer(forget)
        .add_systems(
            PreUpdate,
            receive
                .after(receive_frames)
                .in_set(ViewfinderSystems::Receive)
                .run_if(any_with_component::<Searching>),
        )
        .add_systems(
            PostUpdate,
            (begin, fit_taps, plan, start)
                .chain()
                .in_set(ViewfinderSystems::Request)
                .run_if(any_with_component::<BarcodeDetector>),
        );
}

/// The search of a [`BarcodeDetector`], on its entity.
#[derive(Component, Debug)]
struct Searching {
    tap: Entity,
    plan: Arc<Plan>,
    work: Work<Detect>,
    /// The fault that was reported last.
    fault: Option<MediaError>,
}

impl TapOwner for Searching {
    fn tap(&self) -> Entity {
        self.tap
    }
}

/// Begins new searches, and reports those without frames.
fn begin(
    mut commands: Commands,
    new: Query<Entity, (With<BarcodeDetector>, Without<Searching>, HasFrames)>,
    changed: Query<Entity, Changed<BarcodeDetector>>,
    frames: Query<(), HasFrames>,
) {
    for entity in changed.iter().filter(|entity| !frames.contains(*entity)) {
        let error = no_frames("barcodes", "BarcodeDetector");
        commands.trigger(BarcodeDetectionFailed { entity, error });
    }
    for entity in &new {
        let tap = PixelTap::luma(entity).effects(false).fit(Fit::Stretch);
        let searching = |tap| Searching { tap, plan: Arc::default(), work: Work::default(), fault: None };
        let failed = |entity, error| BarcodeDetectionFailed { entity, error };
        spawn_tap(&mut commands, entity, "frames of a detector of barcodes", tap, searching, failed);
    }
}

/// Loses the barcodes of a detector that is removed.
fn forget(
    removed: On<Remove, BarcodeDetector>,
    mut all: Query<&mut DetectedBarcodes>,
    mut commands: Commands,
) {
    let Ok(mut detected) = all.get_mut(removed.entity) else { return };
    show(&mut commands, removed.entity, &mut detected, DetectedBarcodes::default());
    if let Ok(mut entity) = commands.get_entity(removed.entity) {
        entity.try_remove::<DetectedBarcodes>();
    }
}

/// Scales the frames down that are larger than the detector searches.
fn fit_taps(searches: Query<(Entity, &BarcodeDetector, &Searching)>, mut taps: FitTaps) {
    for (entity, detector, searching) in &searches {
        taps.fit(entity, searching.tap, detector.max_size);
    }
}

/// Brings the plans of searches up to date.
fn plan(
    mut searches: Query<(
        &BarcodeDetector,
        &mut Searching,
        Option<&CameraIntrinsics>,
        Option<&VideoSettings>,
        Has<VideoTrack>,
    )>,
) {
    for (detector, mut searching, intrinsics, settings, is_track) in &mut searches {
        let plan = Plan {
            formats: searched(&detector.formats),
            qr_code_size: detector.qr_code_size,
            lens: Lens::new(intrinsics.copied().unwrap_or_default(), settings),
            trusts_first: !is_track,
        };
        if plan != *searching.plan {
            let plan = Arc::new(plan);
            searching.work.set_settings(&plan);
            searching.plan = plan;
        }
    }
}

/// The formats that are searched: those that are named, or else those that have a check.
fn searched(named: &[BarcodeFormat]) -> Vec<BarcodeFormat> {
    if named.is_empty() {
        BarcodeFormat::all().filter(|format| format.is_checked()).collect()
    } else {
        named.to_vec()
    }
}

/// Starts the searches whose taps are there.
fn start(
    mut commands: Commands,
    mut searches: Query<(Entity, Ref<BarcodeDetector>, &mut Searching)>,
    taps: Query<&TapFrames>,
) {
    for (entity, detector, mut searching) in &mut searches {
        if detector.is_changed() {
            searching.bypass_change_detection().work.retry();
        }
        if !searching.work.is_waiting() {
            continue;
        }
        let Ok(frames) = taps.get(searching.tap) else { continue };
        let plan = searching.plan.clone();
        let make = |(): (), plan: &Arc<Plan>| Ok(Detect::new(plan.clone()));
        if let Err(error) = searching.work.start(frames, plan, Ok(()), make) {
            commands.trigger(BarcodeDetectionFailed { entity, error });
        }
    }
}

/// Receives the barcodes of the newest frames, and loses those that aren't read any more.
fn receive(
    mut commands: Commands,
    mut searches: Query<(
        Entity,
        &BarcodeDetector,
        &mut Searching,
        &mut DetectedBarcodes,
        Option<&VideoTrack>,
        Option<&TrackState>,
    )>,
) {
    for (entity, detector, mut searching, mut detected, track, state) in &mut searches {
        let unchanged = searching.bypass_change_detection();
        let output = match &mut unchanged.work {
            Work::Running(worker) => {
                worker.poll(detector.budget);
                worker.take()
            }
            _ => None,
        };
        match output {
            _ if has_ended(track, state) => {
                if detected.captured.is_some() {
                    show(&mut commands, entity, &mut detected, DetectedBarcodes::default());
                }
            }
            Some(Ok(observation)) => {
                show(&mut commands, entity, &mut detected, observation.detected);
                if unchanged.fault != observation.fault {
                    unchanged.fault = observation.fault.clone();
                    if let Some(error) = observation.fault {
                        commands.trigger(BarcodeDetectionFailed { entity, error });
                    }
                }
            }
            Some(Err(error)) => {
                searching.work = Work::Failed;
                show(&mut commands, entity, &mut detected, DetectedBarcodes::default());
                commands.trigger(BarcodeDetectionFailed { entity, error });
            }
            // An image that stays is still in view.
            None if track.is_none() => {}
            None => {
                // No frame tells it, but time does.
                let patience = PATIENCE + 4 * detected.detect_time;
                let is_old = |barcode: &DetectedBarcode| barcode.captured.elapsed() > patience;
                if detected.barcodes.iter().any(is_old) {
                    let mut next = detected.clone();
                    next.barcodes.retain(|barcode| !is_old(barcode));
                    show(&mut commands, entity, &mut detected, next);
                }
            }
        }
    }
}

/// Brings the barcodes in view up to date, with an event for each one that came or went.
fn show(commands: &mut Commands, entity: Entity, detected: &mut DetectedBarcodes, next: DetectedBarcodes) {
    let before = std::mem::replace(detected, next);
    let without = |all: &[DetectedBarcode], others: &[DetectedBarcode]| -> Vec<DetectedBarcode> {
        let mut rest: Vec<DetectedBarcode> = Vec::new();
        for barcode in all {
            if !others.iter().chain(&rest).any(|other| other.is_same(barcode)) {
                rest.push(barcode.clone());
            }
        }
        rest
    };
    for barcode in without(&before.barcodes, &detected.barcodes) {
        commands.trigger(BarcodeLost { entity, barcode });
    }
    for barcode in without(&detected.barcodes, &before.barcodes) {
        commands.trigger(BarcodeFound { entity, barcode });
    }
}
