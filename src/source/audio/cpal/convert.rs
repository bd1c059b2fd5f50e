//! Samples of any format as numbers from -1 to 1.

use std::sync::Arc;

use ::cpal::{Data, FromSample, I24, Sample, SampleFormat, SizedSample, U24};

/// Calls a function for the type of a format. `None` for formats that aren't numbers.
macro_rules! for_format {
    ($format:expr, $convert:ident, $data:expr) => {
        match $format {
            SampleFormat::I8 => $convert::<i8>($data),
            SampleFormat::I16 => $convert::<i16>($data),
            SampleFormat::I24 => $convert::<I24>($data),
            SampleFormat::I32 => $convert::<i32>($data),
            SampleFormat::I64 => $convert::<i64>($data),
            SampleFormat::U8 => $convert::<u8>($data),
            SampleFormat::U16 => $convert::<u16>($data),
            SampleFormat::U24 => $convert::<U24>($data),
            SampleFormat::U32 => $convert::<u32>($data),
            SampleFormat::U64 => $convert::<u64>($data),
            SampleFormat::F32 => $convert::<f32>($data),
            SampleFormat::F64 => $convert::<f64>($data),
            _ => None,
        }
    };
}

/// Whether samples of this format can be converted.
pub(super) fn is_supported(format: SampleFormat) -> bool {
    format.is_int() || format.is_uint() || format.is_float()
}

/// The samples of a block. `None` if they have another format.
pub(super) fn to_f32(data: &Data, format: SampleFormat) -> Option<Arc<[f32]>> {
    for_format!(format, converted, data)
}

fn converted<T: SizedSample>(data: &Data) -> Option<Arc<[f32]>>
where
    f32: FromSample<T>,
{
    Some(data.as_slice::<T>()?.iter().map(|sample| f32::from_sample(*sample)).collect())
}
