//! `GET` and `POST /consent`.

use crate::harness::{ADA_SUB, AuthRequest, EVENTS, GRACE_SUB, READONLY, TestProvider};

#[tokio::test]
async fn the_page_says_who_asks_whom_for_what() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let redirect = browser.sign_in(&AuthRequest::new(), GRACE_SUB).await;

    let page = browser.follow(&redirect).await;

    assert_eq!(page.status, 200);
    for text in [
        "Strongroom",
        "Grace Hopper",
        "grace@example.com",
        EVENTS,
        "Accept",
        "Deny",
        "events of your calendar",
    ] {
        assert!(page.body.contains(text), "no {text}: {page:?}");
    }
}

#[tokio::test]
async fn accept_brings_a_code_and_the_state_back() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let redirect = browser.sign_in(&AuthRequest::new(), GRACE_SUB).await;

    let reply = browser.decide(&redirect, "accept").await;

    assert_eq!(reply.answer("state"), "a state");
    assert_eq!(reply.header("cache-control"), "no-store");
    provider.redeem(&reply.answer("code")).await.ok();
}

#[tokio::test]
async fn deny_brings_access_denied_and_is_not_remembered() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let redirect = browser.sign_in(&AuthRequest::new(), GRACE_SUB).await;

    browser.decide(&redirect, "deny").await.refused_by_redirect("access_denied");

    browser.authorize(&AuthRequest::new()).await.leads_to("/consent");
}

#[tokio::test]
async fn what_was_allowed_is_asked_once() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let readonly = AuthRequest::new().with("scope", &format!("openid {READONLY}"));
    browser.code(&readonly, GRACE_SUB).await;

    browser.authorize(&readonly).await.answer("code");
    browser.authorize(&AuthRequest::new().with("scope", READONLY)).await.answer("code");
    browser.authorize(&AuthRequest::new().with("scope", EVENTS)).await.leads_to("/consent");
}

#[tokio::test]
async fn what_one_person_allowed_another_is_asked_for() {
    let provider = TestProvider::start().await;

    // Ada's consent is part of the seed.
    provider.browser().sign_in(&AuthRequest::new(), ADA_SUB).await.answer("code");
    provider.browser().sign_in(&AuthRequest::new(), GRACE_SUB).await.leads_to("/consent");
}

#[tokio::test]
async fn a_decision_is_good_once_and_in_its_own_browser() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let redirect = browser.sign_in(&AuthRequest::new(), GRACE_SUB).await;
    let state = browser.follow(&redirect).await.form_state();
    let form = [("state", state.as_str()), ("decision", "accept")];
    let mut other = provider.browser();
    other.sign_in(&AuthRequest::new(), GRACE_SUB).await;

    other.post("/consent", &form).await.is_error_page(400, "invalid_request");
    other.get(&format!("/consent?state={state}")).await.is_error_page(400, "invalid_request");
    browser.post("/consent", &form).await.answer("code");
    browser.post("/consent", &form).await.is_error_page(400, "invalid_request");
}

#[tokio::test]
async fn a_decision_is_accept_or_deny() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let redirect = browser.sign_in(&AuthRequest::new(), GRACE_SUB).await;

    browser.decide(&redirect, "perhaps").await.is_error_page(400, "invalid_request");
    let state = browser.follow(&redirect).await.form_state();
    browser.post("/consent", &[("state", &state)]).await.is_error_page(400, "invalid_request");
}

/// A session is not enough where the client has asked for a new sign-in.
#[tokio::test]
async fn the_question_who_one_is_cannot_be_answered_with_a_consent() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    browser.code(&AuthRequest::new(), GRACE_SUB).await;
    let redirect = browser.authorize(&AuthRequest::new().with("prompt", "login")).await;
    let state = browser.follow(&redirect).await.form_state();

    browser.get(&format!("/consent?state={state}")).await.is_error_page(400, "invalid_request");
    let form = [("state", state.as_str()), ("decision", "accept")];
    browser.post("/consent", &form).await.is_error_page(400, "invalid_request");
}

#[tokio::test]
async fn from_the_consent_page_one_can_become_somebody_else() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let request = AuthRequest::new().with("prompt", "consent");
    let redirect = browser.sign_in(&request, GRACE_SUB).await;
    let consent = browser.follow(&redirect).await;
    let state = consent.form_state();
    let not_you = format!("/signin?state={state}");
    assert!(consent.body.contains(&not_you), "{consent:?}");

    browser.get(&not_you).await;
    let reply = browser.post("/signin", &[("state", &state), ("user", ADA_SUB)]).await;
    let code = browser.decide(&reply, "accept").await.answer("code");

    let token = provider.redeem(&code).await.text("access_token");
    assert_eq!(provider.userinfo(&token).await.text("sub"), ADA_SUB);
    let old = [("state", state.as_str()), ("decision", "accept")];
    browser.post("/consent", &old).await.is_error_page(400, "invalid_request");
}
