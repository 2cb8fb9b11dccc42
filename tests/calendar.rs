//! What a person does once they are logged in.

use crate::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn ada_sees_her_events_and_creates_one_that_is_then_stored_at_the_provider() {
    let world = World::quickstart().await;
    let title = "Tea with Charles Babbage";
    world.log_in_as("Ada Lovelace").await;
    let before = world.calendar().events().await;
    assert!(!before.contains(&title.to_owned()), "{before:?}");
    world.browser.picture("calendar").await;

    world.calendar().create(title).await;

    world.calendar().shows(title).await;
    let stored = world.events_at_the_provider().await;
    assert!(stored.contains(&title.to_owned()), "{stored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn grace_is_told_that_no_account_is_connected() {
    let world = World::quickstart().await;

    world.log_in_as("Grace Hopper").await;

    world.calendar().tells_that_no_account_is_connected().await;
    world.browser.picture("no-account").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_showing_events_without_asking_again() {
    let world = World::quickstart().await;
    world.log_in_as("Ada Lovelace").await;
    let before = world.calendar().events().await;

    // The app's tokens live in memory and are gone; the tenant's session answers without a page of its own.
    world.browser.reload().await;

    assert_eq!(world.calendar().events().await, before);
    assert_eq!(world.browser.url().await.path(), "/calendar");
}
