//! The well-known documents.

use serde_json::json;

use crate::harness::World;

/// DT-1/1, DT-1/2, SC-3/5, SC-3/6.
#[tokio::test]
async fn both_documents_name_the_issuer_and_endpoints_below_it() {
    let world = World::quickstart().await;
    let issuer = world.tenant.issuer();
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let reply = world.get(path).await;
        let metadata = reply.ok();

        assert_eq!(metadata["issuer"], issuer);
        assert!(issuer.ends_with('/'));
        for endpoint in
            ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]
        {
            assert!(metadata[endpoint].as_str().unwrap().starts_with(issuer), "{endpoint}");
        }
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert!(reply.header("cache-control").contains("max-age"));
    }
}

/// DT-1/4, DT-1/8, DT-1/14, DT-1/15.
#[tokio::test]
async fn the_documents_tell_how_clients_prove_themselves_and_give_tokens_back() {
    let world = World::quickstart().await;
    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    let endpoint = format!("{}oauth/revoke", world.tenant.issuer());
    assert_eq!(metadata["revocation_endpoint"], endpoint);
    let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], methods);
    let algorithms = &metadata["token_endpoint_auth_signing_alg_values_supported"];
    assert_eq!(*algorithms, json!(["RS256", "RS384", "PS256"]));
    let scopes = metadata["scopes_supported"].as_array().unwrap();
    assert!(scopes.contains(&json!("offline_access")), "{scopes:?}");
}

/// SC-3/4, SC-5/5: what is not served is not announced.
#[tokio::test]
async fn what_is_not_served_is_not_announced() {
    let world = World::quickstart().await;
    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    for member in [
        "introspection_endpoint",
        "authorization_response_iss_parameter_supported",
        "pushed_authorization_request_endpoint",
    ] {
        assert!(metadata.get(member).is_none(), "{member}");
    }
}

/// discovery-and-tokens.md §2.
#[tokio::test]
async fn two_public_keys_are_published() {
    let world = World::quickstart().await;
    let jwks = world.get("/.well-known/jwks.json").await.ok();
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
