//! Whom a token of somebody else speaks of, by the rule of its profile.

use serde::Deserialize;
use serde_json::{Map, Value};
use service::jwt::{self, Accepted, Algorithm, VerifyingKey};
use wire::claims::OneOrMany;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::store::token_exchange_profiles::{Names, SubjectAlg, SubjectRule};
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// Seconds by which the other issuer's clock may be off.
const SKEW: u64 = 10;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: OneOrMany,
    exp: Timestamp,
    nbf: Option<Timestamp>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// How the token names its subject, if it is good.
pub(super) fn subject(rule: &SubjectRule, token: &Secret, now: Timestamp) -> Option<String> {
    let algorithms = &[algorithm(rule.alg)];
    let accepted = Accepted { algorithms, types: &["JWT"] };
    let key = |_: &jwt::UnverifiedHeader| Some(VerifyingKey::Rsa(rule.key.clone()));
    let claims: Claims = jwt::verify(token.expose(), &accepted, key).ok()?;
    let good = claims.iss == rule.issuer
        && claims.aud.contains(&rule.audience)
        && now < claims.exp.plus(SKEW)
        && claims.nbf.is_none_or(|nbf| nbf <= now.plus(SKEW));
    let named = claims.others.get(&rule.claim)?.as_str().filter(|named| !named.is_empty())?;
    good.then(|| named.to_owned())
}

/// The person who is named so.
pub(super) async fn person(tenant: &Tenant, rule: &SubjectRule, named: &str) -> Option<User> {
    match rule.names {
        Names::UserId => tenant.users.find(&named.into()).await,
        Names::Email => tenant.users.find_by_email(named).await,
    }
}

const fn algorithm(alg: SubjectAlg) -> Algorithm {
    match alg {
        SubjectAlg::RS256 => Algorithm::RS256,
        SubjectAlg::RS384 => Algorithm::RS384,
        SubjectAlg::PS256 => Algorithm::PS256,
    }
}
