//! Which parameters there are (AZ-1).

use wire::parameters::Parameters;

use super::error::Refusal;
use crate::store::clients::Client;

const NAMES: [&str; 24] = [
    "acr_values",
    "audience",
    "auth0Client",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "connection",
    "connection_scope",
    "dpop_jkt",
    "id_token_hint",
    "invitation",
    "login_hint",
    "max_age",
    "nonce",
    "organization",
    "prompt",
    "redirect_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "screen_hint",
    "state",
    "ui_locales",
];

/// What begins like this is for the login page (AZ-1/26).
pub(crate) const EXTENSION: &str = "ext-";

/// Third parties may send what is known alone; of others the rest is ignored (AZ-1/27).
pub(super) fn check(parameters: &Parameters, client: &Client) -> Result<(), Refusal> {
    let known = |name: &str| NAMES.contains(&name) || name.starts_with(EXTENSION);
    match parameters.iter().find(|(name, _)| !known(name)) {
        Some((name, _)) if !client.is_first_party => {
            Err(Refusal::UnknownParameter(name.to_owned()))
        }
        _ => Ok(()),
    }
}
