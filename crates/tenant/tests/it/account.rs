//! The account chooser (AZ-4/3).

use url::Url;

use crate::harness::{
    ADA, Browser, GRACE, World, parameter, redemption, request, unverified_claims,
};

async fn chooser(browser: &Browser<'_>, request: &[(&'static str, &str)]) -> (String, String) {
    let location = browser.authorize(request).await.location();
    browser.page_at("/u/account", &location).await
}

async fn email(world: &World, callback: &Url) -> String {
    let code = parameter(callback, "code").unwrap_or_else(|| panic!("no code: {callback}"));
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    unverified_claims(&tokens["id_token"])["email"].as_str().unwrap().to_owned()
}

fn select<'a>() -> Vec<(&'static str, &'a str)> {
    request(&[("prompt", "select_account")])
}

/// AZ-4/3.
#[tokio::test]
async fn the_one_who_is_logged_in_goes_on_at_the_press_of_a_button() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    let (state, page) = chooser(&browser, &select()).await;

    for words in ["Continue as Ada Lovelace", ">Grace Hopper</button>", "Use another account"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains(">Ada Lovelace</button>"), "{page}");
    let callback = browser.post("/u/account", &[("state", &state)]).await.location();
    assert_eq!(email(&world, &callback).await, ADA);
    browser.post("/u/account", &[("state", &state)]).await.shown(400, "invalid_request");
}

/// AZ-4/3: another person logs in, and is the one whose session it is from then on.
#[tokio::test]
async fn another_account_can_be_chosen() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let (state, _) = chooser(&browser, &select()).await;

    let grace = [("state", state.as_str()), ("user", "auth0|65a1f0c2d3e4b5a697887a02")];
    let callback = browser.post("/u/login", &grace).await.location();

    assert_eq!(email(&world, &callback).await, GRACE);
    let callback = browser.authorize(&request(&[])).await.location();
    assert_eq!(email(&world, &callback).await, GRACE);
}

/// AZ-4/3: for who is not on the page there is the login page.
#[tokio::test]
async fn another_account_can_log_in_by_password() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let (state, page) = chooser(&browser, &select()).await;

    let link = format!("/u/login?state={state}");
    assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
    browser.get(&link).await.expect(reqwest::StatusCode::OK);
    let grace = [("state", state.as_str()), ("username", GRACE), ("password", "grace-password")];
    let callback = browser.post("/u/login", &grace).await.location();

    assert_eq!(email(&world, &callback).await, GRACE);
}

/// AZ-4/3: where nobody is logged in, the login page is where one chooses, and that is enough.
#[tokio::test]
async fn a_stranger_chooses_by_logging_in() {
    let world = World::quickstart().await;
    let callback = world.browser().log_in(ADA, &select()).await;
    assert_eq!(email(&world, &callback).await, ADA);
}

/// AZ-3/15: a choice is something to see.
#[tokio::test]
async fn a_silent_request_cannot_ask_for_a_choice() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let silent = request(&[("prompt", "none select_account")]);
    browser.authorize(&silent).await.sent_back("invalid_request");
}

/// RFC 6749 §10.12.
#[tokio::test]
async fn a_choice_counts_only_from_who_was_asked() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let (state, _) = chooser(&browser, &select()).await;

    let stranger = world.browser();
    stranger.log_in(GRACE, &request(&[])).await;
    stranger.post("/u/account", &[("state", &state)]).await.shown(400, "invalid_request");
    // The same browser, but another person meanwhile.
    browser.log_in(GRACE, &request(&[("prompt", "login")])).await;
    browser.post("/u/account", &[("state", &state)]).await.shown(400, "invalid_request");
}

/// AZ-4/4: a request can ask for both.
#[tokio::test]
async fn a_choice_and_a_consent_are_asked_one_after_the_other() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let (state, _) = chooser(&browser, &request(&[("prompt", "select_account consent")])).await;

    let location = browser.post("/u/account", &[("state", &state)]).await.location();
    let (state, _) = browser.page_at("/u/consent", &location).await;

    let accept = [("state", state.as_str()), ("decision", "accept")];
    let callback = browser.post("/u/consent", &accept).await.location();
    assert_eq!(email(&world, &callback).await, ADA);
}
