//! The authorization code grant ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use wire::parameters::Parameters;
use wire::pkce::{CodeChallenge, CodeVerifier};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::error::TokenError;
use super::{Issuance, Tokens};
use crate::store::clients::Client;
use crate::store::codes::{Codes, Redemption};

/// What the client sends.
pub(crate) struct CodeRequest {
    code: Secret,
    /// Google insists on it, GitHub does not.
    redirect_uri: Option<String>,
    verifier: Option<String>,
}

impl CodeRequest {
    /// As GitHub reads it.
    pub(crate) fn of_github(parameters: &Parameters) -> Result<Self, TokenError> {
        Ok(Self {
            code: parameters.parse("code").ok_or(TokenError::Code)?,
            redirect_uri: parameters.parse("redirect_uri"),
            verifier: parameters.parse("code_verifier"),
        })
    }
}

impl TryFrom<&Parameters> for CodeRequest {
    type Error = TokenError;

    fn try_from(parameters: &Parameters) -> Result<Self, TokenError> {
        Ok(Self {
            code: parameters.parse("code").ok_or(TokenError::Missing("code"))?,
            redirect_uri: Some(
                parameters.parse("redirect_uri").ok_or(TokenError::Missing("redirect_uri"))?,
            ),
            verifier: parameters.parse("code_verifier"),
        })
    }
}

/// Issues tokens for a code. A replay ends what the code yielded (SC-1/7); a code that is presented wrongly is used up.
pub(crate) async fn redeem(
    client: &Client,
    request: &CodeRequest,
    codes: &Codes,
    issuance: &Issuance,
    now: Timestamp,
) -> Result<Tokens, TokenError> {
    let code = match codes.redeem(&request.code, now).await {
        Redemption::First(code) => code,
        Redemption::Replay(grant) => {
            tracing::warn!(client = client.id.as_str(), "a code was replayed: its grant is over");
            issuance.grants.end(&grant).await;
            return Err(TokenError::Code);
        }
        Redemption::Unknown => return Err(TokenError::Code),
    };
    if code.client != client.id {
        return Err(TokenError::Code);
    }
    if request.redirect_uri.as_ref().is_some_and(|text| *text != code.redirect_uri) {
        return Err(TokenError::RedirectUriMismatch);
    }
    verify(code.challenge.as_ref(), request.verifier.as_deref())?;

    let grant = issuance.grants.find(&code.grant).await.ok_or(TokenError::Code)?;
    if grant.dialect != issuance.dialect {
        return Err(TokenError::Code);
    }
    let tokens = issuance.issue(code.grant.clone(), grant.scope, now).await;
    if !code.offline {
        return Ok(tokens);
    }
    let end = issuance.refresh_token_end(now);
    let refresh_token = issuance.refresh_tokens.issue(code.grant, end).await;
    Ok(tokens.with_refresh_token(refresh_token, issuance))
}

/// [RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6). A verifier for a request that had no challenge
/// means that somebody has taken it out (SC-2/5).
fn verify(challenge: Option<&CodeChallenge>, verifier: Option<&str>) -> Result<(), TokenError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(TokenError::NoVerifier),
        (None, Some(_)) => Err(TokenError::Verifier),
        (Some(challenge), Some(verifier)) => {
            let verifier =
                CodeVerifier::try_from(verifier.to_owned()).map_err(|_| TokenError::Verifier)?;
            if verifier.challenge() == *challenge { Ok(()) } else { Err(TokenError::Verifier) }
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::scope::ScopeSet;

    use super::*;
    use crate::dialect::Dialect;
    use crate::people;
    use crate::store::codes::Code;
    use crate::store::grants::{Grant, Grants};

    const NOW: Timestamp = Timestamp::from_epoch(1_000_000);

    fn client(id: &str) -> Client {
        Client { id: id.into(), name: id.to_owned(), secret: "s".into(), redirect_uris: Vec::new() }
    }

    async fn redeemed_by(presenter: &str, at: Dialect) -> Result<Tokens, TokenError> {
        let (codes, grants) = (Codes::default(), Grants::default());
        let scope = ScopeSet::from("openid");
        let (person, dialect) = (people::ada().id, Dialect::Google);
        let grant = grants.open(Grant { person, client: "owner".into(), scope, dialect }).await;
        let redirect_uri = "http://localhost/callback".to_owned();
        let code = Code {
            grant,
            client: "owner".into(),
            redirect_uri: redirect_uri.clone(),
            challenge: None,
            offline: false,
        };
        let code = codes.issue(code, NOW).await;
        let request = CodeRequest { code, redirect_uri: Some(redirect_uri), verifier: None };
        let issuance = Issuance { dialect: at, ..Issuance::over(grants) };
        redeem(&client(presenter), &request, &codes, &issuance, NOW).await
    }

    #[tokio::test]
    async fn a_code_is_for_the_client_that_asked_for_it() {
        assert!(redeemed_by("owner", Dialect::Google).await.is_ok());
        assert_eq!(redeemed_by("other", Dialect::Google).await.err(), Some(TokenError::Code));
    }

    #[tokio::test]
    async fn a_code_of_google_is_none_at_github() {
        assert_eq!(redeemed_by("owner", Dialect::GitHub).await.err(), Some(TokenError::Code));
    }

    /// SC-2/2, SC-2/4, SC-2/5; the vector of RFC 7636, appendix B.
    #[test]
    fn verifier_and_challenge_come_together_and_fit() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge =
            CodeChallenge::try_from("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned())
                .unwrap();

        assert_eq!(verify(Some(&challenge), Some(verifier)), Ok(()));
        assert_eq!(verify(None, None), Ok(()));
        assert_eq!(verify(Some(&challenge), None), Err(TokenError::NoVerifier));
        assert_eq!(verify(None, Some(verifier)), Err(TokenError::Verifier));
        assert_eq!(verify(Some(&challenge), Some(&"a".repeat(43))), Err(TokenError::Verifier));
        assert_eq!(verify(Some(&challenge), Some("short")), Err(TokenError::Verifier));
    }
}
