//! OpenID Connect Core §3.1.3.7, claim by claim (sdk-expectations.md §2.2).

use auth_client::AuthError;
use auth_client::IdTokenError;
use auth_client::platform::double::{ada, compact_token};
use serde_json::{Value, json};

use crate::harness::{App, CLIENT_ID, ISSUER};

/// What a login with changed claims is refused for.
async fn refusal(change: impl FnOnce(&mut Value)) -> IdTokenError {
    let app = App::new();
    match app.log_in_with_claims(change).await {
        Err(AuthError::IdToken(error)) => {
            assert_eq!(app.auth.user(), None);
            error
        }
        other => panic!("the ID token is not refused: {other:?}"),
    }
}

async fn accepted(change: impl FnOnce(&mut Value)) -> bool {
    App::new().log_in_with_claims(change).await.is_ok()
}

/// `change` on the token of a login whose clock stands at `now`.
fn now() -> u64 {
    use auth_client::platform::Platform;
    App::new().page.now().seconds()
}

#[tokio::test]
async fn every_claim_that_must_be_there_is_missed() {
    for claim in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        for nothing in [None, Some(Value::Null)] {
            let error = refusal(|claims| match nothing {
                Some(null) => claims[claim] = null,
                None => drop(claims.as_object_mut().unwrap().remove(claim)),
            })
            .await;
            assert_eq!((error.claim, error.actual.as_str()), (claim, "nothing"));
        }
    }
}

#[tokio::test]
async fn a_claim_of_the_wrong_kind_is_refused() {
    for (claim, value) in [
        ("iss", json!(1)),
        ("sub", json!("")),
        ("aud", json!({})),
        ("exp", json!("1785542400")),
        ("iat", json!("now")),
        ("nonce", json!(["n"])),
        ("azp", json!(7)),
    ] {
        assert_eq!(refusal(|claims| claims[claim] = value).await.claim, claim);
    }
}

#[tokio::test]
async fn another_issuer_is_refused_letter_by_letter() {
    for issuer in ["https://other.example/", "https://tenant.example", "http://tenant.example/"] {
        let error = refusal(|claims| claims["iss"] = issuer.into()).await;
        assert_eq!(error.claim, "iss");
        assert_eq!(error.expected, ISSUER);
        assert_eq!(error.actual, issuer);
    }
}

#[tokio::test]
async fn a_token_for_another_client_is_refused() {
    for audience in [json!("reports-spa"), json!(["a", "b"]), json!([])] {
        let error = refusal(|claims| claims["aud"] = audience).await;
        assert_eq!((error.claim, error.expected.as_str()), ("aud", CLIENT_ID));
    }
}

#[tokio::test]
async fn with_several_audiences_azp_must_be_this_client() {
    let several = json!([CLIENT_ID, "other"]);
    let error = refusal(|claims| claims["aud"] = several.clone()).await;
    assert_eq!((error.claim, error.actual.as_str()), ("azp", "nothing"));

    let error = refusal(|claims| {
        claims["aud"] = several.clone();
        claims["azp"] = "other".into();
    })
    .await;
    assert_eq!((error.claim, error.actual.as_str()), ("azp", "other"));

    assert!(
        accepted(|claims| {
            claims["aud"] = several;
            claims["azp"] = CLIENT_ID.into();
        })
        .await
    );
}

#[tokio::test]
async fn azp_of_another_client_is_refused_with_one_audience_too() {
    let error = refusal(|claims| claims["azp"] = "other".into()).await;
    assert_eq!((error.claim, error.expected.as_str()), ("azp", CLIENT_ID));
}

/// SC-9/6.
#[tokio::test]
async fn an_expired_token_is_refused_after_a_minute_of_grace() {
    let error = refusal(|claims| claims["exp"] = (now() - 60).into()).await;
    assert_eq!(error.claim, "exp");
    assert_eq!(error.actual, (now() - 60).to_string());
    assert!(accepted(|claims| claims["exp"] = (now() - 59).into()).await);
}

#[tokio::test]
async fn a_device_whose_clock_is_slow_locks_nobody_out() {
    assert!(accepted(|claims| claims["iat"] = (now() + 600).into()).await);
}

/// SC-7/8: a token of another login of the same person.
#[tokio::test]
async fn another_nonce_is_refused() {
    let error = refusal(|claims| claims["nonce"] = "of-another-login".into()).await;
    assert_eq!((error.claim, error.actual.as_str()), ("nonce", "of-another-login"));
}

/// SC-9/1.
#[tokio::test]
async fn another_algorithm_than_rs256_is_refused() {
    for algorithm in [json!("none"), json!("HS256"), json!("rs256"), Value::Null] {
        let app = App::new();
        let error = app
            .log_in_with_response(|response| {
                let claims = app.page.id_token_claims(&ada());
                let header = json!({"alg": algorithm, "typ": "JWT"});
                response["id_token"] = compact_token(&header, &claims).into();
            })
            .await
            .unwrap_err();
        assert!(
            matches!(error, AuthError::IdToken(IdTokenError { claim: "alg", .. })),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_being_quoted() {
    for text in ["", "secret", "a.b", "a.b.c", "e30.e30", "e30.e30.x.y", "W10.W10.x"] {
        let app = App::new();
        let outcome = app.log_in_with_response(|response| response["id_token"] = text.into()).await;
        let Err(AuthError::IdToken(error)) = outcome else {
            panic!("{text:?} is not refused: {outcome:?}");
        };
        assert!(!error.actual.contains("secret"));
    }
}

#[tokio::test]
async fn a_response_without_an_id_token_is_refused() {
    let app = App::new();
    let error = app
        .log_in_with_response(|response| drop(response.as_object_mut().unwrap().remove("id_token")))
        .await
        .unwrap_err();
    assert!(matches!(error, AuthError::IdToken(IdTokenError { claim: "id_token", .. })));
    assert_eq!(app.auth.user(), None);
}

#[tokio::test]
async fn a_person_of_whom_little_is_known_can_log_in() {
    let app = App::new();
    let logged_in = app
        .log_in_with_claims(|claims| {
            claims["name"] = Value::Null;
            claims["email"] = json!(false);
        })
        .await
        .unwrap();
    assert_eq!(logged_in.user.name, None);
    assert_eq!(logged_in.user.email, None);
}
