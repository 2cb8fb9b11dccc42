//! Access tokens: from memory, or else by the refresh token (token.md §3).

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use wire::ids::Audience;
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;
use wire::token::TokenResponse;

use super::{AuthClient, Inner};
use crate::error::AuthError;
use crate::id_token::{self, Expected, IdTokenError};
use crate::platform::Platform;
use crate::token_endpoint;
use crate::token_store::{AccessToken, Renewal, TokenSet};

/// A renewal that is under way.
pub(super) type Renewing = Shared<LocalBoxFuture<'static, Result<(), AuthError>>>;

impl<P: Platform> AuthClient<P> {
    /// A token for `audience` that allows at least `scope`: from memory, or renewed where the login brought a refresh
    /// token.
    ///
    /// One renewal at a time, whoever asks: a refresh token that rotates works once, and its second use would end the
    /// login (TK-3.1).
    ///
    /// # Errors
    ///
    /// [`AuthError::LoginRequired`] when only another login helps; [`AuthError::ScopeNotGranted`] when one was asked
    /// for with this scope and the tenant granted less; or why the tenant could not be asked.
    pub async fn get_token(
        &self,
        audience: &Audience,
        scope: &ScopeSet,
    ) -> Result<AccessToken, AuthError> {
        loop {
            let known = self.find_token(audience, scope);
            if !matches!(known, Err(AuthError::LoginRequired)) {
                return known;
            }
            let under_way = self.0.renewing.borrow().clone();
            if let Some(renewing) = under_way {
                // How it ended is for whoever began it: it may have been for another API.
                let _ = renewing.await;
                continue;
            }
            let renewing = self.clone().renew(audience.clone(), scope.clone());
            let renewing = renewing.boxed_local().shared();
            self.0.renewing.replace(Some(renewing.clone()));
            renewing.await?;
            return self.find_token(audience, scope);
        }
    }

    pub(super) fn find_token(
        &self,
        audience: &Audience,
        scope: &ScopeSet,
    ) -> Result<AccessToken, AuthError> {
        self.0.tokens.borrow().find(audience, scope, self.now())
    }

    async fn renew(self, audience: Audience, scope: ScopeSet) -> Result<(), AuthError> {
        let outcome = self.renewed(audience, scope).await;
        self.0.renewing.take();
        outcome
    }

    async fn renewed(&self, audience: Audience, scope: ScopeSet) -> Result<(), AuthError> {
        let Inner { config, platform, tokens, .. } = &*self.0;
        let renewal = tokens.borrow().renewal().ok_or(AuthError::LoginRequired)?;
        let is_of_the_login = renewal.audience.as_ref() == Some(&audience);
        // For the API of the login, all that the login asked for: the next to ask may want more of it.
        let scope = if is_of_the_login { renewal.scope.clone() } else { scope };
        let other = (!is_of_the_login).then_some((&audience, &scope));

        let (logouts, asked_at) = (self.0.logouts.get(), self.now());
        let answer = token_endpoint::renew(&renewal.refresh_token, other, config, platform).await;
        if self.0.logouts.get() != logouts {
            return Err(AuthError::LoginRequired);
        }
        let answer = answer.map_err(|error| self.without_renewal(error))?;
        self.check_person(&answer)?;
        let refresh_token = answer.refresh_token.clone().unwrap_or(renewal.refresh_token);
        let renewal = Renewal { refresh_token, ..renewal };
        let set = self.token_set(answer, asked_at, Some(audience), scope);
        let mut tokens = tokens.borrow_mut();
        tokens.keep_renewal(Some(renewal));
        tokens.keep_another(set, self.now());
        Ok(())
    }

    /// What a refusal means: the refresh token has ended, or it does not reach this API. A login helps in both cases.
    fn without_renewal(&self, error: AuthError) -> AuthError {
        match error {
            AuthError::TokenEndpoint(OAuthError { error: ErrorCode::ServerError, .. }) => error,
            AuthError::TokenEndpoint(OAuthError { error: ErrorCode::InvalidGrant, .. }) => {
                self.0.tokens.borrow_mut().keep_renewal(None);
                AuthError::LoginRequired
            }
            AuthError::TokenEndpoint(_) => AuthError::LoginRequired,
            error => error,
        }
    }

    /// A renewal may tell again who it is for: whoever logged in, and nobody else.
    fn check_person(&self, answer: &TokenResponse) -> Result<(), AuthError> {
        let Some(id_token) = &answer.id_token else {
            return Ok(());
        };
        let Inner { config, tokens, .. } = &*self.0;
        let issuer = config.domain.issuer();
        let expected = Expected {
            issuer: &issuer,
            client_id: &config.client_id,
            nonce: None,
            now: self.now(),
        };
        let person = id_token::check(id_token.expose(), &expected)?;
        match tokens.borrow().known_person() {
            Some(known) if known.sub != person.sub => {
                Err(IdTokenError::another_person(&known.sub, &person.sub).into())
            }
            _ => Ok(()),
        }
    }

    /// What the token endpoint answered, to be kept.
    pub(super) fn token_set(
        &self,
        answer: TokenResponse,
        asked_at: Timestamp,
        audience: Option<Audience>,
        asked: ScopeSet,
    ) -> TokenSet {
        let leeway = self.0.expiry_leeway.get().min(answer.expires_in / 2);
        TokenSet {
            audience,
            access_token: AccessToken {
                token: answer.access_token,
                // RFC 6749 §5.1: an answer without a scope grants what was asked for.
                scope: answer.scope.unwrap_or_else(|| asked.clone()),
                expires_at: asked_at.plus(answer.expires_in),
            },
            asked,
            good_until: asked_at.plus(answer.expires_in - leeway),
        }
    }
}
