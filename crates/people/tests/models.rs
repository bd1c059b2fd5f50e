//! Files that aren't models.
#![cfg(all(feature = "face", feature = "person"))]
#![allow(missing_docs)]

mod photo;

use photo::{Picture, bytes};
use viewfinder_people::{
    FaceDetector, FaceLandmarker, FaceRegion, Model, ModelKind, ModelProblem, PeopleError, PersonSegmenter,
    Workers,
};

const KINDS: [ModelKind; 4] =
    [ModelKind::PersonSquare, ModelKind::PersonLandscape, ModelKind::FaceDetection, ModelKind::FaceLandmarks];

fn problem(kind: ModelKind, bytes: &[u8]) -> ModelProblem {
    match Model::load(kind, bytes, &Workers::default()) {
        Err(PeopleError::Model { kind: found, problem }) if found == kind => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_file_is_its_own_kind_alone() {
    for kind in KINDS {
        for other in KINDS {
            let model = Model::load(kind, &bytes(other), &Workers::default());
            assert_eq!(model.is_ok(), kind == other, "{} as {}", other.file_name(), kind.file_name());
        }
        assert_eq!(Model::load(kind, &bytes(kind), &Workers::new(2)).unwrap().kind(), kind);
    }
    assert!(matches!(
        problem(ModelKind::FaceDetection, &bytes(ModelKind::FaceLandmarks)),
        ModelProblem::Missing(_) | ModelProblem::Operator(_)
    ));
    assert!(matches!(
        problem(ModelKind::PersonSquare, &bytes(ModelKind::PersonLandscape)),
        ModelProblem::Shape { .. }
    ));
}

#[cfg(feature = "embedded")]
#[test]
fn the_embedded_models_load() {
    for kind in KINDS {
        Model::embedded(kind, &Workers::default()).unwrap();
    }
}

#[test]
fn files_of_other_sizes_are_errors() {
    assert_eq!(problem(ModelKind::PersonSquare, &[]), ModelProblem::Empty);
    let large = vec![0; 9 << 20];
    assert_eq!(
        problem(ModelKind::PersonSquare, &large),
        ModelProblem::TooLarge { bytes: 9 << 20, limit: 8 << 20 }
    );
}

#[test]
fn truncated_files_are_errors() {
    for kind in KINDS {
        let bytes = bytes(kind);
        for part in 1..64 {
            let length = bytes.len() * part / 64;
            let result = Model::load(kind, &bytes[..length], &Workers::default());
            assert!(matches!(result, Err(PeopleError::Model { .. })), "{length} of {}", bytes.len());
        }
        for length in [1, 2, 7, 100, bytes.len() - 1] {
            let result = Model::load(kind, &bytes[..length], &Workers::default());
            assert!(matches!(result, Err(PeopleError::Model { .. })), "{length} of {}", bytes.len());
        }
    }
}

#[test]
fn random_bytes_are_errors() {
    for length in [10, 1000, 200_000] {
        let noise = Picture::noise(length, 1).bytes;
        let problem = problem(ModelKind::FaceLandmarks, &noise);
        assert!(matches!(problem, ModelProblem::Unreadable(_)), "{problem}");
        assert!(problem.to_string().contains("get it again"));
    }
}

#[test]
fn damage_is_noticed() {
    for kind in KINDS {
        let mut bytes = bytes(kind);
        assert_eq!(kind.file_length(), bytes.len());
        assert!(kind.is_intact(&bytes) && !kind.is_intact(&bytes[1..]) && !kind.is_intact(&[]));
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        assert!(!kind.is_intact(&bytes));
    }
}

/// A damaged file is an error, or a model that runs, well or not. More rounds find one that wants 77 GB.
#[test]
fn damaged_files_never_panic() {
    let rounds = std::env::var("PEOPLE_DAMAGES").ok().and_then(|value| value.parse().ok()).unwrap_or(24);
    let picture = Picture::small();
    let view = picture.view();
    let mut random = 12345u32;
    let mut next = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize
    };
    let mut loaded = 0;
    for round in 0..rounds {
        let kind: ModelKind = KINDS[round % 4];
        let mut bytes = bytes(kind);
        // Half of the changes are near the ends, where the names and shapes are.
        for _ in 0..1 + round % 7 {
            let range = if next() % 2 == 0 { 20_000 } else { bytes.len() };
            let place = bytes.len() - 1 - next() % range;
            bytes[place] ^= 1 << (next() % 8);
        }
        let Ok(model) = Model::load(kind, &bytes, &Workers::default()) else {
            continue;
        };
        loaded += 1;
        match kind {
            ModelKind::PersonSquare => {
                let _ = PersonSegmenter::new(model).unwrap().segment(&view).map(|_| ());
            }
            ModelKind::FaceDetection => {
                let _ = FaceDetector::new(model).unwrap().detect(&view).map(|_| ());
            }
            ModelKind::FaceLandmarks => {
                let region = FaceRegion::whole(&view, 0);
                let _ = FaceLandmarker::new(model).unwrap().locate(&view, &region);
            }
            _ => {
                let _ = PersonSegmenter::new(model)
                    .unwrap()
                    .segment(&picture.cut(0, 0, 256, 144).view())
                    .map(|_| ());
            }
        }
    }
    println!("{loaded} of {rounds} damaged files were models");
}

#[test]
fn errors_are_lines_with_advice() {
    let error = Model::load(ModelKind::FaceDetection, b"<html>not found</html>", &Workers::default());
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains("boxes of faces") && text.contains("get it again") && !text.contains('\n'),
        "{text}"
    );
    let model = photo::model(ModelKind::FaceLandmarks);
    let error = FaceDetector::new(model).unwrap_err().to_string();
    assert!(error.contains("boxes of faces") && error.contains("landmarks of faces"), "{error}");
}

/// A model can run on a thread of the app's.
#[test]
fn everything_moves_to_other_threads() {
    fn is_send<T: Send + 'static>() {}
    is_send::<Model>();
    is_send::<PersonSegmenter>();
    is_send::<FaceDetector>();
    is_send::<FaceLandmarker>();
    is_send::<viewfinder_people::FaceTracker>();
    is_send::<PeopleError>();
}
