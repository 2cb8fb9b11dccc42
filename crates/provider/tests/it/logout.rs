//! Signing out.

use crate::harness::{ADA_SUB, AuthRequest, TestProvider};

#[tokio::test]
async fn who_signs_out_is_asked_to_sign_in_again() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    browser.sign_in(&AuthRequest::new(), ADA_SUB).await;
    let silent = AuthRequest::new().with("prompt", "none");
    assert!(!browser.authorize(&silent).await.answer("code").is_empty());

    let reply = browser.get("/Logout").await;

    assert_eq!(reply.status, 200);
    browser.authorize(&silent).await.refused_by_redirect("login_required");
}

/// SC-7/2: on to a registered application, and nowhere else.
#[tokio::test]
async fn a_sign_out_leads_to_addresses_of_applications_only() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    let at = "http%3A%2F%2Flocalhost%3A4400%2Fv2%2Flogout%3Fa%3Db";
    let reply = browser.get(&format!("/Logout?continue={at}")).await;
    assert_eq!(reply.location().as_str(), "http://localhost:4400/v2/logout?a=b");

    for elsewhere in [
        "https%3A%2F%2Fevil.example%2F",
        "http%3A%2F%2Flocalhost%3A4401%2F",
        "http%3A%2F%2Flocalhost%3A4400%40evil.example%2F",
        "javascript%3Aalert(1)",
        "%2F%2Fevil.example",
        "nonsense",
    ] {
        let reply = browser.get(&format!("/Logout?continue={elsewhere}")).await;
        assert_eq!(reply.status, 200, "{elsewhere}");
        assert!(!reply.headers.contains_key("location"), "{reply:?}");
    }
}
