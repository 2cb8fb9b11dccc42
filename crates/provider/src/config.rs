//! What the provider is told when it starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use clap::builder::BoolishValueParser;
use url::Url;

/// Where the tenant of `cargo dev` waits for the browser.
const TENANT_REDIRECT_URI: &str = "http://localhost:4400/login/callback";

/// Google's access tokens live 3599 seconds.
const TOKEN_LIFETIME: u64 = 3599;

/// Flags and environment variables.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen at; port 0 picks a free one
    #[arg(long, env = "PROVIDER_LISTEN", default_value_t = Self::default().listen)]
    pub listen: SocketAddr,
    /// URL under which browsers and clients reach the provider, where it is not the address that it listens at
    #[arg(long, env = "PROVIDER_ISSUER")]
    pub issuer: Option<Url>,
    /// Further redirect URI of the client `strongroom-tenant` (repeatable), beside the one of `cargo dev`
    #[arg(long = "redirect-uri", env = "PROVIDER_REDIRECT_URI", value_delimiter = ' ')]
    pub redirect_uris: Vec<RedirectUri>,
    /// Seconds that an access token lives
    #[arg(long, env = "PROVIDER_TOKEN_LIFETIME", default_value_t = TOKEN_LIFETIME)]
    pub token_lifetime: u64,
    /// Seconds that a refresh token lives, which answers then say; for as long as the consent when left out
    #[arg(long, env = "PROVIDER_REFRESH_TOKEN_LIFETIME")]
    pub refresh_token_lifetime: Option<u64>,
    /// Whether each refresh gives a new refresh token and ends the one before
    #[arg(long, env = "PROVIDER_ROTATE_REFRESH_TOKENS", value_parser = BoolishValueParser::new())]
    pub rotate_refresh_tokens: bool,
}

impl Config {
    /// Every address at which the client may be answered.
    pub(crate) fn registered_redirect_uris(&self) -> Vec<RedirectUri> {
        let known = TENANT_REDIRECT_URI.parse().ok();
        known.into_iter().chain(self.redirect_uris.iter().cloned()).collect()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 4402)),
            issuer: None,
            redirect_uris: Vec::new(),
            token_lifetime: TOKEN_LIFETIME,
            refresh_token_lifetime: None,
            rotate_refresh_tokens: false,
        }
    }
}

/// An absolute URL without a fragment, at which a client takes its answers
/// ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)). Compared as text, character by character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

impl RedirectUri {
    /// As it was registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }
}

impl FromStr for RedirectUri {
    type Err = InvalidRedirectUri;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri)?;
        // A browser would run or show these itself instead of taking the answer to a client.
        let harmless =
            !matches!(url.scheme(), "javascript" | "data" | "vbscript" | "blob" | "file");
        let valid = harmless && url.fragment().is_none();
        valid.then(|| Self { text: text.to_owned(), url }).ok_or(InvalidRedirectUri)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is no redirect URI.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a redirect URI is an absolute URL without a fragment, such as {TENANT_REDIRECT_URI}")]
pub struct InvalidRedirectUri;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenants_own_redirect_uri_is_always_registered() {
        let further = "http://localhost:9000/back".parse().unwrap();
        let config = Config { redirect_uris: vec![further], ..Config::default() };

        let registered = config.registered_redirect_uris();

        let texts: Vec<&str> = registered.iter().map(RedirectUri::as_str).collect();
        assert_eq!(texts, [TENANT_REDIRECT_URI, "http://localhost:9000/back"]);
    }

    #[test]
    fn what_is_no_absolute_url_or_has_a_fragment_is_no_redirect_uri() {
        for text in ["/callback", "localhost", "http://localhost/#here", "javascript:alert(1)", ""]
        {
            assert_eq!(text.parse::<RedirectUri>(), Err(InvalidRedirectUri), "{text}");
        }
    }
}
