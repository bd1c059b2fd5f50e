//! The sound of a file that is played, on the default output of the machine, in step with the frames.
//!
//! A thread reads the file once more, decodes its sound, and gives each block the instant at which it is heard. The
//! thread of the output takes the blocks whose time has come ([`Mixer`](mixer::Mixer)).

mod mixer;
mod opus;
mod output;
mod reader;
mod resample;

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use bevy::{
    log::{debug, warn},
    platform::time::Instant,
};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::file_clock::FileClock;
use crate::{
    error::{ErrorName, MediaError},
    source::{guard::catch_panic, player::FilePlayer},
};
use mixer::Block;
use output::Output;
use reader::SoundReader;

/// The longest wait for room in front of the output. Orders are followed after it.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// The failures of the output after which the sound gives up.
const MOST_FAILURES: u32 = 5;

/// The pause after a failure of the output: headphones that are plugged in need a moment.
const PAUSE: Duration = Duration::from_millis(200);

/// An output that has played this long has recovered.
const RECOVERED: Duration = Duration::from_secs(10);

/// The sound of a file. Nothing is opened before it is to be heard. Dropping it ends the sound.
#[derive(Debug)]
pub(super) struct FileSound {
    player: FilePlayer,
    path: PathBuf,
    /// `None` before the sound is heard for the first time.
    orders: Option<Sender<Order>>,
    /// The last order.
    last: Order,
}

/// The sound that is to be heard.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Order {
    /// The clock of the frames. `None` for silence.
    clock: Option<FileClock>,
    volume: f32,
}

const SILENCE: Order = Order { clock: None, volume: 0.0 };

impl FileSound {
    /// The sound of this file, as loud as the player says.
    pub(super) fn new(path: &Path, player: FilePlayer) -> Self {
        Self { player, path: path.to_owned(), orders: None, last: SILENCE }
    }

    /// Plays by this clock, or not at all. A clock that begins in the future takes over then.
    pub(super) fn follow(&mut self, clock: Option<FileClock>) {
        let volume = self.player.audible_volume();
        let order = if volume > 0.0 { Order { clock, volume } } else { SILENCE };
        if order == self.last {
            return;
        }
        self.last = order;
        if self.orders.is_none() && order.clock.is_none() {
            return;
        }
        let orders = self.orders.get_or_insert_with(|| start(self.path.clone(), self.player.clone()));
        // Without a receiver the sound has failed, which the player was told.
        if orders.send(order).is_err() {
            self.orders = None;
        }
    }
}

/// Starts the thread of a file's sound.
fn start(path: PathBuf, player: FilePlayer) -> Sender<Order> {
    let (sender, orders) = unbounded();
    let told = player.clone();
    let work = move || {
        let played = catch_panic(|| play(&path, &orders));
        let error = match played {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => MediaError::data("the decoder of the file's sound panicked: convert the file"),
        };
        if error.name == ErrorName::NotFound {
            debug!("{} isn't heard: {error}", path.display());
        } else {
            warn!("{} isn't heard: {error}", path.display());
        }
        told.report_sound_error(error);
    };
    if let Err(error) = thread::Builder::new().name("viewfinder file sound".into()).spawn(work) {
        player.report_sound_error(MediaError::operation(format!(
            "no thread can be started for the file's sound: {error}; close some"
        )));
    }
    sender
}

/// Follows the orders until their sender is dropped.
///
/// # Errors
/// Those of the file and of the output.
fn play(path: &Path, orders: &Receiver<Order>) -> Result<(), MediaError> {
    let mut order = SILENCE;
    let mut opened = None;
    let mut failures = 0;
    loop {
        let Some(clock) = order.clock else {
            // The output is closed while nothing is heard.
            opened = None;
            match orders.recv() {
                Ok(next) => order = newest(next, orders),
                Err(_) => return Ok(()),
            }
            continue;
        };
        let (reader, output) = match &mut opened {
            Some(opened) => opened,
            None => {
                let reader = SoundReader::open(path)?;
                let output = Output::open(reader.sample_rate())?;
                opened.insert((reader, output))
            }
        };
        output.set_volume(order.volume);
        reader.seek(clock.now())?;
        let start = Instant::now();
        match play_by(clock, reader, output, orders)? {
            Until::Order(next) => order = next,
            Until::End => return Ok(()),
            // The default output may be another one now.
            Until::Failure(error) => {
                failures = if start.elapsed() > RECOVERED { 1 } else { failures + 1 };
                if failures > MOST_FAILURES {
                    return Err(error);
                }
                debug!("the output of {} is opened again: {error}", path.display());
                opened = None;
                thread::sleep(PAUSE);
            }
        }
    }
}

/// The reason why a clock isn't followed any more.
enum Until {
    /// Another one takes over.
    Order(Order),
    /// The file's frames have ended.
    End,
    /// The output has failed.
    Failure(MediaError),
}

/// Plays by a clock.
///
/// # Errors
/// Those of the file.
fn play_by(
    clock: FileClock,
    reader: &mut SoundReader,
    output: &mut Output,
    orders: &Receiver<Order>,
) -> Result<Until, MediaError> {
    let mut waiting: Option<Block> = None;
    // The order that takes over later, at the end of a pass.
    let mut later: Option<Order> = None;
    loop {
        if let Some(error) = output.failure() {
            return Ok(Until::Failure(error));
        }
        if waiting.is_none() {
            waiting = reader.next()?.map(|sound| output.block(&sound, clock));
        }
        let is_over = |next: &Order| {
            let Some(starts) = next.clock.map(|clock| clock.instant()) else { return true };
            waiting.as_ref().is_none_or(|block| block.due >= starts)
        };
        if let Some(next) = later.take_if(|next| is_over(next)) {
            return Ok(Until::Order(next));
        }
        let is_at_end = waiting.is_none();
        if let Some(block) = waiting.take() {
            waiting = output.send(block, LONGEST_WAIT);
        }
        let next = match orders.recv_timeout(if is_at_end { LONGEST_WAIT } else { Duration::ZERO }) {
            Ok(next) => newest(next, orders),
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return Ok(Until::End),
        };
        output.set_volume(next.volume);
        if next.clock == Some(clock) {
            continue;
        }
        if next.clock.is_some_and(|next| next.is_ahead()) {
            later = Some(next);
        } else {
            output.flush();
            return Ok(Until::Order(next));
        }
    }
}

/// The last of the orders that wait.
fn newest(first: Order, orders: &Receiver<Order>) -> Order {
    orders.try_iter().last().unwrap_or(first)
}
