//! People at the Management API (MG-8): who they are, and what is left when they go.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, GRACE, Reply, World, parameter, redemption, request, unverified_claims};
use crate::token_vault::exchange;

const USERS: &str = "/api/v2/users";
pub(crate) const ADA_PATH: &str = "/api/v2/users/auth0%7C65a1f0c2d3e4b5a697887a01";
pub(crate) const GRACE_PATH: &str = "/api/v2/users/auth0%7C65a1f0c2d3e4b5a697887a02";
const NOBODY: &str = "/api/v2/users/auth0%7C000000000000000000000000";

fn eve() -> Value {
    json!({
        "connection": "Username-Password-Authentication", "email": "eve@example.com",
        "password": "eve-password",
    })
}

impl World {
    pub(crate) async fn change_ada(&self, change: Value) -> Reply {
        self.patch(ADA_PATH, change).await
    }

    /// What an administrator does about somebody whom nobody is to speak for.
    pub(crate) async fn block(&self, email: &str) {
        let path = self.path_of(email).await;
        self.patch(&path, json!({ "blocked": true })).await.ok();
    }

    pub(crate) async fn delete_person(&self, email: &str) {
        let path = self.path_of(email).await;
        self.delete(&path).await.expect(StatusCode::NO_CONTENT);
    }

    async fn path_of(&self, email: &str) -> String {
        let found = self.read(&format!("/api/v2/users-by-email?email={email}")).await.ok();
        format!("{USERS}/{}", found[0]["user_id"].as_str().unwrap().replace('|', "%7C"))
    }

    /// The page that the login form leads to with that password.
    async fn try_password(&self, email: &str, password: &str) -> Reply {
        let browser = self.browser();
        let state = browser.login_page(&request(&[])).await;
        let form = [("state", state.as_str()), ("username", email), ("password", password)];
        browser.post("/u/login", &form).await
    }
}

/// MG-8/1, MG-2/12.
#[tokio::test]
async fn a_person_is_shown_without_what_there_is_not() {
    let world = World::quickstart().await;
    let ada = world.read(ADA_PATH).await.ok();
    assert_eq!(ada["user_id"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(ada["name"], "Ada Lovelace");
    assert_eq!(ada["nickname"], "ada");
    assert_eq!(ada["email_verified"], true);
    assert_eq!(
        ada["identities"],
        json!([{
            "connection": "Username-Password-Authentication", "provider": "auth0",
            "user_id": "65a1f0c2d3e4b5a697887a01", "isSocial": false,
        }])
    );
    for absent in
        ["given_name", "last_login", "logins_count", "blocked", "app_metadata", "password"]
    {
        assert!(ada.get(absent).is_none(), "{absent}: {ada}");
    }
    let selected = world.read(&format!("{ADA_PATH}?fields=email,name")).await.ok();
    assert_eq!(selected, json!({ "email": ADA, "name": "Ada Lovelace" }));
    let rest = world.read(&format!("{ADA_PATH}?fields=email&include_fields=false")).await.ok();
    assert!(rest.get("email").is_none() && rest.get("name").is_some(), "{rest}");
    world.read(NOBODY).await.refused_with(404, "inexistent_user");
}

/// MG-8/1: each login counts, with its moment and its address.
#[tokio::test]
async fn logins_are_counted() {
    let world = World::quickstart().await;
    world.log_in(ADA, "openid").await;
    world.tenant.clock().advance(60);
    world.log_in(ADA, "openid").await;
    let ada = world.read(ADA_PATH).await.ok();
    assert_eq!(ada["logins_count"], 2);
    assert_eq!(ada["last_ip"], "127.0.0.1");
    assert_eq!(ada["last_login"], ada["updated_at"]);
    assert_ne!(ada["last_login"], ada["created_at"]);

    let wrong = world.try_password(ADA, "not-adas").await;
    wrong.expect(StatusCode::BAD_REQUEST);
    assert_eq!(world.read(ADA_PATH).await.ok()["logins_count"], 2);
}

/// MG-8/2.
#[tokio::test]
async fn a_new_person_can_log_in() {
    let world = World::quickstart().await;

    let created = world.create(USERS, eve()).await.expect(StatusCode::CREATED).json();

    assert!(created["user_id"].as_str().unwrap().starts_with("auth0|"), "{created}");
    assert_eq!(created["name"], "eve@example.com");
    assert_eq!(created["nickname"], "eve");
    assert_eq!(created["email_verified"], false);
    assert!(created.get("password").is_none());
    let tokens = world.log_in("eve@example.com", "openid email").await;
    let claims = unverified_claims(&tokens["id_token"]);
    assert_eq!(claims["sub"], created["user_id"]);
}

/// MG-8/2: whatever the case of the address.
#[tokio::test]
async fn an_address_is_one_persons_in_a_connection() {
    let world = World::quickstart().await;
    let mut again = eve();
    again["email"] = json!("Ada@Example.com");
    let refused = world.create(USERS, again.clone()).await;
    refused.refused_with(409, "auth0_idp_error");
    assert_eq!(refused.json()["message"], "The user already exists.");

    let staff = json!({ "name": "staff", "strategy": "auth0" });
    world.create("/api/v2/connections", staff).await.expect(StatusCode::CREATED);
    again["connection"] = json!("staff");
    world.create(USERS, again).await.expect(StatusCode::CREATED);
    let both = world.read("/api/v2/users-by-email?email=ada@example.com").await.ok();
    assert_eq!(both.as_array().unwrap().len(), 2, "{both}");
    let none = world.read("/api/v2/users-by-email?email=nobody@example.com").await.ok();
    assert_eq!(none, json!([]));
    world.read("/api/v2/users-by-email").await.refused_with(400, "invalid_query_string");
}

/// MG-8/2, MG-2/16, MG-2/20, MG-2/23.
#[tokio::test]
async fn people_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for (name, value, code) in [
        ("connection", Value::Null, "invalid_body"),
        ("connection", json!("nowhere"), "invalid_body"),
        ("connection", json!("google-oauth2"), "invalid_body"),
        ("email", Value::Null, "invalid_body"),
        ("email", json!("eve"), "invalid_body"),
        ("password", Value::Null, "invalid_body"),
        ("password", json!("short"), "auth0_idp_error"),
        ("password", json!("a".repeat(73)), "auth0_idp_error"),
        ("colour", json!("red"), "invalid_body"),
        ("user_metadata", json!("red"), "invalid_body"),
    ] {
        println!("{name}: {value}");
        let mut person = eve();
        if value.is_null() {
            person.as_object_mut().unwrap().remove(name);
        } else {
            person[name] = value;
        }
        world.create(USERS, person).await.refused_with(400, code);
    }
}

/// MG-8/3: metadata are merged by their names, `null` takes one away, and nothing at all takes all away.
#[tokio::test]
async fn metadata_are_merged_and_the_rest_is_replaced() {
    let world = World::quickstart().await;
    let first = json!({ "name": "Ada King", "app_metadata": { "a": { "x": 1 }, "b": 2 } });
    world.change_ada(first).await.ok();

    let second = json!({ "given_name": "Ada", "app_metadata": { "a": { "y": 1 }, "c": 3 } });
    let ada = world.change_ada(second).await.ok();
    assert_eq!(ada["name"], "Ada King");
    assert_eq!(ada["app_metadata"], json!({ "a": { "y": 1 }, "b": 2, "c": 3 }));

    let third = json!({ "given_name": null, "app_metadata": { "b": null } });
    let ada = world.change_ada(third).await.ok();
    assert!(ada.get("given_name").is_none(), "{ada}");
    assert_eq!(ada["app_metadata"], json!({ "a": { "y": 1 }, "c": 3 }));

    let ada = world.change_ada(json!({ "app_metadata": {} })).await.ok();
    assert!(ada.get("app_metadata").is_none(), "{ada}");
    let claims = unverified_claims(&world.log_in(ADA, "openid profile").await["id_token"]);
    assert_eq!(claims["name"], "Ada King");
}

/// MG-8/3.
#[tokio::test]
async fn a_new_password_is_the_only_one() {
    let world = World::quickstart().await;
    world.change_ada(json!({ "password": "countess-of-lovelace" })).await.ok();
    world.try_password(ADA, "ada-password").await.expect(StatusCode::BAD_REQUEST);
    world.try_password(ADA, "countess-of-lovelace").await.expect(StatusCode::FOUND);
}

/// MG-8/3: whose a new address is has yet to be shown.
#[tokio::test]
async fn a_new_address_is_not_verified_unless_somebody_says_so() {
    let world = World::quickstart().await;
    let ada = world.change_ada(json!({ "email": "countess@example.com" })).await.ok();
    assert_eq!(ada["email_verified"], false);
    let ada = world.change_ada(json!({ "email": "ada@example.com", "email_verified": true })).await;
    assert_eq!(ada.ok()["email_verified"], true);
    let ada = world.change_ada(json!({ "email": "Ada@example.com" })).await.ok();
    assert_eq!(ada["email_verified"], true);
    let taken = world.change_ada(json!({ "email": GRACE })).await;
    taken.refused_with(400, "auth0_idp_error");
}

/// MG-8/3, MG-2/17, MG-2/18, MG-2/12.
#[tokio::test]
async fn changes_of_people_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for (change, code) in [
        (json!({}), "invalid_body"),
        (json!({ "user_id": "auth0|1" }), "invalid_body"),
        (json!({ "email": null }), "invalid_body"),
        (json!({ "email": "a" }), "invalid_body"),
        (json!({ "blocked": "yes" }), "invalid_body"),
        (json!({ "email": "a@example.com", "password": "a-new-password" }), "invalid_body"),
        (json!({ "name": "A", "connection": "google-oauth2" }), "invalid_body"),
        (json!({ "password": "short" }), "auth0_idp_error"),
    ] {
        println!("{change}");
        world.change_ada(change).await.refused_with(400, code);
    }
    world.patch(NOBODY, json!({ "name": "A" })).await.refused_with(404, "inexistent_user");
}

/// MG-8/3: neither with the password nor with what they got before.
#[tokio::test]
async fn who_is_blocked_gets_nothing_until_they_are_no_longer() {
    let world = World::quickstart().await;
    let tokens = world.log_in(ADA, "openid offline_access read:calendar").await;

    let ada = world.change_ada(json!({ "blocked": true })).await.ok();
    assert_eq!(ada["blocked"], true);
    let callback = world.browser().log_in(ADA, &request(&[])).await;
    assert_eq!(parameter(&callback, "error").as_deref(), Some("unauthorized"), "{callback}");
    let refused = world.refresh(&tokens["refresh_token"], &[]).await;
    assert!(refused.status.is_client_error(), "{refused:?}");

    world.change_ada(json!({ "blocked": false })).await.ok();
    world.refresh(&tokens["refresh_token"], &[]).await.ok();
    world.log_in(ADA, "openid").await;
}

/// MG-8/4: however often.
#[tokio::test]
async fn a_deleted_person_leaves_nothing_behind() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let code =
        browser.code(ADA, &request(&[("scope", "openid offline_access read:calendar")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let subject = tokens["access_token"].as_str().unwrap();

    for _ in 0..2 {
        let reply = world.delete(ADA_PATH).await;
        assert_eq!(reply.expect(StatusCode::NO_CONTENT).body, "");
    }

    world.read(ADA_PATH).await.refused_with(404, "inexistent_user");
    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");
    for refused in [
        world.refresh(&tokens["refresh_token"], &[]).await,
        world.token(&exchange(subject, &[])).await,
        world.try_password(ADA, "ada-password").await,
    ] {
        assert!(refused.status.is_client_error(), "{refused:?}");
    }
    let same = json!({
        "connection": "Username-Password-Authentication", "user_id": "65a1f0c2d3e4b5a697887a01",
        "email": ADA, "password": "ada-password",
    });
    world.create(USERS, same).await.expect(StatusCode::CREATED);
    let accounts = world.read(&format!("{ADA_PATH}/connected-accounts")).await.ok();
    assert_eq!(accounts, json!({ "connected_accounts": [] }), "whoever comes after is another");
    let sessions = world.read(&format!("{ADA_PATH}/sessions")).await.ok();
    assert_eq!(sessions, json!({ "sessions": [] }));
}

/// MG-8/5, MG-3/8, connected-accounts.md §2.4: the administrator's view, without tokens.
#[tokio::test]
async fn connected_accounts_are_listed_without_their_tokens() {
    let world = World::quickstart().await;
    let path = format!("{ADA_PATH}/connected-accounts");
    let accounts = world.read(&format!("{path}?take=50")).await.ok();
    assert!(accounts.get("next").is_none(), "{accounts}");
    let account = &accounts["connected_accounts"][0];
    assert!(account["id"].as_str().unwrap().starts_with("cac_"), "{account}");
    assert!(account["connection_id"].as_str().unwrap().starts_with("con_"), "{account}");
    assert_eq!(account["connection"], "google-oauth2");
    assert_eq!(account["strategy"], "google-oauth2");
    assert_eq!(account["access_type"], "offline");
    assert_eq!(account["scopes"].as_array().unwrap().len(), 4);
    assert!(account["created_at"].as_str().unwrap().ends_with('Z'), "{account}");
    assert!(!accounts.to_string().contains("ada-offline-grant"));
    let none = world.read(&format!("{GRACE_PATH}/connected-accounts")).await.ok();
    assert_eq!(none, json!({ "connected_accounts": [] }));
    let nobody = world.read(&format!("{NOBODY}/connected-accounts")).await;
    nobody.refused_with(404, "inexistent_user");
}

#[tokio::test]
async fn a_persons_organizations_are_listed() {
    let world = World::with(|file| {
        let acme = "organizations:\n  - name: acme\n    id: org_acme\n    display_name: Acme\n    members: [ada@example.com]\n";
        format!("{file}\n{acme}")
    })
    .await;
    let own = world.read(&format!("{ADA_PATH}/organizations")).await.ok();
    assert_eq!(own, json!([{ "id": "org_acme", "name": "acme", "display_name": "Acme" }]));
    let totals = world.read(&format!("{GRACE_PATH}/organizations?include_totals=true")).await.ok();
    assert_eq!((&totals["total"], &totals["organizations"]), (&json!(0), &json!([])));
    let found = world.read(&format!("{USERS}?q=organization_id:org_acme&fields=email")).await.ok();
    assert_eq!(found, json!([{ "email": ADA }]));
    world.read(&format!("{NOBODY}/organizations")).await.refused_with(404, "inexistent_user");
}

/// MG-2/7, MG-8: each operation has its scope.
#[tokio::test]
async fn every_operation_on_people_needs_its_scope() {
    let world = World::quickstart().await;
    let token = world.management_token("read:clients").await;
    for (method, path, scope) in [
        ("GET", USERS.to_owned(), "read:users"),
        ("GET", "/api/v2/users-by-email".to_owned(), "read:users"),
        ("GET", ADA_PATH.to_owned(), "read:users"),
        ("POST", USERS.to_owned(), "create:users"),
        ("PATCH", ADA_PATH.to_owned(), "update:users"),
        ("DELETE", ADA_PATH.to_owned(), "delete:users"),
        ("GET", format!("{ADA_PATH}/connected-accounts"), "read:users"),
        ("GET", format!("{ADA_PATH}/permissions"), "read:users"),
        ("POST", format!("{ADA_PATH}/permissions"), "update:users"),
        ("DELETE", format!("{ADA_PATH}/permissions"), "update:users"),
        ("GET", format!("{ADA_PATH}/roles"), "read:users"),
        ("POST", format!("{ADA_PATH}/roles"), "update:users"),
        ("DELETE", format!("{ADA_PATH}/roles"), "update:users"),
        ("GET", format!("{ADA_PATH}/organizations"), "read:organizations"),
        ("GET", format!("{ADA_PATH}/sessions"), "read:sessions"),
        ("DELETE", format!("{ADA_PATH}/sessions"), "delete:sessions"),
        ("GET", format!("{ADA_PATH}/refresh-tokens"), "read:refresh_tokens"),
        ("DELETE", format!("{ADA_PATH}/refresh-tokens"), "delete:refresh_tokens"),
        ("POST", format!("{ADA_PATH}/revoke-access"), "delete:sessions"),
    ] {
        let reply = world.management_with(&token, method, &path, Some(json!({}))).await;
        reply.refused_with(403, "insufficient_scope");
        assert!(reply.json()["message"].as_str().unwrap().contains(scope), "{reply:?}");
    }
}
