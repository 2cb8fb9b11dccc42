//! Tokens straight from `/authorize`: the implicit and the hybrid flow.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::harness::{ADA, CALENDAR, CALLBACK, World, redemption, request, unverified_claims};

/// The quickstart's app, allowed to have tokens from here.
async fn world() -> World {
    World::with(|file| {
        file.replacen(
            "      - authorization_code\n",
            "      - authorization_code\n      - implicit\n",
            1,
        )
    })
    .await
}

/// What the fragment says; nothing may be in the query.
#[track_caller]
fn fragment(url: &Url) -> HashMap<String, String> {
    assert!(url.as_str().starts_with(&format!("{CALLBACK}#")), "{url}");
    let fragment = url.fragment().unwrap_or_default();
    assert!(!fragment.contains('+'), "blanks are %20: {fragment}");
    url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect()
}

/// The left half of a digest (OpenID Connect Core §3.1.3.6).
fn half_hash(text: &str) -> String {
    use base64::Engine;
    let digest = digest(&SHA256, text.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
}

fn claims(token: &str) -> Value {
    unverified_claims(&Value::from(token))
}

/// AZ-1/2, AZ-2/2, DT-3/17, DT-4/5, SC-4/7.
#[tokio::test]
async fn tokens_come_in_the_fragment_and_live_shorter() {
    let world = world().await;
    let asked = request(&[
        ("response_type", "id_token token"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ]);

    let answer = fragment(&world.browser().log_in(ADA, &asked).await);

    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["scope"], "openid profile email read:calendar");
    assert_eq!(answer["expires_in"], "7200");
    assert_eq!(answer["state"], "af0ifjsldkj");
    assert!(!answer.contains_key("code"));
    let access_token = claims(&answer["access_token"]);
    assert_eq!(access_token["aud"][0], CALENDAR);
    assert_eq!(access_token["exp"].as_u64().unwrap() - access_token["iat"].as_u64().unwrap(), 7200);
    let id_token = claims(&answer["id_token"]);
    assert_eq!(id_token["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(id_token["at_hash"], half_hash(&answer["access_token"]));
    assert!(id_token["c_hash"].is_null());
}

/// AZ-1/2, SC-4/7: every combination, and what each is made of.
#[tokio::test]
async fn each_response_type_gives_what_it_names() {
    let world = world().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    for response_type in [
        "token",
        "id_token",
        "token id_token",
        "code id_token",
        "code token",
        "id_token code token",
    ] {
        let reply = browser.authorize(&request(&[("response_type", response_type)])).await;
        let answer = fragment(&reply.location());
        let has = |word| response_type.split(' ').any(|own| own == word);
        assert_eq!(answer.contains_key("code"), has("code"), "{response_type}");
        assert_eq!(answer.contains_key("access_token"), has("token"), "{response_type}");
        assert_eq!(answer.contains_key("expires_in"), has("token"), "{response_type}");
        assert_eq!(answer.contains_key("id_token"), has("id_token"), "{response_type}");
        if has("id_token") {
            let id_token = claims(&answer["id_token"]);
            let hash = |name| answer.get(name).map_or(Value::Null, |text| half_hash(text).into());
            assert_eq!(id_token["at_hash"], hash("access_token"), "{response_type}");
            assert_eq!(id_token["c_hash"], hash("code"), "{response_type}");
        }
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

/// SC-1/7: the code of a hybrid answer is a code like any other.
#[tokio::test]
async fn the_code_of_a_hybrid_answer_can_be_redeemed() {
    let world = world().await;
    let asked = request(&[("response_type", "code id_token")]);
    let answer = fragment(&world.browser().log_in(ADA, &asked).await);

    let tokens = world.token(&redemption(&answer["code"], &[])).await.ok();

    assert_eq!(tokens["expires_in"], 86_400);
    assert_eq!(unverified_claims(&tokens["id_token"])["sub"], claims(&answer["id_token"])["sub"]);
}

/// AZ-3/7, SC-7/3: implicit flows are for clients that have the grant type, and no other has it by accident.
#[tokio::test]
async fn without_the_grant_type_no_token_comes_from_here() {
    let world = World::quickstart().await;
    for response_type in ["token", "id_token", "code id_token", "code token"] {
        let asked = request(&[("response_type", response_type)]);
        let answer = fragment(&world.browser().authorize(&asked).await.location());
        assert_eq!(answer["error"], "unauthorized_client", "{response_type}");
        assert_eq!(answer["state"], "af0ifjsldkj");
    }

    let implicit_alone =
        World::with(|file| file.replacen("      - authorization_code\n", "      - implicit\n", 1))
            .await;
    let asked = request(&[("response_type", "code id_token")]);
    let answer = fragment(&implicit_alone.browser().authorize(&asked).await.location());
    assert_eq!(answer["error"], "unauthorized_client");
}

/// AZ-1/8, AZ-1/11: what would be unsafe is refused, in the fragment that would have carried the tokens.
#[tokio::test]
async fn tokens_need_a_nonce_and_never_travel_in_a_query() {
    let world = world().await;
    for changes in [
        [("response_type", "id_token"), ("nonce", "")],
        [("response_type", "code id_token"), ("nonce", "")],
        [("response_type", "token"), ("response_mode", "query")],
        [("response_type", "code id_token"), ("code_challenge", "")],
        [("response_type", "id_token"), ("scope", "read:calendar")],
    ] {
        let answer = fragment(&world.browser().authorize(&request(&changes)).await.location());
        assert_eq!(answer["error"], "invalid_request", "{changes:?}");
    }
    let without_nonce = request(&[("response_type", "token"), ("nonce", "")]);
    let reply = world.browser().authorize(&without_nonce).await;
    assert_eq!(reply.expect(StatusCode::FOUND).location().path(), "/u/login");
}
