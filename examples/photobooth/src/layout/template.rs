//! A layout with its pictures, read from a file and checked.

#[cfg(not(target_family = "wasm"))]
use std::{fs, path::Path};
use std::{io::Cursor, sync::Arc};

use bevy_viewfinder::prelude::*;
use image::{DynamicImage, ImageReader, Limits, RgbaImage, imageops::FilterType};

use super::{Background, LONGEST, Layout, Slot};
use crate::document;

/// The most slots, texts and photos of a layout.
const MOST: usize = 24;

/// The memory that decoding a picture may take, in bytes.
const DECODER_MEMORY: u64 = 256 << 20;

/// A layout, ready to use.
#[derive(Debug, Clone)]
pub struct Template {
    pub layout: Layout,
    pub background: Option<Arc<RgbaImage>>,
    /// The picture above the photos, as large as the canvas.
    pub frame: Option<Arc<RgbaImage>>,
}

impl Template {
    /// Reads a layout. `picture` returns the bytes of the picture with this file name, or why there is none.
    ///
    /// # Errors
    /// `DataError` that names the file and the line.
    pub fn read(
        file: &str,
        text: &str,
        picture: impl Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Self, MediaError> {
        let layout: Layout = document::parse(file, text)?;
        let at = |field, element, message: String| {
            document::error(file, document::line_of(text, field, element), &message)
        };
        check(&layout).map_err(|(field, element, message)| at(field, element, message))?;
        let load = |field, name: &str| {
            if name.contains(['/', '\\']) || name.starts_with('.') {
                return Err(at(
                    field,
                    None,
                    format!("\"{name}\" is no file name; the picture lies beside the layout"),
                ));
            }
            let bytes = picture(name).map_err(|message| at(field, None, message))?;
            decode(&bytes).map_err(|error| at(field, None, format!("{name} can't be read: {error}")))
        };
        let background = match &layout.background {
            Background::Color(_) => None,
            Background::Picture(name) => Some(Arc::new(load("background", name)?)),
        };
        let frame = layout.frame.as_deref().map(|name| load("frame", name)).transpose()?;
        if let Some(frame) = &frame
            && frame.dimensions() != (layout.canvas.width, layout.canvas.height)
        {
            let ((width, height), canvas) = (frame.dimensions(), layout.canvas);
            let message = format!(
                "the frame is {width}x{height}, and the canvas {}x{}; make them equal",
                canvas.width, canvas.height
            );
            return Err(at("frame", None, message));
        }
        Ok(Self { layout, background, frame: frame.map(Arc::new) })
    }

    /// The same layout in miniature, at most this high and wide.
    pub fn scaled_down(&self, longest: u32) -> Self {
        let mut small = self.clone();
        let canvas = &mut small.layout.canvas;
        let scale = longest as f32 / canvas.width.max(canvas.height) as f32;
        if scale >= 1.0 {
            return small;
        }
        let side = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        (canvas.width, canvas.height) = (side(canvas.width), side(canvas.height));
        for slot in &mut small.layout.slots {
            for length in [
                &mut slot.x,
                &mut slot.y,
                &mut slot.width,
                &mut slot.height,
                &mut slot.radius,
                &mut slot.border,
                &mut slot.shadow,
            ] {
                *length *= scale;
            }
        }
        for text in &mut small.layout.texts {
            for length in [&mut text.x, &mut text.y, &mut text.size, &mut text.spacing] {
                *length *= scale;
            }
            text.width = text.width.map(|width| width * scale);
        }
        let (width, height) = (canvas.width, canvas.height);
        for picture in [&mut small.background, &mut small.frame].into_iter().flatten() {
            let whole = DynamicImage::ImageRgba8((**picture).clone());
            // Bilinear: in a miniature, ringing at the edges of a frame is worse than softness.
            *picture = Arc::new(whole.resize_to_fill(width, height, FilterType::Triangle).into_rgba8());
        }
        small
    }
}

/// The layouts in a folder: its files `*.layout.ron`, by name.
///
/// # Errors
/// Those of [`Template::read`], and `NotReadableError` for a folder or a file that can't be read.
#[cfg(not(target_family = "wasm"))]
pub fn read_folder(folder: &Path) -> Result<Vec<Template>, MediaError> {
    let unreadable = |path: &Path, error: &std::io::Error| {
        MediaError::not_readable(format!(
            "{} can't be read: {error}; check `layouts` in the settings",
            path.display()
        ))
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".layout.ron"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            Template::read(&path.display().to_string(), &text, |name| {
                fs::read(folder.join(name)).map_err(|error| format!("{name} can't be read: {error}"))
            })
        })
        .collect()
}

/// A page has no folders.
///
/// # Errors
/// Always.
#[cfg(target_family = "wasm")]
pub fn read_folder(_: &std::path::Path) -> Result<Vec<Template>, MediaError> {
    Err(MediaError::not_supported("a page can't read a folder of layouts; leave `layouts` out"))
}

/// A field, the element of its list, and what is wrong with it.
type Fault = (&'static str, Option<usize>, String);

/// Checks numbers that depend on each other.
fn check(layout: &Layout) -> Result<(), Fault> {
    if !(1..=MOST).contains(&layout.slots.len()) {
        return Err(("slots", None, format!("a layout has 1 to {MOST} slots")));
    }
    if layout.texts.len() > MOST {
        return Err(("texts", None, format!("a layout has at most {MOST} texts")));
    }
    for (index, slot) in layout.slots.iter().enumerate() {
        check_slot(layout, index, slot).map_err(|message| ("slots", Some(index), message))?;
    }
    if let Some(missing) =
        (0..layout.shots()).find(|photo| (0..layout.slots.len()).all(|slot| layout.photo_of(slot) != *photo))
    {
        return Err((
            "slots",
            None,
            format!("no slot shows photo {}; number them without gaps", missing + 1),
        ));
    }
    for (index, text) in layout.texts.iter().enumerate() {
        let (longest, width) = (LONGEST as f32, text.width.unwrap_or(1.0));
        if !(1.0..=1000.0).contains(&text.size) || !(1.0..=longest).contains(&width) {
            return Err((
                "texts",
                Some(index),
                "a text has a size of 1 to 1000 pixels, and a width above 0".into(),
            ));
        }
        let places = [text.x, text.y, text.spacing];
        if !places.iter().all(|place| place.abs() <= longest) {
            return Err(("texts", Some(index), format!("a text's place is within {longest} pixels")));
        }
    }
    Ok(())
}

fn check_slot(layout: &Layout, index: usize, slot: &Slot) -> Result<(), String> {
    let number = index + 1;
    let longest = LONGEST as f32;
    if !(1.0..=longest).contains(&slot.width) || !(1.0..=longest).contains(&slot.height) {
        return Err(format!(
            "slot {number} is {}x{}; its sides are 1 to {longest} pixels",
            slot.width, slot.height
        ));
    }
    if ![slot.radius, slot.border, slot.shadow].iter().all(|length| (0.0..=longest).contains(length)) {
        return Err(format!("the radius, border and shadow of slot {number} are 0 to {longest} pixels"));
    }
    if !slot.turn.is_finite() || !slot.x.is_finite() || !slot.y.is_finite() {
        return Err(format!("slot {number} has a place or an angle that is no finite number"));
    }
    if slot.photo.is_some_and(|photo| !(1..=MOST).contains(&photo)) {
        return Err(format!("the photo of slot {number} is a number from 1 to {MOST}"));
    }
    let (middle, reach) = (slot.middle(), slot.reach());
    let (width, height) = (layout.canvas.width as f32, layout.canvas.height as f32);
    if middle.x + reach.x <= 0.0
        || middle.y + reach.y <= 0.0
        || middle.x - reach.x >= width
        || middle.y - reach.y >= height
    {
        return Err(format!(
            "slot {number} lies outside of the canvas, which is {width}x{height}; move it inside"
        ));
    }
    Ok(())
}

/// Decodes a picture that isn't larger than a canvas may be.
fn decode(bytes: &[u8]) -> Result<RgbaImage, String> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(DECODER_MEMORY);
    reader.limits(limits);
    reader.decode().map(DynamicImage::into_rgba8).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = RgbaImage::new(width, height);
        picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a PNG");
        bytes.into_inner()
    }

    fn read(text: &str) -> Result<Template, String> {
        let pictures = |name: &str| match name {
            "frame.png" => Ok(png(100, 50)),
            "small.png" => Ok(png(10, 5)),
            "text.png" => Ok(b"no picture".to_vec()),
            _ => Err(format!("{name} can't be read: no such file")),
        };
        Template::read("a.layout.ron", text, pictures).map_err(|error| error.message.into_owned())
    }

    /// A layout with this in place of the fourth and fifth lines.
    fn with(lines: &str) -> Result<Template, String> {
        read(&format!("(\n name: \"A\",\n canvas: (width: 100, height: 50),\n{lines}\n)"))
    }

    const SLOT: &str = " slots: [(x: 0, y: 0, width: 50, height: 50)],";

    #[test]
    fn defaults_fill_in() {
        let template = with(SLOT).expect("a layout");
        assert_eq!((template.layout.kind, template.layout.shots()), (super::super::Kind::Strip, 1));
        assert!(template.frame.is_none() && template.background.is_none());
        let framed = with(&format!("{SLOT} frame: \"frame.png\", background: Picture(\"small.png\"),"));
        let framed = framed.expect("a layout");
        assert_eq!(framed.frame.expect("a frame").dimensions(), (100, 50));
    }

    #[test]
    fn nonsense_names_its_line() {
        for (lines, line, part) in [
            (" slots: [],", 4, "1 to 24 slots"),
            (" slots: [\n  (x: 200, y: 0, width: 50, height: 50)],", 5, "slot 1 lies outside of the canvas"),
            (" slots: [\n  (x: 0, y: 0, width: 0, height: 50)],", 5, "slot 1 is 0x50"),
            (" slots: [\n  (x: 0, y: 0, width: 9, height: -1)],", 5, "slot 1 is 9x-1"),
            (" slots: [\n  (x: 0, y: 0, width: 9, height: 9, turn: inf)],", 5, "finite"),
            (" slots: [\n  (x: 0, y: NaN, width: 9, height: 9)],", 5, "finite"),
            (" slots: [\n  (x: 0, y: 0, width: 9, height: 9, radius: -1)],", 5, "radius"),
            (" slots: [\n  (x: 0, y: 0, width: 9, height: 9, photo: 0)],", 5, "number from 1"),
            (" slots: [\n  (x: 0, y: 0, width: 9, height: 9, photo: 2)],", 4, "no slot shows photo 1"),
            (" slots: [\n  (x: 0, y: 0, width: 9, hight: 9)],", 5, "did you mean `height`?"),
            (" slots: [\n  (x: 0, y: 0, width: 9)],", 5, "height"),
            (" background: Color(\n  \"red\"),", 5, "\"#rrggbb\""),
            (" pages: 2,", 4, "no option `pages`"),
            (&format!("{SLOT}\n frame: \"none.png\","), 5, "none.png can't be read: no such file"),
            (&format!("{SLOT}\n frame: \"text.png\","), 5, "text.png can't be read"),
            (&format!("{SLOT}\n frame: \"small.png\","), 5, "the frame is 10x5"),
            (&format!("{SLOT}\n frame: \"../frame.png\","), 5, "is no file name"),
            (&format!("{SLOT}\n background: Picture(\"/etc/passwd\"),"), 5, "is no file name"),
            (&format!("{SLOT}\n texts: [(line: \"\", x: 0, y: 0, size: 0)],"), 5, "a text has a size"),
            (&format!("{SLOT}\n texts: [(line: \"\", x: inf, y: 0, size: 9)],"), 5, "a text's place"),
        ] {
            let message = with(lines).expect_err(lines);
            assert!(message.starts_with(&format!("a.layout.ron:{line}: ")), "{lines}: {message}");
            assert!(message.contains(part), "{lines}: {message}");
        }
        for canvas in ["width: 100000, height: 50", "width: 0, height: 50", "width: 8000, height: 8000"] {
            let message =
                read(&format!("(\n name: \"A\",\n canvas: ({canvas}),\n{SLOT}\n)")).expect_err(canvas);
            assert!(message.starts_with("a.layout.ron:3: a canvas of "), "{message}");
        }
    }

    #[test]
    fn a_miniature_keeps_its_shape() {
        let template = with(&format!("{SLOT} frame: \"frame.png\",")).expect("a layout").scaled_down(20);
        assert_eq!((template.layout.canvas.width, template.layout.canvas.height), (20, 10));
        assert_eq!(template.layout.slots[0].width, 10.0);
        assert_eq!(template.frame.expect("a frame").dimensions(), (20, 10));
    }

    #[test]
    fn a_folder_is_read_by_name() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let write =
            |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("there is room");
        let text = format!("(name: \"B\", canvas: (width: 100, height: 50), {SLOT} frame: \"frame.png\")");
        write("b.layout.ron", text.as_bytes());
        write("a.layout.ron", text.replace("\"B\"", "\"A\"").as_bytes());
        write("frame.png", &png(100, 50));
        write("notes.txt", b"no layout");
        let names = read_folder(folder.path()).expect("two layouts");
        assert!(names.iter().map(|template| &*template.layout.name).eq(["A", "B"]));
        fs::remove_file(folder.path().join("frame.png")).expect("it was there");
        let error = read_folder(folder.path()).expect_err("no frame").message;
        assert!(error.contains("a.layout.ron:1: frame.png can't be read"), "{error}");
        let error = read_folder(&folder.path().join("none")).expect_err("no folder");
        assert_eq!(error.name, ErrorName::NotReadable);
    }
}
