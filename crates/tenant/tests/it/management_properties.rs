//! What holds for every body that the Management API is sent.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::harness::World;
use crate::properties::{for_all, one_of};

/// Names that mean something somewhere, of objects and of what stands in them.
fn name() -> impl Strategy<Value = String> {
    let known = one_of(
        "name|app_type|callbacks|grant_types|token_endpoint_auth_method|is_first_party|oidc_conformant|\
         jwt_configuration|refresh_token|token_exchange|client_metadata|organization_usage|client_secret|\
         client_authentication_methods|private_key_jwt|credentials|token_vault_privileged_access|ip_allowlist|grants|\
         resource_server_identifier|default_organization|identifier|scopes|value|signing_alg|signing_secret|\
         token_lifetime|token_lifetime_for_web|token_dialect|subject_type_authorization|client|user|policy|\
         proof_of_possession|mechanism|required|client_id|audience|scope|subject_type|default_for|allow_all_scopes|\
         authorization_details_types|rotation_type|expiration_type|idle_token_lifetime|policies|alg|pem|id|kid|\
         credential_type|expires_at|leeway",
    );
    prop_oneof![9 => known, 1 => any::<String>()]
}

/// Words that mean something somewhere.
fn word() -> impl Strategy<Value = String> {
    one_of(
        "|spa|native|regular_web|non_interactive|resource_server|none|client_secret_post|authorization_code|implicit|\
         refresh_token|client_credentials|https://my-api.example.com|https://new.example.com|calendar-spa|management|\
         HS256|RS256|PS256|RS384|rotating|expiring|non-expiring|dpop|mtls|deny_all|allow_all|require_client_grant|\
         rfc9068_profile|third_party_clients|anonymous_user|public_key|cred_1|192.0.2.1|google-oauth2|require|<b>",
    )
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => word().prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => (0..3_000_000_u64).prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Bodies of which many are almost right.
fn body() -> impl Strategy<Value = Value> {
    let start = select(vec![
        json!({}),
        json!({ "name": "a" }),
        json!({ "name": "a", "app_type": "non_interactive" }),
        json!({ "identifier": "https://new.example.com" }),
        json!({ "client_id": "management", "audience": "https://my-api.example.com" }),
        json!({ "default_for": "third_party_clients", "audience": "https://my-api.example.com" }),
    ]);
    let object = (start, vec((name(), value()), 0..3)).prop_map(|(start, changes)| {
        let mut body: Map<String, Value> = start.as_object().cloned().unwrap_or_default();
        body.extend(changes);
        Value::Object(body)
    });
    prop_oneof![12 => object, 1 => value()]
}

const OPERATIONS: [(&str, &str); 6] = [
    ("POST", "/api/v2/clients"),
    ("PATCH", "/api/v2/clients/calendar-spa"),
    ("POST", "/api/v2/clients/calendar-spa/credentials"),
    ("POST", "/api/v2/resource-servers"),
    ("PATCH", "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com"),
    ("POST", "/api/v2/client-grants"),
];

/// It is taken, and is there then as it was answered; or it is refused in the body of the Management API.
async fn is_taken_or_refused(
    world: &World,
    ((method, path), body): ((&str, &str), Value),
) -> TestCaseResult {
    let reply = world.management(method, path, Some(body)).await;
    let answer = reply.json();
    if !reply.status.is_success() {
        prop_assert!(reply.status.is_client_error(), "{:?}", reply);
        prop_assert_eq!(&answer["statusCode"], reply.status.as_u16());
        prop_assert!(answer["message"].is_string(), "{}", answer);
        return Ok(());
    }
    let id =
        if path.contains("credentials") || !path.contains("clients") { "id" } else { "client_id" };
    let place = match (method, answer[id].as_str()) {
        ("POST", Some(id)) => format!("{path}/{id}"),
        _ => path.to_owned(),
    };
    prop_assert_eq!(world.read(&place).await.json(), answer);
    Ok(())
}

/// management-api.md §2.
#[test]
fn any_body_is_taken_or_refused() {
    for_all(&(select(OPERATIONS.to_vec()), body()), &is_taken_or_refused);
}
