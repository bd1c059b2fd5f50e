//! The back office: the gallery, the QR code, the printer and the number of sessions. All of it works on other threads.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
#[cfg(feature = "print")]
use photobooth::print::{PrintBudget, Printer};
use photobooth::{
    gallery::{Gallery, GalleryError},
    kiosk::SessionCounter,
    pickup::{Picture, PictureFormat, Server, qr_code},
    trouble::Trouble,
};

use super::{
    Code, Host, Screen, Shown,
    act::Order,
    picture::{load, play_sign, to_image},
};
use crate::{
    action::Action,
    booth::{Booth, Phase},
    clip::is_clip,
    settings::Settings,
};

/// The time between two looks for pictures whose time is over.
const EXPIRY: Duration = Duration::from_secs(60 * 60);
/// The pixels of a module of the QR code.
const MODULE: usize = 8;
/// A result that is kept.
#[derive(Debug, Default)]
struct Kept {
    /// The pixels on each side of its QR code, the code as RGBA, and the minutes for which it works.
    code: Option<(usize, Vec<u8>, u64)>,
    trouble: Option<Trouble>,
}

/// The state of the back office.
#[derive(Resource, Debug, Default)]
pub struct Office {
    pub gallery: Option<Gallery>,
    server: Option<Server>,
    counter: SessionCounter,
    /// The guest's session was counted.
    is_counted: bool,
    /// The file of the result, once it is saved.
    result: Option<PathBuf>,
    keeping: Option<Task<Kept>>,
    listing: Option<Task<Result<Vec<String>, GalleryError>>>,
    loading: Option<Task<Option<Image>>>,
    deleting: Option<Task<Result<(), GalleryError>>>,
    #[cfg(feature = "print")]
    budget: Option<PrintBudget>,
    #[cfg(feature = "print")]
    printing: Option<Task<(u32, Option<Trouble>)>>,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Office>()
        .add_systems(Startup, open)
        .add_observer(order)
        .add_observer(count_session)
        .add_systems(Update, (keep_result, finish_tasks, finish_printing, expire));
}

/// The file that counts the sessions, in the folder of results.
fn counter_path(settings: &Settings) -> PathBuf {
    settings.folder().join(".photobooth-sessions")
}

/// Opens what the settings switch on.
fn open(mut office: ResMut<Office>, mut host: ResMut<Host>, settings: Res<Settings>) {
    let venue = &settings.venue;
    match Server::by_settings(&venue.pickup) {
        Ok(server) => office.server = server,
        Err(error) => {
            error!("no QR codes: {error}");
            host.cover(Screen::Trouble(Trouble::from(&error)));
        }
    }
    if venue.kiosk.enabled || venue.gallery {
        match Gallery::open(settings.folder()) {
            Ok(gallery) => office.gallery = Some(gallery),
            Err(error) => {
                error!("no gallery: {error}");
                host.cover(Screen::Trouble(Trouble::from(&error)));
            }
        }
        office.counter = SessionCounter::load(&counter_path(&settings)).unwrap_or_else(|error| {
            warn!("{error}");
            SessionCounter::default()
        });
    }
    host.has_gallery = office.gallery.is_some();
    #[cfg(feature = "print")]
    {
        office.budget = venue.print.enabled.then(|| PrintBudget::new(venue.print.copies));
        host.has_printer = office.budget.is_some();
        host.left = office.budget.and_then(|budget| budget.left());
    }
    #[cfg(not(feature = "print"))]
    if venue.print.enabled {
        warn!("this booth was built without the feature `print`; build it with --features print");
    }
    show_sessions(&office, &mut host);
}

fn show_sessions(office: &Office, host: &mut Host) {
    host.sessions = (office.counter.today(SystemTime::now()), office.counter.all());
}

/// Counts a session at its first shot.
fn count_session(
    action: On<Action>,
    mut office: ResMut<Office>,
    mut host: ResMut<Host>,
    settings: Res<Settings>,
) {
    if *action != Action::Shoot || office.is_counted || office.gallery.is_none() {
        return;
    }
    office.is_counted = true;
    office.counter.begin(SystemTime::now());
    show_sessions(&office, &mut host);
    let (counter, path) = (office.counter, counter_path(&settings));
    AsyncComputeTaskPool::get()
        .spawn(async move {
            if let Err(error) = counter.save(&path) {
                warn!("{error}");
            }
        })
        .detach();
}

/// Keeps a result once it is saved: the ledger of the gallery gets it, and a phone can fetch it.
fn keep_result(
    mut office: ResMut<Office>,
    mut host: ResMut<Host>,
    booth: Res<Booth>,
    mut last: Local<Option<String>>,
) {
    let saved = match (&booth.phase, &booth.saved) {
        (Phase::Review, Some(Ok(path))) => Some(path),
        _ => None,
    };
    if *last == saved.cloned() {
        return;
    }
    *last = saved.cloned();
    let Some(path) = saved.map(PathBuf::from) else {
        (office.result, host.code) = (None, None);
        return;
    };
    office.result = Some(path.clone());
    let (gallery, server) = (office.gallery.clone(), office.server.clone());
    if gallery.is_none() && server.is_none() {
        return;
    }
    let session = office.counter.all();
    office.keeping =
        Some(AsyncComputeTaskPool::get().spawn(async move { keep(&path, gallery, server, session) }));
}

/// Slow: not for the main thread.
fn keep(path: &Path, gallery: Option<Gallery>, server: Option<Server>, session: u64) -> Kept {
    let mut kept = Kept::default();
    if let Some(gallery) = gallery
        && let Err(error) = gallery.adopt(path, session, SystemTime::now())
    {
        warn!("{error}");
        kept.trouble = Some(Trouble::from(&error));
    }
    let Some(server) = server else { return kept };
    let extension = path.extension().and_then(|extension| extension.to_str());
    let format = extension.and_then(PictureFormat::of_extension).unwrap_or(PictureFormat::Png);
    let Ok(bytes) = fs::read(path) else { return kept };
    let ticket = server.offer(Picture { format, bytes: bytes.into() });
    match ticket.and_then(|ticket| Ok((qr_code(&ticket.url)?, ticket.lifetime))) {
        Ok((code, lifetime)) => {
            let (side, rgba) = code.to_rgba(MODULE);
            kept.code = Some((side, rgba, lifetime.as_secs() / 60));
        }
        Err(error) => {
            warn!("{error}");
            kept.trouble = Some(Trouble::from(&error));
        }
    }
    kept
}

fn order(order: On<Order>, mut office: ResMut<Office>, mut host: ResMut<Host>, settings: Res<Settings>) {
    let pool = AsyncComputeTaskPool::get();
    let gallery = office.gallery.clone();
    let name = host.pictures.get(host.at).cloned();
    match (*order, gallery, name) {
        (Order::NextGuest, ..) => {
            office.is_counted = false;
            #[cfg(feature = "print")]
            if let Some(budget) = &mut office.budget {
                budget.start_over();
                host.left = budget.left();
            }
        }
        (Order::List, Some(gallery), _) => {
            office.listing = Some(pool.spawn(async move {
                let listing = gallery.list()?;
                if listing.damaged_lines > 0 {
                    warn!("{} lines of the ledger can't be read", listing.damaged_lines);
                }
                Ok(listing.pictures.into_iter().map(|picture| picture.name).collect())
            }));
        }
        (Order::Load, Some(gallery), Some(name)) => {
            let path = gallery.folder().join(name);
            // The booth has no decoder for clips.
            let load = move || if is_clip(&path) { Some(play_sign()) } else { load(&path) };
            office.loading = Some(pool.spawn(async move { load() }));
        }
        (Order::Delete, Some(gallery), Some(name)) => {
            office.deleting = Some(pool.spawn(async move { gallery.delete(&name) }));
        }
        (Order::Print(copies), ..) => print(&mut office, &mut host, &settings, copies),
        _ => {}
    }
}

/// Shows the results of the tasks.
fn finish_tasks(
    mut commands: Commands,
    mut office: ResMut<Office>,
    mut host: ResMut<Host>,
    mut images: ResMut<Assets<Image>>,
) {
    let office = office.bypass_change_detection();
    if let Some(kept) = office.keeping.as_mut().and_then(check_ready) {
        office.keeping = None;
        if let Some((side, rgba, minutes)) = kept.code.filter(|_| office.result.is_some()) {
            let side = u32::try_from(side).unwrap_or_default();
            host.code = Some(Code { image: images.add(to_image(side, side, rgba)), minutes });
        }
        if let Some(trouble) = kept.trouble {
            host.cover(Screen::Trouble(trouble));
        }
    }
    if let Some(listed) = office.listing.as_mut().and_then(check_ready) {
        office.listing = None;
        match listed {
            Ok(pictures) => {
                host.at = host.at.min(pictures.len().saturating_sub(1));
                (host.pictures, host.shown) = (pictures, None);
                commands.trigger(Order::Load);
            }
            Err(error) => complain(&error, &mut host),
        }
    }
    if let Some(loaded) = office.loading.as_mut().and_then(check_ready) {
        office.loading = None;
        host.shown = loaded.map(|picture| Shown { size: picture.size(), image: images.add(picture) });
    }
    if let Some(deleted) = office.deleting.as_mut().and_then(check_ready) {
        office.deleting = None;
        match deleted {
            Ok(()) => commands.trigger(Order::List),
            Err(error) => complain(&error, &mut host),
        }
    }
}

fn complain(error: &GalleryError, host: &mut Host) {
    warn!("{error}");
    host.cover(Screen::Trouble(Trouble::from(error)));
}

/// Deletes pictures whose time is over, at the start and every hour.
fn expire(office: Res<Office>, settings: Res<Settings>, time: Res<Time<Real>>, mut next: Local<Duration>) {
    let Some(gallery) = office.gallery.clone().filter(|_| time.elapsed() >= *next) else { return };
    *next = time.elapsed() + EXPIRY;
    let retention = settings.venue.retention;
    AsyncComputeTaskPool::get()
        .spawn(async move {
            match gallery.expire(retention, SystemTime::now()) {
                Ok(expired) => {
                    if !expired.deleted.is_empty() {
                        info!("{} pictures were deleted, as their time is over", expired.deleted.len());
                    }
                    for error in expired.failed {
                        warn!("{error}");
                    }
                }
                Err(error) => warn!("{error}"),
            }
        })
        .detach();
}

/// Prints the result. A printer with a problem is reported, and the copies are given back.
#[cfg(feature = "print")]
fn print(office: &mut Office, host: &mut Host, settings: &Settings, copies: u32) {
    let (Some(budget), Some(path)) = (&mut office.budget, office.result.clone()) else { return };
    if let Err(error) = budget.take(copies) {
        host.cover(Screen::Trouble(Trouble::from(&error)));
        return;
    }
    host.left = budget.left();
    let printer = Printer::new(settings.venue.print.clone());
    office.printing = Some(AsyncComputeTaskPool::get().spawn(async move {
        if let Err(error) = printer.print(&path, copies) {
            warn!("{error}");
            return (copies, Some(Trouble::from(&error)));
        }
        // The picture is in the queue: it comes out once the printer has what it needs.
        let trouble = match printer.state() {
            Ok(state) => Trouble::of_printer(state),
            Err(error) => {
                warn!("{error}");
                None
            }
        };
        (0, trouble)
    }));
}

#[cfg(not(feature = "print"))]
fn print(_: &mut Office, _: &mut Host, _: &Settings, _: u32) {}

#[cfg(feature = "print")]
fn finish_printing(mut office: ResMut<Office>, mut host: ResMut<Host>) {
    let office = office.bypass_change_detection();
    let Some((unused, trouble)) = office.printing.as_mut().and_then(check_ready) else { return };
    office.printing = None;
    if let Some(budget) = &mut office.budget {
        budget.give_back(unused);
        host.left = budget.left();
    }
    if let Some(trouble) = trouble {
        host.cover(Screen::Trouble(trouble));
    }
}

#[cfg(not(feature = "print"))]
fn finish_printing() {}
