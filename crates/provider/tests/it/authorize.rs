//! `GET` and `POST /o/oauth2/v2/auth`.

use crate::harness::{
    ADA_SUB, AuthRequest, Browser, CHALLENGE, GRACE_SUB, OTHER_CALLBACK, READONLY, Reply,
    TestProvider,
};

async fn answer(request: AuthRequest) -> Reply {
    TestProvider::start().await.browser().authorize(&request).await
}

#[tokio::test]
async fn somebody_unknown_is_asked_to_sign_in() {
    let reply = answer(AuthRequest::new()).await;

    reply.leads_to("/signin");
    let cookie = reply.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

/// SC-1/4, SC-7/1, SC-7/2.
#[tokio::test]
async fn a_wrong_redirect_uri_gets_a_page_and_never_a_redirect() {
    for wrong in [
        "https://evil.example/callback",
        "http://localhost:4400/login/callback/",
        "http://localhost:4400/login/callback?x=1",
        "http://localhost:4400/login/../login/callback",
        "http://LOCALHOST:4400/login/callback",
        "http://localhost:4401/login/callback",
        "javascript:alert(1)",
    ] {
        let request = AuthRequest::new().with("redirect_uri", wrong);
        answer(request).await.is_error_page(400, "redirect_uri_mismatch");
    }
}

#[tokio::test]
async fn without_client_or_redirect_uri_there_is_a_page() {
    answer(AuthRequest::new().without("client_id")).await.is_error_page(400, "invalid_request");
    answer(AuthRequest::new().without("redirect_uri")).await.is_error_page(400, "invalid_request");
    answer(AuthRequest::new().with("client_id", "nobody"))
        .await
        .is_error_page(401, "invalid_client");
}

/// SC-1/5.
#[tokio::test]
async fn a_repeated_parameter_gets_a_page() {
    let provider = TestProvider::start().await;
    let path = format!("{}&scope=openid", AuthRequest::new().path());

    provider.browser().get(&path).await.is_error_page(400, "invalid_request");
}

#[tokio::test]
async fn other_faults_go_back_to_the_client_with_its_state() {
    let new = AuthRequest::new;
    for (request, error) in [
        (new().without("response_type"), "invalid_request"),
        (new().with("response_type", "token"), "unsupported_response_type"),
        (new().with("response_mode", "fragment"), "invalid_request"),
        (new().without("scope"), "invalid_request"),
        (new().with("scope", " "), "invalid_request"),
        (new().with("scope", "openid https://www.googleapis.com/auth/drive"), "invalid_scope"),
        (new().with("access_type", "sometimes"), "invalid_request"),
        (new().with("include_granted_scopes", "maybe"), "invalid_request"),
        (new().with("prompt", "none login"), "invalid_request"),
        (new().with("prompt", "whatever"), "invalid_request"),
        // SC-2/3.
        (new().with("code_challenge", CHALLENGE), "invalid_request"),
        (
            new().with("code_challenge", CHALLENGE).with("code_challenge_method", "plain"),
            "invalid_request",
        ),
        (new().with("code_challenge_method", "S256"), "invalid_request"),
        (
            new().with("code_challenge", "short").with("code_challenge_method", "S256"),
            "invalid_request",
        ),
    ] {
        answer(request).await.refused_by_redirect(error);
    }
}

#[tokio::test]
async fn a_further_redirect_uri_is_answered_and_keeps_its_query() {
    let provider = TestProvider::start().await;
    let request = AuthRequest::new().with("redirect_uri", OTHER_CALLBACK).with("scope", "openid");

    // Ada has allowed more than that before the story begins.
    let reply = provider.browser().sign_in(&request, ADA_SUB).await;

    let location = reply.location();
    assert!(location.as_str().starts_with("http://localhost:9000/back?keep=1&code="), "{location}");
}

#[tokio::test]
async fn a_post_is_asked_again_by_get() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();

    let reply = browser.post("/o/oauth2/v2/auth", &AuthRequest::new().form()).await;

    assert!(
        reply.headers.get("set-cookie").is_none(),
        "another site's post must not sign anybody out"
    );
    assert_eq!(reply.path(), AuthRequest::new().path());
    browser.follow(&reply).await.leads_to("/signin");
}

async fn signed_in_and_allowed(browser: &mut Browser<'_>, sub: &str) {
    browser.code(&AuthRequest::new().with("prompt", "consent"), sub).await;
}

/// SC-4/5, SC-4/6.
#[tokio::test]
async fn prompt_none_never_shows_a_page() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let silent = AuthRequest::new().with("prompt", "none");

    browser.authorize(&silent).await.refused_by_redirect("login_required");
    let asks_little = AuthRequest::new().with("scope", "openid").with("prompt", "consent");
    browser.code(&asks_little, GRACE_SUB).await;
    browser.authorize(&silent).await.refused_by_redirect("consent_required");
    signed_in_and_allowed(&mut browser, GRACE_SUB).await;

    let reply = browser.authorize(&silent).await;
    assert_eq!(reply.answer("state"), "a state");
    provider.redeem(&reply.answer("code")).await.ok();
}

#[tokio::test]
async fn who_is_signed_in_and_has_allowed_it_goes_straight_back() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    signed_in_and_allowed(&mut browser, GRACE_SUB).await;

    let code = browser.authorize(&AuthRequest::new()).await.answer("code");

    provider.redeem(&code).await.ok();
}

#[tokio::test]
async fn prompt_login_asks_again_who_one_is() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    signed_in_and_allowed(&mut browser, GRACE_SUB).await;

    for prompt in ["login", "select_account"] {
        let request = AuthRequest::new().with("prompt", prompt);
        browser.authorize(&request).await.leads_to("/signin");
        browser.sign_in(&request, GRACE_SUB).await.answer("code");
    }
}

#[tokio::test]
async fn prompt_consent_asks_again_for_what_was_allowed() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    signed_in_and_allowed(&mut browser, GRACE_SUB).await;

    let reply = browser.authorize(&AuthRequest::new().with("prompt", "consent")).await;

    reply.leads_to("/consent");
}

#[tokio::test]
async fn a_login_hint_for_somebody_else_asks_who_one_is() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    signed_in_and_allowed(&mut browser, GRACE_SUB).await;
    let hint = |hint| AuthRequest::new().with("login_hint", hint);

    browser.authorize(&hint("Grace@Example.com")).await.answer("code");
    browser.authorize(&hint(GRACE_SUB)).await.answer("code");
    let redirect = browser.authorize(&hint("ada@example.com")).await;
    let page = browser.follow(&redirect).await;
    assert!(page.body.contains("value=\"ada@example.com\""), "{page:?}");
    let silent = hint("ada@example.com").with("prompt", "none");
    browser.authorize(&silent).await.refused_by_redirect("login_required");
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    signed_in_and_allowed(&mut browser, GRACE_SUB).await;

    provider.later(12 * 3600);

    browser.authorize(&AuthRequest::new()).await.leads_to("/signin");
}

/// Google's incremental authorization: one grant for what was allowed at different times.
#[tokio::test]
async fn granted_scopes_are_included_when_that_is_asked_for() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    browser.code(&AuthRequest::new().with("scope", "openid email"), GRACE_SUB).await;
    let more = AuthRequest::offline().with("scope", READONLY);

    let redirect = browser.authorize(&more.clone().with("include_granted_scopes", "true")).await;
    let code = browser.decide(&redirect, "accept").await.answer("code");
    let tokens = provider.redeem(&code).await;

    assert_eq!(scopes(&tokens), ["email", READONLY, "openid"]);
    let refreshed = provider.refresh(&tokens.text("refresh_token")).await;
    assert_eq!(scopes(&refreshed), ["email", READONLY, "openid"]);
    let code = browser.authorize(&more).await.answer("code");
    assert_eq!(scopes(&provider.redeem(&code).await), [READONLY]);
}

fn scopes(tokens: &Reply) -> Vec<String> {
    let mut scopes: Vec<_> = tokens.text("scope").split(' ').map(str::to_owned).collect();
    scopes.sort_unstable();
    scopes
}

/// Two accounts of one person: the hint chooses, and without a hint one is asked.
#[tokio::test]
async fn whoever_is_signed_in_twice_is_asked_which_account_is_meant() {
    const GRACE_AT_HOME_SUB: &str = "113906192861209455121";
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let chooses = AuthRequest::new().with("prompt", "select_account");
    for sub in [GRACE_SUB, GRACE_AT_HOME_SUB] {
        let redirect = browser.sign_in(&chooses, sub).await;
        browser.decide(&redirect, "accept").await.answer("code");
    }

    browser.authorize(&AuthRequest::new()).await.leads_to("/signin");
    for (hint, sub) in [("grace@example.com", GRACE_SUB), ("grace@home.example", GRACE_AT_HOME_SUB)]
    {
        let request = AuthRequest::new().with("login_hint", hint);
        let code = browser.authorize(&request).await.answer("code");
        let token = provider.redeem(&code).await.text("access_token");
        assert_eq!(provider.userinfo(&token).await.text("sub"), sub);
        let redirect = browser.authorize(&request.with("prompt", "consent")).await;
        let page = browser.follow(&redirect).await;
        assert!(page.body.contains(hint), "the page is about the one who is meant: {page:?}");
    }
    // Where nobody can be asked, it is the one who acted last.
    let silent = AuthRequest::new().with("prompt", "none");
    let code = browser.authorize(&silent).await.answer("code");
    let token = provider.redeem(&code).await.text("access_token");
    assert_eq!(provider.userinfo(&token).await.text("sub"), GRACE_AT_HOME_SUB);
}
