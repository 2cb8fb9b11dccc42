//! Custom token exchange: a token of another issuer is as good as a login, by the rule of its profile.

use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use tenant::LogKind;

use crate::harness::{
    ADA, CALENDAR, REPORTS, Reply, World, of_a_third_party, tenant_file, unverified_claims,
};
use crate::signer::Signer;

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const PARTNER: &str = "urn:partner:id-token";
const BADGE: &str = "https://partner.example/badge";
const ISSUER: &str = "https://partner.example/";

/// The app may exchange the ID tokens of a partner, who knows people by their email address.
async fn world() -> World {
    World::with(|file| set_up(&file)).await
}

fn set_up(file: &str) -> String {
    let exchange = "    client_id: calendar-spa\n    token_exchange:\n      allow_any_profile_of_type: [custom_authentication]\n";
    file.replace("    client_id: calendar-spa\n", exchange) + &profiles()
}

fn profiles() -> String {
    let key = Signer::known().pem_in_yaml();
    format!(
        "\ntokenExchangeProfiles:\n  - name: Partner\n    subject_token_type: {PARTNER}\n    type: custom_authentication\n    \
         subject_token:\n      issuer: {ISSUER}\n      claim: email\n      names: email\n      public_key: {key}\n  \
         - name: Badge\n    subject_token_type: {BADGE}\n    type: custom_authentication\n    \
         subject_token:\n      issuer: {ISSUER}\n      audience: badges\n      alg: PS256\n      public_key: {key}\n"
    )
}

/// What the partner says about Ada, with claims that are changed or (when `null`) left out.
fn claims(world: &World, changes: &Value) -> Value {
    let now = world.tenant.clock().now().seconds();
    let mut claims = json!({
        "iss": ISSUER, "sub": "1234", "aud": world.tenant.issuer(), "email": ADA, "exp": now + 600,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn subject(world: &World) -> String {
    Signer::known().sign(&claims(world, &json!({})))
}

async fn exchange(world: &World, token: &str, changes: &[(&str, &str)]) -> Reply {
    let mut form = vec![
        ("grant_type", TOKEN_EXCHANGE),
        ("client_id", "calendar-spa"),
        ("subject_token", token),
        ("subject_token_type", PARTNER),
        ("audience", CALENDAR),
        ("scope", "openid profile offline_access read:calendar nonsense"),
    ];
    for (name, value) in changes {
        form.retain(|(own, _)| own != name);
        form.push((name, value));
    }
    world.token(&form).await
}

/// token.md §6, SC-3/8: all that a login would have yielded, to a public client too.
#[tokio::test]
async fn a_token_of_another_issuer_is_as_good_as_a_login() {
    let world = world().await;
    let tokens = exchange(&world, &subject(&world), &[]).await.ok();

    assert_eq!(tokens["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "openid profile offline_access read:calendar");
    let access = unverified_claims(&tokens["access_token"]);
    assert_eq!(access["sub"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(access["aud"][0], CALENDAR);
    assert_eq!(access["azp"], "calendar-spa");
    assert!(access.get("act").is_none());
    let id = unverified_claims(&tokens["id_token"]);
    assert_eq!((&id["sub"], &id["aud"]), (&access["sub"], &json!("calendar-spa")));
    assert_eq!(id["name"], "Ada Lovelace");
    world.refresh(&tokens["refresh_token"], &[]).await.ok();
    assert_eq!(world.logged(LogKind::Secte), 1);
}

/// The audience can be left out, as at a login.
#[tokio::test]
async fn without_an_api_the_token_is_for_userinfo() {
    let world = world().await;
    let tokens = exchange(&world, &subject(&world), &[("audience", "")]).await.ok();
    let token = tokens["access_token"].as_str().unwrap();
    let userinfo = world.http.get(world.at("/userinfo")).bearer_auth(token).send().await.unwrap();
    assert!(Reply::of(userinfo).await.ok()["sub"].is_string());
}

/// SC-3/9 (Auth0's 401), SC-9/1: each thing that the rule asks of a token.
#[tokio::test]
async fn a_token_that_the_rule_does_not_take_is_refused() {
    let world = world().await;
    let now = world.tenant.clock().now().seconds();
    for changes in [
        json!({ "iss": "https://other.example/" }),
        json!({ "iss": null }),
        json!({ "aud": "somebody-else" }),
        json!({ "aud": null }),
        json!({ "exp": now - 60 }),
        json!({ "exp": null }),
        json!({ "nbf": now + 60 }),
        json!({ "email": null }),
        json!({ "email": 7 }),
    ] {
        println!("{changes}");
        let token = Signer::known().sign(&claims(&world, &changes));
        exchange(&world, &token, &[]).await.refused(401, "invalid_grant");
    }
    assert_eq!(world.logged(LogKind::Fecte), 9);
}

/// SC-9/1: signed by that key, in that algorithm.
#[tokio::test]
async fn a_token_that_is_signed_otherwise_is_refused() {
    let world = world().await;
    let claims = claims(&world, &json!({}));
    let ours = world.access_token(ADA, CALENDAR).await;
    for token in [
        Signer::unknown().sign(&claims),
        Signer::known().sign_with(&Header::new(Algorithm::PS256), &claims),
        "nonsense".to_owned(),
        ours,
    ] {
        exchange(&world, &token, &[]).await.refused(401, "invalid_grant");
    }
}

/// The token is good, but of nobody here; and of somebody who may not log in.
#[tokio::test]
async fn the_person_must_be_known_and_not_blocked() {
    let world = world().await;
    let nobody = claims(&world, &json!({ "email": "nobody@example.com" }));
    exchange(&world, &Signer::known().sign(&nobody), &[]).await.refused(401, "invalid_grant");
    world.block(ADA).await;
    exchange(&world, &subject(&world), &[]).await.refused(403, "unauthorized");
}

/// token.md §6: first party, OIDC conformant, and switched on.
#[tokio::test]
async fn a_client_exchanges_only_if_it_may() {
    let not_switched_on = World::with(|file| file + &profiles()).await;
    let not_first_party = World::with(|file| of_a_third_party(&set_up(&file))).await;
    for world in [not_switched_on, not_first_party] {
        let reply = exchange(&world, &subject(&world), &[]).await;
        reply.refused(403, "unauthorized_client");
    }
    let world = world().await;
    let off = json!({ "refresh_token": {}, "oidc_conformant": false });
    world.patch("/api/v2/clients/calendar-spa", off).await.ok();
    exchange(&world, &subject(&world), &[]).await.refused(403, "unauthorized_client");
}

/// SC-3/7, SC-3/9: what the request may say.
#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let world = world().await;
    let token = subject(&world);
    for (changes, status, error) in [
        (vec![("subject_token", "")], 400, "invalid_request"),
        (vec![("subject_token_type", "")], 400, "invalid_request"),
        (vec![("subject_token_type", "urn:partner:unknown")], 400, "invalid_request"),
        (vec![("requested_token_type", "urn:partner:unknown")], 400, "invalid_request"),
        (vec![("actor_token", token.as_str())], 400, "invalid_request"),
        (vec![("actor_token_type", PARTNER)], 400, "invalid_request"),
        (vec![("organization", "org_nowhere")], 400, "invalid_request"),
        (vec![("audience", "https://nope.example.com")], 403, "access_denied"),
    ] {
        println!("{changes:?}");
        exchange(&world, &token, &changes).await.refused(status, error);
    }
}

/// token.md §6, DT-3/12: who acts is told, and gets no refresh token. The other profile names people by their id here.
#[tokio::test]
async fn an_actor_is_told_and_gets_no_refresh_token() {
    let world = world().await;
    let token = subject(&world);
    let badge = json!({ "aud": "badges", "sub": "agent-7" });
    let badge = Signer::known().sign_with(&Header::new(Algorithm::PS256), &claims(&world, &badge));
    let ours = world.access_token("grace@example.com", CALENDAR).await;
    for (actor, actor_type, sub) in [
        (badge.as_str(), BADGE, "agent-7"),
        (ours.as_str(), ACCESS_TOKEN, "auth0|65a1f0c2d3e4b5a697887a02"),
    ] {
        let changes = [("actor_token", actor), ("actor_token_type", actor_type)];
        let tokens = exchange(&world, &token, &changes).await.ok();
        assert!(tokens.get("refresh_token").is_none());
        assert_eq!(tokens["scope"], "openid profile read:calendar");
        let access = unverified_claims(&tokens["access_token"]);
        assert_eq!(access["act"], json!({ "sub": sub }));
    }
    for (actor, actor_type) in
        [("nonsense", BADGE), ("nonsense", ACCESS_TOKEN), (&badge, "urn:partner:unknown")]
    {
        let changes = [("actor_token", actor), ("actor_token_type", actor_type)];
        exchange(&world, &token, &changes).await.refused(400, "invalid_request");
    }
}

/// token.md §6: who comes with bad tokens too often has to wait, with good ones too.
#[tokio::test]
async fn bad_tokens_are_taken_ten_times() {
    let world = world().await;
    for _ in 0..10 {
        exchange(&world, "nonsense", &[]).await.refused(401, "invalid_grant");
    }
    let blocked = exchange(&world, &subject(&world), &[]).await;
    blocked.refused(429, "too_many_attempts");
    assert_eq!(blocked.header("retry-after"), "600");
    world.tenant.clock().advance(600);
    exchange(&world, &subject(&world), &[]).await.ok();
}

/// RFC 8693 §2.1: an API for which the client has no access in people's names.
#[tokio::test]
async fn an_api_that_denies_people_is_refused() {
    let world = World::with(|file| {
        let api = format!("    identifier: {REPORTS}\n");
        let denied = "    subject_type_authorization:\n      client: { policy: require_client_grant }\n      user: { policy: deny_all }\n";
        set_up(&file.replace(&api, &format!("{api}{denied}")))
    })
    .await;
    let reply = exchange(&world, &subject(&world), &[("audience", REPORTS)]).await;
    reply.refused(403, "access_denied");
}

/// token.md §6: profiles that would mean what others mean, or nothing.
#[tokio::test]
async fn a_profile_that_makes_no_sense_stops_the_import() {
    let quickstart = include_str!("../../../../tenants/quickstart.yaml");
    for (from, to) in [
        (PARTNER, "urn:ietf:params:oauth:token-type:id_token"),
        (PARTNER, "urn:auth0:something"),
        (PARTNER, "https://auth0.com/token"),
        (PARTNER, "ftp://partner.example/"),
        (PARTNER, "urn:short"),
        (PARTNER, BADGE),
        ("alg: PS256", "alg: HS256"),
        ("-----BEGIN PUBLIC KEY-----", "-----BEGIN NOTHING-----"),
    ] {
        println!("{to}");
        let text = quickstart.to_owned() + &profiles().replacen(from, to, 1);
        let config = tenant::Config {
            listen: ([127, 0, 0, 1], 0).into(),
            import: tenant_file(&text),
            ..tenant::Config::default()
        };
        assert!(tenant::start(config).await.is_err());
    }
}

/// An export of a real tenant has Actions where we have rules: the file is taken, and such a profile knows nobody.
#[tokio::test]
async fn a_profile_without_a_rule_is_left_out() {
    let profile = format!(
        "\ntokenExchangeProfiles:\n  - name: Partner\n    subject_token_type: {PARTNER}\n    type: custom_authentication\n    action: look-it-up\n"
    );
    let world = World::with(|file| file + &profile).await;
    exchange(&world, &subject(&world), &[]).await.refused(400, "invalid_request");
}

/// token.md §6, DT-3/11: an organization that the client may use and the person is a member of.
#[tokio::test]
async fn the_person_can_be_known_as_one_of_an_organization() {
    let organizations = "\norganizations:\n  - id: org_acme\n    name: acme\n    members: [ada@example.com]\n    connections:\n      \
                         - name: Username-Password-Authentication\n  - id: org_other\n    name: other\n    connections:\n      \
                         - name: Username-Password-Authentication\n";
    let world_with = async |usage: &str| {
        World::with(|file| {
            let usage = format!("    app_type: spa\n    organization_usage: {usage}\n");
            set_up(&file).replace("    app_type: spa\n", &usage) + organizations
        })
        .await
    };
    let world = world_with("require").await;
    let token = subject(&world);
    let tokens = exchange(&world, &token, &[("organization", "org_acme")]).await.ok();
    for token in ["access_token", "id_token"] {
        assert_eq!(unverified_claims(&tokens[token])["org_id"], "org_acme");
    }
    for organization in ["", "org_other", "org_nowhere", "acme"] {
        let reply = exchange(&world, &token, &[("organization", organization)]).await;
        reply.refused(400, "invalid_request");
    }
    let world = world_with("deny").await;
    let reply = exchange(&world, &subject(&world), &[("organization", "org_acme")]).await;
    reply.refused(400, "invalid_request");
}
