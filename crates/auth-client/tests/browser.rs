//! The client in a real browser: every duty of [`Browser`], and a login's two ends.
#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests, though clippy does not know their attribute"
)]

use auth_client::platform::{Platform, PlatformError};
use auth_client::{AuthClient, AuthError, Browser, Config};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Where the page of these tests is served.
fn origin() -> String {
    let url = Browser.url().unwrap();
    let end = url.match_indices('/').nth(2).map_or(url.len(), |(index, _)| index);
    url[..end].to_owned()
}

#[wasm_bindgen_test]
fn what_is_stored_is_read_back_until_it_is_forgotten() {
    Browser.store("auth-client/a/1", "one").unwrap();
    Browser.store("auth-client/a/2", "two").unwrap();
    assert_eq!(Browser.stored("auth-client/a/1").unwrap().as_deref(), Some("one"));
    let keys = Browser.stored_keys().unwrap();
    assert!(
        ["auth-client/a/1", "auth-client/a/2"]
            .iter()
            .all(|key| keys.iter().any(|kept| kept == key))
    );

    Browser.forget("auth-client/a/1").unwrap();
    Browser.forget("auth-client/a/2").unwrap();
    Browser.forget("auth-client/a/2").unwrap();
    assert_eq!(Browser.stored("auth-client/a/1").unwrap(), None);
}

#[wasm_bindgen_test]
fn a_storage_that_is_full_is_an_error() {
    let too_much = "x".repeat(12 << 20);
    assert_eq!(Browser.store("auth-client/big", &too_much), Err(PlatformError::Storage));
    assert_eq!(Browser.stored("auth-client/big").unwrap(), None);
}

#[wasm_bindgen_test]
fn randomness_differs_from_draw_to_draw() {
    let (first, second) = (Browser.random().unwrap(), Browser.random().unwrap());
    assert_ne!(first, second);
    assert_ne!(first, [0; 32]);
}

#[wasm_bindgen_test]
fn the_clock_shows_this_century() {
    let now = Browser.now().seconds();
    assert!((1_750_000_000..4_102_444_800).contains(&now), "{now}");
}

#[wasm_bindgen_test]
fn the_address_is_replaced_without_a_step_in_the_history() {
    let before = Browser.url().unwrap();
    let steps = || web_sys::window().unwrap().history().unwrap().length().unwrap();
    let length = steps();

    let replaced = [&origin(), "/?code=secret&tab=2"].concat();
    Browser.replace_url(&replaced).unwrap();
    assert_eq!(Browser.url().unwrap(), replaced);
    assert_eq!(steps(), length);

    Browser.replace_url(&before).unwrap();
    assert_eq!(Browser.url().unwrap(), before);
}

#[wasm_bindgen_test]
fn an_address_of_another_origin_is_refused() {
    let before = Browser.url().unwrap();
    assert_eq!(Browser.replace_url("https://other.example/"), Err(PlatformError::Navigation));
    assert_eq!(Browser.url().unwrap(), before);
}

#[wasm_bindgen_test]
async fn a_form_is_posted_and_its_answer_read() {
    // A service that every browser has: it answers with what its address says.
    let answer = Browser
        .post_form(
            "data:application/json,%7B%22error%22%3A%22invalid_grant%22%7D",
            "code=c".to_owned(),
        )
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, r#"{"error":"invalid_grant"}"#);
}

#[wasm_bindgen_test]
async fn a_status_of_refusal_is_an_answer_too() {
    let url = [&origin(), "/no/such/page"].concat();
    let answer = Browser
        .post_form(&url, "code=c".to_owned())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(answer.status >= 400, "{}", answer.status);
}

#[wasm_bindgen_test]
async fn a_host_that_cannot_be_reached_is_an_error() {
    // Browsers refuse port 1 before any packet is sent.
    let outcome = Browser.post_form("http://127.0.0.1:1/oauth/token", String::new()).await;
    assert_eq!(outcome.err(), Some(PlatformError::Network));
}

#[wasm_bindgen_test]
async fn a_forged_answer_is_refused_and_taken_out_of_the_address() {
    let before = Browser.url().unwrap();
    let page = [&origin(), "/callback"].concat();
    let config = Config {
        domain: "http://127.0.0.1:1".parse().unwrap(),
        client_id: "browser-test".into(),
        redirect_uri: page.clone(),
    };
    let client = AuthClient::new(config, Browser);
    Browser.replace_url(&[&page, "?code=stolen&state=forged#x"].concat()).unwrap();

    let outcome = client.handle_redirect_callback().await;
    let after = Browser.url().unwrap();
    Browser.replace_url(&before).unwrap();
    assert_eq!(outcome.unwrap_err(), AuthError::NoTransaction);
    assert_eq!(after, page);
    assert_eq!(client.user(), None);
}

/// The browser's own parser reads JSON here; natively `serde_json` does. Both must read the same.
#[wasm_bindgen_test]
fn json_is_read_by_the_browser_into_the_same_types() {
    use wire::claims::{IdTokenClaims, OneOrMany};
    use wire::oauth_error::{ErrorCode, OAuthError};
    use wire::token::TokenResponse;

    let tokens: TokenResponse = wire::json::from_str(
        r#"{"access_token":"a","scope":"openid read:calendar","expires_in":86400,"token_type":"Bearer","unknown":[{}]}"#,
    )
    .unwrap();
    assert_eq!((tokens.access_token.expose(), tokens.expires_in), ("a", 86400));
    assert!(tokens.scope.unwrap().contains("read:calendar") && tokens.id_token.is_none());

    let claims: IdTokenClaims = wire::json::from_str(
        r#"{"iss":"https://t/","aud":["spa","b"],"iat":1,"exp":2,"sub":"auth0|1","email_verified":true,"name":null}"#,
    )
    .unwrap();
    assert_eq!(claims.aud, OneOrMany::Many(vec!["spa".to_owned(), "b".to_owned()]));
    assert_eq!((claims.person.email_verified, claims.person.name), (Some(true), None));

    let refusal: OAuthError = wire::json::from_str(r#"{"error":"slow_down"}"#).unwrap();
    assert_eq!(refusal.error, ErrorCode::Other("slow_down".to_owned()));

    for text in
        ["", "{", "[]", r#"{"expires_in":60,"token_type":"Bearer"}"#, r#"{"access_token":7}"#]
    {
        assert!(wire::json::from_str::<TokenResponse>(text).is_err(), "{text}");
    }
    let secret = wire::json::from_str::<Vec<u64>>(r#"["hunter2"]"#).unwrap_err();
    assert!(!secret.to_string().contains("hunter2"));
}
