//! The Management API: access, validation, and what its objects change.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, Reply, World, request};

const CLIENTS: &str = "/api/v2/clients";
const SPA: &str = "/api/v2/clients/calendar-spa";
const APIS: &str = "/api/v2/resource-servers";
const TV_GRANT: &str =
    "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";

impl World {
    async fn get_with(&self, authorization: Option<&str>) -> Reply {
        let mut request = reqwest::Client::new().get(self.at(SPA));
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn create(&self, path: &str, body: Value) -> Reply {
        self.management("POST", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.management("PATCH", path, Some(body)).await
    }

    pub(crate) async fn read(&self, path: &str) -> Reply {
        self.management("GET", path, None).await
    }
}

/// MG-2/1 to MG-2/6.
#[tokio::test]
async fn access_needs_a_token_of_this_tenant_for_this_api() {
    let world = World::quickstart().await;
    let missing = world.get_with(None).await;
    missing.refused_with(401, "");
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    world.get_with(Some("Basic YTpi")).await.refused_with(401, "");
    world.get_with(Some("Bearer ")).await.refused_with(400, "Bearer");
    world.get_with(Some("Bearer a b")).await.refused_with(400, "Bearer");
    world.get_with(Some("Bearer nonsense")).await.refused_with(401, "");
    let for_another_api = format!("Bearer {}", world.access_token(ADA, CALENDAR).await);
    world.get_with(Some(&for_another_api)).await.refused_with(401, "");

    let token = world.management_token("").await;
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let forged: String = signature.chars().rev().collect();
    world.get_with(Some(&format!("Bearer {rest}.{forged}"))).await.refused_with(401, "");
    world.tenant.clock().advance(86400);
    let expired = world.get_with(Some(&format!("Bearer {token}"))).await;
    expired.refused_with(401, "");
    assert!(expired.json()["attributes"]["error"].is_string(), "MG-2/3");
}

/// MG-2/7, management-api.md §9.2.
#[tokio::test]
async fn each_operation_needs_its_scope() {
    let world = World::quickstart().await;
    let token = world.management_token("update:client_keys").await;
    for (method, path, expected) in [
        ("GET", CLIENTS, "read:clients"),
        ("GET", SPA, "read:clients"),
        ("POST", CLIENTS, "create:clients"),
        ("GET", APIS, "read:resource_servers"),
        ("POST", APIS, "create:resource_servers"),
        ("PATCH", "/api/v2/resource-servers/x", "update:resource_servers"),
    ] {
        let body = (method != "GET").then(|| json!({ "name": "x" }));
        let reply = world.management_with(&token, method, path, body).await;
        reply.refused_with(403, "insufficient_scope");
        assert!(reply.json()["message"].as_str().unwrap().contains(expected), "{reply:?}");
    }
    let token = world.management_token("read:clients").await;
    let reply = world.management_with(&token, "PATCH", SPA, Some(json!({ "name": "x" }))).await;
    reply.refused_with(403, "insufficient_scope");
}

/// MG-2/7: who may not ask is told that, whatever else is wrong with what they ask.
#[tokio::test]
async fn the_scope_comes_before_the_request() {
    let world = World::quickstart().await;
    let token = world.management_token("update:client_keys").await;
    for (method, path) in [
        ("GET", "/api/v2/clients?nonsense=1"),
        ("GET", "/api/v2/clients/%FF"),
        ("POST", "/api/v2/clients?nonsense=1"),
        ("DELETE", "/api/v2/resource-servers/x?nonsense=1"),
    ] {
        let reply = world.management_with(&token, method, path, None).await;
        reply.refused_with(403, "insufficient_scope");
        let without = world.management_with("nonsense", method, path, None).await;
        without.refused_with(401, "");
    }
}

/// MG-2/21, MG-2/22.
#[tokio::test]
async fn paths_and_queries_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for path in [
        "/api/v2/clients/%FF",
        "/api/v2/clients/my%20app",
        "/api/v2/clients/a%2Fb",
        "/api/v2/resource-servers/%FF",
    ] {
        println!("{path}");
        world.read(path).await.refused_with(400, "invalid_uri");
    }
    world
        .read("/api/v2/clients/calendar-spa?page=1")
        .await
        .refused_with(400, "invalid_query_string");
    let body = json!({ "name": "x" });
    world.create("/api/v2/clients?x=1", body).await.refused_with(400, "invalid_query_string");
}

/// management-api.md §1, §2: every answer says the same of itself, whatever it is.
#[tokio::test]
async fn every_answer_has_its_headers() {
    let world = World::quickstart().await;
    let token = world.management_token("").await;
    for (method, path, status) in [
        ("GET", SPA, 200),
        ("DELETE", "/api/v2/clients/nobody", 204),
        ("GET", "/api/v2/clients/nobody", 404),
        ("GET", "/api/v2/magic", 404),
        ("PATCH", SPA, 400),
    ] {
        let request = world.http.request(method.parse().unwrap(), world.at(path));
        let request = request.bearer_auth(&token).header("x-correlation-id", "c".repeat(65));
        let reply = Reply::of(request.send().await.unwrap()).await;
        assert_eq!(reply.status.as_u16(), status, "{reply:?}");
        assert_eq!(reply.header("content-type"), "application/json; charset=utf-8", "{path}");
        assert_eq!(reply.header("cache-control"), "no-cache", "{path}");
        assert_eq!(reply.header("vary"), "origin,accept-encoding", "{path}");
        for limit in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert!(reply.header(limit).parse::<u64>().is_ok(), "{limit} of {path}");
        }
    }
    let without = world.get(SPA).await;
    without.refused_with(401, "");
    assert_eq!(without.header("x-ratelimit-limit"), "");
}

/// management-api.md §1.
#[tokio::test]
async fn a_body_of_more_than_a_megabyte_is_too_large() {
    let world = World::quickstart().await;
    let large = |length| json!({ "name": "x", "nonsense": "x".repeat(length) });
    world.create(CLIENTS, large(1024 * 1024)).await.refused_with(413, "");
    world.create(CLIENTS, large(1024 * 1023)).await.refused_with(400, "invalid_body");
}

/// MG-2/9, MG-2/10, MG-2/26.
#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::quickstart().await;
    world.read("/api/v2/clients/nobody").await.refused_with(404, "inexistent_client");
    let body = json!({ "name": "x" });
    world
        .patch("/api/v2/clients/nobody", body.clone())
        .await
        .refused_with(404, "inexistent_client");
    world
        .read("/api/v2/resource-servers/none")
        .await
        .refused_with(404, "inexistent_resource_server");
    world
        .patch("/api/v2/resource-servers/none", body)
        .await
        .refused_with(404, "inexistent_resource_server");
    world.read("/api/v2/magic").await.refused_with(404, "");
    world.management("DELETE", CLIENTS, None).await.refused_with(404, "");
}

/// Recorded: `TestAccClientResourceServer` (management-api.md §4).
#[tokio::test]
async fn a_custom_api_client_is_created_as_recorded() {
    let world = World::quickstart().await;
    world
        .create(APIS, json!({ "identifier": "https://new.example.com" }))
        .await
        .expect(StatusCode::CREATED);

    let client = json!({ "name": "Backend", "app_type": "resource_server", "resource_server_identifier": "https://new.example.com" });
    let reply = world.create(CLIENTS, client).await;
    let client = reply.expect(StatusCode::CREATED).json();

    assert_eq!(client["grant_types"], json!([]));
    assert_eq!(client["oidc_conformant"], true);
    assert_eq!(client["is_first_party"], true);
    assert!(client.get("token_endpoint_auth_method").is_none());
    assert!(client.get("callbacks").is_none());
    assert_eq!(client["client_id"].as_str().unwrap().len(), 32);
    assert!(client["client_secret"].is_string());
    assert_eq!(client["refresh_token"]["token_lifetime"], 2_592_000);
    assert_eq!(client["jwt_configuration"]["alg"], "RS256");
    assert!(
        client["signing_keys"][0]["cert"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    let api = world.read("/api/v2/resource-servers/https%3A%2F%2Fnew.example.com").await.ok();
    assert_eq!(api["client_id"], client["client_id"], "MG-9.3");
}

/// MG-4/8 to MG-4/13.
#[tokio::test]
async fn defaults_follow_the_kind_of_application() {
    let world = World::quickstart().await;
    for (app_type, method, credentials) in [
        ("spa", "none", false),
        ("native", "none", false),
        ("regular_web", "client_secret_post", true),
        ("non_interactive", "client_secret_post", true),
    ] {
        let reply = world.create(CLIENTS, json!({ "name": app_type, "app_type": app_type })).await;
        let client = reply.expect(StatusCode::CREATED).json();
        assert_eq!(client["token_endpoint_auth_method"], method);
        assert_eq!(client["oidc_conformant"], false);
        let grants = client["grant_types"].as_array().unwrap();
        assert_eq!(grants.contains(&json!("client_credentials")), credentials, "{app_type}");
    }
}

#[tokio::test]
async fn clients_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for (client, row) in [
        (json!({}), "MG-2/19"),
        (json!({ "name": "" }), "management-api.md §4"),
        (json!({ "name": "<b>" }), "management-api.md §4"),
        (json!({ "name": 7 }), "MG-2/16"),
        (json!({ "name": "a", "client_id": "mine" }), "MG-2/17"),
        (json!({ "name": "a", "nonsense": 1 }), "MG-2/17"),
        (json!({ "name": "a", "app_type": "magic" }), "MG-2/16"),
        (json!({ "name": "a", "grant_types": ["magic"] }), "MG-4/20"),
        (json!({ "name": "a", "app_type": "resource_server" }), "MG-4/14"),
        (
            json!({ "name": "a", "app_type": "spa", "resource_server_identifier": CALENDAR }),
            "MG-4/14",
        ),
        (json!({ "name": "a", "app_type": "spa", "grant_types": [TV_GRANT] }), "MG-4/18, public"),
        (
            json!({ "name": "a", "app_type": "regular_web", "grant_types": [TV_GRANT] }),
            "MG-4/18, not conformant",
        ),
        (
            json!({ "name": "a", "app_type": "regular_web", "oidc_conformant": true, "is_first_party": false, "grant_types": [TV_GRANT] }),
            "MG-4/18, third party",
        ),
        (
            json!({ "name": "a", "app_type": "spa", "grant_types": ["client_credentials"] }),
            "MG-4/19",
        ),
        (
            json!({ "name": "a", "app_type": "resource_server", "resource_server_identifier": CALENDAR, "grant_types": ["authorization_code"] }),
            "MG-4/21",
        ),
    ] {
        println!("{row}");
        world.create(CLIENTS, client).await.refused_with(400, "invalid_body");
    }
    let body = reqwest::Client::new()
        .post(world.at(CLIENTS))
        .bearer_auth(world.management_token("").await)
        .header("content-type", "application/json")
        .body("{");
    Reply::of(body.send().await.unwrap()).await.refused_with(400, "invalid_body");
}

/// MG-4/15, MG-4/16.
#[tokio::test]
async fn a_custom_api_client_needs_an_api_of_its_own() {
    let world = World::quickstart().await;
    let linked_to = |api: &str| json!({ "name": "a", "app_type": "resource_server", "resource_server_identifier": api });
    let reply = world.create(CLIENTS, linked_to("https://none.example.com")).await;
    reply.refused_with(404, "inexistent_resource_server");
    world.create(CLIENTS, linked_to(CALENDAR)).await.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn changes_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for (path, body, row) in [
        (SPA, json!({}), "MG-2/18"),
        (SPA, json!({ "resource_server_identifier": CALENDAR }), "MG-4/17"),
        (SPA, json!({ "is_first_party": false }), "MG-4/23"),
        (SPA, json!({ "app_type": "resource_server" }), "MG-4/14"),
        (SPA, json!({ "grant_types": ["client_credentials"] }), "MG-4/19"),
        ("/api/v2/clients/management", json!({ "token_endpoint_auth_method": "none" }), "MG-4/19"),
        (
            "/api/v2/clients/calendar-api-client",
            json!({ "token_endpoint_auth_method": "none" }),
            "MG-4/18",
        ),
    ] {
        println!("{row}");
        world.patch(path, body).await.refused_with(400, "invalid_body");
    }
}

/// MG-4/24, management-api.md §9.5: what is given replaces, and the tenant acts by it at once.
#[tokio::test]
async fn a_patch_replaces_and_takes_effect() {
    let world = World::quickstart().await;
    let client = world.patch(SPA, json!({ "grant_types": ["refresh_token"] })).await.ok();
    assert_eq!(client["grant_types"], json!(["refresh_token"]));
    world.browser().authorize(&request(&[])).await.sent_back("unauthorized_client");

    world.patch(SPA, json!({ "grant_types": ["authorization_code"] })).await.ok();
    world.browser().code(ADA, &request(&[])).await;
}

/// management-api.md §4: secrets are for those who may read keys.
#[tokio::test]
async fn secrets_are_shown_to_those_who_may_read_keys() {
    let world = World::quickstart().await;
    let path = "/api/v2/clients/management";
    let token = world.management_token("read:clients").await;
    let without = world.management_with(&token, "GET", path, None).await.ok();
    assert!(without.get("client_secret").is_none() && without.get("signing_keys").is_none());
    let token = world.management_token("read:client_keys").await;
    let with = world.management_with(&token, "GET", path, None).await.ok();
    assert_eq!(with["client_secret"], "management-secret");
}

/// Recorded defaults, management-api.md §5.
#[tokio::test]
async fn an_api_is_created_with_the_recorded_defaults() {
    let world = World::quickstart().await;
    let reply =
        world.create(APIS, json!({ "name": "New", "identifier": "https://new.example.com" })).await;
    let api = reply.expect(StatusCode::CREATED).json();
    assert_eq!(api["id"].as_str().unwrap().len(), 24);
    assert_eq!(api["token_lifetime"], 86400);
    assert_eq!(api["token_lifetime_for_web"], 7200);
    assert_eq!(api["signing_alg"], "RS256");
    assert_eq!(api["allow_offline_access"], false);
    assert_eq!(api["subject_type_authorization"]["user"]["policy"], "allow_all");
    assert_eq!(api["subject_type_authorization"]["client"]["policy"], "require_client_grant");
    for absent in ["scopes", "token_dialect", "enforce_policies", "client_id", "is_system"] {
        assert!(api.get(absent).is_none(), "{absent}");
    }
    let by_id = world.read(&format!("{APIS}/{}", api["id"].as_str().unwrap())).await.ok();
    assert_eq!(by_id, api);
}

#[tokio::test]
async fn apis_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    world
        .create(APIS, json!({ "identifier": CALENDAR }))
        .await
        .refused_with(409, "resource_server_conflict");
    for (body, row) in [
        (json!({ "name": "a" }), "MG-2/19"),
        (json!({ "identifier": "i", "token_lifetime": 2_592_001 }), "MG-5/11"),
        (
            json!({ "identifier": "i", "token_lifetime": 60, "token_lifetime_for_web": 61 }),
            "MG-5/12",
        ),
        (json!({ "identifier": "i", "scopes": [{ "name": "x" }] }), "MG-5/9"),
        (json!({ "identifier": "i", "signing_alg": "none" }), "MG-5/10"),
        (json!({ "identifier": "i", "nonsense": true }), "MG-2/17"),
    ] {
        println!("{row}");
        world.create(APIS, body).await.refused_with(400, "invalid_body");
    }
}

/// MG-5/6, MG-5/18.
#[tokio::test]
async fn an_identifier_never_changes() {
    let world = World::quickstart().await;
    let path = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
    let reply = world.patch(path, json!({ "identifier": "https://other.example.com" })).await;
    reply.refused_with(400, "invalid_body");
    assert!(reply.json()["message"].as_str().unwrap().contains("identifier"));

    let api = world.patch(path, json!({ "scopes": [{ "value": "read:calendar" }] })).await.ok();
    assert_eq!(api["scopes"].as_array().unwrap().len(), 1);
    let system: String = url::form_urlencoded::byte_serialize(
        format!("{}api/v2/", world.tenant.issuer()).as_bytes(),
    )
    .collect();
    let reply = world.patch(&format!("{APIS}/{system}"), json!({ "name": "Mine" })).await;
    reply.refused_with(400, "invalid_body");
}
