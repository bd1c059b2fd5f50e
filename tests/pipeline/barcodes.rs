//! Barcodes in frames, made by another program.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{
    barcode::{BarcodeFormat, DetectedBarcode},
    device::NativeMode,
    frame::PixelFormat,
    prelude::*,
    source::{CustomFeed, CustomSource},
};
use image::{RgbaImage, imageops};

use crate::stage::Stage;

const SIZE: UVec2 = UVec2::new(1280, 720);

/// The barcodes of the picture, row by row in three columns.
const BARCODES: [(BarcodeFormat, &str); 6] = [
    (BarcodeFormat::QrCode, "https://bevyengine.org"),
    (BarcodeFormat::DataMatrix, "viewfinder data matrix"),
    (BarcodeFormat::Aztec, "viewfinder aztec"),
    (BarcodeFormat::Pdf417, "viewfinder pdf417"),
    (BarcodeFormat::Ean13, "4006381333931"),
    (BarcodeFormat::Code128, "VIEW-128"),
];

#[derive(Resource, Default)]
struct Diary {
    found: Vec<DetectedBarcode>,
    lost: Vec<DetectedBarcode>,
    failed: Vec<ErrorName>,
}

fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Diary>()
            .add_observer(|found: On<BarcodeFound>, mut diary: ResMut<Diary>| {
                diary.found.push(found.barcode.clone());
            })
            .add_observer(|lost: On<BarcodeLost>, mut diary: ResMut<Diary>| {
                diary.lost.push(lost.barcode.clone());
            })
            .add_observer(|failed: On<BarcodeDetectionFailed>, mut diary: ResMut<Diary>| {
                diary.failed.push(failed.error.name);
            });
    })
}

fn picture() -> RgbaImage {
    image::open("assets/pictures/barcodes.png").expect("the picture").to_rgba8()
}

fn track(stage: &mut Stage, size: UVec2, more: impl Bundle) -> (Entity, CustomFeed) {
    let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), more));
    stage.until_live(track);
    (track, feed)
}

/// Shows a picture until this many barcodes are in view.
fn show_until(
    stage: &mut Stage,
    track: Entity,
    feed: &CustomFeed,
    picture: &RgbaImage,
    count: usize,
) -> Vec<DetectedBarcode> {
    let size = UVec2::from(picture.dimensions());
    stage.until(&format!("{count} barcodes"), |stage| {
        feed.push_rgba(size, picture).expect("4 bytes for each pixel");
        let detected = stage.get::<DetectedBarcodes>(track)?;
        (detected.barcodes.len() == count).then_some(detected.barcodes)
    })
}

fn of(barcodes: &[DetectedBarcode], format: BarcodeFormat) -> &DetectedBarcode {
    barcodes.iter().find(|barcode| barcode.format == format).unwrap_or_else(|| panic!("a {format}"))
}

#[test]
fn each_format_is_read_where_it_is() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, SIZE, BarcodeDetector::new().qr_code_size(0.1));
    let barcodes = show_until(&mut stage, track, &feed, &picture(), 6);
    for (index, (format, text)) in BARCODES.into_iter().enumerate() {
        let barcode = of(&barcodes, format);
        assert_eq!(barcode.raw_value, text);
        let corner = Vec2::new(40.0 + 410.0 * (index % 3) as f32, 40.0 + 330.0 * (index / 3) as f32);
        let card = Rect::from_corners(corner, corner + Vec2::new(380.0, 310.0));
        for point in barcode.corner_points {
            assert!(card.contains(point * SIZE.as_vec2()), "{format}: {point}");
        }
    }
    // Its modules are 8 pixels wide, and it is 25 of them wide.
    let qr_code = of(&barcodes, BarcodeFormat::QrCode);
    let (min, max) = (Vec2::new(130.0, 95.0), Vec2::new(330.0, 295.0));
    let corners = [min, Vec2::new(max.x, min.y), max, Vec2::new(min.x, max.y)];
    for (seen, expected) in qr_code.corner_points.iter().zip(corners) {
        assert!((*seen * SIZE.as_vec2()).distance(expected) < 1.5, "{} {expected}", *seen * SIZE.as_vec2());
    }
    // At a field of view of 60 degrees, 0.1 m is 200 pixels wide at this distance.
    let pose = qr_code.pose.expect("a pose");
    let distance = 0.1 * 640.0 / 30_f32.to_radians().tan() / 200.0;
    assert!((pose.translation.z + distance).abs() < 0.02 * distance, "{pose:?}");
    assert!(pose.translation.x < 0.0 && pose.translation.y > 0.0, "{pose:?}");
    assert!(of(&barcodes, BarcodeFormat::Ean13).pose.is_none());
    let diary = stage.app.world().resource::<Diary>();
    assert_eq!((diary.found.len(), diary.lost.len()), (6, 0));
    assert!(diary.failed.is_empty());
}

#[test]
fn turned_barcodes_are_read() {
    let mut stage = stage();
    for turn in [imageops::rotate90, imageops::rotate180, imageops::rotate270] {
        let turned = turn(&picture());
        let size = UVec2::from(turned.dimensions());
        let (track, feed) = track(&mut stage, size, BarcodeDetector::new().max_size(UVec2::splat(1280)));
        let barcodes = show_until(&mut stage, track, &feed, &turned, 6);
        // A card of each, turned with the picture.
        let mut cards = RgbaImage::from_pixel(SIZE.x, SIZE.y, image::Rgba([255; 4]));
        for index in 0..6_u32 {
            let card = RgbaImage::from_pixel(380, 310, image::Rgba([index as u8; 4]));
            imageops::replace(
                &mut cards,
                &card,
                i64::from(40 + 410 * (index % 3)),
                i64::from(40 + 330 * (index / 3)),
            );
        }
        let cards = turn(&cards);
        for (index, (format, text)) in BARCODES.into_iter().enumerate() {
            let barcode = of(&barcodes, format);
            assert_eq!(barcode.raw_value, text);
            for point in barcode.corner_points {
                let place = (point * size.as_vec2()).as_uvec2();
                assert_eq!(usize::from(cards.get_pixel(place.x, place.y)[0]), index, "{format}: {place}");
            }
        }
        stage.app.world_mut().despawn(track);
    }
}

#[test]
fn only_the_formats_asked_for_are_read() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, SIZE, BarcodeDetector::new().format(BarcodeFormat::Ean13));
    let barcodes = show_until(&mut stage, track, &feed, &picture(), 1);
    assert_eq!(barcodes[0].format, BarcodeFormat::Ean13);
    let detector = BarcodeDetector::new().format(BarcodeFormat::QrCode).format(BarcodeFormat::Code128);
    stage.app.world_mut().entity_mut(track).insert(detector);
    show_until(&mut stage, track, &feed, &picture(), 2);
    let diary = stage.app.world().resource::<Diary>();
    assert_eq!(diary.lost.iter().map(|barcode| barcode.format).collect::<Vec<_>>(), [BarcodeFormat::Ean13]);
}

#[test]
fn barcodes_are_found_once_and_lost_once() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, SIZE, BarcodeDetector::new().format(BarcodeFormat::QrCode));
    // The same QR code twice is one to find, at two places.
    let mut twice = picture();
    imageops::replace(&mut twice, &imageops::crop_imm(&picture(), 40, 40, 380, 310).to_image(), 450, 370);
    show_until(&mut stage, track, &feed, &twice, 2);
    show_until(&mut stage, track, &feed, &picture(), 1);
    let blank = RgbaImage::from_pixel(SIZE.x, SIZE.y, image::Rgba([200, 210, 190, 255]));
    show_until(&mut stage, track, &feed, &blank, 0);
    show_until(&mut stage, track, &feed, &picture(), 1);
    drop(feed);
    stage.until("the end", |stage| {
        stage.get::<DetectedBarcodes>(track).filter(|detected| detected.barcodes.is_empty())
    });
    let diary = stage.app.world().resource::<Diary>();
    assert_eq!((diary.found.len(), diary.lost.len()), (2, 2));
}

#[test]
fn a_still_image_is_read_at_once() {
    let mut stage = stage();
    let still = Image::from_dynamic(image::DynamicImage::ImageRgba8(picture()), true, default());
    let still = stage.app.world_mut().resource_mut::<Assets<Image>>().add(still);
    let input = stage.spawn((EffectInput(still), BarcodeDetector::new()));
    let detected = stage.until("all barcodes", |stage| {
        stage.get::<DetectedBarcodes>(input).filter(|detected| detected.barcodes.len() == 6)
    });
    let patience = Duration::from_secs(1) + 5 * detected.detect_time;
    stage.until("time", |_| (detected.captured?.elapsed() > patience).then_some(()));
    assert!(stage.app.world().resource::<Diary>().lost.is_empty(), "an image that stays is in view");
}

#[test]
fn a_barcode_is_lost_with_its_detector() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, SIZE, BarcodeDetector::new().format(BarcodeFormat::QrCode));
    show_until(&mut stage, track, &feed, &picture(), 1);
    stage.app.world_mut().entity_mut(track).remove::<BarcodeDetector>();
    stage.steps(3);
    assert!(stage.get::<DetectedBarcodes>(track).is_none());
    assert_eq!(stage.app.world().resource::<Diary>().lost.len(), 1);
    assert_eq!(stage.app.world_mut().query::<&PixelTap>().iter(stage.app.world()).count(), 0);
}

#[test]
fn a_tap_that_the_app_despawns_is_replaced() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, SIZE, BarcodeDetector::new().format(BarcodeFormat::QrCode));
    show_until(&mut stage, track, &feed, &picture(), 1);
    let tap = stage.app.world_mut().query_filtered::<Entity, With<PixelTap>>().single(stage.app.world());
    stage.app.world_mut().despawn(tap.expect("one tap"));
    let blank = RgbaImage::from_pixel(SIZE.x, SIZE.y, image::Rgba([200, 210, 190, 255]));
    show_until(&mut stage, track, &feed, &blank, 0);
    show_until(&mut stage, track, &feed, &picture(), 1);
    assert_eq!(stage.app.world().resource::<Diary>().failed, [ErrorName::Operation]);
}

#[test]
fn what_is_wrong_has_a_name() {
    let mut stage = stage();
    stage.spawn(BarcodeDetector::new());
    stage.steps(2);
    assert_eq!(stage.app.world().resource::<Diary>().failed, [ErrorName::NotFound]);
    // Without a size that can be, barcodes have no poses.
    for side in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let detector = BarcodeDetector::new().format(BarcodeFormat::QrCode).qr_code_size(side);
        let (track, feed) = track(&mut stage, SIZE, detector);
        let barcodes = show_until(&mut stage, track, &feed, &picture(), 1);
        assert!(barcodes[0].pose.is_none());
        assert_eq!(stage.app.world().resource::<Diary>().failed.last(), Some(&ErrorName::Type));
        stage.app.world_mut().despawn(track);
    }
    assert_eq!(stage.app.world().resource::<Diary>().failed.len(), 5, "once for each");
}

#[test]
fn pictures_without_barcodes_have_none() {
    let mut stage = stage();
    let mut seed = 1_u32;
    for size in [UVec2::ONE, UVec2::new(1, 700), UVec2::new(640, 3), UVec2::new(333, 251)] {
        let (track, feed) = track(&mut stage, size, BarcodeDetector::new());
        let mut searched = None;
        for _ in 0..4 {
            let noise = RgbaImage::from_fn(size.x, size.y, |_, _| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                image::Rgba([(seed >> 24) as u8, (seed >> 16) as u8, (seed >> 8) as u8, 255])
            });
            searched = stage.until("a search", |stage| {
                feed.push_rgba(size, &noise).expect("4 bytes for each pixel");
                let detected = stage.get::<DetectedBarcodes>(track)?;
                (detected.captured != searched).then_some(detected.captured)
            });
        }
        stage.app.world_mut().despawn(track);
    }
    let diary = stage.app.world().resource::<Diary>();
    assert_eq!((diary.found.len(), diary.failed.len()), (0, 0), "{:?}", diary.found);
}
