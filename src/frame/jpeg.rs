//! Decodes JPEG images to their planes.
//!
//! Common decoders return RGB. The GPU converts frames by itself, so this one writes each component at its own size
//! into memory of the caller. The rest of the crate depends on the trait [`Decode`] only.

mod batch;
mod bits;
#[cfg(test)]
pub(crate) mod encoder;
mod header;
mod huffman;
mod idct;
mod markers;
mod plane;
mod planes;
mod progressive;
mod scan;
mod sequential;
mod tables;

use batch::Batch;
use bits::Segments;
pub(crate) use header::{Color, Component, Field, Header};
use markers::{DHT, DQT, DRI};
pub(crate) use markers::{EOI, Marker, Markers, SOI, SOS};
#[cfg(not(target_family = "wasm"))]
pub(crate) use markers::{is_bare, is_frame_header, may_follow_scan};
pub(crate) use plane::PlaneMut;
pub(crate) use planes::Planes;
use progressive::{Coefficients, Finish};
use scan::Scan;
use sequential::SequentialScan;
use tables::Tables;

use crate::error::MediaError;

/// A decoder of JPEGs. It can be reused, and keeps its memory.
pub(crate) trait Decode {
    /// Decodes the first image of these bytes, with its header, to planes: one for each of the header's components.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) for a truncated or corrupt JPEG. The planes are then
    /// incomplete.
    fn decode(&mut self, jpeg: &[u8], header: &Header, planes: &mut [PlaneMut<'_>])
    -> Result<(), MediaError>;
}

/// The crate's decoder: Huffman-coded JPEGs of 8 bits, baseline, extended sequential and progressive.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    tables: Tables,
    coefficients: Coefficients,
    batch: Batch,
    /// The memory of [`Segments`].
    segment: Vec<u8>,
}

impl Decode for Decoder {
    fn decode(
        &mut self,
        jpeg: &[u8],
        header: &Header,
        planes: &mut [PlaneMut<'_>],
    ) -> Result<(), MediaError> {
        let jpeg = without_padding(jpeg);
        self.tables.reset();
        if header.progressive {
            self.coefficients.begin(header);
        }
        let mut missing = [true; 4];
        missing[header.components().len()..].fill(false);
        let mut interval = 0;
        let mut headers = 0;
        let mut markers = Markers::new(jpeg);
        // `Header::read` has checked the first one.
        markers.seek(2);
        // Once the last scan is complete, no end marker is needed.
        let mut whole = false;
        while !whole && let Some(Marker { code, data, end }) = markers.next() {
            match code {
                DHT => self.tables.define_huffman(data)?,
                DQT => self.tables.define_quantization(data)?,
                DRI => interval = data.first_chunk().map_or(0, |count| u16::from_be_bytes(*count).into()),
                SOS => {
                    self.tables.complete();
                    let scan = Scan::read(header, data)?;
                    let mut segments = Segments::new(jpeg, end, &mut self.segment);
                    scan.parts().iter().for_each(|part| missing[part.component] = false);
                    if header.progressive {
                        let mut units = self.coefficients.units(header, &scan, &self.tables)?;
                        scan::decode(&scan, interval, &mut segments, &mut units)?;
                        whole = self.coefficients.are_whole(header);
                    } else {
                        let parts = parts(&self.tables, header, &scan, planes)?;
                        let (segments, batch) = (&mut segments, &mut self.batch);
                        idct::run(SequentialScan { scan: &scan, interval, segments, parts, batch })?;
                        whole = missing == [false; 4];
                    }
                    markers.seek(segments.position());
                }
                // A progressive JPEG may end before its last refinement.
                EOI => {
                    whole = header.progressive && self.coefficients.have_all_components(header);
                    break;
                }
                SOI => break,
                0xc0..=0xcf => {
                    headers += 1;
                    // The data between the two is lost.
                    if headers > 1 {
                        break;
                    }
                }
                _ => {}
            }
        }
        if !whole {
            return Err(MediaError::data("the JPEG is cut short: scans are missing"));
        }
        if header.progressive {
            let (coefficients, batch) = (&self.coefficients, &mut self.batch);
            idct::run(Finish { coefficients, header, planes, batch });
        }
        Ok(())
    }
}

/// The components of a sequential scan, with their tables and planes.
fn parts<'t, 'p>(
    tables: &'t Tables,
    header: &Header,
    scan: &Scan,
    planes: &'t mut [PlaneMut<'p>],
) -> Result<sequential::Parts<'t, 'p>, MediaError> {
    let mut parts = sequential::Parts::default();
    let mut free: [Option<&mut PlaneMut<'p>>; 4] = Default::default();
    free.iter_mut().zip(planes).for_each(|(free, plane)| *free = Some(plane));
    for (part, described) in parts.iter_mut().zip(scan.parts()) {
        let number = header.components()[described.component].quantization;
        let quantization = tables.quantization(number)?;
        *part = free[described.component].take().map(|plane| sequential::Part {
            plane,
            dc: tables.dc(described.dc),
            ac: tables.ac(described.ac),
            quantization,
            across: described.across,
            down: described.down,
            prediction: 0,
        });
    }
    Ok(parts)
}

/// The bytes up to the last that isn't 0, and one more, which can be part of its code. Drivers pad with zeros, which
/// would decode as codes: without this a truncated JPEG would seem complete.
fn without_padding(jpeg: &[u8]) -> &[u8] {
    const STEP: usize = 64;
    let steps = jpeg.rchunks_exact(STEP).take_while(|bytes| **bytes == [0; STEP]).count();
    let rest = &jpeg[..jpeg.len() - steps * STEP];
    let len = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 2);
    &jpeg[..len.min(jpeg.len())]
}

#[cfg(test)]
mod tests;
