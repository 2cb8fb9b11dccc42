//! Refusals of the My Account API, and what every answer says (connected-accounts.md §2.1, §2.3, §3, §4).

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::harness::connecting::{ACCOUNTS, COMPLETE, CONNECT, CONNECTIONS, SCOPES, wish};
use crate::harness::{ADA, CALENDAR, GRACE, Reply, World};

const ACCOUNT: &str = "/me/v1/connected-accounts/accounts/cac_unknown";

/// Every operation, the scope that it needs, and the answer to who has it.
const OPERATIONS: [(&str, &str, &str, u16); 5] = [
    ("POST", CONNECT, "create:me:connected_accounts", 201),
    ("POST", COMPLETE, "create:me:connected_accounts", 400),
    ("GET", CONNECTIONS, "read:me:connected_accounts", 200),
    ("GET", ACCOUNTS, "read:me:connected_accounts", 200),
    ("DELETE", ACCOUNT, "delete:me:connected_accounts", 404),
];

fn body(method: &str) -> Option<Value> {
    (method == "POST").then(|| wish(json!({})))
}

/// CA-4/1.
#[tokio::test]
async fn without_a_token_nothing_is_told() {
    let world = World::quickstart().await;
    for (method, path, ..) in OPERATIONS {
        for authorization in [None, Some("Basic YTpi"), Some("Bearer"), Some("Bearer "), Some("")] {
            let mut request = world.http.request(method.parse().unwrap(), world.at(path));
            if let Some(authorization) = authorization {
                request = request.header(header::AUTHORIZATION, authorization);
            }
            let reply = Reply::of(request.send().await.unwrap()).await;
            let problem = reply.problem(401, "A0E-401-0002");
            assert_eq!(problem["title"], "Missing Token");
            assert!(reply.header("www-authenticate").starts_with("Bearer "), "{reply:?}");
            assert!(
                !reply.header("www-authenticate").contains("error"),
                "RFC 6750 §3.1: {reply:?}"
            );
        }
    }
}

/// CA-4/2, CA-1/6.
#[tokio::test]
async fn a_token_that_is_not_good_here_is_refused() {
    let world = World::quickstart().await;
    let good = world.account_token(GRACE, SCOPES).await;
    let (head, signature) = good.rsplit_once('.').unwrap();
    let of_the_calendar = world.access_token(GRACE, CALENDAR).await;
    let management = world.management_token("").await;
    let changed = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for token in ["nonsense", "a.b.c", &changed, &of_the_calendar, &management] {
        for (method, path, ..) in OPERATIONS {
            let reply = world.my_account(token, method, path, body(method)).await;
            assert_eq!(reply.problem(401, "A0E-401-0003")["title"], "Invalid Token");
            assert!(
                reply.header("www-authenticate").contains(r#"error="invalid_token""#),
                "{reply:?}"
            );
        }
    }
    world.tenant.clock().advance(600);
    world.my_account(&good, "GET", ACCOUNTS, None).await.problem(401, "A0E-401-0003");
}

/// CA-4/3: an API whose name lacks the slash is another API.
#[tokio::test]
async fn a_token_for_the_audience_without_its_slash_is_refused() {
    let world = World::with(|file| {
        let other = "resourceServers:\n  - name: Mine\n    identifier: \"##ISSUER##me\"\n    \
                     scopes: [{value: \"read:me:connected_accounts\"}]\n";
        file.replace("resourceServers:\n", other)
    })
    .await;
    let audience = format!("{}me", world.tenant.issuer());
    let scope = "read:me:connected_accounts";
    let token = world.tenant.access_token(GRACE, "calendar-spa", &audience, scope).await.unwrap();

    let reply = world.my_account(token.expose(), "GET", ACCOUNTS, None).await;

    reply.problem(401, "A0E-401-0003");
}

/// CA-4/2: a token speaks for a person and a client that are there.
#[tokio::test]
async fn a_person_who_is_blocked_or_gone_has_no_account_to_look_after() {
    let world = World::quickstart().await;
    let (adas, graces) =
        (world.account_token(ADA, SCOPES).await, world.account_token(GRACE, SCOPES).await);
    world.block(ADA).await;
    world.delete_person(GRACE).await;
    for token in [adas, graces] {
        world.my_account(&token, "GET", ACCOUNTS, None).await.problem(401, "A0E-401-0003");
    }

    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    world.management("DELETE", "/api/v2/clients/calendar-spa", None).await;
    world.my_account(&token, "GET", ACCOUNTS, None).await.problem(401, "A0E-401-0003");
}

/// CA-4/4, CA-1/2, §6 test 5.
#[tokio::test]
async fn each_operation_needs_its_scope() {
    let world = World::quickstart().await;
    for (method, path, scope, status) in OPERATIONS {
        let others: Vec<_> = SCOPES.split(' ').filter(|other| *other != scope).collect();
        let token = world.account_token(GRACE, &others.join(" ")).await;
        let reply = world.my_account(&token, method, path, body(method)).await;
        let problem = reply.problem(403, "A0E-403-0002");
        assert_eq!(problem["title"], "Insufficient Scope");
        assert!(problem["detail"].as_str().unwrap().contains(scope), "{problem}");
        assert!(reply.header("www-authenticate").contains("insufficient_scope"), "{reply:?}");

        let token = world.account_token(GRACE, scope).await;
        let reply = world.my_account(&token, method, path, body(method)).await;
        assert_eq!(reply.status.as_u16(), status, "{reply:?}");
    }
}

/// CA-4/7: unknown, not for connected accounts, not for this client, or with passwords of our own.
#[tokio::test]
async fn a_connection_that_is_not_available_is_refused() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    for connection in ["nowhere", "Username-Password-Authentication"] {
        let reply = world.connect(&token, json!({ "connection": connection })).await;
        reply.problem(400, "A0E-400-0001");
    }
    let enabled = "    strategy: google-oauth2\n    enabled_clients:\n      - Calendar SPA\n";
    for (from, to) in [
        ("      active: true", "      active: false"),
        (enabled, "    strategy: google-oauth2\n    enabled_clients: []\n"),
    ] {
        // People have no accounts of a connection that is not active.
        let world = World::with(|file| {
            let (before, users) = file.split_once("\nusers:\n").unwrap();
            let (_, grace) = users.split_once("  - user_id: 65a1f0c2d3e4b5a697887a02").unwrap();
            let users = format!("\nusers:\n  - user_id: 65a1f0c2d3e4b5a697887a02{grace}");
            format!("{}{users}", before.replace(from, to))
        })
        .await;
        let token = world.account_token(GRACE, SCOPES).await;
        world.connect(&token, json!({})).await.problem(400, "A0E-400-0001");
        let list = world.my_account(&token, "GET", CONNECTIONS, None).await.ok();
        assert_eq!(list, json!({ "connections": [] }));
    }
}

/// CA-4/13: what is not provisioned is not found, in the words of this API.
#[tokio::test]
async fn what_is_not_served_is_not_found() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    for (method, path) in [
        ("GET", "/me/v1/authentication-methods"),
        ("GET", "/me/v1/factors"),
        ("GET", "/me/v1"),
        ("GET", CONNECT),
        ("DELETE", CONNECTIONS),
        ("POST", ACCOUNTS),
        ("GET", ACCOUNT),
    ] {
        world.my_account(&token, method, path, None).await.problem(404, "A0E-404-0001");
    }
}

/// CA-4/12; connected-accounts.md §3: every answer says what is left.
#[tokio::test]
async fn one_request_too_many_is_refused() {
    let world =
        World::configured(tenant::Config { rate_limit: 3, ..tenant::Config::default() }).await;
    world.tenant.clock().advance(60 - world.tenant.clock().now().seconds() % 60);
    let token = world.account_token(GRACE, SCOPES).await;
    let left = |reply: &Reply| {
        assert_eq!(reply.header("x-ratelimit-limit"), "3");
        assert_ne!(reply.header("x-ratelimit-reset"), "");
        reply.header("x-ratelimit-remaining").to_owned()
    };
    let accounts = async |token| world.my_account(token, "GET", ACCOUNTS, None).await;

    assert_eq!(left(&accounts(&token).await), "2");
    assert_eq!(left(&accounts("nonsense").await), "1", "401 too");
    assert_eq!(left(&world.connect(&token, json!({ "scopes": [] })).await), "0");
    let refused = accounts(&token).await;

    let problem = refused.problem(429, "A0E-429-0003");
    assert_eq!(problem["title"], "Endpoint Rate Limit Exceeded");
    assert_eq!(left(&refused), "0");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(refused.header("x-auth0-error-kind"), "", "it is not the whole tenant's limit");
    world.tenant.clock().advance(wait);
    accounts(&token).await.ok();
}

async fn from_origin(world: &World, origin: &str, token: Option<&str>) -> Reply {
    let mut request = match token {
        Some(token) => world.http.get(world.at(ACCOUNTS)).bearer_auth(token),
        None => world
            .http
            .request(Method::OPTIONS, world.at(ACCOUNT))
            .header("access-control-request-method", "DELETE")
            .header("access-control-request-headers", "authorization,content-type,dpop"),
    };
    request = request.header(header::ORIGIN, origin);
    Reply::of(request.send().await.unwrap()).await
}

/// connected-accounts.md §3.
#[tokio::test]
async fn the_apps_own_pages_may_call_it() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let asked = from_origin(&world, "http://localhost:8080", None).await;
    assert_eq!(asked.header("access-control-allow-origin"), "http://localhost:8080");
    assert!(asked.header("access-control-allow-methods").contains("DELETE"), "{asked:?}");
    for name in ["authorization", "content-type", "dpop"] {
        assert!(asked.header("access-control-allow-headers").contains(name), "{name}");
    }

    for token in [token.as_str(), "nonsense"] {
        let reply = from_origin(&world, "http://localhost:8080", Some(token)).await;
        assert_eq!(reply.header("access-control-allow-origin"), "http://localhost:8080");
        let exposed = reply.header("access-control-expose-headers").to_lowercase();
        for name in ["dpop-nonce", "www-authenticate", "x-ratelimit-remaining", "retry-after"] {
            assert!(exposed.contains(name), "{name}: {exposed}");
        }
    }
}

/// connected-accounts.md §3: nor may those of another app of the tenant, once a token says whose it is.
#[tokio::test]
async fn other_pages_may_not() {
    let world = World::with(|file| {
        let another = "\nclients:\n  - name: Another app\n    app_type: spa\n    \
                       token_endpoint_auth_method: none\n    web_origins: [\"http://localhost:9090\"]\n";
        file.replace("\nclients:\n", another)
    })
    .await;
    let token = world.account_token(GRACE, SCOPES).await;
    for (origin, token) in [
        ("https://evil.example", None),
        ("https://evil.example", Some(token.as_str())),
        ("http://localhost:9090", Some(token.as_str())),
        ("null", Some(token.as_str())),
    ] {
        let reply = from_origin(&world, origin, token).await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{origin}");
    }
}
