//! Tones by the browser ([Web Audio](https://www.w3.org/TR/webaudio/)).

use std::cell::RefCell;

use bevy::log::warn;
use wasm_bindgen::JsValue;
use web_sys::AudioContext;

/// The loudness, from 0 to 1.
const GAIN: f32 = 0.2;

thread_local! {
    /// The page's context. It is made at the first tone: browsers allow it only after a click or a key press.
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Plays a tone of this frequency and length in seconds.
pub fn beep(hertz: f32, seconds: f64) {
    CONTEXT.with_borrow_mut(|context| {
        if let Err(thrown) = play(context, hertz, seconds) {
            warn!("no tone: {thrown:?}");
        }
    });
}

fn play(context: &mut Option<AudioContext>, hertz: f32, seconds: f64) -> Result<(), JsValue> {
    let context = match context {
        Some(context) => context,
        None => context.insert(AudioContext::new()?),
    };
    // Without a click before it stays silent, and nothing waits for it.
    let _ = context.resume()?;
    let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
    tone.frequency().set_value(hertz);
    let (start, end) = (context.current_time(), context.current_time() + seconds);
    // A tone that breaks off would click.
    volume.gain().set_value_at_time(GAIN, start)?;
    volume.gain().linear_ramp_to_value_at_time(0.0, end)?;
    tone.connect_with_audio_node(&volume)?;
    volume.connect_with_audio_node(&context.destination())?;
    tone.start()?;
    tone.stop_with_when(end)
}
