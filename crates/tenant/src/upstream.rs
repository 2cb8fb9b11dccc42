//! The tenant as an OAuth client of external providers.

use serde::{Deserialize, Serialize};
use url::Url;
use wire::ids::ClientId;
use wire::oauth_error::OAuthError;
use wire::pkce::{CodeChallenge, CodeVerifier, S256};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::token::{TokenRequest, TokenResponse};

use crate::store::connections::{Connection, GOOGLE};

/// Google's endpoints ([discovery document](https://accounts.google.com/.well-known/openid-configuration)), and the same
/// at the provider that stands in for it.
const AUTHORIZATION: Endpoint =
    Endpoint { google: "https://accounts.google.com/o/oauth2/v2/auth", path: "o/oauth2/v2/auth" };
const TOKEN: Endpoint = Endpoint { google: "https://oauth2.googleapis.com/token", path: "token" };
const USERINFO: Endpoint =
    Endpoint { google: "https://openidconnect.googleapis.com/v1/userinfo", path: "v1/userinfo" };

/// Not among Google's documented endpoints, but where Auth0 sends browsers.
const LOGOUT: Endpoint = Endpoint { google: "https://accounts.google.com/Logout", path: "Logout" };

/// Google goes on to addresses of its own alone, of which this one goes on to any.
const GOOGLE_CONTINUE: &str = "https://appengine.google.com/_ah/logout";

struct Endpoint {
    google: &'static str,
    path: &'static str,
}

/// Calls providers.
#[derive(Clone)]
pub(crate) struct Upstream {
    http: reqwest::Client,
    /// Where social connections go instead of the real services.
    provider: Option<Url>,
}

/// What is asked of a provider's authorization endpoint.
pub(crate) struct Asked<'a> {
    pub(crate) redirect_uri: &'a str,
    pub(crate) scope: &'a ScopeSet,
    pub(crate) state: &'a Secret,
    pub(crate) code_challenge: &'a CodeChallenge,
    /// Whom the application means, in words that the provider knows.
    pub(crate) login_hint: Option<&'a str>,
    /// What the person is to be asked even if the provider knows the answer, e.g. `login`
    /// ([OIDC Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
    pub(crate) prompt: Option<&'a str>,
    /// Whether the tenant wants to go on while the person is away: a refresh token is asked for, beside what the person
    /// has allowed the tenant before. A login asks for none of this.
    pub(crate) offline_access: bool,
    /// Parameters that an application adds to those of the tenant, such as `max_age` (CA-2.1/7).
    pub(crate) further: &'a [(String, String)],
}

/// Who somebody is at a provider ([OIDC Core §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)).
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    pub(crate) sub: String,
    pub(crate) name: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) picture: Option<String>,
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) email_verified: bool,
}

impl Asked<'_> {
    /// Google issues a refresh token only to who has just accepted, and asks who accepted before only when it is told
    /// to. Who must not be asked at all is not.
    fn prompt(&self) -> ScopeSet {
        let prompt = ScopeSet::from(self.prompt.unwrap_or_default());
        if self.offline_access && !prompt.contains("none") {
            prompt.iter().chain(["consent"]).collect()
        } else {
            prompt
        }
    }
}

impl Upstream {
    pub(crate) const fn new(http: reqwest::Client, provider: Option<Url>) -> Self {
        Self { http, provider }
    }

    /// Where the browser goes for a code of the provider (RFC 6749 §4.1.1). PKCE ties the code to this request; no ID
    /// token is read, so there is no nonce.
    pub(crate) fn authorization_url(
        &self,
        connection: &Connection,
        asked: &Asked<'_>,
    ) -> Result<Url, UpstreamError> {
        let (client_id, _) = credentials(connection)?;
        let mut url = self.at(&AUTHORIZATION, connection)?;
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id.as_str())
            .append_pair("redirect_uri", asked.redirect_uri)
            .append_pair("scope", &asked.scope.to_string())
            .append_pair("state", asked.state.expose())
            .append_pair("code_challenge", asked.code_challenge.as_str())
            .append_pair("code_challenge_method", S256);
        if let Some(hint) = asked.login_hint {
            query.append_pair("login_hint", hint);
        }
        if asked.offline_access {
            query.append_pair("access_type", "offline");
            query.append_pair("include_granted_scopes", "true");
        }
        let prompt = asked.prompt();
        if !prompt.is_empty() {
            query.append_pair("prompt", &prompt.to_string());
        }
        query.extend_pairs(asked.further);
        drop(query);
        Ok(url)
    }

    /// Where the provider ends its own session and sends the browser back; `None` for a connection that has no provider.
    pub(crate) fn logout_url(&self, connection: &Connection, back: &Url) -> Option<Url> {
        let mut url = self.at(&LOGOUT, connection).ok()?;
        let mut next = back.clone();
        if self.provider.is_none() {
            next = Url::parse(GOOGLE_CONTINUE).ok()?;
            next.query_pairs_mut().append_pair("continue", back.as_str());
        }
        url.query_pairs_mut().append_pair("continue", next.as_str());
        Some(url)
    }

    /// The address of the provider, for pages whose forms lead there.
    pub(crate) fn address(&self, connection: &Connection) -> Option<Url> {
        self.at(&AUTHORIZATION, connection).ok()
    }

    /// Redeems a code of the provider (RFC 6749 §4.1.3).
    pub(crate) async fn redeem(
        &self,
        connection: &Connection,
        code: Secret,
        code_verifier: CodeVerifier,
        redirect_uri: String,
    ) -> Result<TokenResponse, UpstreamError> {
        let (client_id, client_secret) = credentials(connection)?;
        let client_id = client_id.clone();
        let grant =
            TokenRequest::AuthorizationCode { client_id, code, code_verifier, redirect_uri };
        self.token(connection, &CodeRequest { grant: &grant, client_secret }).await
    }

    /// Buys a new access token with a stored refresh token (RFC 6749 §6).
    pub(crate) async fn refresh(
        &self,
        connection: &Connection,
        refresh_token: &Secret,
    ) -> Result<TokenResponse, UpstreamError> {
        let (client_id, client_secret) = credentials(connection)?;
        let grant = TokenRequest::RefreshToken { refresh_token: refresh_token.clone() };
        self.token(connection, &RefreshRequest { grant: &grant, client_id, client_secret }).await
    }

    async fn token(
        &self,
        connection: &Connection,
        request: &impl Serialize,
    ) -> Result<TokenResponse, UpstreamError> {
        let endpoint = self.at(&TOKEN, connection)?;
        let response = self.http.post(endpoint).form(request).send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.json().await?);
        }
        let refusal = response.json::<OAuthError>().await;
        match refusal {
            Ok(refusal) if status.is_client_error() => Err(UpstreamError::Refused(refusal)),
            _ => Err(UpstreamError::Status(status.as_u16())),
        }
    }

    /// Who the access token speaks for (OIDC Core §5.3).
    pub(crate) async fn profile(
        &self,
        connection: &Connection,
        access_token: &Secret,
    ) -> Result<Profile, UpstreamError> {
        let endpoint = self.at(&USERINFO, connection)?;
        let response = self.http.get(endpoint).bearer_auth(access_token.expose()).send().await?;
        let status = response.status();
        if !status.is_success() {
            return Err(UpstreamError::Status(status.as_u16()));
        }
        Ok(response.json().await?)
    }

    fn at(&self, endpoint: &Endpoint, connection: &Connection) -> Result<Url, UpstreamError> {
        if connection.strategy != GOOGLE {
            return Err(UpstreamError::NotConfigured);
        }
        match &self.provider {
            Some(provider) => provider.join(endpoint.path),
            None => Url::parse(endpoint.google),
        }
        .map_err(|_| UpstreamError::NotConfigured)
    }
}

/// The tenant's client at the connection's provider.
fn credentials(connection: &Connection) -> Result<(&ClientId, &str), UpstreamError> {
    let options = &connection.options;
    match (&options.client_id, &options.client_secret) {
        (Some(client_id), Some(client_secret)) => Ok((client_id, client_secret.expose())),
        _ => Err(UpstreamError::NotConfigured),
    }
}

#[derive(Serialize)]
struct RefreshRequest<'a> {
    #[serde(flatten)]
    grant: &'a TokenRequest,
    client_id: &'a ClientId,
    client_secret: &'a str,
}

/// The grant names the client itself.
#[derive(Serialize)]
struct CodeRequest<'a> {
    #[serde(flatten)]
    grant: &'a TokenRequest,
    client_secret: &'a str,
}

/// Why a provider gave no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("the connection has no client at the provider")]
    NotConfigured,
    #[error("the provider answered {0}")]
    Refused(OAuthError),
    #[error("the provider answered with status {0}")]
    Status(u16),
    #[error("the provider did not answer")]
    Unreachable,
}

/// What reqwest says may hold a URL with a secret in it; the log gets its kind only.
impl From<reqwest::Error> for UpstreamError {
    fn from(error: reqwest::Error) -> Self {
        tracing::warn!(
            timeout = error.is_timeout(),
            connect = error.is_connect(),
            "provider call failed"
        );
        Self::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STATE: &str = "af0ifjsldkj";

    fn google(options: &serde_json::Value) -> Connection {
        let connection = json!({
            "id": "con_1",
            "name": "google-oauth2",
            "strategy": "google-oauth2",
            "options": options,
        });
        serde_json::from_value(connection).unwrap()
    }

    /// The query of an authorization request.
    fn query(
        login_hint: Option<&str>,
        prompt: Option<&str>,
        offline_access: bool,
        further: &[(String, String)],
    ) -> Vec<(String, String)> {
        let connection = google(&json!({ "client_id": "us", "client_secret": "s" }));
        let challenge = CodeVerifier::from_random([7; 32]).challenge();
        let (state, scope) = (Secret::from(STATE), ScopeSet::from("openid email"));
        let asked = Asked {
            redirect_uri: "http://localhost:4400/login/callback",
            scope: &scope,
            state: &state,
            code_challenge: &challenge,
            login_hint,
            prompt,
            offline_access,
            further,
        };
        let upstream = Upstream::new(reqwest::Client::new(), None);
        let url = upstream.authorization_url(&connection, &asked).unwrap();
        assert_eq!(url.host_str(), Some("accounts.google.com"));
        url.query_pairs().into_owned().collect()
    }

    fn value<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
        query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_login_asks_for_nothing_that_outlives_it() {
        let query = query(None, None, false, &[]);

        assert_eq!(value(&query, "scope"), Some("openid email"));
        for name in ["access_type", "include_granted_scopes", "prompt", "login_hint"] {
            assert_eq!(value(&query, name), None, "{name}");
        }
    }

    /// Google's conditions for a refresh token; scopes add up (incremental authorization).
    #[test]
    fn offline_access_asks_the_person_anew_so_that_a_refresh_token_comes() {
        let query = query(None, None, true, &[]);

        assert_eq!(value(&query, "access_type"), Some("offline"));
        assert_eq!(value(&query, "include_granted_scopes"), Some("true"));
        assert_eq!(value(&query, "prompt"), Some("consent"));
    }

    #[test]
    fn offline_access_joins_the_prompt_that_is_asked_for() {
        for (prompt, sent) in [
            ("login", "login consent"),
            ("select_account", "select_account consent"),
            ("consent", "consent"),
            ("none", "none"),
        ] {
            let query = query(None, Some(prompt), true, &[]);
            assert_eq!(value(&query, "prompt"), Some(sent));
        }
    }

    #[test]
    fn what_the_application_adds_is_passed_on() {
        let further = [("max_age".to_owned(), "0".to_owned())];

        let query = query(Some("grace@example.com"), None, false, &further);

        assert_eq!(value(&query, "login_hint"), Some("grace@example.com"));
        assert_eq!(value(&query, "max_age"), Some("0"));
    }

    #[test]
    fn offline_access_is_an_option_or_a_scope() {
        assert!(!google(&json!({ "scope": ["email"] })).wants_offline_access());
        assert!(google(&json!({ "offline_access": true })).wants_offline_access());
        assert!(google(&json!({ "scope": ["email", "offline_access"] })).wants_offline_access());
    }
}
