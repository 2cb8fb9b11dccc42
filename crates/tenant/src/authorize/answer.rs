//! The end of every successful authorization: a code, tokens, or both (authorize.md §2).

use wire::timestamp::Timestamp;

use super::AcceptedRequest;
use super::error::Refusal;
use super::response_mode::Answer;
use crate::authorization::Authorization;
use crate::issue::{self, IdTokenFacts, Manner};
use crate::organization;
use crate::store::codes::{self, Code};
use crate::store::sessions::Session;
use crate::tenant::State as Tenant;

/// Issues what the response type names.
pub(super) async fn issue(
    tenant: &Tenant,
    request: &AcceptedRequest,
    session: &Session,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let user = tenant.users.find(&session.user_id).await.ok_or(Refusal::LoginRequired)?;
    if user.blocked {
        return Err(Refusal::UserBlocked);
    }
    if !request.is_for(&user.user_id) {
        return Err(Refusal::LoginRequired);
    }
    let AcceptedRequest { client, return_address, response_type, .. } = request;
    let authorization = Authorization {
        client_id: client.client_id.clone(),
        user_id: session.user_id.clone(),
        audience: request.audience.clone(),
        scope: request.scope.clone(),
        session_id: session.id.clone(),
        auth_time: session.auth_time,
        tells_auth_time: request.tells_auth_time,
        organization: request.organization.as_ref().map(|own| organization::claims(tenant, own)),
    };

    let mut code = None;
    if response_type.code {
        let kept = Code {
            authorization: authorization.clone(),
            redirect_uri: return_address.redirect_uri.clone(),
            redirect_uri_was_sent: return_address.was_sent,
            code_challenge: request.code_challenge.clone(),
            dpop_jkt: request.dpop_jkt.clone(),
            nonce: request.nonce.clone(),
        };
        code = Some(tenant.codes.insert(kept, codes::LIFETIME, now).await);
    }
    let mut access_token = None;
    if response_type.token {
        let manner = Manner { for_web: true, ..Manner::default() };
        access_token =
            Some(issue::access_token(tenant, client, &authorization, manner, now).await?);
    }
    let mut id_token = None;
    if response_type.id_token {
        let facts = IdTokenFacts {
            nonce: request.nonce.clone(),
            access_token: access_token.as_ref().map(|access_token| access_token.token.clone()),
            code: code.clone(),
        };
        id_token = Some(issue::id_token(tenant, client, &user, &authorization, facts, now).await?);
    }

    tenant.sessions.note_client(&session.id, &client.client_id).await;
    let mut answer = Answer::default();
    answer.push("code", code);
    if let Some(access_token) = access_token {
        answer.push("access_token", Some(access_token.token));
        answer.push("scope", Some(access_token.scope.to_string()));
        answer.push("expires_in", Some(access_token.expires_in.to_string()));
        answer.push("token_type", Some(access_token.token_type.to_string()));
    }
    answer.push("id_token", id_token);
    Ok(answer)
}
