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

/// DT-5, SC-4/15: no error code without a token.
#[tokio::test]
async fn refusals_are_plain_text_with_a_challenge() {
    let world = World::quickstart().await;
    let missing = world.userinfo("GET", None).await;
    missing.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(missing.body, "Unauthorized");
    assert_eq!(missing.header("www-authenticate"), r#"Bearer realm="Users""#);

    let wrong_audience =
        world.tenant.access_token(ADA, "calendar-spa", CALENDAR, "read:calendar").await.unwrap();
    let expired = world.access_token(ADA, CALENDAR).await;
    for token in ["nonsense", wrong_audience.expose()] {
        let reply = world.userinfo("GET", Some(token)).await;
        reply.expect(StatusCode::UNAUTHORIZED);
        assert!(reply.header("www-authenticate").contains(r#"error="invalid_token""#));
    }
    world.tenant.clock().advance(86400);
    let reply = world.userinfo("GET", Some(&expired)).await;
    reply.expect(StatusCode::UNAUTHORIZED);
    assert!(reply.header("www-authenticate").contains("The token has expired"), "DT-5/2");
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
