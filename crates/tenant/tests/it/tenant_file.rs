//! Tenant files.

use serde_json::json;

use crate::harness::{World, tenant_file};

async fn refusal(text: &str) -> String {
    let config = tenant::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        import: tenant_file(text),
        ..tenant::Config::default()
    };
    tenant::start(config).await.err().map_or_else(String::new, |error| error.to_string())
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named_with_the_flag() {
    let config = tenant::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        import: "no/such/file.yaml".into(),
        ..tenant::Config::default()
    };
    let message = tenant::start(config).await.err().unwrap().to_string();
    assert!(message.contains("no/such/file.yaml") && message.contains("--import"), "{message}");
}

#[tokio::test]
async fn what_cannot_be_imported_is_named() {
    for (text, words) in [
        ("clients: [", "not as it must be"),
        ("- a\n- b", "mapping of sections"),
        ("clients: 7", "clients is not a list"),
        ("clients:\n  - name: A\n    app_type: magic", "clients[0] (A)"),
        ("clients:\n  - name: A\n    grant_types: [magic]", "Invalid grant types"),
        (
            "clients:\n  - name: A\n    app_type: resource_server\n    resource_server_identifier: https://x.example",
            "resource server does not exist",
        ),
        (
            "clientGrants:\n  - client_id: Nobody\n    audience: https://x.example",
            "clientGrants[0]",
        ),
        (
            "users:\n  - email: a@example.com\n    password: a-long-password",
            "connection does not exist",
        ),
        ("tenant: {default_audience: 7}", "tenant"),
    ] {
        let message = refusal(text).await;
        assert!(message.contains(words), "{text}: {message}");
    }
}

/// interface.md: unknown keys are kept out with a warning, so that exports of real tenants can be imported.
#[tokio::test]
async fn what_is_unknown_is_left_out() {
    let world = World::with(|file| {
        file.replace("    app_type: spa\n", "    app_type: spa\n    properties_of_tomorrow: {}\n")
            + "\nattackProtection: {}\n"
    })
    .await;
    let client = world.management("GET", "/api/v2/clients/calendar-spa", None).await.ok();
    assert!(client.get("properties_of_tomorrow").is_none());
    assert_eq!(client["callbacks"], json!(["http://localhost:8080/callback"]));
}

/// AZ-1/5.
#[tokio::test]
async fn a_default_audience_stands_in_for_a_missing_one() {
    use crate::harness::{ADA, CALENDAR, redemption, request, unverified_claims};
    let world = World::with(|file| {
        file.replace("tenant:\n", "tenant:\n  default_audience: https://my-api.example.com\n")
    })
    .await;
    let request = request(&[("audience", ""), ("scope", "read:calendar")]);
    let code = world.browser().code(ADA, &request).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert_eq!(unverified_claims(&tokens["access_token"])["aud"], CALENDAR);
}

#[tokio::test]
async fn an_issuer_without_its_slash_is_refused() {
    let config = tenant::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        issuer: Some("http://localhost:4400/tenant".parse().unwrap()),
        ..tenant::Config::default()
    };
    let message = tenant::start(config).await.err().unwrap().to_string();
    assert!(message.contains("--issuer"), "{message}");
}
