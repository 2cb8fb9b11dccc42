//! What a client must know: where its tenant is, who it is there, and where it wants the answer.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use wire::ids::ClientId;

/// The settings of one application at one tenant.
#[derive(Clone, Debug)]
pub struct Config {
    /// The tenant.
    pub domain: Domain,
    /// The application as the tenant knows it.
    pub client_id: ClientId,
    /// Where the tenant sends the browser back to; one of the application's Allowed Callback URLs, letter by letter.
    pub redirect_uri: String,
}

/// A tenant's address, written as Auth0's SDKs take it: a bare domain means `https://`, and `http://…` is kept as it is
/// for a tenant on this machine (sdk-expectations.md §1).
///
/// ```
/// use auth_client::Domain;
///
/// let tenant: Domain = "example.eu.auth0.com".parse()?;
/// assert_eq!(tenant.origin(), "https://example.eu.auth0.com");
/// assert_eq!(tenant.issuer(), "https://example.eu.auth0.com/");
/// let local: Domain = "http://localhost:4400".parse()?;
/// assert_eq!(local.origin(), "http://localhost:4400");
/// assert!("https://example.com/path".parse::<Domain>().is_err());
/// # Ok::<(), auth_client::InvalidDomain>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Domain(String);

impl Domain {
    /// Scheme, host and port, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// The name that the tenant gives itself in tokens: the origin with a slash at the end (DT-1/1).
    #[must_use]
    pub fn issuer(&self) -> String {
        self.endpoint("/")
    }

    /// The address of one of the tenant's endpoints.
    pub(crate) fn endpoint(&self, path: &str) -> String {
        [&self.0, path].concat()
    }
}

impl FromStr for Domain {
    type Err = InvalidDomain;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, authority) = match text.split_once("://") {
            Some(("https", authority)) => ("https", authority),
            Some(("http", authority)) => ("http", authority),
            Some(_) => return Err(InvalidDomain),
            None => ("https", text),
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if !is_host_and_port(authority) {
            return Err(InvalidDomain);
        }
        // Browsers write hosts in lower case, and so does a tenant in `iss`, which is compared letter by letter.
        let authority = authority.to_ascii_lowercase();
        Ok(Self([scheme, "://", &authority].concat()))
    }
}

impl TryFrom<String> for Domain {
    type Error = InvalidDomain;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Neither credentials nor a path, query or fragment: they would change where codes and tokens go.
fn is_host_and_port(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host_is_good = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(ipv6) => ipv6.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'),
        None => host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    };
    let port_is_good =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    !host.is_empty() && host_is_good && port.is_none_or(port_is_good)
}

/// The text is not a domain with an optional port, alone or after `https://` or `http://`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a tenant's domain is a host and maybe a port, with https:// or http:// before it or nothing"
)]
pub struct InvalidDomain;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_an_origin_however_it_is_written() {
        let origin = |text: &str| text.parse::<Domain>().map(|domain| domain.0);
        assert_eq!(origin("tenant.example"), Ok("https://tenant.example".to_owned()));
        assert_eq!(origin("Tenant.Example/"), Ok("https://tenant.example".to_owned()));
        assert_eq!(origin("tenant.example:8443"), Ok("https://tenant.example:8443".to_owned()));
        assert_eq!(origin("https://tenant.example"), Ok("https://tenant.example".to_owned()));
        assert_eq!(origin("http://localhost:4400/"), Ok("http://localhost:4400".to_owned()));
        assert_eq!(origin("http://[::1]:4400"), Ok("http://[::1]:4400".to_owned()));
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_domain() {
        for text in [
            "",
            "https://",
            "ftp://tenant.example",
            "javascript://tenant.example",
            "https://user@tenant.example",
            "tenant.example/path",
            "tenant.example?query",
            "tenant.example#fragment",
            "tenant.example:port",
            "tenant.example:99999",
            ":4400",
            "two words",
            "tenant.example\\@evil.example",
        ] {
            assert_eq!(text.parse::<Domain>(), Err(InvalidDomain), "{text}");
        }
    }

    #[test]
    fn a_domain_is_read_from_a_configuration_file() {
        let domain: Domain = serde_json::from_str(r#""tenant.example""#).unwrap();
        assert_eq!(domain.issuer(), "https://tenant.example/");
        assert!(serde_json::from_str::<Domain>(r#""a b""#).is_err());
    }
}
