//! `/v2/logout`.

use reqwest::StatusCode;
use tenant::LogKind;

use crate::harness::{ADA, World, parameter, request};

const SPA: &str = "/v2/logout?client_id=calendar-spa";

#[tokio::test]
async fn a_logout_ends_the_session_and_returns() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    let reply = browser.get(&format!("{SPA}&returnTo=http%3A%2F%2Flocalhost%3A8080")).await;

    assert_eq!(reply.header("location"), "http://localhost:8080");
    assert!(reply.header("set-cookie").starts_with("auth0=; Max-Age=0"));
    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");
    assert_eq!(world.logged(LogKind::Slo), 1);
}

/// DT-6/2.
#[tokio::test]
async fn without_an_address_the_clients_first_is_used() {
    let world = World::quickstart().await;
    let reply = world.browser().get(SPA).await;
    assert_eq!(reply.header("location"), "http://localhost:8080");
}

#[tokio::test]
async fn without_a_client_there_is_a_page() {
    let world = World::quickstart().await;
    world.browser().get("/v2/logout").await.expect(StatusCode::OK);
}

/// SC-7/2: no open redirector, and nobody is logged out by a request that is refused.
#[tokio::test]
async fn an_address_that_is_not_listed_is_shown_and_never_gone_to() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    for query in [
        "client_id=calendar-spa&returnTo=https%3A%2F%2Fevil.example",
        "client_id=calendar-spa&returnTo=http%3A%2F%2Flocalhost%3A8080%2Fother",
        "client_id=calendar-spa&returnTo=http%3A%2F%2Flocalhost%3A8080&returnTo=https%3A%2F%2Fevil.example",
        "client_id=nobody&returnTo=http%3A%2F%2Flocalhost%3A8080",
        "returnTo=http%3A%2F%2Flocalhost%3A8080",
    ] {
        browser.get(&format!("/v2/logout?{query}")).await.shown(400, "invalid_request");
    }
    let silent = browser.authorize(&request(&[("prompt", "none")])).await.location();
    assert!(parameter(&silent, "code").is_some());
}
