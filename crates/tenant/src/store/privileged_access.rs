//! What a privileged worker may have of the vault, in whose name it likes (token-vault.md §4).

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use wire::ids::ConnectionName;

use crate::store::credentials::CredentialId;

/// `token_vault_privileged_access` of a client. Whatever is left out allows nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PrivilegedAccess {
    /// The keys of the client that its subject tokens are signed with.
    pub(crate) credentials: Vec<CredentialId>,
    /// Where it calls from.
    pub(crate) ip_allowlist: Vec<AddressRange>,
    /// What it may have.
    pub(crate) grants: Vec<PrivilegedGrant>,
}

/// Scopes at the provider of a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PrivilegedGrant {
    pub(crate) connection: ConnectionName,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

impl PrivilegedAccess {
    /// Whether requests may come from that address.
    pub(crate) fn allows_address(&self, address: IpAddr) -> bool {
        self.ip_allowlist.iter().any(|range| range.contains(address))
    }

    /// The scopes that it may have of a connection; `None` where it may have nothing.
    pub(crate) fn granted(&self, connection: &ConnectionName) -> Option<&[String]> {
        let grant = self.grants.iter().find(|grant| grant.connection == *connection)?;
        Some(&grant.scopes)
    }
}

/// An address or a range of them (RFC 4632 §3.1, RFC 4291 §2.3), IPv4 or IPv6; shown as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct AddressRange {
    text: String,
    range: IpNet,
}

impl AddressRange {
    /// Whether the address is among them. An IPv4 address is the same when it comes written as IPv6 (RFC 4291 §2.5.5.2).
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let mapped = match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V6(address.to_ipv6_mapped()),
            address @ IpAddr::V6(_) => address,
        };
        self.range.contains(&address.to_canonical()) || self.range.contains(&mapped)
    }
}

impl TryFrom<String> for AddressRange {
    type Error = NoAddressRange;

    fn try_from(text: String) -> Result<Self, NoAddressRange> {
        let of_one = |address: IpAddr| IpNet::from(address.to_canonical());
        let range = IpNet::from_str(&text).or_else(|_| text.parse().map(of_one));
        let range = range.map_err(|_| NoAddressRange)?;
        Ok(Self { text, range })
    }
}

impl From<AddressRange> for String {
    fn from(range: AddressRange) -> Self {
        range.text
    }
}

/// The text is neither an address nor a range in CIDR notation.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("ip_allowlist takes IPv4 and IPv6 addresses and CIDR ranges")]
pub(crate) struct NoAddressRange;

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(range: &str, address: &str) -> bool {
        let range = AddressRange::try_from(range.to_owned()).unwrap();
        range.contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_in_its_range_however_it_is_written() {
        for (range, inside, outside) in [
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2"),
            ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.9/24", "::ffff:192.0.2.1", "2001:db8::1"),
            ("::ffff:192.0.2.0/120", "192.0.2.1", "192.0.3.1"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("2001:db8::1", "2001:db8:0::1", "2001:db8::2"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
        ] {
            assert!(contains(range, inside), "{inside} in {range}");
            assert!(!contains(range, outside), "{outside} in {range}");
        }
    }

    #[test]
    fn nothing_else_is_a_range() {
        for text in ["", "localhost", "192.0.2", "192.0.2.1/33", "2001:db8::/129", "192.0.2.1 "] {
            assert!(AddressRange::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
