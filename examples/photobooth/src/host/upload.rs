//! The upload of a result to the host's server. Nothing is sent unless the settings say so.

use bevy::prelude::*;
use bevy_viewfinder::photo::{Upload, UploadFailed, UploadFile, UploadProgress, Uploaded};
use photobooth::{trouble::Trouble, venue::UploadSettings};

use super::{Host, Screen, UploadState, act::Order};
use crate::{booth::Booth, settings::Settings};

/// The upload of the result that is shown. Those of earlier guests go on by themselves.
#[derive(Resource, Debug, Default)]
struct Request(Option<Entity>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Request>()
        .add_systems(Startup, open)
        .add_systems(Update, follow_result)
        .add_observer(start);
}

fn open(settings: Res<Settings>, mut state: ResMut<UploadState>) {
    if settings.venue.upload.enabled {
        *state = UploadState::Ready;
    }
}

/// Starts over with each result, and uploads it at once if the settings say so.
fn follow_result(
    mut commands: Commands,
    booth: Res<Booth>,
    settings: Res<Settings>,
    mut state: ResMut<UploadState>,
    mut request: ResMut<Request>,
    mut was_shown: Local<bool>,
) {
    let is_shown = booth.product().is_some();
    if *state == UploadState::Off || *was_shown == is_shown {
        return;
    }
    *was_shown = is_shown;
    *state = UploadState::Ready;
    request.0 = None;
    if is_shown && settings.venue.upload.automatic {
        commands.trigger(Order::Upload);
    }
}

fn start(
    order: On<Order>,
    mut commands: Commands,
    booth: Res<Booth>,
    settings: Res<Settings>,
    mut state: ResMut<UploadState>,
    mut request: ResMut<Request>,
) {
    let can_start = matches!(*state, UploadState::Ready | UploadState::Failed);
    if *order != Order::Upload || !can_start {
        return;
    }
    let Some(product) = booth.product() else { return };
    let name = booth.file_name(product, &settings);
    let to = server(&settings.venue.upload);
    let file = UploadFile::bytes(product.file.clone(), name, product.media_type, to);
    let entity = commands.spawn(file).observe(report).observe(finish).observe(fail).id();
    request.0 = Some(entity);
    *state = UploadState::Sending(0);
}

/// The place of uploads. It refuses redirects, so that the server can't pass pictures on.
fn server(settings: &UploadSettings) -> Upload {
    let to = Upload::new(settings.url.as_str()).field(settings.field.as_str());
    settings.headers.iter().fold(to, |to, (name, value)| to.header(name.as_str(), value.as_str()))
}

fn report(progress: On<UploadProgress>, request: Res<Request>, mut state: ResMut<UploadState>) {
    if request.0 == Some(progress.entity) {
        let percent = (progress.fraction() * 100.0) as u32;
        state.set_if_neq(UploadState::Sending(percent.min(100)));
    }
}

fn finish(uploaded: On<Uploaded>, request: Res<Request>, mut state: ResMut<UploadState>) {
    if request.0 == Some(uploaded.entity) {
        *state = UploadState::Done;
    }
}

/// Tells the guest, unless another screen is open or another guest is there.
fn fail(
    failed: On<UploadFailed>,
    booth: Res<Booth>,
    request: Res<Request>,
    mut state: ResMut<UploadState>,
    mut host: ResMut<Host>,
) {
    warn!("a result wasn't uploaded: {}", failed.error);
    if request.0 == Some(failed.entity) {
        *state = UploadState::Failed;
        // The guest may have left in this frame.
        if host.screen == Screen::Booth && booth.product().is_some() {
            host.cover(Screen::Trouble(Trouble::Upload));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpListener,
        sync::mpsc::{Receiver, channel},
        thread,
        time::{Duration, Instant},
    };

    use bevy_viewfinder::PhotoPlugin;
    use photobooth::words::Words;

    use super::*;
    use crate::{
        animation::Animation,
        develop::Product,
        host::{HostAction, act},
    };

    const FILE: &[u8] = b"GIF89a, not a real one";

    fn booth() -> Booth {
        let animation = Animation { frames: Vec::new() };
        let mut booth = Booth::showing(Product { file: FILE.into(), media_type: "image/gif", animation });
        booth.saved = Some(Ok("pictures/photobooth-1.gif".into()));
        booth
    }

    fn app(url: &str, automatic: bool) -> App {
        let headers = vec![("Authorization".to_owned(), "Bearer 7".to_owned())];
        let url = url.to_owned();
        app_with(UploadSettings { enabled: true, url, automatic, headers, ..Default::default() })
    }

    /// An app that shows a result, after one update.
    fn app_with(upload: UploadSettings) -> App {
        let mut settings = Settings::default();
        settings.venue.upload = upload;
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, PhotoPlugin, plugin, act::plugin))
            .add_message::<AppExit>()
            .init_resource::<UploadState>()
            .init_resource::<Host>()
            .init_resource::<Words>()
            .init_resource::<crate::sticker::Stickers>()
            .insert_resource(settings)
            .insert_resource(booth());
        app.update();
        app
    }

    fn uploads(app: &mut App) -> usize {
        app.world_mut().query::<&UploadFile>().iter(app.world()).count()
    }

    /// A server that gives one answer after the other. The requests arrive at the receiver.
    fn serve(answers: &'static [&'static str]) -> (String, Receiver<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/photos", listener.local_addr().expect("its address"));
        let (sender, receiver) = channel();
        thread::spawn(move || {
            for (stream, answer) in listener.incoming().map_while(Result::ok).zip(answers) {
                let mut reader = BufReader::new(stream);
                let (mut request, mut length) = (Vec::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).expect("a line");
                    if let Some(("content-length", value)) = line.to_ascii_lowercase().split_once(": ") {
                        length = value.trim().parse().expect("a length");
                    }
                    request.extend(line.as_bytes());
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("a body");
                request.extend(body);
                sender.send(request).expect("the test waits");
                let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                reader.into_inner().write_all(answer.as_bytes()).expect("a connection");
            }
        });
        (url, receiver)
    }

    fn until(app: &mut App, state: UploadState) {
        let start = Instant::now();
        while *app.world().resource::<UploadState>() != state {
            assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for {state:?}");
            app.update();
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn contains(request: &[u8], part: &[u8]) -> bool {
        request.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_result_is_sent_after_a_press_of_the_button_and_only_then() {
        let (url, requests) = serve(&["201 Created"]);
        let mut app = app(&url, false);
        for _ in 0..20 {
            app.update();
        }
        assert_eq!(*app.world().resource::<UploadState>(), UploadState::Ready);
        assert!(requests.try_recv().is_err(), "nothing is sent by itself");
        app.world_mut().trigger(HostAction::Upload);
        until(&mut app, UploadState::Done);
        let request = requests.recv().expect("a request");
        let name = b"filename=\"photobooth-1.gif\"";
        for part in [FILE, b"POST /photos ", b"name=\"photo\"", name, b"image/gif", b"Bearer 7"] {
            assert!(
                contains(&request.to_ascii_lowercase(), &part.to_ascii_lowercase()),
                "{}",
                String::from_utf8_lossy(&request)
            );
        }
        // It isn't sent twice.
        app.world_mut().trigger(HostAction::Upload);
        app.update();
        assert_eq!(*app.world().resource::<UploadState>(), UploadState::Done);
        assert_eq!(app.world().resource::<Host>().screen, Screen::Booth);
        // The next guest's result is another one.
        app.insert_resource(Booth::default());
        app.update();
        assert_eq!(*app.world().resource::<UploadState>(), UploadState::Ready);
    }

    #[test]
    fn a_server_that_fails_is_told_and_tried_again() {
        let (url, requests) = serve(&["500 Oops", "200 OK"]);
        let mut app = app(&url, true);
        until(&mut app, UploadState::Failed);
        assert_eq!(app.world().resource::<Host>().screen, Screen::Trouble(Trouble::Upload));
        app.world_mut().trigger(HostAction::Upload);
        assert_eq!(app.world().resource::<Host>().screen, Screen::Booth);
        until(&mut app, UploadState::Done);
        assert_eq!(requests.iter().take(2).filter(|request| contains(request, FILE)).count(), 2);
    }

    #[test]
    fn a_refused_connection_is_told_unless_another_guest_is_there() {
        let refused = || {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            format!("http://{}", listener.local_addr().expect("its address"))
        };
        let mut one = app(&refused(), true);
        until(&mut one, UploadState::Failed);
        assert_eq!(one.world().resource::<Host>().screen, Screen::Trouble(Trouble::Upload));

        let mut other = app(&refused(), true);
        assert_eq!(*other.world().resource::<UploadState>(), UploadState::Sending(0));
        other.insert_resource(Booth::default());
        let start = Instant::now();
        while uploads(&mut other) > 0 {
            assert!(start.elapsed() < Duration::from_secs(60), "it ends");
            other.update();
            thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(*other.world().resource::<UploadState>(), UploadState::Ready);
        assert_eq!(other.world().resource::<Host>().screen, Screen::Booth);
    }

    #[test]
    fn nothing_is_sent_unless_the_settings_say_so() {
        let (url, requests) = serve(&["200 OK"]);
        let mut app = app_with(UploadSettings { url, automatic: true, ..Default::default() });
        app.world_mut().trigger(HostAction::Upload);
        app.update();
        assert_eq!(*app.world().resource::<UploadState>(), UploadState::Off);
        assert_eq!(uploads(&mut app), 0);
        assert!(requests.try_recv().is_err());
    }
}
