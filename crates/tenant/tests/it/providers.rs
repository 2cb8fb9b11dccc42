//! The tenant of `tenants/providers.yaml`: Google, GitHub, and an OAuth server that is known by its endpoints.

use provider::{Endpoint, Failure};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::connecting::{CONNECTIONS, SCOPES};
use crate::harness::{CALENDAR, GRACE, World, parameter, redemption, request, unverified_claims};
use crate::social_login::at_the_provider;
use crate::token_vault::exchange;

const GRACE_AT_THE_PROVIDER: &str = "113906192861209455120";
const DAY: u64 = 24 * 3600;

async fn world() -> World {
    let world = World::from_file("providers.yaml", |file| file).await;
    // The file names the provider of `cargo dev`; this test has one of its own.
    let connections = world.management("GET", "/api/v2/connections?strategy=oauth2", None).await;
    let connection = connections.ok()[0].clone();
    let options = connection["options"].to_string();
    let options = options.replace("http://localhost:4402", world.provider.url());
    let options: Value = serde_json::from_str(&options).unwrap();
    let path = format!("/api/v2/connections/{}", connection["id"].as_str().unwrap());
    world.management("PATCH", &path, Some(json!({ "options": options }))).await.ok();
    world
}

/// Connects Grace's account, and has it exchanged.
async fn connected(world: &World, connection: &str) -> (Value, Value) {
    let token = world.account_token(GRACE, SCOPES).await;
    let changes = json!({ "connection": connection });
    let account = world.connected(&token, GRACE_AT_THE_PROVIDER, changes).await;
    (account, exchanged(world, connection).await)
}

async fn exchanged(world: &World, connection: &str) -> Value {
    let subject = world.access_token(GRACE, CALENDAR).await;
    world.token(&exchange(&subject, &[("connection", connection)])).await.ok()
}

#[tokio::test]
async fn github_says_who_somebody_is() {
    let world = world().await;
    let browser = world.browser();
    let asked = browser.authorize(&request(&[("connection", "github")])).await.location();
    assert_eq!(asked.path(), "/login/oauth/authorize");
    assert_eq!(parameter(&asked, "scope").as_deref(), Some("read:user user:email repo"));

    let back = at_the_provider(&browser, &asked, GRACE_AT_THE_PROVIDER, "accept").await;
    let callback = browser.get(back.as_str()).await.location();

    let code = parameter(&callback, "code").unwrap();
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let claims = unverified_claims(&tokens["id_token"]);
    assert_eq!(claims["sub"], "github|19061209");
    assert_eq!(
        (&claims["name"], &claims["nickname"]),
        (&json!("Grace Hopper"), &json!("grace-hopper"))
    );
    assert_eq!(claims["email"], "grace@example.com");
}

#[tokio::test]
async fn the_login_page_offers_the_providers_that_are_for_logins() {
    let world = world().await;
    let browser = world.browser();
    let location = browser.authorize(&request(&[])).await.location();

    let (_, page) = browser.page_at("/u/login", &location).await;

    assert!(page.contains("Continue with Google") && page.contains("Continue with GitHub"));
    assert!(!page.contains("any-oauth2-server"), "{page}");
    let named = request(&[("connection", "any-oauth2-server")]);
    browser.authorize(&named).await.sent_back("invalid_request");
}

/// A provider without refresh tokens: what it issued is good until somebody takes it back.
#[tokio::test]
async fn a_token_of_githubs_is_handed_out_for_as_long_as_there_is_no_end() {
    let world = world().await;
    let (account, first) = connected(&world, "github").await;
    assert_eq!(account["scopes"], json!(["read:user", "user:email", "repo"]));
    let token = first["access_token"].as_str().unwrap();
    assert!(token.starts_with("gho_"), "{token}");
    assert!(first["expires_in"].as_u64().unwrap() > 0);

    world.tenant.clock().advance(300 * DAY);
    let later = exchanged(&world, "github").await;

    assert_eq!(later["access_token"], first["access_token"]);
    assert_eq!(world.provider.refreshes(), 0);
}

#[tokio::test]
async fn a_server_that_is_known_by_its_endpoints_keeps_accounts_too() {
    let world = world().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let available = world.my_account(&token, "GET", CONNECTIONS, None).await.ok();
    let names: Vec<_> =
        available["connections"].as_array().unwrap().iter().map(|c| c["name"].clone()).collect();
    assert_eq!(names, ["any-oauth2-server", "github", "google-oauth2"]);
    let (account, first) = connected(&world, "any-oauth2-server").await;
    let readonly = "https://www.googleapis.com/auth/calendar.events.readonly";
    assert!(account["scopes"].as_array().unwrap().contains(&json!(readonly)), "{account}");

    world.tenant.clock().advance(3600);
    world.provider.clock().advance(3600);
    let second = exchanged(&world, "any-oauth2-server").await;

    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(world.provider.refreshes(), 1);
}

/// What a provider does sooner or later, and what the exchange says of it (TV-2.4/15).
#[tokio::test]
async fn a_provider_in_trouble_is_told_and_comes_back() {
    let world = world().await;
    let (_, first) = connected(&world, "google-oauth2").await;
    world.tenant.clock().advance(3600);
    world.provider.clock().advance(3600);
    let subject = world.access_token(GRACE, CALENDAR).await;

    for failure in [Failure::ServerError, Failure::RateLimited { retry_after: 1 }, Failure::Garbage]
    {
        world.provider.fail_next(Endpoint::Token, failure, 1);
        let reply = world.token(&exchange(&subject, &[])).await;
        reply.expect(StatusCode::UNAUTHORIZED);
    }

    let second = world.token(&exchange(&subject, &[])).await.ok();
    assert_ne!(second["access_token"], first["access_token"]);
}

#[tokio::test]
async fn a_consent_that_was_taken_back_at_the_provider_ends_the_refresh() {
    let world = world().await;
    connected(&world, "google-oauth2").await;
    world.tenant.clock().advance(3600);
    assert!(world.provider.revoke_consent(GRACE).await);
    let subject = world.access_token(GRACE, CALENDAR).await;

    let reply = world.token(&exchange(&subject, &[])).await;

    reply.refused(401, "federated_connection_refresh_token_flow_failed");
}
