//! Custom Token Exchange profiles (token.md §6), with the rule that stands here for Auth0's Action.

use serde::Deserialize;

use super::clients;
use super::error::ManagementError;
use super::payload::{self, Kind, Object, Property, property};
use crate::store::token_exchange_profiles::{Names, SubjectAlg, SubjectRule, TokenExchangeProfile};
use crate::tenant::State as Tenant;

/// The property that Auth0 has not: without it, a profile knows nobody.
pub(crate) const RULE: &str = "subject_token";

const RULE_PROPERTIES: &[Property] = &[
    property("issuer", Kind::Name, "The iss of subject tokens"),
    property("audience", Kind::Name, "Whom subject tokens are for; the tenant, unless said"),
    property("public_key", Kind::Text, "PEM-formatted public key of the issuer"),
    property(
        "alg",
        Kind::Word(&["RS256", "RS384", "PS256"]),
        "Algorithm that subject tokens are signed with",
    ),
    property("claim", Kind::Name, "The claim that names the person; sub, unless said"),
    property("names", Kind::Word(&["user_id", "email"]), "What that claim names the person by"),
];

/// What a profile can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("name", Kind::Name, "Friendly name of the profile"),
    property("subject_token_type", Kind::Name, "URI of the kind of subject tokens"),
    property("type", Kind::Word(&["custom_authentication"]), "The type of the profile"),
    property(RULE, Kind::Object(RULE_PROPERTIES), "How the person is found by a subject token"),
];

/// Kinds of tokens that are not a tenant's to define.
const RESERVED: [&str; 7] = [
    "http://auth0.com",
    "https://auth0.com",
    "http://okta.com",
    "https://okta.com",
    "urn:ietf",
    "urn:auth0",
    "urn:okta",
];

/// The properties, read.
#[derive(Deserialize)]
struct Given {
    name: String,
    subject_token_type: String,
    subject_token: Rule,
}

#[derive(Deserialize)]
struct Rule {
    issuer: String,
    audience: Option<String>,
    public_key: String,
    #[serde(default)]
    alg: SubjectAlg,
    claim: Option<String>,
    #[serde(default)]
    names: Names,
}

/// Creates a profile.
pub(crate) async fn create(tenant: &Tenant, given: Object) -> Result<(), ManagementError> {
    payload::check(&given, PROPERTIES, &["name", "subject_token_type", "type", RULE])?;
    let Given { name, subject_token_type, subject_token } = payload::typed(given)?;
    check_type(&subject_token_type)?;
    let Rule { issuer, audience, public_key, alg, claim, names } = subject_token;
    let rule = SubjectRule {
        issuer,
        audience: audience.unwrap_or_else(|| tenant.issuer.to_string()),
        key: clients::public_key(&public_key)?,
        alg,
        claim: claim.unwrap_or_else(|| "sub".to_owned()),
        names,
    };
    let profile = TokenExchangeProfile { name, subject_token_type, rule };
    let exists = |_| ManagementError::ProfileExists;
    tenant.token_exchange_profiles.insert(profile).await.map_err(exists)
}

/// A URI of 10 to 100 characters that nobody else means something by.
fn check_type(uri: &str) -> Result<(), ManagementError> {
    let is_long_enough = (10..=100).contains(&uri.chars().count());
    let is_uri = uri.starts_with("https://") || uri.starts_with("urn:");
    if is_long_enough && is_uri && !RESERVED.iter().any(|reserved| uri.starts_with(reserved)) {
        return Ok(());
    }
    let text = "subject_token_type is a URI of 10 to 100 characters that begins with https:// or \
                urn:, and not in a namespace of Auth0, Okta or the IETF";
    Err(ManagementError::InvalidBody(text.to_owned()))
}
