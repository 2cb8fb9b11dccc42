//! `GET` and `POST /signin`.

use crate::harness::{ADA_SUB, AuthRequest, Browser, GRACE_SUB, Reply, TestProvider};

/// The sign-in page, and what its form carries.
async fn page(browser: &mut Browser<'_>) -> (Reply, String) {
    let redirect = browser.authorize(&AuthRequest::new()).await;
    let page = browser.follow(&redirect).await;
    let state = page.form_state();
    (page, state)
}

#[tokio::test]
async fn the_page_has_a_button_per_person_and_a_form() {
    let provider = TestProvider::start().await;

    let (page, _) = page(&mut provider.browser()).await;

    assert_eq!(page.status, 200);
    for text in [
        "Ada Lovelace",
        "Grace Hopper",
        "name=\"username\"",
        "name=\"password\"",
        "Continue",
        "Strongroom",
    ] {
        assert!(page.body.contains(text), "no {text}: {page:?}");
    }
    // SC-1/15; the tenant sends the browser on after the form's post, so that no origin can be named.
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'none'")
            && policy.contains("form-action 'self' http: https:"),
        "{policy}"
    );
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn email_and_password_sign_in() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let (_, state) = page(&mut browser).await;
    let form = [
        ("state", state.as_str()),
        ("username", " Grace@example.com "),
        ("password", "grace-password"),
    ];

    let reply = browser.post("/signin", &form).await;

    reply.leads_to("/consent");
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_with_the_name_kept() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let (_, state) = page(&mut browser).await;
    let wrong = [
        ("state", state.as_str()),
        ("username", "grace@example.com"),
        ("password", "ada-password"),
    ];

    let reply = browser.post("/signin", &wrong).await;

    assert_eq!(reply.status, 400);
    assert!(
        reply.body.contains("role=\"alert\"") && reply.body.contains("value=\"grace@example.com\""),
        "{reply:?}"
    );
    assert!(!reply.body.contains("ada-password"));
    let right = [
        ("state", &*reply.form_state()),
        ("username", "grace@example.com"),
        ("password", "grace-password"),
    ];
    browser.post("/signin", &right).await.leads_to("/consent");
}

#[tokio::test]
async fn who_has_no_account_or_says_nothing_is_not_signed_in() {
    let provider = TestProvider::start().await;
    for fields in [
        vec![("username", "nobody@example.com"), ("password", "ada-password")],
        vec![("username", "ada@example.com")],
        vec![("user", "nobody")],
        vec![("user", "nobody"), ("username", "ada@example.com"), ("password", "ada-password")],
        vec![],
    ] {
        let mut browser = provider.browser();
        let (_, state) = page(&mut browser).await;

        let reply =
            browser.post("/signin", &[&[("state", state.as_str())], &fields[..]].concat()).await;

        assert_eq!(reply.status, 400, "{fields:?}");
        assert!(reply.body.contains("role=\"alert\""), "{reply:?}");
    }
}

#[tokio::test]
async fn a_form_is_good_for_one_answer() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let (_, state) = page(&mut browser).await;
    let form = [("state", state.as_str()), ("user", GRACE_SUB)];
    let before = browser.cookie.clone();
    browser.post("/signin", &form).await.leads_to("/consent");

    browser.cookie = before;
    browser.post("/signin", &form).await.is_error_page(400, "invalid_request");
}

/// SC-1/14: another browser's form, or a form that another site made up.
#[tokio::test]
async fn a_form_is_good_in_its_own_browser_only() {
    let provider = TestProvider::start().await;
    let mut victim = provider.browser();
    let (_, state) = page(&mut victim).await;
    let mut attacker = provider.browser();
    page(&mut attacker).await;
    let form = [("state", state.as_str()), ("user", GRACE_SUB)];

    attacker.post("/signin", &form).await.is_error_page(400, "invalid_request");
    attacker.get(&format!("/signin?state={state}")).await.is_error_page(400, "invalid_request");
    provider.browser().post("/signin", &form).await.is_error_page(400, "invalid_request");
    let made_up = [("state", "made-up"), ("user", GRACE_SUB)];
    victim.post("/signin", &made_up).await.is_error_page(400, "invalid_request");

    victim.post("/signin", &form).await.leads_to("/consent");
}

#[tokio::test]
async fn a_form_is_good_for_ten_minutes() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let (_, state) = page(&mut browser).await;

    provider.later(600);

    browser.get(&format!("/signin?state={state}")).await.is_error_page(400, "invalid_request");
    browser
        .post("/signin", &[("state", &state), ("user", ADA_SUB)])
        .await
        .is_error_page(400, "invalid_request");
}

#[tokio::test]
async fn signing_in_changes_the_cookie() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let (_, state) = page(&mut browser).await;
    let fixed = browser.cookie.clone();

    browser.post("/signin", &[("state", &state), ("user", GRACE_SUB)]).await.leads_to("/consent");

    assert_ne!(browser.cookie, fixed);
    browser.cookie = fixed;
    browser.authorize(&AuthRequest::new()).await.leads_to("/signin");
}

#[tokio::test]
async fn pages_without_a_transaction_say_so() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();

    for path in
        ["/signin", "/signin?state=", "/signin?state=a&state=b", "/consent", "/consent?state=x"]
    {
        browser.get(path).await.is_error_page(400, "invalid_request");
    }
    for path in ["/signin", "/consent"] {
        browser.post(path, &[]).await.is_error_page(400, "invalid_request");
        browser
            .post(path, &[("state", "a"), ("state", "b")])
            .await
            .is_error_page(400, "invalid_request");
    }
}
