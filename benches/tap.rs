//! The cost of a tap on the main thread and on the renderer's, its allocations, and the age of its frames.

use std::{
    alloc::System,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use bevy::{
    math::UVec2,
    prelude::*,
    render::{
        RenderApp,
        render_resource::{
            Buffer, BufferDescriptor, BufferUsages, CommandEncoderDescriptor, Extent3d, LoadOp, MapMode,
            Operations, RenderPassColorAttachment, RenderPassDescriptor, StoreOp, TexelCopyBufferInfo,
            TexelCopyBufferLayout, Texture, TextureDescriptor, TextureDimension, TextureFormat,
            TextureUsages, TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderGraph, RenderGraphSystems, RenderQueue},
    },
};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::NativeMode,
    frame::{Frame, FramePool, PixelFormat},
    prelude::*,
    source::{CustomFeed, CustomSource},
    tap::TapFormat,
};
use measure::{Table, Timing, goal, headless, main_clock, processor, time};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Width and height of the track: small, so that its own work, which all apps have, is little.
const TRACK: UVec2 = UVec2::new(320, 180);
/// Frames of each app; each has a new frame of the track.
const FRAMES: usize = 200;
const WARM_UP: usize = 20;
/// The time between two updates. A processor that stands in for the GPU has finished the work of the update before.
const PAUSE: Duration = Duration::from_millis(25);
/// Frames over which allocations are counted.
const COUNTED: u64 = 120;
const LIMIT: Duration = Duration::from_micros(50);

/// The load of an app beside its track.
#[derive(Clone, Copy, PartialEq)]
enum Extra {
    Nothing,
    Tap(TapFormat, UVec2),
    /// A texture of this size, in texels, that is cleared, copied and mapped by wgpu alone.
    Floor(UVec2),
}

const SMALL: UVec2 = UVec2::new(256, 144);
const LARGE: UVec2 = UVec2::new(640, 360);

const CASES: [(&str, Extra); 7] = [
    ("no tap", Extra::Nothing),
    ("luma, 256x144", Extra::Tap(TapFormat::Luma, SMALL)),
    ("wgpu alone, as many bytes", Extra::Floor(UVec2::new(64, 144))),
    ("luma, 640x360", Extra::Tap(TapFormat::Luma, LARGE)),
    ("wgpu alone, as many bytes", Extra::Floor(UVec2::new(160, 360))),
    ("color, 640x360", Extra::Tap(TapFormat::Rgba, LARGE)),
    ("wgpu alone, as many bytes", Extra::Floor(LARGE)),
];

fn main() {
    let mut apps = CASES.map(|(_, extra)| Fixture::new(extra, false));
    println!(
        "A tap before the effects of a track of {}x{} in NV12, on {}. The apps are updated in turn, each time with a new \
         frame of the track and once the GPU is idle, and draw on their main threads, so that the rest of an update is \
         the renderer's time. On a software renderer it waits until that has drawn. The processor's time is without the \
         software renderer. The floor is a texture of as many bytes that wgpu alone clears, copies, maps, and copies out of \
         the buffer. Times and allocations are the difference to the app without a tap.\n",
        TRACK.x,
        TRACK.y,
        headless::adapter(&apps[0].app)
    );
    let mut main = vec![Vec::with_capacity(FRAMES); apps.len()];
    let (mut render, mut both) = (main.clone(), main.clone());
    for frame in 0..WARM_UP + FRAMES {
        for turn in 0..apps.len() {
            let index = (turn + frame) % apps.len();
            apps[index].push(0);
            // The capture thread hands the frame to the track.
            thread::sleep(PAUSE);
            let app = &mut apps[index].app;
            let (start, used) = (Instant::now(), processor::used());
            app.update();
            let whole = start.elapsed();
            if frame >= WARM_UP {
                main[index].push(main_clock::last_update(app));
                render[index].push(whole.saturating_sub(main_clock::last_update(app)));
                both[index].push(processor::used().zip(used).map_or(whole, |(now, then)| now - then));
            }
        }
    }

    let timings = |samples: Vec<Vec<Duration>>| -> Vec<Timing> {
        CASES.iter().zip(samples).map(|((name, _), samples)| Timing::new(*name, samples)).collect()
    };
    let (main, render, both) = (timings(main), timings(render), timings(both));
    let allocations: Vec<_> = apps.iter_mut().map(Fixture::allocations).collect();
    let more = |timings: &[Timing], index: usize| timings[index].median().saturating_sub(timings[0].median());
    let mut table = Table::new([
        "tap",
        "main thread",
        "renderer",
        "processor, both",
        "allocations per frame",
        "kB per frame",
    ]);
    for (index, (name, extra)) in CASES.iter().enumerate() {
        let (count, bytes) = allocations[index];
        let cells = match extra {
            Extra::Nothing => [
                time(main[0].median()),
                time(render[0].median()),
                time(both[0].median()),
                format!("{count:.0}"),
                format!("{:.1}", bytes / 1e3),
            ],
            _ => [
                time(more(&main, index)),
                time(more(&render, index)),
                time(more(&both, index)),
                format!("{:+.0}", count - allocations[0].0),
                format!("{:+.1}", (bytes - allocations[0].1) / 1e3),
            ],
        };
        let [main, render, both, count, bytes] = cells;
        table.row([(*name).to_owned(), main, render, both, count, bytes]);
    }
    println!("{table}");
    for (index, (name, _)) in
        CASES.iter().enumerate().filter(|(_, (_, extra))| matches!(extra, Extra::Tap(..)))
    {
        let cost = more(&main, index);
        goal(&format!("{name}, main thread, at most 50 µs"), time(cost), cost <= LIMIT);
        let cost = more(&both, index).saturating_sub(more(&both, index + 1));
        goal(&format!("{name}, processor, at most 50 µs more than wgpu alone"), time(cost), cost <= LIMIT);
        // All pixel buffers are reused: the rest is wgpu's own.
        let beyond = allocations[index].0 - allocations[index + 1].0;
        goal(&format!("{name}, no allocation beyond wgpu's"), format!("{beyond:+.1}"), beyond <= 0.5);
    }

    println!(
        "\nThe age of the newest frame, in frames of the app since it reached the GPU, luma of 256x144:\n"
    );
    let mut table = Table::new(["renderer", "median", "most"]);
    let mut oldest = 0;
    for (name, pipelined) in [("on the main thread", false), ("on a thread of its own", true)] {
        let ages = Fixture::new(Extra::Tap(TapFormat::Luma, SMALL), pipelined).ages(pipelined);
        let (median, most) = (ages[ages.len() / 2], ages[ages.len() * 99 / 100]);
        table.row([name.into(), median.to_string(), most.to_string()]);
        oldest = oldest.max(most);
    }
    println!("{table}");
    goal("99 of 100 frames, at most 2 frames of the app", oldest, oldest <= 2);
}

/// An app with a track that the bench feeds.
struct Fixture {
    app: App,
    feed: CustomFeed,
    pool: FramePool,
    tap: Option<Entity>,
}

impl Fixture {
    fn new(extra: Extra, pipelined: bool) -> Self {
        let mut app = headless::app(pipelined);
        app.add_plugins(ViewfinderPlugins);
        main_clock::install(&mut app);
        if let Extra::Floor(texels) = extra {
            let renderer = app.sub_app_mut(RenderApp);
            renderer.insert_resource(Floor { texels, ..default() });
            renderer.add_systems(RenderGraph, read_back.in_set(RenderGraphSystems::Begin));
        }
        headless::start(&mut app);
        let mode = NativeMode { size: TRACK, frame_rate: 60.0, format: PixelFormat::Nv12 };
        let (source, feed) = CustomSource::new("the bench", [mode]);
        let track = app.world_mut().spawn((VideoTrack, TrackSource::new(source))).id();
        let tap = match extra {
            Extra::Tap(format, size) => {
                let mut tap = PixelTap::luma(track).effects(false).size(size);
                tap.format = format;
                Some(app.world_mut().spawn(tap).id())
            }
            _ => None,
        };
        let mut fixture = Self { app, feed, pool: FramePool::default(), tap };
        // The first frames compile and allocate.
        let deadline = Instant::now() + Duration::from_secs(60);
        while fixture.sequence().is_none_or(|sequence| sequence < 8) {
            fixture.step(0);
            assert!(Instant::now() < deadline, "no frame came");
        }
        fixture
    }

    /// The number of frames that came, by the tap or else by the track.
    fn sequence(&mut self) -> Option<u64> {
        let world = self.app.world_mut();
        match self.tap {
            Some(tap) => world.get::<TapFrames>(tap)?.latest().map(|frame| frame.sequence),
            None => world.query::<&TrackStatistics>().iter(world).next().map(|track| track.delivered_frames),
        }
    }

    /// Pushes a gray frame.
    fn push(&self, gray: u8) {
        let mut buffer = self.pool.take(PixelFormat::Nv12.packed_len(TRACK));
        buffer.fill(128);
        buffer[..(TRACK.x * TRACK.y) as usize].fill(gray);
        self.feed.push(Frame::packed(PixelFormat::Nv12, TRACK, buffer));
    }

    /// A frame of the app with a new one of the track.
    fn step(&mut self, gray: u8) {
        self.push(gray);
        thread::sleep(Duration::from_millis(2));
        self.app.update();
        thread::sleep(Duration::from_millis(14));
    }

    /// Allocations and their bytes for each frame of the app.
    fn allocations(&mut self) -> (f64, f64) {
        let before = self.sequence().unwrap_or(0);
        let region = Region::new(ALLOCATOR);
        (0..COUNTED).for_each(|_| self.step(0));
        let change = region.change();
        let frames = self.sequence().unwrap_or(0) - before;
        assert!(frames >= COUNTED * 9 / 10, "only {frames} of {COUNTED} frames came");
        let allocations = change.allocations + change.reallocations;
        (allocations as f64 / COUNTED as f64, change.bytes_allocated as f64 / COUNTED as f64)
    }

    /// How many frames of the app ago the newest frame reached the GPU, sorted. A renderer with a thread of its own
    /// takes it one frame after it was pushed.
    fn ages(mut self, pipelined: bool) -> Vec<i32> {
        // Limited range, in steps that survive the conversion.
        const STEPS: i32 = 64;
        let mut ages = Vec::new();
        for frame in 0..300 {
            let now = frame % STEPS;
            self.step((16 + now * 3) as u8);
            let tap = self.tap.expect("there is a tap");
            let newest = self.app.world().get::<TapFrames>(tap).and_then(TapFrames::latest);
            let luma = f64::from(newest.map_or(0, |frame| frame.buffer[0]));
            let seen = (luma * 219.0 / 255.0 / 3.0).round() as i32;
            if frame >= STEPS {
                ages.push((now - seen).rem_euclid(STEPS) - i32::from(pipelined));
            }
        }
        ages.sort_unstable();
        ages
    }
}

/// A texture that is read back by wgpu alone.
#[derive(Resource, Default)]
struct Floor {
    texels: UVec2,
    target: Option<(Texture, TextureView)>,
    buffers: Vec<(Buffer, Arc<AtomicBool>)>,
    pixels: Arc<Mutex<Vec<u8>>>,
}

/// Clears, copies and maps the texture, and copies its bytes.
fn read_back(mut floor: ResMut<Floor>, device: Res<RenderDevice>, queue: Res<RenderQueue>) {
    let size = Extent3d { width: floor.texels.x, height: floor.texels.y, depth_or_array_layers: 1 };
    let bytes_per_row = RenderDevice::align_copy_bytes_per_row(size.width as usize * 4) as u32;
    if floor.buffers.is_empty() {
        let texture = device.create_texture(&TextureDescriptor {
            label: None,
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format: TextureFormat::Rgba8Unorm,
            usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&TextureViewDescriptor::default());
        floor.target = Some((texture, view));
        floor.buffers.extend((0..3).map(|_| {
            let buffer = device.create_buffer(&BufferDescriptor {
                label: None,
                size: u64::from(bytes_per_row * size.height),
                usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
                mapped_at_creation: false,
            });
            (buffer, Arc::default())
        }));
    }
    let Some((texture, view)) = &floor.target else { return };
    let free = floor.buffers.iter().find(|(_, busy)| !busy.load(Ordering::Acquire));
    let Some((buffer, busy)) = free else { return };
    let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor { label: None });
    drop(encoder.begin_render_pass(&RenderPassDescriptor {
        color_attachments: &[Some(RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: Operations { load: LoadOp::Clear(default()), store: StoreOp::Store },
        })],
        ..default()
    }));
    let layout =
        TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(bytes_per_row), rows_per_image: None };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), TexelCopyBufferInfo { buffer, layout }, size);
    queue.submit([encoder.finish()]);
    busy.store(true, Ordering::Release);
    let (mapped, busy, pixels) = (buffer.clone(), busy.clone(), floor.pixels.clone());
    buffer.slice(..).map_async(MapMode::Read, move |_| {
        let bytes = mapped.slice(..).get_mapped_range();
        let mut pixels = pixels.lock().expect("only this locks it");
        pixels.clear();
        pixels.extend_from_slice(&bytes);
        drop(bytes);
        mapped.unmap();
        busy.store(false, Ordering::Release);
    });
}
