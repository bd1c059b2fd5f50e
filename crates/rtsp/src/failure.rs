//! Failures of a connection: their kinds, and what the user can do about them.

use crate::{
    address::without_secrets,
    error::{Error, ErrorKind},
    flood::Flood,
    frame::Codec,
    options::{Options, Transport},
};

/// The longest part of a server's text in a message, in characters.
const QUOTED: usize = 120;

/// The progress of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Stage {
    /// The camera is being found and asked for its streams.
    #[default]
    Describing,
    /// The camera is being told to start.
    Starting,
    /// No frame has come yet.
    Waiting,
    /// Frames came, but none that a decoder can start with.
    WaitingForKey,
    /// The first frame has come.
    Playing,
}

/// The error of a failed request or a broken connection.
pub(crate) fn failed(options: &Options, stage: Stage, error: &retina::Error) -> Error {
    let text = error.to_string();
    match error.status_code() {
        Some(status) if !(200..300).contains(&status) => refused(options, status, &text),
        Some(_) => unusable_answer(options, stage, &text),
        None if is_cut(&text) => closed(options, stage),
        None if text.starts_with("RTSP framing error") => match stage {
            Stage::Describing => new(
                options,
                ErrorKind::NotSupported,
                "doesn't answer as an RTSP server does: check the port, which is 554 for most cameras",
            ),
            _ => new(
                options,
                ErrorKind::Data,
                "sent a message that can't be read: start the camera again, or update its software",
            ),
        },
        None => {
            let why = reason(options, &text);
            match stage {
                Stage::Describing if text.starts_with("Unable to connect") => new(
                    options,
                    ErrorKind::NotReadable,
                    format!(
                        "can't be reached ({why}): check the address and the port, and that the camera is on and in \
                         this network"
                    ),
                ),
                Stage::Describing | Stage::Starting => closed(options, stage),
                _ => new(
                    options,
                    ErrorKind::NotReadable,
                    format!(
                        "closed the connection ({why}): connect again, and check the network if this repeats"
                    ),
                ),
            }
        }
    }
}

/// Whether a text is that of a connection that was closed within a message.
fn is_cut(text: &str) -> bool {
    text.starts_with("RTSP framing error: Incomplete RTSP message at EOF")
}

/// The error of a camera that closed the connection.
pub(crate) fn closed(options: &Options, stage: Stage) -> Error {
    let when = match stage {
        Stage::Describing | Stage::Starting => "before it answered",
        _ => "before its first frame",
    };
    new(
        options,
        ErrorKind::NotReadable,
        format!("closed the connection {when}: close other viewers, or start the camera again"),
    )
}

/// The error of an answer whose status isn't that of a success.
fn refused(options: &Options, status: u16, text: &str) -> Error {
    let (kind, why) = match status {
        401 if !options.has_credentials() => {
            (ErrorKind::NotAllowed, "it wants a user name and a password: give them as credentials")
        }
        401 if text.contains("Can't understand WWW-Authenticate") => (
            ErrorKind::NotSupported,
            "it wants a password in a way that isn't supported: set it to Digest or Basic authentication",
        ),
        401 => (ErrorKind::NotAllowed, "it refuses the user name or the password: check both"),
        403 => {
            (ErrorKind::NotAllowed, "it denies access: check the rights of the user in the camera's settings")
        }
        404 | 410 => (
            ErrorKind::NotFound,
            "it has no such stream: look up the path of its video in the camera's manual",
        ),
        300..=399 => {
            (ErrorKind::NotAllowed, "it redirects, which isn't followed: name the other URL if you trust it")
        }
        461 => match options.transport {
            Transport::Tcp => (ErrorKind::NotSupported, "it doesn't send over TCP: choose Transport::Udp"),
            Transport::Udp => (ErrorKind::NotSupported, "it doesn't send over UDP: choose Transport::Tcp"),
        },
        429 | 453 | 503 => (
            ErrorKind::NotReadable,
            "it is busy: close other viewers, because many cameras serve only a few at a time",
        ),
        500.. => (ErrorKind::NotReadable, "it reports an error of its own: start the camera again"),
        _ => (ErrorKind::NotSupported, "that is no answer of a camera: check the URL"),
    };
    Error::new(kind, format!("{} answered {status}: {why}", options.shown()))
}

/// The error of an answer that is a success, and can't be used.
fn unusable_answer(options: &Options, stage: Stage, text: &str) -> Error {
    if text.contains("No parseable streams") {
        return new(options, ErrorKind::NotSupported, "offers no video: check the path in the URL");
    }
    let what = match stage {
        Stage::Describing => "the description of its streams",
        _ => "its answer",
    };
    new(
        options,
        ErrorKind::Data,
        format!(
            "can't be used, because {what} can't be read ({}): update its software",
            reason(options, text)
        ),
    )
}

/// The error of a server that sends without an end.
pub(crate) fn flooded(options: &Options, Flood: Flood) -> Error {
    new(
        options,
        ErrorKind::Data,
        "sends data without an end, and no message or frame in it: check that the URL is that of a camera",
    )
}

/// The error of packets that can't be used.
pub(crate) fn corrupt(options: &Options, error: &retina::Error) -> Error {
    let why = reason(options, &error.to_string());
    new(
        options,
        ErrorKind::Data,
        format!("sent packets that can't be used ({why}): check the network, or start the camera again"),
    )
}

/// The part of a connection that a failure concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All of it.
    Connection,
    /// All of it, because the camera closed it.
    End,
    /// The frames. Others can't be read any more.
    Stream,
    /// Single packets. Others can be read.
    Packets,
}

impl Scope {
    pub fn of(error: &retina::Error, codec: Codec) -> Self {
        // `retina` has no kinds of errors. The texts of those that belong to packets name their stream.
        let text = error.to_string();
        let is_of_packets = error.status_code().is_none()
            && text.contains("\nstream: ")
            && !text.starts_with("Error receiving UDP packet");
        if is_cut(&text) {
            return Self::End;
        } else if !is_of_packets {
            return Self::Connection;
        }
        // After an error within H.264, `retina` 0.4 may panic at the next packet. Those of the headers in front of it
        // are harmless.
        let is_header = !text.contains("\nssrc: ")
            || text.starts_with("wrong ssrc")
            || text.starts_with("Out-of-order packet");
        match codec == Codec::Jpeg || is_header {
            true => Self::Packets,
            false => Self::Stream,
        }
    }
}

/// The error of a camera that did nothing within the time to connect.
pub(crate) fn too_slow(options: &Options, stage: Stage) -> Error {
    let limit = options.connect_limit.as_secs_f32();
    let why = match stage {
        Stage::Describing => format!(
            "doesn't answer within {limit} s: check the address, and that the camera is on and in this network"
        ),
        Stage::Starting => {
            format!("answered, but didn't start its video within {limit} s: start the camera again")
        }
        Stage::Waiting | Stage::Playing if options.transport == Transport::Udp => {
            format!("sent no frame within {limit} s: a firewall may block UDP, choose Transport::Tcp")
        }
        Stage::Waiting | Stage::Playing => format!(
            "sent no frame within {limit} s: start the camera again, or allow more time by the limit to connect"
        ),
        Stage::WaitingForKey => format!(
            "sent no key frame within {limit} s: set a shorter interval of key frames (I-frames) in its settings, or \
             allow more time by the limit to connect"
        ),
    };
    new(options, ErrorKind::NotReadable, why)
}

/// An error that begins with the URL.
pub(crate) fn new(options: &Options, kind: ErrorKind, why: impl AsRef<str>) -> Error {
    Error::new(kind, format!("{} {}", options.shown(), why.as_ref()))
}

/// The first line of a text of `retina`, without its secrets: it can have texts of the server, which knows the URL.
fn reason(options: &Options, text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = [
        "Error reading from RTSP peer: ",
        "Unable to connect to RTSP server: ",
        "Error writing to RTSP peer: ",
    ]
    .iter()
    .find_map(|start| line.strip_prefix(start))
    .unwrap_or(line);
    let line = line.split_once(": description: ").map_or(line, |(_, rest)| rest);
    quoted(options, line)
}

/// The start of a server's text, as part of a message of one line, without secrets.
pub(crate) fn quoted(options: &Options, text: &str) -> String {
    let words: Vec<_> = text
        .split_whitespace()
        .map(|word| match word.contains("://") || word.contains(['?', '@']) {
            true => without_secrets(word),
            false => word.to_owned(),
        })
        .collect();
    let mut text = words.join(" ");
    if let Ok(address) = options.address() {
        let credentials = address.credentials.iter().map(|credentials| credentials.password.as_str());
        for secret in credentials.chain(address.url.query()).filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "...");
        }
    }
    text.chars().filter(|c| !c.is_control()).take(QUOTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options::new("rtsp://me:hunter2@camera/a?token=b3")
    }

    #[test]
    fn statuses_have_a_kind_by_their_cause_and_show_the_way() {
        for (status, kind, advice) in [
            (401, ErrorKind::NotAllowed, "check both"),
            (403, ErrorKind::NotAllowed, "rights"),
            (404, ErrorKind::NotFound, "manual"),
            (302, ErrorKind::NotAllowed, "redirects"),
            (453, ErrorKind::NotReadable, "other viewers"),
            (461, ErrorKind::NotSupported, "Transport::Udp"),
            (500, ErrorKind::NotReadable, "start the camera again"),
            (418, ErrorKind::NotSupported, "check the URL"),
        ] {
            let error = refused(&options(), status, "");
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(advice), "{error}");
        }
        let error = refused(&Options::new("rtsp://camera"), 401, "");
        assert!(error.to_string().contains("credentials"), "{error}");
    }

    #[test]
    fn texts_of_servers_have_no_secrets() {
        let text = "a rtsp://me:hunter2@camera/a?token=b3, hunter2 token=b3 \u{7} and more\nconn: a";
        let shown = reason(&options(), text);
        assert_eq!(shown, "a rtsp://camera/a ... ...  and more");
        assert_eq!(quoted(&options(), &"a".repeat(1000)).len(), QUOTED);
    }
}
