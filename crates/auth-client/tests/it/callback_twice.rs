//! Coming back from the tenant, handled more than once.

use auth_client::AuthError;
use auth_client::platform::double::ada;

use crate::harness::{APP, App};

/// A framework runs an effect twice, or two components ask.
#[tokio::test]
async fn an_answer_that_is_handled_twice_at_once_is_redeemed_once() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());

    let (first, second) =
        tokio::join!(app.auth.handle_redirect_callback(), app.auth.handle_redirect_callback());
    assert_eq!(first.as_ref().unwrap().user, ada());
    assert_eq!(first, second);
    assert_eq!(app.page.posts(), 1);
}

#[tokio::test]
async fn an_answer_that_is_handled_again_later_has_the_same_outcome() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let answered = app.page.address();
    let first = app.auth.handle_redirect_callback().await;
    assert!(first.is_ok());

    assert_eq!(app.auth.handle_redirect_callback().await, first);
    app.page.visit(&answered);
    assert_eq!(app.auth.handle_redirect_callback().await, first);
    assert_eq!(app.page.address(), format!("{APP}/callback"));
    assert_eq!(app.page.posts(), 1);
}

#[tokio::test]
async fn a_failure_is_the_same_the_second_time() {
    for answer in ["code=a&code=b", "code=unredeemable", "error=access_denied"] {
        let app = App::new();
        app.begin().await;
        app.page.come_back(answer);
        let first = app.auth.handle_redirect_callback().await;
        assert!(first.is_err());
        assert_eq!(app.auth.handle_redirect_callback().await, first);
    }
}

/// The component that asked first is gone before the tenant answered.
#[tokio::test]
async fn an_exchange_whose_first_caller_went_away_is_finished_by_the_next() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    {
        let first = app.auth.handle_redirect_callback();
        tokio::pin!(first);
        let polled_once = tokio::select! {
            biased;
            _ = &mut first => false,
            () = std::future::ready(()) => true,
        };
        assert!(polled_once);
        assert_eq!(app.page.posts(), 1);
    }

    let second = app.auth.handle_redirect_callback().await.unwrap();
    assert_eq!(second.user, ada());
    assert_eq!(app.page.posts(), 1);
}

/// A copy of the callback's address, opened after a reload.
#[tokio::test]
async fn a_replayed_answer_is_refused_by_a_page_that_starts_anew() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let answered = app.page.address();
    app.auth.handle_redirect_callback().await.unwrap();

    let reloaded = App::on(&app.page);
    app.page.visit(&answered);
    let error = reloaded.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::NoTransaction);
    assert_eq!(app.page.posts(), 1);
}

#[tokio::test]
async fn a_login_that_ran_out_is_not_told_again() {
    let app = App::new();
    app.log_in().await;
    app.page.advance(90_000);
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::NoCallback);
}
