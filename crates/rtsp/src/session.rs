//! A session with a camera: from its URL to its frames.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use futures_core::Stream as _;
use retina::{
    client::{
        self, Demuxed, InitialSequenceNumberPolicy, PlayOptions, SessionGroup, SessionOptions, SetupOptions,
        Stream,
    },
    codec::{CodecItem, FrameFormat},
};
use tokio::{net::lookup_host, time::sleep};

use crate::{
    error::{Error, ErrorKind},
    failure::{Scope, Stage, closed, corrupt, failed, flooded, new, quoted},
    flood::limited,
    frame::Codec,
    frames::Frames,
    options::{Options, Transport},
    shared::Shared,
};

/// The packets that can't be used, one after the other without a frame, after which the stream counts as unreadable.
const MOST_ERRORS: usize = 1000;

/// Connects to a camera and queues its frames until the camera closes the connection.
///
/// # Errors
/// Those of the connection, of the answers and of the stream.
pub(crate) async fn play(options: &Options, shared: &Shared, group: Arc<SessionGroup>) -> Result<(), Error> {
    resolve(options).await?;
    let (session, index, codec) = describe(options, group).await?;
    shared.start(codec);
    let demuxed = start(options, session, index).await?;
    shared.reach(Stage::Waiting);
    read(options, shared, demuxed, Frames::new(index, codec), codec).await
}

/// Looks up the name of the server.
async fn resolve(options: &Options) -> Result<(), Error> {
    let is_known = match lookup_host(options.address()?.server()).await {
        Ok(mut addresses) => addresses.next().is_some(),
        Err(_) => false,
    };
    if is_known {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NotFound,
        format!(
            "the server of {} isn't known: check its name, and that this machine is in its network",
            options.shown()
        ),
    ))
}

/// Asks for the streams, and chooses the first video of a known codec.
async fn describe(
    options: &Options,
    group: Arc<SessionGroup>,
) -> Result<(client::Session<client::Described>, usize, Codec), Error> {
    let address = options.address()?;
    let credentials = address.credentials.as_ref().map(|credentials| client::Credentials {
        username: credentials.user.clone(),
        password: credentials.password.clone(),
    });
    let session_options = SessionOptions::default()
        .creds(credentials)
        .user_agent(concat!("viewfinder-rtsp/", env!("CARGO_PKG_VERSION")).to_owned())
        .session_group(group);
    let session = limited(client::Session::describe(address.url.clone(), session_options))
        .await
        .map_err(|flood| flooded(options, flood))?
        .map_err(|error| failed(options, Stage::Describing, &error))?;
    let streams = session.streams();
    let found = streams.iter().enumerate().find_map(|(index, stream)| Some((index, codec(stream)?)));
    match found {
        Some((index, codec)) => Ok((session, index, codec)),
        None => Err(no_known_codec(options, streams)),
    }
}

/// The codec of a stream, if it is a known one.
fn codec(stream: &Stream) -> Option<Codec> {
    match (stream.media(), stream.encoding_name()) {
        ("video", "h264") => Some(Codec::H264),
        ("video" | "image", "jpeg") => Some(Codec::Jpeg),
        _ => None,
    }
}

fn no_known_codec(options: &Options, streams: &[Stream]) -> Error {
    let is_video = |stream: &&Stream| matches!(stream.media(), "video" | "image");
    let names: Vec<_> = streams
        .iter()
        .filter(is_video)
        .map(|stream| match stream.encoding_name() {
            "h265" | "hevc" => "H.265".to_owned(),
            "mp4v-es" => "MPEG-4 Visual".to_owned(),
            "" => "a codec without a name".to_owned(),
            name => quoted(options, &name.to_ascii_uppercase()),
        })
        .collect();
    let why = match names.is_empty() {
        true => "offers no video: check the path in the URL".to_owned(),
        false => format!(
            "sends {}, which isn't supported: set the camera to H.264 or Motion JPEG, or use the URL of its other stream",
            names.join(" and ")
        ),
    };
    new(options, ErrorKind::NotSupported, why)
}

/// Tells the camera to start.
async fn start(
    options: &Options,
    mut session: client::Session<client::Described>,
    index: usize,
) -> Result<Demuxed, Error> {
    let transport = match options.transport {
        Transport::Tcp => client::Transport::Tcp(Default::default()),
        Transport::Udp => client::Transport::Udp(Default::default()),
    };
    // By default, units have lengths of four bytes, and key frames begin with the parameter sets.
    let setup = SetupOptions::default().transport(transport).frame_format(FrameFormat::default());
    // The number that a camera announces for the first packet is often wrong.
    let play = PlayOptions::default().initial_seq(InitialSequenceNumberPolicy::Ignore);
    let started = limited(async {
        session.setup(index, setup).await?;
        session.play(play).await?.demuxed()
    });
    started
        .await
        .map_err(|flood| flooded(options, flood))?
        .map_err(|error| failed(options, Stage::Starting, &error))
}

/// The next frame, report or error. `None` at the end of the connection.
async fn next(demuxed: &mut Demuxed) -> Option<Result<CodecItem, retina::Error>> {
    poll_fn(|context| Pin::new(&mut *demuxed).poll_next(context)).await
}

/// Queues frames until the camera closes the connection.
async fn read(
    options: &Options,
    shared: &Shared,
    mut demuxed: Demuxed,
    mut frames: Frames,
    codec: Codec,
) -> Result<(), Error> {
    // Whoever waits for the first frame has a limit too.
    let first_limit = options.connect_limit.max(options.frame_limit);
    let mut silence = Box::pin(sleep(first_limit));
    let mut error_count = 0;
    let mut last_error = None;
    loop {
        let item = tokio::select! {
            biased;
            item = limited(next(&mut demuxed)) => item,
            () = &mut silence => return Err(new(
                options,
                ErrorKind::NotReadable,
                format!(
                    "sent no frame for {} s: check the network, and start the camera again if this repeats",
                    options.frame_limit.as_secs_f32()
                ),
            )),
        };
        match item.map_err(|flood| flooded(options, flood))? {
            Some(Ok(CodecItem::VideoFrame(frame))) => {
                if frames.deliver(options, shared, frame, demuxed.streams())? {
                    silence = Box::pin(sleep(options.frame_limit));
                }
                (error_count, last_error) = (0, None);
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => match Scope::of(&error, codec) {
                Scope::Packets if error_count < MOST_ERRORS => {
                    error_count += 1;
                    let error = corrupt(options, &error);
                    shared.report(error.clone());
                    last_error = Some(error);
                }
                Scope::Packets | Scope::Stream => return Err(corrupt(options, &error)),
                Scope::End if shared.stage() == Stage::Playing => return Ok(()),
                Scope::End => return Err(closed(options, shared.stage())),
                Scope::Connection => return Err(failed(options, shared.stage(), &error)),
            },
            // `retina` reads no further after some errors of packets.
            None => {
                return match last_error {
                    Some(error) => Err(error),
                    None if shared.stage() == Stage::Playing => Ok(()),
                    None => Err(closed(options, shared.stage())),
                };
            }
        }
    }
}
