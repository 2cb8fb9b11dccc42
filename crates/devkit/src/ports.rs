//! Ports are looked at before anything is built, so that a taken one ends a command at once.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// A port that a part of the stack is about to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who listens, as a reader calls it.
    pub who: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// How to give it another port.
    pub flag: &'static str,
}

/// Somebody else listens there already.
#[derive(Debug, thiserror::Error)]
#[error(
    "port {port} is taken, so the {who} cannot listen there: stop what uses it, or change the port by {flag}"
)]
pub struct PortTaken {
    port: u16,
    who: &'static str,
    flag: &'static str,
}

/// Makes sure that each claimed port is free.
///
/// # Errors
///
/// Names the first port that is taken, and how to choose another.
pub fn check(claims: &[Claim]) -> Result<(), PortTaken> {
    match claims.iter().find(|claim| taken(claim.address)) {
        None => Ok(()),
        Some(Claim { who, address, flag }) => Err(PortTaken { port: address.port(), who, flag }),
    }
}

/// Both loopback addresses of a port, for a server that listens on both.
#[must_use]
pub fn loopback(port: u16) -> [SocketAddr; 2] {
    [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
        .map(|ip| SocketAddr::new(ip, port))
}

/// Only "in use" counts: an address that this machine does not have is no obstacle here, and the server says it better.
fn taken(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}

#[cfg(test)]
mod tests {
    use super::{Claim, check, loopback};
    use std::net::TcpListener;

    #[test]
    fn a_taken_port_is_named_together_with_the_flag_that_changes_it() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let claim = Claim { who: "tenant", address, flag: "`--listen`" };

        let message = check(&[claim]).expect_err("the port is taken").to_string();

        assert!(message.contains(&format!("port {}", address.port())), "{message}");
        assert!(message.contains("tenant") && message.contains("`--listen`"), "{message}");
    }

    #[test]
    fn a_free_port_is_no_obstacle() {
        let claim = |address| Claim { who: "tenant", address, flag: "`--listen`" };
        let claims = loopback(0).map(claim);

        assert!(check(&claims).is_ok());
    }
}
