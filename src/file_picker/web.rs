//! The browser's file dialog, and files dropped onto a canvas.

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    DataTransfer, Document, DragEvent, Event, File, FileList, HtmlCanvasElement, HtmlInputElement,
};

use super::{AcceptDrops, FileKind, PickFile, PickedFile, answer};
use crate::{
    error::MediaError,
    source::{TrackSource, WebFileSource},
    systems::ViewfinderSystems,
    web::{Listener, page, user_is_active},
};

type Picked = Result<PickedFile, MediaError>;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, (receive_picked, receive_dropped).in_set(ViewfinderSystems::Receive))
        .add_systems(PostUpdate, (open_dialogs, accept_drops).in_set(ViewfinderSystems::Request));
}

/// A dialog that is open.
#[derive(Component, Debug)]
struct Dialog {
    answers: Receiver<Picked>,
    _input: SendWrapper<Input>,
}

/// A file input and what listens to it. Dropping it takes it out of the page.
#[derive(Debug)]
struct Input {
    element: HtmlInputElement,
    _listeners: [Listener; 2],
}

impl Drop for Input {
    fn drop(&mut self) {
        self.element.remove();
    }
}

fn open_dialogs(mut commands: Commands, asked: Query<(Entity, &PickFile), Added<PickFile>>) {
    for (entity, pick) in &asked {
        match open_dialog(pick) {
            Ok(dialog) => _ = commands.entity(entity).try_insert(dialog),
            Err(error) => {
                answer(&mut commands, entity, Err(error));
                commands.entity(entity).try_despawn();
            }
        }
    }
}

fn open_dialog(pick: &PickFile) -> Result<Dialog, MediaError> {
    let (window, document) = page()?;
    if !user_is_active(&window) {
        return Err(MediaError::not_allowed(
            "browsers open a file dialog only for a click or a key; spawn PickFile then",
        ));
    }
    let element = input(&document, pick)
        .map_err(|_| MediaError::not_supported("this browser has no file dialog; drop a file instead"))?;
    let (say, answers) = unbounded();
    let kind = pick.kind;
    let (chosen, cancelled) = (element.clone(), say.clone());
    let listeners = [
        Listener::new(&element, "change", move |_| {
            if let Some(picked) = choose(chosen.files(), kind) {
                let _ = say.send(picked);
            }
        }),
        Listener::new(&element, "cancel", move |_| {
            let _ = cancelled.send(Err(MediaError::abort("no file was chosen; ask again, or use a camera")));
        }),
    ];
    element.click();
    Ok(Dialog { answers, _input: SendWrapper::new(Input { element, _listeners: listeners }) })
}

fn input(document: &Document, pick: &PickFile) -> Result<HtmlInputElement, JsValue> {
    let element: HtmlInputElement = document.create_element("input")?.unchecked_into();
    element.set_type("file");
    element.set_accept(pick.kind.accept());
    if let Some(facing_mode) = pick.capture {
        element.set_attribute("capture", facing_mode.as_str())?;
    }
    // In the page, since some browsers answer nothing that is outside it.
    element.set_hidden(true);
    document.body().ok_or("the page has no body")?.append_child(&element)?;
    Ok(element)
}

fn receive_picked(mut commands: Commands, dialogs: Query<(Entity, &Dialog)>) {
    for (entity, dialog) in &dialogs {
        if let Ok(picked) = dialog.answers.try_recv() {
            answer(&mut commands, entity, picked);
            commands.entity(entity).try_despawn();
        }
    }
}

/// What listens to drops.
#[derive(Component, Debug)]
struct Dropping {
    answers: Receiver<Picked>,
    _listeners: SendWrapper<[Listener; 2]>,
}

fn accept_drops(
    mut commands: Commands,
    takers: Query<(Entity, &AcceptDrops), Changed<AcceptDrops>>,
    mut removed: RemovedComponents<AcceptDrops>,
) {
    for entity in removed.read() {
        if let Ok(mut entity) = commands.get_entity(entity) {
            entity.try_remove::<Dropping>();
        }
    }
    for (entity, AcceptDrops { kind }) in &takers {
        let Ok((_, document)) = page() else { return };
        let (say, answers) = unbounded();
        let listeners = [
            Listener::new(&document, "dragover", |event| _ = over_canvas(&event)),
            Listener::new(&document, "drop", listen(*kind, say)),
        ];
        commands.entity(entity).try_insert(Dropping { answers, _listeners: SendWrapper::new(listeners) });
    }
}

/// Shows what a drop onto the canvas would do, and keeps the browser from opening the file itself.
fn over_canvas(event: &Event) -> Option<DataTransfer> {
    // Which of a page's canvases the app draws on, nothing tells; most pages have but one.
    event.target()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let data = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    event.prevent_default();
    data.set_drop_effect("copy");
    Some(data)
}

fn listen(kind: FileKind, say: Sender<Picked>) -> impl FnMut(Event) {
    move |event| {
        if let Some(picked) = over_canvas(&event).and_then(|data| choose(data.files(), kind)) {
            let _ = say.send(picked);
        }
    }
}

fn receive_dropped(mut commands: Commands, takers: Query<(Entity, &Dropping)>) {
    for (entity, dropping) in &takers {
        for picked in dropping.answers.try_iter() {
            answer(&mut commands, entity, picked);
        }
    }
}

/// The first file that is wanted; nothing where there is no file at all.
fn choose(files: Option<FileList>, kind: FileKind) -> Option<Picked> {
    let files = files?;
    let files: Vec<File> = (0..files.length()).filter_map(|index| files.item(index)).collect();
    let first = files.first()?;
    let wanted = files.iter().find(|file| kind.matches(&file.type_()));
    Some(wanted.map_or_else(
        || Err(kind.refusal(&first.name())),
        |file| {
            Ok(PickedFile {
                name: file.name(),
                media_type: file.type_(),
                source: TrackSource::new(WebFileSource::new(file.clone())),
            })
        },
    ))
}
