//! The ledger: a text file in the folder, with a line for each file that the booth wrote.
//!
//! A line is `seconds session length checksum name`, with tabs between: the Unix time of writing, the number of the
//! session, the file's size in bytes, and the CRC-32 of its bytes in hexadecimal.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Component, Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::error::GalleryError;

/// The ledger's name in the folder.
pub const NAME: &str = ".photobooth-pictures";

/// A file that the booth wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unix time in seconds.
    pub seconds: u64,
    pub session: u64,
    pub length: u64,
    pub checksum: u32,
    pub name: String,
}

impl Entry {
    /// Parses a line. `None` if it is damaged.
    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.splitn(5, '\t');
        let seconds = parts.next()?.parse().ok()?;
        let session = parts.next()?.parse().ok()?;
        let length = parts.next()?.parse().ok()?;
        let checksum = u32::from_str_radix(parts.next()?, 16).ok()?;
        let name = parts.next().filter(|name| is_file_name(name))?.to_owned();
        Some(Self { seconds, session, length, checksum, name })
    }

    fn line(&self) -> String {
        let Self { seconds, session, length, checksum, name } = self;
        format!("{seconds}\t{session}\t{length}\t{checksum:08x}\t{name}\n")
    }

    /// True if the bytes are those that the booth wrote.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        self.length == bytes.len() as u64 && self.checksum == crc32fast::hash(bytes)
    }
}

/// True if a text names a file in a folder, and not one elsewhere. The ledger's own name is none.
pub fn is_file_name(text: &str) -> bool {
    let mut components = Path::new(text).components();
    let is_normal = matches!(components.next(), Some(Component::Normal(name)) if name == text);
    let is_simple = !text.contains(['/', '\\', ':', '\0', '\n', '\r', '\t']);
    is_normal && components.next().is_none() && is_simple && text != NAME
}

/// The ledger of a folder.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join(NAME) }
    }

    /// Reads the entries, the oldest first, and the number of damaged lines. A folder without a ledger has none.
    ///
    /// # Errors
    /// Errors of the disk.
    pub fn read(&self) -> Result<(Vec<Entry>, usize), GalleryError> {
        let bytes = match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            result => result.map_err(|error| GalleryError::disk(&self.path, error))?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().filter(|line| !line.is_empty());
        let (mut entries, mut damaged) = (Vec::new(), 0);
        for line in lines {
            match Entry::parse(line) {
                Some(entry) => entries.push(entry),
                None => damaged += 1,
            }
        }
        Ok((entries, damaged))
    }

    /// Adds an entry, on the disk when this returns.
    ///
    /// # Errors
    /// Errors of the disk.
    pub fn add(&self, entry: &Entry) -> Result<(), GalleryError> {
        let add = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
            // A killed process may have left half a line.
            let is_torn = fs::read(&self.path)?.last().is_some_and(|last| *last != b'\n');
            let line = if is_torn { format!("\n{}", entry.line()) } else { entry.line() };
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        add().map_err(|error| GalleryError::disk(&self.path, error))
    }

    /// Removes these entries. Damaged lines stay.
    ///
    /// # Errors
    /// Errors of the disk. The ledger is then as before.
    pub fn remove(&self, gone: &[Entry]) -> Result<(), GalleryError> {
        let remove = || -> io::Result<()> {
            let text = fs::read(&self.path)?;
            let text = String::from_utf8_lossy(&text);
            let keeps = |line: &&str| Entry::parse(line).is_none_or(|entry| !gone.contains(&entry));
            let kept: String = text.lines().filter(keeps).map(|line| format!("{line}\n")).collect();
            let folder = self.path.parent().unwrap_or(&self.path);
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(kept.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            sync(folder)
        };
        remove().map_err(|error| GalleryError::disk(&self.path, error))
    }
}

/// Makes the names in a folder durable, where the system can.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry { seconds: 1_764_000_000, session: 7, length: 3, checksum: 0x00ab_cdef, name: name.into() }
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        for name in ["a.png", "naïve photo.jpg", "写真.gif", "a..b", "..."] {
            let entry = entry(name);
            assert_eq!(Entry::parse(entry.line().trim_end_matches('\n')), Some(entry));
        }
    }

    #[test]
    fn a_damaged_line_is_no_entry() {
        let line = entry("a.png").line();
        let line = line.trim_end();
        assert!(Entry::parse(line).is_some());
        for damaged in [
            "",
            "a.png",
            &line[1..].replace("764000000", "x"),
            &line.replace("a.png", ""),
            &line.replace("a.png", "../a.png"),
            &line.replace("a.png", "/etc/passwd"),
            &line.replace("a.png", "b/a.png"),
            &line.replace("a.png", "b\\a.png"),
            &line.replace("a.png", "C:a.png"),
            &line.replace("a.png", ".."),
            &line.replace("a.png", "."),
            &line.replace("a.png", "a.png/"),
            &line.replace("a.png", "a\tb.png"),
            &line.replace("a.png", NAME),
            &line.replace('\t', " "),
        ] {
            assert_eq!(Entry::parse(damaged), None, "{damaged}");
        }
    }

    #[test]
    fn damaged_lines_stay_and_half_a_line_spoils_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::new(folder.path());
        assert_eq!(ledger.read().expect("no ledger yet"), (vec![], 0));
        ledger.add(&entry("a.png")).expect("added");
        let torn = fs::read(&ledger.path).expect("a ledger");
        fs::write(&ledger.path, [&torn[..], b"17640000\t3"].concat()).expect("written");
        ledger.add(&entry("b.png")).expect("added");
        assert_eq!(ledger.read().expect("a ledger"), (vec![entry("a.png"), entry("b.png")], 1));
        ledger.remove(&[entry("a.png")]).expect("removed");
        assert_eq!(ledger.read().expect("a ledger"), (vec![entry("b.png")], 1));
    }
}
