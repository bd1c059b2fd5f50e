//! Devices and their formats.

use objc2::{rc::Retained, runtime::NSObjectProtocol, sel};
use objc2_av_foundation::{
    AVCaptureDevice, AVCaptureDeviceDiscoverySession, AVCaptureDeviceFormat, AVCaptureDevicePosition,
    AVFrameRateRange, AVMediaType, AVMediaTypeVideo,
};
use objc2_core_foundation::CFString;
use objc2_core_media::{
    CMFormatDescription, CMTime, CMVideoFormatDescriptionGetDimensions,
    kCMFormatDescriptionExtension_ColorPrimaries, kCMFormatDescriptionExtension_YCbCrMatrix,
};
use objc2_foundation::{NSArray, NSProcessInfo, NSString};

use crate::{
    Camera, Color, Error, Format, Interval, PixelCode, Position, RateRange,
    camera::{device_types, transport},
    format::{corevideo_matrix, corevideo_primaries},
};

/// The media type of video.
pub(super) fn video() -> Result<&'static AVMediaType, Error> {
    // SAFETY: The constant is set when the framework is loaded, before any code of this program runs, and never
    // changes.
    unsafe { AVMediaTypeVideo }.ok_or_else(|| Error::NotSupported("AVFoundation has no video".into()))
}

/// The devices that are connected now, the built-in ones first.
pub(super) fn devices() -> Vec<Retained<AVCaptureDevice>> {
    let major = NSProcessInfo::processInfo().operatingSystemVersion().majorVersion;
    let types: Vec<_> = device_types(major).iter().map(|name| NSString::from_str(name)).collect();
    let types = NSArray::from_retained_slice(&types);
    let Ok(video) = video() else { return Vec::new() };
    // SAFETY: The types are strings that this version of macOS knows, and the media type is that of video.
    let devices = unsafe {
        AVCaptureDeviceDiscoverySession::discoverySessionWithDeviceTypes_mediaType_position(
            &types,
            Some(video),
            AVCaptureDevicePosition::Unspecified,
        )
        .devices()
    };
    devices.to_vec()
}

/// The device of an id.
pub(super) fn find(wanted: &Camera) -> Result<Retained<AVCaptureDevice>, Error> {
    devices()
        .into_iter()
        .find(|device| id(device) == wanted.id)
        .ok_or_else(|| Error::NotFound(format!("{} isn't connected", wanted.name)))
}

pub(super) fn id(device: &AVCaptureDevice) -> String {
    // SAFETY: The property has no precondition.
    unsafe { device.uniqueID() }.to_string()
}

pub(super) fn describe(device: &AVCaptureDevice) -> Camera {
    // SAFETY: These properties have no precondition, and every macOS has them.
    let (name, model, position, formats) =
        unsafe { (device.localizedName(), device.modelID(), device.position(), device.formats()) };
    let mut camera = Camera::new(id(device), name.to_string());
    camera.model = model.to_string();
    camera.position = match position {
        AVCaptureDevicePosition::Front => Some(Position::Front),
        AVCaptureDevicePosition::Back => Some(Position::Back),
        _ => None,
    };
    if device.respondsToSelector(sel!(transportType)) {
        // SAFETY: The device has the property.
        camera.transport = transport(unsafe { device.transportType() });
    }
    camera.formats =
        formats.iter().enumerate().filter_map(|(index, format)| describe_format(index, &format)).collect();
    camera
}

/// The description of a format. `None` if its size is none.
pub(super) fn describe_format(index: usize, format: &AVCaptureDeviceFormat) -> Option<Format> {
    // SAFETY: The properties have no precondition.
    let (description, ranges) =
        unsafe { (format.formatDescription(), format.videoSupportedFrameRateRanges()) };
    // SAFETY: The formats of a device that was listed for video are those of video.
    let size = unsafe { CMVideoFormatDescriptionGetDimensions(&description) };
    // SAFETY: The function has no precondition.
    let code = PixelCode::OsType(unsafe { description.media_sub_type() });
    Some(Format {
        index,
        code,
        width: u32::try_from(size.width).ok().filter(|width| *width > 0)?,
        height: u32::try_from(size.height).ok().filter(|height| *height > 0)?,
        rates: ranges.iter().filter_map(|range| rates(&range)).collect(),
        color: color(code, &description),
        stride: None,
    })
}

fn rates(range: &AVFrameRateRange) -> Option<RateRange> {
    // SAFETY: The properties have no precondition.
    let (shortest, longest) = unsafe { (range.minFrameDuration(), range.maxFrameDuration()) };
    RateRange::of_intervals(interval(shortest), interval(longest))
}

fn interval(time: CMTime) -> Interval {
    Interval { ticks: time.value, per_second: time.timescale }
}

/// The color of a description. The code of the pixel format has the range.
pub(super) fn color(code: PixelCode, description: &CMFormatDescription) -> Color {
    // SAFETY: The constants are set when the framework is loaded, and never change.
    let (matrix, primaries) =
        unsafe { (kCMFormatDescriptionExtension_YCbCrMatrix, kCMFormatDescriptionExtension_ColorPrimaries) };
    Color {
        matrix: extension(description, matrix).and_then(|name| corevideo_matrix(&name)),
        range: code.range(),
        primaries: extension(description, primaries).and_then(|name| corevideo_primaries(&name)),
    }
}

/// The text of an extension.
fn extension(description: &CMFormatDescription, key: &CFString) -> Option<String> {
    // SAFETY: The function has no precondition. It returns a property list or null.
    let value = unsafe { description.extension(key) }?;
    Some(value.downcast_ref::<CFString>()?.to_string())
}
