//! The guide's three calls, from the blank tenant (management-api.md §9.1).

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{ADA, World, redemption, request, unverified_claims};

#[tokio::test]
async fn three_calls_lead_from_a_refusal_to_the_providers_token() {
    let world = World::from_file("blank.yaml", |file| file).await;
    world.browser().authorize(&request(&[])).await.sent_back("unauthorized_client");

    let grants = json!({ "grant_types": ["authorization_code"] });
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(grants)).await.ok();
    world.browser().authorize(&request(&[])).await.sent_back("access_denied");

    let api = json!({
        "name": "My API Resource Server",
        "identifier": "https://my-api.example.com",
        "scopes": [
            { "value": "read:calendar", "description": "Read calendar events" },
            { "value": "write:calendar", "description": "Write calendar events" },
        ],
    });
    let api = world.management("POST", "/api/v2/resource-servers", Some(api)).await;
    api.expect(StatusCode::CREATED);
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert_eq!(
        unverified_claims(&tokens["access_token"])["scope"],
        "openid profile email read:calendar"
    );

    let client = json!({
        "name": "Custom API Client",
        "app_type": "resource_server",
        "resource_server_identifier": "https://my-api.example.com",
        "grant_types": ["urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"],
    });
    let client = world.management("POST", "/api/v2/clients", Some(client)).await;
    let client = client.expect(StatusCode::CREATED).json();
    let exchange = [
        (
            "grant_type",
            "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
        ),
        ("client_id", client["client_id"].as_str().unwrap()),
        ("client_secret", client["client_secret"].as_str().unwrap()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("subject_token", tokens["access_token"].as_str().unwrap()),
        (
            "requested_token_type",
            "http://auth0.com/oauth/token-type/federated-connection-access-token",
        ),
        ("connection", "google-oauth2"),
    ];
    assert!(world.token(&exchange).await.ok()["access_token"].is_string());
}
