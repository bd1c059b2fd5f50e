//! Segmentations from their beginning to their end.

use std::sync::Arc;

use bevy::{
    asset::RenderAssetUsages,
    platform::time::Instant,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use viewfinder_people::MaskSize;

use super::{
    MaskQuality, PersonMask, PersonSegmentation, PersonSegmentationFailed,
    segment::{Mask, Segment, Settings},
};
use crate::{
    constraint::VideoSettings,
    image_input::{EffectInput, HasFrames},
    models::{FindModels, ModelSource},
    render::Fit,
    systems::ViewfinderSystems,
    tap::{
        PixelTap, TapFrames,
        hold::{self, has_time},
        lateness::Lateness,
        owner::{self, TapOwner, has_ended, no_frames, spawn_tap},
        receive_frames,
        work::Work,
    },
    track::{ReleasedFrames, TrackState, VideoTrack},
};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(owner::plugin::<PersonSegmentation, Segmenting>)
        .add_observer(forget)
        .add_observer(clear_failed)
        .add_systems(
            PreUpdate,
            receive
                .after(receive_frames)
                .in_set(ViewfinderSystems::Receive)
                .run_if(any_with_component::<Segmenting>),
        )
        .add_systems(
            PostUpdate,
            (begin, fit, start, hold_frames)
                .chain()
                .in_set(ViewfinderSystems::Request)
                .in_set(Segmentations)
                .run_if(any_with_component::<PersonSegmentation>),
        );
}

/// The systems that begin segmentations.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Segmentations;

/// The size of masks before that of the frames is known.
const SMALLEST: MaskSize = MaskSize::Landscape;

/// The segmentation of a [`PersonSegmentation`], on its entity.
#[derive(Component, Debug)]
struct Segmenting {
    tap: Entity,
    /// The size of the mask. `None` before that of the frames is known.
    size: Option<MaskSize>,
    settings: Arc<Settings>,
    work: Work<Segment>,
    /// The time at which the image was replaced. Frames from before don't count.
    replaced: Option<Instant>,
    lateness: Lateness,
}

impl Segmenting {
    fn new(tap: Entity) -> Self {
        Self {
            tap,
            size: None,
            settings: Arc::default(),
            work: Work::default(),
            replaced: None,
            lateness: Lateness::default(),
        }
    }
}

impl TapOwner for Segmenting {
    fn tap(&self) -> Entity {
        self.tap
    }
}

/// Begins new segmentations, and reports those without frames.
fn begin(
    mut commands: Commands,
    new: Query<(Entity, Has<PersonMask>), (With<PersonSegmentation>, Without<Segmenting>, HasFrames)>,
    changed: Query<Entity, Changed<PersonSegmentation>>,
    frames: Query<(), HasFrames>,
    mut images: ResMut<Assets<Image>>,
) {
    for entity in changed.iter().filter(|entity| !frames.contains(*entity)) {
        let error = no_frames("people", "PersonSegmentation");
        commands.trigger(PersonSegmentationFailed { entity, error });
    }
    for (entity, has_mask) in &new {
        if !has_mask {
            let image = images.add(empty_mask());
            let mask = PersonMask { image, captured: None, coverage: 0.0, segment_time: default() };
            commands.entity(entity).try_insert(mask);
        }
        let tap = PixelTap::rgba(entity).effects(false).fit(Fit::Stretch).size(size_of(SMALLEST));
        let failed = |entity, error| PersonSegmentationFailed { entity, error };
        spawn_tap(&mut commands, entity, "frames of a segmentation of people", tap, Segmenting::new, failed);
    }
}

/// Removes the mask of a segmentation that is removed.
fn forget(removed: On<Remove, PersonSegmentation>, mut commands: Commands) {
    if let Ok(mut entity) = commands.get_entity(removed.entity) {
        entity.try_remove::<PersonMask>();
    }
}

/// Clears the mask of a segmentation that fails: what nobody watches over any more is background.
fn clear_failed(
    failed: On<PersonSegmentationFailed>,
    mut masks: Query<&mut PersonMask>,
    mut images: ResMut<Assets<Image>>,
) {
    if let Ok(mut mask) = masks.get_mut(failed.entity) {
        clear(&mut mask, &mut images);
    }
}

/// Makes everything background.
fn clear(mask: &mut Mut<PersonMask>, images: &mut Assets<Image>) {
    if mask.captured.is_none() {
        return;
    }
    (mask.captured, mask.coverage) = (None, 0.0);
    if let Some(mut image) = images.get_mut(&mask.image) {
        *image = empty_mask();
    }
}

/// A mask without people.
fn empty_mask() -> Image {
    image_of(SMALLEST, vec![0; 4 * SMALLEST.pixels()])
}

fn image_of(size: MaskSize, pixels: Vec<u8>) -> Image {
    let UVec2 { x: width, y: height } = size_of(size);
    Image::new(
        Extent3d { width, height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8Unorm,
        RenderAssetUsages::default(),
    )
}

fn size_of(size: MaskSize) -> UVec2 {
    UVec2::new(size.width() as u32, size.height() as u32)
}

/// Chooses the sizes of masks by those of the frames, and forgets the masks of other images.
fn fit(
    mut segmentations: Query<(
        &PersonSegmentation,
        &mut Segmenting,
        &mut PersonMask,
        Option<&VideoSettings>,
        Option<Ref<EffectInput>>,
    )>,
    mut images: ResMut<Assets<Image>>,
    mut taps: Query<&mut PixelTap>,
) {
    for (segmentation, mut segmenting, mut mask, settings, input) in &mut segmentations {
        if input.as_ref().is_some_and(|input| input.is_changed()) {
            segmenting.bypass_change_detection().replaced = Some(Instant::now());
            clear(&mut mask, &mut images);
        }
        let image = || Some(images.get(&input.as_ref()?.0)?.size());
        let size = match (segmentation.quality, settings.map(|settings| settings.size).or_else(image)) {
            (MaskQuality::Fast, _) => MaskSize::Landscape,
            (MaskQuality::Fine, _) => MaskSize::Square,
            (MaskQuality::Auto, Some(size)) => MaskSize::for_frame(size.x, size.y),
            // The size is known once the track is live.
            (MaskQuality::Auto, None) => continue,
        };
        if segmenting.size != Some(size) {
            segmenting.size = Some(size);
            segmenting.work = Work::Waiting;
            clear(&mut mask, &mut images);
            if let Ok(mut tap) = taps.get_mut(segmenting.tap) {
                *tap = tap.size(size_of(size));
            }
        }
        let settings = Settings { smoothing: segmentation.smoothing };
        if *segmenting.settings != settings {
            segmenting.settings = Arc::new(settings);
            let segmenting = &mut *segmenting;
            segmenting.work.set_settings(&segmenting.settings);
        }
    }
}

/// Starts the segmentations whose model is there.
fn start(
    mut commands: Commands,
    mut segmentations: Query<(Entity, Ref<PersonSegmentation>, &mut Segmenting)>,
    mut models: FindModels,
    taps: Query<&TapFrames>,
) {
    for (entity, segmentation, mut segmenting) in &mut segmentations {
        if segmentation.is_changed() {
            segmenting.bypass_change_detection().work.retry();
        }
        if !segmenting.work.is_waiting() {
            continue;
        }
        let (Ok(frames), Some(size)) = (taps.get(segmenting.tap), segmenting.size) else { continue };
        let Some(model) = models.find(entity, size.model()).transpose() else { continue };
        let settings = segmenting.settings.clone();
        let make = |model: ModelSource, settings: &Arc<Settings>| Segment::new(&model, settings);
        if let Err(error) = segmenting.work.start(frames, settings, model, make) {
            commands.trigger(PersonSegmentationFailed { entity, error });
        }
    }
}

/// Holds the frames of tracks back until they are segmented, if their segmentations ask for it.
fn hold_frames(
    mut commands: Commands,
    segmentations: Query<
        (Entity, &PersonSegmentation, &Segmenting),
        Or<(Changed<PersonSegmentation>, Changed<Segmenting>)>,
    >,
) {
    for (entity, segmentation, segmenting) in &segmentations {
        let holds = segmentation.hold_frames && segmenting.work.is_running() && has_time(segmentation.budget);
        hold::hold_frames(&mut commands, segmenting.tap, entity, holds);
    }
}

/// Receives the newest masks.
fn receive(
    mut commands: Commands,
    mut segmentations: Query<(
        Entity,
        &PersonSegmentation,
        &mut Segmenting,
        &mut PersonMask,
        Option<&VideoTrack>,
        Option<&TrackState>,
    )>,
    mut images: ResMut<Assets<Image>>,
    taps: Query<&TapFrames>,
    mut released: Query<&mut ReleasedFrames>,
) {
    for (entity, segmentation, mut segmenting, mut mask, track, state) in &mut segmentations {
        let unchanged = segmenting.bypass_change_detection();
        let Work::Running(worker) = &mut unchanged.work else { continue };
        worker.poll(segmentation.budget);
        let output = worker.take();
        unchanged.lateness.update(output.is_some(), taps.get(unchanged.tap).ok(), mask.captured);
        let failure = match output {
            None => {
                if unchanged.lateness.is_late() {
                    clear(&mut mask, &mut images);
                }
                continue;
            }
            Some(Err(error)) => error,
            Some(Ok(segmented)) => {
                if let Ok(mut released) = released.get_mut(unchanged.tap) {
                    released.0 = Some(segmented.captured);
                }
                let is_old = unchanged.replaced.is_some_and(|replaced| segmented.captured < replaced);
                match segmented.mask {
                    None => continue,
                    Some(_) if is_old || has_ended(track, state) => continue,
                    Some(Ok(next)) => {
                        show(next, segmented.captured, &mut mask, &mut images);
                        continue;
                    }
                    Some(Err(error)) => error,
                }
            }
        };
        segmenting.work = Work::Failed;
        commands.trigger(PersonSegmentationFailed { entity, error: failure });
    }
}

/// Brings a mask up to date.
fn show(next: Mask, captured: Instant, mask: &mut PersonMask, images: &mut Assets<Image>) {
    let Some(mut image) = images.get_mut(&mask.image) else { return };
    let extent = image.texture_descriptor.size;
    if UVec2::new(extent.width, extent.height) == size_of(next.size) {
        image.data = Some(next.pixels);
    } else {
        *image = image_of(next.size, next.pixels);
    }
    mask.captured = Some(captured);
    mask.coverage = next.coverage;
    mask.segment_time = next.time;
}
