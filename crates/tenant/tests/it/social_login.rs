//! Login at the provider.

use reqwest::StatusCode;
use tenant::LogKind;
use url::Url;

use crate::harness::{
    ADA, Browser, CALENDAR, Reply, World, parameter, redemption, request, unverified_claims,
};

const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
pub(crate) const ADA_AT_THE_PROVIDER: &str = "108442190116482530771";
pub(crate) const GRACE_AT_THE_PROVIDER: &str = "113906192861209455120";

fn with_google<'a>(changes: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    request(&[&[("connection", "google-oauth2")], changes].concat())
}

/// Signs a person in at the provider, answers its consent page where there is one, and returns where that sends the
/// browser.
pub(crate) async fn at_the_provider(
    browser: &Browser<'_>,
    url: &Url,
    person: &str,
    decision: &str,
) -> Url {
    let base = url.join("/").unwrap();
    let at = |location: &Reply| base.join(location.header("location")).unwrap();
    let sign_in = at(&browser.get(url.as_str()).await);
    assert_eq!(sign_in.path(), "/signin", "{sign_in}");
    let state = parameter(&sign_in, "state").unwrap();
    let form = [("state", state.as_str()), ("user", person)];
    let next = at(&browser.post(base.join("/signin").unwrap().as_str(), &form).await);
    if next.path() != "/consent" {
        return next;
    }
    let state = parameter(&next, "state").unwrap();
    let form = [("state", state.as_str()), ("decision", decision)];
    at(&browser.post(base.join("/consent").unwrap().as_str(), &form).await)
}

/// Logs in at the provider all the way to the app's callback.
async fn log_in(world: &World, browser: &Browser<'_>, person: &str) -> Url {
    let provider = browser.authorize(&with_google(&[])).await.location();
    assert!(provider.as_str().starts_with(world.provider.url()), "{provider}");
    let back = at_the_provider(browser, &provider, person, "accept").await;
    assert_eq!(back.path(), "/login/callback", "{back}");
    browser.get(back.as_str()).await.location()
}

async fn tokens(world: &World, callback: &Url) -> serde_json::Value {
    let code = parameter(callback, "code").unwrap_or_else(|| panic!("no code: {callback}"));
    world.token(&redemption(&code, &[])).await.ok()
}

/// AZ-1/15: no page of the tenant on the way; the person is who the provider says.
#[tokio::test]
async fn a_connection_leads_to_its_provider_and_back_to_the_app() {
    let world = World::quickstart().await;
    let browser = world.browser();

    let callback = log_in(&world, &browser, GRACE_AT_THE_PROVIDER).await;

    assert_eq!(parameter(&callback, "state").as_deref(), Some("af0ifjsldkj"));
    let claims = unverified_claims(&tokens(&world, &callback).await["id_token"]);
    assert_eq!(claims["sub"], format!("google-oauth2|{GRACE_AT_THE_PROVIDER}"));
    assert_eq!(claims["name"], "Grace Hopper");
    assert_eq!(claims["email"], "grace@example.com");
    assert_eq!(claims["email_verified"], true);
    assert_eq!(world.logged(LogKind::S), 1);
}

/// AZ-4/1: the session that it ends in is one like any other.
#[tokio::test]
async fn who_logged_in_at_the_provider_is_logged_in() {
    let world = World::quickstart().await;
    let browser = world.browser();
    log_in(&world, &browser, GRACE_AT_THE_PROVIDER).await;

    for changes in [vec![], vec![("connection", "google-oauth2")], vec![("prompt", "none")]] {
        let callback = browser.authorize(&request(&changes)).await.location();
        let claims = unverified_claims(&tokens(&world, &callback).await["id_token"]);
        assert_eq!(claims["sub"], format!("google-oauth2|{GRACE_AT_THE_PROVIDER}"));
    }
}

/// AZ-1/15: a session of another connection is not the one that is asked for.
#[tokio::test]
async fn a_session_of_another_connection_does_not_answer() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    let location = browser.authorize(&with_google(&[])).await.location();
    assert!(location.as_str().starts_with(world.provider.url()), "{location}");
    browser.authorize(&with_google(&[("prompt", "none")])).await.sent_back("login_required");
}

/// AZ-1/15: a connection with passwords is a login page for its own people and no other.
#[tokio::test]
async fn a_connection_with_passwords_leaves_no_way_to_the_provider() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let request = request(&[("connection", "Username-Password-Authentication")]);
    let location = browser.authorize(&request).await.location();

    let (state, page) = browser.page_at("/u/login", &location).await;

    assert!(page.contains("Ada Lovelace") && !page.contains("Continue with"), "{page}");
    let form = [("state", state.as_str()), ("connection", "google-oauth2")];
    browser.post("/u/login", &form).await.sent_back("invalid_request");
}

/// The login page offers the provider.
#[tokio::test]
async fn a_button_of_the_login_page_leads_to_the_provider() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let location = browser.authorize(&request(&[])).await.location();
    let page = browser.get(location.as_str()).await;
    assert!(page.body.contains("Continue with Google"), "{page:?}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains(world.provider.url()), "forms may end at the provider: {policy}");

    let state = parameter(&location, "state").unwrap();
    let form = [("state", state.as_str()), ("connection", "google-oauth2")];
    let provider = browser.post("/u/login", &form).await;
    assert_eq!(provider.status, StatusCode::FOUND);
    let back = at_the_provider(&browser, &provider.location(), ADA_AT_THE_PROVIDER, "accept").await;
    let callback = browser.get(back.as_str()).await.location();

    let claims = unverified_claims(&tokens(&world, &callback).await["id_token"]);
    assert_eq!(claims["sub"], format!("google-oauth2|{ADA_AT_THE_PROVIDER}"));
}

/// AZ-1/14, AZ-1/16: what is asked of the provider. RFC 9700 §2.1.1: with PKCE.
#[tokio::test]
async fn the_provider_is_asked_for_the_connections_scopes_and_those_of_the_request() {
    let world = World::quickstart().await;
    let readonly = "https://www.googleapis.com/auth/calendar.events.readonly";
    let request = with_google(&[
        ("connection_scope", readonly),
        ("login_hint", "grace@example.com"),
        ("prompt", "login"),
    ]);

    let url = world.browser().authorize(&request).await.location();

    assert_eq!(url.path(), "/o/oauth2/v2/auth");
    let scope = parameter(&url, "scope").unwrap();
    assert_eq!(scope, format!("openid email profile {EVENTS} {readonly}"));
    assert_eq!(parameter(&url, "code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(parameter(&url, "code_challenge").unwrap().len(), 43);
    assert_eq!(parameter(&url, "state").unwrap().len(), 43);
    assert_eq!(parameter(&url, "login_hint").as_deref(), Some("grace@example.com"));
    assert_eq!(parameter(&url, "prompt").as_deref(), Some("login"));
    let callback = format!("{}login/callback", world.tenant.issuer());
    assert_eq!(parameter(&url, "redirect_uri"), Some(callback));
}

/// AZ-3/17.
#[tokio::test]
async fn who_cancels_at_the_provider_is_sent_back() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let provider = browser.authorize(&with_google(&[])).await.location();

    let back = at_the_provider(&browser, &provider, GRACE_AT_THE_PROVIDER, "deny").await;
    let reply = browser.get(back.as_str()).await;

    reply.expect(StatusCode::FOUND).sent_back("access_denied");
    assert_eq!(
        parameter(&reply.location(), "error_description").as_deref(),
        Some("User has canceled the interaction.")
    );
}

/// README of the contract, fact 5: a login never fills the vault, though the same scopes were granted.
#[tokio::test]
async fn a_login_at_the_provider_does_not_fill_the_vault() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let callback = log_in(&world, &browser, ADA_AT_THE_PROVIDER).await;
    let token = tokens(&world, &callback).await["access_token"].as_str().unwrap().to_owned();

    let exchange = [
        (
            "grant_type",
            "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
        ),
        ("client_id", "calendar-api-client"),
        ("client_secret", "calendar-api-secret"),
        ("subject_token", &token),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        (
            "requested_token_type",
            "http://auth0.com/oauth/token-type/federated-connection-access-token",
        ),
        ("connection", "google-oauth2"),
    ];
    let reply = world.token(&exchange).await;

    reply.refused(401, "federated_connection_refresh_token_not_found");
    assert_eq!(unverified_claims(&token.into())["aud"][0], CALENDAR);
}

/// RFC 6749 §10.12: an answer of the provider that another browser brings logs nobody in, and is still good in its own.
#[tokio::test]
async fn an_answer_for_another_browser_is_refused() {
    let world = World::quickstart().await;
    let attacker = world.browser();
    let provider = attacker.authorize(&with_google(&[])).await.location();
    let back = at_the_provider(&attacker, &provider, GRACE_AT_THE_PROVIDER, "accept").await;

    let victim = world.browser();
    victim.login_page(&request(&[])).await;
    victim.get(back.as_str()).await.shown(400, "invalid_request");
    victim.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");

    assert!(parameter(&attacker.get(back.as_str()).await.location(), "code").is_some());
    attacker.get(back.as_str()).await.shown(400, "invalid_request");
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_refused() {
    let world = World::quickstart().await;
    for query in ["", "?code=a", "?state=a", "?code=a&state=b", "?code=a&code=b&state=c"] {
        let reply = world.browser().get(&format!("/login/callback{query}")).await;
        reply.shown(400, "invalid_request");
    }
}

/// The provider's refusal of a code, or its silence, is told to the app.
#[tokio::test]
async fn a_code_that_the_provider_does_not_take_is_sent_back_as_an_error() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let provider = browser.authorize(&with_google(&[])).await.location();
    let state = parameter(&provider, "state").unwrap();

    let reply = browser.get(&format!("/login/callback?code=made-up&state={state}")).await;

    reply.sent_back("server_error");
    assert_eq!(world.logged(LogKind::F), 1);
}

/// AZ-3/24.
#[tokio::test]
async fn a_connection_that_is_not_enabled_is_refused() {
    let world = World::with(|file| {
        file.replace(
            "    strategy: google-oauth2\n    enabled_clients:\n      - Calendar SPA\n",
            "    strategy: google-oauth2\n    enabled_clients: []\n",
        )
    })
    .await;
    let browser = world.browser();

    browser.authorize(&with_google(&[])).await.sent_back("invalid_request");
    browser.authorize(&request(&[("connection", "nobody")])).await.sent_back("invalid_request");
    let location = browser.authorize(&request(&[])).await.location();
    let (_, page) = browser.page_at("/u/login", &location).await;
    assert!(!page.contains("Continue with Google"), "{page}");
}

/// A connection without a client at the provider leads nowhere, and says so.
#[tokio::test]
async fn a_connection_that_is_not_set_up_is_sent_back_as_an_error() {
    let world = World::with(|file| file.replace("      client_id: strongroom-tenant\n", "")).await;
    world.browser().authorize(&with_google(&[])).await.sent_back("server_error");
}

/// Follows a logout that goes by the provider, and returns where it ends.
async fn by_the_provider(world: &World, browser: &Browser<'_>, reply: &Reply) -> String {
    let provider = reply.location();
    assert!(provider.as_str().starts_with(world.provider.url()), "{provider}");
    assert!(!provider.as_str().contains("eyJ"), "no token in an address: {provider}");
    let back = browser.get(provider.as_str()).await.location();
    assert!(back.as_str().starts_with(world.tenant.url()), "{back}");
    assert!(!back.as_str().contains("federated"), "{back}");
    browser.get(back.as_str()).await.header("location").to_owned()
}

/// Whether the provider still knows who is in this browser.
async fn is_signed_in_at_the_provider(browser: &Browser<'_>) -> bool {
    let provider = browser.authorize(&with_google(&[])).await.location();
    let next = browser.get(provider.as_str()).await;
    !next.header("location").contains("/signin")
}

/// DT-6/3, DT-6/10: out at the provider too, on the way to where the application wants the browser.
#[tokio::test]
async fn a_federated_logout_goes_by_the_provider() {
    const OUT: &str = "http://localhost:8080";
    for way in ["v2", "oidc", "asked"] {
        let world = World::quickstart().await;
        let browser = world.browser();
        let callback = log_in(&world, &browser, GRACE_AT_THE_PROVIDER).await;
        let id_token = tokens(&world, &callback).await["id_token"].clone();
        let hint = id_token.as_str().unwrap();
        let app = "client_id=calendar-spa&state=s";
        let reply = match way {
            "v2" => browser.get(&format!("/v2/logout?{app}&returnTo={OUT}&federated")).await,
            "oidc" => {
                let form = [("id_token_hint", hint), ("state", "s"), ("federated", "true")];
                browser.post("/oidc/logout", &form).await
            }
            _ => {
                let asked = browser.get(&format!("/oidc/logout?{app}&federated")).await;
                let policy = asked.header("content-security-policy");
                assert!(policy.contains(world.provider.url()), "{policy}");
                let (_, ticket) = asked.body.split_once("name=\"ticket\" value=\"").unwrap();
                let ticket = ticket.split('"').next().unwrap();
                browser.post("/u/logout", &[("ticket", ticket)]).await
            }
        };

        let end = by_the_provider(&world, &browser, &reply).await;
        let expected = if way == "v2" { OUT } else { "http://localhost:8080/?state=s" };
        assert_eq!(end, expected, "{way}");
        let silent = browser.authorize(&request(&[("prompt", "none")])).await;
        silent.sent_back("login_required");
        assert!(!is_signed_in_at_the_provider(&browser).await);
    }
}

/// DT-6/3: without the wish, or of a session with a password, the provider is left alone.
#[tokio::test]
async fn a_logout_leaves_the_provider_alone_otherwise() {
    let world = World::quickstart().await;
    let out = "/v2/logout?client_id=calendar-spa";
    for federated in ["", "&federated=false"] {
        let browser = world.browser();
        log_in(&world, &browser, GRACE_AT_THE_PROVIDER).await;
        let reply = browser.get(&format!("{out}{federated}")).await;
        assert_eq!(reply.header("location"), "http://localhost:8080");
        assert!(is_signed_in_at_the_provider(&browser).await);
    }

    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let reply = browser.get(&format!("{out}&federated")).await;
    assert_eq!(reply.header("location"), "http://localhost:8080");
    // Nor does a refused logout go anywhere.
    let evil = format!("{out}&federated&returnTo=https%3A%2F%2Fevil.example");
    browser.get(&evil).await.shown(400, "invalid_request");
}
