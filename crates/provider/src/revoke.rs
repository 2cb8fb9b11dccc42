//! `POST /revoke` ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009),
//! [Google](https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke)).
//!
//! As at Google, whoever holds a token may revoke it, either token ends the whole grant, the person will be asked
//! again, and a token that is not valid is an error.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};
use service::reply::NoStore;
use wire::parameters::{ParameterError, Parameters};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::people::PersonId;
use crate::router::App;
use crate::store::access_tokens::AccessTokens;
use crate::store::consents::Consents;
use crate::store::grants::{GrantId, Grants};
use crate::store::refresh_tokens::RefreshTokens;
use crate::token::error::TokenError;

/// The stores that a revocation touches.
pub(crate) struct Revocation {
    pub(crate) consents: Consents,
    pub(crate) grants: Grants,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) refresh_tokens: RefreshTokens,
}

/// `POST /revoke`: the token stands in the form or in the query.
pub(crate) async fn post(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<NoStore<Json<Value>>, TokenError> {
    let query = Parameters::from_form(query.unwrap_or_default().as_bytes())?;
    let form = Parameters::from_form(&body)?;
    let token: Secret = match (query.parse("token"), form.parse("token")) {
        (Some(token), None) | (None, Some(token)) => token,
        (Some(_), Some(_)) => return Err(ParameterError::Repeated("token".to_owned()).into()),
        (None, None) => return Err(TokenError::Missing("token")),
    };
    let revocation = app.revocation();
    let now = app.clock.now();
    if revocation.refresh_token(&token, now).await || revocation.access_token(&token, now).await {
        Ok(NoStore(Json(json!({}))))
    } else {
        Err(TokenError::InvalidToken)
    }
}

impl Revocation {
    /// Whether it was a refresh token, and a valid one.
    pub(crate) async fn refresh_token(&self, token: &Secret, now: Timestamp) -> bool {
        match self.refresh_tokens.find(token, now).await {
            Some(grant) => self.end(&grant).await,
            None => false,
        }
    }

    async fn access_token(&self, token: &Secret, now: Timestamp) -> bool {
        match self.access_tokens.find(token, now).await {
            Some(token) => self.end(&token.grant).await,
            None => false,
        }
    }

    /// Takes back everything that the person has allowed; says whether that was anything.
    pub(crate) async fn of_person(&self, person: &PersonId) -> bool {
        let ended = self.grants.end_of(person).await;
        for grant in &ended {
            self.consents.forget(grant).await;
        }
        !ended.is_empty()
    }

    async fn end(&self, grant: &GrantId) -> bool {
        let Some(grant) = self.grants.end(grant).await else {
            return false;
        };
        self.consents.forget(&grant).await;
        tracing::info!(
            sub = grant.person.as_str(),
            client = grant.client.as_str(),
            "grant revoked"
        );
        true
    }
}
