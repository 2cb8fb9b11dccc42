//! `/v2/logout`.

use reqwest::StatusCode;
use tenant::LogKind;

use crate::harness::{ADA, World, parameter, redemption, request};

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

/// DT-6/4; the tenant's list counts where no client is named (DT-6/1).
#[tokio::test]
async fn the_list_is_the_clients_or_else_the_tenants() {
    let world = World::with(|file| {
        file.replace(
            "allowed_logout_urls: []",
            "allowed_logout_urls: ['https://tenant.example/out?a=b']",
        )
    })
    .await;
    let browser = world.browser();
    let tenants = "returnTo=https%3A%2F%2Ftenant.example%2Fout%3Fa%3Db";
    let reply =
        browser.get(&format!("/v2/logout?{tenants}&auth0Client=eyJuYW1lIjoiYXV0aDAifQ==")).await;
    assert_eq!(reply.header("location"), "https://tenant.example/out?a=b");
    browser.get(&format!("{SPA}&{tenants}")).await.shown(400, "invalid_request");
    // The query belongs to the address.
    let other = "/v2/logout?returnTo=https%3A%2F%2Ftenant.example%2Fout";
    browser.get(other).await.shown(400, "invalid_request");
}

/// authorize.md §5: lists of logout URLs may have patterns, which are no addresses themselves.
#[tokio::test]
async fn a_pattern_allows_its_addresses_and_is_none() {
    let world = World::with(|file| {
        file.replace(
            "    allowed_logout_urls:\n      - http://localhost:8080\n",
            "    allowed_logout_urls:\n      - https://*.app.example/out\n      - http://localhost:8080\n",
        )
    })
    .await;
    let to = |url: &str| format!("{SPA}&returnTo={}", url.replace(':', "%3A").replace('/', "%2F"));
    let browser = world.browser();
    let reply = browser.get(&to("https://a.app.example/out")).await;
    assert_eq!(reply.header("location"), "https://a.app.example/out");
    for url in ["https://*.app.example/out", "https://evil.example/.app.example/out"] {
        browser.get(&to(url)).await.shown(400, "invalid_request");
    }
    assert_eq!(browser.get(SPA).await.header("location"), "http://localhost:8080");
}

/// discovery-and-tokens.md §6: tokens are revoked elsewhere.
#[tokio::test]
async fn a_logout_takes_no_refresh_token_back() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let code = browser.code(ADA, &request(&[("scope", "openid offline_access")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();

    browser.get(SPA).await.location();

    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "calendar-spa"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    world.token(&refresh).await.ok();
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
