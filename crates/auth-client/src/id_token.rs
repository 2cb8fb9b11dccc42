//! The checks of an ID token that came with a code
//! ([OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)).
//!
//! The signature is not verified, as point 6 of that section allows: the token comes straight from the token endpoint,
//! and TLS (or the loopback interface, for a tenant on this machine) tells who that is. Auth0's own browser SDK does
//! the same (sdk-expectations.md §2.2). Nobody else may take this ID token for proof of anything.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use wire::ids::{ClientId, UserId};
use wire::timestamp::Timestamp;

/// A JSON object: the header, or the claims.
type Members = Map<String, Value>;

/// Seconds by which this device's clock may differ from the tenant's (SC-9/6).
const LEEWAY: u64 = 60;

/// The person who is signed in, as far as the granted scopes tell (DT-4/6, DT-4/7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The person's id at the tenant.
    pub sub: UserId,
    /// Full name (`profile`).
    pub name: Option<String>,
    /// Casual name (`profile`).
    pub nickname: Option<String>,
    /// URL of a picture (`profile`).
    pub picture: Option<String>,
    /// Email address (`email`).
    pub email: Option<String>,
}

/// Why an ID token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{claim}: expected {expected}, got {actual}")]
pub struct IdTokenError {
    /// The claim that is wrong; `alg` is the header's, `id_token` is the token as a whole.
    pub claim: &'static str,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub actual: String,
}

impl IdTokenError {
    fn new(claim: &'static str, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { claim, expected: expected.into(), actual: actual.into() }
    }

    /// The answer has no ID token, though `openid` was asked for.
    pub(crate) fn missing() -> Self {
        Self::new("id_token", "a signed JSON Web Token", "nothing")
    }

    /// What the person in front of the page can do.
    pub(crate) const fn next_step(&self) -> &'static str {
        match self.claim.as_bytes() {
            b"iss" => {
                "Check the domain in the app's configuration: the tenant calls itself otherwise."
            }
            b"aud" | b"azp" => {
                "Check the client id in the app's configuration: the token is for another application."
            }
            b"exp" => "Check this device's clock, then log in again.",
            b"nonce" => {
                "Log in again from this app. If you came here by a link, do not trust that link."
            }
            _ => {
                "Check the application's settings at the tenant: it must sign ID tokens with RS256."
            }
        }
    }
}

/// What an ID token must agree with.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a ClientId,
    pub(crate) nonce: &'a str,
    pub(crate) now: Timestamp,
}

/// The person that the token tells of, when every check passes.
pub(crate) fn check(token: &str, expected: &Expected<'_>) -> Result<User, IdTokenError> {
    let (header, claims) = unverified_parts(token)?;
    is_text(&header, "alg", "RS256")?;
    is_text(&claims, "iss", expected.issuer)?;
    let sub = text(&claims, "sub", "an identifier")?;
    check_audience(&claims, expected.client_id.as_str())?;
    let expires_at = time(&claims, "exp")?;
    if expected.now >= expires_at.plus(LEEWAY) {
        let later = format!("a time after {}", expected.now);
        return Err(IdTokenError::new("exp", later, expires_at.to_string()));
    }
    // Its value is not compared: the nonce and the short life of a transaction tell a stale token, and a device whose
    // clock is slow must not lock its owner out.
    time(&claims, "iat")?;
    is_text(&claims, "nonce", expected.nonce)?;

    let profile = |name| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(User {
        sub: sub.into(),
        name: profile("name"),
        nickname: profile("nickname"),
        picture: profile("picture"),
        email: profile("email"),
    })
}

/// Header and claims of a signed token in its compact form ([RFC 7515 §7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)).
fn unverified_parts(token: &str) -> Result<(Members, Members), IdTokenError> {
    let decode = |part: &str| {
        let json = URL_SAFE_NO_PAD.decode(part).ok()?;
        wire::json::from_str(std::str::from_utf8(&json).ok()?).ok()
    };
    let mut parts = token.split('.');
    match (parts.next().and_then(decode), parts.next().and_then(decode), parts.next(), parts.next())
    {
        (Some(header), Some(claims), Some(_), None) => Ok((header, claims)),
        _ => Err(IdTokenError::new("id_token", "a signed JSON Web Token", "something else")),
    }
}

/// `aud` names this client; with several names in it, or with an `azp`, `azp` is this client too (points 3 to 5).
fn check_audience(claims: &Members, client_id: &str) -> Result<(), IdTokenError> {
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audiences.contains(&client_id) {
        let actual = if audiences.is_empty() { "nothing".to_owned() } else { audiences.join(", ") };
        return Err(IdTokenError::new("aud", client_id, actual));
    }
    if audiences.len() > 1 || claims.contains_key("azp") {
        is_text(claims, "azp", client_id)?;
    }
    Ok(())
}

fn is_text(claims: &Members, claim: &'static str, expected: &str) -> Result<(), IdTokenError> {
    let actual = text(claims, claim, expected)?;
    if actual == expected { Ok(()) } else { Err(IdTokenError::new(claim, expected, actual)) }
}

fn text<'a>(
    claims: &'a Members,
    claim: &'static str,
    expected: &str,
) -> Result<&'a str, IdTokenError> {
    match claims.get(claim).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(IdTokenError::new(claim, expected, kind(claims.get(claim)))),
    }
}

fn time(claims: &Members, claim: &'static str) -> Result<Timestamp, IdTokenError> {
    let seconds = claims.get(claim).and_then(Value::as_u64);
    seconds
        .map(Timestamp::from_epoch)
        .ok_or_else(|| IdTokenError::new(claim, "seconds since 1970", kind(claims.get(claim))))
}

/// What stands where something else should.
const fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None | Some(Value::Null) => "nothing",
        Some(Value::String(_)) => "a text",
        Some(Value::Number(_)) => "a number",
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => "something else",
    }
}
