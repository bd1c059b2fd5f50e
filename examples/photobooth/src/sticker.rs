//! Stickers on photos: their places, and how they are drawn.

pub mod anchor;
mod wear;

use std::sync::{Arc, OnceLock};

use bevy::prelude::*;
use bevy_viewfinder::{effects, photo::Photo, prelude::*};
use image::RgbaImage;

use anchor::{Hold, Placement};

/// The pictures, drawn by this project.
const FILES: [&[u8]; 6] = [
    include_bytes!("../assets/stickers/glasses.png"),
    include_bytes!("../assets/stickers/crown.png"),
    include_bytes!("../assets/stickers/mustache.png"),
    include_bytes!("../assets/stickers/hat.png"),
    include_bytes!("../assets/stickers/heart.png"),
    include_bytes!("../assets/stickers/star.png"),
];

/// The number of pictures.
pub const PICTURES: usize = FILES.len();

/// Where the pictures that are made for faces are on one: relative to the eyes, see [`Placement`].
const ON_FACES: [Option<Placement>; PICTURES] = [
    Some(Placement { at: Vec2::ZERO, width: 1.5, turn: 0.0 }),
    Some(Placement { at: Vec2::new(0.0, -1.35), width: 2.0, turn: 0.0 }),
    Some(Placement { at: Vec2::new(0.0, 0.6), width: 0.9, turn: 0.0 }),
    Some(Placement { at: Vec2::new(0.0, -1.65), width: 1.3, turn: 0.0 }),
    None,
    None,
];

/// The most stickers on a photo.
const MOST: usize = 8;

/// The limits of a sticker's width, as part of the photo's.
const SMALLEST: f32 = 0.05;
const LARGEST: f32 = 1.0;

/// A sticker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sticker {
    /// The index of its picture.
    pub picture: usize,
    /// Its middle, from 0 to 1 across the photo, from the top left.
    pub at: Vec2,
    /// Its width, as part of the photo's.
    pub width: f32,
    /// Its angle in radians, clockwise.
    pub turn: f32,
    /// The face or the place that it sticks to.
    pub hold: Hold,
}

impl Sticker {
    /// True if it follows a face, or waits for one that was lost.
    pub fn is_on_face(&self) -> bool {
        matches!(self.hold, Hold::Face(_))
    }

    /// Moves two points of a sticker, as two fingers do: each stays on its part of the picture. Points are in pixels
    /// of a photo of this size.
    #[must_use]
    pub fn pinched(self, photo: Vec2, from: [Vec2; 2], to: [Vec2; 2]) -> Self {
        let (before, after) = (from[1] - from[0], to[1] - to[0]);
        if before.length() < 1.0 || after.length() < 1.0 {
            return self;
        }
        let width = (self.width * after.length() / before.length()).clamp(SMALLEST, LARGEST);
        let turn = before.angle_to(after);
        let moved = (self.at * photo - from[0]).rotate(Vec2::from_angle(turn)) * (width / self.width) + to[0];
        Self { at: moved / photo.max(Vec2::ONE), width, turn: self.turn + turn, hold: Hold::Hand, ..self }
    }

    /// A sticker that a hand has moved by a part of the photo.
    #[must_use]
    pub fn dragged(self, by: Vec2) -> Self {
        Self { at: self.at + by, hold: Hold::Hand, ..self }
    }

    /// A larger or smaller sticker.
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        let width = (self.width * factor).clamp(SMALLEST, LARGEST.max(self.width));
        Self { width, hold: self.hold.scaled(width / self.width), ..self }
    }

    /// Brings an effect to the place of the sticker.
    fn place(&self, effect: &mut effects::Sticker) {
        (effect.position, effect.size) = (self.at, self.width);
        effect.rotation = self.turn.to_degrees();
    }

    /// The same sticker on a photo that is mirrored. Its picture isn't.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self { at: Vec2::new(1.0 - self.at.x, self.at.y), turn: -self.turn, ..self }
    }
}

/// The stickers that a guest has placed, the lowest first.
#[derive(Resource, Debug, Clone, Default, PartialEq)]
pub struct Stickers(pub Vec<Sticker>);

impl Stickers {
    /// Adds a sticker in the middle. One that is made for faces goes to a face. `false` if there are too many.
    pub fn add(&mut self, picture: usize) -> bool {
        let fits = self.0.len() < MOST && picture < PICTURES;
        if fits {
            // Beside those that haven't been moved yet.
            let shift = self.0.len() as f32 * 0.03;
            let is_for_faces = ON_FACES.get(picture).is_some_and(Option::is_some);
            let hold = if is_for_faces { Hold::Taken } else { Hold::Nothing };
            self.0.push(Sticker { picture, at: Vec2::new(0.5, 0.42) + shift, width: 0.2, turn: 0.0, hold });
        }
        fits
    }

    /// Lets go of those that a hand holds, and removes those that it has dragged off the photo. A face may carry one
    /// beyond the edge.
    pub fn let_go(&mut self) {
        let photo = Rect::new(0.0, 0.0, 1.0, 1.0);
        self.0.retain(|sticker| sticker.is_on_face() || photo.contains(sticker.at));
        for sticker in self.0.iter_mut().filter(|sticker| sticker.hold == Hold::Hand) {
            sticker.hold = Hold::Dropped;
        }
    }

    /// True if a sticker sticks to a face, or may soon.
    pub fn need_faces(&self) -> bool {
        self.0.iter().any(|sticker| sticker.hold != Hold::Nothing)
    }

    /// Those that stick to faces, or the others.
    #[must_use]
    pub fn on_faces(&self, on_faces: bool) -> Self {
        Self(self.0.iter().filter(|sticker| sticker.is_on_face() == on_faces).copied().collect())
    }

    /// Whether these are the same pictures in the same order, wherever they are.
    pub fn have_pictures_of(&self, other: &Self) -> bool {
        self.0.iter().map(|sticker| sticker.picture).eq(other.0.iter().map(|sticker| sticker.picture))
    }

    /// The stickers as effects, above those of a stack. Their places are those in the frame, which isn't mirrored.
    pub fn on_stack(&self, stack: EffectStack, images: &StickerImages) -> EffectStack {
        let pictures = self.0.iter().filter_map(|sticker| Some((sticker, images.0.get(sticker.picture)?)));
        pictures.fold(stack, |stack, (sticker, image)| {
            let mut effect = effects::Sticker { image: image.clone().into(), ..default() };
            sticker.place(&mut effect);
            stack.with(effect)
        })
    }

    /// Moves the effects that [`on_stack`](Self::on_stack) has made of stickers with the same pictures.
    pub fn move_on_stack(&self, stack: &mut EffectStack) {
        let effects = stack.iter_mut().filter_map(|effect| effect.as_any_mut().downcast_mut());
        for (sticker, effect) in self.0.iter().zip(effects) {
            sticker.place(effect);
        }
    }

    /// The same stickers on a photo that is mirrored.
    pub fn mirrored(&self) -> Self {
        Self(self.0.iter().map(|sticker| sticker.mirrored()).collect())
    }
}

/// The images of the stickers, by their pictures.
#[derive(Resource, Debug, Default)]
pub struct StickerImages(pub Vec<Handle<Image>>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Stickers>().init_resource::<StickerImages>().add_systems(PreStartup, load);
}

fn load(mut images: ResMut<Assets<Image>>, mut handles: ResMut<StickerImages>) {
    let pictures = pictures().iter().map(|picture| {
        let size = UVec2::new(picture.width(), picture.height());
        images.add(Photo::new(size, picture.as_raw().clone()).to_image())
    });
    handles.0 = pictures.collect();
}

/// The pictures' pixels.
pub fn pictures() -> &'static [Arc<RgbaImage>] {
    static PIXELS: OnceLock<Vec<Arc<RgbaImage>>> = OnceLock::new();
    PIXELS.get_or_init(|| {
        // A test checks that they can be read.
        let read = |bytes: &&[u8]| image::load_from_memory(bytes).unwrap_or_default().into_rgba8();
        FILES.iter().map(read).map(Arc::new).collect()
    })
}

/// Puts stickers on a photo. Slow: not for the main thread.
pub fn put_on(photo: &Photo, stickers: &Stickers) -> Photo {
    if stickers.0.is_empty() {
        return photo.clone();
    }
    let Some(mut ground) = RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec()) else {
        return photo.clone();
    };
    for sticker in &stickers.0 {
        if let Some(picture) = pictures().get(sticker.picture) {
            draw(&mut ground, picture, sticker);
        }
    }
    let mut decorated = Photo::new(photo.size, ground.into_raw());
    decorated.taken = photo.taken;
    decorated
}

fn draw(ground: &mut RgbaImage, picture: &RgbaImage, sticker: &Sticker) {
    let photo = Vec2::new(ground.width() as f32, ground.height() as f32);
    let source = Vec2::new(picture.width() as f32, picture.height() as f32);
    let scale = sticker.width * photo.x / source.x;
    let middle = sticker.at * photo;
    let reach = source.length() * scale / 2.0 + 1.0;
    let first = (middle - reach).floor().clamp(Vec2::ZERO, photo).as_uvec2();
    let end = (middle + reach).ceil().clamp(Vec2::ZERO, photo).as_uvec2();
    let back = Vec2::from_angle(-sticker.turn) / scale;
    // A sticker that is drawn much smaller is averaged over several samples, or its edges would be jagged.
    let samples = ((1.0 / scale).ceil() as u32).clamp(2, 4);
    for y in first.y..end.y {
        for x in first.x..end.x {
            // Colors are weighted by their opacity.
            let mut sum = Vec4::ZERO;
            for sample in 0..samples * samples {
                let part = Vec2::new((sample % samples) as f32, (sample / samples) as f32) + 0.5;
                let at = Vec2::new(x as f32, y as f32) + part / samples as f32;
                let at = (at - middle).rotate(back) + source / 2.0;
                let inside = at.cmpge(Vec2::ZERO).all() && at.cmplt(source).all();
                let pixel = inside.then(|| picture.get_pixel_checked(at.x as u32, at.y as u32)).flatten();
                if let Some(pixel) = pixel {
                    let [red, green, blue, alpha] = pixel.0.map(f32::from);
                    sum += Vec4::new(red * alpha, green * alpha, blue * alpha, alpha) / 255.0;
                }
            }
            if sum.w <= 0.0 {
                continue;
            }
            let opacity = sum.w / (samples * samples) as f32;
            let color = sum.truncate() / sum.w;
            if let Some(pixel) = ground.get_pixel_mut_checked(x, y) {
                for (ground, color) in pixel.0.iter_mut().zip(color.to_array()) {
                    *ground = (f32::from(*ground) + (color - f32::from(*ground)) * opacity).round() as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Vec2 = Vec2::new(200.0, 100.0);

    fn sticker() -> Sticker {
        Sticker { picture: 4, at: Vec2::splat(0.5), width: 0.2, turn: 0.0, hold: Hold::Nothing }
    }

    fn is_near(a: Vec2, b: Vec2) -> bool {
        a.distance(b) < 0.001
    }

    #[test]
    fn two_fingers_move_turn_and_scale() {
        let (left, right) = (Vec2::new(90.0, 50.0), Vec2::new(110.0, 50.0));
        let moved = sticker().pinched(SIZE, [left, right], [left + 20.0, right + 20.0]);
        assert!(is_near(moved.at, Vec2::new(0.6, 0.7)) && moved.width == 0.2 && moved.turn.abs() < 0.001);
        let larger = sticker().pinched(SIZE, [left, right], [Vec2::new(80.0, 50.0), Vec2::new(120.0, 50.0)]);
        assert!(is_near(larger.at, Vec2::splat(0.5)) && (larger.width - 0.4).abs() < 0.001);
        let turned = sticker().pinched(SIZE, [left, right], [Vec2::new(100.0, 40.0), Vec2::new(100.0, 60.0)]);
        assert!(
            (turned.turn - std::f32::consts::FRAC_PI_2).abs() < 0.001 && is_near(turned.at, Vec2::splat(0.5))
        );
        // It stays within its limits, and fingers at one place mean nothing.
        let huge = sticker().pinched(SIZE, [left, right], [left, Vec2::new(9000.0, 50.0)]);
        assert_eq!(huge.width, LARGEST);
        assert_eq!(sticker().pinched(SIZE, [left, left], [left, right]), sticker());
    }

    #[test]
    fn a_mirrored_sticker_is_on_the_other_side() {
        let one = Sticker { at: Vec2::new(0.2, 0.3), turn: 0.5, ..sticker() };
        let mirrored = one.mirrored();
        assert!(is_near(mirrored.at, Vec2::new(0.8, 0.3)) && mirrored.turn == -0.5);
        assert_eq!(mirrored.mirrored().turn, one.turn);
    }

    #[test]
    fn stickers_are_bounded_and_leave_when_dragged_off() {
        let mut stickers = Stickers::default();
        assert!(!stickers.add(PICTURES));
        assert_eq!((0..20).filter(|_| stickers.add(0)).count(), MOST);
        stickers.0[2].at.x = -0.1;
        stickers.0[5].at.y = 1.2;
        stickers.let_go();
        assert_eq!(stickers.0.len(), MOST - 2);
    }

    #[test]
    fn a_hand_takes_a_sticker_off_its_face_and_drops_it() {
        let mut stickers = Stickers::default();
        assert!(stickers.add(4) && !stickers.need_faces(), "a heart lies where it is put");
        assert!(stickers.add(0) && stickers.need_faces(), "glasses are for faces");
        stickers.0[0] = stickers.0[0].dragged(Vec2::new(0.1, 0.0));
        assert_eq!((stickers.0[0].hold, stickers.0[0].at.x), (Hold::Hand, 0.6));
        stickers.let_go();
        assert_eq!(stickers.0[0].hold, Hold::Dropped);
        let pinched = sticker().pinched(SIZE, [Vec2::ZERO, Vec2::X * 9.0], [Vec2::ZERO, Vec2::X * 12.0]);
        assert_eq!(pinched.hold, Hold::Hand);
        assert_eq!(sticker().scaled(1.1).hold, Hold::Nothing, "the wheel takes nothing into a hand");
    }

    #[test]
    fn effects_of_stickers_are_moved_in_place() {
        let images = StickerImages(vec![Handle::default(); PICTURES]);
        let look = EffectStack::new().with(effects::Sepia::default());
        let mut stickers = Stickers(vec![sticker(), Sticker { picture: 1, ..sticker() }]);
        let mut stack = stickers.on_stack(look, &images);
        stickers.0[1].at = Vec2::new(0.25, 0.75);
        stickers.move_on_stack(&mut stack);
        let places: Vec<Vec2> = stack
            .iter()
            .filter_map(|effect| effect.as_any().downcast_ref::<effects::Sticker>())
            .map(|effect| effect.position)
            .collect();
        assert_eq!((stack.len(), places), (3, vec![Vec2::splat(0.5), Vec2::new(0.25, 0.75)]));
    }

    #[test]
    fn a_sticker_is_drawn_at_its_place() {
        let photo = Photo::new(UVec2::new(200, 100), vec![255; 200 * 100 * 4]);
        let heart = put_on(&photo, &Stickers(vec![Sticker { at: Vec2::new(0.25, 0.5), ..sticker() }]));
        let is_white = |x, y| heart.pixel(x, y) == Some([255; 4]);
        assert!(!is_white(50, 50) && is_white(150, 50) && is_white(50, 5));
        assert_eq!(put_on(&photo, &Stickers::default()), photo);
        // Outside, or without a picture, nothing is drawn.
        let off = Stickers(vec![
            Sticker { at: Vec2::splat(9.0), ..sticker() },
            Sticker { picture: 99, ..sticker() },
        ]);
        assert_eq!(put_on(&photo, &off), photo);
        let empty = Photo::new(UVec2::new(3, 3), Vec::<u8>::new());
        assert_eq!(put_on(&empty, &off), empty);
    }

    #[test]
    fn the_pictures_can_be_read() {
        assert!(pictures().iter().all(|picture| picture.width() > 100 && picture.height() > 50));
    }
}
