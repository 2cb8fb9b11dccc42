//! What people see and decide at the tenant, in a real browser: with the mouse, by keyboard alone, and as pictures.

use axum::Router;
use axum::extract::RawQuery;
use axum::routing::get;
use devkit::stack::Stack;
use service::running::{Bound, Running};
use std::path::PathBuf;
use url::Url;

use crate::browser::Browser;
use crate::pages::Login;

const ORGANIZATIONS: &str = "
organizations:
  - name: acme
    display_name: Acme Instruments
    members: [ada@example.com]
    connections:
      - name: Username-Password-Authentication
        is_signup_enabled: true
      - name: google-oauth2
  - name: analytical-engine
    display_name: Analytical Engine Society
    members: [ada@example.com]
    connections:
      - name: Username-Password-Authentication
";

/// A tenant, a browser, and a page where every answer arrives.
struct World {
    browser: Browser,
    stack: Stack,
    landing: Running,
    file: PathBuf,
}

impl World {
    /// The quickstart with something more said about its app.
    async fn with(name: &str, client: &str) -> Self {
        let bound = Bound::to("landing", ([127, 0, 0, 1], 0).into()).await.expect("a free port");
        let arrived = async |RawQuery(query): RawQuery| {
            let query = query.unwrap_or_default();
            let names = query.split('&').filter_map(|pair| pair.split('=').next());
            format!("Arrived with {}", names.collect::<Vec<_>>().join(", "))
        };
        let quickstart = devkit::workspace::root().join("tenants/quickstart.yaml");
        let text = std::fs::read_to_string(quickstart).expect("the tenant file");
        let text = text
            .replace("    app_type: spa\n", &format!("    app_type: spa\n{client}"))
            .replace("http://localhost:8080", bound.url());
        let file =
            std::env::temp_dir().join(format!("strongroom-{}-{name}.yaml", std::process::id()));
        std::fs::write(&file, text + ORGANIZATIONS).expect("another tenant file");
        let stack = Stack::builder().free_ports().tenant_file(&file).start().await;
        let stack = stack.unwrap_or_else(|error| panic!("{error}"));
        let browser = Browser::start(None).await;
        let landing = bound.serve(Router::new().fallback(get(arrived)));
        Self { browser, stack, landing, file }
    }

    /// Opens the tenant as the app would.
    async fn authorize(&self, parameters: &[(&str, &str)]) {
        let mut url = Url::parse(self.stack.tenant_url()).expect("a URL");
        url.set_path("/authorize");
        let callback = format!("{}/callback", self.landing.url());
        url.query_pairs_mut()
            .append_pair("client_id", "calendar-spa")
            .append_pair("response_type", "code")
            .append_pair("audience", "https://my-api.example.com")
            .append_pair(
                "scope",
                "openid profile email offline_access read:calendar write:calendar",
            )
            .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", "af0ifjsldkj")
            .extend_pairs(parameters);
        if !parameters.iter().any(|(name, _)| *name == "redirect_uri") {
            url.query_pairs_mut().append_pair("redirect_uri", &callback);
        }
        self.browser.open(url.as_str()).await;
    }

    async fn arrives_with(&self, parameter: &str) {
        self.browser.read(&format!("Arrived with {parameter}")).await;
    }

    fn login(&self) -> Login<'_> {
        Login(&self.browser)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.file);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone_a_person_logs_in_and_decides() {
    let world = World::with("keyboard", "").await;
    let browser = &world.browser;
    world.authorize(&[("prompt", "consent")]).await;
    world.login().appears().await;
    browser.picture("tenant-login").await;

    browser.tab_to("username").await;
    browser.type_keys("ada@example.com").await;
    browser.tab_to("password").await;
    browser.type_keys("ada-password").await;
    browser.press_enter().await;

    browser.heading("Allow Calendar SPA?").await;
    browser.picture("tenant-consent").await;
    browser.tab_to("Deny").await;
    browser.picture("tenant-consent-focus").await;
    browser.press_enter().await;
    world.arrives_with("error").await;

    world.authorize(&[("prompt", "select_account consent")]).await;
    browser.heading("Choose an account").await;
    browser.picture("tenant-account").await;
    browser.tab_to("Continue as Ada Lovelace").await;
    browser.press_enter().await;
    browser.heading("Allow Calendar SPA?").await;
    browser.tab_to("Accept").await;
    browser.press_enter().await;
    world.arrives_with("code").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_up() {
    let world = World::with("signup", "").await;
    let browser = &world.browser;
    world.authorize(&[]).await;
    world.login().appears().await;
    browser.press("Sign up").await;
    browser.heading("Sign up").await;
    browser.picture("tenant-signup").await;
    browser.fill_named("email", "ada@example.com").await;
    browser.fill_named("password", "another-password").await;
    browser.press("Continue").await;
    browser.read("There is an account with this email address").await;
    browser.picture("tenant-signup-refused").await;

    browser.fill("Email", "edith@example.com").await;
    browser.fill_named("password", "edith-password").await;
    browser.press("Continue").await;

    world.arrives_with("code").await;
}

/// The page's policy must let its form lead to the provider and back, which only a browser enforces.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_logs_in_at_the_provider_or_changes_their_mind() {
    let world = World::with("social", "").await;
    let browser = &world.browser;
    world.authorize(&[]).await;
    browser.press("Continue with Google").await;
    browser.heading("Sign in").await;
    browser.press("Grace Hopper").await;
    browser.heading("Allow Strongroom?").await;
    browser.press("Deny").await;
    world.arrives_with("error").await;

    world.authorize(&[]).await;
    browser.press("Continue with Google").await;
    browser.press("Accept").await;
    world.arrives_with("code").await;
    // The provider has the consent now: the whole way goes without a page.
    world.authorize(&[("connection", "google-oauth2"), ("max_age", "0")]).await;
    world.arrives_with("code").await;
    world.authorize(&[("prompt", "login")]).await;
    browser.press("Continue with Google").await;
    browser.press("Grace Hopper").await;
    world.arrives_with("code").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_which_organization_before_the_login() {
    let client =
        "    organization_usage: require\n    organization_require_behavior: pre_login_prompt\n";
    let world = World::with("before", client).await;
    let browser = &world.browser;
    world.authorize(&[]).await;
    browser.heading("Which organization?").await;
    browser.picture("tenant-organization-name").await;
    browser.fill("Name of the organization", "acme").await;
    browser.press("Continue").await;
    world.login().appears().await;
    browser.picture("tenant-organization-login").await;

    world.login().continue_as("Grace Hopper").await;
    world.arrives_with("error").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_chooses_among_their_organizations_after_the_login() {
    let client =
        "    organization_usage: require\n    organization_require_behavior: post_login_prompt\n";
    let world = World::with("after", client).await;
    let browser = &world.browser;
    world.authorize(&[]).await;
    world.login().continue_as("Ada Lovelace").await;
    browser.heading("Which organization?").await;
    browser.picture("tenant-organization-choice").await;
    browser.press("Acme Instruments").await;
    world.arrives_with("code").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_callback_is_shown_beside_the_right_one() {
    let world = World::with("error", "").await;
    let callbacks = format!("{}/callbacks", world.landing.url());
    world.authorize(&[("redirect_uri", &callbacks)]).await;
    world.browser.heading("Callback URL mismatch.").await;
    assert_eq!(world.browser.texts("//mark").await, ["callbacks", "callback"]);
    world.browser.picture("tenant-error").await;
}
