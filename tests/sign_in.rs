//! Into the app and out of it.

use crate::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_a_password_open_the_calendar() {
    let world = World::quickstart().await;
    world.open("/").await;
    world.welcome().offers_login().await;
    world.browser.picture("welcome").await;
    world.welcome().log_in().await;
    world.login().appears().await;
    world.browser.picture("login").await;

    world.login().with_password("ada@example.com", "ada-password").await;

    assert!(!world.calendar().events().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_to_the_calendar_returns_there_after_login() {
    let world = World::quickstart().await;

    world.open("/calendar").await;
    world.login().appears().await;
    world.login().continue_as("Ada Lovelace").await;

    assert!(!world.calendar().events().await.is_empty());
    assert_eq!(world.browser.url().await.path(), "/calendar");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_out_is_asked_again_by_app_and_tenant() {
    let world = World::quickstart().await;
    world.log_in_as("Ada Lovelace").await;
    world.calendar().events().await;

    world.calendar().log_out().await;
    world.welcome().offers_login().await;

    // The tenant has forgotten the session too, or it would answer without a page.
    world.welcome().log_in().await;
    world.login().appears().await;
}
