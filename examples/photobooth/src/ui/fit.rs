//! Fits the parts to the window: a desktop or a kiosk, a portrait screen or a phone, or a phone that is held sideways.

use bevy::{prelude::*, window::PrimaryWindow};

use super::button::KeyCap;

/// The grid with all parts.
#[derive(Component, Debug)]
pub struct Root;

/// The parts of the screen.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The title, and the menus of devices and effects.
    Header,
    /// Why there is no webcam.
    Banner,
    /// The modes.
    Modes,
    /// The space for the mirror.
    Mirror,
    /// The print and the layouts.
    Side,
    /// The carousel of looks.
    Looks,
    /// The shutter and the buttons next to it.
    Controls,
}

/// Nodes that only large windows have space for.
#[derive(Component, Debug)]
pub struct Roomy;

/// Nodes that a phone held sideways has no space for.
#[derive(Component, Debug)]
pub struct NotSideways;

/// The shape of the window.
#[derive(Resource, Debug, Default, PartialEq, Eq, Clone, Copy)]
pub enum Shape {
    /// A desktop, a laptop, a kiosk.
    #[default]
    Landscape,
    /// Taller than wide: a phone, or a screen on its side.
    Portrait,
    /// Wide and low: a phone held sideways.
    Sideways,
}

/// The height in logical pixels below which a wide window is low.
const LOW: f32 = 500.0;

impl Shape {
    /// The shape of a window of this size, and the scale of the user interface.
    fn of(window: Vec2) -> (Self, f32) {
        let (shape, design, least, most) = if window.x < window.y * 0.95 {
            (Self::Portrait, Vec2::new(420.0, 880.0), 0.76, 3.0)
        } else if window.y < LOW {
            (Self::Sideways, Vec2::new(780.0, 390.0), 0.8, 1.25)
        } else {
            (Self::Landscape, Vec2::new(1280.0, 800.0), 0.62, 3.0)
        };
        (shape, (window / design).min_element().clamp(least, most))
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Shape>()
        .init_resource::<UiScale>()
        .add_systems(Update, (choose_shape, lay_out.run_if(resource_changed::<Shape>)).chain());
}

/// Chooses shape and scale by the window's size.
fn choose_shape(
    windows: Query<&Window, With<PrimaryWindow>>,
    mut scale: ResMut<UiScale>,
    mut shape: ResMut<Shape>,
) {
    let Ok(window) = windows.single() else { return };
    let (now, fitting) = Shape::of(window.size());
    shape.set_if_neq(now);
    if (scale.0 - fitting).abs() > 0.005 {
        scale.0 = fitting;
    }
}

/// The place of a part: its column and the columns that it spans, then its row and the rows that it spans.
fn place(part: Part, shape: Shape) -> [(i16, u16); 2] {
    match (shape, part) {
        (Shape::Landscape, Part::Header) => [(1, 2), (1, 1)],
        (Shape::Landscape, Part::Banner) => [(1, 2), (2, 1)],
        (Shape::Landscape, Part::Modes) => [(1, 1), (3, 1)],
        (Shape::Landscape, Part::Mirror) => [(1, 1), (4, 1)],
        (Shape::Landscape, Part::Side) => [(2, 1), (3, 2)],
        (Shape::Landscape, Part::Looks) => [(1, 2), (5, 1)],
        (Shape::Landscape, Part::Controls) => [(1, 2), (6, 1)],
        (Shape::Portrait, Part::Header) => [(1, 1), (1, 1)],
        (Shape::Portrait, Part::Banner) => [(1, 1), (2, 1)],
        (Shape::Portrait, Part::Modes) => [(1, 1), (3, 1)],
        (Shape::Portrait, Part::Mirror) => [(1, 1), (4, 1)],
        (Shape::Portrait, Part::Side) => [(1, 1), (5, 1)],
        (Shape::Portrait, Part::Looks) => [(1, 1), (6, 1)],
        (Shape::Portrait, Part::Controls) => [(1, 1), (7, 1)],
        (Shape::Sideways, Part::Header) => [(2, 1), (1, 1)],
        (Shape::Sideways, Part::Banner) => [(1, 1), (2, 1)],
        (Shape::Sideways, Part::Modes) => [(1, 1), (1, 1)],
        (Shape::Sideways, Part::Mirror) => [(1, 1), (2, 1)],
        (Shape::Sideways, Part::Side) => [(2, 1), (2, 1)],
        (Shape::Sideways, Part::Looks) => [(1, 1), (3, 1)],
        (Shape::Sideways, Part::Controls) => [(2, 1), (3, 1)],
    }
}

fn lay_out(
    shape: Res<Shape>,
    mut root: Single<&mut Node, (With<Root>, Without<Part>)>,
    mut parts: Query<(&Part, &mut Node, &mut ZIndex)>,
    mut optional: Query<
        (&mut Node, Has<Roomy>, Has<KeyCap>),
        (Or<(With<Roomy>, With<NotSideways>, With<KeyCap>)>, Without<Part>, Without<Root>),
    >,
) {
    let auto = || RepeatedGridTrack::auto::<RepeatedGridTrack>(1);
    let rest = || RepeatedGridTrack::flex::<RepeatedGridTrack>(1, 1.0);
    let fixed = |length: f32| RepeatedGridTrack::px::<RepeatedGridTrack>(1, length);
    let (columns, rows, padding, gap) = match *shape {
        Shape::Landscape => (
            vec![rest(), fixed(264.0)],
            vec![auto(), auto(), auto(), rest(), auto(), auto()],
            UiRect::axes(px(20), px(16)),
            12,
        ),
        Shape::Portrait => (
            vec![rest()],
            vec![auto(), auto(), auto(), rest(), fixed(218.0), auto(), auto()],
            UiRect::all(px(14)),
            12,
        ),
        Shape::Sideways => {
            (vec![rest(), fixed(224.0)], vec![auto(), rest(), auto()], UiRect::axes(px(12), px(8)), 8)
        }
    };
    (root.grid_template_columns, root.grid_template_rows) = (columns, rows);
    (root.padding, root.row_gap, root.column_gap) = (padding, px(gap), px(gap + 4));
    for (part, mut node, mut layer) in &mut parts {
        let [column, row] = place(*part, *shape);
        node.grid_column = GridPlacement::start_span(column.0, column.1);
        node.grid_row = GridPlacement::start_span(row.0, row.1);
        // On a phone held sideways it lies on the mirror.
        let above = *part == Part::Banner && *shape == Shape::Sideways;
        node.align_self = if above { AlignSelf::Start } else { AlignSelf::Auto };
        layer.0 = i32::from(above);
    }
    for (mut node, roomy, key_cap) in &mut optional {
        let shown = match *shape {
            Shape::Landscape => true,
            Shape::Portrait => !roomy && !key_cap,
            Shape::Sideways => false,
        };
        node.display = if shown { Display::Flex } else { Display::None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [Part; 7] =
        [Part::Header, Part::Banner, Part::Modes, Part::Mirror, Part::Side, Part::Looks, Part::Controls];

    #[test]
    fn windows_have_the_shape_of_their_device() {
        for (window, shape) in [
            ((1280.0, 800.0), Shape::Landscape),
            ((1920.0, 1080.0), Shape::Landscape),
            ((800.0, 600.0), Shape::Landscape),
            ((360.0, 640.0), Shape::Portrait),
            ((800.0, 1280.0), Shape::Portrait),
            ((640.0, 360.0), Shape::Sideways),
            ((844.0, 390.0), Shape::Sideways),
        ] {
            assert_eq!(Shape::of(window.into()).0, shape, "{window:?}");
        }
    }

    #[test]
    fn parts_share_no_cell_but_the_banner_on_a_phone_held_sideways() {
        for shape in [Shape::Landscape, Shape::Portrait, Shape::Sideways] {
            let mut cells = Vec::new();
            for part in PARTS.into_iter().filter(|part| *part != Part::Banner || shape != Shape::Sideways) {
                let [(column, columns), (row, rows)] = place(part, shape);
                for column in column..column + columns as i16 {
                    cells.extend((row..row + rows as i16).map(|row| (column, row)));
                }
            }
            let count = cells.len();
            cells.sort_unstable();
            cells.dedup();
            assert_eq!(cells.len(), count, "{shape:?}");
        }
    }
}
