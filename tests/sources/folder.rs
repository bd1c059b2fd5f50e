//! Folders of images.

use bevy_viewfinder::error::ErrorName;
use image::{Rgb, RgbImage};

use super::*;

#[test]
fn images_come_in_the_natural_order_of_their_names() {
    let folder = folder();
    for (shade, name) in ["frame 1.png", "frame 2.PNG", "frame 10.webp", "frame 11.png"].iter().enumerate() {
        let picture = RgbImage::from_pixel(4 + shade as u32, 3, Rgb([shade as u8 * 20; 3]));
        let format = image::ImageFormat::from_path(name).expect("a known ending");
        picture.save_with_format(folder.path().join(name), format).expect("a folder to write to");
    }
    std::fs::write(folder.path().join("notes.txt"), "not a picture").expect("a folder to write to");
    let source = once(folder.path());
    let mode = device(&source).expect("a good folder").modes[0];
    assert_eq!((mode.size, mode.frame_rate), ((4, 3).into(), 25.0));
    let seen: Vec<_> = frames(&source).iter().map(|frame| (frame.size.x, frame.buffer[0])).collect();
    assert_eq!(seen, [(4, 0), (5, 20), (6, 40), (7, 60)]);
}

#[test]
fn all_names_of_jpegs_count_and_hidden_ones_do_not() {
    let folder = folder();
    for (width, name) in (1..).zip(["1.jpg", "2.jpeg", "3.jpe", "4.JFIF", "5.jfi", "6.jif"]) {
        let path = folder.path().join(name);
        RgbImage::new(width, 2)
            .save_with_format(path, image::ImageFormat::Jpeg)
            .expect("a folder to write to");
    }
    // macOS stores attributes in files of such names on other file systems.
    std::fs::write(folder.path().join("._1.jpg"), b"\0\x05\x16\x07").expect("a folder to write to");
    RgbImage::new(9, 9).save(folder.path().join(".hidden.png")).expect("a folder to write to");
    std::fs::create_dir(folder.path().join("0.png")).expect("a folder to write to");
    let source = once(folder.path());
    assert_eq!(device(&source).expect("a good folder").modes[0].size, (1, 2).into());
    let widths: Vec<_> = frames(&source).iter().map(|frame| frame.size.x).collect();
    assert_eq!(widths, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_truncated_first_image_hides_no_other() {
    let folder = folder();
    for name in ["1.jpg", "2.jpg"] {
        RgbImage::new(64, 48).save(folder.path().join(name)).expect("a folder to write to");
    }
    let first = folder.path().join("1.jpg");
    let bytes = std::fs::read(&first).expect("it was just written");
    std::fs::write(&first, &bytes[..bytes.len() - 20]).expect("a folder to write to");
    let mut stream = open(&once(folder.path()), &FramePool::default()).expect("the second is good");
    assert!(matches!(stream.next(LONG), Ok(StreamEvent::Corrupt(error)) if error.name == ErrorName::Data));
    assert!(matches!(stream.next(LONG), Ok(StreamEvent::Frame(frame)) if frame.size == (64, 48).into()));
}

#[test]
fn a_broken_image_is_skipped() {
    let folder = folder();
    for name in ["1.png", "3.png"] {
        RgbImage::new(2, 2).save(folder.path().join(name)).expect("a folder to write to");
    }
    for name in ["0.jpg", "2.png"] {
        std::fs::write(folder.path().join(name), b"broken").expect("a folder to write to");
    }
    let mut stream = open(&once(folder.path()), &FramePool::default()).expect("two are good");
    let results: String = (0..5)
        .map(|_| match stream.next(LONG) {
            Ok(StreamEvent::Frame(_)) => 'f',
            Ok(StreamEvent::Corrupt(error)) => {
                assert!(error.name == ErrorName::Data && error.message.contains('.'), "{error}");
                'b'
            }
            Ok(StreamEvent::Ended) => 'e',
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(results, "bfbfe");
}

#[test]
fn a_folder_without_a_good_image_is_an_error() {
    let folder = folder();
    let name = || device(&once(folder.path())).err().map(|error| error.name);
    assert_eq!(name(), Some(ErrorName::NotFound));
    std::fs::write(folder.path().join("broken.png"), b"\x89PNG\r\n\x1a\n").expect("a folder to write to");
    assert_eq!(name(), Some(ErrorName::Data));
}
