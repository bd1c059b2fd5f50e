//! Devices and their media types.

use windows::{
    Win32::{
        Media::MediaFoundation::{
            IMFActivate, IMFAttributes, IMFMediaSource, IMFMediaType, IMFSourceReader,
            MF_DEVSOURCE_ATTRIBUTE_FRIENDLY_NAME, MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE,
            MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_GUID,
            MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_SYMBOLIC_LINK, MF_MT_DEFAULT_STRIDE, MF_MT_FRAME_RATE,
            MF_MT_FRAME_SIZE, MF_MT_SUBTYPE, MF_MT_VIDEO_NOMINAL_RANGE, MF_MT_VIDEO_PRIMARIES,
            MF_MT_YUV_MATRIX, MF_SOURCE_READER_FIRST_VIDEO_STREAM, MFCreateAttributes,
            MFCreateSourceReaderFromMediaSource, MFEnumDeviceSources,
        },
        System::Com::CoTaskMemFree,
    },
    core::GUID,
};

use super::com::{Com, During};
use crate::{Camera, Error, Format, camera::symbolic_link, format::MediaType};

/// The first stream of video: the only one of most cameras.
pub(super) const VIDEO: u32 = MF_SOURCE_READER_FIRST_VIDEO_STREAM.0.cast_unsigned();

/// The most media types that are read of a camera. A driver that never ends its list has no more.
const MOST_TYPES: u32 = 10_000;

/// A device that can be activated.
#[derive(Debug)]
pub(super) struct Device {
    pub id: String,
    pub name: String,
    activate: IMFActivate,
}

/// The devices that are connected now.
pub(super) fn devices(_: &Com) -> Result<Vec<Device>, Error> {
    let attributes = attributes(1)?;
    // SAFETY: The attribute takes a GUID.
    unsafe {
        attributes
            .SetGUID(&MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE, &MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_GUID)
    }
    .during("SetGUID")?;
    let mut array: *mut Option<IMFActivate> = std::ptr::null_mut();
    let mut count = 0;
    // SAFETY: Both pointers are valid for the call, which sets them together.
    unsafe { MFEnumDeviceSources(&attributes, &mut array, &mut count) }.during("MFEnumDeviceSources")?;
    let mut devices = Vec::new();
    if array.is_null() {
        return Ok(devices);
    }
    for index in 0..count as usize {
        // SAFETY: The array has `count` values, and each is taken once, so that its reference is released once.
        if let Some(activate) = unsafe { array.add(index).read() } {
            // A device that disappears meanwhile has no link any more.
            if let Ok(id) = text(&activate, &MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_SYMBOLIC_LINK) {
                let name = text(&activate, &MF_DEVSOURCE_ATTRIBUTE_FRIENDLY_NAME).unwrap_or_default();
                devices.push(Device { id, name, activate });
            }
        }
    }
    // SAFETY: The function's documentation says that the caller frees the array in this way. Nothing reads it any more.
    unsafe { CoTaskMemFree(Some(array.cast())) };
    Ok(devices)
}

/// The description of a device. If it can't be opened now, its formats are missing, and the error says why.
pub(super) fn describe(com: &Com, device: &Device) -> (Camera, Option<Error>) {
    let mut camera = Camera::new(device.id.clone(), device.name.clone());
    (camera.model, camera.transport) = symbolic_link(&device.id);
    match formats(com, device) {
        Ok(formats) => {
            camera.formats = formats;
            (camera, None)
        }
        Err(error) => (camera, Some(error)),
    }
}

fn formats(com: &Com, device: &Device) -> Result<Vec<Format>, Error> {
    let source = Source::open(com, device)?;
    let reader = source.reader(&attributes(1)?)?;
    Ok(media_types(&reader).filter_map(|(index, media_type)| describe_type(index, &media_type)).collect())
}

/// The media types of a camera, with their places.
pub(super) fn media_types(reader: &IMFSourceReader) -> impl Iterator<Item = (u32, IMFMediaType)> {
    (0..MOST_TYPES).map_while(|index| {
        // SAFETY: The function has no precondition. It fails after the last type.
        let media_type = unsafe { reader.GetNativeMediaType(VIDEO, index) }.ok()?;
        Some((index, media_type))
    })
}

/// The description of a media type. `None` if it has no size or no subtype.
pub(super) fn describe_type(index: u32, media_type: &IMFMediaType) -> Option<Format> {
    let number = |key: &GUID| {
        // SAFETY: The function has no precondition. It fails if the attribute is absent or of another type.
        unsafe { media_type.GetUINT32(key) }.ok()
    };
    let pair = |key: &GUID| {
        // SAFETY: As above.
        unsafe { media_type.GetUINT64(key) }.ok()
    };
    let attributes = MediaType {
        // SAFETY: As above.
        subtype: unsafe { media_type.GetGUID(&MF_MT_SUBTYPE) }.ok().map(|guid| guid.to_u128()),
        size: pair(&MF_MT_FRAME_SIZE),
        rate: pair(&MF_MT_FRAME_RATE),
        matrix: number(&MF_MT_YUV_MATRIX),
        range: number(&MF_MT_VIDEO_NOMINAL_RANGE),
        primaries: number(&MF_MT_VIDEO_PRIMARIES),
        stride: number(&MF_MT_DEFAULT_STRIDE),
    };
    attributes.format(index as usize)
}

/// A device that is open. The drop shuts it down.
#[derive(Debug)]
pub(super) struct Source {
    /// The object that made it. `None` in tests.
    pub activate: Option<IMFActivate>,
    pub source: IMFMediaSource,
}

impl Source {
    pub fn open(_: &Com, device: &Device) -> Result<Self, Error> {
        // SAFETY: The function has no precondition. A source of video implements the interface, or it fails.
        let source = unsafe { device.activate.ActivateObject() }.during("open the camera")?;
        Ok(Self { activate: Some(device.activate.clone()), source })
    }

    /// A reader of this source.
    pub fn reader(&self, attributes: &IMFAttributes) -> Result<IMFSourceReader, Error> {
        // SAFETY: The source is open.
        unsafe { MFCreateSourceReaderFromMediaSource(&self.source, attributes) }
            .during("MFCreateSourceReaderFromMediaSource")
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: It may be called at any time, and more than once. A failure means that it is shut down already.
        let _ = unsafe { self.source.Shutdown() };
        if let Some(activate) = &self.activate {
            // SAFETY: As above.
            let _ = unsafe { activate.ShutdownObject() };
        }
    }
}

/// An empty store of attributes.
pub(super) fn attributes(size: u32) -> Result<IMFAttributes, Error> {
    let mut attributes = None;
    // SAFETY: The pointer is valid for the call.
    unsafe { MFCreateAttributes(&mut attributes, size) }.during("MFCreateAttributes")?;
    attributes.ok_or_else(|| Error::Failed("MFCreateAttributes returned nothing".into()))
}

/// The text of an attribute.
fn text(attributes: &IMFAttributes, key: &GUID) -> Result<String, Error> {
    // SAFETY: The function has no precondition.
    let len = unsafe { attributes.GetStringLength(key) }.during("GetStringLength")?;
    let mut buffer = vec![0_u16; (len as usize).saturating_add(1)];
    let mut written = 0;
    // SAFETY: The buffer has room for the text and its end. If the text has grown meanwhile, the function fails.
    unsafe { attributes.GetString(key, &mut buffer, Some(&mut written)) }.during("GetString")?;
    buffer.truncate(written as usize);
    Ok(String::from_utf16_lossy(&buffer))
}
