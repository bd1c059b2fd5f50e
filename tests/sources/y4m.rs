//! Y4M: every byte of every plane, compared with ffmpeg.

use bevy_viewfinder::{
    error::ErrorName,
    frame::{ColorRange, MatrixCoefficients, PixelFormat},
};

use super::*;

/// ffmpeg's names of the formats of Y4M, and ours.
const FORMATS: [(&str, PixelFormat, ColorRange); 10] = [
    ("yuv420p", PixelFormat::I420, ColorRange::Limited),
    ("yuv422p", PixelFormat::I422, ColorRange::Limited),
    ("yuv444p", PixelFormat::I444, ColorRange::Limited),
    ("yuv411p", PixelFormat::I411, ColorRange::Limited),
    ("gray", PixelFormat::Gray, ColorRange::Limited),
    ("gray10le", PixelFormat::Gray10, ColorRange::Limited),
    ("gray12le", PixelFormat::Gray12, ColorRange::Limited),
    ("gray16le", PixelFormat::Gray16, ColorRange::Limited),
    ("yuvj420p", PixelFormat::I420, ColorRange::Full),
    ("yuvj444p", PixelFormat::I444, ColorRange::Full),
];

#[test]
fn every_format_is_ffmpegs_to_the_byte() {
    let folder = folder();
    for (name, format, range) in FORMATS {
        for size in [(64, 48), (37, 23), (1, 1), (321, 2)] {
            let path = folder.path().join("clip.y4m");
            make(&path, size, 5, &format!("-pix_fmt {name} -strict -1"));
            let expected = raw(&path, None);
            let source = once(&path);
            let mode = device(&source).expect("a good file").modes[0];
            assert_eq!((mode.size, mode.format, mode.frame_rate), (size.into(), format, 25.0));
            let frames = frames(&source);
            assert_eq!(frames.len(), 5);
            // Some versions of ffmpeg mark gray as full range: its header decides.
            let header = std::fs::read(&path).expect("it was just written");
            let header = String::from_utf8_lossy(&header[..header.len().min(200)]).into_owned();
            let range = match format {
                gray if gray.is_gray() && header.contains("XCOLORRANGE=FULL") => ColorRange::Full,
                _ => range,
            };
            for (frame, expected) in frames.iter().zip(expected.chunks(expected.len() / 5)) {
                assert_eq!((frame.size, frame.format), (size.into(), format));
                assert_eq!(
                    (frame.color.matrix, frame.color.range),
                    (MatrixCoefficients::Bt601, range),
                    "{header}"
                );
                let mut rest = expected;
                for index in 0..format.plane_count() {
                    let (stride, rows) = format.plane_extent(index, frame.size);
                    let (plane, behind) = rest.split_at(stride * rows);
                    assert!(frame.plane(index) == plane, "plane {index} of {name} at {size:?}");
                    rest = behind;
                }
                assert!(rest.is_empty(), "{name} at {size:?}: ffmpeg has {} bytes more", rest.len());
            }
        }
    }
}

#[test]
fn deeper_formats_are_refused_with_advice() {
    let folder = folder();
    let path = folder.path().join("deep.y4m");
    for name in ["yuv420p10", "yuv444p16", "gray9"] {
        make(&path, (32, 32), 1, &format!("-pix_fmt {name} -strict -1"));
        let error = device(&once(&path)).expect_err("more than 8 bits");
        assert_eq!(error.name, ErrorName::NotSupported);
        assert!(error.message.contains("8 bits") && error.message.contains("deep.y4m"), "{error}");
    }
}

#[test]
fn the_rate_is_the_files() {
    let folder = folder();
    let path = folder.path().join("film.y4m");
    make(&path, (32, 32), 2, "-r 24000/1001 -pix_fmt yuv420p");
    let rate = |source: &FileSource| device(source).expect("a good file").modes[0].frame_rate;
    assert_eq!(rate(&once(&path)), 24_000.0 / 1001.0);
    assert_eq!(rate(&once(&path).frame_rate(12.5)), 12.5);
}

#[test]
fn subsampling_without_a_color_space_is_read_as_ffmpeg_reads_it() {
    let folder = folder();
    let path = folder.path().join("clip.y4m");
    let noise: Vec<u8> = (0..16 * 8 * 3).map(|index| (index * 37 % 251) as u8).collect();
    for (tag, format) in [
        ("XYSCSS=420JPEG", PixelFormat::I420),
        ("XYSCSS=420PALDV", PixelFormat::I420),
        ("XYSCSS=411", PixelFormat::I411),
        ("XYSCSS=422", PixelFormat::I422),
        ("XYSCSS=444", PixelFormat::I444),
        ("XYSCSS=444 C422", PixelFormat::I422),
    ] {
        let len = format.packed_len((16, 8).into());
        let header = format!("YUV4MPEG2 W16 H8 F25:1 {tag}\nFRAME\n");
        std::fs::write(&path, [header.as_bytes(), &noise[..len]].concat()).expect("a folder to write to");
        let mode = device(&once(&path)).expect("a good file").modes[0];
        assert_eq!(mode.format, format, "{tag}");
        let frame = frames(&once(&path)).pop().expect("one frame");
        assert!(*frame.buffer == *raw(&path, None), "{tag}");
    }
}
