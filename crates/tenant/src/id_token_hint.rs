//! `id_token_hint`: an ID token of ours that its client brings back, to say of whom it speaks (OpenID Connect Core
//! §3.1.2.1, AZ-1/24).

use serde::Deserialize;
use service::jwt::{self, Accepted, Algorithm, JwtError, VerifyingKey};
use wire::ids::UserId;

use crate::keys::SigningMethod;
use crate::store::clients::Client;
use crate::tenant::State as Tenant;

/// What counts of an ID token that is shown again.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: Option<String>,
    /// Access tokens name their client so, ID tokens never (SC-9/3).
    azp: Option<String>,
}

/// What an ID token says that the tenant issued. It may have expired: it lets nobody in.
pub(crate) struct Hint {
    /// Of whom it speaks.
    pub(crate) sub: UserId,
    /// The session that it was issued in.
    pub(crate) sid: Option<String>,
}

/// Whom an ID token speaks of, that the tenant issued to this client.
pub(crate) fn subject(tenant: &Tenant, client: &Client, token: &str) -> Result<UserId, NotAHint> {
    read(tenant, client, token).map(|hint| hint.sub)
}

/// What an ID token says, and the client that it was issued to: the token names it.
pub(crate) async fn of_any_client(
    tenant: &Tenant,
    token: &str,
) -> Result<(Client, Hint), NotAHint> {
    #[derive(Deserialize)]
    struct Unverified {
        aud: String,
    }
    let Unverified { aud } = jwt::unverified_claims(token)?;
    let client = tenant.clients.find(&aud.into()).await.ok_or(NotAHint)?;
    let hint = read(tenant, &client, token)?;
    Ok((client, hint))
}

fn read(tenant: &Tenant, client: &Client, token: &str) -> Result<Hint, NotAHint> {
    let types = &["JWT"];
    let claims: Claims = match client.signing_method() {
        SigningMethod::Shared(secret) => {
            let algorithms = &[Algorithm::HS256];
            jwt::verify(token, &Accepted { algorithms, types }, |_| {
                Some(VerifyingKey::Shared(secret))
            })
        }
        SigningMethod::Rsa(alg) => {
            let algorithms = &[alg.algorithm()];
            jwt::verify(token, &Accepted { algorithms, types }, |header| {
                tenant.keys.find(header.kid.as_deref()?).map(VerifyingKey::Rsa)
            })
        }
    }?;
    let is_ours = claims.iss == tenant.issuer.as_str()
        && claims.aud == client.client_id.as_str()
        && claims.azp.is_none();
    is_ours.then_some(Hint { sub: claims.sub, sid: claims.sid }).ok_or(NotAHint)
}

/// It is no ID token of the tenant's to this client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotAHint;

impl From<JwtError> for NotAHint {
    fn from(_: JwtError) -> Self {
        Self
    }
}
