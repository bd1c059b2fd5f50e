//! The browser's file dialog, and files dropped onto a canvas.

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    DataTransfer, Document, DragEvent, Event, File, FileList, HtmlCanvasElement, HtmlInputElement,
};

use super::{AcceptDrops, FileKind, PickFile, PickedFile, answer, content::Content};
use crate::{
    device::FacingMode,
    error::MediaError,
    media_type,
    source::{TrackSource, WebFileSource},
    systems::ViewfinderSystems,
    web::{Listener, page, read_blob_start, user_is_active},
};

/// `None` if the user canceled.
type Answer = Option<Result<PickedFile, MediaError>>;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, (receive_picked, receive_dropped).in_set(ViewfinderSystems::Receive))
        .add_systems(PostUpdate, (open_dialogs, accept_drops).in_set(ViewfinderSystems::Request));
}

/// A dialog that is open.
#[derive(Component, Debug)]
struct Dialog {
    answers: Receiver<Answer>,
    _input: SendWrapper<Input>,
}

/// A file input and its event listeners. Dropping it removes it from the page.
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

fn open_dialogs(mut commands: Commands, requests: Query<(Entity, &PickFile), Added<PickFile>>) {
    for (entity, pick) in &requests {
        match open_dialog(pick) {
            Ok(dialog) => _ = commands.entity(entity).try_insert(dialog),
            Err(error) => {
                answer(&mut commands, entity, Some(Err(error)));
                commands.entity(entity).try_despawn();
            }
        }
    }
}

fn open_dialog(pick: &PickFile) -> Result<Dialog, MediaError> {
    let (window, document) = page()?;
    if !user_is_active(&window) {
        return Err(MediaError::not_allowed(
            "browsers open a file dialog only after a click or a key press; spawn PickFile then",
        ));
    }
    let element = input(&document, pick)
        .map_err(|_| MediaError::not_supported("this browser has no file dialog; drop a file instead"))?;
    let (sender, answers) = unbounded();
    let kind = pick.kind;
    let (chosen, canceled) = (element.clone(), sender.clone());
    let listeners = [
        Listener::new(&element, "change", move |_| {
            choose(chosen.files(), kind, &sender);
        }),
        Listener::new(&element, "cancel", move |_| {
            let _ = canceled.send(None);
        }),
    ];
    element.click();
    Ok(Dialog { answers, _input: SendWrapper::new(Input { element, _listeners: listeners }) })
}

fn input(document: &Document, pick: &PickFile) -> Result<HtmlInputElement, JsValue> {
    let element: HtmlInputElement = document.create_element("input")?.unchecked_into();
    element.set_type("file");
    element.set_accept(pick.kind.accept());
    if pick.capture {
        // Without a side, and for sides that the attribute doesn't have, the phone chooses.
        let side = pick.facing_mode.filter(|mode| matches!(mode, FacingMode::User | FacingMode::Environment));
        element.set_attribute("capture", side.map_or("", FacingMode::as_str))?;
    }
    // Some browsers send no events to an element outside of the page.
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

/// The listeners for drops.
#[derive(Component, Debug)]
struct Dropping {
    answers: Receiver<Answer>,
    _listeners: SendWrapper<[Listener; 2]>,
}

fn accept_drops(
    mut commands: Commands,
    targets: Query<(Entity, &AcceptDrops), Changed<AcceptDrops>>,
    mut removed: RemovedComponents<AcceptDrops>,
) {
    for entity in removed.read() {
        if let Ok(mut entity) = commands.get_entity(entity) {
            entity.try_remove::<Dropping>();
        }
    }
    for (entity, AcceptDrops { kind }) in &targets {
        let Ok((_, document)) = page() else { return };
        let (sender, answers) = unbounded();
        let listeners = [
            Listener::new(&document, "dragover", |event| _ = over_canvas(&event)),
            Listener::new(&document, "drop", listen(*kind, sender)),
        ];
        commands.entity(entity).try_insert(Dropping { answers, _listeners: SendWrapper::new(listeners) });
    }
}

/// Shows the effect of a drop onto the canvas, and keeps the browser from opening the file itself.
fn over_canvas(event: &Event) -> Option<DataTransfer> {
    // The app's canvas can't be told from other canvases of the page. Most pages have one alone.
    event.target()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let data = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    event.prevent_default();
    data.set_drop_effect("copy");
    Some(data)
}

fn listen(kind: FileKind, sender: Sender<Answer>) -> impl FnMut(Event) {
    move |event| {
        if let Some(data) = over_canvas(&event) {
            choose(data.files(), kind, &sender);
        }
    }
}

fn receive_dropped(mut commands: Commands, targets: Query<(Entity, &Dropping)>) {
    for (entity, dropping) in &targets {
        for picked in dropping.answers.try_iter() {
            answer(&mut commands, entity, picked);
        }
    }
}

/// Sends the first file that is accepted, or else the error of the first. Sends nothing if there is no file at all.
fn choose(files: Option<FileList>, kind: FileKind, sender: &Sender<Answer>) {
    let Some(files) = files else { return };
    let files: Vec<File> = (0..files.length()).filter_map(|index| files.item(index)).collect();
    let sender = sender.clone();
    spawn_local(async move {
        let mut refused = None;
        for file in files {
            match identify(file, kind).await {
                Ok(file) => {
                    let _ = sender.send(Some(Ok(file)));
                    return;
                }
                Err(error) => _ = refused.get_or_insert(error),
            }
        }
        if let Some(error) = refused {
            let _ = sender.send(Some(Err(error)));
        }
    });
}

/// Reads the first bytes of a file, and accepts it if it is of this kind.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a file of another kind, and those of reading
/// it.
async fn identify(file: File, kind: FileKind) -> Result<PickedFile, MediaError> {
    let start = read_blob_start(&file, media_type::SIGNATURE_LEN as u32).await?;
    let claimed = file.type_();
    let media_type = media_type::of_content(&start, &claimed);
    if !kind.matches(media_type) {
        return Err(kind.rejection(&file.name()));
    }
    let source = WebFileSource::new(file.clone()).media_type(media_type);
    Ok(PickedFile {
        name: file.name(),
        media_type: media_type.to_owned(),
        player: source.player(),
        source: TrackSource::new(source),
        content: Content::new(file),
    })
}
