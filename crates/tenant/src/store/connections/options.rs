//! What the tenant needs to be a client of a connection's provider, in Auth0's names (`ConnectionOptionsGoogleOAuth2`,
//! `ConnectionOptionsGitHub` and `ConnectionOptionsOAuth2` of its SDKs).

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::{Host, Url};
use wire::ids::ClientId;
use wire::secret::Secret;

use crate::upstream::strategy::Place;

/// The options of one connection.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "Auth0's options of a connection are switches")]
pub(crate) struct ConnectionOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<ClientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<Secret>,
    #[serde(skip_serializing_if = "Scopes::is_unset")]
    pub(crate) scope: Scopes,
    /// Whether a refresh token is asked for when somebody connects an account; Google's word for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) offline_access: bool,
    /// Whether people cannot make themselves an account.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) disable_signup: bool,
    /// Kept and shown: nobody can change a password here in any case.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) disable_self_service_change_password: bool,
    #[serde(rename = "authorizationURL", skip_serializing_if = "Option::is_none")]
    authorization_url: Option<EndpointUrl>,
    #[serde(rename = "tokenURL", skip_serializing_if = "Option::is_none")]
    token_url: Option<EndpointUrl>,
    /// Ours on a custom connection, where Auth0 has a script instead; the name is the one of its `oidc` connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_endpoint: Option<EndpointUrl>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) pkce_enabled: bool,
    /// Parameters that every authorization request has.
    #[serde(rename = "authParams", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) auth_params: BTreeMap<String, String>,
    /// Headers of every request to the token endpoint.
    #[serde(rename = "customHeaders", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) custom_headers: BTreeMap<String, Secret>,
    /// What stands there to be read again: flags of scopes, and what means nothing here.
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl ConnectionOptions {
    /// Whether an option that stands for a scope is on.
    pub(crate) fn has_flag(&self, name: &str) -> bool {
        self.others.get(name) == Some(&Value::Bool(true))
    }

    /// The names of the scripts that stand in the options.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &str> {
        let scripts = self.others.get("scripts").and_then(Value::as_object).into_iter().flatten();
        scripts.map(|(name, _)| name.as_str())
    }

    /// The endpoint that the options give.
    pub(crate) fn endpoint(&self, place: Place) -> Option<Url> {
        let endpoint = match place {
            Place::Authorization => &self.authorization_url,
            Place::Token => &self.token_url,
            Place::Profile => &self.userinfo_endpoint,
        };
        endpoint.as_ref().map(|endpoint| endpoint.url.clone())
    }
}

/// Scopes that a connection asks for: a list, or one text as custom connections have it (MG-7).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "ScopesAsWritten", into = "ScopesAsWritten")]
pub(crate) struct Scopes {
    scopes: Vec<String>,
    text: Option<String>,
}

/// As it stands in the options.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum ScopesAsWritten {
    List(Vec<String>),
    Text(String),
}

impl Scopes {
    fn is_unset(&self) -> bool {
        self.scopes.is_empty() && self.text.is_none()
    }
}

impl Default for Scopes {
    fn default() -> Self {
        ScopesAsWritten::List(Vec::new()).into()
    }
}

impl Deref for Scopes {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.scopes
    }
}

impl From<ScopesAsWritten> for Scopes {
    fn from(written: ScopesAsWritten) -> Self {
        match written {
            ScopesAsWritten::List(scopes) => Self { scopes, text: None },
            // Providers that separate by commas are asked so at Auth0; the scopes are the same.
            ScopesAsWritten::Text(text) => {
                let scopes = text.split([' ', ',']).filter(|scope| !scope.is_empty());
                Self { scopes: scopes.map(str::to_owned).collect(), text: Some(text) }
            }
        }
    }
}

impl From<Scopes> for ScopesAsWritten {
    fn from(Scopes { scopes, text }: Scopes) -> Self {
        text.map_or(Self::List(scopes), Self::Text)
    }
}

/// Where a custom provider answers: over TLS, or on this machine. It has no fragment, and no password in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct EndpointUrl {
    text: String,
    url: Url,
}

impl TryFrom<String> for EndpointUrl {
    type Error = InvalidEndpoint;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).map_err(|_| InvalidEndpoint)?;
        let protected = match url.scheme() {
            "https" => url.has_host(),
            "http" => is_loopback(&url),
            _ => false,
        };
        let plain =
            url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        (protected && plain).then_some(Self { text, url }).ok_or(InvalidEndpoint)
    }
}

impl From<EndpointUrl> for String {
    fn from(endpoint: EndpointUrl) -> Self {
        endpoint.text
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
        Some(Host::Ipv6(address)) => Ipv6Addr::is_loopback(&address),
        None => false,
    }
}

/// The text is no endpoint of a provider.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an endpoint is an https URL, or an http URL on loopback, without user, password or fragment"
)]
struct InvalidEndpoint;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn endpoints_are_protected_or_on_this_machine() {
        for good in [
            "https://provider.example/token",
            "https://provider.example/token?tenant=1",
            "http://localhost:9000/token",
            "http://oauth.localhost/token",
            "http://127.0.0.1:9000/token",
            "http://[::1]:9000/token",
        ] {
            let endpoint = EndpointUrl::try_from(good.to_owned());
            assert_eq!(endpoint.map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "/token",
            "http://provider.example/token",
            "http://localhost.provider.example/token",
            "http://10.0.0.1/token",
            "http://169.254.169.254/latest",
            "https://user@provider.example/token",
            "https://user:password@provider.example/token",
            "https://provider.example/token#top",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            assert_eq!(EndpointUrl::try_from(bad.to_owned()), Err(InvalidEndpoint), "{bad}");
        }
    }

    /// MG-7: what is read again is what was written.
    #[test]
    fn options_are_kept_as_they_were_written() {
        for options in [
            json!({}),
            json!({ "scope": ["email", "profile"], "email": true }),
            json!({ "scope": "read write", "pkce_enabled": true }),
            json!({ "authorizationURL": "https://p.example/a", "tokenURL": "https://p.example/t" }),
            json!({ "scripts": { "fetchUserProfile": "function(t, c, cb) {}" }, "icon_url": "https://p.example/i" }),
        ] {
            let typed: ConnectionOptions = serde_json::from_value(options.clone()).unwrap();
            assert_eq!(serde_json::to_value(typed).unwrap(), options);
        }
    }

    #[test]
    fn scopes_in_one_text_are_as_many_as_it_separates() {
        for text in ["read write", "read,write", "read, write"] {
            let options: ConnectionOptions =
                serde_json::from_value(json!({ "scope": text })).unwrap();
            assert_eq!(*options.scope, ["read", "write"]);
        }
    }
}
