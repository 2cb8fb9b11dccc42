//! Sessions and refresh tokens at the Management API (MG-8/6 to MG-8/8, MG-8/11, MG-8/12).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, Browser, CALENDAR, World, redemption, request, unverified_claims};
use crate::management_users::{ADA_PATH, GRACE_PATH};

const OFFLINE: &str = "openid offline_access read:calendar";

/// Logs in and returns the tokens.
async fn log_in(world: &World, browser: &Browser<'_>) -> Value {
    let code = browser.code(ADA, &request(&[("scope", OFFLINE)])).await;
    world.token(&redemption(&code, &[])).await.ok()
}

impl World {
    async fn list(&self, path: &str, collection: &str) -> Vec<Value> {
        self.read(path).await.ok()[collection].as_array().unwrap().clone()
    }
}

async fn is_logged_in(browser: &Browser<'_>) -> bool {
    let callback = browser.authorize(&request(&[("prompt", "none")])).await.location();
    !callback.as_str().contains("login_required")
}

/// MG-8/8.
#[tokio::test]
async fn a_session_is_shown_with_its_ends_and_its_clients() {
    let world = World::quickstart().await;
    let tokens = log_in(&world, &world.browser()).await;
    let path = format!("{ADA_PATH}/sessions");

    let sessions = world.list(&path, "sessions").await;

    assert_eq!(sessions.len(), 1);
    let session = &sessions[0];
    assert_eq!(session["id"], unverified_claims(&tokens["id_token"])["sid"]);
    assert_eq!(session["user_id"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(session["clients"], json!([{ "client_id": "calendar-spa" }]));
    assert_eq!(session["device"]["initial_ip"], "127.0.0.1");
    let moments = ["authenticated_at", "idle_expires_at", "expires_at"];
    let moments = moments.map(|name| session[name].as_str().unwrap());
    assert!(moments.is_sorted() && moments[0] != moments[1], "{session}");
    let one = format!("/api/v2/sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(&world.read(&one).await.ok(), session);
    assert!(world.list(&format!("{GRACE_PATH}/sessions"), "sessions").await.is_empty());
}

/// MG-8/8: one browser, and then all of them.
#[tokio::test]
async fn who_ends_sessions_logs_people_out() {
    let world = World::quickstart().await;
    let (desk, phone, tablet) = (world.browser(), world.browser(), world.browser());
    let sid = unverified_claims(&log_in(&world, &desk).await["id_token"])["sid"].clone();
    log_in(&world, &phone).await;
    log_in(&world, &tablet).await;
    let one = format!("/api/v2/sessions/{}", sid.as_str().unwrap());

    for _ in 0..2 {
        world.delete(&one).await.expect(StatusCode::ACCEPTED);
    }
    assert!(!is_logged_in(&desk).await);
    assert!(is_logged_in(&phone).await && is_logged_in(&tablet).await);
    world.read(&one).await.refused_with(404, "");

    world.delete(&format!("{ADA_PATH}/sessions")).await.expect(StatusCode::ACCEPTED);
    assert!(!is_logged_in(&phone).await && !is_logged_in(&tablet).await);
}

/// MG-8/6, MG-8/12, MG-3/8: what is shown leads to no token.
#[tokio::test]
async fn a_refresh_token_is_shown_without_itself() {
    let world = World::quickstart().await;
    let tokens = log_in(&world, &world.browser()).await;
    log_in(&world, &world.browser()).await;
    let path = format!("{ADA_PATH}/refresh-tokens");

    let first = world.read(&format!("{path}?take=1")).await.ok();
    let second = format!("{path}?take=1&from={}", first["next"].as_str().unwrap());
    let second = world.read(&second).await.ok();
    assert!(second.get("next").is_none(), "{second}");

    let sid = unverified_claims(&tokens["id_token"])["sid"].clone();
    let all = world.list(&path, "tokens").await;
    let shown = all.iter().find(|token| token["session_id"] == sid).unwrap();
    assert_eq!(shown["client_id"], "calendar-spa");
    assert_eq!(shown["user_id"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(shown["rotating"], true);
    assert_eq!(shown["last_exchanged_at"], json!(null));
    let api = &shown["resource_servers"][0];
    assert_eq!(api["audience"], CALENDAR);
    assert!(api["scopes"].as_array().unwrap().contains(&json!("read:calendar")), "{api}");
    assert!(shown["idle_expires_at"].as_str() < shown["expires_at"].as_str(), "{shown}");
    let secret = tokens["refresh_token"].as_str().unwrap();
    assert!(!shown.to_string().contains(&secret[3..20]), "{shown}");

    world.refresh(&tokens["refresh_token"], &[]).await.ok();
    let one = format!("/api/v2/refresh-tokens/{}", shown["id"].as_str().unwrap());
    let used = world.read(&one).await.ok();
    assert_eq!(used["id"], shown["id"], "a token that replaces another is of its family");
    assert_eq!(used["last_exchanged_at"], used["created_at"]);
}

/// MG-8/7, MG-8/12.
#[tokio::test]
async fn a_refresh_token_that_is_ended_refreshes_nothing() {
    let world = World::quickstart().await;
    let (first, second) =
        (log_in(&world, &world.browser()).await, log_in(&world, &world.browser()).await);
    let path = format!("{ADA_PATH}/refresh-tokens");
    let sid = unverified_claims(&first["id_token"])["sid"].clone();
    let all = world.list(&path, "tokens").await;
    let id = &all.iter().find(|token| token["session_id"] == sid).unwrap()["id"];
    let one = format!("/api/v2/refresh-tokens/{}", id.as_str().unwrap());

    for _ in 0..2 {
        world.delete(&one).await.expect(StatusCode::ACCEPTED);
    }
    world.read(&one).await.refused_with(404, "");
    let refused = world.refresh(&first["refresh_token"], &[]).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    let second = world.refresh(&second["refresh_token"], &[]).await.ok();

    world.delete(&path).await.expect(StatusCode::ACCEPTED);
    let refused = world.refresh(&second["refresh_token"], &[]).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    assert!(world.list(&path, "tokens").await.is_empty());
}

/// MG-8/11.
#[tokio::test]
async fn access_is_revoked_for_one_session_or_for_all() {
    let world = World::quickstart().await;
    let (desk, phone, tablet) = (world.browser(), world.browser(), world.browser());
    let on_desk = log_in(&world, &desk).await;
    let on_phone = log_in(&world, &phone).await;
    let on_tablet = log_in(&world, &tablet).await;
    let path = format!("{ADA_PATH}/revoke-access");
    let sid = |tokens: &Value| unverified_claims(&tokens["id_token"])["sid"].clone();

    let one = world.create(&path, json!({ "session_id": sid(&on_desk) })).await;
    one.expect(StatusCode::NO_CONTENT);
    assert!(!is_logged_in(&desk).await && is_logged_in(&phone).await);
    let refused = world.refresh(&on_desk["refresh_token"], &[]).await;
    assert!(refused.status.is_client_error(), "{refused:?}");

    let spared = json!({ "session_id": sid(&on_phone), "preserve_refresh_tokens": true });
    world.create(&path, spared).await.expect(StatusCode::NO_CONTENT);
    assert!(!is_logged_in(&phone).await);
    let on_phone = world.refresh(&on_phone["refresh_token"], &[]).await.ok();

    world.create(&path, json!({})).await.expect(StatusCode::NO_CONTENT);
    assert!(!is_logged_in(&tablet).await);
    for tokens in [&on_phone, &on_tablet] {
        let refused = world.refresh(&tokens["refresh_token"], &[]).await;
        assert!(refused.status.is_client_error(), "{refused:?}");
    }
}

/// MG-8/11, MG-2/12: nobody else's session either.
#[tokio::test]
async fn there_is_nothing_to_revoke_of_others() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let tokens = log_in(&world, &browser).await;
    let sid = unverified_claims(&tokens["id_token"])["sid"].clone();
    let of_grace = format!("{GRACE_PATH}/revoke-access");
    world.create(&of_grace, json!({ "session_id": sid })).await.refused_with(404, "");
    world.create(&of_grace, json!({ "session": sid })).await.refused_with(400, "invalid_body");
    assert!(is_logged_in(&browser).await);
    for (method, path) in [
        ("POST", "revoke-access"),
        ("GET", "sessions"),
        ("DELETE", "sessions"),
        ("GET", "refresh-tokens"),
        ("DELETE", "refresh-tokens"),
    ] {
        let path = format!("/api/v2/users/auth0%7Cnobody/{path}");
        let reply = world.management(method, &path, Some(json!({}))).await;
        reply.refused_with(404, "inexistent_user");
    }
}
