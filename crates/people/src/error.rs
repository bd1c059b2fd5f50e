//! The error type.

use std::fmt;

use crate::ModelKind;

/// A failure of this crate.
///
/// `Display` gives one line: what failed, why, and what to do next.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PeopleError {
    /// The bytes aren't the model that they should be.
    Model {
        /// The model that was expected.
        kind: ModelKind,
        /// The cause.
        problem: ModelProblem,
    },
    /// The model failed while it ran.
    Run {
        /// The model.
        kind: ModelKind,
        /// The cause.
        reason: String,
    },
    /// The bytes don't make an image that can be used here.
    Image {
        /// The width, in pixels.
        width: usize,
        /// The height, in pixels.
        height: usize,
        /// The cause.
        reason: String,
    },
    /// The numbers don't describe a camera.
    Camera(String),
    /// No head pose follows from the landmarks.
    Pose(String),
}

/// The reason why bytes aren't a model.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ModelProblem {
    /// There are no bytes.
    Empty,
    /// There are more bytes than any model of this kind has.
    TooLarge {
        /// The number of bytes.
        bytes: usize,
        /// The largest number that is accepted.
        limit: usize,
    },
    /// The bytes aren't an ONNX file: they are of another format, cut short, or damaged.
    Unreadable(String),
    /// The model needs an operator that this crate leaves out.
    Operator(String),
    /// The model lacks an input or an output.
    Missing(String),
    /// An input or an output has another shape or type.
    Shape {
        /// The name of the input or output.
        name: String,
        /// The shape that was found.
        found: String,
        /// The shape that is needed.
        expected: String,
    },
    /// The model is of another kind than the object that it is given to.
    Kind(ModelKind),
}

impl fmt::Display for PeopleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model { kind, problem } => write!(f, "the model for {kind} can't be used: {problem}"),
            Self::Run { kind, reason } => write!(f, "the model for {kind} failed: {reason}"),
            Self::Image { width, height, reason } => {
                write!(f, "an image of {width}x{height} can't be used: {reason}")
            }
            Self::Camera(reason) => write!(f, "the numbers don't describe a camera: {reason}"),
            Self::Pose(reason) => write!(f, "no head pose follows from the landmarks: {reason}"),
        }
    }
}

impl fmt::Display for ModelProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty: get it again"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "it has {bytes} bytes, and at most {limit} are accepted: check which file it is")
            }
            Self::Unreadable(reason) => {
                write!(f, "it isn't an ONNX file, or it is damaged ({reason}): get it again")
            }
            Self::Operator(reason) => {
                write!(f, "it needs an operator that isn't supported ({reason}): use a model of NOTICE.md")
            }
            Self::Missing(name) => write!(f, "it lacks {name:?}: check which file it is"),
            Self::Shape { name, found, expected } => {
                write!(f, "{name:?} is {found} in place of {expected}: check which file it is")
            }
            Self::Kind(found) => write!(f, "it was loaded as the model for {found}: load it by its own kind"),
        }
    }
}

impl std::error::Error for PeopleError {}
