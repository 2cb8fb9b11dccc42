//! Bodies that the My Account API takes, and those that it refuses (connected-accounts.md §2.1, §2.3).

use reqwest::{StatusCode, header};
use serde_json::{Value, json};

use crate::harness::connecting::{COMPLETE, CONNECT, SCOPES, wish};
use crate::harness::{GRACE, Reply, World};

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
