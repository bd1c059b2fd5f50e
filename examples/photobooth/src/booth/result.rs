//! From the photos of a booth to its result.

use std::{path::PathBuf, time::Duration};

use bevy::{prelude::*, tasks::AsyncComputeTaskPool};
use bevy_viewfinder::prelude::*;
use photobooth::words::{Key, Words};

use super::{Booth, Clip, Layouts, Phase, Shown};
use crate::{
    develop::{self, Negative, Product},
    layout::Lines,
    picture::scaled_down,
    settings::Settings,
};

impl Booth {
    /// Starts to make the result, and images of it that aren't larger than the window.
    pub fn develop(&mut self, negative: Negative, settings: &Settings, window: UVec2) {
        let path = settings.result_path(negative.extension());
        self.phase = Phase::Developing(AsyncComputeTaskPool::get().spawn(async move {
            let developed = develop::develop(&negative, &path);
            let shown = developed.product.as_ref().map_or_else(Shown::default, |product| {
                let frames = &product.animation.frames;
                let images = frames.iter().map(|(frame, _)| scaled_down(frame, window).to_image());
                let animation = (frames.len() > 1).then(|| product.animation.clone());
                Shown { images: images.collect(), animation }
            });
            (developed, shown)
        }));
    }

    /// The parts of the result, once all shots are kept.
    pub fn negative(&self, layouts: &Layouts, settings: &Settings, words: &Words) -> Negative {
        if let Some(Clip { file, preview }) = self.clip.clone() {
            return Negative::Clip(file, preview);
        }
        let photos = self.photos.clone();
        if self.mode.kind().is_none() {
            let pause = Duration::from_secs_f32(settings.gif.pause);
            return Negative::Shots { photos, pause, width: settings.gif.width };
        }
        let lines = lines(settings, words);
        Negative::Print { template: self.template(layouts, settings), photos, lines }
    }

    /// The name of the result's file. A new name if it isn't saved.
    pub fn file_name(&self, product: &Product, settings: &Settings) -> String {
        let saved = self.saved.as_ref().and_then(|saved| saved.as_ref().ok()).map(PathBuf::from);
        let path = saved.unwrap_or_else(|| settings.result_path(product.extension()));
        path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Saves the result again, under a new name.
    pub fn save(&mut self, settings: &Settings) {
        let Some(product) = self.product.clone() else { return };
        if self.saving.is_some() {
            return;
        }
        let path = settings.result_path(product.extension());
        self.saving = Some(AsyncComputeTaskPool::get().spawn(async move { develop::save(&product, &path) }));
    }

    /// Shows the path of the copy, or the error.
    pub fn report(&mut self, saved: Result<PathBuf, MediaError>, words: &Words) {
        let said = match &saved {
            Ok(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                words.text_with(Key::SavedAs, &[("file", (&*name).into())])
            }
            Err(_) => words.text(Key::NotSaved),
        };
        self.say(said);
        self.saved = Some(saved.map(|path| path.display().to_string()));
    }
}

/// The texts of prints, in the language of the guest.
pub fn lines(settings: &Settings, words: &Words) -> Lines {
    Lines { event: settings.event.clone(), date: settings.date(words), font: settings.font.clone() }
}
