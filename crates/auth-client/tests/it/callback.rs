//! Coming back from the tenant.

use std::cell::RefCell;
use std::rc::Rc;

use auth_client::platform::double::{Event, ada};
use auth_client::platform::{Platform, PlatformError};
use auth_client::{AuthError, CallbackStep};
use wire::oauth_error::ErrorCode;
use wire::parameters::Parameters;

use crate::harness::{APP, App, CLIENT_ID, ISSUER, calendar};

#[tokio::test]
async fn a_person_who_logged_in_is_known_and_goes_where_they_wanted() {
    let app = App::new();
    let logged_in = app.log_in().await;

    assert_eq!(logged_in.user, ada());
    assert_eq!(logged_in.return_to.as_deref(), Some("/calendar"));
    assert!(logged_in.missing_scope.is_empty());
    assert_eq!(app.auth.user(), Some(ada()));
    let token = app.auth.get_token(&calendar(), &"read:calendar".into()).await;
    assert!(token.is_ok());
}

/// TK-2: what redeems the code is what was kept for it.
#[tokio::test]
async fn the_code_is_redeemed_with_the_verifier_of_its_login() {
    let app = App::new();
    app.log_in().await;

    let events = app.page.events();
    let Some(Event::Posted { url, body }) = events.last() else {
        panic!("nothing was posted: {events:?}");
    };
    let form = Parameters::from_form(body.as_bytes()).unwrap();
    let verifier: wire::pkce::CodeVerifier =
        form.get("code_verifier").unwrap().to_owned().try_into().unwrap();
    assert_eq!(*url, format!("{ISSUER}oauth/token"));
    assert_eq!(form.get("grant_type"), Some("authorization_code"));
    assert_eq!(form.get("client_id"), Some(CLIENT_ID));
    assert_eq!(form.get("code"), Some("a-code"));
    assert_eq!(form.get("redirect_uri"), app.page.request().get("redirect_uri"));
    assert_eq!(Some(verifier.challenge().as_str()), app.page.request().get("code_challenge"));
}

#[tokio::test]
async fn the_address_is_clean_before_anything_is_sent() {
    let app = App::new();
    app.log_in().await;

    let events = app.page.events();
    let cleaned =
        events.iter().position(|event| *event == Event::AddressReplaced(format!("{APP}/callback")));
    let posted = events.iter().position(|event| matches!(event, Event::Posted { .. }));
    assert!(cleaned.is_some() && cleaned < posted, "{events:?}");
}

#[tokio::test]
async fn parameters_of_the_app_stay_in_the_address() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    app.page.visit(&format!("{}&tab=2#day", app.page.address()));

    app.auth.handle_redirect_callback().await.unwrap();
    assert_eq!(app.page.address(), format!("{APP}/callback?tab=2"));
}

#[tokio::test]
async fn a_page_without_an_answer_is_left_as_it_is() {
    let app = App::new();
    for address in ["/callback", "/callback?tab=2", "/callback?state=s"] {
        app.page.visit(&[APP, address].concat());
        let error = app.auth.handle_redirect_callback().await.unwrap_err();
        assert_eq!(error, AuthError::NoCallback);
        assert_eq!(app.page.address(), [APP, address].concat());
    }
}

/// SC-1/14: login CSRF.
#[tokio::test]
async fn an_answer_with_another_state_is_refused_and_the_login_stays_open() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let good = app.page.address();

    app.page.visit(&format!("{APP}/callback?code=stolen&state=forged"));
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMismatch);
    assert_eq!(app.page.posts(), 0);
    assert_eq!(app.page.address(), format!("{APP}/callback"));

    app.page.visit(&good);
    assert!(app.auth.handle_redirect_callback().await.is_ok());
}

#[tokio::test]
async fn a_forged_error_ends_no_login() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let good = app.page.address();

    app.page.visit(&format!("{APP}/callback?error=access_denied&state=forged"));
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMismatch);

    app.page.visit(&good);
    assert!(app.auth.handle_redirect_callback().await.is_ok());
}

#[tokio::test]
async fn an_answer_that_no_login_waits_for_is_refused() {
    let app = App::new();
    app.page.visit(&format!("{APP}/callback?code=c&state=s"));
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::NoTransaction);
    assert_eq!(app.page.posts(), 0);
}

#[tokio::test]
async fn an_answer_without_a_state_is_refused() {
    let app = App::new();
    app.begin().await;
    app.page.visit(&format!("{APP}/callback?code=c"));
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMissing);
    assert_eq!(app.page.stored_keys().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_repeats_a_parameter_is_refused() {
    let app = App::new();
    app.begin().await;
    app.page.come_back("code=a&code=b");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::MalformedCallback);
    assert_eq!(app.page.address(), format!("{APP}/callback"));
}

/// RFC 9207 §2.4, SC-7/7.
#[tokio::test]
async fn an_answer_of_another_issuer_is_refused() {
    let app = App::new();
    app.begin().await;
    app.page.come_back("code=c&iss=https%3A%2F%2Fother.example%2F");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(
        error,
        AuthError::IssuerMismatch {
            expected: ISSUER.to_owned(),
            actual: "https://other.example/".to_owned()
        }
    );
    assert_eq!(app.page.posts(), 0);
}

#[tokio::test]
async fn an_answer_of_the_tenant_by_name_is_good() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    app.page.come_back("code=c&iss=https%3A%2F%2Ftenant.example%2F");
    assert!(app.auth.handle_redirect_callback().await.is_ok());
}

#[tokio::test]
async fn a_login_may_take_ten_minutes_and_no_longer() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    app.page.advance(599);
    assert!(app.auth.handle_redirect_callback().await.is_ok());

    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    app.page.advance(600);
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::TransactionExpired);
    assert_eq!(app.page.posts(), 0);
    assert!(app.page.stored_keys().unwrap().is_empty());
}

#[tokio::test]
async fn a_login_whose_record_is_damaged_is_refused() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let key = app.page.stored_keys().unwrap().remove(0);
    app.page.store(&key, r#"{"verifier":"short"}"#).unwrap();
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::TransactionMalformed);
    assert!(app.page.stored_keys().unwrap().is_empty());
}

#[tokio::test]
async fn of_two_logins_begun_either_can_be_finished() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    let first = app.page.address();
    app.begin().await;
    app.page.visit(&first);

    // The answer that is queued carries the first login's nonce.
    assert!(app.auth.handle_redirect_callback().await.is_ok());
    assert_eq!(app.page.stored_keys().unwrap().len(), 1, "the second waits on");
}

/// AZ-3/9.
#[tokio::test]
async fn an_error_of_the_tenant_is_handed_on_and_ends_the_login() {
    let app = App::new();
    app.begin().await;
    app.page.come_back("error=access_denied&error_description=Service%20not%20found%3A%20x");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    let said = error.oauth_error().unwrap();
    assert_eq!(error.code(), "refused");
    assert_eq!(said.error, ErrorCode::AccessDenied);
    assert_eq!(said.error_description.as_deref(), Some("Service not found: x"));
    assert_eq!(app.page.posts(), 0);
    assert!(app.page.stored_keys().unwrap().is_empty());
    assert_eq!(app.page.address(), format!("{APP}/callback"));
}

/// TK-2/8.
#[tokio::test]
async fn a_code_that_the_tenant_refuses_signs_nobody_in() {
    let app = App::new();
    app.begin().await;
    app.page.answer(
        403,
        r#"{"error":"invalid_grant","error_description":"Invalid authorization code"}"#,
    );
    app.page.come_back("code=used");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error, ErrorCode::InvalidGrant);
    assert_eq!(error.failed_step(), Some(CallbackStep::CodeExchanged));
    assert_eq!(app.auth.user(), None);
}

#[tokio::test]
async fn a_token_answer_that_is_no_json_is_told_by_its_status() {
    let app = App::new();
    app.begin().await;
    app.page.answer(502, "<h1>Bad Gateway</h1>");
    app.page.come_back("code=c");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::UnexpectedAnswer { status: 502 });
}

#[tokio::test]
async fn a_tenant_that_cannot_be_reached_is_told_apart() {
    let app = App::new();
    app.begin().await;
    app.page.break_down(PlatformError::Network);
    app.page.come_back("code=c");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::Network);
}

#[tokio::test]
async fn each_check_that_passes_is_told_in_order_and_to_everybody() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());

    let listen = || {
        let heard = Rc::new(RefCell::new(Vec::new()));
        let tell = Rc::clone(&heard);
        (heard, move |step| tell.borrow_mut().push(step))
    };
    let (first, tell_first) = listen();
    let (second, tell_second) = listen();
    let (a, b) = tokio::join!(
        app.auth.handle_redirect_callback_with(tell_first),
        app.auth.handle_redirect_callback_with(tell_second)
    );
    a.unwrap();
    b.unwrap();
    assert_eq!(*first.borrow(), CallbackStep::ALL);
    assert_eq!(*second.borrow(), CallbackStep::ALL);
}

#[tokio::test]
async fn the_failed_check_is_the_one_after_the_last_that_passed() {
    let app = App::new();
    app.begin().await;
    let mut claims = app.page.id_token_claims(&ada());
    claims["nonce"] = "of-another-login".into();
    app.page.answer(200, &app.page.token_response(&claims).to_string());
    app.page.come_back("code=c");

    let heard = Rc::new(RefCell::new(Vec::new()));
    let tell = Rc::clone(&heard);
    let outcome =
        app.auth.handle_redirect_callback_with(move |step| tell.borrow_mut().push(step)).await;
    assert_eq!(*heard.borrow(), CallbackStep::ALL[..3]);
    assert_eq!(outcome.unwrap_err().failed_step(), Some(CallbackStep::IdTokenChecked));
}
