//! How long a client's refresh tokens live, and whether each use replaces them (token.md §3.1).

use serde::{Deserialize, Serialize};
use wire::ids::Audience;
use wire::timestamp::Timestamp;

/// The `refresh_token` object of a client. What it lacks is as Auth0's API creates it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RefreshTokenSettings {
    pub(crate) rotation_type: RotationType,
    pub(crate) expiration_type: ExpirationType,
    /// Seconds in which the token before the current one is still taken (TK-3.2/2).
    pub(crate) leeway: u64,
    /// Seconds from the login on, however often a token is used.
    pub(crate) token_lifetime: u64,
    pub(crate) infinite_token_lifetime: bool,
    pub(crate) infinite_idle_token_lifetime: bool,
    /// Seconds from one use to the next.
    pub(crate) idle_token_lifetime: u64,
    /// Which other APIs the tokens are good for (token.md §3.3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) policies: Vec<RefreshTokenPolicy>,
}

/// Whether a use replaces the token (TK-3.1/1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RotationType {
    Rotating,
    NonRotating,
}

/// Whether tokens end at all (TK-3.1/2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExpirationType {
    Expiring,
    NonExpiring,
}

/// An API that a refresh token is good for beside the one of its login (TK-3.1/7).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefreshTokenPolicy {
    pub(crate) audience: Audience,
    #[serde(default)]
    pub(crate) scope: Vec<String>,
}

impl Default for RefreshTokenSettings {
    fn default() -> Self {
        Self {
            rotation_type: RotationType::NonRotating,
            expiration_type: ExpirationType::NonExpiring,
            leeway: 0,
            token_lifetime: 31_557_600,
            infinite_token_lifetime: true,
            infinite_idle_token_lifetime: true,
            idle_token_lifetime: 2_592_000,
            policies: Vec::new(),
        }
    }
}

impl RefreshTokenSettings {
    pub(crate) fn rotates(&self) -> bool {
        self.rotation_type == RotationType::Rotating
    }

    fn expires(&self) -> bool {
        self.expiration_type == ExpirationType::Expiring
    }

    /// When a token of a login at `now` ends for good.
    pub(crate) fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = self.expires() && !self.infinite_token_lifetime;
        ends.then(|| now.plus(self.token_lifetime))
    }

    /// Seconds without use after which a token ends.
    pub(crate) fn idle_lifetime(&self) -> Option<u64> {
        let ends = self.expires() && !self.infinite_idle_token_lifetime;
        ends.then_some(self.idle_token_lifetime)
    }
}
