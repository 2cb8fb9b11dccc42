//! The page to sign up (AZ-1/19).

use reqwest::StatusCode;
use tenant::LogKind;
use url::Url;

use crate::harness::{ADA, Browser, World, parameter, redemption, request, unverified_claims};

const EDITH: &str = "edith@example.com";
const PASSWORD: &str = "edith-password";

fn signup<'a>(changes: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    request(&[&[("screen_hint", "signup")], changes].concat())
}

async fn page(browser: &Browser<'_>) -> String {
    let location = browser.authorize(&signup(&[])).await.location();
    let (state, page) = browser.page_at("/u/signup", &location).await;
    assert!(page.contains("<h1>Sign up</h1>"), "{page}");
    state
}

async fn sign_up(browser: &Browser<'_>) -> Url {
    let state = page(browser).await;
    let form = [("state", state.as_str()), ("email", EDITH), ("password", PASSWORD)];
    browser.post("/u/signup", &form).await.location()
}

/// AZ-1/19.
#[tokio::test]
async fn who_signs_up_is_logged_in_and_can_log_in_again() {
    let world = World::quickstart().await;

    let callback = sign_up(&world.browser()).await;

    let code = parameter(&callback, "code").unwrap();
    let claims = unverified_claims(&world.token(&redemption(&code, &[])).await.ok()["id_token"]);
    assert_eq!(claims["email"], EDITH);
    assert_eq!(claims["email_verified"], false);
    assert!(claims["sub"].as_str().unwrap().starts_with("auth0|"));
    assert_eq!(world.logged(LogKind::Ss), 1);
    world.browser().code(EDITH, &request(&[])).await;
}

/// A person's button asks for no password, so only people of the tenant file have one.
#[tokio::test]
async fn who_signs_up_is_never_logged_in_without_the_password() {
    let world = World::quickstart().await;
    let code = parameter(&sign_up(&world.browser()).await, "code").unwrap();
    let claims = unverified_claims(&world.token(&redemption(&code, &[])).await.ok()["id_token"]);

    let browser = world.browser();
    let location = browser.authorize(&request(&[])).await.location();
    let (state, page) = browser.page_at("/u/login", &location).await;

    assert!(!page.contains(EDITH), "{page}");
    let form = [("state", state.as_str()), ("user", claims["sub"].as_str().unwrap())];
    browser.post("/u/login", &form).await.expect(StatusCode::BAD_REQUEST);
}

/// AZ-1/19: with a session straight back, unless a login is asked for.
#[tokio::test]
async fn who_is_logged_in_goes_straight_back() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    assert!(parameter(&browser.authorize(&signup(&[])).await.location(), "code").is_some());
    let location = browser.authorize(&signup(&[("prompt", "login")])).await.location();
    assert_eq!(location.path(), "/u/signup");
}

#[tokio::test]
async fn what_makes_no_account_shows_the_page_again_without_the_password() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let state = page(&browser).await;
    for (email, password) in [
        ("", PASSWORD),
        ("edith", PASSWORD),
        ("<edith>@example.com", PASSWORD),
        (EDITH, ""),
        (EDITH, "7-chars"),
        (EDITH, &"x".repeat(73)),
        // Whoever comes first has the address, whatever its case.
        ("ADA@example.com", PASSWORD),
    ] {
        let form = [("state", state.as_str()), ("email", email), ("password", password)];
        let reply = browser.post("/u/signup", &form).await;
        reply.expect(StatusCode::BAD_REQUEST);
        assert!(reply.body.contains("role=\"alert\""), "{email}: {reply:?}");
        assert_eq!(reply.body.matches("aria-invalid=\"true\"").count(), 1, "{reply:?}");
        assert!(password.is_empty() || !reply.body.contains(password), "{reply:?}");
    }
    assert_eq!(world.logged(LogKind::Fs), 7);
    // Nothing was lost.
    let form = [("state", state.as_str()), ("email", EDITH), ("password", PASSWORD)];
    assert!(parameter(&browser.post("/u/signup", &form).await.location(), "code").is_some());
}

#[tokio::test]
async fn a_connection_can_be_closed_to_new_people() {
    let world = World::with(|file| {
        file.replace(
            "    strategy: auth0\n",
            "    strategy: auth0\n    options: {disable_signup: true}\n",
        )
    })
    .await;
    let browser = world.browser();
    let location = browser.authorize(&signup(&[])).await.location();
    let (state, page) = browser.page_at("/u/login", &location).await;
    assert!(!page.contains("Sign up"), "{page}");

    let form = [("state", state.as_str()), ("email", EDITH), ("password", PASSWORD)];
    let reply = browser.post("/u/signup", &form).await;

    assert_eq!(reply.location().path(), "/u/login");
    let asked = browser.get(&format!("/u/signup?state={state}")).await.location();
    assert_eq!(asked.path(), "/u/login");
    let form = [("state", state.as_str()), ("username", EDITH), ("password", PASSWORD)];
    browser.post("/u/login", &form).await.expect(StatusCode::BAD_REQUEST);
}

/// RFC 6749 §10.12.
#[tokio::test]
async fn the_page_of_another_browser_is_refused() {
    let world = World::quickstart().await;
    let state = page(&world.browser()).await;
    let victim = world.browser();
    victim.get(&format!("/u/signup?state={state}")).await.shown(400, "invalid_request");
    let form = [("state", state.as_str()), ("email", EDITH), ("password", PASSWORD)];
    victim.post("/u/signup", &form).await.shown(400, "invalid_request");
}
