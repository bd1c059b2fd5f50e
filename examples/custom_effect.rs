//! An effect of your own: a struct with its parameters, and one WGSL function in `assets/shaders/plasma.wgsl`.
//! Change that file while this runs, and the picture changes.

use bevy::{camera::ScalingMode, prelude::*, render::render_resource::ShaderType, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    effect::{EffectShader, Parameter},
    effects::*,
    prelude::*,
};
use viewfinder_examples::fail;

/// The picture in the colors of a plasma that flows through it.
#[derive(Clone, Debug, Reflect, ShaderType)]
struct Plasma {
    /// 0 is the picture as it is, 1 the plasma alone.
    #[reflect(@Parameter::new(0.0, 1.0))]
    amount: f32,
    /// The size of its waves, above 0.
    #[reflect(@Parameter::new(0.1, 10.0))]
    scale: f32,
    /// Where it is brightest, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    point: Vec2,
}

impl Default for Plasma {
    fn default() -> Self {
        Self { amount: 0.8, scale: 1.0, point: Vec2::splat(0.5) }
    }
}

impl Effect for Plasma {
    const KIND: EffectKind = EffectKind::Color;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        "shaders/plasma.wgsl".into()
    }
}

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    // Assets that are watched are read again when they change. (Bevy's feature `file_watcher` watches them.)
    let assets = AssetPlugin { watch_for_changes_override: Some(true), ..default() };
    App::new()
        .add_plugins((DefaultPlugins.set(assets), ViewfinderPlugins, EffectPlugin::<Plasma>::default()))
        .add_systems(Startup, setup)
        .add_systems(Update, (press_keys, follow_pointer))
        .run()
}

/// How much of the world the window shows at most; the picture covers it.
const SIZE: Vec2 = Vec2::new(16.0, 9.0);

fn setup(mut commands: Commands) {
    let track = commands
        .spawn((
            VideoTrack,
            VideoConstraints::new().width(1280),
            // The picture's left is the window's, so that the point is where the pointer is.
            Mirroring::Off,
            EffectStack::new().with(Plasma::default()).with(Vignette::default()),
        ))
        .observe(|failed: On<EffectFailed>| error!("{}", failed.error))
        .observe(go_on_without_a_camera)
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FillCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(SIZE) }, ShowTrack(track)));
    let scaling_mode = ScalingMode::AutoMax { max_width: SIZE.x, max_height: SIZE.y };
    let projection = OrthographicProjection { scaling_mode, ..OrthographicProjection::default_2d() };
    commands.spawn((Camera2d, Projection::from(projection)));
    let corner = Node { position_type: PositionType::Absolute, bottom: px(12), left: px(12), ..default() };
    commands.spawn((corner, Text::new("up, down: amount\nleft, right: scale\npointer: the bright point")));
}

fn press_keys(keys: Res<ButtonInput<KeyCode>>, time: Res<Time>, mut stack: Single<&mut EffectStack>) {
    let pressed = |key| if keys.pressed(key) { time.delta_secs() } else { 0.0 };
    let amount = pressed(KeyCode::ArrowUp) - pressed(KeyCode::ArrowDown);
    let scale = pressed(KeyCode::ArrowRight) - pressed(KeyCode::ArrowLeft);
    // A stack that is only looked at is not drawn anew.
    if amount == 0.0 && scale == 0.0 {
        return;
    }
    if let Some(plasma) = stack.get_mut::<Plasma>() {
        plasma.amount = (plasma.amount + amount).clamp(0.0, 1.0);
        plasma.scale = (plasma.scale * scale.exp()).clamp(0.1, 10.0);
    }
}

fn follow_pointer(
    mut moved: MessageReader<CursorMoved>,
    mut touched: MessageReader<TouchInput>,
    camera: Single<(&Camera, &GlobalTransform)>,
    mut stack: Single<&mut EffectStack>,
) {
    let positions = moved.read().map(|moved| moved.position);
    let Some(position) = positions.chain(touched.read().map(|touch| touch.position)).last() else { return };
    let (camera, transform) = *camera;
    if let Ok(place) = camera.viewport_to_world_2d(transform, position)
        && let Some(plasma) = stack.get_mut::<Plasma>()
    {
        plasma.point = place / SIZE * Vec2::new(1.0, -1.0) + 0.5;
    }
}

fn go_on_without_a_camera(failed: On<TrackFailed>, mut commands: Commands) {
    let message = format!("No camera, so here is the synthetic one.\n{}", failed.error);
    warn!("{message}");
    commands.spawn((Text::new(message), BackgroundColor(Color::BLACK.with_alpha(0.7))));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
