//! Which tokens of others people can be known by: Custom Token Exchange profiles (token.md §6).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::discovery::Jwk;

/// A profile: a kind of token, and how the person is found by one.
///
/// At Auth0 an Action, which is code, looks at the token. Here the rule stands in the tenant file instead.
#[derive(Clone, Debug)]
pub(crate) struct TokenExchangeProfile {
    pub(crate) name: String,
    /// The URI that requests name the kind of token by.
    pub(crate) subject_token_type: String,
    pub(crate) rule: SubjectRule,
}

/// What is asked of a token: that it is a JSON Web Token of that issuer for that audience, signed with that key.
#[derive(Clone, Debug)]
pub(crate) struct SubjectRule {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) key: Jwk,
    pub(crate) alg: SubjectAlg,
    /// The claim that names the person.
    pub(crate) claim: String,
    /// What it names the person by.
    pub(crate) names: Names,
}

/// How subject tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SubjectAlg {
    #[default]
    RS256,
    RS384,
    PS256,
}

/// What a claim names people by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Names {
    /// Their id at this tenant.
    #[default]
    UserId,
    /// Their email address.
    Email,
}

/// All profiles of the tenant.
#[derive(Clone, Default)]
pub(crate) struct TokenExchangeProfiles(Arc<Mutex<Vec<TokenExchangeProfile>>>);

/// Another profile is for the same kind of token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProfileExists;

impl TokenExchangeProfiles {
    pub(crate) async fn all(&self) -> Vec<TokenExchangeProfile> {
        self.0.lock().await.clone()
    }

    /// The profile for that kind of token.
    pub(crate) async fn find(&self, subject_token_type: &str) -> Option<TokenExchangeProfile> {
        let profiles = self.0.lock().await;
        profiles.iter().find(|profile| profile.subject_token_type == subject_token_type).cloned()
    }

    pub(crate) async fn insert(&self, profile: TokenExchangeProfile) -> Result<(), ProfileExists> {
        let mut profiles = self.0.lock().await;
        let same = |other: &TokenExchangeProfile| {
            other.subject_token_type == profile.subject_token_type || other.name == profile.name
        };
        if profiles.iter().any(same) {
            return Err(ProfileExists);
        }
        profiles.push(profile);
        Ok(())
    }
}
