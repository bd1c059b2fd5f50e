//! An effect of your own: a struct with its parameters, and one WGSL function in `assets/shaders/plasma.wgsl`.
//! Change that file while this runs, and see.

use bevy::{prelude::*, render::render_resource::ShaderType, window::CursorMoved};
use bevy_viewfinder::{
    effect::{Effect, EffectKind, EffectPlugin, EffectShader, Parameter},
    prelude::*,
};

/// The picture in the colours of a plasma that flows through it.
#[derive(Clone, Debug, Reflect, ShaderType)]
struct Plasma {
    /// 0 is the picture as it is, 1 the plasma alone.
    #[reflect(@Parameter::new(0.0, 1.0))]
    amount: f32,
    /// How fast it flows; 1 is its usual speed.
    #[reflect(@Parameter::new(0.0, 10.0))]
    speed: f32,
    /// Where it is brightest, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    point: Vec2,
}

impl Default for Plasma {
    fn default() -> Self {
        Self { amount: 0.8, speed: 1.0, point: Vec2::splat(0.5) }
    }
}

impl Effect for Plasma {
    const KIND: EffectKind = EffectKind::Color;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        "shaders/plasma.wgsl".into()
    }
}

fn main() {
    // Assets that are watched are read again when they change: so is the shader.
    let assets = AssetPlugin { watch_for_changes_override: Some(true), ..default() };
    App::new()
        .add_plugins((DefaultPlugins.set(assets), ViewfinderPlugin, EffectPlugin::<Plasma>::default()))
        .add_systems(Startup, setup)
        .add_systems(Update, (turn_knobs, follow_pointer))
        .run();
}

#[derive(Component)]
struct Message;

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    let track = commands
        .spawn((VideoTrack, EffectStack::new().with(Plasma::default()).with(Vignette::default())))
        .observe(go_on_without_a_camera)
        .observe(|failed: On<EffectFailed>, mut text: Single<&mut Text, With<Message>>| {
            text.0 = format!("{} failed: {}", failed.effect, failed.message);
        })
        .id();
    let whole = Node { width: percent(100), height: percent(100), ..default() };
    commands.spawn((whole, ImageNode::default(), ShowTrack(track)));
    let corner = Node { position_type: PositionType::Absolute, bottom: px(12), left: px(12), ..default() };
    commands.spawn((Message, corner, Text::new("Up, down: amount. Left, right: speed. Pointer: the bright point.")));
}

fn turn_knobs(keys: Res<ButtonInput<KeyCode>>, time: Res<Time>, mut stack: Single<&mut EffectStack>) {
    let knob = |less, more| f32::from(i8::from(keys.pressed(more)) - i8::from(keys.pressed(less)));
    let amount = knob(KeyCode::ArrowDown, KeyCode::ArrowUp) * time.delta_secs();
    let speed = knob(KeyCode::ArrowLeft, KeyCode::ArrowRight) * time.delta_secs();
    if amount != 0.0 || speed != 0.0 {
        if let Some(plasma) = stack.get_mut::<Plasma>() {
            plasma.amount = (plasma.amount + amount).clamp(0.0, 1.0);
            plasma.speed = (plasma.speed + 2.0 * speed).clamp(0.0, 10.0);
        }
    }
}

fn follow_pointer(
    mut moved: MessageReader<CursorMoved>,
    window: Single<&Window>,
    mut stack: Single<&mut EffectStack>,
) {
    if let Some(moved) = moved.read().last()
        && let Some(plasma) = stack.get_mut::<Plasma>()
    {
        plasma.point = moved.position / window.size();
    }
}

fn go_on_without_a_camera(failed: On<TrackFailed>, mut commands: Commands) {
    let message = format!("No camera, so here is the synthetic one.\n{}", failed.error);
    warn!("{message}");
    commands.spawn((Text::new(message), BackgroundColor(Color::BLACK.with_alpha(0.7))));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
