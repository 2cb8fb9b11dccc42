//! Landing on the API after the login (token-vault.md §6).

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{
    ADA, CALENDAR, CALLBACK, REPORTS, World, of_a_third_party, parameter, redemption, request,
};

const LANDING: &str = "http://localhost:4401/callback";

/// The quickstart, with callbacks on the API's own client, as the Management API gives them.
async fn world() -> World {
    let world = World::quickstart().await;
    let body = json!({ "callbacks": [LANDING] });
    let reply = world.management("PATCH", "/api/v2/clients/calendar-api-client", Some(body)).await;
    assert_eq!(reply.ok()["callbacks"], json!([LANDING]));
    world
}

/// TV-6/1: without callbacks nothing changes.
#[tokio::test]
async fn an_api_without_callbacks_lands_nobody() {
    let world = World::quickstart().await;
    let there = request(&[("redirect_uri", LANDING)]);
    world.browser().authorize(&there).await.shown(403, "unauthorized_client");
    let url = world.browser().log_in(ADA, &request(&[("redirect_uri", "")])).await;
    assert!(url.as_str().starts_with(CALLBACK), "{url}");
}

/// TV-6/1: a tenant file can say it too.
#[tokio::test]
async fn a_tenant_file_can_opt_in() {
    let id = "    client_id: calendar-api-client\n";
    let world =
        World::with(|file| file.replace(id, &format!("{id}    callbacks: [\"{LANDING}\"]\n")))
            .await;
    let url = world.browser().log_in(ADA, &request(&[("redirect_uri", "")])).await;
    assert!(url.as_str().starts_with(LANDING), "{url}");
}

/// TV-6/3.
#[tokio::test]
async fn the_apis_callback_is_allowed_and_comes_first_where_none_is_named() {
    let world = world().await;
    for uri in [LANDING, ""] {
        let url = world.browser().log_in(ADA, &request(&[("redirect_uri", uri)])).await;
        assert!(url.as_str().starts_with(&format!("{LANDING}?code=")), "{url}");
    }
    let elsewhere = request(&[("redirect_uri", "http://localhost:4401/other")]);
    let reply = world.browser().authorize(&elsewhere).await;
    reply.shown(403, "unauthorized_client");
    assert_eq!(reply.body.matches("<dt>Allowed</dt>").count(), 2, "{}", reply.body);
}

/// TV-6/2: only for this API, and only for apps in the browser that are of the first party.
#[tokio::test]
async fn nobody_else_lands_there() {
    let world = world().await;
    for audience in [REPORTS, ""] {
        let there = request(&[("redirect_uri", LANDING), ("audience", audience)]);
        world.browser().authorize(&there).await.shown(403, "unauthorized_client");
        let unnamed = request(&[("redirect_uri", ""), ("audience", audience)]);
        let url = world.browser().log_in(ADA, &unnamed).await;
        assert!(url.as_str().starts_with(CALLBACK), "{url}");
    }
    let native = |file: &str| file.replace("    app_type: spa\n", "    app_type: native\n");
    for change in [&native as &dyn Fn(&str) -> String, &of_a_third_party] {
        let id = "    client_id: calendar-api-client\n";
        let world = World::with(|file| {
            change(&file).replace(id, &format!("{id}    callbacks: [\"{LANDING}\"]\n"))
        })
        .await;
        let there = request(&[("redirect_uri", LANDING)]);
        world.browser().authorize(&there).await.shown(403, "unauthorized_client");
    }
}

/// TV-6/4: what is named is where it goes, and the code stays the app's.
#[tokio::test]
async fn an_address_that_is_named_is_kept_and_the_code_is_the_apps() {
    let world = world().await;
    let url = world.browser().log_in(ADA, &request(&[])).await;
    assert!(url.as_str().starts_with(CALLBACK), "{url}");

    let landed = |uri: &'static str| {
        let world = &world;
        async move {
            let url = world.browser().log_in(ADA, &request(&[("redirect_uri", uri)])).await;
            parameter(&url, "code").unwrap()
        }
    };
    let code = landed(LANDING).await;
    let by_the_api =
        [("client_id", "calendar-api-client"), ("client_secret", "calendar-api-secret")];
    let reply = world.token(&redemption(&code, &[by_the_api[0], by_the_api[1]])).await;
    reply.refused(403, "unauthorized_client");

    let code = landed(LANDING).await;
    let elsewhere = world.token(&redemption(&code, &[("redirect_uri", CALLBACK)])).await;
    elsewhere.refused(403, "unauthorized_client");

    let code = landed(LANDING).await;
    let unverified = redemption(&code, &[("redirect_uri", LANDING), ("code_verifier", "")]);
    world.token(&unverified).await.refused(403, "invalid_grant");

    for uri in [LANDING, ""] {
        let code = landed(uri).await;
        let tokens = world.token(&redemption(&code, &[("redirect_uri", LANDING)])).await;
        assert!(tokens.expect(StatusCode::OK).body.contains("access_token"), "{CALENDAR}");
    }
}
