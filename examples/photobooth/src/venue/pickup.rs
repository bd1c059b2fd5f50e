//! The settings of the pickup.

use std::net::IpAddr;

use serde::Deserialize;

/// The part `pickup` of the settings file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PickupSettings {
    /// Serves results on the local network. Off by default: the network is not encrypted.
    pub enabled: bool,
    /// The booth's own address in the guests' network. `None` for that of the default route.
    pub address: Option<IpAddr>,
    /// The port. 0 for any free one.
    pub port: u16,
    /// How long a picture can be fetched, in minutes.
    pub minutes: u32,
}

impl Default for PickupSettings {
    fn default() -> Self {
        Self { enabled: false, address: None, port: 0, minutes: 15 }
    }
}
