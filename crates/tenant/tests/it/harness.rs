//! A world for each test: a tenant and its provider on free ports, and browsers and clients that talk to them.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use provider::Provider;
use reqwest::{Certificate, Client, Response, StatusCode, header};
use serde_json::{Value, json};
use tenant::{LogKind, Tenant};
use url::Url;

pub(crate) const CALENDAR: &str = "https://my-api.example.com";
pub(crate) const REPORTS: &str = "https://reports-api.example.com";
pub(crate) const CALLBACK: &str = "http://localhost:8080/callback";
pub(crate) const ADA: &str = "ada@example.com";
pub(crate) const GRACE: &str = "grace@example.com";

/// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// A tenant and a provider that belong to one test.
pub(crate) struct World {
    pub(crate) tenant: Tenant,
    pub(crate) provider: Provider,
    pub(crate) http: Client,
}

impl World {
    /// The guide's end state.
    pub(crate) async fn quickstart() -> Self {
        Self::with(|file| file).await
    }

    /// The quickstart with another tenant file made of its text.
    pub(crate) async fn with(change: impl FnOnce(String) -> String) -> Self {
        Self::from_file("quickstart.yaml", change).await
    }

    /// The quickstart with other flags.
    pub(crate) async fn configured(config: tenant::Config) -> Self {
        Self::started("quickstart.yaml", |file| file, config).await
    }

    /// The quickstart over TLS, with an authority of its own.
    pub(crate) async fn over_https() -> Self {
        Self::configured(https(tenant::Config::default())).await
    }

    pub(crate) async fn from_file(name: &str, change: impl FnOnce(String) -> String) -> Self {
        Self::started(name, change, tenant::Config::default()).await
    }

    async fn started(
        name: &str,
        change: impl FnOnce(String) -> String,
        config: tenant::Config,
    ) -> Self {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tenants/").to_owned() + name;
        let import = tenant_file(&change(fs::read_to_string(file).unwrap()));
        let provider_config =
            provider::Config { listen: ANY_PORT.into(), ..provider::Config::default() };
        let provider = provider::start(provider_config).await.unwrap();
        let config = tenant::Config {
            listen: ANY_PORT.into(),
            import,
            provider: Some(Url::parse(provider.url()).unwrap()),
            ..config
        };
        let tenant = tenant::start(config).await.unwrap();
        tenant.clock().stop();
        let callback = format!("{}login/callback", tenant.issuer());
        provider.allow_redirect_uri(callback.parse().unwrap()).await;
        let http = browser_client(&tenant);
        Self { tenant, provider, http }
    }

    /// The message by which the tenant refuses to start with a file made of the quickstart's text.
    pub(crate) async fn refused(change: impl FnOnce(String) -> String) -> String {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tenants/quickstart.yaml");
        let import = tenant_file(&change(fs::read_to_string(file).unwrap()));
        let config =
            tenant::Config { listen: ANY_PORT.into(), import, ..tenant::Config::default() };
        tenant::start(config).await.err().unwrap().to_string()
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.tenant.url())
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { world: self, http: browser_client(&self.tenant) }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        Reply::of(self.http.get(self.at(path)).send().await.unwrap()).await
    }

    pub(crate) fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.post(self.at(path))
    }

    /// `POST /oauth/token` with a form.
    pub(crate) async fn token(&self, parameters: &[(&str, &str)]) -> Reply {
        Reply::of(self.post("/oauth/token").form(parameters).send().await.unwrap()).await
    }

    /// What the app gets when that person logs in with these scopes.
    pub(crate) async fn log_in(&self, email: &str, scope: &str) -> Value {
        let code = self.browser().code(email, &request(&[("scope", scope)])).await;
        self.token(&redemption(&code, &[])).await.ok()
    }

    /// Renews the app's tokens, with parameters that are changed or added.
    pub(crate) async fn refresh(&self, token: &Value, changes: &[(&str, &str)]) -> Reply {
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("client_id", "calendar-spa"),
            ("refresh_token", token.as_str().unwrap_or_default()),
        ];
        for (name, value) in changes {
            form.retain(|(own, _)| own != name);
            form.push((name, value));
        }
        self.token(&form).await
    }

    /// An access token as if that person had logged in with the app.
    pub(crate) async fn access_token(&self, email: &str, audience: &str) -> String {
        let scope = "openid read:calendar";
        let token = self.tenant.access_token(email, "calendar-spa", audience, scope).await;
        token.unwrap().expose().to_owned()
    }

    /// A call of the Management API with every scope.
    pub(crate) async fn management(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let token = self.management_token("").await;
        self.management_with(&token, method, path, body).await
    }

    pub(crate) async fn management_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Reply {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, self.at(path)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// A Management API token with these scopes; all of them when there is none.
    pub(crate) async fn management_token(&self, scope: &str) -> String {
        let audience = format!("{}api/v2/", self.tenant.issuer());
        let reply = self
            .token(&[
                ("grant_type", "client_credentials"),
                ("client_id", "management"),
                ("client_secret", "management-secret"),
                ("audience", &audience),
                ("scope", scope),
            ])
            .await;
        reply.ok()["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn logged(&self, kind: LogKind) -> usize {
        self.tenant.log().iter().filter(|entry| entry.kind == kind).count()
    }
}

/// A tenant file on disk, of this test alone.
pub(crate) fn tenant_file(text: &str) -> PathBuf {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let name = format!("tenant-{}-{number}.yaml", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// It trusts the tenant's own authority and no other, where there is one.
fn browser_client(tenant: &Tenant) -> Client {
    let policy = reqwest::redirect::Policy::none();
    let client = Client::builder().cookie_store(true).redirect(policy);
    let client = match tenant.ca_file() {
        None => client,
        Some(file) => {
            client.tls_certs_only([Certificate::from_pem(&fs::read(file).unwrap()).unwrap()])
        }
    };
    client.build().unwrap()
}

/// The flags of [`World::over_https`].
pub(crate) fn https(config: tenant::Config) -> tenant::Config {
    static FOLDERS: AtomicUsize = AtomicUsize::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let name = format!("data-{}-{number}", std::process::id());
    let data_folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    tenant::Config { https: true, https_listen: ANY_PORT.into(), data_folder, ..config }
}

/// A provider or tenant address that nothing answers at.
pub(crate) fn free_address() -> SocketAddr {
    std::net::TcpListener::bind(SocketAddr::from(ANY_PORT)).unwrap().local_addr().unwrap()
}

/// A browser with its cookies. Redirects are answers, so that tests see them.
pub(crate) struct Browser<'a> {
    world: &'a World,
    http: Client,
}

impl Browser<'_> {
    pub(crate) async fn get(&self, url: &str) -> Reply {
        let url = if url.starts_with('/') { self.world.at(url) } else { url.to_owned() };
        Reply::of(self.http.get(url).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Reply {
        let url = if url.starts_with('/') { self.world.at(url) } else { url.to_owned() };
        Reply::of(self.http.post(url).form(form).send().await.unwrap()).await
    }

    pub(crate) async fn authorize(&self, request: &[(&'static str, &str)]) -> Reply {
        let mut url = Url::parse(&self.world.at("/authorize")).unwrap();
        url.query_pairs_mut().extend_pairs(request);
        self.get(url.as_str()).await
    }

    /// Starts a login and returns the `state` of the login page.
    pub(crate) async fn login_page(&self, request: &[(&'static str, &str)]) -> String {
        let location = self.authorize(request).await.location();
        self.page_at("/u/login", &location).await.0
    }

    /// Goes where it was sent, to that page, and returns its `state` and what it says.
    pub(crate) async fn page_at(&self, path: &str, location: &Url) -> (String, String) {
        assert_eq!(location.path(), path, "{location}");
        let page = self.get(location.as_str()).await;
        page.expect(StatusCode::OK);
        (parameter(location, "state").unwrap(), page.body)
    }

    /// Logs in by password and returns the callback URL with its answer.
    pub(crate) async fn log_in(&self, email: &str, request: &[(&'static str, &str)]) -> Url {
        let state = self.login_page(request).await;
        let password = email.replace("@example.com", "-password");
        let form = [("state", state.as_str()), ("username", email), ("password", &password)];
        self.post("/u/login", &form).await.location()
    }

    /// Logs in and returns the code.
    pub(crate) async fn code(&self, email: &str, request: &[(&'static str, &str)]) -> String {
        let callback = self.log_in(email, request).await;
        parameter(&callback, "code").unwrap_or_else(|| panic!("no code: {callback}"))
    }
}

/// The app's authorization request, with some of its parameters changed or (when empty) left out.
pub(crate) fn request<'a>(changes: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let mut request = vec![
        ("client_id", "calendar-spa"),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("audience", CALENDAR),
        ("scope", "openid profile email read:calendar"),
        ("state", "af0ifjsldkj"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        request.retain(|(own, _)| own != name);
        if !value.is_empty() {
            request.push((name, value));
        }
    }
    request
}

/// The app's code redemption, with some parameters changed or left out.
pub(crate) fn redemption<'a>(
    code: &'a str,
    changes: &[(&'static str, &'a str)],
) -> Vec<(&'static str, &'a str)> {
    let mut request = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "calendar-spa"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    for (name, value) in changes {
        request.retain(|(own, _)| own != name);
        if !value.is_empty() {
            request.push((name, value));
        }
    }
    request
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// The claims of a token; its signature is somebody else's business.
pub(crate) fn unverified_claims(token: &Value) -> Value {
    use base64::Engine;
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    serde_json::from_slice(&engine.decode(payload).unwrap()).unwrap()
}

/// The header of a token, likewise.
pub(crate) fn unverified_header(token: &str) -> Value {
    use base64::Engine;
    let header = token.split('.').next().unwrap();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    serde_json::from_slice(&engine.decode(header).unwrap()).unwrap()
}

/// A token signed with a secret.
pub(crate) fn signed_hs256(claims: &Value, secret: &str) -> String {
    use aws_lc_rs::hmac;
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let message =
        format!("{}.{}", engine.encode(header.to_string()), engine.encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", engine.encode(signature.as_ref()))
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) async fn of(response: Response) -> Self {
        let status = response.status();
        let headers = response.headers().clone();
        Self { status, headers, body: response.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(json!(null))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        self.expect(StatusCode::OK).json()
    }

    /// A refusal of the token endpoint.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str) {
        self.expect(StatusCode::from_u16(status).unwrap());
        assert_eq!(self.json()["error"], error, "{self:?}");
        assert!(self.header("content-type").starts_with("application/json"), "{self:?}");
        assert!(self.header("cache-control").contains("no-store"), "{self:?}");
    }

    /// A refusal of the Management API.
    #[track_caller]
    pub(crate) fn refused_with(&self, status: u16, error_code: &str) {
        self.expect(StatusCode::from_u16(status).unwrap());
        assert_eq!(self.json()["statusCode"], status, "{self:?}");
        assert_eq!(self.json()["errorCode"].as_str().unwrap_or_default(), error_code, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
    }

    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert!(self.status.is_redirection(), "{self:?}");
        Url::parse(self.header("location")).unwrap()
    }

    /// A refusal that is sent to the app's callback.
    #[track_caller]
    pub(crate) fn sent_back(&self, error: &str) {
        let location = self.expect(StatusCode::FOUND).location();
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        assert!(location.as_str().starts_with(&format!("{CALLBACK}?")), "{self:?}");
        assert_eq!(parameter(&location, "error").as_deref(), Some(error), "{self:?}");
        assert_eq!(parameter(&location, "state").as_deref(), Some("af0ifjsldkj"), "{self:?}");
        assert_eq!(parameter(&location, "code"), None, "{self:?}");
    }

    /// A refusal that is shown, and sent nowhere.
    #[track_caller]
    pub(crate) fn shown(&self, status: u16, error: &str) {
        self.expect(StatusCode::from_u16(status).unwrap());
        assert!(!self.headers.contains_key("location"), "{self:?}");
        assert!(self.header("content-type").starts_with("text/html"), "{self:?}");
        assert!(self.body.contains(error), "{self:?}");
        assert_eq!(self.header("x-frame-options"), "DENY");
    }
}
