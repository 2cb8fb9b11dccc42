//! `wire::json` as the browser reads it; natively it is `serde_json`, and both must agree.

use wasm_bindgen_test::wasm_bindgen_test;
use wire::calendar::{EventList, Problem, ProblemCode, Span};
use wire::json::from_str;
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::token::TokenResponse;

#[wasm_bindgen_test]
fn events_are_read_with_either_kind_of_span() {
    let list: EventList = from_str(
        r#"{"events":[
            {"id":"1","title":"Review","location":null,"start":"2026-11-23T11:00:00Z","end":"2026-11-23T12:30:00Z"},
            {"id":"2","title":"Fair","start_date":"2026-11-24","end_date":"2026-11-25","color":[1,{"a":null}]}
        ]}"#,
    )
    .unwrap();
    assert!(matches!(list.events[0].span, Span::Timed { .. }));
    assert_eq!(list.events[0].location, None);
    assert!(matches!(list.events[1].span, Span::AllDay { .. }));
}

#[wasm_bindgen_test]
fn codes_are_read_whether_known_or_not() {
    let problem = |code: &str| {
        let json = r#"{"type":"urn:x","title":"t","status":409,"detail":"d","code":"CODE"}"#;
        from_str::<Problem>(&json.replace("CODE", code)).unwrap()
    };
    assert_eq!(problem("account_not_connected").code, ProblemCode::AccountNotConnected);
    assert_eq!(problem("account_not_connected").status, 409);
    assert_eq!(problem("new_one").code, ProblemCode::Other("new_one".to_owned()));
    let error: OAuthError = from_str(r#"{"error":"invalid_grant"}"#).unwrap();
    assert_eq!(error.error, ErrorCode::InvalidGrant);
}

#[wasm_bindgen_test]
fn a_token_response_is_read_with_its_numbers() {
    let json = r#"{"access_token":"a.b.c","token_type":"Bearer","expires_in":86400,"scope":"openid read:calendar"}"#;
    let tokens: TokenResponse = from_str(json).unwrap();
    assert_eq!(tokens.expires_in, 86400);
    assert!(tokens.scope.unwrap().contains("read:calendar"));
}

#[wasm_bindgen_test]
fn claims_of_any_type_are_read() {
    let json = r#"{"aud":["a","b"],"exp":1795000000,"half":0.5,"below":-1,"flag":true,"none":null,"deep":{"x":[]}}"#;
    let claims: serde_json::Map<String, serde_json::Value> = from_str(json).unwrap();
    let native: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
    assert_eq!(claims["exp"].as_u64(), Some(1_795_000_000));
    assert_eq!(claims["aud"], native["aud"]);
    assert_eq!(claims["deep"], native["deep"]);
    assert_eq!(claims["half"], native["half"]);
    assert_eq!(claims["below"].as_f64(), Some(-1.0));
    assert_eq!((&claims["flag"], &claims["none"]), (&native["flag"], &native["none"]));
}

#[wasm_bindgen_test]
fn what_is_no_json_or_of_another_type_is_refused_without_its_content() {
    for json in [
        "",
        "{",
        "<!doctype html>",
        r#"{"error":["secret"]}"#,
        r#"{"error":42}"#,
        r#"["error"]"#,
        "null",
        "{}",
    ] {
        let refusal = from_str::<OAuthError>(json).unwrap_err().to_string();
        assert!(!refusal.contains("secret"), "{refusal}");
    }
    let refusal = from_str::<OAuthError>("{}").unwrap_err();
    assert_eq!(refusal.to_string(), "missing field `error`");
}
