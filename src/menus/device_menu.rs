//! A menu that chooses the device of a track.

use bevy::{prelude::*, ui::Checked, ui_widgets::Activate};

use super::{
    UiStyle, UiText, UiWords,
    button::{item, set_checked},
    drop_down::{DropDown, drop_down},
};
use crate::{
    constraint::{VideoConstraints, VideoSettings, exact},
    device::{DeviceId, DeviceKind},
    media_devices::{EnumerateDevices, MediaDevices},
    source::TrackSource,
    track::{TrackState, VideoTrack},
};

/// A menu of the machine's video devices. Choosing one sets the device id that the track's [`VideoConstraints`]
/// require; the other constraints stay. A track with another source, such as a file, changes to the device.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[require(Node { flex_direction: FlexDirection::Column, ..default() })]
pub struct DeviceMenu {
    /// The track.
    #[entities]
    pub track: Entity,
}

/// A button for a device.
#[derive(Component, Debug)]
struct DeviceItem {
    menu: Entity,
    id: DeviceId,
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<DeviceMenu>()
        .add_observer(build)
        .add_observer(choose)
        .add_systems(PostUpdate, (list, show).chain().run_if(any_with_component::<DeviceMenu>));
}

fn build(added: On<Add, DeviceMenu>, mut commands: Commands, style: Res<UiStyle>) {
    commands.trigger(EnumerateDevices);
    drop_down(&mut commands, &style, added.entity);
}

/// Lists the devices again when the list or the language changed.
fn list(
    mut commands: Commands,
    style: Res<UiStyle>,
    words: Res<UiWords>,
    devices: Res<MediaDevices>,
    menus: Query<(Entity, Ref<DropDown>), With<DeviceMenu>>,
) {
    for (menu, drop_down) in &menus {
        if !(devices.is_changed() || words.is_changed() || drop_down.is_added()) {
            continue;
        }
        commands.entity(drop_down.list).despawn_children();
        let cameras = || devices.of_kind(DeviceKind::VideoInput);
        for (index, device) in cameras().enumerate() {
            let label = match &device.label[..] {
                // A browser gives labels only after a permission was granted.
                "" => words.text(UiText::NumberedCamera(index + 1)),
                label => label.to_owned(),
            };
            let camera =
                commands.spawn((item(&style, &label), DeviceItem { menu, id: device.id.clone() })).id();
            commands.entity(drop_down.list).add_child(camera);
        }
        if cameras().next().is_none() {
            let line = match devices.error() {
                Some(error) => error.message.to_string(),
                None => words.text(UiText::NoCamera),
            };
            commands.entity(drop_down.list).with_child(style.line(&line, style.muted));
        }
    }
}

fn choose(
    pressed: On<Activate>,
    mut commands: Commands,
    cameras: Query<&DeviceItem>,
    menus: Query<(&DeviceMenu, &DropDown)>,
    constraints: Query<&VideoConstraints>,
    mut nodes: Query<&mut Node>,
) {
    let Ok(DeviceItem { menu, id }) = cameras.get(pressed.entity) else { return };
    let Ok((DeviceMenu { track }, drop_down)) = menus.get(*menu) else { return };
    drop_down.close(&mut nodes);
    let mut constraints = constraints.get(*track).cloned().unwrap_or_default();
    if id.0.is_empty() {
        // Before the permission there is one device, without an id.
        constraints.device_id = default();
    } else {
        constraints.device_id = exact(id);
    }
    if let Ok(mut track) = commands.get_entity(*track) {
        track.try_remove::<TrackSource>().try_insert((constraints, VideoTrack));
    }
}

/// Shows the device that the track uses.
fn show(
    mut commands: Commands,
    words: Res<UiWords>,
    menus: Query<(&DeviceMenu, &DropDown)>,
    tracks: Query<&TrackState>,
    settings: Query<&VideoSettings>,
    cameras: Query<(Entity, &DeviceItem, Has<Checked>)>,
    mut texts: Query<&mut Text>,
) {
    for (menu, drop_down) in &menus {
        let label = match (tracks.get(menu.track), settings.get(menu.track)) {
            (Ok(TrackState::Live), Ok(settings)) if !settings.label.is_empty() => settings.label.to_string(),
            (Ok(TrackState::Live), _) => words.text(UiText::Camera),
            (Ok(TrackState::Pending), _) => words.text(UiText::OpeningCamera),
            _ => words.text(UiText::NoCamera),
        };
        drop_down.set_label(&mut texts, &label);
    }
    for (entity, camera, checked) in &cameras {
        let Ok((menu, _)) = menus.get(camera.menu) else { continue };
        let chosen = settings.get(menu.track).is_ok_and(|settings| settings.device_id == camera.id);
        set_checked(&mut commands, entity, checked, chosen);
    }
}
