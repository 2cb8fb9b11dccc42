//! The guide, followed to the letter: from a tenant where nothing is set up to a calendar on the screen.
//!
//! <https://auth0.com/docs/secure/tokens/token-vault/access-token-exchange-with-token-vault>

mod expected;
mod page;
mod shell;

use crate::harness::World;
use serde_json::Value;
use tokio::process::Command;

/// "To configure your SPA, make a PATCH call to the Update a Client endpoint".
const CONFIGURE_YOUR_SPA: &str = r#"curl --request PATCH 'https://{yourDomain}/api/v2/clients/{clientId}' \
--header 'Content-Type: application/json' \
--header 'Authorization: Bearer <YOUR_MANAGEMENT_API_TOKEN>' \
--data '{
"grant_types": [
"authorization_code"
]
}'"#;

/// "To create a backend API using the Management API, make a POST request to the /resource-servers endpoint".
const CREATE_BACKEND_API: &str = r#"curl --request POST 'https://{yourDomain}/api/v2/resource-servers' \
--header 'Content-Type: application/json' \
--header 'Authorization: Bearer <YOUR_MANAGEMENT_API_TOKEN>' \
--data '{
"name": "My API Resource Server",
"identifier": "https://my-api.example.com",
"scopes": [
{
"value": "read:calendar",
"description": "Read calendar events"
},
{
"value": "write:calendar",
"description": "Write calendar events"
}
]
}'"#;

/// "The following code sample creates a Custom API Client with the same identifier as your backend API".
const CREATE_CUSTOM_API_CLIENT: &str = r#"curl --request POST 'https://{yourDomain}/api/v2/clients' \
--header 'Content-Type: application/json' \
--header 'Authorization: Bearer <YOUR_MANAGEMENT_API_TOKEN>' \
--data '{
"name": "Custom API Client",
"app_type": "resource_server",
"resource_server_identifier": "https://my-api.example.com",
"grant_types": ["urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"]
}'"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_guides_three_calls_lead_from_a_refused_login_to_the_calendar() {
    let mut world = World::blank().await;

    world.open("/").await;
    world.welcome().log_in().await;
    world.browser.read("unauthorized_client").await;

    let token = world.management_token().await;
    let call = async |printed| curl(printed, world.stack.tenant_url(), &token).await;
    let spa = call(CONFIGURE_YOUR_SPA).await;
    assert_eq!(spa["grant_types"], serde_json::json!(["authorization_code"]), "{spa}");
    let api = call(CREATE_BACKEND_API).await;
    assert_eq!(api["identifier"], "https://my-api.example.com", "{api}");
    let client = call(CREATE_CUSTOM_API_CLIENT).await;
    let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));

    world.stack.restart_calendar_api(&id, &secret).await.expect("the calendar API starts again");
    world.log_in_as("Ada Lovelace").await;

    assert!(!world.calendar().events().await.is_empty());
}

/// Runs a call as the guide prints it, with its three placeholders filled in. Only the scheme differs: this tenant is on
/// this machine.
async fn curl(printed: &str, tenant: &str, token: &str) -> Value {
    let line = printed
        .replace("https://{yourDomain}", tenant)
        .replace("{clientId}", "calendar-spa")
        .replace("<YOUR_MANAGEMENT_API_TOKEN>", token);
    let output = Command::new("sh").args(["-c", &line]).output().await.expect("curl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reply = String::from_utf8_lossy(&output.stdout);
    let reply: Value = serde_json::from_str(&reply).unwrap_or_else(|_| panic!("not JSON: {reply}"));
    assert!(reply.get("error").is_none(), "refused: {reply}");
    reply
}

fn text(reply: &Value, field: &str) -> String {
    reply[field].as_str().unwrap_or_else(|| panic!("no {field} in {reply}")).to_owned()
}
