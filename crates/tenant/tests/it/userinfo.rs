//! `/userinfo`.

use reqwest::StatusCode;

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request};

impl World {
    async fn userinfo(&self, method: &str, token: Option<&str>) -> Reply {
        let method = method.parse().unwrap();
        let mut request = reqwest::Client::new().request(method, self.at("/userinfo"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Reply::of(request.send().await.unwrap()).await
    }
}

/// SC-4/9: opaque tokens and JSON Web Tokens, by GET and by POST.
#[tokio::test]
async fn a_token_with_openid_tells_about_the_person() {
    let world = World::quickstart().await;
    for audience in ["", CALENDAR] {
        let code = world.browser().code(ADA, &request(&[("audience", audience)])).await;
        let tokens = world.token(&redemption(&code, &[])).await.ok();
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(token.contains('.'), audience == CALENDAR);
        for method in ["GET", "POST"] {
            let person = world.userinfo(method, Some(token)).await.ok();
            assert_eq!(person["email"], ADA);
            assert_eq!(person["name"], "Ada Lovelace");
            assert!(person["sub"].as_str().unwrap().starts_with("auth0|"));
        }
    }
}

/// discovery-and-tokens.md §5: recorded headers, and the order of the members.
#[tokio::test]
async fn every_answer_says_whom_it_is_for() {
    let world = World::quickstart().await;
    let token = world.access_token(ADA, CALENDAR).await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let described = world.userinfo("GET", tokens["access_token"].as_str()).await;
    assert_eq!(described.header("content-type"), "application/json; charset=utf-8");
    let positions: Vec<_> =
        ["sub", "nickname", "name", "picture", "updated_at", "email", "email_verified"]
            .iter()
            .map(|member| described.body.find(&format!("\"{member}\":")).unwrap())
            .collect();
    assert!(positions.is_sorted(), "{}", described.body);

    let only_openid = world.userinfo("GET", Some(&token)).await;
    assert_eq!(only_openid.body, r#"{"sub":"auth0|65a1f0c2d3e4b5a697887a01"}"#);
    for reply in [&described, &only_openid, &world.userinfo("GET", None).await] {
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("access-control-allow-credentials"), "false");
        let exposed = reply.header("access-control-expose-headers").to_lowercase();
        assert!(exposed.contains("x-ratelimit-limit"), "{exposed}");
        let caching = reply.header("cache-control");
        assert!(caching.starts_with("private, no-store, no-cache, must-revalidate"), "{caching}");
        assert!(reply.headers.contains_key("x-ratelimit-remaining"));
    }
}

/// DT-5/1 to DT-5/4, SC-4/15: a challenge, and no error code without a token.
#[tokio::test]
async fn refusals_are_plain_text_with_a_challenge() {
    let world = World::quickstart().await;
    let missing = world.userinfo("GET", None).await;
    missing.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(missing.body, "Unauthorized");
    assert!(!missing.headers.contains_key("content-type"));
    assert_eq!(missing.header("www-authenticate"), r#"Bearer realm="Users""#);

    let wrong_audience =
        world.tenant.access_token(ADA, "calendar-spa", CALENDAR, "read:calendar").await.unwrap();
    let expired = world.access_token(ADA, CALENDAR).await;
    let (message, _) = expired.rsplit_once('.').unwrap();
    let tampered = format!("{message}.{}", "A".repeat(342));
    let refused = async |token: &str, words: &str| {
        for method in ["GET", "POST"] {
            let reply = world.userinfo(method, Some(token)).await;
            reply.expect(StatusCode::UNAUTHORIZED);
            assert_eq!(reply.body, "Unauthorized");
            let challenge = reply.header("www-authenticate");
            let start = r#"Bearer realm="Users", error="invalid_token", error_description=""#;
            assert!(challenge.starts_with(&format!("{start}{words}")), "{challenge}");
        }
    };
    let unverified = "The access token signature could not be validated. A common cause of this is";
    refused("nonsense", unverified).await;
    refused(&tampered, unverified).await;
    refused(wrong_audience.expose(), "").await;
    world.tenant.clock().advance(86400);
    refused(&expired, "The token has expired").await;
}

/// DT-3/20.
#[tokio::test]
async fn an_opaque_token_expires_and_needs_openid() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[("audience", ""), ("scope", "email")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let token = tokens["access_token"].as_str().unwrap();
    world.userinfo("GET", Some(token)).await.expect(StatusCode::UNAUTHORIZED);

    let code = world.browser().code(ADA, &request(&[("audience", "")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let token = tokens["access_token"].as_str().unwrap();
    world.tenant.clock().advance(86400);
    world.userinfo("GET", Some(token)).await.expect(StatusCode::UNAUTHORIZED);
}
