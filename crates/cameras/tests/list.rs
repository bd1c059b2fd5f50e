//! The calls that need no camera and no permission, on the system that runs the test.

use viewfinder_cameras::{Error, Selection, ids, list, open, permission};

#[test]
fn the_list_is_answered_or_refused_by_name() {
    let _ = permission();
    match (ids(), list()) {
        (Ok(ids), Ok(cameras)) => {
            let listed: Vec<_> = cameras.into_iter().map(|camera| camera.id).collect();
            assert_eq!(listed, ids, "both are in the same order");
        }
        (ids, cameras) => {
            let is_named = |error: &Error| matches!(error, Error::NotSupported(_) | Error::NotAllowed(_));
            let is_system = cfg!(any(target_os = "macos", windows));
            assert!(cameras.as_ref().is_err_and(is_named), "{cameras:?}");
            assert_eq!(ids.is_ok(), is_system, "ids need no access: {ids:?}");
        }
    }
}

#[test]
fn a_camera_that_is_gone_is_an_error() {
    let gone = viewfinder_cameras::Camera::new("no such id", "a camera that was unplugged");
    let chosen = Selection { format: 0, range: 0, rate: 30.0 };
    assert!(matches!(open(&gone, &chosen), Err(Error::Format(_))));
}
