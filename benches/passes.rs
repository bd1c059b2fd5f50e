//! The cost of a stack of effects on the GPU, folded by the planner and with a pass for each effect.

use std::time::{Duration, Instant};

use bevy::{math::UVec2, prelude::*, render::render_resource::ShaderType};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::NativeMode,
    effect::{Effect, EffectKind, EffectPlugin, EffectShader, EffectStack},
    effects::{Brightness, Bulge, Contrast, HueRotate, Saturate, Swirl, Vignette},
    frame::PixelFormat,
    internal::plan,
    photo::{Photo, PhotoTaken, TakePhoto},
    prelude::{Mirroring, TrackSource, VideoTrack},
    source::{CustomFeed, CustomSource},
};
use measure::{Table, Timing, frames, goal, headless, time, times};

const SIZE: UVec2 = UVec2::new(1280, 720);
const COUNTS: [usize; 4] = [1, 4, 8, 16];
const ROUNDS: usize = 6;
const DRAWINGS: usize = 10;

/// Returns the output of the previous pass unchanged. It forces the next effect into a pass of its own.
#[derive(Clone, Debug, Default, Reflect, ShaderType)]
struct PassOfItsOwn {
    nothing: f32,
}

impl Effect for PassOfItsOwn {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(
            "struct Params { nothing: f32 }
            fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { return sample(uv); }",
        )
    }
}

/// The feed of the track, which would end without it.
#[derive(Resource)]
struct Feed(#[expect(dead_code, reason = "held so that the track goes on")] CustomFeed);

/// The last photo that was taken.
#[derive(Resource, Default)]
struct Taken(Option<Photo>);

fn main() {
    let mut app = headless::app(false);
    app.add_plugins((ViewfinderPlugins, EffectPlugin::<PassOfItsOwn>::default())).init_resource::<Taken>();
    headless::start(&mut app);
    let track = spawn_track(&mut app);
    println!(
        "The time to draw {}x{} pixels with this many effects, warps and colors in turns, on {}: all of an update \
         until the GPU is done, less an update that draws nothing. The camera's conversion is part of it.\n",
        SIZE.x,
        SIZE.y,
        headless::adapter(&app)
    );

    // No effects, then each count folded and with a pass for each effect.
    let mut stacks = vec![EffectStack::new()];
    stacks.extend(COUNTS.iter().flat_map(|&count| [stack(count, false), stack(count, true)]));
    let photos: Vec<Photo> = stacks.iter().map(|stack| photograph(&mut app, track, stack)).collect();
    let mut samples = vec![Vec::new(); stacks.len()];
    let mut idle = Vec::new();
    for _ in 0..ROUNDS {
        idle.extend((0..DRAWINGS).map(|_| update(&mut app)));
        for (stack, samples) in stacks.iter().zip(&mut samples) {
            app.world_mut().entity_mut(track).insert(stack.clone());
            for drawing in 0..DRAWINGS + 3 {
                // A changed stack is drawn again.
                app.world_mut().get_mut::<EffectStack>(track).expect("it was just put there").set_changed();
                let took = update(&mut app);
                if drawing >= 3 {
                    samples.push(took);
                }
            }
        }
    }

    let idle = Timing::new("nothing", idle).median();
    let medians: Vec<Duration> =
        samples.into_iter().map(|samples| Timing::new("", samples).median().saturating_sub(idle)).collect();
    let passes =
        |stack: &EffectStack| plan(&stack.iter().map(|effect| effect.kind()).collect::<Vec<_>>()).len();
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    let mut table = Table::new([
        "effects",
        "passes",
        "time",
        "a pass each: passes",
        "time",
        "to folded",
        "mean difference of the outputs",
    ]);
    table.row(["0", "1", &time(medians[0]), "", "", "", ""].map(str::to_owned));
    for (index, count) in COUNTS.iter().enumerate() {
        let (folded, single) = (1 + 2 * index, 2 + 2 * index);
        table.row([
            count.to_string(),
            passes(&stacks[folded]).to_string(),
            time(medians[folded]),
            passes(&stacks[single]).to_string(),
            time(medians[single]),
            times(ratio(medians[single], medians[folded])),
            format!("{:.2} / 255", difference(&photos[folded], &photos[single])),
        ]);
    }
    println!("{table}");
    let eight_to_one = ratio(medians[5], medians[1]);
    let one_pass = COUNTS.iter().all(|&count| passes(&stack(count, false)) == 1);
    goal("any number of warps and colors, 1 pass", if one_pass { "1" } else { "more" }, one_pass);
    if headless::is_gpu(&app) {
        goal("8 effects, at most 1.25 times 1 effect", times(eight_to_one), eight_to_one <= 1.25);
    } else {
        println!("- without a GPU, not judged: 8 effects to 1 effect: {}", times(eight_to_one));
    }
}

/// A track with one frame: it is drawn only when its effects change.
fn spawn_track(app: &mut App) -> Entity {
    let mode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Yuyv };
    let (source, feed) = CustomSource::new("A still", [mode]);
    feed.push(frames::frame(PixelFormat::Yuyv, SIZE));
    app.insert_resource(Feed(feed));
    app.world_mut().spawn((VideoTrack, Mirroring::Off, TrackSource::new(source))).id()
}

/// A stack of `count` effects, warps and colors in turns. With `separate`, each has a pass of its own.
fn stack(count: usize, separate: bool) -> EffectStack {
    let mut stack = EffectStack::new();
    for index in 0..count {
        if separate && index > 0 {
            stack.push(PassOfItsOwn::default());
        }
        match index % 8 {
            0 => stack.push(Swirl { angle: 20.0, ..default() }),
            1 => stack.push(Brightness { amount: 1.05 }),
            2 => stack.push(Bulge::default()),
            3 => stack.push(Contrast { amount: 1.05 }),
            4 => stack.push(Swirl { angle: -20.0, ..default() }),
            5 => stack.push(HueRotate { angle: 10.0 }),
            6 => stack.push(Saturate { amount: 1.1 }),
            _ => stack.push(Vignette::default()),
        }
    }
    stack
}

/// The track's output with this stack, after all of its shaders are compiled.
fn photograph(app: &mut App, track: Entity, stack: &EffectStack) -> Photo {
    app.world_mut().entity_mut(track).insert(stack.clone());
    let deadline = Instant::now() + Duration::from_secs(120);
    while app.world().get::<bevy_viewfinder::track::TrackState>(track)
        != Some(&bevy_viewfinder::track::TrackState::Live)
    {
        assert!(Instant::now() < deadline, "the track isn't live");
        app.update();
    }
    // The first photo may show the previous frame.
    (0..5).for_each(|_| app.update());
    app.world_mut().spawn(TakePhoto(track)).observe(|taken: On<PhotoTaken>, mut photo: ResMut<Taken>| {
        photo.0 = Some(taken.photo.clone());
    });
    loop {
        app.update();
        if let Some(photo) = app.world_mut().resource_mut::<Taken>().0.take() {
            return photo;
        }
        assert!(Instant::now() < deadline, "no photo came");
    }
}

/// One update, until the GPU is done.
fn update(app: &mut App) -> Duration {
    let start = Instant::now();
    app.update();
    headless::wait_for_gpu(app);
    start.elapsed()
}

/// The mean difference of two images.
fn difference(a: &Photo, b: &Photo) -> f64 {
    let sum: u64 = a.rgba.iter().zip(&*b.rgba).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.rgba.len() as f64
}
