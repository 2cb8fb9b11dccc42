//! The well-known documents.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Reply, World};

const METADATA: &str = "/.well-known/openid-configuration";
const JWKS: &str = "/.well-known/jwks.json";

/// DT-1/1 to DT-1/4, SC-3/5, SC-3/6, SC-4/13.
#[tokio::test]
async fn both_documents_name_the_issuer_and_endpoints_below_it() {
    let world = World::quickstart().await;
    let issuer = world.tenant.issuer();
    assert!(issuer.ends_with('/'));
    let mut documents = Vec::new();
    for path in [METADATA, "/.well-known/oauth-authorization-server"] {
        let reply = world.get(path).await;
        let metadata = reply.ok();

        assert_eq!(metadata["issuer"], issuer);
        for (member, path) in [
            ("authorization_endpoint", "authorize"),
            ("token_endpoint", "oauth/token"),
            ("userinfo_endpoint", "userinfo"),
            ("jwks_uri", ".well-known/jwks.json"),
            ("revocation_endpoint", "oauth/revoke"),
            ("end_session_endpoint", "oidc/logout"),
        ] {
            assert_eq!(metadata[member], format!("{issuer}{path}"));
        }
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("content-type"), "application/json");
        assert!(reply.header("cache-control").contains("max-age"));
        documents.push(reply.body);
    }
    assert_eq!(documents[0], documents[1]);
}

/// DT-1/8 to DT-1/17.
#[tokio::test]
async fn what_is_supported_is_listed() {
    let world = World::quickstart().await;
    let metadata = world.get(METADATA).await.ok();
    let words = |words: &str| json!(words.split(' ').collect::<Vec<_>>());
    for (member, list) in [
        (
            "scopes_supported",
            words(
                "openid profile offline_access name given_name family_name nickname email email_verified picture \
                 created_at identities phone address",
            ),
        ),
        (
            "response_types_supported",
            json!([
                "code",
                "token",
                "id_token",
                "code token",
                "code id_token",
                "token id_token",
                "code token id_token",
            ]),
        ),
        ("response_modes_supported", words("query fragment form_post")),
        ("code_challenge_methods_supported", words("S256 plain")),
        ("subject_types_supported", words("public")),
        ("id_token_signing_alg_values_supported", words("HS256 RS256 PS256")),
        (
            "token_endpoint_auth_methods_supported",
            words("client_secret_basic client_secret_post private_key_jwt"),
        ),
        ("token_endpoint_auth_signing_alg_values_supported", words("RS256 RS384 PS256")),
        (
            "claims_supported",
            words(
                "aud auth_time created_at email email_verified exp family_name given_name iat identities iss name \
                 nickname phone_number picture sub",
            ),
        ),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
    ] {
        assert_eq!(metadata[member], list, "{member}");
    }
}

/// DT-1/5, DT-1/20, DT-1/21, SC-3/4, SC-5/5: what is not served is not announced, and not served either.
#[tokio::test]
async fn what_is_not_served_is_not_announced() {
    let world = World::quickstart().await;
    let metadata = world.get(METADATA).await.ok();
    for (member, path) in [
        ("introspection_endpoint", "/oauth/introspect"),
        ("device_authorization_endpoint", "/oauth/device/code"),
        ("mfa_challenge_endpoint", "/mfa/challenge"),
        ("registration_endpoint", "/oidc/register"),
        ("backchannel_authentication_endpoint", "/bc-authorize"),
        ("global_token_revocation_endpoint", "/oauth/global-token-revocation"),
    ] {
        assert!(metadata.get(member).is_none(), "{member}");
        let reply = Reply::of(world.post(path).send().await.unwrap()).await;
        reply.expect(StatusCode::NOT_FOUND);
    }
    for member in [
        "authorization_response_iss_parameter_supported",
        "grant_types_supported",
        "pushed_authorization_request_endpoint",
    ] {
        assert!(metadata.get(member).is_none(), "{member}");
    }
}

/// DT-1/6.
#[tokio::test]
async fn a_tenant_may_keep_its_logout_to_itself() {
    let world = World::with(|file| {
        file.replace(
            "tenant:\n",
            "tenant:\n  oidc_logout: {rp_logout_end_session_endpoint_discovery: false}\n",
        )
    })
    .await;
    let metadata = world.get(METADATA).await.ok();
    assert!(metadata.get("end_session_endpoint").is_none());
}

/// Who has a document already is told so, until it changes.
#[tokio::test]
async fn a_document_that_is_known_is_not_sent_again() {
    let world = World::quickstart().await;
    for path in [METADATA, JWKS] {
        let tag = world.get(path).await.header("etag").to_owned();
        let again = async |tags: &str| {
            let request = world.http.get(world.at(path)).header("if-none-match", tags);
            Reply::of(request.send().await.unwrap()).await
        };
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()]
        {
            let reply = again(&known).await;
            reply.expect(StatusCode::NOT_MODIFIED);
            assert_eq!(reply.header("etag"), tag);
            assert!(reply.header("cache-control").contains("max-age"));
            assert!(reply.body.is_empty());
        }
        again("\"other\"").await.ok();
        if path == JWKS {
            world.tenant.rotate_signing_keys().await.unwrap();
            let keys: Value = again(&tag).await.ok();
            assert_eq!(keys["keys"].as_array().unwrap().len(), 3);
        }
    }
}

/// discovery-and-tokens.md §2.
#[tokio::test]
async fn two_public_keys_are_published() {
    let world = World::quickstart().await;
    let jwks = world.get(JWKS).await.ok();
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(key["kty"], "RSA");
        assert_eq!(key["use"], "sig");
        assert_eq!(key["alg"], "RS256");
        assert_eq!(key["x5c"].as_array().unwrap().len(), 1);
        assert!(key.get("d").is_none());
    }
}
