//! The encoder.

use std::{
    ffi::{c_int, c_long, c_uint, c_ulong},
    mem::MaybeUninit,
    ptr, slice,
    time::Duration,
};

use vpx_sys::{
    vp8e_enc_control_id as control, vpx_color_space, vpx_enc_pass, vpx_img_fmt, vpx_kf_mode, vpx_rational,
    vpx_rc_mode,
};

use crate::{
    Codec, ColorRange, ColorSpace, I420, VpxError, cores,
    ffi::{self, Context},
};

/// The longest side that an encoder takes: the limit of VP8. It also keeps the sizes that libvpx computes for VP9
/// within 32 bits.
const MAX_SIDE: u32 = 16383;

/// The longest side of an image whose other side is shorter than [`NARROW`].
///
/// Before 1.14, libvpx doesn't check for the end of its buffer when it writes a VP9 packet. The buffer has 3 bytes per
/// pixel and at least 8 KiB. That is twice the size of the image, but narrow images are coded as if they were 8 pixels
/// wide. With at most 512 rows, noise of black and white at the best quality fills 60 % of the buffer.
const MAX_NARROW_SIDE: u32 = 512;

/// The length from which on a side isn't narrow.
const NARROW: u32 = 16;

/// The range of bit rates. The upper limit and [`MAX_STEP_MS`] together keep the bits per frame below 20 million, where
/// the rate control of old releases of libvpx computes with 32 bits.
const BIT_RATES: std::ops::RangeInclusive<u32> = 1_000..=100_000_000;

/// The longest time between two images, and the longest duration of one, that the rate control sees.
const MAX_STEP_MS: u64 = 200;

/// `VPX_DL_REALTIME`, whose type differs between releases of libvpx.
const DEADLINE_REALTIME: c_ulong = 1;

/// The distance between key frames that an encoder makes of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFrameInterval {
    /// A key frame is the first frame at least this long after the last key frame. `Duration::MAX` makes none but the
    /// first.
    Time(Duration),
    /// A key frame is this many frames after the last key frame. 0 counts as 1.
    Frames(u32),
}

/// The settings of an [`Encoder`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct EncoderConfig {
    /// The codec.
    pub codec: Codec,
    /// The width of the images, in pixels.
    pub width: u32,
    /// The height of the images, in pixels.
    pub height: u32,
    /// The average rate, in bits per second. It counts as at least 1 kbit/s and at most 100 Mbit/s.
    pub bit_rate: u32,
    /// The expected number of images per second. Only the rate of the first frames depends on it.
    pub frame_rate: f32,
    /// The distance between key frames.
    pub key_frame_interval: KeyFrameInterval,
    /// The number of threads for VP9, 1 to 16. `None` depends on the size of the images and the number of cores. VP8
    /// always has one, because with more of them libvpx keeps whole cores busy with waiting.
    pub threads: Option<u32>,
    /// The color space that a VP9 stream declares. VP8 declares none.
    pub color_space: ColorSpace,
    /// The color range that a VP9 stream declares. VP8 declares none.
    pub color_range: ColorRange,
}

impl EncoderConfig {
    /// The default settings: 2.5 Mbit/s, about 30 images per second, and a key frame every 2 seconds.
    pub fn new(codec: Codec, width: u32, height: u32) -> Self {
        Self {
            codec,
            width,
            height,
            bit_rate: 2_500_000,
            frame_rate: 30.0,
            key_frame_interval: KeyFrameInterval::Time(Duration::from_secs(2)),
            threads: None,
            color_space: ColorSpace::default(),
            color_range: ColorRange::default(),
        }
    }

    /// Sets [`bit_rate`](Self::bit_rate).
    pub fn bit_rate(self, bit_rate: u32) -> Self {
        Self { bit_rate, ..self }
    }

    /// Sets [`frame_rate`](Self::frame_rate).
    pub fn frame_rate(self, frame_rate: f32) -> Self {
        Self { frame_rate, ..self }
    }

    /// Sets [`key_frame_interval`](Self::key_frame_interval).
    pub fn key_frame_interval(self, key_frame_interval: KeyFrameInterval) -> Self {
        Self { key_frame_interval, ..self }
    }

    /// Sets [`threads`](Self::threads).
    pub fn threads(self, threads: u32) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// Sets [`color_space`](Self::color_space) and [`color_range`](Self::color_range).
    pub fn color(self, color_space: ColorSpace, color_range: ColorRange) -> Self {
        Self { color_space, color_range, ..self }
    }

    fn check_size(&self) -> Result<(), VpxError> {
        let (width, height) = (self.width, self.height);
        let longest = if width.min(height) < NARROW { MAX_NARROW_SIDE } else { MAX_SIDE };
        if width == 0 || height == 0 || width.max(height) > longest {
            return Err(VpxError::EncoderSize { width, height });
        }
        Ok(())
    }

    fn thread_count(&self) -> u32 {
        match (self.codec, self.threads) {
            (Codec::Vp8, _) => 1,
            (Codec::Vp9, Some(threads)) => threads.clamp(1, 16),
            (Codec::Vp9, None) => cores(match self.width * self.height {
                ..230_400 => 1,
                230_400..921_600 => 2,
                _ => 4,
            }),
        }
    }

    /// The binary logarithm of the number of tile columns. A tile has at least 256 columns.
    fn tile_columns(&self) -> c_int {
        match self.width {
            ..512 => 0,
            512..1024 => 1,
            _ => 2,
        }
    }

    /// The duration of each image, as the rate control sees it.
    fn duration_ms(&self) -> u64 {
        // The conversion of a rate that is negative, 0 or not a number gives 0 or the largest number.
        ((1000.0 / f64::from(self.frame_rate)).round() as u64).clamp(1, MAX_STEP_MS)
    }

    /// The static table of the codec's encoder.
    fn interface(&self) -> *const ffi::vpx_codec_iface_t {
        match self.codec {
            Codec::Vp8 => ffi::vpx_codec_vp8_cx(),
            Codec::Vp9 => ffi::vpx_codec_vp9_cx(),
        }
    }

    /// The settings for libvpx.
    fn library_config(&self) -> Result<ffi::vpx_codec_enc_cfg_t, VpxError> {
        let mut config = MaybeUninit::uninit();
        // SAFETY: the interface is the address of a static table, and `config` is memory for the result.
        let code = unsafe { ffi::vpx_codec_enc_config_default(self.interface(), config.as_mut_ptr(), 0) };
        if code != 0 {
            return Err(ffi::error("vpx_codec_enc_config_default", code, ffi::error_text(code).into()));
        }
        // SAFETY: on success libvpx has copied a whole table of defaults, whose enums have values of its headers.
        let mut config = unsafe { config.assume_init() };
        config.g_w = self.width;
        config.g_h = self.height;
        config.g_threads = self.thread_count();
        config.g_timebase = vpx_rational { num: 1, den: 1000 };
        config.g_pass = vpx_enc_pass::VPX_RC_ONE_PASS;
        config.g_lag_in_frames = 0;
        config.rc_end_usage = vpx_rc_mode::VPX_CBR;
        config.rc_target_bitrate = kilobits(self.bit_rate);
        config.rc_dropframe_thresh = 0;
        config.rc_resize_allowed = 0;
        // A quantizer of 0 is lossless in VP9, which could make a packet larger than the image. Below 4 no one sees a
        // difference.
        config.rc_min_quantizer = 4;
        config.rc_max_quantizer = 63;
        config.rc_undershoot_pct = 100;
        config.rc_overshoot_pct = 25;
        config.rc_buf_sz = 1000;
        config.rc_buf_initial_sz = 500;
        config.rc_buf_optimal_sz = 600;
        // `KeyFrameInterval` decides instead, since libvpx knows only distances in frames.
        config.kf_mode = vpx_kf_mode::VPX_KF_DISABLED;
        config.kf_min_dist = 0;
        config.kf_max_dist = 1 << 30;
        Ok(config)
    }
}

/// The bit rate for libvpx, in kbit/s.
fn kilobits(bit_rate: u32) -> c_uint {
    bit_rate.clamp(*BIT_RATES.start(), *BIT_RATES.end()) / 1000
}

/// A real-time encoder: one pass at a constant bit rate, without delay.
///
/// Nothing needs to be flushed at the end, because no image is held back.
#[derive(Debug)]
pub struct Encoder {
    context: Context,
    config: EncoderConfig,
    /// The time of the last image.
    last_ms: Option<u64>,
    /// The time of the last image, without the parts of pauses beyond [`MAX_STEP_MS`]: the time for the rate control.
    clock_ms: i64,
    /// The time of the last key frame. `None` before the first.
    last_key_ms: Option<u64>,
    /// The number of frames since the last key frame, with it.
    frames_since_key: u32,
}

/// An encoded frame.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// The bytes.
    pub data: &'a [u8],
    /// The time of the frame, in milliseconds.
    pub pts_ms: u64,
    /// A decoder can begin with this frame.
    pub is_key: bool,
}

impl Encoder {
    /// Makes an encoder with these settings.
    ///
    /// # Errors
    /// [`VpxError::EncoderSize`] if the codec or libvpx can't encode images of this size. [`VpxError::Memory`] or
    /// [`VpxError::Library`] if libvpx fails.
    pub fn new(config: EncoderConfig) -> Result<Self, VpxError> {
        config.check_size()?;
        let mut context = Context::encoder(config.interface(), &config.library_config()?)?;
        let mut set = |control: control, value: c_int| context.control(control as c_int, value);
        match config.codec {
            // A negative value is a fixed speed. A positive one would depend on the load of the computer.
            Codec::Vp8 => set(control::VP8E_SET_CPUUSED, -6)?,
            Codec::Vp9 => {
                set(control::VP8E_SET_CPUUSED, 8)?;
                set(control::VP9E_SET_ROW_MT, 1)?;
                set(control::VP9E_SET_TILE_COLUMNS, config.tile_columns())?;
                // Cyclic refresh: each frame improves some of its blocks.
                set(control::VP9E_SET_AQ_MODE, 3)?;
                set(control::VP9E_SET_COLOR_SPACE, color_space_code(config.color_space))?;
                set(control::VP9E_SET_COLOR_RANGE, (config.color_range == ColorRange::Full).into())?;
            }
        }
        Ok(Self { context, config, last_ms: None, clock_ms: 0, last_key_ms: None, frames_since_key: 0 })
    }

    /// The settings.
    pub fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// Changes the bit rate from the next frame on. See [`EncoderConfig::bit_rate`].
    ///
    /// # Errors
    /// [`VpxError::Library`] if libvpx fails. Then the old rate stays.
    pub fn set_bit_rate(&mut self, bit_rate: u32) -> Result<(), VpxError> {
        let config = self.config.clone().bit_rate(bit_rate);
        let library_config = config.library_config()?;
        // SAFETY: the context is an initialized encoder, and the settings are only read during the call.
        let code = unsafe { ffi::vpx_codec_enc_config_set(self.context.as_mut_ptr(), &library_config) };
        self.context.check("vpx_codec_enc_config_set", code)?;
        self.config = config;
        Ok(())
    }

    /// Encodes an image for this time, in milliseconds, which must be later than that of the image before. Times may
    /// begin anywhere and have gaps. The rate control counts a gap as at most 200 ms, so a frame after a pause isn't
    /// larger than others.
    ///
    /// The frame is a key frame if `force_key` asks for it, if [`EncoderConfig::key_frame_interval`] is over, and if it
    /// is the first one.
    ///
    /// # Errors
    /// [`VpxError::ImageSize`] or [`VpxError::Time`], and nothing has changed. [`VpxError::Memory`] or
    /// [`VpxError::Library`] if libvpx fails. Then the image is lost, and the next one is encoded as a key frame.
    pub fn encode(&mut self, image: &I420<'_>, pts_ms: u64, force_key: bool) -> Result<Packet<'_>, VpxError> {
        let (width, height) = (image.width(), image.height());
        let (encoder_width, encoder_height) = (self.config.width, self.config.height);
        if (width, height) != (encoder_width, encoder_height) {
            return Err(VpxError::ImageSize { width, height, encoder_width, encoder_height });
        }
        if let Some(last_ms) = self.last_ms {
            if pts_ms <= last_ms {
                return Err(VpxError::Time { pts_ms, last_ms });
            }
            self.clock_ms += (pts_ms - last_ms).min(MAX_STEP_MS) as i64;
        }
        self.last_ms = Some(pts_ms);

        let force_key = force_key || self.key_frame_is_due(pts_ms);
        // After a failure there is no last key frame, so the next frame is one.
        let last_key_ms = self.last_key_ms.take();
        let flags = if force_key { vpx_sys::VPX_EFLAG_FORCE_KF as c_long } else { 0 };
        let image = library_image(image);
        let duration = self.config.duration_ms() as c_ulong;
        // SAFETY: the context is an initialized encoder for images of this size. The pointers in `image` are those of
        // planes that outlive the call, and libvpx only reads their pixels: see `library_image`. The time begins at 0
        // and rises by 1 to `MAX_STEP_MS`, so its conversion to libvpx's ticks, 10000 per millisecond, can't overflow.
        // The duration isn't 0.
        let code = unsafe {
            ffi::vpx_codec_encode(
                self.context.as_mut_ptr(),
                &image,
                self.clock_ms,
                duration,
                flags,
                DEADLINE_REALTIME,
            )
        };
        self.context.check("vpx_codec_encode", code)?;
        let (data, is_key) = packet_of(&mut self.context)?;
        self.frames_since_key = if is_key { 1 } else { self.frames_since_key.saturating_add(1) };
        self.last_key_ms = if is_key { Some(pts_ms) } else { last_key_ms };
        Ok(Packet { data, pts_ms, is_key })
    }

    fn key_frame_is_due(&self, pts_ms: u64) -> bool {
        let Some(last_key_ms) = self.last_key_ms else { return true };
        match self.config.key_frame_interval {
            KeyFrameInterval::Time(interval) => u128::from(pts_ms - last_key_ms) >= interval.as_millis(),
            KeyFrameInterval::Frames(frames) => self.frames_since_key >= frames,
        }
    }
}

/// The bytes of the one packet of the image that was encoded last, and whether it is a key frame.
fn packet_of(context: &mut Context) -> Result<(&[u8], bool), VpxError> {
    let mut only = None;
    let mut count = 0;
    let mut iterator = ptr::null();
    loop {
        // SAFETY: the context is an initialized encoder. `iterator` is null at first, and then left to libvpx.
        let packet = unsafe { ffi::vpx_codec_get_cx_data(context.as_mut_ptr(), &mut iterator) };
        if packet.is_null() {
            break;
        }
        // SAFETY: a packet that isn't null is valid until the next image, and has a kind. The kind is read as a number,
        // in case a newer libvpx has more of them.
        let kind = unsafe { (&raw const (*packet).kind).cast::<c_uint>().read() };
        if kind == ffi::vpx_codec_cx_pkt_kind::VPX_CODEC_CX_FRAME_PKT as c_uint {
            // SAFETY: a packet of this kind has the field `frame` of the union, and libvpx has set these fields of it.
            only = Some(unsafe {
                let frame = &raw const (*packet).data.frame;
                ((*frame).buf, (*frame).sz, (*frame).flags)
            });
            count += 1;
        }
    }
    match only {
        Some((data, len, flags)) if count == 1 && !data.is_null() => {
            // SAFETY: libvpx has written this many bytes at the pointer, in a buffer of the context. They stay until
            // the next call that encodes, changes settings or destroys the context. Each of these needs the context as
            // mutable, and the slice borrows it.
            let data = unsafe { slice::from_raw_parts(data.cast::<u8>(), len) };
            Ok((data, flags & vpx_sys::VPX_FRAME_IS_KEY != 0))
        }
        _ => Err(VpxError::Library {
            call: "vpx_codec_get_cx_data",
            message: format!("{count} packets instead of one; encode the next image"),
        }),
    }
}

/// The description of an image for libvpx, which may read the pixels of its planes, but nothing else.
///
/// libvpx reads rows of `d_w` bytes of luma, and rows of (`d_w` + 1) / 2 bytes of chroma, at the stride of U in both
/// chroma planes. [`I420`] guarantees that all these rows are in its planes, that their offsets fit in an `int`, and
/// that libvpx doesn't take the planes for NV12. The pointers aren't for writing, and an encoder doesn't write.
fn library_image(image: &I420<'_>) -> ffi::vpx_image_t {
    // SAFETY: zero is a value of each field: null, 0, `VPX_IMG_FMT_NONE`, `VPX_CS_UNKNOWN` and `VPX_CR_STUDIO_RANGE`.
    let mut described: ffi::vpx_image_t = unsafe { MaybeUninit::zeroed().assume_init() };
    described.fmt = vpx_img_fmt::VPX_IMG_FMT_I420;
    described.bit_depth = 8;
    described.bps = 12;
    (described.w, described.h) = (image.width(), image.height());
    (described.d_w, described.d_h) = (image.width(), image.height());
    (described.x_chroma_shift, described.y_chroma_shift) = (1, 1);
    let planes = [image.y(), image.u(), image.v()];
    let strides = [image.y_stride(), image.chroma_stride(), image.chroma_stride()];
    for (index, (plane, stride)) in planes.into_iter().zip(strides).enumerate() {
        described.planes[index] = plane.as_ptr().cast_mut();
        // `I420` has checked that the whole plane is below 2 GiB.
        described.stride[index] = stride as c_int;
    }
    described
}

/// The number of a color space in libvpx.
fn color_space_code(color_space: ColorSpace) -> c_int {
    (match color_space {
        ColorSpace::Unknown => vpx_color_space::VPX_CS_UNKNOWN,
        ColorSpace::Bt601 => vpx_color_space::VPX_CS_BT_601,
        ColorSpace::Bt709 => vpx_color_space::VPX_CS_BT_709,
        ColorSpace::Smpte170 => vpx_color_space::VPX_CS_SMPTE_170,
        ColorSpace::Smpte240 => vpx_color_space::VPX_CS_SMPTE_240,
        ColorSpace::Bt2020 => vpx_color_space::VPX_CS_BT_2020,
    }) as c_int
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_limits() {
        let size_is_ok = |width, height| EncoderConfig::new(Codec::Vp9, width, height).check_size().is_ok();
        for (width, height) in [(1, 1), (1, 512), (512, 15), (16, 16383), (16383, 16383)] {
            assert!(size_is_ok(width, height), "{width}x{height}");
        }
        for (width, height) in [(0, 1), (1, 0), (1, 513), (513, 15), (16, 16384), (u32::MAX, u32::MAX)] {
            assert!(!size_is_ok(width, height), "{width}x{height}");
        }
    }

    #[test]
    fn absurd_frame_rates_give_durations_within_the_limits() {
        let duration = |rate| EncoderConfig::new(Codec::Vp8, 16, 16).frame_rate(rate).duration_ms();
        for (rate, expected) in [(30.0, 33), (1000.0, 1), (5.0, 200), (1.0, 200), (0.0, 200), (1e9, 1)] {
            assert_eq!(duration(rate), expected, "{rate}");
        }
        for rate in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -30.0, -0.0] {
            assert!((1..=MAX_STEP_MS).contains(&duration(rate)), "{rate}");
        }
    }

    #[test]
    fn frames_stay_below_the_limit_of_the_rate_control() {
        let bits = u64::from(*BIT_RATES.end()) * MAX_STEP_MS / 1000;
        // The largest product in libvpx's rate control is 100 times the bits of a frame, as `int`.
        assert!(bits * 100 < i32::MAX as u64);
    }
}
