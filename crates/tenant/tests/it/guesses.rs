//! Guesses at passwords and client secrets: ten in a row, and no more for a while.

use reqwest::StatusCode;
use tenant::LogKind;

use crate::harness::{ADA, Browser, CALLBACK, GRACE, Reply, World, request};

async fn log_in(browser: &Browser<'_>, username: &str, password: &str) -> Reply {
    let state = browser.login_page(&request(&[("prompt", "login")])).await;
    let form = [("state", state.as_str()), ("username", username), ("password", password)];
    browser.post("/u/login", &form).await
}

/// security.md: brute force. The right password is refused too, or the answer would tell that it is right.
#[tokio::test]
async fn ten_wrong_passwords_block_the_person_until_the_block_lapses() {
    let world = World::quickstart().await;
    let browser = world.browser();
    for _ in 0..10 {
        log_in(&browser, ADA, "guess").await.expect(StatusCode::BAD_REQUEST);
    }

    let blocked = log_in(&browser, &ADA.to_uppercase(), "ada-password").await;
    blocked.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(blocked.body.contains("blocked"), "{blocked:?}");
    assert_ne!(blocked.header("retry-after"), "");
    assert_eq!(world.logged(LogKind::LimitWc), 1);
    assert_eq!(world.logged(LogKind::S), 0);
    assert!(
        log_in(&browser, GRACE, "grace-password").await.location().as_str().starts_with(CALLBACK)
    );

    world.tenant.clock().advance(30 * 24 * 3600);
    assert!(log_in(&browser, ADA, "ada-password").await.location().as_str().starts_with(CALLBACK));
}

/// Who does not exist is blocked like who does: the block tells nothing.
#[tokio::test]
async fn a_stranger_is_blocked_like_a_person() {
    let world = World::quickstart().await;
    let browser = world.browser();
    for _ in 0..10 {
        log_in(&browser, "nobody@example.com", "guess").await.expect(StatusCode::BAD_REQUEST);
    }

    let blocked = log_in(&browser, "nobody@example.com", "guess").await;
    blocked.expect(StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_right_password_starts_the_count_anew() {
    let world = World::quickstart().await;
    let browser = world.browser();
    for _ in 0..2 {
        for _ in 0..9 {
            log_in(&browser, ADA, "guess").await.expect(StatusCode::BAD_REQUEST);
        }
        log_in(&browser, ADA, "ada-password").await.location();
    }
}

async fn client_credentials(world: &World, secret: &str) -> Reply {
    let audience = format!("{}api/v2/", world.tenant.issuer());
    world.client_credentials("management", secret, &audience).await
}

#[tokio::test]
async fn ten_wrong_secrets_block_the_client_until_the_block_lapses() {
    let world = World::quickstart().await;
    for _ in 0..10 {
        client_credentials(&world, "guess").await.refused(401, "access_denied");
    }

    let blocked = client_credentials(&world, "management-secret").await;
    blocked.refused(429, "too_many_attempts");
    let wait: u64 = blocked.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{blocked:?}");

    world.tenant.clock().advance(wait);
    client_credentials(&world, "management-secret").await.ok();
}
