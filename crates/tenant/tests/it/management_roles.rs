//! Roles and permissions at the Management API (MG-8/9, MG-8/10), and the tokens that follow from them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, World, unverified_claims};
use crate::management_users::{ADA_PATH, GRACE_PATH};

const ROLES: &str = "/api/v2/roles";

fn permissions(names: &[&str]) -> Value {
    let permission =
        |name: &&str| json!({ "permission_name": name, "resource_server_identifier": CALENDAR });
    json!({ "permissions": names.iter().map(permission).collect::<Vec<_>>() })
}

/// An API where permissions decide.
async fn world() -> World {
    let world = World::quickstart().await;
    let change = json!({ "token_dialect": "access_token_authz", "enforce_policies": true });
    world.change_api(change).await;
    world
}

impl World {
    async fn new_role(&self, name: &str) -> String {
        let role = json!({ "name": name, "description": "What editors do" });
        let role = self.create(ROLES, role).await.ok();
        format!("{ROLES}/{}", role["id"].as_str().unwrap())
    }

    async fn permissions_in_adas_token(&self) -> Value {
        let token = self.access_token(ADA, CALENDAR).await;
        unverified_claims(&json!(token))["permissions"].clone()
    }

    async fn delete_with(&self, path: &str, body: Value) -> StatusCode {
        self.management("DELETE", path, Some(body)).await.status
    }
}

/// MG-8/9: from the next token on.
#[tokio::test]
async fn permissions_are_given_and_taken_away() {
    let world = world().await;
    let path = format!("{ADA_PATH}/permissions");
    assert_eq!(world.permissions_in_adas_token().await, json!([]));

    let given = world.create(&path, permissions(&["read:calendar", "write:calendar"])).await;
    assert_eq!(given.expect(StatusCode::CREATED).json(), json!({}));
    let both = json!(["read:calendar", "write:calendar"]);
    assert_eq!(world.permissions_in_adas_token().await, both);
    let listed = world.read(&format!("{path}?per_page=1&include_totals=true")).await.ok();
    assert_eq!(listed["total"], 2);
    let permission = &listed["permissions"][0];
    assert_eq!(permission["permission_name"], "read:calendar");
    assert_eq!(permission["resource_server_name"], "My API Resource Server");
    assert_eq!(permission["description"], "Read calendar events");
    assert_eq!(permission["sources"][0]["source_type"], "DIRECT");

    for _ in 0..2 {
        let status = world.delete_with(&path, permissions(&["read:calendar"])).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_eq!(world.permissions_in_adas_token().await, json!(["write:calendar"]));
}

/// MG-8/9, MG-2/15, MG-2/12.
#[tokio::test]
async fn there_is_no_permission_that_no_api_defines() {
    let world = world().await;
    let role = world.new_role("Editor").await;
    for path in [format!("{ADA_PATH}/permissions"), format!("{role}/permissions")] {
        let refused = world.create(&path, permissions(&["fly"])).await;
        refused.refused_with(404, "inexistent_resource_server_permission");
        for wrong in [json!({}), json!({ "permissions": [{ "permission_name": "read:calendar" }] })]
        {
            world.create(&path, wrong).await.refused_with(400, "invalid_body");
        }
    }
    let nobody = "/api/v2/users/auth0%7Cnobody/permissions";
    world
        .create(nobody, permissions(&["read:calendar"]))
        .await
        .refused_with(404, "inexistent_user");
    world.read(nobody).await.refused_with(404, "inexistent_user");
}

/// MG-8/10: a role gives what it has, to those who have it, as long as both last.
#[tokio::test]
async fn a_role_gives_its_permissions_to_its_people() {
    let world = world().await;
    let role = world.new_role("Editor").await;
    let id = role.rsplit('/').next().unwrap();
    let given =
        world.create(&format!("{role}/permissions"), permissions(&["write:calendar"])).await;
    given.expect(StatusCode::CREATED);
    let roles = format!("{ADA_PATH}/roles");
    assert_eq!(world.permissions_in_adas_token().await, json!([]));

    let assigned = world.create(&roles, json!({ "roles": [id] })).await;
    assert_eq!(assigned.expect(StatusCode::NO_CONTENT).body, "");
    assert_eq!(world.permissions_in_adas_token().await, json!(["write:calendar"]));
    assert_eq!(world.read(&roles).await.ok()[0]["name"], "Editor");
    let users = world.read(&format!("{role}/users")).await.ok();
    assert_eq!((users.as_array().unwrap().len(), &users[0]["email"]), (1, &json!(ADA)));
    let listed = world.read(&format!("{ADA_PATH}/permissions")).await.ok();
    assert_eq!(
        listed[0]["sources"],
        json!([{ "source_id": id, "source_name": "Editor", "source_type": "ROLE" }])
    );

    let more = world.create(&format!("{role}/permissions"), permissions(&["read:calendar"])).await;
    more.expect(StatusCode::CREATED);
    let status =
        world.delete_with(&format!("{role}/permissions"), permissions(&["write:calendar"])).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(world.permissions_in_adas_token().await, json!(["read:calendar"]));
    assert_eq!(
        world.read(&format!("{role}/permissions")).await.ok()[0]["permission_name"],
        "read:calendar"
    );

    assert_eq!(world.delete_with(&roles, json!({ "roles": [id] })).await, StatusCode::NO_CONTENT);
    assert_eq!(world.permissions_in_adas_token().await, json!([]));
}

/// MG-8/10, MG-2/14.
#[tokio::test]
async fn roles_are_created_changed_and_deleted() {
    let world = world().await;
    let role = world.new_role("Editor").await;
    let ada = "auth0|65a1f0c2d3e4b5a697887a01";
    world.create(&format!("{role}/users"), json!({ "users": [ada] })).await.ok();
    world.create(&format!("{role}/permissions"), permissions(&["read:calendar"])).await;
    world.new_role("Reader").await;

    let changed = world.patch(&role, json!({ "name": "Author" })).await.ok();
    assert_eq!(
        (&changed["name"], &changed["description"]),
        (&json!("Author"), &json!("What editors do"))
    );
    assert_eq!(world.read(&role).await.ok(), changed);
    let found = world.read(&format!("{ROLES}?name_filter=AUTH")).await.ok();
    assert_eq!(found, json!([changed]));
    let all = world.read(&format!("{ROLES}?include_totals=true")).await.ok();
    assert_eq!((&all["total"], all["roles"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(world.permissions_in_adas_token().await, json!(["read:calendar"]));

    world.delete(&role).await.ok();
    assert_eq!(world.permissions_in_adas_token().await, json!([]));
    for reply in [
        world.read(&role).await,
        world.delete(&role).await,
        world.patch(&role, json!({ "name": "A" })).await,
        world.read(&format!("{role}/permissions")).await,
        world.create(&format!("{role}/permissions"), permissions(&["read:calendar"])).await,
        world.create(&format!("{role}/users"), json!({ "users": [ada] })).await,
        world.create(&format!("{ADA_PATH}/roles"), json!({ "roles": ["rol_nobody"] })).await,
    ] {
        reply.refused_with(404, "");
    }
}

/// MG-8/10, MG-2/24.
#[tokio::test]
async fn roles_that_make_no_sense_are_refused() {
    let world = world().await;
    let role = world.new_role("Editor").await;
    world.new_role("Reader").await;
    world.create(ROLES, json!({ "name": "Editor" })).await.refused_with(409, "role_conflict");
    world.patch(&role, json!({ "name": "Reader" })).await.refused_with(409, "role_conflict");
    world.patch(&role, json!({})).await.refused_with(400, "invalid_body");
    for wrong in [json!({}), json!({ "name": "" }), json!({ "name": "A", "colour": "red" })] {
        world.create(ROLES, wrong).await.refused_with(400, "invalid_body");
    }
    let wrong = world.create(&format!("{GRACE_PATH}/roles"), json!({ "roles": "Editor" })).await;
    wrong.refused_with(400, "invalid_body");
    let nobody = world.create(&format!("{role}/users"), json!({ "users": ["auth0|nobody"] })).await;
    nobody.refused_with(404, "inexistent_user");
}

/// An API of the same name is another API: what could be done at the first cannot be done at the second.
#[tokio::test]
async fn permissions_for_a_deleted_api_do_not_come_back_with_its_name() {
    let world = world().await;
    let role = world.new_role("Editor").await;
    world.create(&format!("{role}/permissions"), permissions(&["write:calendar"])).await;
    world
        .create(
            &format!("{ADA_PATH}/roles"),
            json!({ "roles": [role.rsplit('/').next().unwrap()] }),
        )
        .await;
    world.create(&format!("{ADA_PATH}/permissions"), permissions(&["read:calendar"])).await;
    world.delete("/api/v2/clients/calendar-api-client").await;
    let api = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
    world.delete(api).await.expect(StatusCode::NO_CONTENT);

    let again = json!({
        "identifier": CALENDAR, "token_dialect": "access_token_authz", "enforce_policies": true,
        "scopes": [{ "value": "read:calendar" }, { "value": "write:calendar" }],
    });
    world.create("/api/v2/resource-servers", again).await.expect(StatusCode::CREATED);

    assert_eq!(world.permissions_in_adas_token().await, json!([]));
}
