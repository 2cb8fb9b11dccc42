//! Leaving for good (DT-6).

use auth_client::platform::double::{Event, ada};
use auth_client::platform::{Platform, PlatformError};
use auth_client::{AuthError, Logout};
use wire::parameters::Parameters;
use wire::scope::ScopeSet;

use crate::harness::{APP, App, CLIENT_ID, ISSUER, calendar};

fn to_the_app() -> Logout {
    Logout { return_to: Some(APP.to_owned()) }
}

#[tokio::test]
async fn everything_is_forgotten_and_the_tenant_told() {
    let app = App::new();
    app.log_in().await;
    app.begin().await;
    app.auth.logout(to_the_app()).unwrap();

    assert_eq!(app.auth.user(), None);
    assert_eq!(app.auth.session_expires_at(), None);
    let token = app.auth.get_token(&calendar(), &ScopeSet::default()).await;
    assert_eq!(token.unwrap_err(), AuthError::LoginRequired);
    assert!(app.page.stored_keys().unwrap().is_empty(), "no login is under way any more");

    let events = app.page.events();
    let Some(Event::Left(address)) = events.last() else {
        panic!("the page was not left: {events:?}");
    };
    let (endpoint, query) = address.split_once('?').unwrap();
    let query = Parameters::from_form(query.as_bytes()).unwrap();
    assert_eq!(endpoint, format!("{ISSUER}v2/logout"));
    assert_eq!(query.get("client_id"), Some(CLIENT_ID));
    assert_eq!(query.get("returnTo"), Some(APP));
}

/// DT-6/2.
#[tokio::test]
async fn without_a_place_to_return_to_the_tenant_chooses() {
    let app = App::new();
    app.auth.logout(Logout::default()).unwrap();
    assert_eq!(app.page.address(), format!("{ISSUER}v2/logout?client_id={CLIENT_ID}"));
}

#[tokio::test]
async fn a_logout_that_cannot_leave_has_forgotten_all_the_same() {
    for broken in [PlatformError::Navigation, PlatformError::Storage] {
        let app = App::new();
        app.log_in().await;
        app.page.break_down(broken);
        assert!(app.auth.logout(to_the_app()).is_err());
        assert_eq!(app.auth.user(), None);
    }
}

#[tokio::test]
async fn what_the_app_itself_stores_is_not_touched() {
    let app = App::new();
    app.page.store("theme", "dark").unwrap();
    app.page.store("auth-client/calendar-spa/of/another-client", "{}").unwrap();
    app.begin().await;
    app.auth.logout(to_the_app()).unwrap();
    assert_eq!(app.page.stored_keys().unwrap().len(), 2);
}

#[tokio::test]
async fn a_login_that_ends_after_the_logout_signs_nobody_in() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let (login, logout) =
        tokio::join!(app.auth.handle_redirect_callback(), async { app.auth.logout(to_the_app()) });
    logout.unwrap();
    assert_eq!(login.unwrap_err(), AuthError::LoginRequired);
    assert_eq!(app.auth.user(), None);
}
