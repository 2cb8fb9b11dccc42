//! The authorization request and its answers ([RFC 6749 §4.1.1 to §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).

use serde::Deserialize;

use crate::ids::{Audience, ClientId};
use crate::oauth_error::{ErrorCode, OAuthError};
use crate::parameters::{ParameterError, Parameters};
use crate::pkce::{CodeChallenge, S256};
use crate::scope::ScopeSet;
use crate::secret::Secret;

/// An authorization code request with PKCE, as a single-page app sends it (authorize.md §1).
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// The app.
    pub client_id: ClientId,
    /// Where the answer goes; one of the app's callback URLs.
    pub redirect_uri: String,
    /// What the app wants to be allowed.
    pub scope: ScopeSet,
    /// The API that the access token is for.
    pub audience: Option<Audience>,
    /// Comes back with the answer, and ties it to this browser.
    pub state: String,
    /// Comes back in the ID token, and ties it to this request.
    pub nonce: String,
    /// The face of the code verifier.
    pub code_challenge: CodeChallenge,
}

impl AuthorizationRequest {
    /// The query to leave for the authorization endpoint with.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client_id.as_str())
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.scope.to_string())
            .append_pair("state", &self.state)
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", self.code_challenge.as_str())
            .append_pair("code_challenge_method", S256);
        if let Some(audience) = &self.audience {
            query.append_pair("audience", audience.as_str());
        }
        query.finish()
    }
}

/// What the redirect brought back.
#[derive(Clone, Debug)]
pub struct AuthorizationResponse {
    /// The `state` of the request; `None` when the answer has none.
    pub state: Option<String>,
    /// A code, or why there is none.
    pub result: Result<Secret, OAuthError>,
    /// Who answers, where the server says so ([RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)).
    pub iss: Option<String>,
}

impl AuthorizationResponse {
    /// Reads the query of the callback URL (with or without its `?`).
    ///
    /// ```
    /// use wire::authorize::AuthorizationResponse;
    ///
    /// let response = AuthorizationResponse::from_query("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz")?.unwrap();
    /// assert_eq!(response.state.as_deref(), Some("xyz"));
    /// assert_eq!(response.result.unwrap().expose(), "SplxlOBeZQQYbYS6WxSbIA");
    /// assert!(AuthorizationResponse::from_query("page=2")?.is_none());
    /// # Ok::<(), wire::parameters::ParameterError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A parameter that stands twice makes the answer unreadable. A query with neither `code` nor `error` is no
    /// answer: `Ok(None)`.
    pub fn from_query(query: &str) -> Result<Option<Self>, ParameterError> {
        let query = query.strip_prefix('?').unwrap_or(query);
        let parameters = Parameters::from_form(query.as_bytes())?;
        let result = match (parameters.get("error"), parameters.parse("code")) {
            (Some(error), _) => Err(OAuthError {
                error: error_code(error),
                error_description: parameters.parse("error_description"),
                error_uri: parameters.parse("error_uri"),
            }),
            (None, Some(code)) => Ok(code),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self { state: parameters.parse("state"), result, iss: parameters.parse("iss") }))
    }
}

fn error_code(text: &str) -> ErrorCode {
    let deserializer = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text);
    ErrorCode::deserialize(deserializer).unwrap_or_else(|_| ErrorCode::Other(text.to_owned()))
}

/// An answer on its way to the app: what is appended to the redirect URI (authorize.md §2, AZ-2/1).
#[derive(Clone, Debug)]
pub enum RedirectAnswer {
    /// The code.
    Code {
        /// Single use, short lived.
        code: Secret,
        /// As in the request.
        state: Option<String>,
    },
    /// The refusal.
    Refused {
        /// The cause.
        error: OAuthError,
        /// As in the request.
        state: Option<String>,
    },
}

impl RedirectAnswer {
    /// The redirect URI with the answer in its query, beside a query that it has already.
    #[cfg(feature = "url")]
    #[must_use]
    pub fn append_to(&self, redirect_uri: &url::Url) -> url::Url {
        let mut url = redirect_uri.clone();
        {
            let mut query = url.query_pairs_mut();
            let state = match self {
                Self::Code { code, state } => {
                    query.append_pair("code", code.expose());
                    state
                }
                Self::Refused { error, state } => {
                    query.append_pair("error", &error.error.to_string());
                    if let Some(description) = &error.error_description {
                        query.append_pair("error_description", description);
                    }
                    state
                }
            };
            if let Some(state) = state {
                query.append_pair("state", state);
            }
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_back_as_it_was_written() {
        let redirect_uri = url::Url::parse("https://app.example/callback?keep=1").unwrap();
        let answer = RedirectAnswer::Refused {
            error: OAuthError {
                error: ErrorCode::AccessDenied,
                error_description: Some("Service not found: https://nope.example".to_owned()),
                error_uri: None,
            },
            state: Some("b3Bhc+".to_owned()),
        };

        let url = answer.append_to(&redirect_uri);
        let read = AuthorizationResponse::from_query(url.query().unwrap()).unwrap().unwrap();

        assert!(
            url.as_str().starts_with("https://app.example/callback?keep=1&error=access_denied")
        );
        assert_eq!(read.state.as_deref(), Some("b3Bhc+"));
        assert_eq!(read.result.unwrap_err().error, ErrorCode::AccessDenied);
    }

    #[test]
    fn a_repeated_parameter_makes_an_answer_unreadable() {
        assert!(AuthorizationResponse::from_query("?code=a&code=b&state=s").is_err());
    }
}
