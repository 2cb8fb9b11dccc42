//! The provider's own name and address.

use url::Url;

/// The URL under which the provider is reached, without a trailing slash as Google writes its own.
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    url: String,
    domain: String,
    secure: bool,
}

impl Issuer {
    pub(crate) fn new(url: &Url) -> Self {
        Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            domain: url.authority().to_owned(),
            secure: url.scheme() == "https",
        }
    }

    /// `http://localhost:4402`.
    pub(crate) fn as_str(&self) -> &str {
        &self.url
    }

    /// `localhost:4402`, as the pages show it.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether browsers come over TLS.
    pub(crate) const fn is_secure(&self) -> bool {
        self.secure
    }
}
