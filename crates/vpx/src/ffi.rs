//! The functions of libvpx, and the context of an encoder or decoder.
//!
//! The types and constants are generated from the installed headers. The functions are declared here, because the
//! generated declarations return error codes as a Rust enum, and libvpx also returns -1, which is none of its values:
//! the VP8 decoder does so if it has too little memory for a new size.

use std::{
    ffi::{CStr, c_char, c_int, c_long, c_uint, c_ulong, c_void},
    fmt,
    mem::MaybeUninit,
    ptr::NonNull,
};

pub(crate) use vpx_sys::{
    vpx_codec_ctx_t, vpx_codec_cx_pkt_kind, vpx_codec_cx_pkt_t, vpx_codec_dec_cfg_t, vpx_codec_enc_cfg_t,
    vpx_codec_err_t, vpx_codec_iface_t, vpx_codec_stream_info_t, vpx_image_t,
};

use crate::VpxError;

// SAFETY: the signatures are those of the headers `vpx_codec.h`, `vpx_encoder.h`, `vpx_decoder.h`, `vp8cx.h` and
// `vp8dx.h`, where `vpx_codec_err_t` is an enum with the size of an `int`, `vpx_codec_flags_t` and
// `vpx_enc_frame_flags_t` are `long`, and `vpx_codec_pts_t` is `int64_t`. The safe functions take no pointers, have no
// other conditions, and return the address of a static string or table.
unsafe extern "C" {
    pub(crate) safe fn vpx_codec_vp8_cx() -> *const vpx_codec_iface_t;
    pub(crate) safe fn vpx_codec_vp9_cx() -> *const vpx_codec_iface_t;
    pub(crate) safe fn vpx_codec_vp8_dx() -> *const vpx_codec_iface_t;
    pub(crate) safe fn vpx_codec_vp9_dx() -> *const vpx_codec_iface_t;

    safe fn vpx_codec_version_str() -> *const c_char;
    safe fn vpx_codec_build_config() -> *const c_char;
    safe fn vpx_codec_err_to_string(code: c_int) -> *const c_char;

    fn vpx_codec_error_detail(context: *mut vpx_codec_ctx_t) -> *const c_char;
    fn vpx_codec_destroy(context: *mut vpx_codec_ctx_t) -> c_int;
    pub(crate) fn vpx_codec_control_(context: *mut vpx_codec_ctx_t, control: c_int, ...) -> c_int;

    pub(crate) fn vpx_codec_enc_config_default(
        interface: *const vpx_codec_iface_t,
        config: *mut vpx_codec_enc_cfg_t,
        usage: c_uint,
    ) -> c_int;
    fn vpx_codec_enc_init_ver(
        context: *mut vpx_codec_ctx_t,
        interface: *const vpx_codec_iface_t,
        config: *const vpx_codec_enc_cfg_t,
        flags: c_long,
        version: c_int,
    ) -> c_int;
    pub(crate) fn vpx_codec_enc_config_set(
        context: *mut vpx_codec_ctx_t,
        config: *const vpx_codec_enc_cfg_t,
    ) -> c_int;
    pub(crate) fn vpx_codec_encode(
        context: *mut vpx_codec_ctx_t,
        image: *const vpx_image_t,
        pts: i64,
        duration: c_ulong,
        flags: c_long,
        deadline: c_ulong,
    ) -> c_int;
    pub(crate) fn vpx_codec_get_cx_data(
        context: *mut vpx_codec_ctx_t,
        iterator: *mut *const c_void,
    ) -> *const vpx_codec_cx_pkt_t;

    fn vpx_codec_dec_init_ver(
        context: *mut vpx_codec_ctx_t,
        interface: *const vpx_codec_iface_t,
        config: *const vpx_codec_dec_cfg_t,
        flags: c_long,
        version: c_int,
    ) -> c_int;
    pub(crate) fn vpx_codec_peek_stream_info(
        interface: *const vpx_codec_iface_t,
        data: *const u8,
        len: c_uint,
        info: *mut vpx_codec_stream_info_t,
    ) -> c_int;
    pub(crate) fn vpx_codec_decode(
        context: *mut vpx_codec_ctx_t,
        data: *const u8,
        len: c_uint,
        user: *mut c_void,
        deadline: c_long,
    ) -> c_int;
    pub(crate) fn vpx_codec_get_frame(
        context: *mut vpx_codec_ctx_t,
        iterator: *mut *const c_void,
    ) -> *mut vpx_image_t;
}

/// The text of a static string of libvpx.
///
/// # Safety
/// The pointer is null, or points to a string with an end that nothing changes or frees.
unsafe fn static_text(text: *const c_char) -> &'static str {
    if text.is_null() {
        return "";
    }
    // SAFETY: the pointer isn't null; the rest is the condition of this function.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or_default()
}

/// The version of libvpx that is in use, such as `v1.12.0`.
pub fn version() -> &'static str {
    // SAFETY: the function returns a string literal.
    unsafe { static_text(vpx_codec_version_str()) }
}

/// The text of an error code.
pub(crate) fn error_text(code: c_int) -> &'static str {
    // SAFETY: the function returns a string literal for each number.
    unsafe { static_text(vpx_codec_err_to_string(code)) }
}

/// Checks that libvpx was built for use by several threads.
fn check_build() -> Result<(), VpxError> {
    // SAFETY: the function returns a string literal.
    let config = unsafe { static_text(vpx_codec_build_config()) };
    if config.contains("--disable-multithread") {
        let message = "it was built with --disable-multithread; install a build with threads".into();
        return Err(VpxError::Library { call: "libvpx", message });
    }
    Ok(())
}

/// The error of a code other than `VPX_CODEC_OK`.
pub(crate) fn error(call: &'static str, code: c_int, message: String) -> VpxError {
    if code == vpx_codec_err_t::VPX_CODEC_MEM_ERROR as c_int {
        return VpxError::Memory { call };
    }
    VpxError::Library { call, message }
}

/// The context of an encoder or a decoder. It has been initialized, and is destroyed with this value.
pub(crate) struct Context {
    /// The allocation of a `Box<MaybeUninit<vpx_codec_ctx_t>>`, which only libvpx reads and writes. Its fields may not
    /// be valid values of the generated types, so there is no reference to it.
    raw: NonNull<vpx_codec_ctx_t>,
}

// SAFETY: a context may be used by any thread, one at a time, and `Context` gives no access to it but through `&mut`.
// - libvpx keeps all state of an instance behind the context, and has no thread-local storage. Its worker threads aren't
//   bound to the thread that created them: they communicate by mutexes and semaphores, and the thread that destroys the
//   context joins them.
// - The tables that instances share are written once, under `pthread_once` or the like, before the first use, in builds
//   with threads. `Context::new` refuses builds without.
unsafe impl Send for Context {}

impl Context {
    /// Initializes an encoder.
    pub(crate) fn encoder(
        interface: *const vpx_codec_iface_t,
        config: &vpx_codec_enc_cfg_t,
    ) -> Result<Self, VpxError> {
        Self::new("vpx_codec_enc_init", |context| {
            // SAFETY: `context` is zeroed memory that lives on, `interface` is the address of a static table, and
            // `config` is only read during the call, which copies it.
            unsafe {
                let version = vpx_sys::VPX_ENCODER_ABI_VERSION as c_int;
                vpx_codec_enc_init_ver(context, interface, config, 0, version)
            }
        })
    }

    /// Initializes a decoder.
    pub(crate) fn decoder(
        interface: *const vpx_codec_iface_t,
        config: &vpx_codec_dec_cfg_t,
    ) -> Result<Self, VpxError> {
        Self::new("vpx_codec_dec_init", |context| {
            // SAFETY: as for the encoder.
            unsafe {
                let version = vpx_sys::VPX_DECODER_ABI_VERSION as c_int;
                vpx_codec_dec_init_ver(context, interface, config, 0, version)
            }
        })
    }

    fn new(
        call: &'static str,
        initialize: impl FnOnce(*mut vpx_codec_ctx_t) -> c_int,
    ) -> Result<Self, VpxError> {
        check_build()?;
        let memory = Box::into_raw(Box::new(MaybeUninit::<vpx_codec_ctx_t>::zeroed()));
        let code = initialize(memory.cast());
        let Some(raw) = NonNull::new(memory.cast()).filter(|_| code == 0) else {
            // An initialization that fails leaves nothing to destroy. It has destroyed the state to which a detail of
            // the error might point, so the detail isn't read.
            // SAFETY: `memory` comes from `Box::into_raw` above, and nothing else has it.
            drop(unsafe { Box::from_raw(memory) });
            return Err(error(call, code, error_text(code).into()));
        };
        Ok(Self { raw })
    }

    /// The pointer for calls of libvpx.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut vpx_codec_ctx_t {
        self.raw.as_ptr()
    }

    /// Turns the code that a call with this context returned last into a result.
    pub(crate) fn check(&mut self, call: &'static str, code: c_int) -> Result<(), VpxError> {
        if code == 0 { Ok(()) } else { Err(error(call, code, self.message(code))) }
    }

    /// The message of the error that a call with this context returned last.
    pub(crate) fn message(&mut self, code: c_int) -> String {
        let text = error_text(code);
        self.detail().map_or_else(|| text.into(), |detail| format!("{text} ({detail})"))
    }

    /// The detail of the last error, if there is one.
    fn detail(&mut self) -> Option<String> {
        // SAFETY: the context is initialized. The detail is null, a literal, or an array of the context's own state
        // that ends with a zero; it is copied before the next call.
        unsafe {
            let detail = vpx_codec_error_detail(self.as_mut_ptr());
            (!detail.is_null()).then(|| CStr::from_ptr(detail).to_string_lossy().into_owned())
        }
    }

    /// Sets a control that takes a number.
    pub(crate) fn control(&mut self, control: c_int, value: c_int) -> Result<(), VpxError> {
        // SAFETY: the context is initialized. The callers name only controls whose argument is an `int`, or an
        // `unsigned int` with a value that both types have, which C allows.
        let code = unsafe { vpx_codec_control_(self.as_mut_ptr(), control, value) };
        self.check("vpx_codec_control", code)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is initialized, and destroyed only here. Its memory comes from `Box::into_raw` with this
        // type, and nothing has a pointer to it any longer: packets and pictures borrow the owner of this value.
        unsafe {
            vpx_codec_destroy(self.as_mut_ptr());
            drop(Box::from_raw(self.raw.as_ptr().cast::<MaybeUninit<vpx_codec_ctx_t>>()));
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
