//! `private_key_jwt`: clients that prove themselves by tokens of their own (RFC 7523).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request};
use crate::signer::Signer;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client with a key, which may have tokens of the calendar API for itself.
pub(crate) async fn world() -> World {
    world_with("").await
}

/// The same with more properties of the key.
async fn world_with(properties: &str) -> World {
    let client = format!(
        "\nclients:\n  - name: Keyed\n    client_id: keyed\n    app_type: non_interactive\n    oidc_conformant: true\n    \
         grant_types: [client_credentials]\n    client_authentication_methods:\n      private_key_jwt:\n        \
         credentials:\n          - credential_type: public_key\n            kid: key-of-keyed\n            pem: {}\n{properties}",
        Signer::known().pem_in_yaml()
    );
    let grant = format!(
        "clientGrants:\n  - client_id: Keyed\n    audience: {CALENDAR}\n    scope: [read:calendar]\n"
    );
    World::with(|file| file.replace("\nclients:\n", &client).replace("clientGrants:\n", &grant))
        .await
}

/// What the client says, with claims that are changed or (when `null`) left out.
pub(crate) fn claims(world: &World, changes: &Value) -> Value {
    let now = world.tenant.clock().now().seconds();
    let mut claims = json!({
        "iss": "keyed", "sub": "keyed", "aud": world.tenant.issuer(),
        "iat": now, "exp": now + 120, "jti": service::random::identifier(32),
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

pub(crate) async fn ask(world: &World, changes: &[(&str, &str)], assertion: &str) -> Reply {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("audience", CALENDAR),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    for (name, value) in changes {
        form.retain(|(own, _)| own != name);
        form.push((name, value));
    }
    world.token(&form).await
}

/// TK-1/13.
#[tokio::test]
async fn a_client_proves_itself_by_a_token_that_it_signed() {
    let world = world().await;
    let assertion = Signer::known().sign(&claims(&world, &json!({})));
    let reply = ask(&world, &[], &assertion).await;
    assert_eq!(reply.ok()["scope"], "read:calendar");

    // The client need not be named beside it (RFC 7521 §4.2), nor the key in it.
    let header = Header { kid: Some("key-of-keyed".to_owned()), ..Header::new(Algorithm::RS256) };
    let assertion = Signer::known().sign_with(&header, &claims(&world, &json!({})));
    ask(&world, &[("client_id", "")], &assertion).await.ok();
}

/// TK-1/13, SC-7/6: once, and no second time however short after; by another name again.
#[tokio::test]
async fn an_assertion_is_good_once() {
    let world = world().await;
    let assertion = Signer::known().sign(&claims(&world, &json!({ "jti": "the-same" })));
    ask(&world, &[], &assertion).await.ok();
    ask(&world, &[], &assertion).await.refused(401, "invalid_client");
    let another = Signer::known().sign(&claims(&world, &json!({ "jti": "the-same", "exp": claims(&world, &json!({}))["exp"].as_u64().unwrap() + 1 })));
    ask(&world, &[], &another).await.refused(401, "invalid_client");

    let (one, two) = {
        let assertion = Signer::known().sign(&claims(&world, &json!({})));
        tokio::join!(ask(&world, &[], &assertion), ask(&world, &[], &assertion))
    };
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

/// TK-1/13: clocks may differ by ten seconds, and five minutes is the longest.
#[tokio::test]
async fn an_assertion_is_good_for_a_short_time() {
    let world = world().await;
    let now = world.tenant.clock().now().seconds();
    for (changes, good) in [
        (json!({ "exp": now - 5 }), true),
        (json!({ "exp": now - 60 }), false),
        (json!({ "exp": now + 300 }), true),
        (json!({ "exp": now + 600 }), false),
        (json!({ "iat": now + 5, "nbf": now + 5 }), true),
        (json!({ "iat": now + 60 }), false),
        (json!({ "nbf": now + 60 }), false),
        (json!({ "iat": null }), true),
    ] {
        let reply = ask(&world, &[], &Signer::known().sign(&claims(&world, &changes))).await;
        assert_eq!(reply.status == 200, good, "{changes} {reply:?}");
    }
}

/// TK-1/16, TK-1/13: every claim is needed, and is about this client and this tenant alone.
#[tokio::test]
async fn an_assertion_about_anything_else_is_refused() {
    let world = world().await;
    let issuer = world.tenant.issuer().to_owned();
    for changes in [
        json!({ "iss": null }),
        json!({ "sub": null }),
        json!({ "aud": null }),
        json!({ "exp": null }),
        json!({ "jti": null }),
        json!({ "iss": "management" }),
        json!({ "sub": "management" }),
        json!({ "iss": "management", "sub": "management" }),
        json!({ "aud": issuer.trim_end_matches('/') }),
        json!({ "aud": format!("{issuer}oauth/token") }),
        json!({ "aud": [issuer, "https://another.example/"] }),
        json!({ "aud": [] }),
        json!({ "jti": "" }),
        json!({ "jti": "x".repeat(65) }),
    ] {
        println!("{changes}");
        let assertion = Signer::known().sign(&claims(&world, &changes));
        ask(&world, &[], &assertion).await.refused(401, "invalid_client");
    }
    let longest = claims(&world, &json!({ "jti": "x".repeat(64), "aud": [issuer] }));
    ask(&world, &[], &Signer::known().sign(&longest)).await.ok();
}

/// TK-1/16, DT-1/15, SC-9/1: signed by this client's key, in that key's algorithm, or not at all.
#[tokio::test]
async fn an_assertion_that_is_signed_otherwise_is_refused() {
    let world = world().await;
    let claims = || claims(&world, &json!({}));
    let rs256 = Header::new(Algorithm::RS256);
    let other_kid = Header { kid: Some("another-key".to_owned()), ..rs256.clone() };
    let other_type = Header { typ: Some("at+jwt".to_owned()), ..rs256.clone() };
    // The public key taken for a shared secret (RFC 8725 §2.1).
    let secret = EncodingKey::from_secret(Signer::known().pem().as_bytes());
    let confused = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(), &secret);
    let signed = Signer::known().sign(&claims());
    let (message, signature) = signed.rsplit_once('.').unwrap();
    let (_, payload) = message.split_once('.').unwrap();
    for (assertion, what) in [
        (Signer::unknown().sign(&claims()), "another key"),
        (Signer::known().sign_with(&Header::new(Algorithm::RS384), &claims()), "RS384"),
        (Signer::known().sign_with(&Header::new(Algorithm::PS256), &claims()), "PS256"),
        (Signer::known().sign_with(&other_kid, &claims()), "another kid"),
        (Signer::known().sign_with(&other_type, &claims()), "another type"),
        (confused.unwrap(), "HS256"),
        (format!("eyJhbGciOiJub25lIn0.{payload}."), "none"),
        (format!("{message}."), "no signature"),
        (format!("{message}.{}", signature.replace(|_| true, "A")), "another signature"),
        ("nonsense".to_owned(), "nonsense"),
    ] {
        println!("{what}");
        ask(&world, &[], &assertion).await.refused(401, "invalid_client");
    }
}

/// DT-1/15: what the key says is what it is used with.
#[tokio::test]
async fn a_key_is_used_with_its_own_algorithm() {
    for (name, algorithm) in [("RS384", Algorithm::RS384), ("PS256", Algorithm::PS256)] {
        let world = world_with(&format!("            alg: {name}\n")).await;
        let assertion =
            Signer::known().sign_with(&Header::new(algorithm), &claims(&world, &json!({})));
        ask(&world, &[], &assertion).await.ok();
        let rs256 = Signer::known().sign(&claims(&world, &json!({})));
        ask(&world, &[], &rs256).await.refused(401, "invalid_client");
    }
}

/// A key that has expired proves nothing any more.
#[tokio::test]
async fn an_expired_key_is_refused() {
    let world = world_with("            expires_at: \"2099-01-01T00:00:00.000Z\"\n").await;
    ask(&world, &[], &Signer::known().sign(&claims(&world, &json!({})))).await.ok();
    world.tenant.clock().advance(100 * 365 * 24 * 3600);
    let late = Signer::known().sign(&claims(&world, &json!({})));
    ask(&world, &[], &late).await.refused(401, "invalid_client");
}

/// SC-1/2, RFC 7521 §4.2: one method, whole.
#[tokio::test]
async fn an_assertion_stands_alone_and_complete() {
    let world = world().await;
    let assertion = Signer::known().sign(&claims(&world, &json!({})));
    for (changes, status, error) in [
        (("client_secret", "secret"), 400, "invalid_request"),
        (("client_assertion", ""), 400, "invalid_request"),
        (("client_assertion_type", ""), 401, "invalid_client"),
        (
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
            401,
            "invalid_client",
        ),
        (("client_id", "nobody"), 401, "access_denied"),
    ] {
        ask(&world, &[changes], &assertion).await.refused(status, error);
    }
    let form = [
        ("grant_type", "client_credentials"),
        ("audience", CALENDAR),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
    ];
    let basic = world.post("/oauth/token").basic_auth("keyed", Some("secret")).form(&form);
    Reply::of(basic.send().await.unwrap()).await.refused(400, "invalid_request");
    // None of these was a use of it.
    ask(&world, &[], &assertion).await.ok();
}

/// TK-1/16: a client that has a secret does not prove itself by a key, nor the other way round.
#[tokio::test]
async fn each_client_has_its_own_method() {
    let world = world().await;
    let of_management = claims(&world, &json!({ "iss": "management", "sub": "management" }));
    let assertion = Signer::known().sign(&of_management);
    let by_key = ask(&world, &[("client_id", "management")], &assertion).await;
    by_key.refused(401, "invalid_client");

    let by_secret = [
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("client_secret", "anything"),
        ("audience", CALENDAR),
    ];
    world.token(&by_secret).await.refused(401, "access_denied");
}

/// TK-1/10: what a public client sends as a proof is ignored, as its secret would be.
#[tokio::test]
async fn a_public_client_proves_nothing() {
    let world = world().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let form = redemption(
        &code,
        &[("client_assertion_type", JWT_BEARER), ("client_assertion", "nonsense")],
    );
    world.token(&form).await.ok();
}

/// TK-7/2, TK-7/6: at the other endpoints too.
#[tokio::test]
async fn revocation_takes_assertions() {
    let world = world().await;
    let assertion = Signer::known().sign(&claims(&world, &json!({})));
    for (status, error) in [(200, None), (401, Some("invalid_client"))] {
        let form = [
            ("client_id", "keyed"),
            ("token", "unknown"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ];
        let reply = Reply::of(world.post("/oauth/revoke").form(&form).send().await.unwrap()).await;
        assert_eq!(reply.status, status, "{reply:?}");
        if let Some(error) = error {
            reply.refused(status, error);
        }
    }
}
