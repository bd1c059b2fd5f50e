//! Results for the user's other apps, by the browser's dialog.

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::prelude::*;
use photobooth::{trouble::Trouble, words::Words};

use crate::{action::Action, booth::Booth, settings::Settings, system};

/// The dialog that is open.
#[derive(Resource, Debug, Default)]
struct Sharing(Option<Task<Result<(), MediaError>>>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Sharing>().add_observer(open).add_systems(Update, finish);
}

fn open(action: On<Action>, booth: Res<Booth>, settings: Res<Settings>, mut sharing: ResMut<Sharing>) {
    let Some(product) = booth.product().filter(|_| *action == Action::Share && sharing.0.is_none()) else {
        return;
    };
    let name = booth.file_name(product, &settings);
    let shared = system::share(product.file.clone(), product.media_type, name);
    sharing.0 = Some(AsyncComputeTaskPool::get().spawn(shared));
}

fn finish(mut sharing: ResMut<Sharing>, mut booth: ResMut<Booth>, words: Res<Words>) {
    let shared = sharing.bypass_change_detection().0.as_mut().and_then(check_ready);
    let Some(shared) = shared else { return };
    sharing.0 = None;
    if let Err(error) = shared {
        warn!("{error}");
        let (title, advice) = Trouble::Other.texts();
        booth.say(format!("{}. {}", words.text(title), words.text(advice)));
    }
}
