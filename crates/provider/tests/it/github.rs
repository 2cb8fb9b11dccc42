//! GitHub's paths: `/login/oauth/authorize`, `/login/oauth/access_token`, `/user`.

use serde_json::json;
use url::form_urlencoded;

use crate::harness::{
    AuthRequest, CALLBACK, CHALLENGE, CLIENT, GRACE_SUB, Reply, SECRET, TestProvider, VERIFIER,
    send,
};

/// GitHub's usual request, which has no `response_type`.
fn request() -> AuthRequest {
    AuthRequest::new().without("response_type").with("scope", "read:user user:email")
}

/// Signs in, and accepts where that is asked: a code.
async fn code(provider: &TestProvider, request: &AuthRequest) -> String {
    let mut browser = provider.browser();
    let redirect = browser.get(&request.path_at("/login/oauth/authorize")).await;
    let page = browser.follow(&redirect).await;
    let form = [("state", &*page.form_state()), ("user", GRACE_SUB)];
    let redirect = browser.post("/signin", &form).await;
    if redirect.location().path() == "/consent" {
        return browser.decide(&redirect, "accept").await.answer("code");
    }
    redirect.answer("code")
}

async fn redeem(provider: &TestProvider, code: &str, changes: &[(&str, &str)]) -> Reply {
    let mut form = vec![("client_id", CLIENT), ("client_secret", SECRET), ("code", code)];
    for (name, value) in changes {
        form.retain(|(own, _)| own != name);
        form.push((name, value));
    }
    let request = provider.request("POST", "/login/oauth/access_token");
    send(request.header("accept", "application/json").form(&form)).await
}

#[tokio::test]
async fn a_code_becomes_a_token_without_end_and_nothing_else() {
    let provider = TestProvider::start().await;
    let code = code(&provider, &request()).await;

    let tokens = redeem(&provider, &code, &[("redirect_uri", CALLBACK)]).await;

    let body = tokens.ok();
    let token = tokens.text("access_token");
    assert!(token.starts_with("gho_"), "{token}");
    assert_eq!(
        body,
        json!({ "access_token": token, "scope": "read:user,user:email", "token_type": "bearer" })
    );
    assert_eq!(tokens.header("cache-control"), "no-store");
    provider.later(10 * 365 * 24 * 3600);
    let user = provider.with_token("GET", "/user", &token).await;
    assert_eq!(user.header("x-oauth-scopes"), "read:user, user:email");
    let user = user.ok();
    assert_eq!((&user["login"], &user["id"]), (&json!("grace-hopper"), &json!(19_061_209)));
    assert_eq!(
        (&user["name"], &user["email"]),
        (&json!("Grace Hopper"), &json!("grace@example.com"))
    );
}

#[tokio::test]
async fn who_does_not_ask_for_json_gets_a_form() {
    let provider = TestProvider::start().await;
    let code = code(&provider, &request()).await;
    let form = [("client_id", CLIENT), ("client_secret", SECRET), ("code", &code)];
    let path = "/login/oauth/access_token";

    let reply = send(provider.request("POST", path).form(&form)).await;
    let again = send(provider.request("POST", path).form(&form)).await;

    assert!(reply.header("content-type").starts_with("application/x-www-form-urlencoded"));
    let pairs: Vec<_> = form_urlencoded::parse(reply.body.as_bytes()).into_owned().collect();
    assert!(pairs[0].1.starts_with("gho_"), "{pairs:?}");
    assert_eq!(pairs[1], ("scope".to_owned(), "read:user,user:email".to_owned()));
    assert_eq!(pairs[2], ("token_type".to_owned(), "bearer".to_owned()));
    assert!(again.body.starts_with("error=bad_verification_code&"), "{again:?}");
}

#[tokio::test]
async fn the_consent_page_says_it_in_plain_words() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let redirect = browser.get(&request().path_at("/login/oauth/authorize")).await;
    redirect.leads_to("/signin");
    let page = browser.follow(&redirect).await;
    let form = [("state", &*page.form_state()), ("user", GRACE_SUB)];
    let redirect = browser.post("/signin", &form).await;

    let page = browser.follow(&redirect).await;

    for text in ["See your email addresses", "user:email", "Accept", "Deny"] {
        assert!(page.body.contains(text), "no {text}: {page:?}");
    }
    browser.decide(&redirect, "deny").await.refused_by_redirect("access_denied");
}

#[tokio::test]
async fn scopes_that_are_not_known_are_not_granted() {
    let provider = TestProvider::start().await;
    let request = request().with("scope", "openid,repo drive");
    let code = code(&provider, &request).await;

    let tokens = redeem(&provider, &code, &[]).await;

    assert_eq!(tokens.text("scope"), "repo");
    let user = provider.with_token("GET", "/user", &tokens.text("access_token")).await.ok();
    assert_eq!(user["email"], json!(null), "the address takes a scope");
}

#[tokio::test]
async fn without_a_redirect_uri_the_first_one_is_meant() {
    let provider = TestProvider::start().await;
    let code = code(&provider, &request().without("redirect_uri")).await;

    redeem(&provider, &code, &[]).await.ok();
}

#[tokio::test]
async fn a_request_that_cannot_be_trusted_gets_a_page() {
    let provider = TestProvider::start().await;
    let path = "/login/oauth/authorize";
    for (request, status, error) in [
        (request().without("client_id"), 400, "invalid_request"),
        (request().with("client_id", "nobody"), 401, "invalid_client"),
        (request().with("redirect_uri", "https://evil.example/"), 400, "redirect_uri_mismatch"),
    ] {
        provider.browser().get(&request.path_at(path)).await.is_error_page(status, error);
    }
    let challenge = request().with("code_challenge", CHALLENGE);
    provider.browser().get(&challenge.path_at(path)).await.refused_by_redirect("invalid_request");
}

/// As at GitHub, with status 200.
#[tokio::test]
async fn refusals_are_in_githubs_words() {
    let provider = TestProvider::start().await;
    for (changes, error) in [
        ([("client_secret", "wrong")], "incorrect_client_credentials"),
        ([("client_id", "nobody")], "incorrect_client_credentials"),
        ([("redirect_uri", "http://localhost:9000/")], "redirect_uri_mismatch"),
        ([("code", "made-up")], "bad_verification_code"),
        ([("code_verifier", VERIFIER)], "bad_verification_code"),
    ] {
        let code = code(&provider, &request()).await;
        assert_eq!(redeem(&provider, &code, &changes).await.ok()["error"], error);
    }
}

#[tokio::test]
async fn a_code_with_a_challenge_takes_its_verifier() {
    let provider = TestProvider::start().await;
    let request = request().with("code_challenge", CHALLENGE).with("code_challenge_method", "S256");
    let without = code(&provider, &request).await;
    let with = code(&provider, &request).await;

    assert_eq!(redeem(&provider, &without, &[]).await.ok()["error"], "bad_verification_code");
    redeem(&provider, &with, &[("code_verifier", VERIFIER)]).await.text("access_token");
}

#[tokio::test]
async fn what_one_provider_issues_is_nothing_at_the_other() {
    let provider = TestProvider::start().await;
    let github = code(&provider, &request()).await;
    provider.redeem(&github).await.refused(400, "invalid_grant");
    let google = provider.browser().code(&AuthRequest::offline(), GRACE_SUB).await;
    assert_eq!(redeem(&provider, &google, &[]).await.ok()["error"], "bad_verification_code");

    let code = code(&provider, &request()).await;
    let token = redeem(&provider, &code, &[]).await.text("access_token");
    provider.userinfo(&token).await.google_refused(401, "UNAUTHENTICATED");
    let google = provider.ada("openid email profile").await;
    let reply = provider.with_token("GET", "/user", &google).await;
    assert_eq!((reply.status, &reply.json()["message"]), (401, &json!("Bad credentials")));
}

#[tokio::test]
async fn the_profile_takes_a_live_token() {
    let provider = TestProvider::start().await;
    let reply = send(provider.request("GET", "/user")).await;
    assert_eq!((reply.status, &reply.json()["status"]), (401, &json!("401")));
    for header in ["Bearer invented", "token ", "Basic Z2hvXzE6"] {
        let request = provider.request("GET", "/user").header("authorization", header);
        assert_eq!(send(request).await.status, 401, "{header}");
    }

    let code = code(&provider, &request()).await;
    let token = redeem(&provider, &code, &[]).await.text("access_token");
    let header = format!("token {token}");
    let request = provider.request("GET", "/user").header("authorization", header);
    send(request).await.ok();
    assert!(provider.provider.revoke_consent("grace@example.com").await);
    assert_eq!(provider.with_token("GET", "/user", &token).await.status, 401);
}
