//! The watch over a source's devices, on a thread of its own: listing them takes a while.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError, unbounded};

use super::{DeviceChange, change::News};
use crate::{
    device::Device,
    error::MediaError,
    source::{
        Source,
        guard::{LONGEST_WAIT, catch_panic},
    },
};

/// Lists a source's devices at once, and again when they may have changed. Dropping it ends that.
#[derive(Debug)]
pub(crate) struct Watcher {
    news: Receiver<News>,
    questions: Sender<()>,
}

impl Watcher {
    /// Starts to watch.
    pub fn start(source: Arc<dyn Source>) -> Self {
        let (tell, news) = unbounded();
        let (questions, asked) = unbounded();
        let teller = tell.clone();
        let thread = std::thread::Builder::new().name("viewfinder devices".into()).spawn(move || {
            // A driver's binding that panics must not take the app along.
            if catch_panic(|| run(&*source, &tell, &asked)).is_err() {
                let error = MediaError::unknown(
                    "the list of devices panicked: this is a defect of the source; please report it",
                );
                let _ = tell.send(News { devices: Err(error), change: None });
            }
        });
        if let Err(error) = thread {
            let error =
                MediaError::not_supported(format!("no thread can be started here to list devices: {error}"));
            let _ = teller.send(News { devices: Err(error), change: None });
        }
        Self { news, questions }
    }

    /// Has the devices listed anew.
    pub fn ask(&self) {
        // Whose thread is gone has said why.
        let _ = self.questions.send(());
    }

    /// What has been heard since the last time.
    pub fn news(&self) -> impl Iterator<Item = News> {
        self.news.try_iter()
    }
}

/// Lists and watches until nobody listens.
fn run(source: &dyn Source, tell: &Sender<News>, asked: &Receiver<()>) {
    // First, so that nothing happens unseen between the list and the watch.
    let mut watch = source.watch();
    let mut known: Option<Vec<Device>> = None;
    loop {
        let devices = source.devices();
        let change = match (&known, &devices) {
            (Some(before), Ok(now)) => DeviceChange::between(before, now),
            _ => None,
        };
        if let Ok(devices) = &devices {
            known = Some(devices.clone());
        }
        if tell.send(News { devices, change }).is_err() {
            return;
        }
        loop {
            let changed = watch.wait(LONGEST_WAIT);
            match asked.try_recv() {
                Ok(()) => break,
                Err(TryRecvError::Empty) if changed => break,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return,
            }
        }
        asked.try_iter().for_each(drop);
    }
}
