//! The body of a request: a file, alone or in a form
//! ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)).

use std::{
    borrow::Cow,
    collections::hash_map::RandomState,
    fs::{self, File},
    hash::BuildHasher,
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    error::MediaError,
    photo::{
        deliver::Reporter,
        upload::{
            job::{Content, Job, report_progress},
            options::Form,
        },
    },
};

/// The smallest part of a body that is reported as progress, in bytes.
const STEP: u64 = 64 << 10;

/// The body of a request.
pub(super) struct Body {
    /// The value of the header `Content-Type`.
    pub content_type: String,
    head: Vec<u8>,
    file: Opened,
    file_len: u64,
    tail: Vec<u8>,
}

enum Opened {
    Bytes(Arc<[u8]>),
    File(PathBuf),
}

impl Body {
    /// Encodes a photo, or finds out the length of a file.
    pub fn of(job: &Job) -> Result<Self, MediaError> {
        let (file, file_len) = match &job.content {
            Content::Photo(photo, format) => {
                let bytes = photo.encode(*format)?;
                let len = bytes.len() as u64;
                (Opened::Bytes(bytes.into()), len)
            }
            Content::Bytes(bytes) => (Opened::Bytes(bytes.clone()), bytes.len() as u64),
            Content::File(path) => {
                let metadata = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
                if !metadata.is_file() {
                    return Err(MediaError::not_readable(format!(
                        "{} can't be uploaded, because it is no file; name a file",
                        path.display()
                    )));
                }
                (Opened::File(path.clone()), metadata.len())
            }
        };
        let media_type = one_line(&job.media_type);
        let (content_type, head, tail) = match &job.to.form {
            Some(form) => {
                let boundary = boundary();
                let head = head(form, &job.name, &media_type, &boundary);
                (format!("multipart/form-data; boundary={boundary}"), head, format!("\r\n--{boundary}--\r\n"))
            }
            None => (media_type.into_owned(), String::new(), String::new()),
        };
        Ok(Self { content_type, head: head.into(), file, file_len, tail: tail.into() })
    }

    /// The length in bytes.
    pub fn len(&self) -> u64 {
        self.head.len() as u64 + self.file_len + self.tail.len() as u64
    }

    /// Reads the body from its start, and reports the progress.
    pub fn reader<'a>(&'a self, reporter: &'a Reporter) -> Result<BodyReader<'a>, MediaError> {
        let file: Box<dyn Read> = match &self.file {
            Opened::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
            Opened::File(path) => Box::new(File::open(path).map_err(|error| cannot_read(path, &error))?),
        };
        // A file may grow while it is sent.
        let file = file.take(self.file_len);
        report_progress(reporter, 0, self.len());
        Ok(BodyReader {
            body: self,
            head: Cursor::new(&self.head),
            file: Box::new(file),
            tail: Cursor::new(&self.tail),
            file_left: self.file_len,
            sent: 0,
            reported: 0,
            reporter,
            failure: None,
        })
    }
}

/// Reads a body while it is sent.
pub(super) struct BodyReader<'a> {
    body: &'a Body,
    head: Cursor<&'a Vec<u8>>,
    file: Box<dyn Read>,
    tail: Cursor<&'a Vec<u8>>,
    file_left: u64,
    sent: u64,
    reported: u64,
    reporter: &'a Reporter,
    /// The reason why the body ended early.
    pub failure: Option<MediaError>,
}

impl BodyReader<'_> {
    /// Reports what was sent before this call.
    fn report(&mut self) {
        let total = self.body.len();
        if self.sent - self.reported >= STEP.max(total / 100) {
            self.reported = self.sent;
            report_progress(self.reporter, self.sent, total);
        }
    }

    fn fail(&mut self, error: MediaError) -> io::Error {
        let failed = io::Error::other(error.message.clone());
        self.failure = Some(error);
        failed
    }

    fn read_file(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let body = self.body;
        let Opened::File(path) = &body.file else { return self.file.read(buffer) };
        match self.file.read(buffer) {
            Ok(0) if !buffer.is_empty() => Err(self.fail(MediaError::not_readable(format!(
                "{} became shorter while it was uploaded; upload it when it is complete",
                path.display()
            )))),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                Err(self.fail(cannot_read(path, &error)))
            }
            read => read,
        }
    }
}

impl Read for BodyReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.report();
        if !self.reporter.is_wanted() {
            return Err(self.fail(MediaError::abort("the upload was canceled")));
        }
        let mut read = self.head.read(buffer)?;
        if read == 0 && self.file_left > 0 {
            read = self.read_file(buffer)?;
            self.file_left -= read as u64;
        }
        if read == 0 {
            read = self.tail.read(buffer)?;
        }
        self.sent += read as u64;
        Ok(read)
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> MediaError {
    let text =
        format!("{} can't be read to upload it: {error}; check the path and its permissions", path.display());
    match error.kind() {
        io::ErrorKind::NotFound => MediaError::not_found(text),
        io::ErrorKind::PermissionDenied => MediaError::not_allowed(text),
        _ => MediaError::not_readable(text),
    }
}

/// Separates the fields of a form: 128 random bits, which occur in no file.
fn boundary() -> String {
    let random = || RandomState::new().hash_one(0_u8);
    format!("viewfinder-{:016x}{:016x}", random(), random())
}

/// The fields of texts, and the start of the file's.
fn head(form: &Form, name: &str, media_type: &str, boundary: &str) -> String {
    let mut head = String::new();
    let field =
        |name: &str| format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(name));
    for (name, text) in &form.texts {
        head += &format!("{}\r\n\r\n{text}\r\n", field(name));
    }
    head += &format!(
        "{}; filename=\"{}\"\r\nContent-Type: {media_type}\r\n\r\n",
        field(&form.field),
        escaped(name)
    );
    head
}

/// A name in a form, as browsers escape it
/// ([multipart/form-data](https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data)).
fn escaped(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

/// A media type that ends no header.
fn one_line(media_type: &str) -> Cow<'_, str> {
    if media_type.is_empty() || media_type.contains(char::is_control) {
        Cow::Borrowed("application/octet-stream")
    } else {
        Cow::Borrowed(media_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_elsewhere_do_not_end_their_header() {
        let form = Form { field: "a\"b".into(), texts: vec![("t\r\nX: y".into(), "text".into())] };
        let head = head(&form, "me\"\r\nEvil: 1.png", one_line("image/png\r\nEvil: 2").as_ref(), "B");
        let lines: Vec<_> = head.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "--B",
                "Content-Disposition: form-data; name=\"t%0D%0AX: y\"",
                "",
                "text",
                "--B",
                "Content-Disposition: form-data; name=\"a%22b\"; filename=\"me%22%0D%0AEvil: 1.png\"",
                "Content-Type: application/octet-stream",
                "",
                "",
            ]
        );
    }

    #[test]
    fn no_boundary_is_that_of_another_form() {
        let boundaries: std::collections::BTreeSet<_> = (0..100).map(|_| boundary()).collect();
        assert_eq!(boundaries.len(), 100);
    }
}
