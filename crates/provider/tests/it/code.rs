//! `POST /token` with a code.

use provider::Config;
use serde_json::json;

use crate::harness::{
    AuthRequest, CALLBACK, CHALLENGE, CLIENT, GRACE_SUB, OTHER_CALLBACK, Reply, SECRET,
    TestProvider, VERIFIER, send,
};

async fn world() -> (TestProvider, String) {
    let provider = TestProvider::start().await;
    let code = provider.browser().code(&AuthRequest::offline(), GRACE_SUB).await;
    (provider, code)
}

#[tokio::test]
async fn a_code_buys_an_access_token_and_offline_a_refresh_token() {
    let (provider, code) = world().await;

    let reply = provider.redeem(&code).await;

    let body = reply.ok();
    assert!(reply.text("access_token").starts_with("ya29."), "{body}");
    assert!(reply.text("refresh_token").starts_with("1//"), "{body}");
    assert_eq!((&body["expires_in"], &body["token_type"]), (&json!(3599), &json!("Bearer")));
    assert_eq!(
        reply.text("scope"),
        "openid email profile https://www.googleapis.com/auth/calendar.events"
    );
    assert!(body.get("id_token").is_none());
    // SC-1/11.
    assert_eq!((reply.header("cache-control"), reply.header("pragma")), ("no-store", "no-cache"));
    assert_eq!(provider.userinfo(&reply.text("access_token")).await.text("sub"), GRACE_SUB);
}

#[tokio::test]
async fn there_is_no_refresh_token_for_a_client_that_does_not_ask() {
    let provider = TestProvider::start().await;
    let code = provider.browser().code(&AuthRequest::new(), GRACE_SUB).await;

    assert!(provider.redeem(&code).await.ok().get("refresh_token").is_none());
}

/// Google's habit.
#[tokio::test]
async fn there_is_a_refresh_token_only_where_the_person_was_asked() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    browser.code(&AuthRequest::offline(), GRACE_SUB).await;

    let silent = browser.authorize(&AuthRequest::offline()).await.answer("code");
    assert!(provider.redeem(&silent).await.ok().get("refresh_token").is_none());
    let redirect = browser.authorize(&AuthRequest::offline().with("prompt", "consent")).await;
    let asked = browser.decide(&redirect, "accept").await.answer("code");
    provider.redeem(&asked).await.text("refresh_token");
}

/// SC-1/7.
#[tokio::test]
async fn a_replayed_code_is_refused_and_revokes_what_it_yielded() {
    let (provider, code) = world().await;
    let first = provider.redeem(&code).await;
    let (access_token, refresh_token) = (first.text("access_token"), first.text("refresh_token"));

    provider.redeem(&code).await.refused(400, "invalid_grant");

    provider.userinfo(&access_token).await.google_refused(401, "UNAUTHENTICATED");
    provider.refresh(&refresh_token).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_replay_is_noticed_hours_later() {
    let (provider, code) = world().await;
    let refresh_token = provider.redeem(&code).await.text("refresh_token");

    provider.later(3 * 3600);

    provider.redeem(&code).await.refused(400, "invalid_grant");
    provider.refresh(&refresh_token).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn of_many_at_once_one_gets_the_token_and_then_nobody_has_it() {
    let (provider, code) = world().await;

    let (a, b, c) =
        tokio::join!(provider.redeem(&code), provider.redeem(&code), provider.redeem(&code));

    let granted: Vec<&Reply> =
        [&a, &b, &c].into_iter().filter(|reply| reply.status == 200).collect();
    assert!(granted.len() <= 1, "{granted:?}");
    for reply in granted {
        provider.userinfo(&reply.text("access_token")).await.google_refused(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let (provider, code) = world().await;

    provider.later(60);

    provider.redeem(&code).await.refused(400, "invalid_grant");
}

/// SC-1/9.
#[tokio::test]
async fn a_code_is_for_the_redirect_uri_of_its_request() {
    let (provider, code) = world().await;
    let elsewhere =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", OTHER_CALLBACK)];

    provider.token(&elsewhere).await.refused(400, "redirect_uri_mismatch");

    provider.redeem(&code).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn an_invented_code_is_refused() {
    let provider = TestProvider::start().await;

    provider.redeem("4/0Ainvented").await.refused(400, "invalid_grant");
}

async fn with_pkce(verifier: Option<&str>) -> Reply {
    let provider = TestProvider::start().await;
    let request =
        AuthRequest::new().with("code_challenge", CHALLENGE).with("code_challenge_method", "S256");
    let code = provider.browser().code(&request, GRACE_SUB).await;
    let mut form =
        vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    provider.token(&form).await
}

/// SC-2/1, SC-2/2, SC-2/4.
#[tokio::test]
async fn a_challenge_must_be_met() {
    with_pkce(Some(VERIFIER)).await.ok();
    with_pkce(Some(&VERIFIER.replace('d', "e"))).await.refused(400, "invalid_grant");
    with_pkce(Some("short")).await.refused(400, "invalid_grant");
    with_pkce(None).await.refused(400, "invalid_grant");
}

/// SC-2/5.
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let (provider, code) = world().await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];

    provider.token(&form).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_client_may_authenticate_in_the_header() {
    let (provider, code) = world().await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];

    send(provider.request("POST", "/token").basic_auth(CLIENT, Some(SECRET)).form(&form))
        .await
        .ok();
}

/// SC-1/2, SC-1/12.
#[tokio::test]
async fn a_client_that_cannot_prove_itself_gets_nothing_and_the_code_stays() {
    let (provider, code) = world().await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    let as_client = |client: &'static [(&'static str, &'static str)]| [client, &form].concat();
    let basic =
        |id: &str, secret: &str| provider.request("POST", "/token").basic_auth(id, Some(secret));

    let wrong = as_client(&[("client_id", CLIENT), ("client_secret", "wrong")]);
    provider.token_as(&wrong).await.refused(401, "invalid_client");
    let unknown = as_client(&[("client_id", "nobody"), ("client_secret", SECRET)]);
    provider.token_as(&unknown).await.refused(401, "invalid_client");
    let secretless = as_client(&[("client_id", CLIENT)]);
    provider.token_as(&secretless).await.refused(400, "invalid_request");
    provider.token_as(&form).await.refused(400, "invalid_request");

    for request in [basic(CLIENT, "wrong"), basic("nobody", SECRET)] {
        let reply = send(request.form(&form)).await;
        reply.refused(401, "invalid_client");
        assert!(reply.header("www-authenticate").starts_with("Basic"), "{reply:?}");
    }
    let unreadable =
        provider.request("POST", "/token").header("authorization", "Basic ***").form(&form);
    send(unreadable).await.refused(401, "invalid_client");
    let both = as_client(&[("client_id", CLIENT), ("client_secret", SECRET)]);
    send(basic(CLIENT, SECRET).form(&both)).await.refused(400, "invalid_request");
    let another = as_client(&[("client_id", "nobody")]);
    send(basic(CLIENT, SECRET).form(&another)).await.refused(400, "invalid_request");

    provider.redeem(&code).await.ok();
}

#[tokio::test]
async fn a_request_must_be_whole_and_a_form() {
    let provider = TestProvider::start().await;
    let code = ("grant_type", "authorization_code");

    provider.token(&[]).await.refused(400, "invalid_request");
    provider.token(&[code, ("redirect_uri", CALLBACK)]).await.refused(400, "invalid_request");
    provider.token(&[code, ("code", "x")]).await.refused(400, "invalid_request");
    // SC-1/5.
    provider.token(&[code, code]).await.refused(400, "invalid_request");
    provider.token(&[("grant_type", "password")]).await.refused(400, "unsupported_grant_type");
    let json = provider
        .request("POST", "/token")
        .json(&json!({"client_id": CLIENT, "client_secret": SECRET}));
    send(json).await.refused(400, "invalid_request");
    let large = "x".repeat(100_000);
    provider.token(&[("code", &large)]).await.refused(413, "invalid_request");
}

#[tokio::test]
async fn access_tokens_live_as_long_as_the_provider_was_told() {
    let provider = TestProvider::with(Config { token_lifetime: 120, ..Config::default() }).await;
    let code = provider.browser().code(&AuthRequest::new(), GRACE_SUB).await;
    let reply = provider.redeem(&code).await;
    assert_eq!(reply.ok()["expires_in"], 120);
    let token = reply.text("access_token");

    provider.later(100);
    provider.userinfo(&token).await.ok();
    provider.later(20);
    provider.userinfo(&token).await.google_refused(401, "UNAUTHENTICATED");
}
