//! The size of the download.

use crate::Result;
use flate2::{Compression, write::GzEncoder};
use std::{fs, io, path::Path};

/// Prints the size of each file, raw and compressed.
pub fn print(files: &[&Path]) -> Result<()> {
    for file in files {
        let bytes = fs::read(file)?;
        let name = file.file_name().unwrap_or_default().display().to_string();
        say!("{name:<40} {}, gzip {}", megabytes(bytes.len() as u64), megabytes(compressed(&bytes)?))?;
    }
    Ok(())
}

/// The gzip size of a file in bytes.
pub fn gzipped(file: &Path) -> Result<u64> {
    compressed(&fs::read(file)?)
}

/// A length in decimal megabytes, with its unit.
pub fn megabytes(length: u64) -> String {
    format!("{:.2} MB", length as f64 / 1e6)
}

fn compressed(bytes: &[u8]) -> Result<u64> {
    let mut encoder = GzEncoder::new(Count(0), Compression::default());
    io::Write::write_all(&mut encoder, bytes)?;
    Ok(encoder.finish()?.0)
}

/// Counts written bytes.
struct Count(u64);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_compressed_bytes() {
        let length = compressed(&[7; 100_000]).unwrap();
        assert!((100..2_000).contains(&length), "{length}");
    }

    #[test]
    fn lengths_are_in_decimal_megabytes() {
        assert_eq!(megabytes(23_456_789), "23.46 MB");
    }
}
