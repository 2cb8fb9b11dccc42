//! Answers that the app must not take.

use crate::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_an_altered_state_logs_nobody_in() {
    let world = World::quickstart().await;
    world.open("/").await;
    world.welcome().log_in().await;
    world.login().appears().await;

    world.open("/callback?code=stolen&state=altered").await;

    world.refused().because("state_mismatch").await;
    world.browser.picture("refused").await;
    world.open("/").await;
    world.welcome().offers_login().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_stays_at_the_tenant() {
    let world = World::quickstart().await;
    world.open("/").await;
    world.welcome().log_in().await;

    world.login().with_password("ada@example.com", "grace-password").await;

    world.browser.read("Wrong email or password").await;
    world.browser.picture("wrong-password").await;
    assert_eq!(world.browser.url().await.origin(), world.tenant_url().origin());
}
