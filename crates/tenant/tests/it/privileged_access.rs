//! `token_vault_privileged_access` of clients, at the Management API (TV-4/3).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::World;
use crate::signer::Signer;

const CLIENTS: &str = "/api/v2/clients";

fn key(signer: &Signer) -> Value {
    json!({ "credential_type": "public_key", "pem": signer.pem() })
}

/// A worker with these settings.
fn worker(access: &Value) -> Value {
    json!({ "name": "Worker", "app_type": "non_interactive", "token_vault_privileged_access": access })
}

fn connections(number: usize, scopes: usize) -> Value {
    let scopes: Vec<String> = (0..scopes).map(|scope| format!("scope-{scope}")).collect();
    let grant = |connection| json!({ "connection": format!("c{connection}"), "scopes": scopes });
    (0..number).map(grant).collect()
}

/// TV-4/3: keys are named by their ids; a change replaces the whole, and `null` takes it away.
#[tokio::test]
async fn a_worker_is_shown_what_it_may_have() {
    let world = World::quickstart().await;
    let access = json!({
        "credentials": [key(Signer::known())],
        "ip_allowlist": ["192.0.2.1", "198.51.100.0/24", "2001:db8::/32"],
        "grants": [{ "connection": "google-oauth2", "scopes": ["openid"] }],
    });
    let created = world.management("POST", CLIENTS, Some(worker(&access))).await;
    let client = created.expect(StatusCode::CREATED).json();
    let path = format!("{CLIENTS}/{}", client["client_id"].as_str().unwrap());

    let shown = &client["token_vault_privileged_access"];
    let credentials = &shown["credentials"];
    assert_eq!(credentials.as_array().unwrap().len(), 1);
    assert!(credentials[0]["id"].as_str().unwrap().starts_with("cred_"), "{client}");
    assert_eq!(credentials[0].as_object().unwrap().len(), 1, "{client}");
    assert_eq!(shown["ip_allowlist"], access["ip_allowlist"]);
    assert_eq!(shown["grants"], access["grants"]);
    assert!(client.get("credentials").is_none(), "{client}");
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_post");
    assert_eq!(world.management("GET", &path, None).await.ok(), client);

    let change = json!({ "credentials": credentials, "ip_allowlist": ["192.0.2.9"] });
    let change = json!({ "token_vault_privileged_access": change });
    let changed = world.management("PATCH", &path, Some(change)).await.ok();
    let shown = &changed["token_vault_privileged_access"];
    assert_eq!(&shown["credentials"], credentials);
    assert_eq!(shown["ip_allowlist"], json!(["192.0.2.9"]));
    assert_eq!(shown["grants"], json!([]));

    let renamed = world.management("PATCH", &path, Some(json!({ "name": "Other" }))).await.ok();
    assert_eq!(&renamed["token_vault_privileged_access"], shown);
    let gone = json!({ "token_vault_privileged_access": null });
    let changed = world.management("PATCH", &path, Some(gone)).await.ok();
    assert!(changed.get("token_vault_privileged_access").is_none(), "{changed}");
}

/// TV-4/3: ten addresses, five connections, twenty scopes of all connections together.
#[tokio::test]
async fn settings_beyond_the_limits_are_refused() {
    let world = World::quickstart().await;
    let addresses: Vec<String> = (0..11).map(|number| format!("192.0.2.{number}")).collect();
    let once = json!({ "connection": "google-oauth2", "scopes": ["openid"] });
    for (access, what) in [
        (json!({ "ip_allowlist": addresses }), "eleven addresses"),
        (json!({ "ip_allowlist": ["localhost"] }), "no address"),
        (json!({ "ip_allowlist": ["192.0.2.0/33"] }), "no range"),
        (json!({ "grants": connections(6, 1) }), "six connections"),
        (json!({ "grants": connections(3, 7) }), "21 scopes"),
        (json!({ "grants": [once, once] }), "one connection twice"),
        (json!({ "grants": [{ "scopes": [] }] }), "scopes of no connection"),
        (json!({ "credentials": [{ "id": "cred_of_nobody" }] }), "a key of nobody"),
        (json!({ "credentials": [{ "credential_type": "public_key", "pem": "" }] }), "no key"),
    ] {
        println!("{what}");
        let reply = world.management("POST", CLIENTS, Some(worker(&access))).await;
        reply.refused_with(400, "invalid_body");
    }
    let most = json!({ "ip_allowlist": addresses[1..], "grants": connections(5, 4) });
    let created = world.management("POST", CLIENTS, Some(worker(&most))).await;
    created.expect(StatusCode::CREATED);
}

/// A public client has nothing to prove that it is the worker by, and a key that it does not have proves nothing.
#[tokio::test]
async fn settings_that_no_worker_could_use_are_refused() {
    let world = World::quickstart().await;
    let access = json!({ "token_vault_privileged_access": { "ip_allowlist": ["192.0.2.1"] } });
    let spa = format!("{CLIENTS}/calendar-spa");
    let reply = world.management("PATCH", &spa, Some(access)).await;
    reply.refused_with(400, "invalid_body");

    let access = json!({ "credentials": [{ "id": "cred_of_another" }] });
    let change = json!({ "token_vault_privileged_access": access });
    let path = format!("{CLIENTS}/management");
    world.management("PATCH", &path, Some(change)).await.refused_with(400, "invalid_body");
}

/// Who may change clients may not give them this.
#[tokio::test]
async fn a_change_needs_the_scope_for_it() {
    let world = World::quickstart().await;
    let path = format!("{CLIENTS}/management");
    let change = json!({ "token_vault_privileged_access": { "ip_allowlist": ["192.0.2.1"] } });
    let token = world.management_token("update:clients").await;
    let reply = world.management_with(&token, "PATCH", &path, Some(change.clone())).await;
    reply.refused_with(403, "insufficient_scope");
    let token = world.management_token("update:client_token_vault_privileged_access").await;
    world.management_with(&token, "PATCH", &path, Some(change)).await.ok();

    let token = world.management_token("create:clients").await;
    let body = worker(&json!({ "credentials": [key(Signer::known())] }));
    let reply = world.management_with(&token, "POST", CLIENTS, Some(body)).await;
    reply.refused_with(403, "insufficient_scope");
}
