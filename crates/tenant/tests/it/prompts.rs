//! `prompt`, `max_age` and what else decides on what the person is asked.

use reqwest::StatusCode;
use serde_json::Value;

use crate::harness::{
    ADA, Browser, CALLBACK, World, parameter, redemption, request, unverified_claims,
};

const MULTI_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

/// The claims of the ID token that a browser gets without being asked anything.
async fn id_token(world: &World, browser: &Browser<'_>, changes: &[(&'static str, &str)]) -> Value {
    let reply = browser.authorize(&request(changes)).await;
    let code = parameter(&reply.location(), "code").unwrap_or_else(|| panic!("{reply:?}"));
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    unverified_claims(&tokens["id_token"])
}

/// AZ-1/13, DT-4/4, SC-4/5.
#[tokio::test]
async fn a_login_may_be_too_old_and_the_id_token_tells_its_time() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let before = world.tenant.clock().now().seconds();
    browser.log_in(ADA, &request(&[])).await;
    let after = world.tenant.clock().now().seconds();
    world.tenant.clock().advance(61);

    let claims = id_token(&world, &browser, &[("max_age", "600")]).await;
    let auth_time = claims["auth_time"].as_u64().unwrap();
    assert!((before..=after).contains(&auth_time), "{claims}");
    assert!(id_token(&world, &browser, &[]).await["auth_time"].is_null());

    let silent = request(&[("max_age", "60"), ("prompt", "none")]);
    browser.authorize(&silent).await.sent_back("login_required");
    let url = browser.log_in(ADA, &request(&[("max_age", "60")])).await;
    let tokens = world.token(&redemption(&parameter(&url, "code").unwrap(), &[])).await.ok();
    assert!(unverified_claims(&tokens["id_token"])["auth_time"].as_u64().unwrap() > after);
}

/// AZ-1/13: even the login of this very second is too old.
#[tokio::test]
async fn a_max_age_of_zero_asks_for_a_new_login() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    let silent = request(&[("max_age", "0"), ("prompt", "none")]);
    browser.authorize(&silent).await.sent_back("login_required");
    let code = browser.code(ADA, &request(&[("max_age", "0")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert!(unverified_claims(&tokens["id_token"])["auth_time"].is_u64());

    for malformed in ["-1", "1.5", "soon", "99999999999999999999"] {
        let asked = request(&[("max_age", malformed)]);
        browser.authorize(&asked).await.sent_back("invalid_request");
    }
}

/// AZ-4/2, SC-4/5: who has logged in again is not asked for ever, and not told when that was.
#[tokio::test]
async fn after_the_login_that_was_asked_for_comes_the_answer() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    let code = browser.code(ADA, &request(&[("prompt", "login")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert!(unverified_claims(&tokens["id_token"])["auth_time"].is_null());
}

/// SC-7/10: the browser goes on by `GET`, and does not repeat the password to the application.
#[tokio::test]
async fn a_posted_password_is_not_repeated() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    let reply = browser.post("/u/login", &form).await;

    reply.expect(StatusCode::FOUND);
    assert!(!reply.header("location").contains("password"), "{reply:?}");
    let posted = browser.post("/authorize", &request(&[("prompt", "login")])).await;
    posted.expect(StatusCode::FOUND);
}

/// AZ-1/12, AZ-3/11, SC-4/5: silent is silent, with a session and without.
#[tokio::test]
async fn a_silent_request_shows_nothing() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let silent = request(&[("prompt", "none")]);
    let refused = browser.authorize(&silent).await;
    refused.sent_back("login_required");
    assert_eq!(refused.status.as_u16(), 302);
    assert_eq!(refused.header("cache-control"), "no-store");
    assert_eq!(
        parameter(&refused.location(), "error_description").as_deref(),
        Some("Login required")
    );

    browser.log_in(ADA, &request(&[])).await;
    let url = browser.authorize(&silent).await.location();
    assert!(url.as_str().starts_with(&format!("{CALLBACK}?code=")), "{url}");
}

/// AZ-3/15.
#[tokio::test]
async fn prompts_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for prompt in ["none login", "consent none", "none select_account", "none none", "everything"] {
        let asked = request(&[("prompt", prompt)]);
        world.browser().authorize(&asked).await.sent_back("invalid_request");
    }
}

/// SC-8/6: where the browser withholds the cookie, as it does in a frame of another site, nobody is there.
#[tokio::test]
async fn without_the_cookie_a_silent_request_finds_nobody() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let in_a_foreign_frame = world.browser();
    in_a_foreign_frame.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");
}

/// AZ-1/21, AZ-3/12: nobody here has a second factor. Silently that is refused; in the open the login goes on, and the
/// ID token claims nothing that did not happen.
#[tokio::test]
async fn a_second_factor_is_not_pretended() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let code = browser.code(ADA, &request(&[("acr_values", MULTI_FACTOR)])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let claims = unverified_claims(&tokens["id_token"]);
    assert!(claims["acr"].is_null() && claims["amr"].is_null(), "{claims}");

    let silent = request(&[("acr_values", MULTI_FACTOR), ("prompt", "none")]);
    let refused = browser.authorize(&silent).await;
    refused.sent_back("login_required");
    assert_eq!(
        parameter(&refused.location(), "error_description").as_deref(),
        Some("Multifactor authentication required")
    );
    let another = request(&[("acr_values", "urn:example:silver"), ("prompt", "none")]);
    assert!(parameter(&browser.authorize(&another).await.location(), "code").is_some());
}

/// AZ-1/14.
#[tokio::test]
async fn a_login_hint_is_filled_in() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let asked = request(&[("login_hint", "ada+\"test@example.com")]);
    let page = browser.get(browser.authorize(&asked).await.location().as_str()).await;
    assert!(page.body.contains("value=\"ada+&#34;test@example.com\""), "{}", page.body);
}

const STAFF: &str = "databases:\n  - name: Staff\n    strategy: auth0\n    enabled_clients:\n      - Calendar SPA\n";

/// AZ-1/15: the people of one connection, and nobody else.
#[tokio::test]
async fn a_connection_that_is_named_is_the_only_one() {
    let world = World::with(|file| file.replacen("databases:\n", STAFF, 1)).await;
    let browser = world.browser();
    let login = async |connection| {
        let asked = request(&[("connection", connection)]);
        let state = browser.login_page(&asked).await;
        let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
        browser.post("/u/login", &form).await
    };
    assert_eq!(login("Staff").await.status.as_u16(), 400);
    assert!(
        parameter(&login("Username-Password-Authentication").await.location(), "code").is_some()
    );
}

/// AZ-3/24.
#[tokio::test]
async fn a_connection_that_is_not_enabled_is_refused() {
    let staff = STAFF.replace("    enabled_clients:\n      - Calendar SPA\n", "");
    let world = World::with(|file| file.replacen("databases:\n", &staff, 1)).await;
    for connection in ["Staff", "nonsense"] {
        let asked = request(&[("connection", connection)]);
        world.browser().authorize(&asked).await.sent_back("invalid_request");
    }
}
