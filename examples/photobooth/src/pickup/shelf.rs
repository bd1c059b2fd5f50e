//! The pictures that can be fetched.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{error::PickupError, limits::Limits, name::random_name};

/// A format of pictures and clips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF, also animated.
    Gif,
    /// WebM.
    WebM,
    /// MP4.
    Mp4,
    /// Matroska.
    Matroska,
}

impl PictureFormat {
    /// The format of files with this extension.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            "gif" => Self::Gif,
            "webm" => Self::WebM,
            "mp4" => Self::Mp4,
            "mkv" => Self::Matroska,
            _ => return None,
        })
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebM => "video/webm",
            Self::Mp4 => "video/mp4",
            Self::Matroska => "video/x-matroska",
        }
    }

    /// The extension of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::WebM => "webm",
            Self::Mp4 => "mp4",
            Self::Matroska => "mkv",
        }
    }
}

/// A picture as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The format.
    pub format: PictureFormat,
    /// The file's bytes.
    pub bytes: Arc<[u8]>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    picture: Picture,
    until: Instant,
}

/// The pictures, the oldest first.
#[derive(Debug)]
pub struct Shelf {
    entries: Mutex<VecDeque<Entry>>,
    limits: Limits,
}

impl Shelf {
    /// An empty shelf.
    pub fn new(limits: Limits) -> Self {
        Self { entries: Mutex::default(), limits }
    }

    fn entries(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a picture. Returns its name.
    ///
    /// # Errors
    /// [`PickupError::TooLarge`], [`PickupError::NoRandomNumbers`].
    pub fn put(&self, picture: Picture, now: Instant) -> Result<String, PickupError> {
        let Limits { bytes: limit, pictures, lifetime, .. } = self.limits;
        let bytes = picture.bytes.len();
        if bytes > limit {
            return Err(PickupError::TooLarge { bytes, limit });
        }
        let name = random_name()?;
        let mut entries = self.entries();
        entries.push_back(Entry { name: name.clone(), picture, until: now + lifetime });
        let mut total: usize = entries.iter().map(|entry| entry.picture.bytes.len()).sum();
        while entries.len() > pictures.max(1)
            || total > limit
            || entries.front().is_some_and(|entry| entry.until <= now && entry.name != name)
        {
            let Some(oldest) = entries.pop_front() else { break };
            total -= oldest.picture.bytes.len();
        }
        Ok(name)
    }

    /// The picture of this name. `None` if there is none, or none any more.
    pub fn get(&self, name: &str, now: Instant) -> Option<Picture> {
        let mut entries = self.entries();
        entries.retain(|entry| now < entry.until);
        entries.iter().find(|entry| entry.name == name).map(|entry| entry.picture.clone())
    }

    /// Removes all pictures.
    pub fn clear(&self) {
        self.entries().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn picture(size: usize) -> Picture {
        Picture { format: PictureFormat::Png, bytes: vec![7; size].into() }
    }

    #[test]
    fn a_picture_can_be_fetched_for_its_lifetime() {
        let shelf = Shelf::new(Limits::default());
        let start = Instant::now();
        let name = shelf.put(picture(3), start).expect("a name");
        let at = |seconds| shelf.get(&name, start + Duration::from_secs(seconds));
        assert_eq!(at(0), Some(picture(3)));
        assert_eq!(at(15 * 60 - 1), Some(picture(3)));
        assert_eq!(at(15 * 60), None);
        assert!(shelf.entries().is_empty(), "the memory is free again");
        assert_eq!(shelf.get("", start), None);
    }

    #[test]
    fn the_oldest_pictures_make_room() {
        let limits = Limits { pictures: 3, bytes: 100, ..Limits::default() };
        let shelf = Shelf::new(limits);
        let now = Instant::now();
        let names: Vec<_> = (0..4).map(|_| shelf.put(picture(10), now).expect("a name")).collect();
        let kept = |names: &[String]| names.iter().filter(|name| shelf.get(name, now).is_some()).count();
        assert_eq!((kept(&names[..1]), kept(&names[1..])), (0, 3));
        let large = shelf.put(picture(95), now).expect("a name");
        assert_eq!((kept(&names), kept(&[large])), (0, 1));
        let error = shelf.put(picture(101), now).expect_err("too large");
        assert!(matches!(error, PickupError::TooLarge { bytes: 101, limit: 100 }), "{error}");
    }

    #[test]
    fn a_lifetime_of_zero_is_over_at_once() {
        let shelf = Shelf::new(Limits { lifetime: Duration::ZERO, ..Limits::default() });
        let now = Instant::now();
        let name = shelf.put(picture(1), now).expect("a name");
        assert_eq!(shelf.get(&name, now), None);
    }
}
