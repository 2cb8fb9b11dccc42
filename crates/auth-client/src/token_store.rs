//! Tokens, in memory only: a reload forgets them, and a script that reads the browser's storage finds none.

use wire::ids::Audience;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::error::AuthError;
use crate::id_token::User;

/// A token for an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The token itself, for the `Authorization` header.
    pub token: Secret,
    /// What the tenant granted, which may be more than was asked for here.
    pub scope: ScopeSet,
    /// When the API will start to refuse it.
    pub expires_at: Timestamp,
}

/// The tokens of one login: one set per audience and scope.
#[derive(Clone)]
pub(crate) struct TokenSet {
    /// The API; `None` for a token that only the tenant's own `/userinfo` takes.
    pub(crate) audience: Option<Audience>,
    /// What the app asked for.
    pub(crate) asked: ScopeSet,
    /// The token and what was granted.
    pub(crate) access_token: AccessToken,
    /// When we stop handing it out, some time before it expires: a request needs time to arrive.
    pub(crate) good_until: Timestamp,
}

impl TokenSet {
    fn is_live(&self, now: Timestamp) -> bool {
        now < self.good_until
    }
}

/// Everything that is known of the person who is signed in.
#[derive(Default)]
pub(crate) struct TokenStore {
    user: Option<User>,
    /// The newest last.
    sets: Vec<TokenSet>,
}

impl TokenStore {
    /// Keeps the tokens of a login. Those of another person go, and so does the set that this one replaces.
    pub(crate) fn keep(&mut self, user: User, set: TokenSet, now: Timestamp) {
        if self.user.as_ref().is_some_and(|known| known.sub != user.sub) {
            self.sets.clear();
        }
        self.sets.retain(|old| {
            old.is_live(now) && (old.audience != set.audience || old.asked != set.asked)
        });
        self.sets.push(set);
        self.user = Some(user);
    }

    /// A token for `audience` that allows at least `scope`.
    pub(crate) fn find(
        &self,
        audience: &Audience,
        scope: &ScopeSet,
        now: Timestamp,
    ) -> Result<AccessToken, AuthError> {
        let fitting = || self.live(now).filter(|set| set.audience.as_ref() == Some(audience));
        if let Some(set) = fitting().find(|set| set.access_token.scope.contains_all(scope)) {
            return Ok(set.access_token.clone());
        }
        // Asked for and not granted: another login would end the same way, so this is no `LoginRequired`.
        match fitting().find(|set| set.asked.contains_all(scope)) {
            Some(set) => Err(AuthError::ScopeNotGranted {
                missing: scope.filtered(|scope| !set.access_token.scope.contains(scope)),
            }),
            None => Err(AuthError::LoginRequired),
        }
    }

    /// Who is signed in: somebody, as long as any of their tokens can be used.
    pub(crate) fn user(&self, now: Timestamp) -> Option<&User> {
        self.live(now).next().and(self.user.as_ref())
    }

    /// When the newest token expires that can still be used.
    pub(crate) fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.live(now).next().map(|set| set.access_token.expires_at)
    }

    /// Forgets everybody and everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The newest first.
    fn live(&self, now: Timestamp) -> impl Iterator<Item = &TokenSet> {
        self.sets.iter().rev().filter(move |set| set.is_live(now))
    }
}
