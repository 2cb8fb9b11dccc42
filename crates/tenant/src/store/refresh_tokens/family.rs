//! The tokens of one login: which of them is good (token.md §3.2).

use service::random;
use wire::dpop::Thumbprint;
use wire::timestamp::Timestamp;

use super::Overview;
use super::token::{Digest, Token};
use crate::authorization::Authorization;
use crate::log::RefreshTokenDetails;
use crate::store::refresh_token_settings::RefreshTokenSettings;

/// How many tokens can take the place of one, each time it is used within the leeway. More are no accident.
const SIBLINGS: usize = 100;

/// A family. Its end is fixed when it begins: neither rotation nor other settings move it (SC-8/3).
pub(super) struct Family {
    pub(super) authorization: Authorization,
    pub(super) jkt: Option<Thumbprint>,
    id: String,
    position: u64,
    expires_at: Option<Timestamp>,
    /// Seconds.
    idle_lifetime: Option<u64>,
    created_at: Timestamp,
    used_at: Timestamp,
    exchanged_at: Option<Timestamp>,
    rotates: bool,
    /// How often the tokens were replaced; the first has number 1.
    counter: u32,
    replaced_at: Timestamp,
    current: Vec<Digest>,
    previous: Vec<Digest>,
}

/// What a token is to its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The latest, or one of several.
    Current,
    /// Replaced, but so shortly ago that its owner may not know yet.
    Previous,
    /// Replaced.
    Replaced,
    /// None of its tokens.
    Unknown,
}

impl Family {
    pub(super) fn new(
        settings: &RefreshTokenSettings,
        authorization: Authorization,
        jkt: Option<Thumbprint>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        Self {
            authorization,
            jkt,
            id: random::identifier(32),
            position: 0,
            expires_at,
            idle_lifetime: settings.idle_lifetime(),
            created_at: now,
            used_at: now,
            exchanged_at: None,
            rotates: settings.rotates(),
            counter: 1,
            replaced_at: now,
            current: Vec::new(),
            previous: Vec::new(),
        }
    }

    pub(super) fn is_alive(&self, now: Timestamp) -> bool {
        [self.expires_at, self.idle_end()].into_iter().flatten().all(|end| now < end)
    }

    fn idle_end(&self) -> Option<Timestamp> {
        self.idle_lifetime.map(|lifetime| self.used_at.plus(lifetime))
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn overview(&self) -> Overview {
        Overview {
            id: self.id.clone(),
            authorization: self.authorization.clone(),
            created_at: self.created_at,
            exchanged_at: self.exchanged_at,
            expires_at: self.expires_at,
            idle_expires_at: self.idle_end(),
            rotates: self.rotates,
        }
    }

    pub(super) const fn rotates(&self) -> bool {
        self.rotates
    }

    pub(super) const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    pub(super) const fn counter(&self) -> u32 {
        self.counter
    }

    /// Where it stands among all families, by age.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    pub(super) const fn set_position(&mut self, position: u64) {
        self.position = position;
    }

    pub(super) fn details(&self, token: &Token) -> RefreshTokenDetails {
        RefreshTokenDetails {
            family_id: self.id.clone(),
            token_counter: token.counter(),
            latest_counter: self.counter,
        }
    }

    /// What a token with the family's name is to it. A family that never rotated remembers all of its tokens. Of another,
    /// only who had one of them knows its name, 128 random bits: what is neither the latest nor the one before was
    /// replaced.
    pub(super) fn standing(&self, token: &Token, leeway: u64, now: Timestamp) -> Standing {
        let digest = token.digest();
        if self.current.contains(&digest) {
            return Standing::Current;
        }
        let is_previous = self.previous.contains(&digest);
        if is_previous && now < self.replaced_at.plus(leeway) && self.current.len() < SIBLINGS {
            return Standing::Previous;
        }
        if self.rotates { Standing::Replaced } else { Standing::Unknown }
    }

    /// Makes room for another token, and says whether the family rotated before. One that did not ends by the settings
    /// from now on, unless it ends before (TK-3.2/5).
    pub(super) fn rotate(
        &mut self,
        standing: Standing,
        settings: &RefreshTokenSettings,
        now: Timestamp,
    ) -> bool {
        if standing == Standing::Current {
            self.previous = std::mem::take(&mut self.current);
            self.counter = self.counter.saturating_add(1);
            self.replaced_at = now;
        }
        self.touch(now);
        let was_rotating = std::mem::replace(&mut self.rotates, true);
        if !was_rotating {
            self.expires_at = self.expires_at.into_iter().chain(settings.end(now)).min();
            self.idle_lifetime = settings.idle_lifetime();
        }
        was_rotating
    }

    /// Takes a token as one of the current.
    pub(super) fn expect(&mut self, token: &Token) {
        self.current.push(token.digest());
    }

    pub(super) const fn touch(&mut self, now: Timestamp) {
        self.used_at = now;
        self.exchanged_at = Some(now);
    }
}
