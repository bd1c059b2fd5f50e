//! The render thread's time to upload a frame, beside `write_texture` and a copy of as many bytes.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use bevy::{
    math::UVec2,
    prelude::*,
    render::{
        render_resource::{
            Extent3d, Texture, TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::NativeMode,
    frame::{Frame, PixelFormat},
    prelude::{TrackSource, TrackStatistics, VideoTrack},
    source::{CustomFeed, CustomSource},
};
use measure::{Table, Timing, frames, goal, headless, time, times};
use wgpu::TexelCopyBufferLayout;

const SIZES: [UVec2; 4] =
    [UVec2::new(640, 480), UVec2::new(1280, 720), UVec2::new(1920, 1080), UVec2::new(3840, 2160)];

/// Samples of each size.
const FRAMES: usize = 120;

/// Frames before the first sample: buffers and textures are made.
const WARM_UP: usize = 20;

/// The longest time of the render thread, at every size.
const LONGEST: Duration = Duration::from_micros(50);

/// A track whose frames an app pushes, and a texture of one plane that they fit into.
struct Subject {
    app: App,
    size: UVec2,
    frame: Frame,
    track: Entity,
    feed: CustomFeed,
    texture: Texture,
    memory: Vec<u8>,
}

impl Subject {
    fn new(size: UVec2) -> Self {
        let mut app = headless::app(false);
        app.add_plugins(ViewfinderPlugins);
        headless::start(&mut app);
        let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Yuyv };
        let (source, feed) = CustomSource::new("Camera", [mode]);
        let track = app.world_mut().spawn((VideoTrack, TrackSource::new(source))).id();
        let device = app.world().resource::<RenderDevice>();
        let texture = device.create_texture(&TextureDescriptor {
            label: None,
            size: extent(size),
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format: TextureFormat::Rgba8Unorm,
            usage: TextureUsages::COPY_DST | TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        let frame = frames::frame(PixelFormat::Yuyv, size);
        let memory = vec![0; frame.buffer.len()];
        Self { app, size, frame, track, feed, texture, memory }
    }

    fn delivered(&self) -> u64 {
        self.app
            .world()
            .get::<TrackStatistics>(self.track)
            .map_or(0, |statistics| statistics.delivered_frames)
    }

    /// Shows a frame, and returns the time of its upload.
    fn upload(&mut self) -> Duration {
        let before = self.delivered();
        self.feed.push(self.frame.clone());
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.delivered() == before {
            assert!(Instant::now() < deadline, "a frame isn't shown");
            thread::sleep(Duration::from_millis(2));
            self.app.update();
            headless::wait_for_gpu(&self.app);
        }
        self.app.world().get::<TrackStatistics>(self.track).map_or(Duration::ZERO, |it| it.upload_time)
    }

    /// The time in which wgpu alone copies the frame to memory of its own.
    fn write_texture(&mut self) -> Duration {
        let queue = self.app.world().resource::<RenderQueue>();
        let bytes_per_row = Some(self.size.x * 2);
        let rows = TexelCopyBufferLayout { offset: 0, bytes_per_row, rows_per_image: None };
        let start = Instant::now();
        queue.write_texture(self.texture.as_image_copy(), &self.frame.buffer, rows, extent(self.size));
        let took = start.elapsed();
        queue.submit([]);
        headless::wait_for_gpu(&self.app);
        took
    }

    fn copy(&mut self) -> Duration {
        let start = Instant::now();
        self.memory.copy_from_slice(&self.frame.buffer);
        black_box(&self.memory);
        start.elapsed()
    }
}

/// Two pixels of YUYV are a texel.
fn extent(size: UVec2) -> Extent3d {
    Extent3d { width: size.x / 2, height: size.y, depth_or_array_layers: 1 }
}

fn main() {
    let mut subjects = SIZES.map(Subject::new);
    println!(
        "The render thread's time for a frame in YUYV, on {}: from the track's slot until the copy to its texture is \
         recorded. The capture thread has copied the frame to memory of the GPU before. `write_texture` is the way \
         that takes no such memory.\n",
        headless::adapter(&subjects[0].app)
    );
    let mut samples = SIZES.map(|_| [const { Vec::<Duration>::new() }; 3]);
    for round in 0..WARM_UP + FRAMES {
        for (subject, samples) in subjects.iter_mut().zip(&mut samples) {
            let took = [subject.upload(), subject.write_texture(), subject.copy()];
            if round >= WARM_UP {
                samples.iter_mut().zip(took).for_each(|(samples, took)| samples.push(took));
            }
        }
    }
    let mut table = Table::new(["size", "", "median", "p95", "to the copy"]);
    let mut goals = Vec::new();
    for (size, samples) in SIZES.into_iter().zip(samples) {
        let [ours, write_texture, copy] = samples.map(|samples| Timing::new("", samples));
        for (name, timing) in
            [("this crate", &ours), ("`write_texture`", &write_texture), ("one copy", &copy)]
        {
            table.row([
                format!("{}x{}", size.x, size.y),
                name.into(),
                time(timing.median()),
                time(timing.percentile(95)),
                times(timing.ratio_to(&copy)),
            ]);
        }
        goals.push((size, ours.median()));
    }
    println!("{table}");
    for (size, median) in goals {
        goal(&format!("{}x{}, at most 50 µs", size.x, size.y), time(median), median <= LONGEST);
    }
}
