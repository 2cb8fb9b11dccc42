//! `GET /tenant.yaml` and `tenant --export`: what a tenant holds, as a file that another starts from.

use std::process::Stdio;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::harness::{
    ADA, CALENDAR, GRACE, Reply, World, free_address, parameter, request, tenant_file,
};
use crate::signer::Signer;

impl World {
    /// What the tenant answers when it is asked for the file.
    async fn export(&self, token: &str, query: &str) -> Reply {
        self.management_with(token, "GET", &format!("/tenant.yaml{query}"), None).await
    }

    async fn file(&self, query: &str) -> String {
        let token = self.management_token("").await;
        let reply = self.export(&token, query).await;
        reply.expect(StatusCode::OK);
        assert_eq!(reply.header("content-type"), "application/yaml");
        assert_eq!(reply.header("cache-control"), "no-store");
        reply.body
    }

    /// A tenant that starts from that file.
    async fn from(file: &str) -> Self {
        let file = file.to_owned();
        Self::with(move |_| file).await
    }

    /// What the lists of the Management API show, without what each tenant makes up for itself.
    async fn shown(&self) -> Value {
        let mut all = json!({});
        for list in
            ["clients", "resource-servers", "connections", "roles", "users", "tenants/settings"]
        {
            let mut items = self.read(&format!("/api/v2/{list}")).await.ok();
            forget(&mut items, self.tenant.issuer());
            all[list] = items;
        }
        all
    }

    async fn ids(&self, list: &str) -> Vec<String> {
        let items = self.read(&format!("/api/v2/{list}")).await.ok();
        let ids =
            items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        ids.collect()
    }
}

/// Takes out ids, moments and keys, and puts the issuers of all tenants on a par.
fn forget(value: &mut Value, issuer: &str) {
    match value {
        Value::String(text) => *text = text.replace(issuer, "issuer/"),
        Value::Array(items) => items.iter_mut().for_each(|item| forget(item, issuer)),
        Value::Object(object) => {
            for name in ["id", "signing_keys", "created_at", "updated_at", "tenant"] {
                object.remove(name);
            }
            object.values_mut().for_each(|item| forget(item, issuer));
        }
        _ => {}
    }
}

#[tokio::test]
async fn what_was_exported_is_imported_and_exported_the_same() {
    let world = World::quickstart().await;
    let file = world.file("?with_secrets=true").await;

    let other = World::from(&file).await;

    assert_eq!(other.file("?with_secrets=true").await, file);
    assert_eq!(other.shown().await, world.shown().await);
}

#[tokio::test]
async fn a_tenant_of_the_file_does_what_the_first_did() {
    let file = World::quickstart().await.file("?with_secrets=true").await;
    let world = World::from(&file).await;

    let browser = world.browser();
    let code = browser.code(ADA, &request(&[])).await;
    assert!(!code.is_empty());
    let token = world.access_token(ADA, CALENDAR).await;
    let reply = world
        .token(&[
            ("grant_type", "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"),
            ("client_id", "calendar-api-client"),
            ("client_secret", "calendar-api-secret"),
            ("subject_token", &token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("requested_token_type", "http://auth0.com/oauth/token-type/federated-connection-access-token"),
            ("connection", "google-oauth2"),
        ])
        .await;
    reply.ok();
}

#[tokio::test]
async fn what_was_made_by_the_management_api_is_in_the_file() {
    let world = World::quickstart().await;
    let api = "https://weather.example.com";
    let scopes =
        json!([{ "value": "read:weather", "description": "Read: the \"weather\" # daily" }]);
    let body =
        json!({ "name": "Weather", "identifier": api, "scopes": scopes, "token_lifetime": 60 });
    world.management("POST", "/api/v2/resource-servers", Some(body)).await;
    let pem = Signer::unknown().pem();
    let key = json!({ "credential_type": "public_key", "name": "Key", "pem": pem, "alg": "RS256" });
    let body = json!({
        "name": "Keyed", "app_type": "regular_web", "callbacks": [format!("{}callback", world.tenant.issuer())],
        "client_authentication_methods": { "private_key_jwt": { "credentials": [key] } },
    });
    world.management("POST", "/api/v2/clients", Some(body)).await.expect(StatusCode::CREATED);
    let role =
        world.management("POST", "/api/v2/roles", Some(json!({ "name": "Forecaster" }))).await.ok();
    let permissions = json!({ "permissions": [
        { "resource_server_identifier": api, "permission_name": "read:weather" },
    ] });
    let role = role["id"].as_str().unwrap();
    let path = format!("/api/v2/roles/{role}/permissions");
    world.management("POST", &path, Some(permissions.clone())).await;
    let ada = "/api/v2/users/auth0%7C65a1f0c2d3e4b5a697887a01";
    world.management("POST", &format!("{ada}/roles"), Some(json!({ "roles": [role] }))).await;
    world.management("POST", &format!("{ada}/permissions"), Some(permissions)).await;
    let settings = json!({ "default_audience": api, "enabled_locales": ["de"] });
    world.management("PATCH", "/api/v2/tenants/settings", Some(settings)).await.ok();

    let file = world.file("?with_secrets=true").await;
    let other = World::from(&file).await;

    assert!(!file.contains(world.tenant.issuer()), "{file}");
    assert_eq!(other.shown().await, world.shown().await);
    assert_eq!(other.file("?with_secrets=true").await, file);
    for path in ["/permissions", "/roles"] {
        let path = format!("{ada}{path}");
        let (mut one, mut another) = (world.read(&path).await.ok(), other.read(&path).await.ok());
        for source in [&mut one, &mut another] {
            forget_sources(source);
            forget(source, "");
        }
        assert_eq!(one, another);
        assert_eq!(one.as_array().unwrap().len(), 1);
    }
    assert_eq!(world.ids("roles").await.len(), 1);
}

/// Roles have another id at each tenant.
fn forget_sources(permissions: &mut Value) {
    for permission in permissions.as_array_mut().unwrap() {
        if let Some(sources) = permission["sources"].as_array_mut() {
            for source in sources {
                source.as_object_mut().unwrap().remove("source_id");
            }
        } else {
            permission.as_object_mut().unwrap().remove("sources");
        }
    }
}

/// What somebody may commit holds nothing that somebody else must not see.
#[tokio::test]
async fn secrets_are_left_out_unless_they_are_asked_for() {
    let world = World::quickstart().await;
    let secrets = [
        "calendar-api-secret",
        "management-secret",
        "strongroom-tenant-secret",
        "ada-offline-grant",
        "password_hash",
    ];

    let file = world.file("").await;
    let with_secrets = world.file("?with_secrets=true").await;

    for secret in secrets {
        assert!(!file.contains(secret), "{secret}");
        assert!(with_secrets.contains(secret), "{secret}");
    }
    assert!(!with_secrets.contains("ada-password"));
}

/// Nobody has a password then; the button on the login page still knows who they are.
#[tokio::test]
async fn people_of_a_file_without_secrets_log_in_by_their_buttons_alone() {
    let file = World::quickstart().await.file("").await;
    let world = World::from(&file).await;

    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;
    let by_password =
        [("state", state.as_str()), ("username", GRACE), ("password", "grace-password")];
    browser.post("/u/login", &by_password).await.expect(StatusCode::BAD_REQUEST);
    let grace = "auth0|65a1f0c2d3e4b5a697887a02";
    let by_button = [("state", state.as_str()), ("user", grace)];
    let callback = browser.post("/u/login", &by_button).await.location();
    assert!(parameter(&callback, "code").is_some(), "{callback}");
}

/// MG-2/1, MG-2/7.
#[tokio::test]
async fn who_may_not_read_all_of_it_gets_nothing() {
    let world = World::quickstart().await;
    world.get("/tenant.yaml").await.expect(StatusCode::UNAUTHORIZED);
    let all = "read:tenant_settings read:resource_servers read:clients read:client_grants read:connections read:roles \
               read:users";
    for scope in all.split_whitespace() {
        let others: Vec<&str> = all.split_whitespace().filter(|other| *other != scope).collect();
        let token = world.management_token(&others.join(" ")).await;
        world.export(&token, "").await.expect(StatusCode::FORBIDDEN);
    }
    let token = world.management_token(all).await;
    world.export(&token, "").await.expect(StatusCode::OK);
    world.export(&token, "?with_secrets=true").await.expect(StatusCode::FORBIDDEN);
}

/// Runs `tenant` with these words.
async fn tenant(words: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenant"));
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.unwrap()
}

#[tokio::test]
async fn the_command_writes_what_a_running_tenant_holds() {
    let world = World::quickstart().await;
    let from = world.tenant.url();

    let output = tenant(&["--export", "-", "--from", from]).await;

    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), world.file("").await);

    let path = tenant_file("");
    let output =
        tenant(&["--export", path.to_str().unwrap(), "--from", from, "--with-secrets"]).await;
    assert!(output.status.success(), "{output:?}");
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, world.file("?with_secrets=true").await);
}

/// The tenant's own authority is trusted, where its folder is the one that is named.
#[tokio::test]
async fn the_command_asks_over_tls_too() {
    let world = World::over_https().await;
    let folder = world.tenant.ca_file().unwrap().parent().unwrap().to_str().unwrap();
    for from in [world.tenant.url(), world.tenant.plain_url()] {
        let output = tenant(&["--export", "-", "--from", from, "--data-folder", folder]).await;
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), world.file("").await);
    }
}

#[tokio::test]
async fn the_command_says_why_nothing_was_exported() {
    let world = World::quickstart().await;
    let nobody = format!("http://{}", free_address());
    for (words, told) in [
        (vec!["--from", &nobody], "--from"),
        (vec!["--from", world.tenant.url(), "--client-secret", "guessed"], "/oauth/token"),
        (vec!["--from", world.tenant.url(), "--client-id", "calendar-spa"], "/oauth/token"),
    ] {
        let output = tenant(&[&["--export", "-"], &words[..]].concat()).await;
        assert!(!output.status.success(), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(told), "{error}");
    }
}
