//! The names of ALSA's devices.

/// The names, or the parts before a colon, that aren't listed: devices without a clock, outputs, converters that
/// need a device, the ways to a card beside `plughw`, and sound servers, which are listed whether they run or not. The
/// default device leads to the one that runs.
const HIDDEN: [&str; 24] = [
    "null",
    "hw",
    "sysdefault",
    "front",
    "rear",
    "side",
    "center_lfe",
    "surround",
    "iec958",
    "spdif",
    "hdmi",
    "dmix",
    "dsnoop",
    "usbstream",
    "lavrate",
    "samplerate",
    "speexrate",
    "speex",
    "upmix",
    "vdownmix",
    "oss",
    "jack",
    "pulse",
    "pipewire",
];

/// Whether a device is listed as a microphone.
pub(super) fn is_listed(name: &str) -> bool {
    let (kind, arguments) = name.split_once(':').unwrap_or((name, ""));
    let kind = kind.trim_end_matches(|c: char| c.is_ascii_digit());
    // Each card has a name, and is listed a second time by its number.
    let by_number =
        arguments.strip_prefix("CARD=").is_some_and(|card| card.starts_with(|c: char| c.is_ascii_digit()));
    let is_second = kind == "plughw" && by_number;
    !is_second && !HIDDEN.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_listed_once() {
        for name in ["plughw:CARD=C920,DEV=0", "default", "my_mix:1"] {
            assert!(is_listed(name), "{name}");
        }
        for name in [
            "null",
            "jack",
            "pulse",
            "hw:CARD=C920,DEV=0",
            "hw:CARD=0,DEV=0",
            "plughw:CARD=0,DEV=0",
            "sysdefault:CARD=C920",
            "front:CARD=C920,DEV=0",
            "surround51:CARD=C920,DEV=0",
            "usbstream:CARD=C920",
            "dsnoop:CARD=C920,DEV=0",
        ] {
            assert!(!is_listed(name), "{name}");
        }
    }
}
