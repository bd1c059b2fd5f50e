//! The description of a stored recording.

use std::{path::Path, time::Duration};

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::{
    recorder::recovery::rules::Presence,
    web::{get, number, set, string},
};

/// The description of a recording in the database.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::recorder) struct Entry {
    pub id: String,
    /// The name of its file.
    pub name: String,
    pub media_type: String,
    /// The time of its start, since the start of 1970.
    pub started: Duration,
    /// The length of all pieces.
    pub length: Duration,
    pub bytes: u64,
    /// The number of pieces.
    pub pieces: u32,
    /// The signs of life of its page.
    pub presence: Presence,
}

impl Entry {
    /// Reads a value of the database. `None` if it isn't a description of a recording.
    pub fn read(value: &JsValue) -> Option<Self> {
        let count = |name| number(value, name).filter(|count| *count >= 0.0);
        let time = |name| Duration::try_from_secs_f64(number(value, name)? / 1e3).ok();
        Some(Self {
            id: string(value, "id")?,
            name: Path::new(&string(value, "name")?).file_name()?.to_str()?.to_owned(),
            media_type: string(value, "mediaType")?,
            started: time("started")?,
            length: time("length")?,
            bytes: count("bytes")? as u64,
            pieces: count("pieces")? as u32,
            presence: Presence { has_lock: get(value, "hasLock").as_bool()?, seen: time("seen")? },
        })
    }

    /// The value in the database.
    pub fn to_value(&self) -> Object {
        let value = Object::new();
        let time = |time: Duration| JsValue::from(time.as_secs_f64() * 1e3);
        for (name, member) in [
            ("id", self.id.as_str().into()),
            ("name", self.name.as_str().into()),
            ("mediaType", self.media_type.as_str().into()),
            ("started", time(self.started)),
            ("length", time(self.length)),
            ("bytes", (self.bytes as f64).into()),
            ("pieces", self.pieces.into()),
            ("hasLock", self.presence.has_lock.into()),
            ("seen", time(self.presence.seen)),
        ] {
            set(&value, name, &member);
        }
        value
    }
}
