//! Multi-Resource Refresh Tokens: one refresh token, tokens for several APIs.

use serde_json::Value;

use crate::harness::{ADA, CALENDAR, REPORTS, World, unverified_claims};

const SCOPE: &str = "openid profile offline_access read:calendar";

/// The app may also have tokens for the Reports API, and write to calendars, without asking anybody.
async fn world() -> World {
    World::with(|file| {
        let skip = "    skip_consent_for_verifiable_first_party_clients: true\n";
        let with_skip = |name: &str| format!("{name}\n{skip}");
        let policies = format!(
            "      policies:\n\
             \x20       - audience: {REPORTS}\n          scope: [read:reports, made:up]\n\
             \x20       - audience: {CALENDAR}\n          scope: [write:calendar]\n\
             \x20       - audience: https://nowhere.example.com\n          scope: [read:nothing]\n"
        );
        file.replace(
            "    identifier: https://my-api.example.com",
            &with_skip("    identifier: https://my-api.example.com"),
        )
        .replace(
            "    identifier: https://reports-api.example.com",
            &with_skip("    identifier: https://reports-api.example.com"),
        )
        .replace("      policies:\n", &policies)
    })
    .await
}

async fn log_in(world: &World) -> Value {
    world.log_in(ADA, SCOPE).await["refresh_token"].clone()
}

/// TK-3.3/2, TK-3.3/4, TK-3.3/6, TK-3/3, SC-7/5: one API per token; what the API does not define is not given.
#[tokio::test]
async fn a_refresh_token_yields_a_token_for_another_api_of_the_policy() {
    let world = world().await;
    let tokens = world.refresh(&log_in(&world).await, &[("audience", REPORTS)]).await.ok();

    let access = unverified_claims(&tokens["access_token"]);
    assert_eq!(access["aud"][0], REPORTS);
    assert!(!access["aud"].to_string().contains(CALENDAR));
    assert_eq!(tokens["scope"], "openid profile offline_access read:reports");
    assert_eq!(access["scope"], tokens["scope"]);
    assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
}

/// TK-3.3/1, TK-3.3/3, TK-3.3/4.
#[tokio::test]
async fn for_the_api_of_the_login_the_policy_adds_its_scopes() {
    let world = world().await;
    let all = "openid profile offline_access read:calendar write:calendar";
    let tokens = world.refresh(&log_in(&world).await, &[]).await.ok();
    assert_eq!(tokens["scope"], all);

    let tokens = world.refresh(&tokens["refresh_token"], &[("audience", CALENDAR)]).await.ok();
    assert_eq!(tokens["scope"], all);
    assert_eq!(unverified_claims(&tokens["access_token"])["aud"][0], CALENDAR);
}

/// TK-3.3/5, SC-1/6: all that was asked for and granted is told, those of OpenID Connect included.
#[tokio::test]
async fn asked_scopes_are_given_as_far_as_they_may_be() {
    let world = world().await;
    let asked = "openid profile email offline_access read:reports read:calendar unknown";
    let changes = [("audience", REPORTS), ("scope", asked)];
    let tokens = world.refresh(&log_in(&world).await, &changes).await.ok();
    assert_eq!(tokens["scope"], "openid profile offline_access read:reports");
}

/// TK-3.3/7, TK-3.3/6: refused before the token is used.
#[tokio::test]
async fn an_api_outside_the_policy_is_refused_and_costs_the_token_nothing() {
    let world = world().await;
    let token = log_in(&world).await;
    let management = format!("{}api/v2/", world.tenant.issuer());
    for (audience, status, error) in [
        ("https://nope.example.com", 403, "access_denied"),
        ("https://nowhere.example.com", 403, "access_denied"),
        (management.as_str(), 400, "invalid_request"),
    ] {
        world.refresh(&token, &[("audience", audience)]).await.refused(status, error);
    }
    world.refresh(&token, &[]).await.ok();
}

/// TK-3/3: without a policy the login's API is all there is.
#[tokio::test]
async fn without_a_policy_another_api_is_refused() {
    let world = World::quickstart().await;
    let token = log_in(&world).await;
    world.refresh(&token, &[("audience", REPORTS)]).await.refused(400, "invalid_request");
    world.refresh(&token, &[("audience", CALENDAR)]).await.ok();
}

/// Nobody was asked for their consent, so a policy is good only for APIs that can do without.
#[tokio::test]
async fn an_api_that_asks_for_consent_is_in_no_policy() {
    let policies = format!(
        "      policies:\n        - audience: {REPORTS}\n          scope: [read:reports]\n"
    );
    let world = World::with(|file| file.replace("      policies:\n", &policies)).await;
    let token = log_in(&world).await;
    world.refresh(&token, &[("audience", REPORTS)]).await.refused(400, "invalid_request");
}
