//! The idle show: while nobody is there, the pictures of the gallery one after another. Any input ends it.

use std::time::Duration;

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use photobooth::gallery::Gallery;

use super::{Away, Host, Screen, office::Office, picture::load};
use crate::settings::Settings;

/// The time for which a picture is shown.
const SHOWN: Duration = Duration::from_secs(6);
/// The time in which a picture gives way to the next.
pub const FADE: Duration = Duration::from_millis(900);
/// The time after which a gallery without pictures is looked at again.
const RETRY: Duration = Duration::from_secs(60);

/// A picture of the show.
#[derive(Debug)]
pub struct Slide {
    name: String,
    pub image: Handle<Image>,
    pub size: UVec2,
}

/// The show. At most two pictures are in memory, and a third one while it is loaded.
#[derive(Resource, Debug, Default)]
pub struct IdleShow {
    /// The picture that is shown.
    pub now: Option<Slide>,
    /// The one before it, while it fades.
    pub before: Option<Slide>,
    /// The time since which the picture is shown.
    pub since: Duration,
    /// The time of the next picture.
    due: Duration,
    loading: Option<Task<Option<(String, Image)>>>,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<IdleShow>()
        .add_systems(Startup, check)
        // After all that reads input: the key or the click that ends the show does nothing else.
        .add_systems(PostUpdate, run.run_if(|settings: Res<Settings>| settings.venue.idle_show));
}

fn check(settings: Res<Settings>) {
    let venue = &settings.venue;
    if venue.idle_show && !(venue.gallery || venue.kiosk.enabled) {
        warn!("there is no idle show without a gallery; set venue.gallery to true");
    }
}

fn run(
    away: Res<Away>,
    office: Res<Office>,
    time: Res<Time<Real>>,
    mut show: ResMut<IdleShow>,
    mut host: ResMut<Host>,
    mut images: ResMut<Assets<Image>>,
) {
    let time = time.elapsed();
    let show = show.bypass_change_detection();
    let is_start = matches!(host.screen, Screen::Booth | Screen::Consent | Screen::Start);
    if !away.0 || !(is_start || host.screen == Screen::Show) {
        if host.screen == Screen::Show {
            host.uncover();
        }
        *show = IdleShow::default();
        return;
    }
    if let Some(loaded) = show.loading.as_mut().and_then(check_ready) {
        show.loading = None;
        show.due = time + if loaded.is_some() { SHOWN } else { RETRY };
        match loaded {
            Some((name, _)) if show.now.as_ref().is_some_and(|now| now.name == name) => {}
            Some((name, picture)) => {
                let slide = Slide { name, size: picture.size(), image: images.add(picture) };
                show.before = show.now.replace(slide);
                show.since = time;
            }
            // There are no pictures any more.
            None => (show.now, show.before) = (None, None),
        }
        match (&show.now, host.screen == Screen::Show) {
            (Some(_), false) => host.cover(Screen::Show),
            (None, true) => host.uncover(),
            _ => {}
        }
    }
    if time > show.since + FADE {
        show.before = None;
    }
    if show.loading.is_none()
        && time >= show.due
        && let Some(gallery) = office.gallery.clone()
    {
        let last = show.now.as_ref().map(|slide| slide.name.clone());
        show.loading =
            Some(AsyncComputeTaskPool::get().spawn(async move { next(&gallery, last.as_deref()) }));
    }
}

/// The picture after this one, the newest first, round and round. Files that can't be shown are skipped, and deleted
/// ones are not in the list. `None` if there is no picture. Slow: not for the main thread.
fn next(gallery: &Gallery, last: Option<&str>) -> Option<(String, Image)> {
    let listed = gallery.list().inspect_err(|error| warn!("no idle show: {error}")).ok()?;
    let pictures = listed.pictures;
    let last = last.and_then(|last| pictures.iter().position(|picture| picture.name == last));
    let (passed, coming) = pictures.split_at(last.map_or(0, |last| last + 1));
    let mut round = coming.iter().chain(passed);
    round.find_map(|picture| Some((picture.name.clone(), load(&picture.path)?)))
}

#[cfg(test)]
mod tests {
    use std::{
        thread,
        time::{Instant, SystemTime},
    };

    use image::{ImageFormat, RgbaImage};

    use super::*;

    fn png(shade: u8) -> Vec<u8> {
        let mut file = std::io::Cursor::new(Vec::new());
        let picture = RgbaImage::from_pixel(4, 3, image::Rgba([shade, shade, shade, 255]));
        picture.write_to(&mut file, ImageFormat::Png).expect("there is room");
        file.into_inner()
    }

    /// A gallery of these files, the first one the newest.
    fn gallery(folder: &tempfile::TempDir, files: &[(&str, Vec<u8>)]) -> Gallery {
        let gallery = Gallery::open(folder.path()).expect("a gallery");
        for ((name, bytes), age) in files.iter().zip(1..) {
            let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 - age);
            gallery.save(name, bytes, 1, written).expect("saved");
        }
        gallery
    }

    fn names(gallery: &Gallery, count: usize) -> Vec<String> {
        let mut last: Option<String> = None;
        (0..count)
            .map_while(|_| {
                last = next(gallery, last.as_deref()).map(|(name, _)| name);
                last.clone()
            })
            .collect()
    }

    #[test]
    fn pictures_follow_each_other_without_broken_and_deleted_ones() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [
            ("a.png", png(1)),
            ("b.png", b"no picture".to_vec()),
            ("c.png", png(3)),
            ("d.gif", b"GIF89a".to_vec()),
            ("e.png", Vec::new()),
            ("f.png", png(6)),
        ];
        let gallery = gallery(&folder, &files);
        assert_eq!(names(&gallery, 5), ["a.png", "c.png", "f.png", "a.png", "c.png"]);
        // A file that the booth didn't write isn't shown.
        std::fs::write(folder.path().join("z.png"), png(9)).expect("there is room");
        gallery.delete("c.png").expect("deleted");
        assert_eq!(names(&gallery, 4), ["a.png", "f.png", "a.png", "f.png"]);
        assert_eq!(next(&gallery, Some("c.png")).map(|(name, _)| name), Some("a.png".into()));
        for name in ["a.png", "f.png"] {
            gallery.delete(name).expect("deleted");
        }
        assert_eq!(names(&gallery, 2), [""; 0], "only broken files are left");
    }

    #[test]
    fn a_thousand_pictures_follow_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = (0..1000).map(|number| format!("{number}.png")).collect();
        let mut ledger = String::new();
        let bytes = png(7);
        for (name, age) in names.iter().zip(1..) {
            std::fs::write(folder.path().join(name), &bytes).expect("there is room");
            let seconds = 1_700_000_000 - age;
            let (length, checksum) = (bytes.len(), crc32fast::hash(&bytes));
            ledger.push_str(&format!("{seconds}\t1\t{length}\t{checksum:08x}\t{name}\n"));
        }
        std::fs::write(folder.path().join(".photobooth-pictures"), ledger).expect("there is room");
        let gallery = Gallery::open(folder.path()).expect("a gallery");
        assert_eq!(gallery.list().expect("a list").pictures.len(), 1000);
        assert_eq!(super::tests::names(&gallery, 3), ["0.png", "1.png", "2.png"]);
    }

    fn app(gallery: Gallery) -> App {
        let mut settings = Settings::default();
        (settings.venue.idle_show, settings.venue.gallery) = (true, true);
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin::default(), plugin))
            .init_asset::<Image>()
            .init_resource::<Host>()
            .insert_resource(Away(true))
            .init_resource::<Office>()
            .insert_resource(settings);
        app.world_mut().resource_mut::<Office>().gallery = Some(gallery);
        app
    }

    fn until(app: &mut App, done: impl Fn(&World) -> bool) {
        let start = Instant::now();
        while !done(app.world()) {
            assert!(start.elapsed() < Duration::from_secs(60), "waited in vain");
            app.update();
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn the_show_runs_while_nobody_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut app = app(gallery(&folder, &[("a.png", png(1))]));
        app.world_mut().resource_mut::<Host>().screen = Screen::Consent;
        until(&mut app, |world| world.resource::<Host>().screen == Screen::Show);
        let shown = app.world().resource::<IdleShow>().now.as_ref().map(|slide| slide.size);
        assert_eq!(shown, Some(UVec2::new(4, 3)));
        // Somebody comes: no picture stays in memory.
        app.insert_resource(Away(false));
        app.update();
        assert_eq!(app.world().resource::<Host>().screen, Screen::Consent);
        assert!(app.world().resource::<IdleShow>().now.is_none());
        app.update();
        assert_eq!(
            app.world().resource::<Assets<Image>>().iter().filter(|(_, image)| image.width() == 4).count(),
            0
        );
    }

    #[test]
    fn without_pictures_the_start_screen_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut app = app(gallery(&folder, &[("a.png", b"no picture".to_vec())]));
        app.world_mut().resource_mut::<Host>().screen = Screen::Start;
        until(&mut app, |world| world.resource::<IdleShow>().due > Duration::ZERO);
        assert_eq!(app.world().resource::<Host>().screen, Screen::Start);
    }

    #[test]
    fn a_problem_is_not_covered_by_the_show() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut app = app(gallery(&folder, &[("a.png", png(1))]));
        let trouble = Screen::Trouble(photobooth::trouble::Trouble::Paper);
        app.world_mut().resource_mut::<Host>().cover(trouble);
        for _ in 0..50 {
            app.update();
            thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(app.world().resource::<Host>().screen, trouble);
    }
}
