//! Tracks behind 3D scenes: colors, covering, fits, viewports.

use bevy::{
    camera::{Hdr, RenderTarget, Viewport},
    core_pipeline::tonemapping::Tonemapping,
    prelude::*,
    render::{render_resource::TextureFormat, view::Msaa},
};
use bevy_viewfinder::{
    background::Fit,
    device::NativeMode,
    frame::PixelFormat,
    photo::Photo,
    prelude::*,
    source::{CustomFeed, CustomSource},
};

use crate::stage::{Stage, default_plugins};

/// The size of frames and viewports.
pub const SIZE: UVec2 = UVec2::new(128, 96);

const CLEAR: [u8; 3] = [90, 20, 70];

pub fn stage() -> Stage {
    let [red, green, blue] = CLEAR;
    Stage::of(default_plugins(), |app| {
        app.insert_resource(ClearColor(Color::srgb_u8(red, green, blue)));
    })
}

/// A frame in which no two places look alike.
fn gradient(x: u32, y: u32) -> [u8; 3] {
    [x * 255 / SIZE.x, y * 255 / SIZE.y, 255 - (x + y) * 255 / (SIZE.x + SIZE.y)].map(|value| value as u8)
}

/// The same in other colors.
fn other_gradient(x: u32, y: u32) -> [u8; 3] {
    let [red, green, blue] = gradient(x, y);
    [green, blue, red]
}

pub fn push(feed: &CustomFeed, size: UVec2, pixel: impl Fn(u32, u32) -> [u8; 3]) {
    let pixels = (0..size.y).flat_map(|y| (0..size.x).map(move |x| (x, y)));
    let bytes: Vec<u8> = pixels.flat_map(|(x, y)| pixel(x, y).into_iter().chain([255])).collect();
    feed.push_rgba(size, &bytes).expect("4 bytes for each pixel");
}

/// A live track of this frame. It ends with its feed.
pub fn track(
    stage: &mut Stage,
    pixel: impl Fn(u32, u32) -> [u8; 3],
    more: impl Bundle,
) -> (Entity, CustomFeed) {
    let mode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), more));
    stage.until_live(track);
    push(&feed, SIZE, pixel);
    stage.until_delivered(track, 1);
    (track, feed)
}

/// An image that Bevy's cameras render to, and its readback.
pub fn target(stage: &mut Stage, size: UVec2) -> (RenderTarget, Entity) {
    let image = Image::new_target_texture(size.x, size.y, TextureFormat::Rgba8UnormSrgb, None);
    let image = stage.app.world_mut().resource_mut::<Assets<Image>>().add(image);
    (image.clone().into(), stage.spawn(EffectInput(image)))
}

/// A 3D camera with an image of its own. Returns the readback of the image.
fn camera(stage: &mut Stage, size: UVec2, more: impl Bundle) -> Entity {
    let (target, reader) = target(stage, size);
    stage.spawn((Camera3d::default(), target, more));
    reader
}

pub fn pixel(photo: &Photo, x: u32, y: u32) -> [u8; 3] {
    let [red, green, blue, _] = photo.pixel(x, y).expect("a pixel of the photo");
    [red, green, blue]
}

pub fn is_near(seen: [u8; 3], wanted: [u8; 3], tolerance: u8) -> bool {
    seen.iter().zip(wanted).all(|(seen, wanted)| seen.abs_diff(wanted) <= tolerance)
}

/// Renders until a photo passes this check, which says what is wrong.
#[track_caller]
pub fn until_photo(stage: &mut Stage, reader: Entity, check: impl Fn(&Photo) -> Result<(), String>) -> Photo {
    let mut wrong = String::new();
    for _ in 0..60 {
        let photo = stage.shoot(GrabFrame(reader));
        match check(&photo) {
            Ok(()) => return photo,
            Err(error) => wrong = error,
        }
        stage.step();
    }
    panic!("{wrong}");
}

/// Renders until the pixel has this color.
#[track_caller]
pub fn until_pixel(stage: &mut Stage, reader: Entity, (x, y): (u32, u32), color: [u8; 3]) -> Photo {
    until_photo(stage, reader, |photo| {
        let seen = pixel(photo, x, y);
        if is_near(seen, color, 2) { Ok(()) } else { Err(format!("{seen:?} and not {color:?} at {x}, {y}")) }
    })
}

/// Asserts that a part of the photo is the frame, each pixel within 1 of 255.
#[track_caller]
fn assert_shows(photo: &Photo, from: UVec2, size: UVec2, wanted: impl Fn(u32, u32) -> [u8; 3]) {
    for (x, y) in (0..size.y).flat_map(|y| (0..size.x).map(move |x| (x, y))) {
        let (seen, wanted) = (pixel(photo, from.x + x, from.y + y), wanted(x, y));
        assert!(is_near(seen, wanted, 1), "{seen:?} and not {wanted:?} at {x}, {y}");
    }
}

/// The kinds of cameras: with and without `Hdr` and antialiasing.
fn kinds(
    stage: &mut Stage,
    mut each: impl FnMut(&mut Stage) -> (Entity, Entity),
) -> Vec<(&'static str, Entity)> {
    let kinds = [
        ("plain", false, Msaa::Off),
        ("msaa", false, Msaa::Sample4),
        ("hdr", true, Msaa::Off),
        ("both", true, Msaa::Sample4),
    ];
    let kinds = kinds.map(|(name, is_hdr, msaa)| {
        let (camera, reader) = each(stage);
        let mut camera = stage.app.world_mut().entity_mut(camera);
        camera.insert(msaa);
        if is_hdr {
            camera.insert(Hdr);
        }
        (name, reader)
    });
    kinds.into()
}

fn material(stage: &mut Stage, material: StandardMaterial) -> MeshMaterial3d<StandardMaterial> {
    MeshMaterial3d(stage.app.world_mut().resource_mut::<Assets<StandardMaterial>>().add(material))
}

pub fn mesh(stage: &mut Stage, mesh: impl Into<Mesh>) -> Mesh3d {
    Mesh3d(stage.app.world_mut().resource_mut::<Assets<Mesh>>().add(mesh.into()))
}

/// A material of this color that no light changes.
pub fn unlit(stage: &mut Stage, base_color: Color) -> MeshMaterial3d<StandardMaterial> {
    material(stage, StandardMaterial { base_color, unlit: true, alpha_mode: AlphaMode::Blend, ..default() })
}

#[test]
fn the_colors_of_a_background_are_those_of_the_track() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, gradient, ());
    let cameras = kinds(&mut stage, |stage| {
        let (target, reader) = target(stage, SIZE);
        // With the tonemapping that Bevy has by default.
        (stage.spawn((Camera3d::default(), target, CameraBackground::new(track))), reader)
    });
    for (name, reader) in cameras {
        println!("{name}");
        let photo = until_pixel(&mut stage, reader, (1, 1), gradient(1, 1));
        assert_shows(&photo, UVec2::ZERO, SIZE, gradient);
    }
}

#[test]
fn objects_cover_a_background_and_blend_onto_it() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, gradient, ());
    let opaque = StandardMaterial { base_color: Color::srgb_u8(240, 30, 10), unlit: true, ..default() };
    let cube = (mesh(&mut stage, Cuboid::from_length(0.5)), material(&mut stage, opaque));
    stage.spawn((cube, Transform::from_xyz(-0.5, 0.0, -3.0)));
    let veil = (
        mesh(&mut stage, Rectangle::new(0.5, 0.5)),
        unlit(&mut stage, Color::linear_rgba(1.0, 1.0, 1.0, 0.5)),
    );
    stage.spawn((veil, Transform::from_xyz(0.5, 0.0, -3.0)));
    let cameras = kinds(&mut stage, |stage| {
        let (target, reader) = target(stage, SIZE);
        let camera = (Camera3d::default(), target, Tonemapping::None, CameraBackground::new(track));
        (stage.spawn(camera), reader)
    });
    // Blended in linear light.
    let mixed = gradient(83, 48).map(|value| {
        let linear = Srgba::rgb_u8(value, 0, 0);
        let red = 0.5 * LinearRgba::from(linear).red + 0.5;
        Srgba::from(LinearRgba::rgb(red, 0.0, 0.0)).to_u8_array()[0]
    });
    for (name, reader) in cameras {
        println!("{name}");
        until_pixel(&mut stage, reader, (44, 48), [240, 30, 10]);
        let photo = until_pixel(&mut stage, reader, (83, 48), mixed);
        for (x, y) in [(2, 2), (64, 48), (44, 20), (83, 70), (120, 90)] {
            assert!(is_near(pixel(&photo, x, y), gradient(x, y), 1), "{x}, {y}");
        }
    }
}

#[test]
fn glass_refracts_a_background() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, |_, _| [20, 40, 230], ());
    let glass = StandardMaterial {
        // Half of the light passes.
        base_color: Color::linear_rgb(0.5, 0.5, 0.5),
        specular_transmission: 1.0,
        perceptual_roughness: 0.0,
        reflectance: 0.0,
        ..default()
    };
    let pane = (mesh(&mut stage, Rectangle::new(1.0, 1.0)), material(&mut stage, glass));
    stage.spawn((pane, Transform::from_xyz(0.0, 0.0, -3.0)));
    let cameras = kinds(&mut stage, |stage| {
        let (target, reader) = target(stage, SIZE);
        let camera = (Camera3d::default(), target, Tonemapping::None, CameraBackground::new(track));
        (stage.spawn(camera), reader)
    });
    for (name, reader) in cameras {
        until_pixel(&mut stage, reader, (2, 2), [20, 40, 230]);
        until_photo(&mut stage, reader, |photo| {
            let [red, green, blue] = pixel(photo, 64, 48);
            let is_dimmed = (140..200).contains(&blue) && red < 60 && green < 70;
            if is_dimmed { Ok(()) } else { Err(format!("{name}: {:?}", [red, green, blue])) }
        });
    }
}

#[test]
fn a_background_fills_the_viewport_or_fits_into_it() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, gradient, ());
    let background = CameraBackground::new(track);
    let cover = camera(&mut stage, UVec2::new(128, 64), background);
    let contain = camera(&mut stage, UVec2::new(192, 96), background.fit(Fit::Contain));
    let bright =
        camera(&mut stage, UVec2::new(192, 96), (background.fit(Fit::Contain), Hdr, Tonemapping::None));
    let small = camera(&mut stage, UVec2::new(64, 24), background.fit(Fit::Stretch));

    let photo = until_pixel(&mut stage, cover, (0, 0), gradient(0, 16));
    assert_shows(&photo, UVec2::ZERO, UVec2::new(128, 64), |x, y| gradient(x, y + 16));
    for reader in [contain, bright] {
        let photo = until_pixel(&mut stage, reader, (32, 0), gradient(0, 0));
        assert_shows(&photo, UVec2::new(32, 0), SIZE, gradient);
        assert_shows(&photo, UVec2::ZERO, UVec2::new(32, 96), |_, _| CLEAR);
        assert_shows(&photo, UVec2::new(160, 0), UVec2::new(32, 96), |_, _| CLEAR);
    }
    // A pixel is the mean of those that it covers, in linear light.
    let photo = until_pixel(&mut stage, small, (32, 12), gradient(64, 49));
    assert!(is_near(pixel(&photo, 10, 5), gradient(20, 21), 3), "{:?}", pixel(&photo, 10, 5));
}

#[test]
fn a_mirrored_track_has_a_mirrored_background() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, gradient, Mirroring::On);
    let reader = camera(&mut stage, SIZE, CameraBackground::new(track));
    let photo = until_pixel(&mut stage, reader, (0, 0), gradient(127, 0));
    assert_shows(&photo, UVec2::ZERO, SIZE, |x, y| gradient(127 - x, y));
}

#[test]
fn each_part_of_a_split_screen_has_its_own_background() {
    let mut stage = stage();
    let (left, _left_feed) = track(&mut stage, gradient, ());
    let (right, _right_feed) = track(&mut stage, other_gradient, ());
    for hdr in [false, true] {
        let (target, reader) = target(&mut stage, UVec2::new(2 * SIZE.x, SIZE.y + 20));
        for (order, track) in [(0, left), (1, right)] {
            let place = UVec2::new(order as u32 * SIZE.x, 20);
            let viewport = Some(Viewport { physical_position: place, physical_size: SIZE, ..default() });
            let camera = Camera { order, viewport, ..default() };
            let camera =
                stage.spawn((Camera3d::default(), camera, target.clone(), CameraBackground::new(track)));
            if hdr {
                stage.app.world_mut().entity_mut(camera).insert(Hdr);
            }
        }
        until_pixel(&mut stage, reader, (1, 21), gradient(1, 1));
        let photo = until_pixel(&mut stage, reader, (SIZE.x + 1, 21), other_gradient(1, 1));
        assert_shows(&photo, UVec2::new(0, 20), SIZE, gradient);
        assert_shows(&photo, UVec2::new(SIZE.x, 20), SIZE, other_gradient);
    }
}

#[test]
fn nothing_is_drawn_before_the_first_frame_and_after_the_track() {
    let mut stage = stage();
    let (track, script) = stage.live(());
    let cameras = kinds(&mut stage, |stage| {
        let (target, reader) = target(stage, SIZE);
        let camera = (Camera3d::default(), target, Tonemapping::None, CameraBackground::new(track));
        (stage.spawn(camera), reader)
    });
    for (_, reader) in &cameras {
        until_pixel(&mut stage, *reader, (64, 48), CLEAR);
    }
    script.solid([30, 200, 60]);
    script.frame();
    for (_, reader) in &cameras {
        until_pixel(&mut stage, *reader, (64, 48), [30, 200, 60]);
    }
    stage.app.world_mut().despawn(track);
    for (_, reader) in &cameras {
        until_pixel(&mut stage, *reader, (64, 48), CLEAR);
    }
}

#[test]
fn a_background_follows_changes() {
    let mut stage = stage();
    let (first, feed) = track(&mut stage, gradient, ());
    let (second, _feed) = track(&mut stage, other_gradient, ());
    let (target, reader) = target(&mut stage, SIZE);
    let camera = stage.spawn((Camera3d::default(), target, CameraBackground::new(first)));
    until_pixel(&mut stage, reader, (1, 1), gradient(1, 1));
    // Another size of frames.
    push(&feed, UVec2::new(64, 48), |_, _| [1, 200, 100]);
    until_pixel(&mut stage, reader, (1, 1), [1, 200, 100]);
    // Another track, and another kind of camera.
    stage.app.world_mut().entity_mut(camera).insert(CameraBackground::new(second));
    until_pixel(&mut stage, reader, (1, 1), other_gradient(1, 1));
    stage.app.world_mut().entity_mut(camera).insert((Hdr, Msaa::Off));
    stage.steps(3);
    let photo = until_pixel(&mut stage, reader, (1, 1), other_gradient(1, 1));
    assert_shows(&photo, UVec2::ZERO, SIZE, other_gradient);
    stage.app.world_mut().entity_mut(camera).remove::<CameraBackground>();
    // Bevy maps the clear color of such a camera.
    stage.app.world_mut().entity_mut(camera).insert(Tonemapping::None);
    until_pixel(&mut stage, reader, (1, 1), CLEAR);
}

/// The errors of backgrounds, by their cameras.
#[derive(Resource, Default)]
struct Failures(Vec<(Entity, ErrorName)>);

#[test]
fn backgrounds_that_cannot_be_drawn_are_errors_by_name() {
    let mut stage = Stage::of(default_plugins(), |app| {
        app.init_resource::<Failures>().add_observer(
            |failed: On<CameraBackgroundFailed>, mut failures: ResMut<Failures>| {
                failures.0.push((failed.entity, failed.error.name));
            },
        );
    });
    let no_track = stage.spawn(());
    let (track, _script) = stage.live(());
    let (target, _) = target(&mut stage, SIZE);
    let without_track = stage.spawn((Camera3d::default(), target, CameraBackground::new(no_track)));
    let flat = stage.spawn((Camera2d, CameraBackground::new(track)));
    stage.steps(5);
    let failures = &stage.app.world().resource::<Failures>().0;
    assert_eq!(failures.len(), 2, "once each: {failures:?}");
    assert!(failures.contains(&(without_track, ErrorName::NotFound)), "{failures:?}");
    assert!(failures.contains(&(flat, ErrorName::NotSupported)), "{failures:?}");
}

#[test]
fn an_occluder_shows_the_frame_in_place_of_what_is_behind_it() {
    for mirroring in [Mirroring::Off, Mirroring::On] {
        let mut stage = stage();
        let intrinsics = CameraIntrinsics::from_fov(1.0).expect("a field of view");
        let (track, _feed) = track(&mut stage, gradient, (intrinsics, mirroring));
        let opaque = StandardMaterial { base_color: Color::srgb_u8(240, 30, 10), unlit: true, ..default() };
        let wall = (mesh(&mut stage, Rectangle::new(8.0, 8.0)), material(&mut stage, opaque));
        stage.spawn((wall, Transform::from_xyz(0.0, 0.0, -3.0)));
        // It covers the left half of what the device sees, and is turned.
        let cover = mesh(&mut stage, Rectangle::new(2.0, 4.0));
        let left = Transform::from_xyz(-1.0, 0.0, -2.0);
        let cover = stage.spawn((cover, BackgroundOccluder::new(track), left));
        let cameras = kinds(&mut stage, |stage| {
            let (target, reader) = target(stage, SIZE);
            (stage.spawn((Camera3d::default(), target, CameraBackground::new(track))), reader)
        });
        for (name, reader) in cameras {
            let is_mirrored = mirroring == Mirroring::On;
            let x = |x: u32| if is_mirrored { SIZE.x - 1 - x } else { x };
            println!("{name}, mirrored: {is_mirrored}");
            let photo = until_photo(&mut stage, reader, |photo| {
                let seen = pixel(photo, x(20), 48);
                let is_red = |[red, green, blue]: [u8; 3]| red > 150 && green < 90 && blue < 90;
                match (is_near(seen, gradient(20, 48), 2), is_red(pixel(photo, x(100), 48))) {
                    (true, true) => Ok(()),
                    _ => Err(format!("{seen:?} and {:?} beside it", pixel(photo, x(100), 48))),
                }
            });
            for (across, down) in [(5, 10), (60, 90), (33, 70)] {
                let (seen, wanted) = (pixel(&photo, x(across), down), gradient(across, down));
                assert!(is_near(seen, wanted, 2), "{seen:?} and not {wanted:?} at {across}, {down}");
            }
        }
        stage.app.world_mut().despawn(cover);
    }
}
