//! Models: bytes that are checked before anything runs.

mod operators;
mod wire;

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use rten::{
    DataType, Dimension, LoadErrorKind, ModelOptions, NodeId, RunOptions, ShapeInferenceMode, ThreadPool,
    ValueType, ValueView,
};

use crate::{ModelProblem, PeopleError};

/// The largest file of a model, in bytes: the largest of ours has 1.2 MB, and twice that with weights of 32 bits.
const MAX_BYTES: usize = 8 << 20;

/// The task of a model. It decides which inputs and outputs the model must have.
///
/// All tensors are of 32-bit floating point numbers, and pictures are `[1, 3, height, width]` in RGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModelKind {
    /// The mask of people in a square picture: `input_1` of 256x256 from 0 to 1, and `activation_10` of
    /// `[1, 1, 256, 256]` from 0 to 1.
    #[cfg(feature = "person")]
    PersonSquare,
    /// The mask of people in a landscape picture: `input_1` of 256x144 from 0 to 1, and `segment_back` of
    /// `[1, 1, 144, 256]` from 0 to 1.
    #[cfg(feature = "person")]
    PersonLandscape,
    /// The boxes of faces: `input` of 128x128 from -1 to 1, `regressors` of `[1, 896, 16]` in pixels, and
    /// `classificators` of `[1, 896, 1]`, which are logits.
    #[cfg(feature = "face")]
    FaceDetection,
    /// The landmarks of a face: `input_1` of 192x192 from 0 to 1, `conv2d_21` of `[1, 1404, 1, 1]` with 468 times x, y
    /// and z in pixels, and `conv2d_31` of `[1, 1, 1, 1]`, the logit of a face being there.
    #[cfg(feature = "face")]
    FaceLandmarks,
}

/// The name of an input or output, and its shape.
type Port = (&'static str, &'static [usize]);

impl ModelKind {
    fn input(self) -> Port {
        match self {
            #[cfg(feature = "person")]
            Self::PersonSquare => ("input_1", &[1, 3, 256, 256]),
            #[cfg(feature = "person")]
            Self::PersonLandscape => ("input_1", &[1, 3, 144, 256]),
            #[cfg(feature = "face")]
            Self::FaceDetection => ("input", &[1, 3, 128, 128]),
            #[cfg(feature = "face")]
            Self::FaceLandmarks => ("input_1", &[1, 3, 192, 192]),
        }
    }

    fn outputs(self) -> &'static [Port] {
        match self {
            #[cfg(feature = "person")]
            Self::PersonSquare => &[("activation_10", &[1, 1, 256, 256])],
            #[cfg(feature = "person")]
            Self::PersonLandscape => &[("segment_back", &[1, 1, 144, 256])],
            #[cfg(feature = "face")]
            Self::FaceDetection => &[("regressors", &[1, 896, 16]), ("classificators", &[1, 896, 1])],
            #[cfg(feature = "face")]
            Self::FaceLandmarks => &[("conv2d_21", &[1, 1404, 1, 1]), ("conv2d_31", &[1, 1, 1, 1])],
        }
    }

    /// The model's file of this crate.
    #[cfg(feature = "embedded")]
    fn bytes(self) -> &'static [u8] {
        match self {
            #[cfg(feature = "person")]
            Self::PersonSquare => include_bytes!("../models/selfie_segmentation.onnx"),
            #[cfg(feature = "person")]
            Self::PersonLandscape => include_bytes!("../models/selfie_segmentation_landscape.onnx"),
            #[cfg(feature = "face")]
            Self::FaceDetection => include_bytes!("../models/face_detection_short_range.onnx"),
            #[cfg(feature = "face")]
            Self::FaceLandmarks => include_bytes!("../models/face_landmark.onnx"),
        }
    }

    /// Tells whether bytes are exactly the model's file of this crate, by its length and a checksum.
    ///
    /// A download that was damaged is noticed. A file that was changed on purpose may not be: the checksum isn't a
    /// cryptographic one.
    pub fn is_intact(self, bytes: &[u8]) -> bool {
        // FNV-1a.
        let add = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let (length, checksum) = self.file();
        bytes.len() == length && bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, add) == checksum
    }

    /// The length of the model's file of this crate, in bytes.
    pub const fn file_length(self) -> usize {
        self.file().0
    }

    /// The length and the checksum of the model's file of this crate.
    const fn file(self) -> (usize, u64) {
        match self {
            #[cfg(feature = "person")]
            Self::PersonSquare => (230_202, 0xfe15_2844_15e0_7a3e),
            #[cfg(feature = "person")]
            Self::PersonLandscape => (230_210, 0x44cf_fcef_3688_364e),
            #[cfg(feature = "face")]
            Self::FaceDetection => (216_072, 0x2ae4_c158_a8ba_aeeb),
            #[cfg(feature = "face")]
            Self::FaceLandmarks => (1_225_788, 0x1a57_170e_3f1b_cfda),
        }
    }

    /// The name of the model's file in this crate's folder `models`.
    pub const fn file_name(self) -> &'static str {
        match self {
            #[cfg(feature = "person")]
            Self::PersonSquare => "selfie_segmentation.onnx",
            #[cfg(feature = "person")]
            Self::PersonLandscape => "selfie_segmentation_landscape.onnx",
            #[cfg(feature = "face")]
            Self::FaceDetection => "face_detection_short_range.onnx",
            #[cfg(feature = "face")]
            Self::FaceLandmarks => "face_landmark.onnx",
        }
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            #[cfg(feature = "person")]
            Self::PersonSquare => "people in square pictures",
            #[cfg(feature = "person")]
            Self::PersonLandscape => "people in landscape pictures",
            #[cfg(feature = "face")]
            Self::FaceDetection => "boxes of faces",
            #[cfg(feature = "face")]
            Self::FaceLandmarks => "landmarks of faces",
        })
    }
}

/// The threads that models run on. Clones share them.
///
/// The calling thread waits meanwhile. Where threads can't be started, as in browsers, models run on the calling
/// thread.
#[derive(Debug, Clone)]
pub struct Workers(Arc<ThreadPool>);

impl Workers {
    /// So many threads, from 1 to 64.
    pub fn new(threads: usize) -> Self {
        Self(Arc::new(ThreadPool::with_num_threads(threads.clamp(1, 64))))
    }
}

impl Default for Workers {
    /// One thread, so that the app keeps the others.
    fn default() -> Self {
        Self::new(1)
    }
}

/// A model that has the inputs and outputs of its kind.
///
/// # Trust
/// The size of the file, and the names, types and shapes of inputs and outputs are checked, and only the operators that
/// this crate's own models use are there. No check bounds the work of the model inside: one with a wrong number may
/// want more memory than there is, which ends the program. So check downloads of this crate's files by
/// [`ModelKind::is_intact`], in browsers above all, where a panic ends the page. An app that lets its users bring models must trust them.
pub struct Model {
    kind: ModelKind,
    graph: rten::Model,
    input: NodeId,
    outputs: Vec<NodeId>,
    workers: Workers,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Model {
    /// A model by the bytes of its ONNX file: one of this crate's folder `models`, or another with the same inputs and
    /// outputs.
    ///
    /// # Errors
    /// [`PeopleError::Model`] if the bytes aren't a model of this kind.
    pub fn load(kind: ModelKind, bytes: &[u8], workers: &Workers) -> Result<Self, PeopleError> {
        let fail = |problem| PeopleError::Model { kind, problem };
        if bytes.is_empty() {
            return Err(fail(ModelProblem::Empty));
        }
        if bytes.len() > MAX_BYTES {
            return Err(fail(ModelProblem::TooLarge { bytes: bytes.len(), limit: MAX_BYTES }));
        }
        wire::check(bytes).map_err(|reason| fail(ModelProblem::Unreadable(reason.into())))?;
        let mut options = ModelOptions::with_ops(operators::registry());
        // The inference of shapes would panic at damaged numbers, and makes these models no faster.
        options.prepack_weights(true).shape_inference(ShapeInferenceMode::Off);
        let loaded = panic::catch_unwind(AssertUnwindSafe(|| options.load(bytes.to_vec())))
            .map_err(|_| fail(ModelProblem::Unreadable("its numbers don't fit together".into())))?;
        let graph = loaded.map_err(|error| {
            let reason = error.to_string();
            fail(match error.kind() {
                LoadErrorKind::OperatorInvalid => ModelProblem::Operator(reason),
                _ => ModelProblem::Unreadable(reason),
            })
        })?;
        let input = find(&graph, graph.input_ids(), kind.input()).map_err(fail)?;
        if graph.input_ids().len() > 1 {
            return Err(fail(ModelProblem::Shape {
                name: kind.input().0.into(),
                found: format!("one of {} inputs", graph.input_ids().len()),
                expected: "the only input".into(),
            }));
        }
        let outputs = kind.outputs().iter().map(|&port| find(&graph, graph.output_ids(), port));
        let outputs = outputs.collect::<Result<_, _>>().map_err(fail)?;
        Ok(Self { kind, graph, input, outputs, workers: workers.clone() })
    }

    /// The model of this crate, which the feature `embedded` puts into the program.
    ///
    /// # Errors
    /// As [`Model::load`]. The models of this crate have none of these problems.
    #[cfg(feature = "embedded")]
    pub fn embedded(kind: ModelKind, workers: &Workers) -> Result<Self, PeopleError> {
        Self::load(kind, kind.bytes(), workers)
    }

    /// The task of the model.
    pub fn kind(&self) -> ModelKind {
        self.kind
    }

    /// This model, if its kind is that one.
    pub(crate) fn expect(self, kind: ModelKind) -> Result<Self, PeopleError> {
        if self.kind == kind {
            return Ok(self);
        }
        Err(PeopleError::Model { kind, problem: ModelProblem::Kind(self.kind) })
    }

    /// The outputs for an input, in the order of the kind.
    pub(crate) fn run<const N: usize>(&self, input: &[f32]) -> Result<[Vec<f32>; N], PeopleError> {
        let fail = |reason: String| PeopleError::Run { kind: self.kind, reason };
        let (_, shape) = self.kind.input();
        let value = ValueView::from_shape(shape, input).map_err(|error| fail(error.to_string()))?;
        let options = RunOptions::default().with_thread_pool(Some(self.workers.0.clone()));
        let run = || self.graph.run(vec![(self.input, value.into())], &self.outputs, Some(options));
        // A damaged model may panic inside. Nothing of ours is half done then.
        let values = panic::catch_unwind(AssertUnwindSafe(run))
            .map_err(|_| fail("it panicked: get the file again".into()))?
            .map_err(|error| fail(error.to_string()))?;
        let mut outputs = [const { Vec::new() }; N];
        // The model may be another's, whose outputs have other shapes than it declares.
        for ((output, value), (name, shape)) in outputs.iter_mut().zip(values).zip(self.kind.outputs()) {
            let data = match shape.len() {
                3 => value.into_shape_vec::<f32, 3>().map(|(found, data)| (found.to_vec(), data)),
                _ => value.into_shape_vec::<f32, 4>().map(|(found, data)| (found.to_vec(), data)),
            };
            let (found, data) = data.map_err(|error| fail(error.to_string()))?;
            if found != *shape {
                return Err(fail(format!("{name:?} is {found:?} in place of {shape:?}")));
            }
            *output = data;
        }
        Ok(outputs)
    }
}

/// An input or output of this name, type and shape.
fn find(graph: &rten::Model, ids: &[NodeId], (name, shape): Port) -> Result<NodeId, ModelProblem> {
    let (id, info) = ids
        .iter()
        .filter_map(|&id| Some((id, graph.node_info(id)?)))
        .find(|(_, info)| info.name() == Some(name))
        .ok_or_else(|| ModelProblem::Missing(name.into()))?;
    let fail = |found: String| ModelProblem::Shape {
        name: name.into(),
        found,
        expected: format!("{shape:?} of 32-bit floating point numbers"),
    };
    let dimensions = info.shape().ok_or_else(|| fail("without a shape".into()))?;
    let is_same = dimensions.len() == shape.len()
        && dimensions
            .iter()
            .zip(shape)
            .all(|(dimension, &size)| matches!(dimension, Dimension::Fixed(found) if *found == size));
    match info.dtype() {
        Some(ValueType::Tensor(DataType::Float)) if is_same => Ok(id),
        kind => Err(fail(format!("{dimensions:?} of {kind:?}"))),
    }
}
