//! `private_key_jwt`: a client proves who it is by a token that it signed itself (TK-1/13, TK-1/16;
//! [RFC 7523 §2.2, §3](https://www.rfc-editor.org/rfc/rfc7523#section-3)).

use serde::Deserialize;
use service::jwt::{self, Accepted, JwtError, VerifyingKey};
use wire::claims::OneOrMany;
use wire::ids::ClientId;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::issuer::Issuer;
use crate::store::clients::Client;
use crate::store::used_assertions::UsedAssertions;

/// The one `client_assertion_type`.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds by which the client's clock may be off.
const SKEW: u64 = 10;

/// Seconds for which an assertion may be good: Auth0 takes five minutes at most.
const LONGEST_LIFETIME: u64 = 300;

/// Characters of a `jti`.
const LONGEST_JTI: usize = 64;

#[derive(Deserialize)]
struct Claims {
    iss: ClientId,
    sub: ClientId,
    aud: OneOrMany,
    exp: Timestamp,
    iat: Option<Timestamp>,
    nbf: Option<Timestamp>,
    jti: String,
}

/// Whom an assertion speaks of, before anything is checked: where the request does not name its client itself.
pub(super) fn unverified_client(assertion: &Secret) -> Result<ClientId, AssertionError> {
    #[derive(Deserialize)]
    struct Subject {
        sub: ClientId,
    }
    let Subject { sub } = jwt::unverified_claims(assertion.expose())?;
    Ok(sub)
}

/// Checks that the assertion is of the client, for this tenant, good now, and takes it: it is so once.
pub(super) async fn check(
    assertion: &Secret,
    client: &Client,
    issuer: &Issuer,
    used: &UsedAssertions,
    now: Timestamp,
) -> Result<(), AssertionError> {
    let claims = signed(assertion, client, now)?;
    claims.check(client, issuer, now)?;
    let is_new = used.take(&client.client_id, &claims.jti, claims.exp.plus(SKEW), now).await;
    is_new.then_some(()).ok_or(AssertionError::Replayed)
}

/// What the client says, signed with a key that it has and may use now, in that key's own algorithm.
fn signed(assertion: &Secret, client: &Client, now: Timestamp) -> Result<Claims, AssertionError> {
    let mut refused = JwtError::UnknownKey;
    for credential in client.keys().filter(|credential| credential.is_good(now)) {
        let Some(algorithm) = credential.algorithm() else { continue };
        let accepted = Accepted { algorithms: &[algorithm], types: &["JWT"] };
        let key = |header: &jwt::UnverifiedHeader| {
            let is_meant = header.kid.as_ref().is_none_or(|kid| *kid == credential.kid);
            is_meant.then(|| VerifyingKey::Rsa(credential.key.clone()))
        };
        match jwt::verify(assertion.expose(), &accepted, key) {
            Ok(claims) => return Ok(claims),
            Err(error) => refused = error,
        }
    }
    Err(refused.into())
}

impl Claims {
    fn check(
        &self,
        client: &Client,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<(), AssertionError> {
        if self.iss != client.client_id || self.sub != client.client_id {
            return Err(AssertionError::Subject);
        }
        // For nobody else: who else it is for could pass it on to here (RFC 7523 §3, point 3).
        if self.aud.iter().next().is_none() || self.aud.iter().any(|aud| aud != issuer.as_str()) {
            return Err(AssertionError::Audience);
        }
        if now >= self.exp.plus(SKEW) {
            return Err(AssertionError::Expired);
        }
        if self.exp > now.plus(LONGEST_LIFETIME + SKEW) {
            return Err(AssertionError::TooLong);
        }
        if [self.iat, self.nbf].into_iter().flatten().any(|begin| begin > now.plus(SKEW)) {
            return Err(AssertionError::NotYet);
        }
        if self.jti.is_empty() || self.jti.chars().count() > LONGEST_JTI {
            return Err(AssertionError::Name);
        }
        Ok(())
    }
}

/// Why an assertion proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AssertionError {
    #[error("client_assertion_type must be {JWT_BEARER}")]
    Type,
    #[error("The client has no keys to prove itself by")]
    NoKeys,
    #[error("The client assertion is not valid: {0}")]
    Jwt(#[from] JwtError),
    #[error("iss and sub of the client assertion must be the client")]
    Subject,
    #[error("aud of the client assertion must be the issuer, and nobody else")]
    Audience,
    #[error("The client assertion has expired")]
    Expired,
    #[error("The client assertion is good for more than five minutes")]
    TooLong,
    #[error("The client assertion is not good yet")]
    NotYet,
    #[error("jti of the client assertion must have 1 to 64 characters")]
    Name,
    #[error("The client assertion was used before")]
    Replayed,
}
