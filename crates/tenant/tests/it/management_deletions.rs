//! What the Management API takes away: clients, APIs, and secrets that were in use.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{ADA, REPORTS, Reply, World, granting, parameter, redemption, request};

const CLIENTS: &str = "/api/v2/clients";
const APIS: &str = "/api/v2/resource-servers";
const REPORTS_PATH: &str = "/api/v2/resource-servers/https%3A%2F%2Freports-api.example.com";

impl World {
    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.management("DELETE", path, None).await
    }

    /// Tries the grant `client_credentials` for the Reports API.
    async fn token_for_reports(&self, client_id: &str, client_secret: &str) -> Reply {
        self.client_credentials(client_id, client_secret, REPORTS).await
    }
}

/// The quickstart, with a second grant for the management client: one that can be taken away.
async fn world_with_a_grant_for_reports() -> World {
    World::with(|file| granting(&file, REPORTS, "read:reports")).await
}

#[track_caller]
fn gone(reply: &Reply) {
    reply.expect(StatusCode::NO_CONTENT);
    assert_eq!(reply.body, "");
}

/// MG-4/5: the second time as well as the first.
#[tokio::test]
async fn a_deleted_client_is_gone_however_often_it_is_deleted() {
    let world = World::quickstart().await;
    let path = "/api/v2/clients/reports-api-client";
    gone(&world.delete(path).await);
    gone(&world.delete(path).await);
    gone(&world.delete("/api/v2/clients/nobody").await);

    world.read(path).await.refused_with(404, "inexistent_client");
    assert_eq!(world.read(CLIENTS).await.ok().as_array().unwrap().len(), 3);
    let api = world.read(REPORTS_PATH).await.ok();
    assert!(api.get("client_id").is_none(), "{api}");
}

/// MG-4/5: neither a new request nor one that is under way gets anything in the name of a client that is gone.
#[tokio::test]
async fn what_a_deleted_client_was_allowed_dies_with_it() {
    let world = world_with_a_grant_for_reports().await;
    let browser = world.browser();
    let code = browser.code(ADA, &request(&[])).await;
    world.token_for_reports("management", "management-secret").await.ok();
    let token = world.management_token("").await;

    gone(&world.management_with(&token, "DELETE", "/api/v2/clients/calendar-spa", None).await);
    gone(&world.management_with(&token, "DELETE", "/api/v2/clients/management", None).await);

    world.token(&redemption(&code, &[])).await.refused(401, "access_denied");
    let answer = browser.authorize(&request(&[])).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let refused = world.token_for_reports("management", "management-secret").await;
    refused.refused(401, "access_denied");
}

/// MG-5/5, MG-5/19: by id as well as by identifier, the second time as well as the first.
#[tokio::test]
async fn a_deleted_api_is_gone_once_no_client_is_linked_to_it() {
    let world = world_with_a_grant_for_reports().await;
    let linked = world.delete(REPORTS_PATH).await;
    linked.expect(StatusCode::CONFLICT);
    world.read(REPORTS_PATH).await.ok();
    world.token_for_reports("management", "management-secret").await.ok();

    gone(&world.delete("/api/v2/clients/reports-api-client").await);
    gone(&world.delete(REPORTS_PATH).await);
    gone(&world.delete(REPORTS_PATH).await);

    world.read(REPORTS_PATH).await.refused_with(404, "inexistent_resource_server");
    let refused = world.token_for_reports("management", "management-secret").await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    let callback = world.browser().authorize(&request(&[("audience", REPORTS)])).await.location();
    assert!(parameter(&callback, "error").is_some(), "{callback}");

    let new = world.create(APIS, json!({ "identifier": "https://new.example.com" })).await;
    let new = new.expect(StatusCode::CREATED).json();
    let path = format!("{APIS}/{}", new["id"].as_str().unwrap());
    gone(&world.delete(&path).await);
    world.read(&path).await.refused_with(404, "inexistent_resource_server");
}

/// MG-5/5: an API of the same name is another API; the grants for the first are not for the second.
#[tokio::test]
async fn grants_for_a_deleted_api_do_not_come_back_with_its_name() {
    let world = world_with_a_grant_for_reports().await;
    gone(&world.delete("/api/v2/clients/reports-api-client").await);
    gone(&world.delete(REPORTS_PATH).await);
    let again = json!({ "identifier": REPORTS, "scopes": [{ "value": "read:reports" }] });
    world.create(APIS, again).await.expect(StatusCode::CREATED);

    let refused = world.token_for_reports("management", "management-secret").await;

    refused.expect(StatusCode::FORBIDDEN);
}

/// MG-5/18.
#[tokio::test]
async fn the_management_api_does_not_delete_itself() {
    let world = World::quickstart().await;
    let apis = world.read(APIS).await.ok();
    let system = apis.as_array().unwrap().iter().find(|api| api["is_system"] == true).unwrap();
    let path = format!("{APIS}/{}", system["id"].as_str().unwrap());

    world.delete(&path).await.refused_with(400, "invalid_body");

    world.read(&path).await.ok();
}

/// MG-4/5, MG-4/6, MG-5/5, MG-2/7.
#[tokio::test]
async fn taking_away_needs_its_own_scope() {
    let world = World::quickstart().await;
    let token = world.management_token("update:clients update:resource_servers").await;
    for (method, path, scope) in [
        ("DELETE", "/api/v2/clients/calendar-spa", "delete:clients"),
        ("DELETE", REPORTS_PATH, "delete:resource_servers"),
        ("POST", "/api/v2/clients/calendar-api-client/rotate-secret", "update:client_keys"),
    ] {
        let reply = world.management_with(&token, method, path, None).await;
        reply.refused_with(403, "insufficient_scope");
        assert!(reply.json()["message"].as_str().unwrap().contains(scope), "{reply:?}");
    }
    world.read("/api/v2/clients/calendar-spa").await.ok();
    world.read(REPORTS_PATH).await.ok();
}

/// MG-4/6, management-api.md §9.4.
#[tokio::test]
async fn a_rotated_secret_is_worth_nothing_and_the_new_one_works() {
    let world = world_with_a_grant_for_reports().await;
    let path = "/api/v2/clients/management/rotate-secret";
    let client = world.management("POST", path, None).await.ok();
    let secret = client["client_secret"].as_str().unwrap();
    assert_eq!(client["client_id"], "management");
    assert_ne!(secret, "management-secret");

    let old = world.token_for_reports("management", "management-secret").await;
    old.refused(401, "access_denied");
    world.token_for_reports("management", secret).await.ok();
}

/// MG-4/6.
#[tokio::test]
async fn nobody_has_no_secret_to_rotate() {
    let world = World::quickstart().await;
    let reply = world.management("POST", "/api/v2/clients/nobody/rotate-secret", None).await;
    reply.refused_with(404, "inexistent_client");
}
