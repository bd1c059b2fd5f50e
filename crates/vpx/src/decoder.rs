//! The decoder.

use std::{
    ffi::{c_int, c_uint},
    fmt,
    mem::MaybeUninit,
    ptr, slice,
};

use vpx_sys::{vp8_dec_control_id, vpx_color_range, vpx_color_space, vpx_img_fmt};

use crate::{
    Codec, ColorRange, ColorSpace, VpxError, cores,
    ffi::{self, Context},
    image::plane_len,
};

/// The settings of a [`Decoder`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct DecoderConfig {
    /// The codec.
    pub codec: Codec,
    /// The longest side of pictures that are decoded, in pixels. By default it is 16384. Streams with larger ones give
    /// [`VpxError::PictureSize`].
    ///
    /// Most of them are refused before any memory is allocated for them. Later frames of a damaged or malicious VP9
    /// stream may change the size where only libvpx sees it: then the picture is refused after it has been decoded.
    pub max_side: u32,
    /// The number of threads for VP9, 1 to 16. `None` depends on the number of cores. VP8 always has one.
    pub threads: Option<u32>,
}

impl DecoderConfig {
    /// The default settings.
    pub fn new(codec: Codec) -> Self {
        Self { codec, max_side: 16384, threads: None }
    }

    /// Sets [`max_side`](Self::max_side).
    pub fn max_side(self, max_side: u32) -> Self {
        Self { max_side, ..self }
    }

    /// Sets [`threads`](Self::threads).
    pub fn threads(self, threads: u32) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// The static table of the codec's decoder.
    fn interface(&self) -> *const ffi::vpx_codec_iface_t {
        match self.codec {
            Codec::Vp8 => ffi::vpx_codec_vp8_dx(),
            Codec::Vp9 => ffi::vpx_codec_vp9_dx(),
        }
    }

    fn context(&self) -> Result<Context, VpxError> {
        let threads = match (self.codec, self.threads) {
            (Codec::Vp8, _) => 1,
            (Codec::Vp9, Some(threads)) => threads.clamp(1, 16),
            (Codec::Vp9, None) => cores(4),
        };
        Context::decoder(self.interface(), &ffi::vpx_codec_dec_cfg_t { threads, w: 0, h: 0 })
    }

    fn check_side(&self, width: u32, height: u32) -> Result<(), VpxError> {
        let max_side = self.max_side;
        if width.max(height) > max_side {
            return Err(VpxError::PictureSize { width, height, max_side });
        }
        Ok(())
    }
}

/// A decoder of 4:2:0 streams with 8 bits.
#[derive(Debug)]
pub struct Decoder {
    context: Context,
    config: DecoderConfig,
    /// The next key frame gets a new context, because a packet failed. In libvpx 1.12 each failure can cost one of the
    /// frame buffers of a VP9 decoder, until it has none.
    restart: bool,
}

/// A decoded picture.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Picture<'a> {
    /// The width, in pixels.
    pub width: u32,
    /// The height, in pixels.
    pub height: u32,
    /// The plane of luma.
    pub y: Plane<'a>,
    /// The plane of U (Cb), with half of the width and height, rounded up.
    pub u: Plane<'a>,
    /// The plane of V (Cr), of the same size.
    pub v: Plane<'a>,
    /// The color space that the stream declares.
    pub color_space: ColorSpace,
    /// The color range that the stream declares.
    pub color_range: ColorRange,
    /// The picture depends on data that was lost or damaged, so that it shows something else in parts.
    pub is_damaged: bool,
}

impl Picture<'_> {
    /// Replaces the content of a buffer with the planes Y, U, V without gaps, for
    /// [`I420::packed`](crate::I420::packed).
    pub fn copy_packed(&self, bytes: &mut Vec<u8>) {
        bytes.clear();
        for plane in [self.y, self.u, self.v] {
            for row in plane.rows() {
                bytes.extend_from_slice(row);
            }
        }
    }
}

/// A plane of a [`Picture`].
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    /// From the first to the last pixel. The pixels are initialized, but the bytes between the rows may not be.
    pixels: &'a [MaybeUninit<u8>],
    width: usize,
    stride: usize,
}

impl<'a> Plane<'a> {
    /// The rows from top to bottom, without the gaps between them.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + DoubleEndedIterator + use<'a> {
        let width = self.width;
        // SAFETY: these are the pixels of a row, which are initialized.
        self.pixels.chunks(self.stride).map(move |row| unsafe { row[..width].assume_init_ref() })
    }
}

impl fmt::Debug for Plane<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plane")
            .field("width", &self.width)
            .field("stride", &self.stride)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// Makes a decoder with the default settings.
    ///
    /// # Errors
    /// [`VpxError::Memory`] or [`VpxError::Library`] if libvpx fails.
    pub fn new(codec: Codec) -> Result<Self, VpxError> {
        Self::with_config(DecoderConfig::new(codec))
    }

    /// Makes a decoder with these settings.
    ///
    /// # Errors
    /// [`VpxError::Memory`] or [`VpxError::Library`] if libvpx fails.
    pub fn with_config(config: DecoderConfig) -> Result<Self, VpxError> {
        Ok(Self { context: config.context()?, config, restart: false })
    }

    /// The settings.
    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// Decodes a packet. `None` if it shows no picture.
    ///
    /// # Errors
    /// [`VpxError::EmptyPacket`], [`VpxError::Data`], [`VpxError::PictureSize`] or [`VpxError::PictureFormat`]. After
    /// each of them the decoder goes on with the next key frame. [`VpxError::Memory`] if it can't.
    pub fn decode(&mut self, data: &[u8]) -> Result<Option<Picture<'_>>, VpxError> {
        if data.is_empty() {
            return Err(VpxError::EmptyPacket);
        }
        let len = c_uint::try_from(data.len())
            .map_err(|_| VpxError::Data("the packet has more than 4 GiB".into()))?;
        let info = self.peek(data, len);
        if let Some(info) = info {
            self.config.check_side(info.w, info.h)?;
        }
        if self.restart && info.is_some_and(|info| info.is_kf != 0) {
            self.context = self.config.context()?;
            self.restart = false;
        }
        // SAFETY: the context is an initialized decoder. `data` points to `len` bytes, which libvpx only reads, and
        // only during the call. There is no user data.
        let code = unsafe {
            ffi::vpx_codec_decode(self.context.as_mut_ptr(), data.as_ptr(), len, ptr::null_mut(), 0)
        };
        if code != 0 {
            self.restart = true;
            // libvpx reports some kinds of damage as a lack of memory, so the two aren't told apart.
            return Err(VpxError::Data(self.context.message(code)));
        }
        self.picture()
    }

    /// The header of the packet's first frame. `None` if it is damaged, or that of a VP8 delta frame.
    fn peek(&self, data: &[u8], len: c_uint) -> Option<ffi::vpx_codec_stream_info_t> {
        let size = size_of::<ffi::vpx_codec_stream_info_t>() as c_uint;
        let mut info = ffi::vpx_codec_stream_info_t { sz: size, w: 0, h: 0, is_kf: 0 };
        // SAFETY: the interface is the address of a static table, `data` points to `len` bytes, which libvpx only
        // reads, and `info` begins with its own size, as libvpx requires.
        let code = unsafe {
            ffi::vpx_codec_peek_stream_info(self.config.interface(), data.as_ptr(), len, &mut info)
        };
        (code == 0).then_some(info)
    }

    /// The picture of the packet that was decoded last.
    fn picture(&mut self) -> Result<Option<Picture<'_>>, VpxError> {
        let mut iterator = ptr::null();
        // SAFETY: the context is an initialized decoder, and `iterator` is null for the first picture.
        let picture = unsafe { ffi::vpx_codec_get_frame(self.context.as_mut_ptr(), &mut iterator) };
        if picture.is_null() {
            return Ok(None);
        }
        // SAFETY: a picture that isn't null is a whole description in the context, valid until the next packet is
        // decoded. Nothing else refers to it now. Its enums are read as numbers, in case a newer libvpx has more
        // values.
        let (format, color_space, color_range, bit_depth, width, height, planes, strides) = unsafe {
            (
                (&raw const (*picture).fmt).cast::<c_uint>().read(),
                (&raw const (*picture).cs).cast::<c_uint>().read(),
                (&raw const (*picture).range).cast::<c_uint>().read(),
                (*picture).bit_depth,
                (*picture).d_w,
                (*picture).d_h,
                (*picture).planes,
                (*picture).stride,
            )
        };
        if format != vpx_img_fmt::VPX_IMG_FMT_I420 as c_uint || bit_depth != 8 {
            return Err(VpxError::PictureFormat(format_name(format)));
        }
        self.config.check_side(width, height)?;
        let is_damaged = self.is_damaged();

        let chroma = (width.div_ceil(2), height.div_ceil(2));
        let plane = |index: usize, (width, height): (u32, u32)| {
            let (data, stride) = (planes[index], usize::try_from(strides[index]).ok()?);
            let (width, height) = (width as usize, height as usize);
            if data.is_null() || width == 0 || height == 0 || stride < width {
                return None;
            }
            let len = plane_len(width, height, stride)?;
            // SAFETY: a plane of a picture with 8 bits and 4:2:0 has `height` rows of `width` pixels, each `stride`
            // bytes after the one before, in one allocation of libvpx, which isn't changed or freed until the next
            // packet is decoded or the context is destroyed. Both need `self` as mutable, and the picture borrows it.
            // The bytes need not be initialized for this type. Those of the pixels are, as `Plane` says: libvpx has
            // decoded each block of a picture that it shows.
            let pixels = unsafe { slice::from_raw_parts(data.cast::<MaybeUninit<u8>>(), len) };
            Some(Plane { pixels, width, stride })
        };
        let (Some(y), Some(u), Some(v)) = (plane(0, (width, height)), plane(1, chroma), plane(2, chroma))
        else {
            return Err(VpxError::Data("libvpx describes an impossible picture".into()));
        };
        let color_range = match color_range == vpx_color_range::VPX_CR_FULL_RANGE as c_uint {
            true => ColorRange::Full,
            false => ColorRange::Studio,
        };
        let color_space = color_space_of(color_space);
        Ok(Some(Picture { width, height, y, u, v, color_space, color_range, is_damaged }))
    }

    /// Whether the last picture depends on lost data.
    fn is_damaged(&mut self) -> bool {
        let mut damaged: c_int = 0;
        // SAFETY: the context is an initialized decoder. This control takes the address of an `int`, which libvpx
        // writes during the call.
        let code = unsafe {
            ffi::vpx_codec_control_(
                self.context.as_mut_ptr(),
                vp8_dec_control_id::VP8D_GET_FRAME_CORRUPTED as c_int,
                &raw mut damaged,
            )
        };
        code == 0 && damaged != 0
    }
}

fn color_space_of(code: c_uint) -> ColorSpace {
    const BT_601: c_uint = vpx_color_space::VPX_CS_BT_601 as c_uint;
    const BT_709: c_uint = vpx_color_space::VPX_CS_BT_709 as c_uint;
    const SMPTE_170: c_uint = vpx_color_space::VPX_CS_SMPTE_170 as c_uint;
    const SMPTE_240: c_uint = vpx_color_space::VPX_CS_SMPTE_240 as c_uint;
    const BT_2020: c_uint = vpx_color_space::VPX_CS_BT_2020 as c_uint;
    match code {
        BT_601 => ColorSpace::Bt601,
        BT_709 => ColorSpace::Bt709,
        SMPTE_170 => ColorSpace::Smpte170,
        SMPTE_240 => ColorSpace::Smpte240,
        BT_2020 => ColorSpace::Bt2020,
        _ => ColorSpace::Unknown,
    }
}

/// The name of a format other than 4:2:0 with 8 bits.
fn format_name(format: c_uint) -> String {
    const HIGH_BIT_DEPTH: c_uint = vpx_sys::VPX_IMG_FMT_HIGHBITDEPTH;
    let name = match format & !HIGH_BIT_DEPTH {
        f if f == vpx_img_fmt::VPX_IMG_FMT_I420 as c_uint => "4:2:0",
        f if f == vpx_img_fmt::VPX_IMG_FMT_I422 as c_uint => "4:2:2",
        f if f == vpx_img_fmt::VPX_IMG_FMT_I440 as c_uint => "4:4:0",
        f if f == vpx_img_fmt::VPX_IMG_FMT_I444 as c_uint => "4:4:4",
        _ => return format!("{format:#x}"),
    };
    let bits = if format & HIGH_BIT_DEPTH == 0 { "8 bits" } else { "more than 8 bits" };
    format!("{name} with {bits}")
}
