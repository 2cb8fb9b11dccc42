//! The journey with the tenant over TLS.

use crate::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_login_over_tls_opens_the_calendar_and_a_logout_ends_it() {
    let world = World::over_https().await;
    world.open("/").await;
    world.welcome().log_in().await;
    world.login().appears().await;
    assert_eq!(world.browser.url().await.origin(), world.tenant_url().origin());
    assert_eq!(world.tenant_url().scheme(), "https");

    world.login().continue_as("Ada Lovelace").await;
    assert!(!world.calendar().events().await.is_empty());

    // The tenant has forgotten the session too, or it would answer without a page.
    world.calendar().log_out().await;
    world.welcome().log_in().await;
    world.login().appears().await;
}

/// Cookies know no ports: those of the tenant over TLS are still there, and a page without TLS may not replace what is
/// `Secure`, unless the browser trusts localhost as it should.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_logged_in_over_tls_can_do_so_by_plain_http_later() {
    let world = World::over_https().await;
    world.log_in_as("Ada Lovelace").await;
    world.calendar().events().await;

    let world = World::quickstart_for(world.browser).await;
    world.log_in_as("Ada Lovelace").await;

    assert!(!world.calendar().events().await.is_empty());
}
