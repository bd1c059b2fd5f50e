//! Announcements of a page: hidden elements whose changes are read aloud (ARIA live regions), and the language of the
//! document.

use bevy::prelude::*;
use photobooth::words::Words;
use web_sys::{Document, Element};

use super::Announced;

/// Takes no space, but is there for screen readers.
const HIDDEN: &str = "position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";

pub fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            announce.run_if(resource_changed::<Announced>),
            set_language.run_if(resource_exists_and_changed::<Words>),
        ),
    );
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The element for announcements that are urgent, or for those that wait until nothing else is said.
fn region(document: &Document, is_urgent: bool) -> Option<Element> {
    let (id, role, live) = if is_urgent {
        ("photobooth-alert", "alert", "assertive")
    } else {
        ("photobooth-status", "status", "polite")
    };
    if let Some(region) = document.get_element_by_id(id) {
        return Some(region);
    }
    let region = document.create_element("div").ok()?;
    region.set_id(id);
    for (name, value) in [("role", role), ("aria-live", live), ("aria-atomic", "true"), ("style", HIDDEN)] {
        region.set_attribute(name, value).ok()?;
    }
    document.body()?.append_child(&region).ok()?;
    Some(region)
}

/// Both elements are made at once: changes of one that is new aren't read.
fn announce(announced: Res<Announced>) {
    let Some(document) = document() else { return };
    for is_urgent in [false, true] {
        let Some(region) = region(&document, is_urgent) else { continue };
        let text = if announced.0.is_urgent == is_urgent { announced.0.text.as_str() } else { "" };
        region.set_text_content(Some(text));
    }
}

fn set_language(words: Res<Words>) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // A document whose language can't be set is read in the wrong accent, and nothing else.
        let _ = root.set_attribute("lang", words.language().tag());
    }
}
