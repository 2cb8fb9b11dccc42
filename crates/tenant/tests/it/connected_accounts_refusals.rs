//! Refusals of the My Account API, and what every answer says (connected-accounts.md §2.1, §2.3, §3, §4).

use reqwest::{Method, StatusCode, header};
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

/// What is wrong, by JSON pointer.
fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["validation_errors"].as_array().unwrap();
    for error in errors {
        assert_eq!(error["source"], "body");
        assert!(error["detail"].is_string() && error["field"].is_string(), "{error}");
    }
    errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

async fn posted(world: &World, path: &str, media_type: &str, body: &str) -> Reply {
    let token = world.account_token(GRACE, SCOPES).await;
    let request = world.post(path).bearer_auth(token).header(header::CONTENT_TYPE, media_type);
    Reply::of(request.body(body.to_owned()).send().await.unwrap()).await
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

/// CA-4/11.
#[tokio::test]
async fn a_body_that_is_not_said_to_be_json_is_refused() {
    let world = World::quickstart().await;
    let body = wish(json!({})).to_string();
    for path in [CONNECT, COMPLETE] {
        for media_type in
            ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"]
        {
            posted(&world, path, media_type, &body).await.problem(415, "A0E-415-0001");
        }
    }
    for media_type in ["application/json", "Application/JSON; charset=utf-8"] {
        posted(&world, CONNECT, media_type, &body).await.expect(StatusCode::CREATED);
    }
}

/// CA-4/5.
#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let world = World::quickstart().await;
    for path in [CONNECT, COMPLETE] {
        for body in ["", "{", "null", "[]", "\"a\"", "7", "{\"a\":1}x", "{\"a\":\"\u{0}\"}"] {
            let problem = posted(&world, path, "application/json", body).await;
            assert_eq!(problem.problem(400, "A0E-400-0001")["title"], "Bad Request");
        }
        let long = format!("{{\"state\":\"{}\"}}", "x".repeat(70_000));
        posted(&world, path, "application/json", &long).await.problem(413, "A0E-413-0001");
    }
}

/// CA-2.1/1 to CA-2.1/8, CA-4/6, §6 test 4.
#[tokio::test]
async fn a_wish_is_as_its_schema_has_it() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let many: Vec<_> = (0..101).map(|number| format!("scope{number}")).collect();
    for (changes, wrong) in [
        (json!({ "connection": null }), "/connection"),
        (json!({ "connection": "" }), "/connection"),
        (json!({ "connection": "x".repeat(129) }), "/connection"),
        (json!({ "connection": 7 }), "/connection"),
        (json!({ "redirect_uri": null }), "/redirect_uri"),
        (json!({ "redirect_uri": "callback" }), "/redirect_uri"),
        (
            json!({ "redirect_uri": format!("http://a.example/{}", "x".repeat(2048)) }),
            "/redirect_uri",
        ),
        (json!({ "state": "" }), "/state"),
        (json!({ "state": "x".repeat(4097) }), "/state"),
        (json!({ "code_challenge": "x".repeat(42) }), "/code_challenge"),
        (json!({ "code_challenge": "x".repeat(129) }), "/code_challenge"),
        (json!({ "code_challenge": null }), "/code_challenge"),
        (json!({ "code_challenge_method": null }), "/code_challenge_method"),
        (json!({ "code_challenge_method": "plain" }), "/code_challenge_method"),
        (json!({ "scopes": [] }), "/scopes"),
        (json!({ "scopes": "openid" }), "/scopes"),
        (json!({ "scopes": ["a", "a"] }), "/scopes/1"),
        (json!({ "scopes": [""] }), "/scopes/0"),
        (json!({ "scopes": ["x".repeat(256)] }), "/scopes/0"),
        (json!({ "scopes": many }), "/scopes"),
        (json!({ "authorization_params": [] }), "/authorization_params"),
        (
            json!({ "authorization_params": { "client_id": "x" } }),
            "/authorization_params/client_id",
        ),
        (json!({ "authorization_params": { "scope": "x" } }), "/authorization_params/scope"),
        (json!({ "authorization_params": { "max_age": "60" } }), "/authorization_params/max_age"),
        (json!({ "authorization_params": { "prompt": 1 } }), "/authorization_params/prompt"),
        (
            json!({ "authorization_params": { "login_hint": "x".repeat(256) } }),
            "/authorization_params/login_hint",
        ),
        (
            json!({ "authorization_params": { "acr_values": "x".repeat(1025) } }),
            "/authorization_params/acr_values",
        ),
        (
            json!({ "authorization_params": { "audience": "x".repeat(513) } }),
            "/authorization_params/audience",
        ),
        (
            json!({ "authorization_params": { "resource": "x".repeat(513) } }),
            "/authorization_params/resource",
        ),
        (
            json!({ "authorization_params": { "id_token_hint": "x".repeat(4097) } }),
            "/authorization_params/id_token_hint",
        ),
        (json!({ "unknown": 1 }), "/unknown"),
    ] {
        let reply = world.connect(&token, changes.clone()).await;
        let problem = reply.problem(400, "A0E-400-0003");
        assert_eq!(problem["title"], "Validation Error");
        assert_eq!(pointers(&problem), [wrong], "{changes}");
    }
    let longest = json!({
        "state": "x".repeat(4096), "code_challenge": "x".repeat(128), "scopes": many[..100],
        "authorization_params": { "login_hint": "x".repeat(255), "max_age": 0 },
    });
    world.connect(&token, longest).await.expect(StatusCode::CREATED);
}

/// CA-4/6: not only the first thing.
#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let world = World::quickstart().await;
    let changes =
        json!({ "connection": null, "scopes": [], "a/b": 1, "code_challenge_method": null });

    let token = world.account_token(GRACE, SCOPES).await;
    let problem = world.connect(&token, changes).await.problem(400, "A0E-400-0003");

    let mut wrong = pointers(&problem);
    wrong.sort_unstable();
    assert_eq!(wrong, ["/a~1b", "/code_challenge_method", "/connection", "/scopes"]);
    let missing = posted(&world, COMPLETE, "application/json", "{}").await;
    let wrong = missing.problem(400, "A0E-400-0003");
    assert_eq!(pointers(&wrong), ["/auth_session", "/connect_code", "/redirect_uri"]);
}

/// CA-2.3/1 to CA-2.3/4.
#[tokio::test]
async fn a_completion_is_as_its_schema_has_it() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let completion =
        json!({ "auth_session": "a", "connect_code": "c", "redirect_uri": "http://a.example" });
    for (name, value) in [
        ("auth_session", json!("x".repeat(65))),
        ("auth_session", json!("")),
        ("connect_code", json!("x".repeat(47))),
        ("connect_code", json!("")),
        ("redirect_uri", json!("callback")),
        ("code_verifier", json!("x".repeat(42))),
        ("code_verifier", json!("x".repeat(129))),
        ("code_verifier", json!(null)),
        ("unknown", json!(1)),
    ] {
        let mut wrong = completion.clone();
        wrong[name] = value;
        let problem = world.complete(&token, wrong).await.problem(400, "A0E-400-0003");
        assert_eq!(pointers(&problem), [format!("/{name}")]);
    }
    world.complete(&token, completion).await.problem(400, "A0E-400-0001");
}

/// CA-2.1/2, CA-4/8.
#[tokio::test]
async fn the_browser_comes_back_to_a_callback_of_the_app_alone() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    for redirect_uri in [
        "https://evil.example/callback",
        "http://localhost:8080/callback?x=1",
        "http://localhost:8080/other",
        "javascript:alert(1)",
    ] {
        let reply = world.connect(&token, json!({ "redirect_uri": redirect_uri })).await;
        assert_eq!(pointers(&reply.problem(400, "A0E-400-0003")), ["/redirect_uri"]);
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
