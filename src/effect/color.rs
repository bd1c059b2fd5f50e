//! A color as a parameter.

use bevy::prelude::*;

use super::shader_value::shader_value;

/// A color that is a parameter of an effect: `vec4<f32>` in WGSL, display-encoded as the frame itself, with
/// straight alpha.
///
/// Bevy's own color for shaders, [`LinearRgba`], is linear light, which effects don't work in. Any color converts
/// by `into()`.
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::effect::EffectColor;
/// let green: EffectColor = Color::srgb_u8(0, 177, 64).into();
/// assert_eq!(green.0.green, 177.0 / 255.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
#[reflect(Clone, PartialEq)]
pub struct EffectColor(pub Srgba);

impl EffectColor {
    /// An opaque color of these display-encoded parts, each 0 to 1.
    pub const fn rgb(red: f32, green: f32, blue: f32) -> Self {
        Self(Srgba::rgb(red, green, blue))
    }
}

impl<T: Into<Color>> From<T> for EffectColor {
    fn from(color: T) -> Self {
        Self(color.into().to_srgba())
    }
}

shader_value!(EffectColor as Vec4, |color| Vec4::from_array(color.0.to_f32_array()));

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::render::render_resource::encase::UniformBuffer;

    #[test]
    fn it_reaches_the_shader_display_encoded() {
        let mut buffer = UniformBuffer::new(Vec::<u8>::new());
        buffer.write(&EffectColor::from(Color::srgba(1.0, 0.5, 0.25, 0.0))).expect("a vector grows");
        let expected: Vec<u8> =
            [1.0_f32, 0.5, 0.25, 0.0].iter().flat_map(|part| part.to_le_bytes()).collect();
        assert_eq!(buffer.into_inner(), expected);
    }
}
