//! What the answer is bound to: PKCE, the nonce, and the key of a proof (AZ-1/8 to AZ-1/10, AZ-1/22).

use wire::dpop::Thumbprint;
use wire::parameters::Parameters;
use wire::pkce::{CodeChallenge, S256};

use super::error::Refusal;
use super::response_type::ResponseType;
use crate::store::clients::Client;
use crate::tenant::State as Tenant;

/// The challenge of a code: `S256` or nothing, and public clients and third parties not without it (SC-2/3), unless the
/// tenant puts up with old apps of its own (SC-2/6).
pub(super) fn code_challenge(
    tenant: &Tenant,
    parameters: &Parameters,
    response_type: ResponseType,
    client: &Client,
) -> Result<Option<CodeChallenge>, Refusal> {
    let required = !client.is_first_party
        || (client.is_public() && !tenant.settings().allow_public_clients_without_pkce);
    let method = parameters.get("code_challenge_method");
    match (parameters.parse::<String>("code_challenge"), method) {
        (Some(challenge), Some(S256)) => CodeChallenge::try_from(challenge)
            .map(Some)
            .map_err(|_| Refusal::Malformed("code_challenge")),
        (Some(_), _) => Err(Refusal::CodeChallengeMethod),
        (None, Some(_)) => Err(Refusal::Missing("code_challenge")),
        (None, None) if response_type.code && required => Err(Refusal::Missing("code_challenge")),
        (None, None) => Ok(None),
    }
}

/// An ID token that comes straight from this endpoint is worth nothing without a nonce (OpenID Connect Core §3.2.2.1).
pub(super) fn nonce(
    parameters: &Parameters,
    response_type: ResponseType,
) -> Result<Option<String>, Refusal> {
    let nonce = parameters.parse("nonce");
    if response_type.id_token && nonce.is_none() {
        return Err(Refusal::Missing("nonce"));
    }
    Ok(nonce)
}

/// The key whose proof the code is to be redeemed with (RFC 9449 §10).
pub(super) fn dpop_jkt(parameters: &Parameters) -> Result<Option<Thumbprint>, Refusal> {
    let Some(text) = parameters.parse::<String>("dpop_jkt") else {
        return Ok(None);
    };
    Thumbprint::try_from(text).map(Some).map_err(|_| Refusal::Malformed("dpop_jkt"))
}
