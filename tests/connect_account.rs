//! Accounts at the provider: connected, seen, and disconnected.

use crate::harness::World;

const GOOGLE: &str = "Google Calendar";

/// From the empty calendar to the provider and back, the consent given.
async fn connect_from_the_calendar(world: &World) {
    world.calendar().tells_that_no_account_is_connected().await;
    world.calendar().connect(GOOGLE).await;
    world.provider().sign_in_as("Grace Hopper").await;
    world.provider().accept().await;
    world.browser.read("Google Calendar is connected.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grace_connects_her_calendar_sees_her_events_disconnects_and_is_asked_again() {
    let world = World::quickstart().await;
    world.log_in_as("Grace Hopper").await;

    connect_from_the_calendar(&world).await;
    assert!(!world.calendar().events().await.is_empty());
    assert_eq!(world.browser.url().await.path(), "/calendar");
    world.browser.picture("connected").await;

    world.accounts().visit().await;
    let permissions = world.accounts().permissions_of(GOOGLE).await;
    assert!(permissions.iter().any(|words| words.contains("calendar.events")), "{permissions:?}");
    world.browser.picture("accounts").await;
    world.accounts().ask_to_disconnect(GOOGLE).await;
    world.browser.picture("disconnect").await;
    world.accounts().keep().await;
    world.accounts().shows(GOOGLE).await;
    world.accounts().disconnect(GOOGLE).await;
    world.accounts().tells_that_nothing_is_connected().await;
    world.browser.picture("disconnected").await;

    world.browser.press("Calendar").await;
    world.calendar().tells_that_no_account_is_connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_at_the_provider_is_told_and_may_try_again() {
    let world = World::quickstart().await;
    world.log_in_as("Grace Hopper").await;
    world.calendar().tells_that_no_account_is_connected().await;
    world.calendar().connect(GOOGLE).await;
    world.provider().sign_in_as("Grace Hopper").await;
    world.provider().deny().await;

    world.browser.read("Nothing was connected.").await;
    world.calendar().tells_that_no_account_is_connected().await;
    assert_eq!(world.browser.url().await.path(), "/calendar");
    world.browser.picture("declined").await;

    world.calendar().connect(GOOGLE).await;
    world.provider().accept().await;
    assert!(!world.calendar().events().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn grace_chooses_what_the_tenant_may_do() {
    let world = World::quickstart().await;
    world.log_in_as("Grace Hopper").await;
    world.accounts().visit().await;
    world.accounts().tells_that_nothing_is_connected().await;
    world.browser.picture("accounts-none").await;

    world.accounts().toggle("See and change events").await;
    world.accounts().connect(GOOGLE).await;
    world.provider().sign_in_as("Grace Hopper").await;
    let asked = world.provider().asks_for().await;
    assert!(asked.contains(&"openid".to_owned()), "{asked:?}");
    assert!(!asked.iter().any(|scope| scope.ends_with("calendar.events")), "{asked:?}");
    world.provider().accept().await;

    world.accounts().shows(GOOGLE).await;
    assert_eq!(world.browser.url().await.path(), "/accounts");
}

/// A reload forgets the app's tokens and the tenant gives them back, those for the accounts too.
#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_to_the_accounts_returns_there_after_login() {
    let world = World::quickstart().await;
    world.open("/accounts").await;
    world.login().appears().await;
    world.login().continue_as("Ada Lovelace").await;
    world.accounts().shows(GOOGLE).await;

    world.browser.reload().await;
    world.accounts().shows(GOOGLE).await;
    assert_eq!(world.browser.url().await.path(), "/accounts");
}
