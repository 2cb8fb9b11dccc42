//! `POST /revoke`.

use serde_json::json;

use crate::harness::{ADA_SUB, AuthRequest, GRACE_SUB, SEEDED, TestProvider, send};

/// SC-3/3.
#[tokio::test]
async fn revoking_the_refresh_token_ends_its_access_tokens() {
    let provider = TestProvider::start().await;
    let access_token = provider.refresh(SEEDED).await.text("access_token");

    assert_eq!(provider.revoke(SEEDED).await.ok(), json!({}));

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
    provider.userinfo(&access_token).await.google_refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn revoking_an_access_token_ends_its_refresh_token() {
    let provider = TestProvider::start().await;
    let access_token = provider.refresh(SEEDED).await.text("access_token");

    provider.revoke(&access_token).await.ok();

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn after_a_revocation_the_person_is_asked_again() {
    let provider = TestProvider::start().await;
    let mut browser = provider.browser();
    browser.sign_in(&AuthRequest::new(), ADA_SUB).await.answer("code");

    provider.revoke(SEEDED).await.ok();

    browser.authorize(&AuthRequest::new()).await.leads_to("/consent");
}

#[tokio::test]
async fn a_code_of_a_grant_that_was_revoked_is_worthless() {
    let provider = TestProvider::start().await;
    let code = provider.browser().code(&AuthRequest::offline(), GRACE_SUB).await;
    let refresh_token = provider.redeem(&code).await.text("refresh_token");

    provider.revoke(&refresh_token).await.ok();

    provider.redeem(&code).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_token_may_stand_in_the_query_but_in_one_place_only() {
    let provider = TestProvider::start().await;
    let path = "/revoke?token=1%2F%2Fada-offline-grant";

    let twice = provider.request("POST", path).form(&[("token", SEEDED)]);
    send(twice).await.refused(400, "invalid_request");
    send(provider.request("POST", "/revoke?token=a&token=b")).await.refused(400, "invalid_request");

    send(provider.request("POST", path)).await.ok();
}

/// Google, not RFC 7009 §2.2 (SC-3/2).
#[tokio::test]
async fn a_token_that_is_not_valid_is_an_error() {
    let provider = TestProvider::start().await;
    let expired = provider.ada("openid").await;
    provider.later(3599);
    provider.revoke(SEEDED).await.ok();

    for token in ["invented", SEEDED, &expired] {
        provider.revoke(token).await.refused(400, "invalid_token");
    }
    send(provider.request("POST", "/revoke")).await.refused(400, "invalid_request");
}
