//! A stage for tests: the real user interface in a window of any size that is nowhere, laid out without a GPU.

mod contrast;
mod labels;
mod layout;
mod pictures;
mod scene;

use std::{thread, time::Duration};

use bevy::{
    a11y::AccessibilityRequested,
    app::PluginsState,
    log::LogPlugin,
    prelude::*,
    render::{RenderPlugin, pipelined_rendering::PipelinedRenderingPlugin, settings::WgpuSettings},
    tasks::tick_global_task_pools_on_main_thread,
    text::TextFont,
    ui::{FocusPolicy, IsDefaultUiCamera, UiGlobalTransform},
    ui_widgets::Button as MenuButton,
    window::{ExitCondition, PrimaryWindow, WindowResized},
    winit::WinitPlugin,
};
use bevy_viewfinder::{
    device::NativeMode, frame::PixelFormat, menus::ViewfinderUiPlugin, prelude::*, source::DefaultSource,
};
use photobooth::words::{Language, Words};

use super::theme::Fonts;
use crate::{
    booth::{Booth, Curtain, Layouts},
    feed::{self, Feed, Viewfinder},
    host::{Host, UploadState, show::IdleShow},
    layout as layouts,
    look::Looks,
    settings::Settings,
    sticker,
    thumbnail::{self, Thumbnails},
};
use scene::Scene;

/// The longest wait for a font, in steps.
const PATIENCE: usize = 2000;

/// The user interface.
struct Stage(App);

impl Stage {
    /// The user interface of a booth with these settings, and a track that is live.
    fn new(settings: Settings) -> Self {
        let mut app = app(settings, WgpuSettings { backends: None, ..default() });
        app.add_systems(PreStartup, |mut commands: Commands| {
            let mode =
                NativeMode { size: UVec2::new(1280, 720), frame_rate: 30.0, format: PixelFormat::Rgba32 };
            let device = TrackSource::synthetic().0.devices().expect("a device").remove(0);
            let settings = VideoSettings::new(&device, mode);
            commands.spawn((Viewfinder, TrackState::Live, settings, EffectStack::new(), Mirroring::On));
            commands.spawn(Camera2d);
        });
        Self::start(app)
    }

    /// The same with a GPU and the synthetic device. Returns the camera too, which needs a target.
    fn with_gpu(settings: Settings) -> (Self, Entity) {
        let mut app = app(settings, WgpuSettings::default());
        app.add_plugins((feed::plugin, thumbnail::plugin));
        let camera = app.world_mut().spawn((Camera2d, IsDefaultUiCamera)).id();
        (Self::start(app), camera)
    }

    fn start(mut app: App) -> Self {
        while app.plugins_state() == PluginsState::Adding {
            tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        app.world().resource::<AccessibilityRequested>().set(true);
        let mut stage = Self(app);
        stage.settle();
        stage
    }

    /// Resizes the window.
    fn resize(&mut self, width: u32, height: u32) {
        let world = self.0.world_mut();
        let (window, mut shape) = world
            .query_filtered::<(Entity, &mut Window), With<PrimaryWindow>>()
            .single_mut(world)
            .expect("a window");
        let (width, height) = (width as f32, height as f32);
        shape.resolution.set(width, height);
        world.write_message(WindowResized { window, width, height });
    }

    /// Speaks a language, once its font is there.
    fn speak(&mut self, language: Language) {
        self.0.insert_resource(Words::new(language));
        for _ in 0..PATIENCE {
            self.0.update();
            let world = self.0.world_mut();
            let fonts = world.resource::<Fonts>().clone();
            let mut lines = world.query::<&TextFont>();
            let is_own = lines.iter(world).any(|line| match &line.font {
                FontSource::Handle(font) => fonts.has(font),
                _ => false,
            });
            if language.font().is_none() || !is_own {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the font of {language:?} isn't there");
    }

    /// Shows a scene.
    fn show(&mut self, scene: Scene) {
        scene.set(self.0.world_mut());
        self.settle();
    }

    /// Runs until the layout stays: parts that fill others are one frame later.
    fn settle(&mut self) {
        for _ in 0..4 {
            self.0.update();
        }
    }

    fn world(&mut self) -> &mut World {
        self.0.world_mut()
    }
}

/// The app of a stage.
fn app(settings: Settings, graphics: WgpuSettings) -> App {
    let mut app = App::new();
    let window = WindowPlugin { exit_condition: ExitCondition::DontExit, ..default() };
    let assets = AssetPlugin { watch_for_changes_override: Some(false), ..default() };
    let renderer = RenderPlugin {
        render_creation: graphics.into(),
        synchronous_pipeline_compilation: true,
        ..default()
    };
    let plugins = DefaultPlugins
        .build()
        .disable::<WinitPlugin>()
        .disable::<LogPlugin>()
        .disable::<PipelinedRenderingPlugin>();
    app.add_plugins((
        plugins.set(renderer).set(window).set(assets),
        ViewfinderPlugins,
        ViewfinderUiPlugin,
        sticker::plugin,
        super::plugin,
    ))
    .insert_resource(DefaultSource(TrackSource::synthetic().0))
    .insert_resource(Looks::new(None, &settings))
    .insert_resource(settings)
    .insert_resource(Layouts(layouts::shipped().expect("the booth's layouts")))
    .init_resource::<Booth>()
    .init_resource::<Curtain>()
    .init_resource::<Feed>()
    .init_resource::<Host>()
    .init_resource::<IdleShow>()
    .init_resource::<Thumbnails>()
    .init_resource::<UploadState>()
    .init_resource::<Words>();
    app
}

/// A node and the nodes around it, from the inside out.
fn chain(world: &World, node: Entity) -> Vec<Entity> {
    let mut chain = vec![node];
    let mut at = node;
    while let Some(parent) = world.get::<ChildOf>(at) {
        at = parent.parent();
        chain.push(at);
    }
    chain
}

/// True if the node takes space, and nothing around it is hidden.
fn is_shown(world: &World, node: Entity) -> bool {
    let has_space = world.get::<ComputedNode>(node).is_some_and(|node| !node.is_empty());
    has_space
        && chain(world, node)
            .iter()
            .all(|node| world.get::<Node>(*node).is_none_or(|node| node.display != Display::None))
}

/// The place of a node in the window.
fn place(world: &World, node: Entity) -> Rect {
    let size = world.get::<ComputedNode>(node).map_or(Vec2::ZERO, ComputedNode::size);
    let middle = world.get::<UiGlobalTransform>(node).map_or(Vec2::ZERO, |transform| transform.translation);
    Rect::from_center_size(middle, size)
}

/// The layer of a node: the highest one around it.
fn layer(world: &World, node: Entity) -> i32 {
    let layers = chain(world, node).into_iter().filter_map(|node| world.get::<GlobalZIndex>(node));
    layers.map(|layer| layer.0).max().unwrap_or(0)
}

/// The layer of the booth, of the result, or of a screen of the host's: the one that is used.
fn used_layer(world: &mut World) -> i32 {
    let mut covers = world.query::<(Entity, &FocusPolicy, &GlobalZIndex)>();
    let covers: Vec<(Entity, i32)> = covers
        .iter(world)
        .filter(|(_, policy, _)| **policy == FocusPolicy::Block)
        .map(|(node, _, layer)| (node, layer.0))
        .collect();
    covers.into_iter().filter(|(node, _)| is_shown(world, *node)).map(|(_, layer)| layer).max().unwrap_or(0)
}

/// The texts that are shown, and what they say.
fn texts(world: &mut World) -> Vec<(Entity, String)> {
    let mut texts = world.query::<(Entity, &Text)>();
    let found: Vec<(Entity, String)> = texts
        .iter(world)
        .filter(|(_, text)| !text.0.trim().is_empty())
        .map(|(node, text)| (node, text.0.clone()))
        .collect();
    found.into_iter().filter(|(node, _)| is_shown(world, *node)).collect()
}

/// The buttons that are shown: those of the booth, and of its menus.
fn buttons(world: &mut World) -> Vec<Entity> {
    let mut buttons = world.query_filtered::<Entity, Or<(With<Button>, With<MenuButton>)>>();
    let found: Vec<Entity> = buttons.iter(world).collect();
    found.into_iter().filter(|node| is_shown(world, *node)).collect()
}
