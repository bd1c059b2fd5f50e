//! The layouts that come with the booth.

use bevy_viewfinder::prelude::*;

use super::{Background, Canvas, Color, Kind, Layout, Slot, Template};

/// A file of the booth, by its name.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../assets/layouts/", $name)) as &[u8])),+]
    };
}

/// The layouts, in the order in which guests see them.
const LAYOUTS: &[(&str, &[u8])] = files![
    "strip.layout.ron",
    "pair_of_strips.layout.ron",
    "postcard.layout.ron",
    "snapshots.layout.ron",
    "party.layout.ron",
];

const PICTURES: &[(&str, &[u8])] = files!["pair_of_strips.png", "postcard.png", "snapshots.png", "party.png"];

/// The layouts that come with the booth.
///
/// # Errors
/// Those of [`Template::read`], which a test excludes.
pub fn shipped() -> Result<Vec<Template>, MediaError> {
    LAYOUTS
        .iter()
        .map(|(file, bytes)| {
            Template::read(file, &String::from_utf8_lossy(bytes), |name| {
                let picture = PICTURES.iter().find(|(file, _)| *file == name);
                picture.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| format!("there is no picture {name}"))
            })
        })
        .collect()
}

/// A piece of film, which shows the shots of an animation while they are taken.
pub fn film(shots: usize) -> Template {
    const WIDTH: f32 = 300.0;
    const HEIGHT: f32 = 200.0;
    const GAP: f32 = 24.0;
    let columns = if shots > 3 { 2 } else { 1 };
    let rows = shots.div_ceil(columns).max(1);
    let slots = (0..shots.max(1)).map(|index| Slot {
        x: GAP + (index % columns) as f32 * (WIDTH + GAP),
        y: GAP + (index / columns) as f32 * (HEIGHT + GAP),
        width: WIDTH,
        height: HEIGHT,
        turn: 0.0,
        radius: 10.0,
        border: 0.0,
        shadow: 0.0,
        photo: None,
    });
    let side = |count: usize, length: f32| (count as f32 * (length + GAP) + GAP) as u32;
    let layout = Layout {
        name: "Film".into(),
        kind: Kind::Collage,
        canvas: Canvas { width: side(columns, WIDTH), height: side(rows, HEIGHT) },
        background: Background::Color(Color([38, 34, 48])),
        slots: slots.collect(),
        frame: None,
        texts: Vec::new(),
    };
    Template { layout, background: None, frame: None }
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;
    use bevy_viewfinder::photo::Photo;

    use super::*;
    use crate::layout::{Lines, compose};

    #[test]
    fn five_layouts_are_prints_at_300_dots_per_inch() {
        let shipped = shipped().expect("they can be read");
        assert_eq!(shipped.len(), 5);
        for template in &shipped {
            let Canvas { width, height } = template.layout.canvas;
            // 10x15 cm, and half of it.
            let sizes = [(1181, 1772), (1772, 1181), (591, 1772)];
            assert!(sizes.contains(&(width, height)), "{}: {width}x{height}", template.layout.name);
            assert!(template.layout.texts.iter().any(|text| text.line.contains("{event}")));
            assert!(template.layout.texts.iter().any(|text| text.line.contains("{date}")));
        }
        for kind in [Kind::Single, Kind::Strip, Kind::Collage] {
            assert!(shipped.iter().any(|template| template.layout.kind == kind), "{kind:?}");
        }
    }

    #[test]
    fn each_photo_is_on_its_print() {
        let colors = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 0, 255]];
        let photos = colors.map(|color| Photo::new(UVec2::splat(8), color.repeat(64)));
        let lines = Lines { event: "Event".into(), date: "1 May 2026".into(), font: None };
        for template in shipped().expect("they can be read").into_iter().chain([film(4), film(1)]) {
            let layout = &template.layout;
            let print = compose(&template, &photos, &lines).expect("a print");
            for (index, slot) in layout.slots.iter().enumerate() {
                let at = slot.middle().as_uvec2();
                let color = colors.get(layout.photo_of(index)).copied();
                assert_eq!(print.pixel(at.x, at.y), color, "{}, slot {index}", layout.name);
            }
        }
    }
}
