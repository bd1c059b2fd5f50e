//! The booth's address in the local network.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use super::error::PickupError;

/// An address of the block for documentation (RFC 5737). It belongs to nobody.
const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// The address from which the system would send to other networks. Nothing is sent: connecting a UDP socket only looks
/// up the route.
///
/// # Errors
/// [`PickupError::NoNetwork`] without a route.
pub fn local_address() -> Result<IpAddr, PickupError> {
    let route = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect(ELSEWHERE)?;
        Ok(socket.local_addr()?.ip())
    };
    route().map_err(PickupError::NoNetwork)
}
