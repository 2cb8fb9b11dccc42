//! What a provider issued for an account.

use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::upstream::UpstreamTokens;

/// The tokens of an account.
#[derive(Clone, Debug)]
pub(crate) struct TokenSet {
    /// What the tokens allow at the provider.
    pub(crate) scope: ScopeSet,
    pub(crate) access_token: Option<ProviderToken>,
    pub(crate) refresh_token: Option<Secret>,
    /// When the provider ends the refresh token, where it says so.
    pub(crate) refresh_token_expires_at: Option<Timestamp>,
}

/// A provider's access token.
#[derive(Clone, Debug)]
pub(crate) struct ProviderToken {
    pub(crate) token: Secret,
    pub(crate) expires_at: Timestamp,
}

impl TokenSet {
    /// The tokens of an account that was just connected; `asked` is what the provider was asked for.
    pub(crate) fn granted(granted: UpstreamTokens, asked: &ScopeSet, now: Timestamp) -> Self {
        let mut tokens = Self {
            scope: asked.clone(),
            access_token: None,
            refresh_token: None,
            refresh_token_expires_at: None,
        };
        tokens.renew(granted, now);
        tokens
    }

    /// Takes in what the provider issued in exchange for the refresh token: what it says nothing of stays.
    pub(super) fn renew(&mut self, granted: UpstreamTokens, now: Timestamp) {
        let is_renewable = granted.refresh_token.is_some() || self.refresh_token.is_some();
        self.access_token = Some(ProviderToken::of(&granted, is_renewable, now));
        if let Some(scope) = &granted.scope {
            self.scope = scope.clone();
        }
        self.rotate(granted, now);
    }

    /// Takes in the refresh token alone: the access token is not what the account is for.
    pub(super) fn rotate(&mut self, granted: UpstreamTokens, now: Timestamp) {
        let expires_at = granted.refresh_token_expires_in.map(|seconds| now.plus(seconds));
        if granted.refresh_token.is_some() {
            self.refresh_token = granted.refresh_token;
            self.refresh_token_expires_at = expires_at;
        } else if expires_at.is_some() {
            self.refresh_token_expires_at = expires_at;
        }
    }

    /// Forgets what the provider has ended by now (TV-5/2).
    pub(super) fn drop_what_ended(&mut self, now: Timestamp) {
        if self.refresh_token_expires_at.is_some_and(|end| end <= now) {
            self.refresh_token = None;
            self.refresh_token_expires_at = None;
        }
        self.access_token.take_if(|token| token.expires_at <= now);
    }

    /// Forgets everything but what it was for.
    pub(super) fn clear(&mut self) {
        self.access_token = None;
        self.refresh_token = None;
        self.refresh_token_expires_at = None;
    }
}

impl ProviderToken {
    /// The access token.
    pub(crate) fn of(granted: &UpstreamTokens, is_renewable: bool, now: Timestamp) -> Self {
        let expires_at = granted.expires_at(now, is_renewable);
        Self { token: granted.access_token.clone(), expires_at }
    }
}
