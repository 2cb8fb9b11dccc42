//! What holds for every request to the My Account API.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value, json};

use crate::harness::connecting::{ACCOUNTS, COMPLETE, CONNECT, CONNECTIONS, SCOPES, wish};
use crate::harness::{GRACE, Reply, World};
use crate::properties::{for_all, one_of};

/// Any JSON, some of it deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        one_of(
            "google-oauth2|http://localhost:8080/callback|S256|openid|javascript:alert(1)|\u{0}"
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name(), inner), 0..4).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let known = one_of(
        "connection|redirect_uri|state|code_challenge|code_challenge_method|scopes|authorization_params|auth_session|\
         connect_code|code_verifier|login_hint|max_age|prompt",
    );
    prop_oneof![8 => known, 1 => any::<String>()]
}

/// A wish with some members changed, or anything else.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let changed = vec((name(), json_value()), 0..5).prop_map(|members| {
        let mut body = wish(json!({}));
        for (name, value) in members {
            body[name] = value;
        }
        body.to_string().into_bytes()
    });
    prop_oneof![
        4 => changed,
        1 => json_value().prop_map(|value| value.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..300),
        1 => (1_usize..2000).prop_map(|depth| "[".repeat(depth).into_bytes()),
    ]
}

/// An answer, or a problem in JSON that says what it is; kept by no cache.
fn check(reply: &Reply) -> TestCaseResult {
    prop_assert!(!reply.status.is_server_error(), "{reply:?}");
    prop_assert_eq!(reply.header("cache-control"), "no-store");
    if !reply.status.is_success() {
        let problem = reply.json();
        prop_assert_eq!(&problem["status"], reply.status.as_u16(), "{:?}", reply);
        prop_assert!(
            problem["type"].as_str().is_some_and(|kind| kind.contains("A0E-")),
            "{reply:?}"
        );
        let invalid = problem["title"] == "Validation Error";
        prop_assert_eq!(invalid, problem["validation_errors"].is_array(), "{:?}", reply);
    }
    Ok(())
}

/// CA-4/5, CA-4/6.
#[test]
fn any_body_is_taken_or_refused_in_words() {
    let paths = select(vec![CONNECT, COMPLETE]);
    let media_types = one_of("application/json|application/json|application/json|text/plain|");
    for_all(&(paths, media_types, bodies()), &async |world: &World, (path, media_type, body)| {
        let token = world.account_token(GRACE, SCOPES).await;
        let request = world.post(path).bearer_auth(token).header(CONTENT_TYPE, media_type);
        check(&Reply::of(request.body(body).send().await.unwrap()).await)
    });
}

/// CA-2.4/1 to CA-2.4/3.
#[test]
fn any_query_and_any_id_are_taken_or_refused_in_words() {
    let queries = "(take|from|connection|=|&|[0-9]{1,3}|%00|%ff|[a-z]){0,20}";
    let operations = prop_oneof![
        queries.prop_map(|query| ("GET", format!("{ACCOUNTS}?{query}"))),
        queries.prop_map(|query| ("GET", format!("{CONNECTIONS}?{query}"))),
        "(cac_|%00|%ff|%2F|[A-Za-z0-9]|-){1,20}"
            .prop_map(|id| ("DELETE", format!("{ACCOUNTS}/{id}"))),
    ];
    for_all(&operations, &async |world: &World, (method, path): (&str, String)| {
        let token = world.account_token(GRACE, SCOPES).await;
        check(&world.my_account(&token, method, &path, None).await)
    });
}

/// CA-4/1, CA-4/2.
#[test]
fn any_other_authorization_is_refused() {
    let headers = prop_oneof![
        vec(0x20_u8..=0xFF, 0..100),
        "(Basic|bearer|Bearer|DPoP) [A-Za-z0-9+/=._-]{0,80}".prop_map(String::into_bytes),
    ];
    for_all(&headers, &async |world: &World, header: Vec<u8>| {
        let Ok(header) = reqwest::header::HeaderValue::from_bytes(&header) else { return Ok(()) };
        let request = world.http.get(world.at(ACCOUNTS)).header(AUTHORIZATION, header);
        let reply = Reply::of(request.send().await.unwrap()).await;
        prop_assert_eq!(reply.status.as_u16(), 401, "{:?}", reply);
        prop_assert!(!reply.header("www-authenticate").is_empty());
        check(&reply)
    });
}

/// CA-2.2/3: a browser without a ticket that was issued sees a page, and is sent nowhere.
#[test]
fn any_other_ticket_leads_to_a_page() {
    let queries = "(ticket|state|code|error|=|&|%|%00|%ff|[a-zA-Z0-9_-]{1,9}){0,20}";
    let paths = one_of("/connected-accounts/connect|/login/callback");
    for_all(&(paths, queries), &async |world: &World, (path, query): (String, String)| {
        let reply = world.browser().get(&format!("{path}?{query}")).await;
        prop_assert_eq!(reply.status.as_u16(), 400, "{:?}", reply);
        prop_assert!(reply.header("content-type").starts_with("text/html"), "{reply:?}");
        prop_assert!(!reply.headers.contains_key("location"));
        Ok(())
    });
}
