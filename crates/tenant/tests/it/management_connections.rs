//! Connections at the Management API (MG-7), and what their settings change.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, GRACE, Reply, World, redemption, request};
use crate::token_vault::exchange;

const CONNECTIONS: &str = "/api/v2/connections";
const DATABASE: &str = "Username-Password-Authentication";

impl World {
    async fn connection(&self, name: &str) -> Value {
        let found = self.read(&format!("{CONNECTIONS}?name={name}")).await.ok();
        found[0].clone()
    }

    pub(crate) async fn change_connection(&self, name: &str, change: Value) -> Reply {
        let id = self.connection(name).await["id"].as_str().unwrap().to_owned();
        self.patch(&format!("{CONNECTIONS}/{id}"), change).await
    }

    async fn login_page_text(&self) -> String {
        let browser = self.browser();
        let location = browser.authorize(&request(&[])).await.location();
        browser.page_at("/u/login", &location).await.1
    }
}

fn path(connection: &Value) -> String {
    format!("{CONNECTIONS}/{}", connection["id"].as_str().unwrap())
}

/// MG-7/1: with the defaults that were recorded.
#[tokio::test]
async fn a_connection_is_read_with_what_nobody_said_of_it() {
    let world = World::quickstart().await;
    let google = world.connection("google-oauth2").await;
    assert!(google["id"].as_str().unwrap().starts_with("con_"), "{google}");
    assert_eq!(google["strategy"], "google-oauth2");
    assert_eq!(google["realms"], json!(["google-oauth2"]));
    assert_eq!(google["is_domain_connection"], false);
    assert_eq!(google["show_as_button"], false);
    assert_eq!(google["authentication"], json!({ "active": true }));
    assert_eq!(google["connected_accounts"], json!({ "active": true }));
    assert_eq!(google["enabled_clients"], json!(["calendar-spa"]));
    assert_eq!(world.read(&path(&google)).await.ok(), google);

    let database = world.connection(DATABASE).await;
    assert_eq!(database["connected_accounts"], json!({ "active": false }));
    let nobody = format!("{CONNECTIONS}/con_nobody0000000000");
    world.read(&nobody).await.refused_with(404, "inexistent_connection");
}

/// MG-3/6, MG-7/1.
#[tokio::test]
async fn connections_are_filtered_and_come_in_pages() {
    let world = World::quickstart().await;
    let names = async |query: &str| {
        let list = world.read(&format!("{CONNECTIONS}?{query}")).await.ok();
        let list = if list.is_array() { list } else { list["connections"].clone() };
        let names: Vec<String> =
            list.as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().into()).collect();
        names
    };
    assert_eq!(names("").await.len(), 2);
    assert_eq!(names("strategy=auth0").await, [DATABASE]);
    assert_eq!(names("strategy=auth0&strategy=google-oauth2").await.len(), 2);
    assert_eq!(names("strategy=github").await.len(), 0);
    assert_eq!(names("name=google-oauth2").await, ["google-oauth2"]);
    let pages = [names("per_page=1&include_totals=true").await, names("page=1&per_page=1").await];
    assert_eq!(BTreeSet::from(pages).len(), 2);
    assert_eq!(names("take=1").await.len(), 1);
    let fields = world.read(&format!("{CONNECTIONS}?fields=name&name=google-oauth2")).await.ok();
    assert_eq!(fields, json!([{ "name": "google-oauth2", "is_domain_connection": false }]));
    world
        .read(&format!("{CONNECTIONS}?colour=red"))
        .await
        .refused_with(400, "invalid_query_string");
}

/// MG-7/2, MG-2/24.
#[tokio::test]
async fn a_connection_is_created_once() {
    let world = World::quickstart().await;
    let new = json!({
        "name": "staff", "strategy": "auth0", "display_name": "Staff", "realms": ["staff-realm"],
        "metadata": { "team": "blue" }, "enabled_clients": ["calendar-spa"],
    });

    let created = world.create(CONNECTIONS, new.clone()).await.expect(StatusCode::CREATED).json();

    for (name, value) in new.as_object().unwrap() {
        assert_eq!(&created[name], value, "{created}");
    }
    assert_eq!(created["connected_accounts"], json!({ "active": false }));
    world.create(CONNECTIONS, new).await.refused_with(409, "connection_conflict");
    let person =
        json!({ "connection": "staff", "email": "eve@example.com", "password": "eve-password" });
    world.create("/api/v2/users", person).await.expect(StatusCode::CREATED);
    world.browser().code("eve@example.com", &request(&[])).await;
}

/// MG-7/2, MG-2/16, MG-2/17, MG-2/19.
#[tokio::test]
async fn connections_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for wrong in [
        json!({ "strategy": "auth0" }),
        json!({ "name": "a" }),
        json!({ "name": "a b", "strategy": "auth0" }),
        json!({ "name": "-a", "strategy": "auth0" }),
        json!({ "name": "a".repeat(129), "strategy": "auth0" }),
        json!({ "name": "a", "strategy": "carrier-pigeon" }),
        json!({ "name": "a", "strategy": "auth0", "colour": "red" }),
        json!({ "name": "a", "strategy": "auth0", "authentication": {} }),
        json!({ "name": "a", "strategy": "auth0", "connected_accounts": { "active": "yes" } }),
        json!({ "name": "a", "strategy": "auth0", "metadata": { "a": 1 } }),
        json!({ "name": "a", "strategy": "auth0", "metadata": { "a": "b".repeat(256) } }),
    ] {
        println!("{wrong}");
        world.create(CONNECTIONS, wrong).await.refused_with(400, "invalid_body");
    }
}

/// MG-7/3: what it is called is what others know it by.
#[tokio::test]
async fn what_is_changed_is_replaced_and_the_name_stays() {
    let world = World::quickstart().await;
    let google = path(&world.connection("google-oauth2").await);
    let options = json!({ "client_id": "another", "client_secret": "secret" });

    let changed = world.patch(&google, json!({ "options": options })).await.ok();

    assert_eq!(changed["options"]["client_id"], "another");
    assert!(changed["options"].get("scope").is_none(), "the options are replaced whole: {changed}");
    assert_eq!(changed["enabled_clients"], json!(["calendar-spa"]));
    for wrong in [json!({ "name": "other" }), json!({ "strategy": "auth0" }), json!({})] {
        world.patch(&google, wrong).await.refused_with(400, "invalid_body");
    }
    let nobody = format!("{CONNECTIONS}/con_nobody0000000000");
    world.patch(&nobody, json!({ "realms": [] })).await.refused_with(404, "inexistent_connection");
}

/// MG-7/3: the login page calls it what it is called now.
#[tokio::test]
async fn the_login_page_has_the_connections_name() {
    let world = World::quickstart().await;
    world
        .change_connection("google-oauth2", json!({ "display_name": "Acme Workspace" }))
        .await
        .ok();
    assert!(world.login_page_text().await.contains("Continue with Acme Workspace"));
}

/// MG-7/3: the exchange asks as well.
#[tokio::test]
async fn a_connection_that_is_not_for_connected_accounts_yields_no_tokens() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let subject = world.token(&redemption(&code, &[])).await.ok();
    let subject = subject["access_token"].as_str().unwrap();
    world.token(&exchange(subject, &[])).await.ok();

    let off = json!({ "connected_accounts": { "active": false } });
    world.change_connection("google-oauth2", off).await.ok();

    let refused = world.token(&exchange(subject, &[])).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
}

/// MG-7/4: with its people, with the accounts of others, however often it is deleted.
#[tokio::test]
async fn a_deleted_connection_takes_its_people_along() {
    let world = World::quickstart().await;
    let tokens = world.log_in(GRACE, "openid offline_access read:calendar").await;
    let ada = "/api/v2/users/auth0%7C65a1f0c2d3e4b5a697887a01";
    let google = path(&world.connection("google-oauth2").await);
    let database = path(&world.connection(DATABASE).await);
    assert_eq!(
        world.read(&format!("{ada}/connected-accounts")).await.ok()["connected_accounts"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    for _ in 0..2 {
        let deleted = world.delete(&google).await.expect(StatusCode::ACCEPTED).json();
        assert!(deleted["deleted_at"].as_str().unwrap().contains(".000Z"), "{deleted}");
    }
    world.read(&google).await.refused_with(404, "inexistent_connection");
    let left = world.read(&format!("{ada}/connected-accounts")).await.ok();
    assert_eq!(left, json!({ "connected_accounts": [] }));
    assert!(!world.login_page_text().await.contains("Continue with"));

    world.delete(&database).await.expect(StatusCode::ACCEPTED);
    world.read(ada).await.refused_with(404, "inexistent_user");
    let refused = world.refresh(&tokens["refresh_token"], &[]).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
}

/// MG-7/5, MG-7/6: a client that is switched off has no button for it.
#[tokio::test]
async fn clients_are_switched_on_and_off_one_by_one() {
    let world = World::quickstart().await;
    let google = path(&world.connection("google-oauth2").await);
    let clients = format!("{google}/clients");
    assert_eq!(
        world.read(&clients).await.ok(),
        json!({ "clients": [{ "client_id": "calendar-spa" }] })
    );
    assert!(world.login_page_text().await.contains("Continue with Google"));

    let switches = json!([
        { "client_id": "calendar-spa", "status": false },
        { "client_id": "management", "status": true },
        { "client_id": "reports-api-client", "status": true },
    ]);
    let reply = world.patch(&clients, switches).await;
    assert_eq!(reply.expect(StatusCode::NO_CONTENT).body, "");

    assert!(!world.login_page_text().await.contains("Continue with Google"));
    let first = world.read(&format!("{clients}?take=1")).await.ok();
    assert_eq!(first["clients"], json!([{ "client_id": "management" }]));
    let rest = format!("{clients}?from={}", first["next"].as_str().unwrap());
    assert_eq!(
        world.read(&rest).await.ok(),
        json!({ "clients": [{ "client_id": "reports-api-client" }] })
    );
}

/// MG-7/6.
#[tokio::test]
async fn switches_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    let clients = format!("{}/clients", path(&world.connection("google-oauth2").await));
    for wrong in [
        json!({}),
        json!([]),
        json!([1]),
        json!([{ "client_id": "calendar-spa" }]),
        json!([{ "client_id": "calendar-spa", "status": "on" }]),
        json!(vec![json!({ "client_id": "calendar-spa", "status": true }); 51]),
    ] {
        println!("{wrong}");
        world.patch(&clients, wrong).await.refused_with(400, "invalid_body");
    }
    let nobody = json!([{ "client_id": "nobody", "status": true }]);
    world.patch(&clients, nobody).await.refused_with(404, "inexistent_client");
    let unknown = format!("{CONNECTIONS}/con_nobody0000000000/clients");
    let switch = json!([{ "client_id": "calendar-spa", "status": true }]);
    world.patch(&unknown, switch).await.refused_with(404, "inexistent_connection");
    world.read(&unknown).await.refused_with(404, "inexistent_connection");
}

/// MG-7/7.
#[tokio::test]
async fn a_client_knows_its_connections() {
    let world = World::quickstart().await;
    let connections = world.read("/api/v2/clients/calendar-spa/connections").await.ok();
    let names: Vec<&str> = connections["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|connection| connection["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{connections}");
    let none = world.read("/api/v2/clients/management/connections").await.ok();
    assert_eq!(none, json!({ "connections": [] }));
    let nobody = world.read("/api/v2/clients/nobody/connections").await;
    nobody.refused_with(404, "inexistent_client");
}

/// MG-2/7, MG-7/1 to MG-7/7.
#[tokio::test]
async fn every_operation_on_connections_needs_its_scope() {
    let world = World::quickstart().await;
    let google = path(&world.connection("google-oauth2").await);
    let token = world.management_token("read:users").await;
    for (method, path, scope) in [
        ("GET", CONNECTIONS.to_owned(), "read:connections"),
        ("POST", CONNECTIONS.to_owned(), "create:connections"),
        ("GET", google.clone(), "read:connections"),
        ("PATCH", google.clone(), "update:connections"),
        ("DELETE", google.clone(), "delete:connections"),
        ("GET", format!("{google}/clients"), "read:connections"),
        ("PATCH", format!("{google}/clients"), "update:connections"),
        ("GET", "/api/v2/clients/calendar-spa/connections".to_owned(), "read:connections"),
    ] {
        let reply = world.management_with(&token, method, &path, Some(json!({}))).await;
        reply.refused_with(403, "insufficient_scope");
        assert!(reply.json()["message"].as_str().unwrap().contains(scope), "{reply:?}");
    }
}
