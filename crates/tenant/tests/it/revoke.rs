//! `POST /oauth/revoke`.

use reqwest::header;
use serde_json::{Value, json};

use crate::harness::{ADA, Reply, World, redemption, request};

const SCOPE: &str = "openid offline_access read:calendar";

async fn revoke(world: &World, form: &[(&str, &str)]) -> Reply {
    Reply::of(world.post("/oauth/revoke").form(form).send().await.unwrap()).await
}

async fn revoke_of_app(world: &World, token: &Value) -> Reply {
    let token = token.as_str().unwrap();
    let form =
        [("client_id", "calendar-spa"), ("token", token), ("token_type_hint", "refresh_token")];
    revoke(world, &form).await
}

/// TK-7/1, TK-7/2, TK-7/3: no body at all.
#[tokio::test]
async fn a_revoked_token_is_refused() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();

    let reply = revoke_of_app(&world, &token).await;

    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""), "{reply:?}");
    assert_eq!(reply.header("cache-control"), "no-store");
    world.refresh(&token, &[]).await.refused(403, "invalid_grant");
}

/// TK-7/1.
#[tokio::test]
async fn the_request_can_be_json() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let body = json!({ "client_id": "calendar-spa", "token": token });
    let reply = Reply::of(world.post("/oauth/revoke").json(&body).send().await.unwrap()).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""), "{reply:?}");
    world.refresh(&token, &[]).await.refused(403, "invalid_grant");
}

/// TK-7/9: the whole family, whichever of its tokens is given; another login is another family.
#[tokio::test]
async fn the_tokens_that_a_token_replaced_or_became_go_with_it() {
    let world = World::quickstart().await;
    let other_login = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let first = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let second = world.refresh(&first, &[]).await.ok()["refresh_token"].clone();

    revoke_of_app(&world, &first).await.expect(reqwest::StatusCode::OK);

    world.refresh(&second, &[]).await.refused(403, "invalid_grant");
    world.refresh(&other_login, &[]).await.ok();
}

/// TK-7/9: where the tenant says so, the person's other logins with the client and API end too.
#[tokio::test]
async fn revocation_can_end_the_whole_grant() {
    let flag = "tenant:\n  flags:\n    revoke_refresh_token_grant: true\n";
    let world = World::with(|file| file.replace("tenant:\n", flag)).await;
    let other_login = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();

    revoke_of_app(&world, &token).await.expect(reqwest::StatusCode::OK);

    world.refresh(&other_login, &[]).await.refused(403, "invalid_grant");
}

/// TK-7/4, SC-3/2.
#[tokio::test]
async fn what_is_no_token_or_none_any_more_is_revoked_already() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    for token in [&token, &token, &json!("random"), &json!("v1.random")] {
        let reply = revoke_of_app(&world, token).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""), "{reply:?}");
    }
}

/// TK-7/8, SC-3/3: an access token cannot be revoked, and outlives the refresh token that it came with.
#[tokio::test]
async fn an_access_token_lives_on() {
    let world = World::quickstart().await;
    let tokens = world.log_in(ADA, SCOPE).await;
    for token in [&tokens["access_token"], &tokens["refresh_token"]] {
        assert_eq!(revoke_of_app(&world, token).await.status, 200);
    }
    let token = tokens["access_token"].as_str().unwrap();
    let userinfo = world.http.get(world.at("/userinfo")).bearer_auth(token).send().await.unwrap();
    Reply::of(userinfo).await.ok();
    world.refresh(&tokens["refresh_token"], &[]).await.refused(403, "invalid_grant");
}

/// TK-7/5, TK-7/6, TK-7/7, SC-3/1.
#[tokio::test]
async fn refusals() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let token = token.as_str().unwrap();
    let management = ("client_id", "management");
    for (form, status, error, row) in [
        (
            vec![management, ("client_secret", "management-secret"), ("token", token)],
            400,
            "invalid_grant",
            "TK-7/5",
        ),
        (
            vec![management, ("client_secret", "wrong"), ("token", token)],
            401,
            "access_denied",
            "TK-7/6",
        ),
        (vec![management, ("token", token)], 401, "access_denied", "TK-7/6"),
        (vec![("client_id", "nobody"), ("token", token)], 401, "access_denied", "TK-7/6"),
        (vec![("token", token)], 401, "invalid_client", "TK-7/6"),
        (vec![("client_id", "calendar-spa")], 400, "invalid_request", "TK-7/7"),
        (
            vec![("client_id", "calendar-spa"), ("token", token), ("token", token)],
            400,
            "invalid_request",
            "TK-1/2",
        ),
    ] {
        println!("{row}");
        revoke(&world, &form).await.refused(status, error);
    }
    world.refresh(&json!(token), &[]).await.ok();
}

/// TK-7/2: a confidential client proves itself, by Basic too.
#[tokio::test]
async fn a_confidential_client_revokes_its_own_token() {
    let world = World::with(|file| {
        file.replace(
            "    app_type: spa\n    token_endpoint_auth_method: none\n",
            "    client_secret: web-secret\n    app_type: regular_web\n",
        )
    })
    .await;
    let code = world.browser().code(ADA, &request(&[("scope", SCOPE)])).await;
    let tokens = world.token(&redemption(&code, &[("client_secret", "web-secret")])).await.ok();
    let token = tokens["refresh_token"].as_str().unwrap();
    let by_basic = world
        .post("/oauth/revoke")
        .basic_auth("calendar-spa", Some("web-secret"))
        .form(&[("token", token)]);

    assert_eq!(Reply::of(by_basic.send().await.unwrap()).await.status, 200);

    let secret = ("client_secret", "web-secret");
    world.refresh(&tokens["refresh_token"], &[secret]).await.refused(403, "invalid_grant");
}

/// TK-7/10, SC-8/2.
#[tokio::test]
async fn apps_may_call_it_from_their_own_origins_only() {
    let world = World::quickstart().await;
    for (origin, allowed) in [("http://localhost:8080", true), ("https://evil.example", false)] {
        let request = world
            .http
            .request(reqwest::Method::OPTIONS, world.at("/oauth/revoke"))
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type,auth0-client");
        let preflight = Reply::of(request.send().await.unwrap()).await;
        let expected = if allowed { origin } else { "" };
        assert_eq!(preflight.header("access-control-allow-origin"), expected);
    }
}
