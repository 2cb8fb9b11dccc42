//! One world per test: all servers, the app and a browser.

use crate::app::BoundApp;
use crate::browser::Browser;
use crate::pages::{Calendar, Login, Refused, Welcome};
use devkit::stack::Stack;
use serde_json::Value;
use service::http::{CALL_TIMEOUT, client_trusting};
use service::running::Running;
use url::Url;

/// Everything, running, on ports of its own.
pub struct World {
    pub browser: Browser,
    pub stack: Stack,
    app: Running,
    http: reqwest::Client,
}

impl World {
    /// The guide's end state.
    pub async fn quickstart() -> Self {
        Self::with("quickstart.yaml", false).await
    }

    /// The guide's starting point.
    pub async fn blank() -> Self {
        Self::with("blank.yaml", false).await
    }

    /// The guide's end state, with the tenant over TLS.
    pub async fn over_https() -> Self {
        Self::with("quickstart.yaml", true).await
    }

    /// The guide's end state, for a browser that was in another world before.
    pub async fn quickstart_for(browser: Browser) -> Self {
        let (stack, app) = servers("quickstart.yaml", false).await;
        Self::of(stack, app, browser)
    }

    async fn with(tenant_file: &str, https: bool) -> Self {
        let (stack, app) = servers(tenant_file, https).await;
        let browser = Browser::start(stack.tenant().authority()).await;
        Self::of(stack, app, browser)
    }

    fn of(stack: Stack, app: Running, browser: Browser) -> Self {
        let authority = stack.tenant().ca_file();
        let http = client_trusting(authority, CALL_TIMEOUT).expect("an HTTP client");
        Self { browser, stack, app, http }
    }

    /// The URL of a path of the app.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.app.url())
    }

    pub async fn open(&self, path: &str) {
        self.browser.open(&self.at(path)).await;
    }

    pub fn welcome(&self) -> Welcome<'_> {
        Welcome(&self.browser)
    }

    pub fn login(&self) -> Login<'_> {
        Login(&self.browser)
    }

    pub fn calendar(&self) -> Calendar<'_> {
        Calendar(&self.browser)
    }

    pub fn refused(&self) -> Refused<'_> {
        Refused(&self.browser)
    }

    pub fn tenant_url(&self) -> Url {
        Url::parse(self.stack.tenant_url()).expect("a URL")
    }

    /// From the welcome page to the calendar, as one of the tenant's people.
    pub async fn log_in_as(&self, name: &str) {
        self.open("/").await;
        self.welcome().log_in().await;
        self.login().continue_as(name).await;
    }

    /// An access token for the tenant's Management API.
    pub async fn management_token(&self) -> String {
        let audience = format!("{}/api/v2/", self.stack.tenant_url());
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "management"),
            ("client_secret", "management-secret"),
            ("audience", &audience),
        ];
        let url = format!("{}/oauth/token", self.stack.tenant_url());
        let reply = self.http.post(url).form(&form).send().await.expect("an answer");
        let body: Value = reply.json().await.expect("the tenant answers in JSON");
        let token = body["access_token"].as_str();
        token.unwrap_or_else(|| panic!("no access token in {body}")).to_owned()
    }

    /// The titles of Ada's events, as the provider itself tells them.
    pub async fn events_at_the_provider(&self) -> Vec<String> {
        let provider = self.stack.provider();
        let scope = "https://www.googleapis.com/auth/calendar.events";
        let token =
            provider.access_token("ada@example.com", scope).await.expect("the provider knows Ada");
        let url = format!("{}/calendar/v3/calendars/primary/events?maxResults=250", provider.url());
        let reply = self.http.get(url).bearer_auth(token.expose()).send().await.expect("an answer");
        let events: Value = reply.json().await.expect("the provider answers in JSON");
        let items = events["items"].as_array().unwrap_or_else(|| panic!("no events in {events}"));
        items.iter().filter_map(|event| event["summary"].as_str()).map(str::to_owned).collect()
    }
}

/// The servers and the app, on free ports.
async fn servers(tenant_file: &str, https: bool) -> (Stack, Running) {
    let app = BoundApp::to_a_free_port().await;
    let stack = Stack::builder()
        .free_ports()
        .https(https)
        .spa_origin(app.origin())
        .tenant_file(&devkit::workspace::root().join("tenants").join(tenant_file))
        .start()
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let app = app.serve(stack.tenant_url(), stack.calendar_api_url());
    (stack, app)
}
