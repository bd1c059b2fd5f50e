//! The connection to a camera: the request, the credentials, and the errors of the network.

use std::io::{self, ErrorKind};

use http_auth::{PasswordClient, PasswordParams};
use ureq::{
    Agent, Body,
    http::{Request, Response, header},
};

use super::{answer::check_status, camera::Camera};
use crate::{
    error::{ErrorName, MediaError},
    http::client_config,
};

/// A client for one connection. [`Agent::shutdown`] ends it from another thread.
///
/// # Errors
/// [`ErrorName::Type`] if a certificate can't be read.
pub(super) fn agent(camera: &Camera) -> Result<Agent, MediaError> {
    let config = client_config(&camera.certificates).map_err(|error| {
        MediaError::type_error(format!(
            "the certificate of NetworkSource::certificate can't be read: {error}; give it as PEM"
        ))
    })?;
    // Whoever waits for the first frame limits the rest, by a shutdown.
    let config =
        config.timeout_resolve(Some(camera.connect_limit)).timeout_connect(Some(camera.connect_limit));
    Ok(config.build().new_agent())
}

/// Requests the video. The credentials are sent only if the server asks for them.
///
/// # Errors
/// Those of the network, and those of the answer's status.
pub(super) fn request(agent: &Agent, camera: &Camera) -> Result<Response<Body>, MediaError> {
    let mut response = get(agent, camera, None)?;
    if response.status().as_u16() == 401
        && let Some(authorization) = authorization(camera, &response)?
    {
        drop(response);
        response = get(agent, camera, Some(authorization))?;
    }
    check_status(camera, response.status().as_u16(), response.headers())?;
    Ok(response)
}

fn get(agent: &Agent, camera: &Camera, authorization: Option<String>) -> Result<Response<Body>, MediaError> {
    let mut request = Request::get(&camera.url);
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let request = request.body(()).map_err(|error| invalid(camera, &error))?;
    agent.run(request).map_err(|error| failed(camera, error))
}

/// The answer to the challenges of a server. `None` if the app has given no credentials.
///
/// # Errors
/// [`ErrorName::NotSupported`] if the server wants neither Digest nor Basic authentication.
fn authorization(camera: &Camera, response: &Response<Body>) -> Result<Option<String>, MediaError> {
    let Some(credentials) = &camera.credentials else { return Ok(None) };
    let challenges = response.headers().get_all(header::WWW_AUTHENTICATE);
    let client = challenges
        .iter()
        .filter_map(|challenge| challenge.to_str().ok())
        .fold(PasswordClient::builder(), |builder, challenge| builder.challenges(challenge));
    let answer = client.build().and_then(|mut client| {
        client.respond(&PasswordParams {
            username: &credentials.user,
            password: &credentials.password,
            uri: &camera.path,
            method: "GET",
            body: Some(&[]),
        })
    });
    answer.map(Some).map_err(|_| {
        MediaError::not_supported(format!(
            "{} wants a password in a way that isn't supported: set it to Digest or Basic authentication",
            camera.shown
        ))
    })
}

fn invalid(camera: &Camera, error: &dyn std::fmt::Display) -> MediaError {
    MediaError::type_error(format!(
        "{} can't be requested: {error}; check the URL, the user name and the password",
        camera.shown
    ))
}

/// The error of a connection.
fn failed(camera: &Camera, error: ureq::Error) -> MediaError {
    let shown = &camera.shown;
    match error {
        ureq::Error::Timeout(_) => no_answer(camera),
        ureq::Error::HostNotFound => MediaError::not_found(format!(
            "the server of {shown} isn't known: check its name, and that this machine is in its network"
        )),
        ureq::Error::Io(error) => match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(error) => insecure(camera, error),
            None => unreachable(camera, &error),
        },
        ureq::Error::Rustls(error) => insecure(camera, &error),
        ureq::Error::Http(error) => invalid(camera, &error),
        ureq::Error::BadUri(_) => invalid(camera, &"it is no URL"),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
            MediaError::not_supported(format!(
                "{shown} doesn't answer as a web server does: check the port, and whether it wants https"
            ))
        }
        error => MediaError::not_readable(format!("{shown} can't be requested: {error}; check the network")),
    }
}

/// The camera didn't answer in time.
pub(super) fn no_answer(camera: &Camera) -> MediaError {
    MediaError::not_readable(format!(
        "{} didn't answer within {} s: check that the camera is on and in this network, or allow more time by \
         NetworkSource::connect_limit",
        camera.shown,
        camera.connect_limit.as_secs_f32()
    ))
}

fn unreachable(camera: &Camera, error: &io::Error) -> MediaError {
    let shown = &camera.shown;
    MediaError::not_readable(match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => return no_answer(camera),
        ErrorKind::ConnectionRefused => {
            format!("{shown} refuses connections: check the port, and that the camera sends its video there")
        }
        ErrorKind::BrokenPipe
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof => {
            format!(
                "{shown} closed the connection ({error}): it may be busy, close other viewers or start it again"
            )
        }
        _ => format!("{shown} can't be reached: {error}; check the network"),
    })
}

fn insecure(camera: &Camera, error: &rustls::Error) -> MediaError {
    let shown = &camera.shown;
    if let rustls::Error::InvalidCertificate(reason) = error {
        MediaError::new(
            ErrorName::Security,
            format!(
                "the certificate of {shown} isn't trusted ({reason:?}): if the camera is yours, name its certificate by \
                 NetworkSource::certificate"
            ),
        )
    } else {
        MediaError::not_readable(format!(
            "{shown} makes no encrypted connection ({error}): check the port, and use http:// if it has no https"
        ))
    }
}
