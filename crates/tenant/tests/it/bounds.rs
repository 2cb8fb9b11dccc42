//! What a stranger may send, and how much of it.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{Reply, World, request};

const KB: usize = 1024;

#[tokio::test]
async fn a_query_is_no_longer_than_an_authorization_request() {
    let world = World::quickstart().await;
    let browser = world.browser();

    let long = browser.authorize(&request(&[("state", &"x".repeat(8 * KB))])).await;
    assert_eq!(long.location().path(), "/u/login");
    let endless = browser.authorize(&request(&[("state", &"x".repeat(16 * KB))])).await;
    endless.expect(StatusCode::URI_TOO_LONG);
}

#[tokio::test]
async fn a_form_has_room_for_some_tokens_and_the_management_api_for_a_megabyte() {
    let world = World::quickstart().await;
    let form = |size: usize| [("grant_type", "x".repeat(size))];
    let token = async |size| {
        Reply::of(world.post("/oauth/token").form(&form(size)).send().await.unwrap()).await
    };
    token(60 * KB).await.refused(401, "invalid_client");
    token(64 * KB).await.expect(StatusCode::PAYLOAD_TOO_LARGE);
    let login = world.browser().post("/u/login", &[("state", &"x".repeat(64 * KB))]).await;
    login.expect(StatusCode::PAYLOAD_TOO_LARGE);

    let client = async |size| {
        let body = json!({ "name": "A", "unknown": "x".repeat(size) });
        world.management("POST", "/api/v2/clients", Some(body)).await.json()["message"].to_string()
    };
    let unknown_property = client(1000 * KB).await;
    assert!(unknown_property.contains("unknown"), "{unknown_property}");
    let unread = client(1024 * KB).await;
    assert!(!unread.contains("unknown"), "{unread}");
}

/// SC-1/5: what is unknown is ignored, up to a point.
#[tokio::test]
async fn no_request_needs_a_hundred_parameters() {
    let world = World::quickstart().await;
    let names: Vec<String> = (0..100).map(|number| format!("ext-{number}")).collect();
    let mut form: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    form.push(("grant_type", "client_credentials"));

    world.token(&form).await.refused(400, "invalid_request");
    world.token(&form[50..]).await.refused(401, "invalid_client");
    world.browser().post("/authorize", &form).await.shown(400, "invalid_request");
}
