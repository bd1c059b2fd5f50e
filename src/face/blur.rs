//! Hides faces.

use bevy::{prelude::*, render::render_resource::ShaderType};

use super::FaceShapes;
use crate::effect::{Effect, EffectKind, EffectShader, Parameter, Provided, shader_value};

/// Blurs or pixelates the whole head of each face, with a soft edge.
///
/// [`FaceTracking`](super::FaceTracking) begins and ends with the effect, unless the app has inserted its own. That one
/// must follow as many faces as there may be in view ([`max_faces`](super::FaceTracking::max_faces)), and must hold
/// frames, or faces that move leave their blur.
///
/// The effect belongs before those that move pixels. While nothing is known of the frame, all of it is blurred
/// ([`unsearched`](Self::unsearched)): before the first search, after
/// [`FaceTrackingFailed`](super::FaceTrackingFailed), and when a search takes longer than a second. So it is while
/// [`MAX_FACES`](super::MAX_FACES) are in view, as there may be others. A face that is lost stays blurred for half a
/// second.
///
/// It isn't a guarantee: a face that the search doesn't find is visible, and so is one that comes into view and is
/// small until a part of the frame with it is searched. A photo by [`TakePhoto`](crate::photo::TakePhoto) may be a
/// still that was taken after the faces were searched, or a frame that isn't cropped as the track is: use
/// [`GrabFrame`](crate::photo::GrabFrame). A tap before the
/// effects has frames without the blur.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct FaceBlur {
    /// Where the faces are, which [`FaceTracking`](super::FaceTracking) sets.
    #[reflect(@Provided)]
    pub faces: FaceShapes,
    /// The standard deviation of the blur, or half of a square's side, in widths of the head. Less than 0.05 counts as
    /// 0.05.
    #[reflect(@Parameter::new(0.05, 0.5))]
    pub strength: f32,
    /// The width of the soft edge beyond the head, in radii of the head.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
    /// Blur or squares.
    pub kind: FaceBlurKind,
    /// How frames are shown that aren't searched, or have too many faces.
    pub unsearched: UnsearchedFrames,
}

impl Default for FaceBlur {
    fn default() -> Self {
        Self {
            faces: default(),
            strength: 0.15,
            softness: 0.25,
            kind: FaceBlurKind::Blur,
            unsearched: UnsearchedFrames::Blur,
        }
    }
}

/// The look of a [`FaceBlur`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum FaceBlurKind {
    /// A Gaussian blur.
    #[default]
    Blur,
    /// Squares, each with the mean of its colors.
    Pixelate,
}

/// How a [`FaceBlur`] shows frames that aren't searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum UnsearchedFrames {
    /// Blurred or pixelated as a whole.
    #[default]
    Blur,
    /// With all faces that aren't known.
    Show,
}

shader_value!(FaceBlurKind as u32, |choice| *choice as u32);
shader_value!(UnsearchedFrames as u32, |choice| *choice as u32);

impl Effect for FaceBlur {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(concat!(
            include_str!("../../shaders/face/shapes.wgsl"),
            include_str!("../../shaders/face/blur.wgsl")
        ))
    }
}
