//! The state of a printer.

/// The state of a printer, in the terms of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrinterState {
    /// It waits for a picture.
    Ready,
    /// It prints.
    Busy,
    /// There is no paper, or no tray.
    PaperOut,
    /// There is no ink, toner or ribbon.
    InkOut,
    /// The paper is stuck.
    Jammed,
    /// A cover or door is open.
    CoverOpen,
    /// It is switched off, or not connected.
    Offline,
    /// It was stopped, or has another problem.
    Stopped,
}

/// The reasons of a printer's state, by the keywords of IPP (RFC 8011, section 5.4.12, and PWG 5100.9). The one that a
/// person has to see to first comes first.
const REASONS: [(&str, PrinterState); 20] = [
    ("cover-open", PrinterState::CoverOpen),
    ("door-open", PrinterState::CoverOpen),
    ("interlock-open", PrinterState::CoverOpen),
    ("media-jam", PrinterState::Jammed),
    ("media-empty", PrinterState::PaperOut),
    ("media-needed", PrinterState::PaperOut),
    ("input-tray-missing", PrinterState::PaperOut),
    ("input-media-supply-empty", PrinterState::PaperOut),
    ("marker-supply-empty", PrinterState::InkOut),
    ("marker-supply-missing", PrinterState::InkOut),
    ("marker-waste-full", PrinterState::InkOut),
    ("toner-empty", PrinterState::InkOut),
    ("opc-life-over", PrinterState::InkOut),
    ("offline", PrinterState::Offline),
    ("shutdown", PrinterState::Offline),
    ("timed-out", PrinterState::Offline),
    ("connecting-to-device", PrinterState::Offline),
    ("paused", PrinterState::Stopped),
    ("stopped-partly", PrinterState::Stopped),
    ("moving-to-paused", PrinterState::Stopped),
];

impl PrinterState {
    /// The state from the output of `lpstat -l -p PRINTER`, in English.
    pub fn parse(output: &str) -> Self {
        let alerts = output.lines().find_map(|line| line.trim().strip_prefix("Alerts:")).unwrap_or_default();
        let alerts: Vec<&str> = alerts
            .split([',', ' '])
            .filter(|alert| !alert.is_empty())
            .map(|alert| {
                let severity = ["-error", "-warning", "-report"];
                severity.iter().find_map(|severity| alert.strip_suffix(severity)).unwrap_or(alert)
            })
            .collect();
        let reason = REASONS.iter().find(|(reason, _)| alerts.contains(reason));
        let first = output.lines().find(|line| line.starts_with("printer ")).unwrap_or_default();
        match reason {
            Some((_, state)) => *state,
            None if first.contains(" disabled since ") => Self::Stopped,
            None if first.contains(" now printing ") => Self::Busy,
            None if first.contains(" is idle.") => Self::Ready,
            None => Self::Stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The output of CUPS 2.4 for a printer in this state.
    fn lpstat(first: &str, alerts: &str) -> String {
        format!(
            "printer Booth {first}\n\tForm mounted:\n\tContent types: any\n\tPrinter types: unknown\n\tDescription: Booth\n\
             \tAlerts: {alerts}\n\tLocation: \n\tConnection: direct\n"
        )
    }

    const IDLE: &str = "is idle.  enabled since Wed Nov 25 23:00:00 2026";
    const PRINTING: &str = "now printing Booth-7.  enabled since Wed Nov 25 23:00:00 2026";
    const DISABLED: &str = "disabled since Wed Nov 25 23:00:00 2026 -\n\treason unknown";

    #[test]
    fn the_state_is_that_of_lpstat() {
        for (first, alerts, state) in [
            (IDLE, "none", PrinterState::Ready),
            (IDLE, "media-low-warning", PrinterState::Ready),
            (PRINTING, "none", PrinterState::Busy),
            (PRINTING, "media-empty-error", PrinterState::PaperOut),
            (IDLE, "media-empty", PrinterState::PaperOut),
            (PRINTING, "marker-supply-low-report, media-needed-error", PrinterState::PaperOut),
            (PRINTING, "marker-supply-empty-error", PrinterState::InkOut),
            (PRINTING, "media-empty-error,media-jam-error", PrinterState::Jammed),
            (PRINTING, "media-jam-error door-open-error", PrinterState::CoverOpen),
            (PRINTING, "offline-report", PrinterState::Offline),
            (DISABLED, "none", PrinterState::Stopped),
            (DISABLED, "paused", PrinterState::Stopped),
            (DISABLED, "cover-open-error", PrinterState::CoverOpen),
        ] {
            assert_eq!(PrinterState::parse(&lpstat(first, alerts)), state, "{first}: {alerts}");
        }
        for nonsense in ["", "\n\n", "lpstat: ", "printer", "Alerts:"] {
            assert_eq!(PrinterState::parse(nonsense), PrinterState::Stopped, "{nonsense}");
        }
    }
}
