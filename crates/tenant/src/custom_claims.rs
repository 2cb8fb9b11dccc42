//! Claims that the tenant adds to the tokens of people, as an Action of Auth0's would (DT-3/15).
//!
//! A tenant file names them under `tenant.custom_claims`, those of ID tokens and those of access tokens apart. Each is
//! named by a URL of the tenant's owner, so that it can never pass for a claim of ours. Its value is any JSON; the text
//! `${user.…}` stands for what the person's profile holds there, and the claim is left out where that is nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::store::users::User;

/// Claims by their names.
pub(crate) type Claims = Map<String, Value>;

/// The tenant's own claims.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CustomClaims {
    pub(crate) id_token: Namespaced,
    pub(crate) access_token: Namespaced,
}

/// Claims whose names are URLs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Claims")]
pub(crate) struct Namespaced(Claims);

impl TryFrom<Claims> for Namespaced {
    type Error = InvalidClaim;

    fn try_from(claims: Claims) -> Result<Self, Self::Error> {
        match claims.keys().find(|name| !is_namespaced(name)) {
            Some(name) => Err(InvalidClaim(name.clone())),
            None => Ok(Self(claims)),
        }
    }
}

/// Auth0 keeps its own domains for itself.
fn is_namespaced(name: &str) -> bool {
    let Ok(url) = Url::parse(name) else {
        return false;
    };
    let of_auth0 = |host: &str| {
        ["auth0.com", "webtask.io", "webtask.run"].iter().any(|own| {
            host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    };
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !of_auth0(host))
}

impl Namespaced {
    /// The claims as they are about that person.
    pub(crate) fn about(&self, user: &User) -> Claims {
        let profile = user.profile();
        let value = |(name, value): (&String, &Value)| {
            let value = match reference(value) {
                Some(path) => profile.pointer(&path).filter(|value| !value.is_null())?,
                None => value,
            };
            Some((name.clone(), value.clone()))
        };
        self.0.iter().filter_map(value).collect()
    }
}

/// The JSON pointer of `${user.…}`.
fn reference(value: &Value) -> Option<String> {
    let path = value.as_str()?.strip_prefix("${user.")?.strip_suffix('}')?;
    Some(format!("/{}", path.replace('.', "/")))
}

/// The name is not one that a tenant can give.
#[derive(Debug, thiserror::Error)]
#[error(
    "the custom claim \"{0}\" must be named by a URL of your own, such as https://example.com/{0}: other names are those \
     of the standards and of Auth0"
)]
pub(crate) struct InvalidClaim(String);
