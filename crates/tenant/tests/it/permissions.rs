//! Who may do what at an API that asks (discovery-and-tokens.md §3, RBAC).

use serde_json::{Value, json};

use crate::harness::{
    ADA, CALENDAR, GRACE, World, granting, parameter, redemption, request, unverified_claims,
};

/// Ada reads by a permission of her own and writes reports by a role; Grace may do nothing.
async fn world(dialect: &str, enforce: bool) -> World {
    let world = World::with(|file| {
        let roles = "roles:\n  - name: Reporter\n    description: Reads reports\n    permissions:\n\
                     \x20     - permission_name: read:reports\n        resource_server_identifier: https://reports-api.example.com\n\
                     \nusers:\n";
        let own = "    password: ada-password\n    roles: [Reporter]\n    permissions:\n\
                   \x20     - permission_name: read:calendar\n        resource_server_identifier: https://my-api.example.com\n";
        file.replace("users:\n", roles).replace("    password: ada-password\n", own)
    })
    .await;
    world.change_api(json!({ "token_dialect": dialect, "enforce_policies": enforce })).await;
    world
}

async fn tokens(world: &World, person: &str, scope: &str) -> Value {
    let asked = request(&[("scope", scope)]);
    let code = world.browser().code(person, &asked).await;
    world.token(&redemption(&code, &[])).await.ok()
}

/// MG-5/14, SC-1/6: what is asked for and assigned, told in the answer and in the token.
#[tokio::test]
async fn where_permissions_decide_a_scope_needs_one() {
    let world = world("access_token", true).await;
    let asked = "openid email read:calendar write:calendar";
    for (person, granted) in [(ADA, "openid email read:calendar"), (GRACE, "openid email")] {
        let tokens = tokens(&world, person, asked).await;
        assert_eq!(tokens["scope"], granted);
        let claims = unverified_claims(&tokens["access_token"]);
        assert_eq!(claims["scope"], granted);
        assert!(claims.get("permissions").is_none());
    }
}

/// Tokens straight from the authorization endpoint are no way around.
#[tokio::test]
async fn permissions_decide_in_the_implicit_flow_too() {
    let world = world("access_token", true).await;
    let spa = json!({ "grant_types": ["implicit"] });
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(spa)).await.ok();
    let asked = request(&[
        ("response_type", "token"),
        ("scope", "read:calendar write:calendar"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ]);

    let callback = world.browser().log_in(ADA, &asked).await;

    let answer = format!("http://localhost/?{}", callback.fragment().unwrap()).parse().unwrap();
    assert_eq!(parameter(&answer, "scope").as_deref(), Some("read:calendar"));
}

/// Without RBAC any scope that the API defines may be had.
#[tokio::test]
async fn where_permissions_do_not_decide_nobody_needs_one() {
    let world = world("access_token", false).await;
    let tokens = tokens(&world, GRACE, "read:calendar write:calendar").await;
    assert_eq!(tokens["scope"], "read:calendar write:calendar");
}

/// DT-3/10: all permissions for the API, whatever was asked for; the list may be empty.
#[tokio::test]
async fn the_authz_dialects_tell_permissions() {
    for dialect in ["access_token_authz", "rfc9068_profile_authz"] {
        let world = world(dialect, true).await;
        for (person, permissions) in [(ADA, json!(["read:calendar"])), (GRACE, json!([]))] {
            let tokens = tokens(&world, person, "openid").await;
            let claims = unverified_claims(&tokens["access_token"]);
            assert_eq!(claims["permissions"], permissions);
            assert_eq!(claims.get("client_id").is_some(), dialect.starts_with("rfc9068"));
        }
    }
}

#[tokio::test]
async fn a_role_gives_its_permissions() {
    let world = world("access_token", false).await;
    let reports = "/api/v2/resource-servers/https%3A%2F%2Freports-api.example.com";
    let change = json!({ "token_dialect": "access_token_authz", "enforce_policies": true });
    world.management("PATCH", reports, Some(change)).await.ok();

    let token = world.access_token(ADA, "https://reports-api.example.com").await;

    assert_eq!(unverified_claims(&json!(token))["permissions"], json!(["read:reports"]));
}

/// DT-3/10: a client may do what it was granted.
#[tokio::test]
async fn a_clients_own_token_tells_what_it_was_granted() {
    let world = World::with(|file| granting(&file, CALENDAR, "read:calendar")).await;
    let change = json!({ "token_dialect": "access_token_authz", "enforce_policies": true });
    world.change_api(change).await;
    let token = world.client_credentials("management", "management-secret", CALENDAR).await.ok();
    let claims = unverified_claims(&token["access_token"]);
    assert_eq!(claims["permissions"], json!(["read:calendar"]));
    assert_eq!(claims["scope"], "read:calendar");
}

/// MG-2/15, and roles that are none.
#[tokio::test]
async fn a_file_cannot_assign_what_there_is_not() {
    for (wrong, words) in [
        (
            "permissions:\n      - permission_name: fly\n        resource_server_identifier: https://my-api.example.com\n",
            "This permission does not exist: 'https://my-api.example.com - fly'",
        ),
        ("roles: [Pilot]\n", "role"),
    ] {
        let own = format!("    password: ada-password\n    {wrong}");
        let error = World::refused(|file| file.replace("    password: ada-password\n", &own)).await;
        assert!(error.contains(words), "{error}");
        assert!(error.contains("Ada Lovelace"), "{error}");
    }
}
