//! The memory of PipeWire's buffers. All `unsafe` code of this system is here.
//!
//! Frames are copied while their buffer is held: another program can write to the memory at any time, and the buffer is
//! missing for that program as long as it is held.

use std::{
    os::fd::BorrowedFd,
    ptr::{self, NonNull},
    slice,
};

use pipewire::{
    buffer::Buffer,
    spa::{
        buffer::{
            Data, DataType,
            meta::{MetaHeader, MetaVideoTransform},
        },
        pod::Pod,
    },
};
use rustix::{
    ioctl::{Setter, ioctl, opcode},
    mm::{MapFlags, ProtFlags, mmap, munmap},
    param::page_size,
};

use crate::{
    Error,
    spa::{Block, Header},
};

/// The contents of a buffer.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The frame's bytes of all blocks, one block after the other.
    pub bytes: Vec<u8>,
    pub blocks: Vec<Block>,
    /// The places in `bytes` at which the blocks begin.
    pub starts: Vec<usize>,
    /// The flags of all chunks.
    pub flags: i32,
    pub header: Option<Header>,
    /// The transformation that was applied to the picture.
    pub transform: Option<u32>,
}

/// Copies the contents of a buffer into this vector, which keeps its memory.
///
/// # Errors
/// [`Error::Failed`] if a block has no memory that can be read.
pub(super) fn copy(buffer: &mut Buffer<'_>, mut bytes: Vec<u8>) -> Result<Contents, Error> {
    bytes.clear();
    let header = buffer.find_meta::<MetaHeader>();
    let header =
        header.map(|meta| Header { flags: meta.flags().bits(), time: meta.pts(), number: meta.seq() });
    let transform = buffer.find_meta::<MetaVideoTransform>().map(|meta| meta.as_raw().transform);
    let mut contents = Contents { bytes, header, transform, ..Contents::default() };
    for data in buffer.datas_mut() {
        let (block, flags) = block(data)?;
        contents.starts.push(contents.bytes.len());
        append(&mut contents.bytes, data, block)?;
        contents.blocks.push(block);
        contents.flags |= flags;
    }
    Ok(contents)
}

/// The description of a block, and the flags of its chunk.
fn block(data: &Data) -> Result<(Block, i32), Error> {
    let data = data.as_raw();
    let chunk = NonNull::new(data.chunk)
        .ok_or_else(|| Error::Failed("a buffer has a block without a chunk".into()))?;
    // SAFETY: A chunk that isn't null is valid as long as its buffer, which the caller holds. Another program can write
    // to it, so it is read once, as a volatile copy of numbers, of which each value is valid.
    let chunk = unsafe { chunk.as_ptr().read_volatile() };
    let block = Block {
        capacity: data.maxsize as usize,
        offset: chunk.offset,
        len: chunk.size,
        stride: chunk.stride,
    };
    Ok((block, chunk.flags))
}

/// Appends the frame's bytes of a block.
fn append(bytes: &mut Vec<u8>, data: &Data, block: Block) -> Result<(), Error> {
    let range = block.range();
    if range.is_empty() {
        return Ok(());
    }
    let raw = data.as_raw();
    let mapped;
    let start = match NonNull::new(raw.data.cast::<u8>()) {
        Some(start) => start,
        None => {
            mapped = Mapping::new(data)?;
            mapped.start()
        }
    };
    let _access = (data.type_() == DataType::DmaBuf).then(|| DeviceAccess::begin(raw.fd)).flatten();
    bytes.reserve(range.len());
    let spare = bytes.spare_capacity_mut();
    // SAFETY: The block has `maxsize` bytes from `start` on (PipeWire's mapping, or that of `Mapping::new`), which stay
    // mapped as long as the caller holds the buffer and `mapped` lives. The range lies inside of them: `Block::range`
    // ends at the capacity, which is `maxsize`. The vector has reserved as many bytes, and is memory of this program
    // alone, so both don't overlap. The bytes can change during the copy, but each value is a valid byte.
    unsafe {
        ptr::copy_nonoverlapping(
            start.as_ptr().add(range.start),
            spare.as_mut_ptr().cast::<u8>(),
            range.len(),
        )
    };
    // SAFETY: The bytes up to this length have just been written.
    unsafe { bytes.set_len(bytes.len() + range.len()) };
    Ok(())
}

/// The memory of a block that PipeWire hasn't mapped. The drop unmaps it.
struct Mapping {
    base: NonNull<u8>,
    len: usize,
    offset: usize,
}

impl Mapping {
    fn new(data: &Data) -> Result<Self, Error> {
        let failed =
            |text: &str| Error::Failed(format!("map the memory of a frame ({:?}): {text}", data.type_()));
        let raw = data.as_raw();
        let is_memory = [DataType::MemFd, DataType::DmaBuf].contains(&data.type_());
        let fd = i32::try_from(raw.fd)
            .ok()
            .filter(|fd| *fd >= 0 && is_memory)
            .ok_or_else(|| failed("it has none"))?;
        // SAFETY: The descriptor belongs to the buffer, which the caller holds, and isn't closed before its end.
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        // A map begins at a page.
        let offset = raw.mapoffset as usize % page_size();
        let len = (raw.maxsize as usize).checked_add(offset).ok_or_else(|| failed("it is too long"))?;
        let begin = u64::from(raw.mapoffset) - offset as u64;
        let size = rustix::fs::fstat(fd).ok().and_then(|stat| u64::try_from(stat.st_size).ok()).unwrap_or(0);
        // A read past the end of a file would end the program. The files of devices tell no size.
        if data.type_() == DataType::MemFd && size > 0 && size < begin.saturating_add(len as u64) {
            return Err(failed("its file is too short"));
        }
        // SAFETY: The system chooses a free place. Nothing else knows the mapping.
        let base = unsafe { mmap(ptr::null_mut(), len, ProtFlags::READ, MapFlags::SHARED, fd, begin) };
        let base = base.map_err(|error| failed(&error.to_string()))?;
        let base = NonNull::new(base.cast()).ok_or_else(|| failed("it has no address"))?;
        Ok(Self { base, len, offset })
    }

    fn start(&self) -> NonNull<u8> {
        // SAFETY: The offset is less than the length of the mapping.
        unsafe { self.base.add(self.offset) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: `new` has made this mapping, and nothing refers to it any more. A failure leaves it mapped.
        let _ = unsafe { munmap(self.base.as_ptr().cast(), self.len) };
    }
}

/// A read of memory of a device by the processor, until the drop.
struct DeviceAccess(i32);

impl DeviceAccess {
    const READ: u64 = 1;
    const END: u64 = 4;

    /// `None` if there is no such descriptor.
    fn begin(fd: i64) -> Option<Self> {
        let fd = i32::try_from(fd).ok().filter(|fd| *fd >= 0)?;
        Self::sync(fd, Self::READ);
        Some(Self(fd))
    }

    /// Tells the device. One that needs no such calls refuses them, which is no failure.
    fn sync(fd: i32, flags: u64) {
        // `DMA_BUF_IOCTL_SYNC`.
        const SYNC: rustix::ioctl::Opcode = opcode::write::<u64>(b'b', 0);
        // SAFETY: The descriptor belongs to a buffer that is held, and the call reads a 64-bit number of flags.
        let _ = unsafe { ioctl(BorrowedFd::borrow_raw(fd), Setter::<SYNC, u64>::new(flags)) };
    }
}

impl Drop for DeviceAccess {
    fn drop(&mut self) {
        Self::sync(self.0, Self::READ | Self::END);
    }
}

/// Calls a function with these pods. Those that aren't whole are left out.
pub(super) fn with_pods<T>(pods: &[Vec<u8>], call: impl FnOnce(&mut [&Pod]) -> T) -> T {
    // A pod is read as words, and the bytes of a vector can begin anywhere.
    let aligned: Vec<Vec<u64>> = pods
        .iter()
        .map(|bytes| bytes.as_chunks().0.iter().map(|word| u64::from_ne_bytes(*word)).collect())
        .collect();
    let mut pods: Vec<&Pod> = aligned
        .iter()
        .filter_map(|words| {
            // SAFETY: The words are as many bytes, all of them written, and live as long as the slice.
            let bytes =
                unsafe { slice::from_raw_parts(words.as_ptr().cast::<u8>(), size_of_val(words.as_slice())) };
            Pod::from_bytes(bytes)
        })
        .collect();
    call(&mut pods)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use pipewire::spa::sys::{spa_chunk, spa_data};
    use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

    use super::*;

    /// Appends a block of a file that PipeWire hasn't mapped.
    fn append_unmapped(
        fd: i64,
        kind: DataType,
        mapoffset: usize,
        maxsize: usize,
        len: u32,
    ) -> Result<Vec<u8>, Error> {
        let mut chunk = spa_chunk { offset: 3, size: len, stride: 0, flags: 5 };
        let raw = spa_data {
            type_: kind.as_raw(),
            flags: 1,
            fd,
            mapoffset: u32::try_from(mapoffset).expect("it is small"),
            maxsize: u32::try_from(maxsize).expect("it is small"),
            data: ptr::null_mut(),
            chunk: &raw mut chunk,
        };
        // SAFETY: `Data` is a transparent wrapper of `spa_data`, which lives as long as this function.
        let data = unsafe { &*(&raw const raw).cast::<Data>() };
        let (block, flags) = block(data)?;
        assert_eq!(flags, 5);
        let mut bytes = vec![7];
        append(&mut bytes, data, block).map(|()| bytes)
    }

    #[test]
    fn a_block_that_is_not_mapped_is_mapped_here() {
        let file = memfd_create("frame", MemfdFlags::CLOEXEC).expect("a file in memory");
        let page = page_size();
        ftruncate(&file, page as u64 * 2).expect("it grows");
        rustix::io::pwrite(&file, &[1, 2, 3, 4, 5], page as u64 + 100).expect("it is written");
        let fd = i64::from(file.as_raw_fd());
        for kind in [DataType::MemFd, DataType::DmaBuf] {
            assert_eq!(append_unmapped(fd, kind, page + 100, 64, 2), Ok(vec![7, 4, 5]), "{kind:?}");
        }
        assert_eq!(append_unmapped(fd, DataType::MemFd, 0, 64, 0), Ok(vec![7]), "no bytes");
        for (fd, kind, maxsize) in [
            (-1, DataType::MemFd, 64),
            (i64::MAX, DataType::MemFd, 64),
            (fd, DataType::MemPtr, 64),
            (fd, DataType::MemFd, page * 2),
            (1 << 20, DataType::DmaBuf, 64),
        ] {
            let result = append_unmapped(fd, kind, page + 100, maxsize, 2);
            assert!(matches!(result, Err(Error::Failed(_))), "{fd} {kind:?} {maxsize}: {result:?}");
        }
    }

    #[test]
    fn pods_that_are_not_whole_are_left_out() {
        let whole = [[8_u32.to_ne_bytes(), 4_u32.to_ne_bytes()].concat(), vec![0; 8]].concat();
        let pods = [whole.clone(), whole[..12].to_vec(), vec![], vec![0xff; 32]];
        assert_eq!(with_pods(&pods, |pods| pods.len()), 1);
    }
}
