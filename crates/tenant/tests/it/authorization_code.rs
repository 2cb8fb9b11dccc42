//! Grant `authorization_code`.

use serde_json::json;
use tenant::LogKind;

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request, unverified_claims};

#[tokio::test]
async fn a_code_becomes_tokens_that_say_who_and_for_whom() {
    let world = World::quickstart().await;
    let code = world
        .browser()
        .code(ADA, &request(&[("scope", "openid profile email read:calendar nonsense")]))
        .await;

    let reply = world.token(&redemption(&code, &[])).await;
    let tokens = reply.ok();

    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 86400);
    assert_eq!(tokens["scope"], "openid profile email read:calendar");
    assert!(tokens.get("refresh_token").is_none());
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("pragma"), "no-cache");
    let issuer = world.tenant.issuer();
    let access = unverified_claims(&tokens["access_token"]);
    assert_eq!(access["iss"], issuer);
    assert_eq!(access["aud"], json!([CALENDAR, format!("{issuer}userinfo")]));
    assert_eq!(access["azp"], "calendar-spa");
    assert_eq!(access["scope"], tokens["scope"]);
    assert!(access.get("gty").is_none());
    let id = unverified_claims(&tokens["id_token"]);
    assert_eq!(id["aud"], "calendar-spa");
    assert_eq!(id["iss"], issuer);
    assert_eq!(id["sub"], access["sub"]);
    assert_eq!(id["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(id["name"], "Ada Lovelace");
    assert_eq!(id["email_verified"], true);
    assert!(id["sid"].is_string() && id["updated_at"].is_string());
    assert_eq!(id["exp"].as_u64().unwrap() - id["iat"].as_u64().unwrap(), 36000);
    assert_eq!(world.logged(LogKind::Seacft), 1);
}

/// DT-3/3, TK-2: without `openid` there is no ID token, and one audience.
#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[("scope", "read:calendar")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert!(tokens.get("id_token").is_none());
    assert_eq!(unverified_claims(&tokens["access_token"])["aud"], CALENDAR);
}

/// SC-4/10.
#[tokio::test]
async fn the_id_token_tells_what_the_scopes_allow() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[("scope", "openid")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let id = unverified_claims(&tokens["id_token"]);
    assert!(id.get("name").is_none() && id.get("email").is_none());
}

/// TK-1/1.
#[tokio::test]
async fn the_request_can_be_json() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let body: serde_json::Map<_, _> = redemption(&code, &[])
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let response = world.post("/oauth/token").json(&body).send().await.unwrap();
    assert!(Reply::of(response).await.ok()["access_token"].is_string());
}

/// TK-2/8, SC-1/7.
#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    world.token(&redemption(&code, &[])).await.ok();
    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");
    assert_eq!(world.logged(LogKind::Feacft), 1);
}

#[tokio::test]
async fn of_two_redemptions_at_once_one_wins() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let form = redemption(&code, &[]);
    // Who redeems first does not wait for the keys to be made, in which time the second would take everything back.
    world.get("/.well-known/jwks.json").await.ok();
    let (one, two) = tokio::join!(world.token(&form), world.token(&form));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
}

/// TK-2/8.
#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let code = browser.code(ADA, &request(&[])).await;
    world.tenant.clock().advance(60);
    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");
}

#[tokio::test]
async fn refusals_of_a_redemption() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let other_verifier = "a".repeat(43);
    for (changes, status, error, row) in [
        (vec![("code_verifier", other_verifier.as_str())], 403, "invalid_grant", "TK-2/9, wrong"),
        (vec![("code_verifier", "short")], 403, "invalid_grant", "SC-2/1"),
        (vec![("code_verifier", "")], 403, "invalid_grant", "TK-2/9, missing"),
        (vec![("redirect_uri", "http://localhost:8080/")], 403, "unauthorized_client", "TK-2/10"),
        (vec![("redirect_uri", "")], 403, "unauthorized_client", "SC-1/9, missing"),
        (vec![("code", "unknown")], 403, "invalid_grant", "TK-2/8"),
        (vec![("code", "")], 400, "invalid_request", "TK-2/11"),
        (vec![("client_id", "")], 401, "invalid_client", "TK-1/17"),
        (vec![("client_id", "nobody")], 401, "access_denied", "TK-1/15"),
        (vec![("grant_type", "")], 400, "invalid_request", "TK-1/18"),
        (vec![("grant_type", "magic")], 400, "unsupported_grant_type", "TK-1/19"),
    ] {
        println!("{row}");
        let code =
            crate::harness::parameter(&browser.authorize(&request(&[])).await.location(), "code")
                .unwrap();
        world.token(&redemption(&code, &changes)).await.refused(status, error);
    }
}

/// TK-2/8, SC-7/8: a code of one client is nothing in the hands of another.
#[tokio::test]
async fn a_code_of_another_client_is_refused() {
    let other = "  - name: Other SPA\n    client_id: other-spa\n    app_type: spa\n    token_endpoint_auth_method: none\n    grant_types: [authorization_code]\n";
    let world = World::with(|file| {
        file.replace(
            "clients:\n  - name: Calendar SPA",
            &format!("clients:\n{other}  - name: Calendar SPA"),
        )
    })
    .await;
    let code = world.browser().code(ADA, &request(&[])).await;
    world
        .token(&redemption(&code, &[("client_id", "other-spa")]))
        .await
        .refused(403, "invalid_grant");
}

/// A code tells who logged in, not who may have tokens since (TK-3.4/4).
#[tokio::test]
async fn who_was_blocked_or_deleted_meanwhile_gets_nothing() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    world.block(ADA).await;
    world.token(&redemption(&code, &[])).await.refused(403, "unauthorized");

    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    world.delete_person(ADA).await;
    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");
}

/// SC-2/5: a verifier without a challenge is a stripped challenge.
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let confidential = |file: String| {
        file.replace(
            "    app_type: spa\n    token_endpoint_auth_method: none\n",
            "    client_secret: web-secret\n    app_type: regular_web\n",
        )
    };
    let world = World::with(confidential).await;
    let without = request(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let code = world.browser().code(ADA, &without).await;
    let reply = world.token(&redemption(&code, &[("client_secret", "web-secret")])).await;
    reply.refused(403, "invalid_grant");

    let code = world.browser().code(ADA, &without).await;
    let redemption = redemption(&code, &[("client_secret", "web-secret"), ("code_verifier", "")]);
    world.token(&redemption).await.ok();
}

/// TK-1/2.
#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let mut twice = redemption(&code, &[]);
    twice.push(("code", &code));
    world.token(&twice).await.refused(400, "invalid_request");

    let body =
        r#"{"grant_type":"authorization_code","client_id":"calendar-spa","code":"a","code":"b"}"#;
    let json = world.post("/oauth/token").header("content-type", "application/json").body(body);
    Reply::of(json.send().await.unwrap()).await.refused(400, "invalid_request");
}

/// TK-1/20.
#[tokio::test]
async fn a_client_without_the_grant_type_is_refused_with_a_link() {
    let world = World::quickstart().await;
    let reply = world
        .token(&[
            ("grant_type", "client_credentials"),
            ("client_id", "calendar-spa"),
            ("audience", CALENDAR),
        ])
        .await;
    reply.refused(403, "unauthorized_client");
    assert!(reply.json()["error_uri"].is_string());
}
