//! Access tokens without an audience: good for `/userinfo` and nothing else (discovery-and-tokens.md §3).

use wire::claims::Confirmation;
use wire::ids::UserId;
use wire::scope::ScopeSet;

use crate::store::expiring::Expiring;

/// Seconds (DT-3/20).
pub(crate) const LIFETIME: u64 = 86_400;

/// What an opaque token stands for.
#[derive(Clone, Debug)]
pub(crate) struct OpaqueToken {
    pub(crate) user_id: UserId,
    pub(crate) scope: ScopeSet,
    /// The key that the token is bound to.
    pub(crate) cnf: Option<Confirmation>,
}

/// All opaque tokens.
pub(crate) type OpaqueTokens = Expiring<OpaqueToken>;
