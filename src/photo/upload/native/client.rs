//! An upload from its first byte to the server's answer.

use std::{
    io::{self, ErrorKind, Read},
    time::Duration,
};

use ureq::{
    Agent, SendBody,
    http::{self, Request, Response, header},
};

use super::body::Body;
use crate::{
    error::{ErrorName, MediaError},
    http::client_config,
    photo::{
        deliver::Reporter,
        upload::{
            failure::{Failure, stalled},
            job::{Job, Received, report_progress},
            options::Upload,
        },
    },
};

/// The most redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// The time that a whole answer may take, in limits for a pause.
const PATIENCE: u32 = 6;

/// Sends a file and receives the answer.
pub(super) fn transfer(job: &Job, reporter: &Reporter) -> Result<Received, Failure> {
    let Job { to, .. } = job;
    let body = Body::of(job)?;
    let agent = agent(to)?;
    let mut url = to.url.clone();
    let mut has_body = true;
    for _ in 0..=MOST_REDIRECTS {
        let response = if has_body {
            send(&agent, to, &url, &body, reporter)?
        } else {
            let request = request("GET", &url, to).body(()).map_err(invalid)?;
            agent.run(request).map_err(|error| failed(error, &url, to))?
        };
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        match (status, location) {
            (200..=299, _) => {
                report_progress(reporter, body.len(), body.len());
                return receive(response, &url, to);
            }
            (301 | 302 | 303 | 307 | 308, Some(location)) => {
                let next = resolve(&url, location);
                let is_lost = matches!(status, 301 | 302);
                let is_downgrade = origin(&url).starts_with("https:") && !origin(&next).starts_with("https:");
                if !to.redirects || is_lost || is_downgrade {
                    return Err(Failure::redirected(&url, Some(status), Some(&next)));
                }
                has_body &= status != 303;
                url = next;
            }
            _ => {
                let reason = response.status().canonical_reason().unwrap_or_default();
                let mut text = Vec::new();
                // The status says more than an answer that breaks off.
                let _ = response.into_body().into_reader().take(1 << 10).read_to_end(&mut text);
                return Err(Failure::status(&url, status, reason, &text));
            }
        }
    }
    let error = MediaError::operation(format!(
        "{} redirects more than {MOST_REDIRECTS} times, at last to {url}; name the right URL",
        to.url
    ));
    Err(error.into())
}

fn send(
    agent: &Agent,
    to: &Upload,
    url: &str,
    body: &Body,
    reporter: &Reporter,
) -> Result<Response<ureq::Body>, MediaError> {
    let mut reader = body.reader(reporter)?;
    let request = request(to.method, url, to)
        .header(header::CONTENT_TYPE, &body.content_type)
        .header(header::CONTENT_LENGTH, body.len())
        .body(SendBody::from_reader(&mut reader))
        .map_err(invalid)?;
    let sent = agent.run(request);
    sent.map_err(|error| reader.failure.take().unwrap_or_else(|| failed(error, url, to)))
}

/// A request with the app's headers, unless the server is another than the app has named.
fn request(method: &str, url: &str, to: &Upload) -> http::request::Builder {
    let mut request = Request::builder().method(method).uri(url);
    if origin(url) == origin(&to.url) {
        for (name, value) in &to.headers {
            request = request.header(name, value);
        }
    }
    request
}

/// A client for one upload. It redirects nowhere by itself, and has no proxy.
fn agent(to: &Upload) -> Result<Agent, MediaError> {
    // The system understands no limit of zero, nor one that ends after the end of time.
    let limit = to.stall_limit.clamp(Duration::from_millis(1), Duration::from_secs(24 * 60 * 60));
    let config = client_config(&to.certificates).map_err(|error| {
        MediaError::type_error(format!(
            "the certificate of Upload::certificate can't be read: {error}; give it as PEM"
        ))
    })?;
    let config = config
        .timeout_resolve(Some(limit))
        .timeout_connect(Some(limit))
        .timeout_per_read(Some(limit))
        .timeout_per_write(Some(limit))
        .timeout_recv_response(Some(limit * PATIENCE))
        .timeout_recv_body(Some(limit * PATIENCE));
    Ok(config.build().new_agent())
}

fn receive(response: Response<ureq::Body>, url: &str, to: &Upload) -> Result<Received, Failure> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut answer = response.into_body().into_reader().take(to.response_limit as u64 + 1);
    match answer.read_to_end(&mut body) {
        Ok(_) if body.len() > to.response_limit => Err(Failure::too_long(url, status, to.response_limit)),
        Ok(_) => Ok(Received { status, body }),
        Err(error) => Err(Failure { error: failed(error.into(), url, to), status: Some(status) }),
    }
}

fn invalid(error: http::Error) -> MediaError {
    MediaError::type_error(format!(
        "the upload's request is invalid: {error}; check its URL, and the names and values of its headers"
    ))
}

/// The error of a connection.
fn failed(error: ureq::Error, url: &str, to: &Upload) -> MediaError {
    match error {
        ureq::Error::Timeout(_) => stalled(url, to.stall_limit),
        ureq::Error::HostNotFound => {
            MediaError::not_found(format!("the server of {url} isn't known; check its name, and the network"))
        }
        ureq::Error::Io(error) => match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(error) => insecure(error, url),
            None => disconnected(&error, url, to),
        },
        ureq::Error::Rustls(error) => insecure(&error, url),
        ureq::Error::Http(error) => invalid(error),
        ureq::Error::BadUri(text) => {
            MediaError::type_error(format!("{url} can't be uploaded to: {text}; check the URL"))
        }
        ureq::Error::Protocol(error) => MediaError::data(format!(
            "{url} doesn't answer as a web server does: {error}; check the URL with its port, and whether it wants https"
        )),
        ureq::Error::LargeResponseHeader(..) => MediaError::data(format!(
            "{url} sends headers without end, so it is no web server for uploads; check the URL"
        )),
        error => MediaError::operation(format!("the upload to {url} failed: {error}; try again")),
    }
}

fn disconnected(error: &io::Error, url: &str, to: &Upload) -> MediaError {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => stalled(url, to.stall_limit),
        ErrorKind::ConnectionRefused => MediaError::operation(format!(
            "{url} refuses connections; check the port, and whether the server runs"
        )),
        ErrorKind::BrokenPipe
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof => MediaError::operation(format!(
            "{url} closed the connection before its answer was complete ({error}); the upload may be too large for it, try again \
             or look into the server's log"
        )),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            MediaError::operation(format!("{url} can't be reached: {error}; check the network"))
        }
        _ => MediaError::operation(format!(
            "the upload to {url} failed: {error}; check the network, and try again"
        )),
    }
}

fn insecure(error: &rustls::Error, url: &str) -> MediaError {
    if let rustls::Error::InvalidCertificate(reason) = error {
        MediaError::new(
            ErrorName::Security,
            format!(
                "nothing was sent to {url}, because its certificate isn't trusted ({reason:?}); if the server is yours, \
                 name its certificate by Upload::certificate"
            ),
        )
    } else {
        MediaError::data(format!(
            "{url} makes no encrypted connection: {error}; check the port, and use http:// if the server has no https"
        ))
    }
}

/// The scheme and the server of a URL, in lower case.
fn origin(url: &str) -> String {
    let end = url.find("://").map_or(0, |scheme| scheme + 3);
    let len = url[end..].find(['/', '?', '#']).unwrap_or(url.len() - end);
    url[..end + len].to_ascii_lowercase()
}

/// The URL of a redirect.
fn resolve(url: &str, location: &str) -> String {
    let origin = origin(url);
    let has_scheme = location.split(['/', '?', '#']).next().is_some_and(|start| start.ends_with(':'));
    if has_scheme {
        location.to_owned()
    } else if let Some(server) = location.strip_prefix("//") {
        format!("{}//{server}", origin.split("//").next().unwrap_or_default())
    } else if location.starts_with('/') {
        format!("{origin}{location}")
    } else {
        let path = url[origin.len()..].split(['?', '#']).next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{origin}{folder}/{location}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_relative_to_the_url() {
        for (url, location, next) in [
            ("https://a/b/c?d", "https://e/f", "https://e/f"),
            ("https://a/b/c?d", "//e/f", "https://e/f"),
            ("https://A:8/b/c?d#e", "/f?g", "https://a:8/f?g"),
            ("https://a/b/c?d/e", "f", "https://a/b/f"),
            ("https://a/b", "/c?to=http://d", "https://a/c?to=http://d"),
            ("https://a", "f", "https://a/f"),
        ] {
            assert_eq!(resolve(url, location), next, "{url} {location}");
        }
    }

    #[test]
    fn an_origin_is_the_scheme_and_the_server() {
        for url in ["HTTPS://A:1", "https://a:1/", "https://a:1?b://c", "https://a:1/b#c"] {
            assert_eq!(origin(url), "https://a:1", "{url}");
        }
    }
}
