//! What the vault keeps of an account, and the journal of its refreshes.
//!
//! A provider may replace the refresh token each time it is used. From the moment when it does until its answer is kept,
//! the only good token is on the way, and a crash loses it. So the intent is recorded first, and replaced by the outcome
//! in one step. Whoever finds an intent without an outcome knows that the token may be spent: it is tried once more,
//! because the provider may never have got it or may be lenient, and if it is refused then the account is marked as one
//! that its person must connect again.

use service::digest::sha256;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::tokens::{ProviderToken, TokenSet};
use crate::upstream::UpstreamTokens;

/// Seconds after which the tokens of an account are forgotten if nobody uses them: a year (TV-5/3).
const UNUSED: u64 = 365 * 24 * 60 * 60;

/// An account's tokens, when they were used, and how they stand.
pub(super) struct Record {
    tokens: TokenSet,
    used_at: Timestamp,
    standing: Standing,
}

/// How the stored refresh token stands with the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is the latest.
    Settled,
    /// A refresh with the token of that SHA-256 began, and nobody knows how it ended.
    Refreshing([u8; 32]),
    /// The provider refused it for good: the person must connect the account again.
    Refused,
}

/// An access token with what it allows.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) token: ProviderToken,
    pub(crate) scope: ScopeSet,
}

/// A refresh that is journaled.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) refresh_token: Secret,
    /// What the account is for.
    pub(crate) scope: ScopeSet,
    /// Whether an earlier refresh with the same token was never settled.
    pub(crate) is_uncertain: bool,
}

/// Why there is nothing to refresh with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRefreshable {
    /// There is no refresh token (any more).
    NoToken,
    /// The provider has refused it before, and is not asked again.
    Refused,
}

/// How a refresh ended, as far as that is known.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The provider issued tokens for the account.
    Renewed(UpstreamTokens),
    /// The provider issued an access token that is less than the account is for.
    Narrowed(UpstreamTokens),
    /// The provider answered, and the refresh token is as good as before.
    Unused,
    /// The provider does not take the refresh token any more.
    Refused,
}

impl Record {
    pub(super) const fn new(tokens: TokenSet, now: Timestamp) -> Self {
        Self { tokens, used_at: now, standing: Standing::Settled }
    }

    pub(super) const fn tokens(&self) -> &TokenSet {
        &self.tokens
    }

    pub(super) fn needs_reconnect(&self) -> bool {
        self.standing == Standing::Refused
    }

    /// The stored access token while it lasts.
    pub(super) fn access(&mut self, now: Timestamp) -> Option<Access> {
        self.drop_what_ended(now);
        self.used_at = now;
        let token = self.tokens.access_token.clone()?;
        Some(Access { token, scope: self.tokens.scope.clone() })
    }

    pub(super) fn begin(&mut self, now: Timestamp) -> Result<Begun, NotRefreshable> {
        self.drop_what_ended(now);
        if self.needs_reconnect() {
            return Err(NotRefreshable::Refused);
        }
        let refresh_token = self.tokens.refresh_token.clone().ok_or(NotRefreshable::NoToken)?;
        let intent = Standing::Refreshing(sha256(refresh_token.expose().as_bytes()));
        let before = std::mem::replace(&mut self.standing, intent);
        let scope = self.tokens.scope.clone();
        Ok(Begun { refresh_token, scope, is_uncertain: before == intent })
    }

    pub(super) fn settle(&mut self, outcome: Outcome, now: Timestamp) {
        self.standing = Standing::Settled;
        match outcome {
            Outcome::Renewed(granted) => self.tokens.renew(granted, now),
            Outcome::Narrowed(granted) => self.tokens.rotate(granted, now),
            Outcome::Unused => {}
            Outcome::Refused => self.standing = Standing::Refused,
        }
    }

    /// Forgets what has ended at the provider, and all that nobody has used for a year.
    pub(super) fn drop_what_ended(&mut self, now: Timestamp) {
        if self.used_at.plus(UNUSED) < now {
            self.tokens.clear();
        }
        self.tokens.drop_what_ended(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1_000_000);

    /// What a provider issues: an access token for a minute.
    fn granted(refresh_token: Option<&str>, scope: Option<&str>) -> UpstreamTokens {
        UpstreamTokens {
            access_token: "at-1".into(),
            expires_in: Some(60),
            refresh_token: refresh_token.map(Into::into),
            refresh_token_expires_in: None,
            scope: scope.map(ScopeSet::from),
        }
    }

    /// An account with a refresh token and nothing else.
    fn record() -> Record {
        let tokens = TokenSet {
            scope: "a b".into(),
            access_token: None,
            refresh_token: Some("rt-0".into()),
            refresh_token_expires_at: None,
        };
        Record::new(tokens, NOW)
    }

    fn refresh_token(record: &mut Record) -> String {
        record.begin(NOW).unwrap().refresh_token.expose().to_owned()
    }

    #[test]
    fn the_answer_takes_the_place_of_the_intent_with_all_that_it_brings() {
        let mut record = record();
        assert!(!record.begin(NOW).unwrap().is_uncertain);
        let answer = granted(Some("rt-1"), Some("a"));
        record.settle(Outcome::Renewed(answer), NOW);

        let access = record.access(NOW.plus(59)).unwrap();
        assert_eq!(access.token.token.expose(), "at-1");
        assert_eq!(access.scope, ScopeSet::from("a"));
        assert!(record.access(NOW.plus(60)).is_none());
        assert_eq!(refresh_token(&mut record), "rt-1");
    }

    #[test]
    fn an_intent_without_an_outcome_is_known_when_the_next_begins() {
        let mut record = record();
        record.begin(NOW).unwrap();
        assert!(record.begin(NOW).unwrap().is_uncertain);

        record.settle(Outcome::Unused, NOW);
        assert!(!record.begin(NOW).unwrap().is_uncertain);
        assert_eq!(refresh_token(&mut record), "rt-0");
    }

    #[test]
    fn a_token_that_was_refused_is_not_used_again() {
        let mut record = record();
        record.begin(NOW).unwrap();
        record.settle(Outcome::Refused, NOW);

        assert!(record.needs_reconnect());
        assert_eq!(record.begin(NOW).unwrap_err(), NotRefreshable::Refused);
    }

    /// TV-4/7: a narrower token is for who asked for it, but the refresh token that came with it is the account's.
    #[test]
    fn a_narrower_token_is_not_kept_and_its_refresh_token_is() {
        let mut record = record();
        record.begin(NOW).unwrap();
        let answer = granted(Some("rt-1"), Some("a"));
        record.settle(Outcome::Narrowed(answer), NOW);

        assert!(record.access(NOW).is_none());
        assert_eq!(record.tokens().scope, ScopeSet::from("a b"));
        assert_eq!(refresh_token(&mut record), "rt-1");
    }

    /// TV-5/2.
    #[test]
    fn a_refresh_token_is_forgotten_when_it_ends() {
        let mut record = record();
        record.begin(NOW).unwrap();
        let answer = UpstreamTokens { refresh_token_expires_in: Some(100), ..granted(None, None) };
        record.settle(Outcome::Renewed(answer), NOW);

        assert!(record.begin(NOW.plus(99)).is_ok());
        assert_eq!(record.begin(NOW.plus(100)).unwrap_err(), NotRefreshable::NoToken);
        assert!(record.tokens().refresh_token.is_none());
    }

    /// TV-5/3.
    #[test]
    fn tokens_that_nobody_used_for_a_year_are_forgotten() {
        let mut record = record();
        record.access(NOW.plus(UNUSED));
        assert!(record.begin(NOW.plus(2 * UNUSED)).is_ok());
        assert_eq!(record.begin(NOW.plus(2 * UNUSED + 1)).unwrap_err(), NotRefreshable::NoToken);
    }
}
