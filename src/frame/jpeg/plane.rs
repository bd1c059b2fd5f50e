//! The destination of decoded samples.

/// A plane to write.
#[derive(Debug, Default)]
pub(crate) struct PlaneMut<'a> {
    /// The bytes from the first row to the end of the last.
    pub bytes: &'a mut [u8],
    /// Bytes from the start of one row to the start of the next.
    pub stride: usize,
    /// Writable bytes of a row, at least as many as samples.
    pub width: usize,
    /// The number of rows.
    pub height: usize,
}

impl PlaneMut<'_> {
    /// Writes a block at a column and row of blocks. Samples outside of the plane are dropped.
    #[inline(always)]
    pub(super) fn put(&mut self, column: usize, row: usize, block: &[[u8; 8]; 8]) {
        let (x, y) = (column * 8, row * 8);
        let start = y * self.stride + x;
        if x + 8 <= self.width
            && y + 8 <= self.height
            && let Some(target) = self.bytes.get_mut(start..start + self.stride * 7 + 8)
        {
            for (index, samples) in block.iter().enumerate() {
                let line = target.get_mut(index * self.stride..).and_then(|rest| rest.first_chunk_mut());
                if let Some(line) = line {
                    *line = *samples;
                }
            }
        } else {
            self.put_part(x, y, block);
        }
    }

    /// Writes the part of a block that is inside the plane.
    #[cold]
    #[inline(never)]
    fn put_part(&mut self, x: usize, y: usize, block: &[[u8; 8]; 8]) {
        let across = self.width.saturating_sub(x).min(8);
        let down = self.height.saturating_sub(y).min(8);
        for (index, samples) in block.iter().take(down).enumerate() {
            let start = (y + index) * self.stride + x;
            if let Some(line) = self.bytes.get_mut(start..start + across) {
                line.copy_from_slice(&samples[..across]);
            }
        }
    }
}
