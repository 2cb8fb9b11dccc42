//! A world for each test: a tenant and its provider on free ports, and browsers and clients that talk to them.

mod browser;
pub(crate) mod connecting;
mod foreign_provider;
mod reply;
mod tokens;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use provider::Provider;
use reqwest::{Certificate, Client};
use serde_json::Value;
use tenant::{LogKind, Tenant};
use url::Url;

pub(crate) use self::browser::{Browser, parameter, redemption, request};
pub(crate) use self::foreign_provider::{Canned, ForeignProvider};
pub(crate) use self::reply::Reply;
pub(crate) use self::tokens::{signed_hs256, unverified_claims, unverified_header};

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

    /// Asks for a token for the client itself.
    pub(crate) async fn client_credentials(
        &self,
        client_id: &str,
        client_secret: &str,
        audience: &str,
    ) -> Reply {
        self.token(&[
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("audience", audience),
        ])
        .await
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

/// A tenant file in which the management client may ask for this scope of another API too.
pub(crate) fn granting(file: &str, audience: &str, scope: &str) -> String {
    let grant = format!(
        "clientGrants:\n  - client_id: Management\n    audience: {audience}\n    scope: [{scope}]\n"
    );
    file.replace("clientGrants:\n", &grant)
}

/// The quickstart's text with its app in the hands of others, who can have no refresh token policies (MG-4/23).
pub(crate) fn of_a_third_party(file: &str) -> String {
    let (before, policies) = file.split_once("      policies:\n").unwrap();
    let (_, after) = policies.split_once("    callbacks:\n").unwrap();
    format!("{before}    callbacks:\n{after}")
        .replace("    app_type: spa\n", "    app_type: spa\n    is_first_party: false\n")
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
