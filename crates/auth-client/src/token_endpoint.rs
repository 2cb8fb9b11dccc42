//! `POST /oauth/token` as a public client ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3),
//! token.md §2): form in, JSON out.

use wire::ids::ClientId;
use wire::oauth_error::OAuthError;
use wire::secret::Secret;
use wire::token::{TokenRequest, TokenResponse, TokenType};

use crate::config::Config;
use crate::error::AuthError;
use crate::platform::{HttpAnswer, Platform};
use crate::transaction::Transaction;

/// Redeems the code of a login with that login's verifier.
pub(crate) async fn redeem(
    code: Secret,
    transaction: &Transaction,
    config: &Config,
    platform: &impl Platform,
) -> Result<TokenResponse, AuthError> {
    let request = TokenRequest::AuthorizationCode {
        client_id: ClientId::clone(&config.client_id),
        code,
        code_verifier: transaction.verifier.clone(),
        redirect_uri: transaction.redirect_uri.clone(),
    };
    let answer =
        platform.post_form(&config.domain.endpoint("/oauth/token"), form(&request)).await?;
    read(&answer)
}

/// The request as `application/x-www-form-urlencoded`.
fn form(request: &TokenRequest) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    if let Ok(serde_json::Value::Object(parameters)) = serde_json::to_value(request) {
        for (name, value) in &parameters {
            form.append_pair(name, value.as_str().unwrap_or_default());
        }
    }
    form.finish()
}

/// Tokens, or the tenant's refusal. A body that is neither says no more than its status: it may hold anything.
fn read(answer: &HttpAnswer) -> Result<TokenResponse, AuthError> {
    let unexpected = |_| AuthError::UnexpectedAnswer { status: answer.status };
    if answer.status == 200 {
        let response: TokenResponse = wire::json::from_str(&answer.body).map_err(unexpected)?;
        // A token that is bound to a key was not asked for, and could not be presented.
        return match response.token_type {
            TokenType::Bearer => Ok(response),
            TokenType::DPoP => Err(AuthError::UnexpectedAnswer { status: answer.status }),
        };
    }
    let refusal: OAuthError = wire::json::from_str(&answer.body).map_err(unexpected)?;
    Err(AuthError::TokenEndpoint(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer { status, body: body.to_owned() }
    }

    #[test]
    fn a_code_request_names_everything_that_the_grant_needs() {
        let request = TokenRequest::AuthorizationCode {
            client_id: "spa".into(),
            code: "a b&c".into(),
            code_verifier: "v".repeat(43).try_into().unwrap(),
            redirect_uri: "https://app.example/callback".to_owned(),
        };
        let form = form(&request);
        let mut pairs: Vec<_> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        pairs.sort();
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]);
        assert_eq!(pairs[1].1, "a b&c");
        assert_eq!(pairs[3].1, "authorization_code");
    }

    #[test]
    fn a_refusal_is_read_whatever_its_status() {
        let body = r#"{"error":"invalid_grant","error_description":"Invalid authorization code"}"#;
        for status in [400, 401, 403, 500] {
            let error = read(&answer(status, body)).unwrap_err();
            assert_eq!(error.oauth_error().unwrap().error.to_string(), "invalid_grant");
        }
    }

    #[test]
    fn what_is_no_json_of_a_tenant_is_told_by_its_status() {
        for (status, body) in [
            (200, "<html>"),
            (200, ""),
            (200, r#"{"error":"access_denied"}"#),
            (200, r#"{"access_token":"a","expires_in":60,"token_type":"MAC"}"#),
            (200, r#"{"access_token":"a","expires_in":60,"token_type":"DPoP"}"#),
            (502, "Bad Gateway"),
            (404, r#"{"message":"no such page"}"#),
        ] {
            let error = read(&answer(status, body)).unwrap_err();
            assert_eq!(error, AuthError::UnexpectedAnswer { status }, "{status} {body}");
        }
    }
}
