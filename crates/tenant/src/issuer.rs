//! The tenant's own name and addresses.

use std::fmt;

use url::Url;
use wire::ids::Audience;

/// The issuer URL: `iss` of every token, and the base of every endpoint. It ends in a slash (discovery-and-tokens.md §1).
#[derive(Clone, Debug)]
pub(crate) struct Issuer(Url);

impl Issuer {
    /// An issuer is an `http` or `https` URL with a host, a path that ends in a slash, no query and no fragment
    /// ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)).
    pub(crate) fn new(url: Url) -> Option<Self> {
        let valid = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path().ends_with('/')
            && url.query().is_none()
            && url.fragment().is_none();
        valid.then_some(Self(url))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Host and port, as pages show them.
    pub(crate) fn domain(&self) -> &str {
        self.0.authority()
    }

    /// The tenant's name: the first part of its host name, as in `{tenant}.auth0.com`.
    pub(crate) fn tenant(&self) -> &str {
        match self.0.domain() {
            Some(domain) => domain.split_once('.').map_or(domain, |(name, _)| name),
            None => self.0.host_str().unwrap_or_default(),
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The URL of a path below the issuer; `path` has no leading slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Identifier of the API that `/userinfo` is.
    pub(crate) fn userinfo(&self) -> String {
        self.at("userinfo")
    }

    /// Identifier of the Management API.
    pub(crate) fn management(&self) -> Audience {
        self.at("api/v2/").into()
    }

    /// Identifier of the My Account API (CA-1/1).
    pub(crate) fn my_account(&self) -> Audience {
        self.at("me/").into()
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
