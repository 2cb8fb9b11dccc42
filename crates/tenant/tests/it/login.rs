//! The login page.

use reqwest::StatusCode;
use tenant::LogKind;

use crate::harness::{ADA, GRACE, World, parameter, redemption, request, unverified_claims};

#[tokio::test]
async fn a_persons_button_logs_that_person_in() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;

    let user = "auth0|65a1f0c2d3e4b5a697887a02";
    let callback = browser.post("/u/login", &[("state", &state), ("user", user)]).await.location();
    let code = parameter(&callback, "code").unwrap();
    let tokens = world.token(&redemption(&code, &[])).await.ok();

    assert_eq!(unverified_claims(&tokens["id_token"])["email"], GRACE);
    assert_eq!(world.logged(LogKind::S), 1);
}

/// authorize.md §7.
#[tokio::test]
async fn a_wrong_password_shows_the_page_again_and_loses_nothing() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;

    let wrong = [("state", state.as_str()), ("username", ADA), ("password", "grace-password")];
    let page = browser.post("/u/login", &wrong).await;

    page.expect(StatusCode::BAD_REQUEST);
    assert!(page.body.contains(ADA));
    assert!(!page.body.contains("grace-password"));
    assert_eq!(world.logged(LogKind::Fp), 1);
    let right = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    assert!(parameter(&browser.post("/u/login", &right).await.location(), "code").is_some());
}

#[tokio::test]
async fn someone_unknown_is_refused_like_a_wrong_password() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;
    for form in [
        vec![("username", "nobody@example.com"), ("password", "ada-password")],
        vec![("user", "auth0|nobody")],
        vec![("username", ADA)],
        vec![],
    ] {
        let form: Vec<_> = form.into_iter().chain([("state", state.as_str())]).collect();
        browser.post("/u/login", &form).await.expect(StatusCode::BAD_REQUEST);
    }
}

/// RFC 6749 §10.12: a login page is of use in the browser that asked for it alone.
#[tokio::test]
async fn a_login_page_of_another_browser_is_refused() {
    let world = World::quickstart().await;
    let state = world.browser().login_page(&request(&[])).await;

    let victim = world.browser();
    victim.get(&format!("/u/login?state={state}")).await.shown(400, "invalid_request");
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    victim.post("/u/login", &form).await.shown(400, "invalid_request");
}

#[tokio::test]
async fn a_login_page_is_good_once_and_for_an_hour() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    browser.post("/u/login", &form).await.location();
    browser.post("/u/login", &form).await.shown(400, "invalid_request");

    let state = browser.login_page(&request(&[("prompt", "login")])).await;
    world.tenant.clock().advance(3600);
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    browser.post("/u/login", &form).await.shown(400, "invalid_request");
}

/// AZ-3/19.
#[tokio::test]
async fn someone_blocked_is_sent_back() {
    let world = World::with(|file| {
        file.replace("    name: Ada Lovelace\n", "    name: Ada Lovelace\n    blocked: true\n")
    })
    .await;
    let callback = world.browser().log_in(ADA, &request(&[])).await;
    assert_eq!(parameter(&callback, "error").as_deref(), Some("unauthorized"));
    assert_eq!(parameter(&callback, "code"), None);
}

/// AZ-4/5.
#[tokio::test]
async fn an_idle_session_ends_after_three_days() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let silent = request(&[("prompt", "none")]);

    world.tenant.clock().advance(3 * 24 * 3600 - 60);
    assert!(parameter(&browser.authorize(&silent).await.location(), "code").is_some());
    world.tenant.clock().advance(3 * 24 * 3600);
    browser.authorize(&silent).await.sent_back("login_required");
}

#[tokio::test]
async fn the_session_cookie_is_out_of_scripts_reach() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    let reply = browser.post("/u/login", &form).await;

    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("auth0="), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}

/// AZ-1/14.
#[tokio::test]
async fn a_login_hint_is_where_the_person_begins() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let hint = request(&[("login_hint", "\"><b>grace@example.com")]);
    let location = browser.authorize(&hint).await.location();

    let (_, page) = browser.page_at("/u/login", &location).await;

    let field = "name=\"username\" value=\"&#34;&#62;&#60;b&#62;grace@example.com\"";
    assert!(page.contains(field), "{page}");
}

/// AZ-1/20: a language that the tenant does not have changes nothing.
#[tokio::test]
async fn a_language_that_is_not_enabled_is_no_error() {
    let world = World::quickstart().await;
    world.browser().login_page(&request(&[("ui_locales", "xx de")])).await;
}

/// AZ-4/5: a new login resets both limits.
#[tokio::test]
async fn a_new_login_begins_both_limits_anew() {
    const DAY: u64 = 24 * 3600;
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let silent = request(&[("prompt", "none")]);
    let is_logged_in =
        async || parameter(&browser.authorize(&silent).await.location(), "code").is_some();
    for _ in 0..14 {
        world.tenant.clock().advance(2 * DAY);
        assert!(is_logged_in().await);
    }

    browser.log_in(ADA, &request(&[("prompt", "login")])).await;

    world.tenant.clock().advance(3 * DAY - 1);
    assert!(is_logged_in().await, "the thirty days of the first login are over");
}

/// SC-7/10: a form that was posted is answered with 302, never 307, which would post the password again elsewhere.
#[tokio::test]
async fn a_password_is_not_posted_on() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    browser.post("/u/login", &form).await.expect(StatusCode::FOUND);
}

/// SC-1/15, SC-7/11.
#[tokio::test]
async fn no_page_that_asks_is_ever_framed() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let login = browser.authorize(&request(&[])).await.location();
    let signup = browser.authorize(&request(&[("screen_hint", "signup")])).await.location();
    for page in [login, signup] {
        let page = browser.get(page.as_str()).await;
        assert_eq!(page.header("x-frame-options"), "DENY");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
    }
}
