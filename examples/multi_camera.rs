//! All devices in a grid, each with its own track. A click or a number key releases a device and opens it again. An
//! unplugged device comes back when it is plugged in.

use bevy::prelude::*;
use bevy_viewfinder::{
    device::{Device, DeviceId},
    prelude::*,
    source::{DefaultSource, Source, SyntheticSource},
};
use viewfinder_examples::fail;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, ask_for_devices)
        .add_systems(Update, (fill_grid.run_if(are_listed.and_then(run_once)), pause_and_resume))
        .run()
}

/// A device's cell in the grid. It shows the track while it has a [`ShowTrack`].
#[derive(Component)]
struct Screen {
    key: KeyCode,
    source: TrackSource,
    device: DeviceId,
    label: Entity,
}

const KEYS: [KeyCode; 9] = [
    KeyCode::Digit1,
    KeyCode::Digit2,
    KeyCode::Digit3,
    KeyCode::Digit4,
    KeyCode::Digit5,
    KeyCode::Digit6,
    KeyCode::Digit7,
    KeyCode::Digit8,
    KeyCode::Digit9,
];

/// The track that requests any device, on platforms that list devices only after one was granted.
#[derive(Component)]
struct AnyDevice;

fn ask_for_devices(mut commands: Commands) {
    commands.spawn(Camera2d);
    if cfg!(target_family = "wasm") {
        let list = |_: On<TrackLive>, mut commands: Commands| commands.trigger(EnumerateDevices);
        commands.spawn((AnyDevice, VideoTrack)).observe(list);
    } else {
        commands.trigger(EnumerateDevices);
    }
}

/// A driver may take long for the list, and a browser hides ids until the user has granted a device.
fn are_listed(devices: Res<MediaDevices>, asking: Query<&TrackState, With<AnyDevice>>) -> bool {
    devices.is_ready()
        && asking.iter().all(|state| match state {
            TrackState::Pending => false,
            TrackState::Live => devices.of_kind(DeviceKind::VideoInput).all(is_named),
            TrackState::Ended => true,
        })
}

fn is_named(device: &Device) -> bool {
    !device.id.0.is_empty()
}

fn fill_grid(
    mut commands: Commands,
    listed: Res<MediaDevices>,
    source: Res<DefaultSource>,
    asking: Query<Entity, With<AnyDevice>>,
    window: Single<&Window>,
) {
    let mut source = TrackSource(source.0.clone());
    let mut title = "A click or a number key releases a device and opens it again.".to_owned();
    if let Some(error) = listed.error() {
        title = format!("{title}\n{error}");
    }
    let cameras = listed.of_kind(DeviceKind::VideoInput).filter(|device| is_named(device));
    let mut devices: Vec<_> = cameras.cloned().collect();
    if devices.is_empty() {
        title = format!("No webcam: these are two synthetic devices. {title}");
        warn!("{title}");
        let synthetic = SyntheticSource::new().device_count(2);
        devices = synthetic.devices().unwrap_or_default();
        source = TrackSource::new(synthetic);
    }

    let columns = if window.height() > window.width() { 1 } else { devices.len().isqrt().max(2) as u16 };
    let grid = Node {
        display: Display::Grid,
        width: percent(100),
        height: percent(100),
        padding: px(16).all(),
        column_gap: px(16),
        row_gap: px(16),
        grid_template_rows: vec![RepeatedGridTrack::auto(1)],
        grid_template_columns: RepeatedGridTrack::flex(columns, 1.0),
        grid_auto_rows: vec![GridTrack::minmax(
            MinTrackSizingFunction::Px(0.0),
            MaxTrackSizingFunction::Fraction(1.0),
        )],
        ..default()
    };
    let grid = commands.spawn(grid).id();
    let title_place = Node { grid_column: GridPlacement::span(columns), ..default() };
    commands.spawn((Text::new(title), title_place, ChildOf(grid)));
    for ((number, device), key) in (1..).zip(devices).zip(KEYS) {
        let tile = Node {
            flex_direction: FlexDirection::Column,
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            min_height: px(0),
            ..default()
        };
        let tile = commands.spawn((tile, ChildOf(grid))).id();
        let whole = Node { width: percent(100), max_height: percent(100), min_height: px(0), ..default() };
        let picture = commands.spawn((ImageNode::default(), whole, ChildOf(tile))).id();
        let label = commands.spawn((Text::new(format!("{number}  {}", device.label)), ChildOf(tile))).id();
        let screen = Screen { key, source: source.clone(), device: device.id, label };
        screen.start(&mut commands, picture);
        commands.entity(picture).insert(screen).observe(click);
    }
    for track in &asking {
        commands.entity(track).despawn();
    }
}

fn pause_and_resume(
    mut commands: Commands,
    keys: Res<ButtonInput<KeyCode>>,
    mut screens: Query<(Entity, &Screen, &mut ImageNode, Option<&ShowTrack>)>,
) {
    for (picture, screen, mut image, track) in &mut screens {
        if keys.just_pressed(screen.key) {
            screen.pause_or_resume(&mut commands, picture, &mut image, track);
        }
    }
}

fn click(
    click: On<Pointer<Click>>,
    mut commands: Commands,
    mut screens: Query<(&Screen, &mut ImageNode, Option<&ShowTrack>)>,
) {
    if let Ok((screen, mut image, track)) = screens.get_mut(click.entity) {
        screen.pause_or_resume(&mut commands, click.entity, &mut image, track);
    }
}

impl Screen {
    fn pause_or_resume(
        &self,
        commands: &mut Commands,
        picture: Entity,
        image: &mut ImageNode,
        track: Option<&ShowTrack>,
    ) {
        image.color = if track.is_some() { Color::srgb(0.3, 0.3, 0.3) } else { Color::WHITE };
        match track {
            Some(track) => commands.entity(track.0).despawn(),
            None => self.start(commands, picture),
        }
    }

    fn start(&self, commands: &mut Commands, picture: Entity) {
        let constraints = VideoConstraints::new().device_id(exact(self.device.0.as_str()));
        let label = self.label;
        let track = commands
            .spawn((VideoTrack, self.source.clone(), constraints, AutoReconnect))
            .observe(
                move |live: On<TrackLive>, settings: Query<&VideoSettings>, mut nodes: Query<&mut Node>| {
                    if let (Ok(settings), Ok(mut node)) = (settings.get(live.entity), nodes.get_mut(picture))
                    {
                        node.aspect_ratio = Some(settings.size.x as f32 / settings.size.y as f32);
                    }
                },
            )
            .observe(move |failed: On<TrackFailed>, mut texts: Query<&mut Text>| {
                warn!("{}", failed.error);
                if let Ok(mut text) = texts.get_mut(label) {
                    text.0 = failed.error.to_string();
                }
            })
            .id();
        commands.entity(picture).insert(ShowTrack(track));
    }
}
