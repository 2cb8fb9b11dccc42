//! The worker's own token: whom it speaks for, signed with one of its keys (TV-4/4 to TV-4/6).

use serde::Deserialize;
use service::jwt::{self, Accepted, JwtError, UnverifiedHeader, VerifyingKey};
use wire::claims::OneOrMany;
use wire::ids::{ClientId, UserId};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::issuer::Issuer;
use crate::store::clients::Client;
use crate::store::credentials::Credential;
use crate::tenant::State as Tenant;
use crate::token::token_vault::told::Told;

/// The kind of token: nothing else that the client signs is taken for one (RFC 8725 §3.11).
const TYPE: &str = "token-vault-req+jwt";

/// Seconds for which it is good, whatever it says itself.
const LONGEST_LIFETIME: u64 = 60;

/// Seconds by which the worker's clock may be off.
const SKEW: u64 = 10;

/// Characters of what it says that it is for, and of its name.
const LONGEST_TEXT: usize = 256;

#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) sub: UserId,
    iss: ClientId,
    aud: OneOrMany,
    iat: Timestamp,
    jti: String,
    audit_context: String,
    exp: Option<Timestamp>,
    nbf: Option<Timestamp>,
    org_id: Option<String>,
}

/// What the token says, once it is known to be the client's, for this tenant, good now, and new. It is good once.
pub(super) async fn verified(
    tenant: &Tenant,
    client: &Client,
    token: &Secret,
    told: &mut Told,
    now: Timestamp,
) -> Result<Claims, WorkersTokenError> {
    let claims = signed(token, client, now)?;
    told.user_id = Some(claims.sub.clone());
    told.audit_context = Some(claims.audit_context.chars().take(LONGEST_TEXT).collect());
    claims.check(client, &tenant.issuer, now)?;
    if let Some(id) = &claims.org_id {
        let organization = tenant.organizations.find(id).await;
        let organization = organization.filter(|it| it.has_member(&claims.sub));
        organization.ok_or(WorkersTokenError::Organization)?;
    }
    let end = claims.iat.plus(LONGEST_LIFETIME + 1);
    let is_new = tenant.used_subject_tokens.take(&client.client_id, &claims.jti, end, now).await;
    is_new.then_some(claims).ok_or(WorkersTokenError::Replayed)
}

/// What the client says, signed with a key that it has for this, in that key's own algorithm. Of several keys the token
/// names its own.
fn signed(token: &Secret, client: &Client, now: Timestamp) -> Result<Claims, JwtError> {
    let keys: Vec<&Credential> = client.privileged_keys().collect();
    let mut refused = JwtError::UnknownKey;
    for credential in keys.iter().filter(|credential| credential.is_good(now)) {
        let Some(algorithm) = credential.algorithm() else { continue };
        let accepted = Accepted { algorithms: &[algorithm], types: &[TYPE] };
        let key = |header: &UnverifiedHeader| {
            let is_meant = match &header.kid {
                Some(kid) => *kid == credential.kid,
                None => keys.len() == 1,
            };
            is_meant.then(|| VerifyingKey::Rsa(credential.key.clone()))
        };
        match jwt::verify(token.expose(), &accepted, key) {
            Ok(claims) => return Ok(claims),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

impl Claims {
    fn check(
        &self,
        client: &Client,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<(), WorkersTokenError> {
        if self.iss != client.client_id {
            return Err(WorkersTokenError::Issuer);
        }
        // For nobody else: who else it is for could pass it on to here.
        if self.aud.iter().next().is_none() || self.aud.iter().any(|aud| aud != issuer.as_str()) {
            return Err(WorkersTokenError::Audience);
        }
        if now > self.iat.plus(LONGEST_LIFETIME) {
            return Err(WorkersTokenError::TooOld);
        }
        if self.exp.is_some_and(|exp| now >= exp.plus(SKEW)) {
            return Err(WorkersTokenError::Expired);
        }
        if [Some(self.iat), self.nbf].into_iter().flatten().any(|begin| begin > now.plus(SKEW)) {
            return Err(WorkersTokenError::NotYet);
        }
        if !is_text(&self.jti) {
            return Err(WorkersTokenError::Name);
        }
        if !is_text(&self.audit_context) {
            return Err(WorkersTokenError::AuditContext);
        }
        Ok(())
    }
}

fn is_text(text: &str) -> bool {
    (1..=LONGEST_TEXT).contains(&text.chars().count())
}

/// Why a worker's token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WorkersTokenError {
    #[error(transparent)]
    Jwt(#[from] JwtError),
    #[error("iss must be the client")]
    Issuer,
    #[error("aud must be the issuer, and nobody else")]
    Audience,
    #[error("It is older than a minute")]
    TooOld,
    #[error("It has expired")]
    Expired,
    #[error("It is not good yet")]
    NotYet,
    #[error("jti must have 1 to 256 characters")]
    Name,
    #[error("audit_context must have 1 to 256 characters")]
    AuditContext,
    #[error("sub is no member of the organization")]
    Organization,
    #[error("It was used before")]
    Replayed,
}
