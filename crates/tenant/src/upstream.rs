//! The tenant as an OAuth client of external providers.
//!
//! It calls the endpoints of the [`strategy`], or those that the tenant file gives a custom `oauth2` connection: over
//! `https`, or on loopback. It follows no redirect, waits ten seconds at most, and reads no answer without end. Whoever
//! may write connections decides where the tenant's requests go; nobody else does.

mod answer;
mod client;
mod error;
mod profile;
pub(crate) mod strategy;
mod tokens;

use std::collections::BTreeMap;

use reqwest::header::ACCEPT;
use url::Url;
use wire::pkce::{CodeChallenge, CodeVerifier, S256};
use wire::scope::ScopeSet;
use wire::secret::Secret;

use self::answer::Answer;
use self::client::Client;
pub(crate) use self::error::UpstreamError;
pub(crate) use self::profile::Profile;
use self::strategy::{Endpoint, Offline, Place};
pub(crate) use self::tokens::UpstreamTokens;
use crate::store::connections::{Connection, GOOGLE};

/// Not among Google's documented endpoints, but where Auth0 sends browsers.
const LOGOUT: Endpoint = Endpoint { real: "https://accounts.google.com/Logout", path: "Logout" };

/// Google goes on to addresses of its own alone, of which this one goes on to any.
const GOOGLE_CONTINUE: &str = "https://appengine.google.com/_ah/logout";

/// GitHub answers a form to who does not ask for JSON.
const JSON: &str = "application/json";

/// Calls providers.
#[derive(Clone)]
pub(crate) struct Upstream {
    http: reqwest::Client,
    /// Where social connections go instead of the real services. Custom ones go where their options say.
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

impl Asked<'_> {
    /// Google issues a refresh token only to who has just accepted, and asks who accepted before only when it is told
    /// to. Who must not be asked at all is not.
    fn prompt(&self, offline: Offline) -> ScopeSet {
        let prompt = ScopeSet::from(self.prompt.unwrap_or_default());
        let renews = offline == Offline::AccessType && self.offline_access;
        if renews && !prompt.contains("none") {
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
        let client = Client::of(connection)?;
        let strategy = client.strategy;
        let mut url = self.endpoint(&client, Place::Authorization)?;
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", client.id)
            .append_pair("redirect_uri", asked.redirect_uri)
            .append_pair("state", asked.state.expose());
        let scope = strategy.asked(asked.scope, asked.offline_access);
        if !scope.is_empty() {
            query.append_pair("scope", &scope.to_string());
        }
        if client.sends_pkce() {
            query
                .append_pair("code_challenge", asked.code_challenge.as_str())
                .append_pair("code_challenge_method", S256);
        }
        if let Some(hint) = asked.login_hint {
            query.append_pair(strategy.login_hint, hint);
        }
        if asked.offline_access && strategy.offline == Offline::AccessType {
            query.append_pair("access_type", "offline");
            query.append_pair("include_granted_scopes", "true");
        }
        let prompt = asked.prompt(strategy.offline);
        if !prompt.is_empty() {
            query.append_pair("prompt", &prompt.to_string());
        }
        query.extend_pairs(&client.options.auth_params);
        query.extend_pairs(asked.further);
        drop(query);
        Ok(url)
    }

    /// Where the provider ends its own session and sends the browser back; `None` for a connection whose provider has no
    /// such place.
    pub(crate) fn logout_url(&self, connection: &Connection, back: &Url) -> Option<Url> {
        if connection.strategy != GOOGLE {
            return None;
        }
        let mut url = self.at(&LOGOUT).ok()?;
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
        let client = Client::of(connection).ok()?;
        self.endpoint(&client, Place::Authorization).ok()
    }

    /// Redeems a code of the provider (RFC 6749 §4.1.3).
    pub(crate) async fn redeem(
        &self,
        connection: &Connection,
        code: Secret,
        code_verifier: CodeVerifier,
        redirect_uri: String,
    ) -> Result<UpstreamTokens, UpstreamError> {
        let client = Client::of(connection)?;
        let mut form = BTreeMap::from([
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri.as_str()),
        ]);
        if client.sends_pkce() {
            form.insert("code_verifier", code_verifier.as_str());
        }
        self.token(&client, form).await
    }

    /// Buys a new access token with a stored refresh token (RFC 6749 §6), for all that it is good for or for less.
    pub(crate) async fn refresh(
        &self,
        connection: &Connection,
        refresh_token: &Secret,
        scope: Option<&ScopeSet>,
    ) -> Result<UpstreamTokens, UpstreamError> {
        let client = Client::of(connection)?;
        let scope = scope.map(ToString::to_string);
        let mut form = BTreeMap::from([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ]);
        if let Some(scope) = &scope {
            form.insert("scope", scope);
        }
        self.token(&client, form).await
    }

    async fn token<'a>(
        &self,
        client: &Client<'a>,
        mut form: BTreeMap<&str, &'a str>,
    ) -> Result<UpstreamTokens, UpstreamError> {
        let endpoint = self.endpoint(client, Place::Token)?;
        let request = client.authenticate(self.http.post(endpoint).header(ACCEPT, JSON), &mut form);
        let answer = Answer::of(request.form(&form).send().await?).await?;
        UpstreamTokens::read(&answer.members()?).ok_or(UpstreamError::Unreadable)
    }

    /// Who the access token speaks for (OIDC Core §5.3).
    pub(crate) async fn profile(
        &self,
        connection: &Connection,
        access_token: &Secret,
    ) -> Result<Profile, UpstreamError> {
        let client = Client::of(connection)?;
        let endpoint = self.endpoint(&client, Place::Profile)?;
        let request = self.http.get(endpoint).header(ACCEPT, JSON);
        let answer = Answer::of(request.bearer_auth(access_token.expose()).send().await?).await?;
        Profile::read(&answer.members()?).ok_or(UpstreamError::Unreadable)
    }

    fn endpoint(&self, client: &Client<'_>, place: Place) -> Result<Url, UpstreamError> {
        match &client.strategy.services {
            Some(services) => self.at(services.at(place)),
            None => client.options.endpoint(place).ok_or(UpstreamError::NotConfigured),
        }
    }

    fn at(&self, endpoint: &Endpoint) -> Result<Url, UpstreamError> {
        match &self.provider {
            Some(provider) => provider.join(endpoint.path),
            None => Url::parse(endpoint.real),
        }
        .map_err(|_| UpstreamError::NotConfigured)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STATE: &str = "af0ifjsldkj";

    fn connection(strategy: &str, options: &serde_json::Value) -> Connection {
        let connection =
            json!({ "id": "con_1", "name": strategy, "strategy": strategy, "options": options });
        serde_json::from_value(connection).unwrap()
    }

    fn google(options: &serde_json::Value) -> Connection {
        connection("google-oauth2", options)
    }

    /// The query of an authorization request to Google.
    fn query(
        login_hint: Option<&str>,
        prompt: Option<&str>,
        offline_access: bool,
        further: &[(String, String)],
    ) -> Vec<(String, String)> {
        let google = google(&json!({ "client_id": "us", "client_secret": "s" }));
        let url = asked_of(&google, login_hint, prompt, offline_access, further);
        assert_eq!(url.host_str(), Some("accounts.google.com"));
        url.query_pairs().into_owned().collect()
    }

    fn asked_of(
        connection: &Connection,
        login_hint: Option<&str>,
        prompt: Option<&str>,
        offline_access: bool,
        further: &[(String, String)],
    ) -> Url {
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
        upstream.authorization_url(connection, &asked).unwrap()
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

    /// GitHub has no refresh tokens to ask for, and its own name for the hint.
    #[test]
    fn github_is_asked_in_its_own_words() {
        let github = connection("github", &json!({ "client_id": "us", "client_secret": "s" }));

        let url = asked_of(&github, Some("grace"), Some("select_account"), true, &[]);

        assert!(url.as_str().starts_with("https://github.com/login/oauth/authorize?"), "{url}");
        let query: Vec<_> = url.query_pairs().into_owned().collect();
        assert_eq!(value(&query, "login"), Some("grace"));
        assert_eq!(value(&query, "prompt"), Some("select_account"));
        assert_eq!(value(&query, "code_challenge_method"), Some("S256"));
        for name in ["login_hint", "access_type", "include_granted_scopes"] {
            assert_eq!(value(&query, name), None, "{name}");
        }
    }

    /// A custom provider knows offline access by its scope.
    #[test]
    fn a_custom_provider_is_asked_for_a_refresh_token_by_scope() {
        let options = json!({ "client_id": "us", "authorizationURL": "https://p.example/a" });
        let custom = connection("oauth2", &options);
        for (offline_access, scope) in
            [(true, "openid email offline_access"), (false, "openid email")]
        {
            let url = asked_of(&custom, None, None, offline_access, &[]);
            assert!(url.as_str().starts_with("https://p.example/a?"), "{url}");
            let query: Vec<_> = url.query_pairs().into_owned().collect();
            assert_eq!(value(&query, "scope"), Some(scope));
            assert_eq!(value(&query, "prompt"), None);
            assert_eq!(value(&query, "code_challenge"), None);
        }
    }

    #[test]
    fn who_has_no_client_or_no_endpoint_asks_nobody() {
        let upstream = Upstream::new(reqwest::Client::new(), None);
        let https = "https://p.example/a";
        for connection in [
            google(&json!({ "client_id": "us" })),
            google(&json!({ "client_secret": "s" })),
            connection("oauth2", &json!({ "client_id": "us" })),
            connection("oauth2", &json!({ "authorizationURL": https })),
            connection("auth0", &json!({ "client_id": "us", "client_secret": "s" })),
        ] {
            assert!(upstream.address(&connection).is_none(), "{connection:?}");
        }
    }

    #[test]
    fn flags_stand_for_scopes_of_the_strategy() {
        let google = google(&json!({ "calendar_events": true, "email": true, "drive": false }));
        let scope = strategy::login_scope(&google);
        let expected = "openid email profile https://www.googleapis.com/auth/calendar.events";
        assert_eq!(scope, ScopeSet::from(expected));
        let github = connection("github", &json!({ "scope": ["repo"], "gist": true }));
        assert_eq!(
            strategy::login_scope(&github),
            ScopeSet::from("read:user user:email repo gist")
        );
    }
}
