//! A code that comes a second time (RFC 6749 §4.1.2, §10.5), and who can spoil one.

use crate::harness::{ADA, CALLBACK, Reply, World, redemption, request};

const SCOPE: (&str, &str) = ("scope", "openid offline_access read:calendar");

/// SC-1/7, TK-2/8: the replay is refused, and what the first use yielded is taken back.
#[tokio::test]
async fn a_replay_revokes_the_refresh_token_that_the_code_became() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[SCOPE])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let renewed = world.refresh(&tokens["refresh_token"], &[]).await.ok();

    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");

    world.refresh(&renewed["refresh_token"], &[]).await.refused(403, "invalid_grant");
}

/// SC-1/7: an access token that the tenant itself looks up ends too.
#[tokio::test]
async fn a_replay_revokes_an_opaque_access_token() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[("audience", "")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let userinfo = async || {
        let token = tokens["access_token"].as_str().unwrap();
        Reply::of(world.http.get(world.at("/userinfo")).bearer_auth(token).send().await.unwrap())
            .await
            .status
    };
    assert_eq!(userinfo().await, 200);

    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");

    assert_eq!(userinfo().await, 401);
}

/// A replay is one as long as the first use may have been the thief's, not only while the code would be good.
#[tokio::test]
async fn a_replay_counts_after_the_code_has_expired() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[SCOPE])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    world.tenant.clock().advance(300);

    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");

    world.refresh(&tokens["refresh_token"], &[]).await.refused(403, "invalid_grant");
}

/// Who only saw the code, and has neither verifier nor redirect URI, cannot take back what its owner got.
#[tokio::test]
async fn a_replay_without_the_verifier_revokes_nothing() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[SCOPE])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let wrong = "a".repeat(43);
    for changes in [("code_verifier", wrong.as_str()), ("redirect_uri", "http://localhost:8080/")] {
        world.token(&redemption(&code, &[changes])).await.refused(403, "invalid_grant");
    }
    world.refresh(&tokens["refresh_token"], &[]).await.ok();
}

/// TK-2/8, SC-7/8: another client cannot use the code, nor spoil it, nor take back what it became.
#[tokio::test]
async fn another_client_does_nothing_to_a_code() {
    let other = "  - name: Other SPA\n    client_id: other-spa\n    app_type: spa\n    token_endpoint_auth_method: none\n    grant_types: [authorization_code]\n    callbacks: [http://localhost:8080/callback]\n";
    let world =
        World::with(|file| file.replace("\nclients:\n", &format!("\nclients:\n{other}"))).await;
    let code = world.browser().code(ADA, &request(&[SCOPE])).await;
    let by_another = redemption(&code, &[("client_id", "other-spa"), ("redirect_uri", CALLBACK)]);

    world.token(&by_another).await.refused(403, "invalid_grant");
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    world.token(&by_another).await.refused(403, "invalid_grant");

    world.refresh(&tokens["refresh_token"], &[]).await.ok();
}

/// The client's own wrong request uses the code up: it is in the wrong hands.
#[tokio::test]
async fn a_wrong_verifier_spoils_the_code() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[SCOPE])).await;
    let wrong = "a".repeat(43);
    let redeem = redemption(&code, &[("code_verifier", wrong.as_str())]);
    world.token(&redeem).await.refused(403, "invalid_grant");
    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");
}

/// However the two interleave, nobody keeps a refresh token of a code that was used twice.
#[tokio::test]
async fn a_replay_while_the_code_is_being_redeemed_leaves_nothing() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[SCOPE])).await;
    let form = redemption(&code, &[]);
    let (one, two) = tokio::join!(world.token(&form), world.token(&form));
    for reply in [one, two] {
        if reply.status == 200 {
            let token = &reply.json()["refresh_token"];
            world.refresh(token, &[]).await.refused(403, "invalid_grant");
        }
    }
}
