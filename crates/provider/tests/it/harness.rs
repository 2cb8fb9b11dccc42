//! A provider of one's own, a browser in front of it, and a client beside it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use provider::{Config, Provider};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::Url;

pub(crate) const CLIENT: &str = "strongroom-tenant";
pub(crate) const SECRET: &str = "strongroom-tenant-secret";
pub(crate) const CALLBACK: &str = "http://localhost:4400/login/callback";
/// Registered by a flag.
pub(crate) const OTHER_CALLBACK: &str = "http://localhost:9000/back?keep=1";
pub(crate) const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
pub(crate) const READONLY: &str = "https://www.googleapis.com/auth/calendar.events.readonly";
pub(crate) const SEEDED: &str = "1//ada-offline-grant";
pub(crate) const ADA_SUB: &str = "108442190116482530771";
pub(crate) const GRACE_SUB: &str = "113906192861209455120";
pub(crate) const EVENTS_PATH: &str = "/calendar/v3/calendars/primary/events";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A provider that no other test sees.
pub(crate) struct TestProvider {
    pub(crate) provider: Provider,
    http: reqwest::Client,
}

impl TestProvider {
    pub(crate) async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self::listening(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), config).await
    }

    pub(crate) async fn listening(listen: SocketAddr, config: Config) -> Self {
        let config =
            Config { listen, redirect_uris: vec![OTHER_CALLBACK.parse().unwrap()], ..config };
        let provider = provider::start(config).await.unwrap();
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { provider, http }
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { provider: self, cookie: None }
    }

    /// Moves the provider's clock.
    pub(crate) fn later(&self, seconds: u64) {
        self.provider.clock().advance(seconds);
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.provider.url());
        self.http.request(method.parse().unwrap(), url)
    }

    /// `POST /token`, authenticated in the body.
    pub(crate) async fn token(&self, parameters: &[(&str, &str)]) -> Reply {
        let client = [("client_id", CLIENT), ("client_secret", SECRET)];
        self.token_as(&[&client, parameters].concat()).await
    }

    /// `POST /token` with these parameters alone.
    pub(crate) async fn token_as(&self, parameters: &[(&str, &str)]) -> Reply {
        send(self.request("POST", "/token").form(parameters)).await
    }

    /// Redeems a code of a request without PKCE.
    pub(crate) async fn redeem(&self, code: &str) -> Reply {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ])
        .await
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    pub(crate) async fn revoke(&self, token: &str) -> Reply {
        send(self.request("POST", "/revoke").form(&[("token", token)])).await
    }

    pub(crate) async fn userinfo(&self, token: &str) -> Reply {
        self.with_token("GET", "/v1/userinfo", token).await
    }

    pub(crate) async fn with_token(&self, method: &str, path: &str, token: &str) -> Reply {
        send(self.request(method, path).bearer_auth(token)).await
    }

    pub(crate) async fn with_json(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Reply {
        send(self.request(method, path).bearer_auth(token).json(body)).await
    }

    /// An access token of Ada's, without the way through the browser.
    pub(crate) async fn ada(&self, scope: &str) -> String {
        self.access_token("ada@example.com", scope).await
    }

    pub(crate) async fn access_token(&self, email: &str, scope: &str) -> String {
        self.provider.access_token(email, scope).await.expect("a known person").expose().to_owned()
    }
}

/// A browser that follows nothing by itself, and keeps the cookie.
pub(crate) struct Browser<'a> {
    provider: &'a TestProvider,
    pub(crate) cookie: Option<String>,
}

impl Browser<'_> {
    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Reply {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let reply = send(request).await;
        if let Some(cookie) = reply.headers.get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        reply
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(self.provider.request("GET", path)).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(self.provider.request("POST", path).form(form)).await
    }

    pub(crate) async fn authorize(&mut self, request: &AuthRequest) -> Reply {
        self.get(&request.path()).await
    }

    /// The page that a redirect leads to.
    pub(crate) async fn follow(&mut self, redirect: &Reply) -> Reply {
        let path = redirect.path();
        self.get(&path).await
    }

    /// To the sign-in page, and through it by the person's button.
    pub(crate) async fn sign_in(&mut self, request: &AuthRequest, sub: &str) -> Reply {
        let redirect = self.authorize(request).await;
        let page = self.follow(&redirect).await;
        let state = page.form_state();
        self.post("/signin", &[("state", &state), ("user", sub)]).await
    }

    /// On the consent page that the redirect leads to.
    pub(crate) async fn decide(&mut self, redirect: &Reply, decision: &str) -> Reply {
        let page = self.follow(redirect).await;
        let state = page.form_state();
        self.post("/consent", &[("state", &state), ("decision", decision)]).await
    }

    /// Signs in and accepts: a code.
    pub(crate) async fn code(&mut self, request: &AuthRequest, sub: &str) -> String {
        let redirect = self.sign_in(request, sub).await;
        self.decide(&redirect, "accept").await.answer("code")
    }
}

/// The query of an authorization request.
#[derive(Clone)]
pub(crate) struct AuthRequest(BTreeMap<&'static str, String>);

impl AuthRequest {
    /// Google's usual one, for the events.
    pub(crate) fn new() -> Self {
        Self(BTreeMap::new())
            .with("client_id", CLIENT)
            .with("redirect_uri", CALLBACK)
            .with("response_type", "code")
            .with("scope", &format!("openid email profile {EVENTS}"))
            .with("state", "a state")
    }

    pub(crate) fn offline() -> Self {
        Self::new().with("access_type", "offline")
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.insert(name, value.to_owned());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    pub(crate) fn path(&self) -> String {
        self.path_at("/o/oauth2/v2/auth")
    }

    /// The same parameters at another endpoint.
    pub(crate) fn path_at(&self, endpoint: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.0);
        format!("{endpoint}?{}", query.finish())
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, body: response.text().await.unwrap() }
}

/// What the provider answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// A text of a JSON answer with status 200.
    #[track_caller]
    pub(crate) fn text(&self, member: &str) -> String {
        self.ok()[member].as_str().unwrap_or_else(|| panic!("no {member}: {self:?}")).to_owned()
    }

    /// RFC 6749 §5.2.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str) {
        assert_eq!((self.status, &self.json()["error"]), (status, &json!(error)), "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "SC-1/11");
    }

    /// Google's body.
    #[track_caller]
    pub(crate) fn google_refused(&self, status: u16, name: &str) {
        let error = &self.json()["error"];
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!((&error["code"], &error["status"]), (&json!(status), &json!(name)), "{self:?}");
        assert!(error["message"].is_string(), "{self:?}");
    }

    /// RFC 6750 §3.
    #[track_caller]
    pub(crate) fn challenged(&self, error: Option<&str>) {
        let challenge = self.header(WWW_AUTHENTICATE.as_str());
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        match error {
            Some(error) => {
                assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
            }
            None => assert!(!challenge.contains("error"), "{challenge}"),
        }
    }

    /// A page that says why nothing goes back to the client.
    #[track_caller]
    pub(crate) fn is_error_page(&self, status: u16, error: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.headers.get(LOCATION).is_none(), "{self:?}");
        assert!(self.header("content-type").starts_with("text/html"), "{self:?}");
        assert!(self.body.contains(error), "{self:?}");
        assert_eq!(self.header("x-frame-options"), "DENY", "SC-1/15");
    }

    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert_eq!(self.status, 303, "{self:?}");
        let base = Url::parse("http://provider.invalid").unwrap();
        base.join(self.header(LOCATION.as_str())).unwrap()
    }

    /// Path and query of a redirect within the provider.
    #[track_caller]
    pub(crate) fn path(&self) -> String {
        let url = self.location();
        assert_eq!(url.host_str(), Some("provider.invalid"), "leaves the provider: {url}");
        url[url::Position::BeforePath..].to_owned()
    }

    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) {
        assert!(self.path().starts_with(&format!("{path}?state=")), "{self:?}");
    }

    /// A parameter of the answer to the client.
    #[track_caller]
    pub(crate) fn answer(&self, name: &str) -> String {
        let url = self.location();
        assert!(url.as_str().starts_with(CALLBACK), "not to the client: {url}");
        let value =
            url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
        value.unwrap_or_else(|| panic!("no {name}: {url}"))
    }

    /// RFC 6749 §4.1.2.1; the state comes back (SC-1/8).
    #[track_caller]
    pub(crate) fn refused_by_redirect(&self, error: &str) {
        assert_eq!(
            (self.answer("error"), self.answer("state")),
            (error.to_owned(), "a state".to_owned())
        );
        assert!(!self.location().query_pairs().any(|(name, _)| name == "code"), "{self:?}");
    }

    /// What identifies the transaction of the page's form.
    #[track_caller]
    pub(crate) fn form_state(&self) -> String {
        assert!(self.body.contains("<form"), "{self:?}");
        let (_, rest) = self
            .body
            .split_once("name=\"state\" value=\"")
            .unwrap_or_else(|| panic!("no state: {self:?}"));
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}
