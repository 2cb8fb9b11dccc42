//! Grant `refresh_token`.

use serde_json::{Value, json};
use service::dpop::prover::Prover;
use tenant::LogKind;
use wire::dpop::ProofClaims;

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request, unverified_claims};

const SCOPE: &str = "openid profile email offline_access read:calendar";

/// The app as a server, which may keep one refresh token: Auth0's defaults for what its API creates.
async fn server_side() -> World {
    World::with(|file| {
        let (head, tail) = file.split_once("    refresh_token:\n").unwrap();
        let tail = tail.split_once("    callbacks:").unwrap().1;
        format!("{head}    callbacks:{tail}").replace(
            "    app_type: spa\n    token_endpoint_auth_method: none\n",
            "    client_secret: web-secret\n    app_type: regular_web\n",
        )
    })
    .await
}

const SECRET: (&str, &str) = ("client_secret", "web-secret");

async fn log_in_server_side(world: &World) -> Value {
    let code = world.browser().code(ADA, &request(&[("scope", SCOPE)])).await;
    world.token(&redemption(&code, &[SECRET])).await.ok()
}

async fn set_policy(world: &World, policy: Value) {
    let body = json!({ "refresh_token": policy });
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(body)).await.ok();
}

fn rotating() -> Value {
    json!({ "rotation_type": "rotating", "expiration_type": "expiring" })
}

/// TK-3/1, TK-3.2/1, TK-3/4, SC-4/12: the same person and login, for the same API, without the login's nonce.
#[tokio::test]
async fn a_refresh_token_becomes_new_tokens_of_the_same_login() {
    let world = World::quickstart().await;
    let max_age = request(&[("scope", SCOPE), ("max_age", "3600")]);
    let code = world.browser().code(ADA, &max_age).await;
    let before = world.token(&redemption(&code, &[])).await.ok();
    world.tenant.clock().advance(100);

    let reply =
        world.refresh(&before["refresh_token"], &[("redirect_uri", "http://localhost:8080")]).await;
    let after = reply.ok();

    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("pragma"), "no-cache");
    assert_eq!(after["scope"], SCOPE);
    assert_eq!(after["token_type"], "Bearer");
    assert_eq!(after["expires_in"], 86400);
    assert!(after["refresh_token"].is_string());
    assert_ne!(after["refresh_token"], before["refresh_token"]);
    let (old, new) =
        (unverified_claims(&before["id_token"]), unverified_claims(&after["id_token"]));
    for claim in ["iss", "sub", "aud", "sid", "auth_time"] {
        assert!(!new[claim].is_null(), "{claim}");
        assert_eq!(old[claim], new[claim], "{claim}");
    }
    assert!(new.get("nonce").is_none());
    assert!(new["iat"].as_u64() > old["iat"].as_u64());
    let access = unverified_claims(&after["access_token"]);
    assert_eq!(access["sub"], new["sub"]);
    assert_eq!(access["aud"][0], CALENDAR);
    assert_eq!(access["gty"], "refresh_token");
    assert_eq!(world.logged(LogKind::Sertft), 1);
}

/// TK-1/6.
#[tokio::test]
async fn members_of_the_answer_stand_in_auth0s_order() {
    let world = World::quickstart().await;
    let tokens = world.log_in(ADA, SCOPE).await;
    let body = world.refresh(&tokens["refresh_token"], &[]).await.body;
    let names = ["access_token", "refresh_token", "id_token", "scope", "expires_in", "token_type"];
    let places = names.map(|name| body.find(&format!("\"{name}\":")).unwrap());
    assert!(places.is_sorted(), "{places:?}");
}

/// SC-4/11, TK-2: no `offline_access`, no refresh token.
#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let world = World::quickstart().await;
    let tokens = world.log_in(ADA, "openid read:calendar").await;
    assert!(tokens.get("refresh_token").is_none());
}

/// AZ-4/6, TK-2, SC-1/6: what is left out is left out of `scope` too, and the log says why.
#[tokio::test]
async fn offline_access_is_left_out_where_api_grant_or_rotation_is_missing() {
    let no_offline_api: fn(String) -> String =
        |file| file.replace("allow_offline_access: true", "allow_offline_access: false");
    let no_rotation: fn(String) -> String =
        |file| file.replace("rotation_type: rotating", "rotation_type: non-rotating");
    let no_grant: fn(String) -> String = |file| {
        file.replace("      - refresh_token\n", "")
            .replace("rotation_type: rotating", "rotation_type: non-rotating")
            .replace("    app_type: spa\n", "    app_type: native\n")
    };
    for change in [no_offline_api, no_grant, no_rotation] {
        let world = World::with(change).await;
        let tokens = world.log_in(ADA, SCOPE).await;
        assert!(tokens.get("refresh_token").is_none());
        assert_eq!(tokens["scope"], "openid profile email read:calendar");
        assert_eq!(world.logged(LogKind::W), 1);
    }
}

/// TK-3.1/4, TK-3.1/5, SC-8/3.
#[tokio::test]
async fn tokens_end_when_idle_and_when_the_login_is_old() {
    let world = World::quickstart().await;
    let idle = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    world.tenant.clock().advance(1_296_000);
    world.refresh(&idle, &[]).await.refused(403, "invalid_grant");

    let mut token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    for _ in 0..2 {
        world.tenant.clock().advance(1_295_900);
        token = world.refresh(&token, &[]).await.ok()["refresh_token"].clone();
    }
    world.tenant.clock().advance(2_592_000 - 2 * 1_295_900);
    world.refresh(&token, &[]).await.refused(403, "invalid_grant");
}

/// TK-3.1/1, TK-3.1/6: what the API creates stays, and is told once.
#[tokio::test]
async fn a_token_that_does_not_rotate_is_good_again_and_again() {
    let world = server_side().await;
    let token = log_in_server_side(&world).await["refresh_token"].clone();
    for _ in 0..3 {
        world.tenant.clock().advance(100 * 24 * 3600);
        let tokens = world.refresh(&token, &[SECRET]).await.ok();
        assert!(tokens["access_token"].is_string());
        assert!(tokens.get("refresh_token").is_none());
    }
}

/// TK-3.2/5.
#[tokio::test]
async fn rotation_that_is_switched_on_swaps_the_token() {
    let world = server_side().await;
    let token = log_in_server_side(&world).await["refresh_token"].clone();
    let other = log_in_server_side(&world).await["refresh_token"].clone();
    set_policy(&world, rotating()).await;

    let swapped = world.refresh(&token, &[SECRET]).await.ok()["refresh_token"].clone();

    assert!(swapped.is_string());
    world.refresh(&other, &[SECRET]).await.refused(403, "invalid_grant");
    world.refresh(&swapped, &[SECRET]).await.ok();
}

/// TK-3.2/6.
#[tokio::test]
async fn rotation_that_is_switched_off_leaves_a_token_that_stays() {
    let world = server_side().await;
    set_policy(&world, rotating()).await;
    let token = log_in_server_side(&world).await["refresh_token"].clone();
    set_policy(&world, json!({ "rotation_type": "non-rotating" })).await;

    let kept = world.refresh(&token, &[SECRET]).await.ok()["refresh_token"].clone();

    world.refresh(&token, &[SECRET]).await.refused(403, "invalid_grant");
    for _ in 0..2 {
        assert!(world.refresh(&kept, &[SECRET]).await.ok().get("refresh_token").is_none());
    }
}

/// AZ-4/6: a browser never keeps one.
#[tokio::test]
async fn rotation_that_is_switched_off_leaves_a_single_page_app_nothing() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    set_policy(&world, json!({ "rotation_type": "non-rotating" })).await;

    assert!(world.refresh(&token, &[]).await.ok().get("refresh_token").is_none());
    world.refresh(&token, &[]).await.refused(403, "invalid_grant");
}

/// TK-3/2, SC-1/13: less on demand, more never.
#[tokio::test]
async fn fewer_scopes_can_be_asked_for_and_more_are_not_given() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();

    let narrow =
        world.refresh(&token, &[("scope", "read:calendar write:calendar nonsense")]).await.ok();
    assert_eq!(narrow["scope"], "read:calendar");
    let access = unverified_claims(&narrow["access_token"]);
    assert_eq!(access["scope"], "read:calendar");
    assert_eq!(access["aud"], CALENDAR);
    assert!(narrow["id_token"].is_string(), "the login had openid");

    let whole = world.refresh(&narrow["refresh_token"], &[]).await.ok();
    assert_eq!(whole["scope"], SCOPE, "the token itself is not narrowed");
}

/// Without `openid` nobody is told who logged in.
#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, "offline_access read:calendar").await["refresh_token"].clone();
    let tokens = world.refresh(&token, &[]).await.ok();
    assert!(tokens.get("id_token").is_none());
}

/// A refresh token for `/userinfo` alone.
#[tokio::test]
async fn a_login_without_an_api_can_be_renewed() {
    let world = World::quickstart().await;
    let asked = request(&[("scope", "openid offline_access"), ("audience", "")]);
    let code = world.browser().code(ADA, &asked).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();

    let tokens = world.refresh(&tokens["refresh_token"], &[]).await.ok();

    let token = tokens["access_token"].as_str().unwrap();
    let userinfo = world.http.get(world.at("/userinfo")).bearer_auth(token).send().await.unwrap();
    assert!(Reply::of(userinfo).await.ok()["sub"].is_string());
}

/// TK-3.4/1, TK-3.4/2, TK-1/20.
#[tokio::test]
async fn refusals() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    for (changes, status, error, row) in [
        (vec![("refresh_token", "")], 400, "invalid_request", "TK-3.4/2"),
        (vec![("refresh_token", "v1.unknown")], 403, "invalid_grant", "TK-3.4/1"),
        (vec![("client_id", "nobody")], 401, "access_denied", "TK-1/15"),
        (
            vec![("client_id", "management"), ("client_secret", "management-secret")],
            403,
            "unauthorized_client",
            "TK-1/20",
        ),
    ] {
        println!("{row}");
        world.refresh(&token, &changes).await.refused(status, error);
    }
    let unknown = world.refresh(&json!("v1.unknown"), &[]).await.json();
    let text = unknown["error_description"].as_str().unwrap().to_lowercase();
    assert!(text.contains("invalid refresh token"), "SPAs look for these words: {text}");
    assert_eq!(world.logged(LogKind::Fertft), 3);
    world.refresh(&token, &[]).await.ok();
}

/// SC-1/13, TK-3.4/1: in the hands of another client a token is nothing, and nothing happens to it.
#[tokio::test]
async fn a_token_of_another_client_is_refused_and_stays_good() {
    let other = "  - name: Other\n    client_id: other\n    app_type: native\n    token_endpoint_auth_method: none\n    grant_types: [refresh_token]\n";
    let world =
        World::with(|file| file.replace("\nclients:\n", &format!("\nclients:\n{other}"))).await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();

    world.refresh(&token, &[("client_id", "other")]).await.refused(403, "invalid_grant");

    world.refresh(&token, &[]).await.ok();
    assert_eq!(world.logged(LogKind::Ferrt), 0);
}

/// TK-3.4/4.
#[tokio::test]
async fn a_blocked_person_gets_nothing() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    world.block(ADA).await;
    let reply = world.refresh(&token, &[]).await;
    reply.refused(403, "unauthorized");
    let text = reply.json()["error_description"].as_str().unwrap().to_owned();
    assert!(text.contains("user is blocked"), "SPAs look for these words: {text}");
}

/// TK-3.4/3.
#[tokio::test]
async fn a_deleted_person_gets_nothing() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    world.delete_person(ADA).await;
    world.refresh(&token, &[]).await.refused(403, "invalid_grant");
}

/// A deleted client's tokens go with it.
#[tokio::test]
async fn a_deleted_client_gets_nothing() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    world.management("DELETE", "/api/v2/clients/calendar-spa", None).await;
    world.refresh(&token, &[]).await.refused(401, "access_denied");
}

/// MG-4/22, TK-3.1/2, TK-3.1/5, and what rotation needs.
#[tokio::test]
async fn policies_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    let policy = |changes: Value| {
        let mut policy = rotating();
        for (name, value) in changes.as_object().unwrap() {
            policy[name] = value.clone();
        }
        json!({ "refresh_token": policy })
    };
    for body in [
        policy(json!({ "expiration_type": "non-expiring" })),
        policy(json!({ "infinite_token_lifetime": true })),
        policy(json!({ "token_lifetime": 100, "idle_token_lifetime": 101 })),
        policy(json!({ "token_lifetime": 31_557_601 })),
        policy(json!({ "token_lifetime": 0 })),
        policy(json!({ "rotation_type": "sometimes" })),
        policy(
            json!({ "policies": [{ "audience": format!("{}api/v2/", world.tenant.issuer()) }] }),
        ),
        json!({ "oidc_conformant": false }),
    ] {
        println!("{body}");
        let reply = world.management("PATCH", "/api/v2/clients/calendar-spa", Some(body)).await;
        reply.refused_with(400, "invalid_body");
    }
}

/// TK-3.1: what is given replaces, and what it leaves out is as for every client of the kind (MG-4/24).
#[tokio::test]
async fn what_a_policy_leaves_out_follows_from_the_kind_of_client() {
    let world = World::quickstart().await;
    set_policy(&world, rotating()).await;
    let client = world.management("GET", "/api/v2/clients/calendar-spa", None).await.ok();
    let expected = json!({
        "rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0,
        "token_lifetime": 2_592_000, "idle_token_lifetime": 1_296_000,
        "infinite_token_lifetime": false, "infinite_idle_token_lifetime": false,
    });
    assert_eq!(client["refresh_token"], expected);

    let management = world.management("GET", "/api/v2/clients/management", None).await.ok();
    let expected = json!({
        "rotation_type": "non-rotating", "expiration_type": "non-expiring", "leeway": 0,
        "token_lifetime": 31_557_600, "idle_token_lifetime": 2_592_000,
        "infinite_token_lifetime": true, "infinite_idle_token_lifetime": true,
    });
    assert_eq!(management["refresh_token"], expected);
}

/// TK-3.4/8, SC-6/2, DT-7/6: the key that the app proved to hold at the login is asked for each time.
#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_refused_without_it() {
    let world = World::taking_proofs().await;
    let (own, other) = (Prover::generate(), Prover::generate());
    let code = world.browser().code(ADA, &request(&[("scope", SCOPE)])).await;
    let tokens = world.token_by(&own, &redemption(&code, &[])).await.ok();
    let token = tokens["refresh_token"].as_str().unwrap();
    let form =
        [("grant_type", "refresh_token"), ("client_id", "calendar-spa"), ("refresh_token", token)];

    world.token_with(&form, &[]).await.refused(400, "invalid_dpop_proof");
    world.token_by(&other, &form).await.refused(400, "invalid_dpop_proof");
    let nonce = Some(world.nonce().await);
    let used = own.proof(&ProofClaims { nonce, ..world.claims("POST", "oauth/token") });
    let renewed = world.token_with(&form, &[&used]).await.ok();

    assert_eq!(renewed["token_type"], "DPoP");
    let claims = unverified_claims(&renewed["access_token"]);
    assert_eq!(claims["cnf"], json!({ "jkt": own.thumbprint().as_str() }));
    let token = renewed["refresh_token"].as_str().unwrap();
    let next =
        [("grant_type", "refresh_token"), ("client_id", "calendar-spa"), ("refresh_token", token)];
    world.token_with(&next, &[&used]).await.refused(400, "invalid_dpop_proof");
    world.token_by(&own, &next).await.ok();
    assert_eq!(world.logged(LogKind::Ferrt), 0);
}
