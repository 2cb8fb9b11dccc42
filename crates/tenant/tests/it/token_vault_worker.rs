//! The privileged worker exchange with Token Vault (token-vault.md §4).

use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use tenant::LogDetails;

use crate::harness::{ADA, CALENDAR, Reply, World, tenant_file};
use crate::scripted_provider::ScriptedProvider;
use crate::signer::Signer;
use crate::token_vault::{TV_GRANT, TV_TOKEN, exchange};

const JWT_TYPE: &str = "urn:ietf:params:oauth:token-type:jwt";
const TV_PW_TOKEN: &str = "http://auth0.com/oauth/token-type/token-vault-access-token";
const ADA_ID: &str = "auth0|65a1f0c2d3e4b5a697887a01";
const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
const ALL: &str = "openid email profile https://www.googleapis.com/auth/calendar.events";

/// What the worker is set up with.
struct Setup {
    addresses: &'static str,
    connection: &'static str,
    scopes: &'static str,
    /// More keys than one.
    second_key: bool,
    enabled: bool,
}

const USUAL: Setup = Setup {
    addresses: "127.0.0.0/8",
    connection: "google-oauth2",
    scopes: ALL,
    second_key: false,
    enabled: true,
};

impl Setup {
    fn apply(&self, file: &str) -> String {
        let key = |kid: &str, signer: &Signer| {
            format!(
                "          - credential_type: public_key\n            kid: {kid}\n            alg: RS256\n            pem: {}\n",
                signer.pem_in_yaml()
            )
        };
        let mut keys = key("first-key-of-worker", Signer::known());
        if self.second_key {
            keys += &key("second-key-of-worker", Signer::unknown());
        }
        let Self { addresses, connection, scopes, .. } = self;
        let scopes = scopes.replace(' ', ", ");
        let worker = format!(
            "\nclients:\n  - name: Worker\n    client_id: worker\n    client_secret: worker-secret\n    \
             app_type: non_interactive\n    oidc_conformant: true\n    grant_types: [{TV_GRANT}]\n    \
             token_vault_privileged_access:\n      ip_allowlist: [{addresses}]\n      grants:\n        \
             - connection: {connection}\n          scopes: [{scopes}]\n      credentials:\n{}",
            keys.replace("          - ", "        - ").replace("            ", "          ")
        );
        let file = file.replace("\nclients:\n", &worker);
        let own = "      - Calendar SPA\n    connected_accounts:";
        assert!(file.contains(own), "{file}");
        if self.enabled { file.replace(own, &format!("      - Worker\n{own}")) } else { file }
    }

    async fn world(&self) -> World {
        World::with(|file| self.apply(&file)).await
    }

    /// With a provider that does as it is told.
    async fn scripted(&self) -> (World, ScriptedProvider) {
        let provider = ScriptedProvider::start().await;
        let world = World::quickstart().await;
        let file = self.apply(include_str!("../../../../tenants/quickstart.yaml"));
        let config = tenant::Config {
            listen: ([127, 0, 0, 1], 0).into(),
            import: tenant_file(&file),
            provider: Some(provider.url().parse().unwrap()),
            ..tenant::Config::default()
        };
        let world = World { tenant: tenant::start(config).await.unwrap(), ..world };
        world.tenant.clock().stop();
        (world, provider)
    }
}

/// What the worker says, with claims that are changed or (when `null`) left out.
fn claims(world: &World, changes: &Value) -> Value {
    let now = world.tenant.clock().now().seconds();
    let mut claims = json!({
        "sub": ADA_ID, "iss": "worker", "aud": world.tenant.issuer(), "iat": now,
        "jti": service::random::identifier(32), "audit_context": "nightly sync",
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn header(typ: Option<&str>, kid: Option<&str>) -> Header {
    let mut header = Header::new(Algorithm::RS256);
    header.typ = typ.map(str::to_owned);
    header.kid = kid.map(str::to_owned);
    header
}

fn signed(claims: &Value) -> String {
    Signer::known().sign_with(&header(Some("token-vault-req+jwt"), None), claims)
}

async fn exchange_of(world: &World, token: &str, changes: &[(&'static str, &str)]) -> Reply {
    let mut all = vec![
        ("client_id", "worker"),
        ("client_secret", "worker-secret"),
        ("subject_token_type", JWT_TYPE),
        ("requested_token_type", TV_PW_TOKEN),
    ];
    all.extend(changes);
    world.token(&exchange(token, &all)).await
}

/// TV-4/1, TV-4/2, TV-4/8, and what the log tells.
#[tokio::test]
async fn a_worker_gets_the_providers_token_of_whom_it_names() {
    let world = USUAL.world().await;
    let token = signed(&claims(&world, &json!({})));
    let reply = exchange_of(&world, &token, &[]).await.ok();

    assert_eq!(reply["issued_token_type"], TV_PW_TOKEN);
    assert_eq!(reply["token_type"], "Bearer");
    assert!((1..=3600).contains(&reply["expires_in"].as_u64().unwrap()));
    assert!(reply["scope"].as_str().unwrap().contains(EVENTS));
    let entry = world.tenant.log().pop().unwrap();
    assert_eq!(entry.user_id.unwrap().as_str(), ADA_ID);
    let Some(LogDetails::TokenVault(details)) = entry.details else { panic!() };
    assert!(details.is_privileged_worker);
    assert_eq!(details.audit_context.as_deref(), Some("nightly sync"));
    assert_eq!(details.issued_token_type.as_deref(), Some(TV_PW_TOKEN));

    for asked in [TV_TOKEN, "urn:x"] {
        let token = signed(&claims(&world, &json!({})));
        let reply = exchange_of(&world, &token, &[("requested_token_type", asked)]).await;
        reply.refused(400, "invalid_request");
    }
}

/// TV-4/4: the kind of token, and the key, which is named only where there are several.
#[tokio::test]
async fn the_header_says_what_it_is_and_which_of_several_keys_signed_it() {
    let typ = Some("token-vault-req+jwt");
    let (first, second) = (Some("first-key-of-worker"), Some("second-key-of-worker"));
    let world = USUAL.world().await;
    for (header, is_good) in [
        (header(typ, None), true),
        (header(typ, first), true),
        (header(typ, second), false),
        (header(Some("JWT"), None), false),
        (header(None, None), false),
        (Header { alg: Algorithm::PS256, ..header(typ, None) }, false),
    ] {
        println!("{header:?}");
        let token = Signer::known().sign_with(&header, &claims(&world, &json!({})));
        let reply = exchange_of(&world, &token, &[]).await;
        if is_good { drop(reply.ok()) } else { reply.refused(401, "invalid_grant") }
    }

    let world = Setup { second_key: true, ..USUAL }.world().await;
    for (signer, kid, is_good) in [
        (Signer::known(), first, true),
        (Signer::unknown(), second, true),
        (Signer::known(), second, false),
        (Signer::known(), None, false),
    ] {
        println!("{kid:?}");
        let token = signer.sign_with(&header(typ, kid), &claims(&world, &json!({})));
        let reply = exchange_of(&world, &token, &[]).await;
        if is_good { drop(reply.ok()) } else { reply.refused(401, "invalid_grant") }
    }
}

/// TV-4/5, TV-4/9, TV-4/14.
#[tokio::test]
async fn tokens_that_do_not_say_what_they_must_are_refused() {
    let world = USUAL.world().await;
    let now = world.tenant.clock().now().seconds();
    for name in ["sub", "iss", "aud", "iat", "jti", "audit_context"] {
        println!("without {name}");
        let token = signed(&claims(&world, &json!({ name: null })));
        exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
    }
    for changes in [
        json!({ "sub": "auth0|nobody" }),
        json!({ "iss": "calendar-api-client" }),
        json!({ "aud": "https://elsewhere.example/" }),
        json!({ "aud": [world.tenant.issuer(), "https://elsewhere.example/"] }),
        json!({ "aud": [] }),
        json!({ "iat": now + 11 }),
        json!({ "iat": "now" }),
        json!({ "jti": "" }),
        json!({ "exp": now - 10 }),
        json!({ "nbf": now + 11 }),
        json!({ "audit_context": "" }),
        json!({ "audit_context": "x".repeat(257) }),
        json!({ "audit_context": 7 }),
        json!({ "org_id": "org_unknown" }),
    ] {
        println!("{changes}");
        let token = signed(&claims(&world, &changes));
        exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
    }
    for token in [
        Signer::unknown()
            .sign_with(&header(Some("token-vault-req+jwt"), None), &claims(&world, &json!({}))),
        format!("{}x", signed(&claims(&world, &json!({})))),
        "no token".to_owned(),
        world.access_token(ADA, CALENDAR).await,
    ] {
        exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
    }
    assert_eq!(world.provider.refreshes(), 0);
    let most = json!({ "audit_context": "x".repeat(256), "exp": now + 1, "nbf": now });
    exchange_of(&world, &signed(&claims(&world, &most)), &[]).await.ok();
}

/// TV-4/6, TV-4/10.
#[tokio::test]
async fn a_token_is_good_for_a_minute_whatever_it_says() {
    let world = USUAL.world().await;
    let now = world.tenant.clock().now().seconds();
    let far = json!({ "exp": now + 86400 });
    let (young, old) = (signed(&claims(&world, &far)), signed(&claims(&world, &far)));
    world.tenant.clock().advance(60);
    exchange_of(&world, &young, &[]).await.ok();
    world.tenant.clock().advance(1);
    exchange_of(&world, &old, &[]).await.refused(401, "invalid_grant");
}

/// TV-4/11: for as long as it would be good.
#[tokio::test]
async fn a_token_is_good_once() {
    let world = USUAL.world().await;
    let token = signed(&claims(&world, &json!({ "jti": "one" })));
    exchange_of(&world, &token, &[]).await.ok();
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
    world.tenant.clock().advance(60);
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
    let again = signed(&claims(&world, &json!({ "jti": "one" })));
    exchange_of(&world, &again, &[]).await.refused(401, "invalid_grant");
    let other = signed(&claims(&world, &json!({ "jti": "two" })));
    exchange_of(&world, &other, &[]).await.ok();
}

/// TV-4/12. What a proxy may say of its user's address says nothing of where the worker is.
#[tokio::test]
async fn a_worker_that_calls_from_elsewhere_is_refused() {
    for addresses in ["", "192.0.2.1", "192.0.2.0/24, \"2001:db8::/32\""] {
        println!("{addresses}");
        let world = Setup { addresses, ..USUAL }.world().await;
        let trusted = json!({ "is_token_endpoint_ip_header_trusted": true });
        world.management("PATCH", "/api/v2/clients/worker", Some(trusted)).await.ok();
        let token = signed(&claims(&world, &json!({})));
        exchange_of(&world, &token, &[]).await.refused(403, "access_denied");
        let form = exchange(
            &token,
            &[
                ("client_id", "worker"),
                ("client_secret", "worker-secret"),
                ("subject_token_type", JWT_TYPE),
                ("requested_token_type", TV_PW_TOKEN),
            ],
        );
        let request = world.post("/oauth/token").header("auth0-forwarded-for", "192.0.2.1");
        let reply = Reply::of(request.form(&form).send().await.unwrap()).await;
        reply.refused(403, "access_denied");
    }
    let world = Setup { addresses: "192.0.2.1, \"::ffff:127.0.0.1\"", ..USUAL }.world().await;
    exchange_of(&world, &signed(&claims(&world, &json!({}))), &[]).await.ok();
}

/// TV-4/12, TV-4/13: a client that was given nothing may nothing.
#[tokio::test]
async fn a_client_without_the_setting_is_refused() {
    let world = USUAL.world().await;
    let nothing = json!({ "token_vault_privileged_access": null });
    world.management("PATCH", "/api/v2/clients/worker", Some(nothing)).await.ok();
    let token = signed(&claims(&world, &json!({})));
    exchange_of(&world, &token, &[]).await.refused(403, "access_denied");

    let only_here = json!({ "token_vault_privileged_access": { "ip_allowlist": ["127.0.0.1"] } });
    world.management("PATCH", "/api/v2/clients/worker", Some(only_here)).await.ok();
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
}

/// TV-4/13.
#[tokio::test]
async fn connections_and_scopes_that_were_not_granted_are_refused() {
    let world = Setup { connection: "github", ..USUAL }.world().await;
    let token = signed(&claims(&world, &json!({})));
    exchange_of(&world, &token, &[]).await.refused(403, "access_denied");

    let world = Setup { scopes: "openid", ..USUAL }.world().await;
    for scope in ["email", "openid email"] {
        let token = signed(&claims(&world, &json!({})));
        let reply = exchange_of(&world, &token, &[("scope", scope)]).await;
        reply.refused(403, "access_denied");
    }

    // Granted to the worker, but not by the person (SC-10/6).
    let world = Setup { scopes: "openid drive", ..USUAL }.world().await;
    let token = signed(&claims(&world, &json!({})));
    let reply = exchange_of(&world, &token, &[("scope", "drive")]).await;
    reply.refused(403, "access_denied");
    let world = Setup { scopes: "drive", ..USUAL }.world().await;
    let token = signed(&claims(&world, &json!({})));
    exchange_of(&world, &token, &[]).await.refused(403, "access_denied");
    assert_eq!(world.provider.refreshes(), 0);
}

/// TV-4/3: the connection is enabled for the worker's client.
#[tokio::test]
async fn a_connection_that_is_not_enabled_for_the_worker_is_refused() {
    let world = Setup { enabled: false, ..USUAL }.world().await;
    let token = signed(&claims(&world, &json!({})));
    exchange_of(&world, &token, &[]).await.refused(400, "invalid_request");
}

/// TV-4/7: the provider is asked for less, and what it gives is for this request alone; its rotation is for the account.
#[tokio::test]
async fn a_narrower_scope_is_asked_of_the_provider() {
    let (world, provider) = USUAL.scripted().await;
    provider.issues("at-narrow", &json!({ "scope": "openid", "refresh_token": "rt-1" }));
    provider.issues("at-wide", &json!({ "refresh_token": "rt-2" }));
    provider.issues("at-silent", &json!({}));

    let token = signed(&claims(&world, &json!({})));
    let narrow = exchange_of(&world, &token, &[("scope", "openid")]).await.ok();
    assert_eq!(narrow["access_token"], "at-narrow");
    assert_eq!(narrow["scope"], "openid");
    let token = signed(&claims(&world, &json!({})));
    let wide = exchange_of(&world, &token, &[]).await.ok();
    assert_eq!(wide["access_token"], "at-wide");
    assert_eq!(wide["scope"].as_str().unwrap().split(' ').count(), 4);
    // A provider that says nothing gave what it was asked for (RFC 6749 §5.1), though a wider token is stored.
    let token = signed(&claims(&world, &json!({})));
    let silent = exchange_of(&world, &token, &[("scope", "email openid")]).await.ok();
    assert_eq!(silent["access_token"], "at-silent");
    assert_eq!(silent["scope"], "email openid");

    let scopes: Vec<_> =
        provider.calls().iter().map(|call| call.get("scope").map(str::to_owned)).collect();
    assert_eq!(scopes, [Some("openid".to_owned()), None, Some("email openid".to_owned())]);
    assert_eq!(provider.refresh_tokens(), ["1//ada-offline-grant", "rt-1", "rt-2"]);
}

/// TV-4/7: a worker that may have less than the account has gets less, also when it does not ask.
#[tokio::test]
async fn a_worker_gets_no_more_than_it_was_granted() {
    let (world, provider) = Setup { scopes: "openid drive", ..USUAL }.scripted().await;
    provider.issues("at-narrow", &json!({ "scope": "openid" }));
    let token = signed(&claims(&world, &json!({})));
    let reply = exchange_of(&world, &token, &[]).await.ok();
    assert_eq!(reply["scope"], "openid");
    assert_eq!(provider.calls()[0].get("scope"), Some("openid"));
}

/// TV-4/7: a provider that gives the whole all the same does not support it.
#[tokio::test]
async fn a_provider_that_cannot_narrow_fails_the_request() {
    let failed = "federated_connection_refresh_token_flow_failed";
    let (world, provider) = USUAL.scripted().await;
    provider.issues("at-wide", &json!({ "scope": ALL, "refresh_token": "rt-1" }));
    provider.answers(400, json!({ "error": "invalid_scope" }));
    provider.issues("at-1", &json!({}));
    for _ in 0..2 {
        let token = signed(&claims(&world, &json!({})));
        let reply = exchange_of(&world, &token, &[("scope", "openid")]).await;
        reply.refused(401, failed);
        assert!(!reply.body.contains("at-wide"));
    }
    let token = signed(&claims(&world, &json!({})));
    exchange_of(&world, &token, &[]).await.ok();
    assert_eq!(provider.refresh_tokens(), ["1//ada-offline-grant", "rt-1", "rt-1"]);
}

/// TV-4/5: a worker may name the organization that it speaks in; the person must be one of it.
#[tokio::test]
async fn an_organization_is_one_that_the_person_is_a_member_of() {
    let world = World::with(|file| {
        format!(
            "{}\norganizations:\n  - name: acme\n    id: org_acme\n    members: [{ADA}]\n  \
             - name: other\n    id: org_other\n",
            USUAL.apply(&file)
        )
    })
    .await;
    let token = signed(&claims(&world, &json!({ "org_id": "org_acme" })));
    exchange_of(&world, &token, &[]).await.ok();
    let token = signed(&claims(&world, &json!({ "org_id": "org_other" })));
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
}

/// A worker's person is one who may log in.
#[tokio::test]
async fn somebody_blocked_is_refused_to_a_worker_too() {
    let world = USUAL.world().await;
    world.block(ADA).await;
    let token = signed(&claims(&world, &json!({})));
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
}
