//! On-behalf-of exchange: an API calls another one in the name of the person who called it (RFC 8693).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use service::dpop::prover::Prover;
use tenant::LogKind;

use crate::harness::{
    ADA, CALENDAR, REPORTS, Reply, World, granting, redemption, request, unverified_claims,
};
use crate::holder::ALLOWED;

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

const CALENDAR_CLIENT: [&str; 2] = ["calendar-api-client", "calendar-api-secret"];
const REPORTS_CLIENT: [&str; 2] = ["reports-api-client", "reports-api-secret"];

/// Each API may call the other one in people's names.
async fn world() -> World {
    World::with(|file| set_up(&file)).await
}

fn set_up(file: &str) -> String {
    let exchange =
        "    token_exchange:\n      allow_any_profile_of_type: [on_behalf_of_token_exchange]\n";
    let linked = |api: &str| format!("    resource_server_identifier: {api}\n");
    let grants = format!(
        "clientGrants:\n  - client_id: Custom API Client\n    audience: {REPORTS}\n    subject_type: user\n    scope: [read:reports, made:up]\n  \
         - client_id: Reports API Client\n    audience: {CALENDAR}\n    subject_type: user\n    scope: [read:calendar]\n"
    );
    file.replace(&linked(CALENDAR), &(linked(CALENDAR) + exchange))
        .replace(&linked(REPORTS), &(linked(REPORTS) + exchange))
        .replace("clientGrants:\n", &grants)
}

fn form<'a>(
    client: [&'a str; 2],
    token: &'a str,
    audience: &'a str,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("grant_type", TOKEN_EXCHANGE),
        ("client_id", client[0]),
        ("client_secret", client[1]),
        ("subject_token", token),
        ("subject_token_type", ACCESS_TOKEN),
        ("requested_token_type", ACCESS_TOKEN),
        ("audience", audience),
    ];
    for (name, value) in changes {
        form.retain(|(own, _)| own != name);
        form.push((name, value));
    }
    form
}

async fn exchange(world: &World, token: &str, changes: &[(&str, &str)]) -> Reply {
    world.token(&form(CALENDAR_CLIENT, token, REPORTS, changes)).await
}

fn access_token(reply: &Reply) -> String {
    reply.ok()["access_token"].as_str().unwrap().to_owned()
}

/// The actors of a token, the current one first.
fn actors(claims: &Value) -> Vec<&str> {
    let mut actors = Vec::new();
    let mut act = &claims["act"];
    while let Some(sub) = act["sub"].as_str() {
        actors.push(sub);
        act = &act["act"];
    }
    actors
}

/// token.md §5, SC-3/8, DT-3/12, SC-7/5: for the other API, in the person's name, and who acts is told.
#[tokio::test]
async fn an_api_gets_a_token_for_another_one_in_the_persons_name() {
    let world = world().await;
    let token = world.access_token(ADA, CALENDAR).await;

    let reply = exchange(&world, &token, &[]).await;
    let tokens = reply.ok();

    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(tokens["expires_in"], 86400);
    assert_eq!(tokens["scope"], "read:reports");
    assert!(tokens.get("id_token").is_none() && tokens.get("refresh_token").is_none());
    let (before, after) =
        (unverified_claims(&json!(token)), unverified_claims(&tokens["access_token"]));
    assert_eq!(after["sub"], before["sub"]);
    assert_eq!(after["aud"], REPORTS);
    assert_eq!(after["azp"], CALENDAR_CLIENT[0]);
    assert_eq!(after["scope"], "read:reports");
    assert_eq!(actors(&after), [CALENDAR_CLIENT[0], "calendar-spa"]);
    assert_eq!(world.logged(LogKind::SuccessOnBehalfOf), 1);
}

/// TK-5/1, SC-3/10: the chain grows by one each time, to four.
#[tokio::test]
async fn a_chain_has_four_actors_at_most() {
    let world = world().await;
    let mut token = world.access_token(ADA, CALENDAR).await;
    let ways = [(CALENDAR_CLIENT, REPORTS), (REPORTS_CLIENT, CALENDAR)];
    for (step, (client, audience)) in ways.into_iter().cycle().take(3).enumerate() {
        token = access_token(&world.token(&form(client, &token, audience, &[])).await);
        let claims = unverified_claims(&json!(token));
        let actors = actors(&claims);
        assert_eq!((actors.len(), actors[0]), (step + 2, client[0]));
        assert_eq!(*actors.last().unwrap(), "calendar-spa");
    }
    let reply = world.token(&form(REPORTS_CLIENT, &token, CALENDAR, &[])).await;
    reply.refused(400, "invalid_request");
    assert!(reply.body.contains("depth exceeds the maximum allowed limit of 4"), "{reply:?}");
}

/// TK-5/3: less on demand, and no more than was granted.
#[tokio::test]
async fn scopes_are_those_of_the_clients_own_grant() {
    let world = world().await;
    let token = world.access_token(ADA, CALENDAR).await;
    let asked = exchange(&world, &token, &[("scope", "read:reports")]).await;
    assert_eq!(asked.ok()["scope"], "read:reports");
    for beyond in ["read:reports write:reports", "made:up", "read:calendar", "openid"] {
        let reply = exchange(&world, &token, &[("scope", beyond)]).await;
        reply.refused(403, "access_denied");
    }
}

/// TK-5/3: who may not exchange, and for what.
#[tokio::test]
async fn an_exchange_that_is_not_permitted_is_refused() {
    let world = world().await;
    let token = world.access_token(ADA, CALENDAR).await;
    let management = format!("{}api/v2/", world.tenant.issuer());
    for (changes, error, what) in [
        (vec![("audience", "https://nope.example.com")], "access_denied", "no such API"),
        (vec![("audience", CALENDAR)], "access_denied", "no grant for its own API"),
        (vec![("audience", management.as_str())], "access_denied", "no grant, nobody has one"),
        (
            vec![("client_id", "management"), ("client_secret", "management-secret")],
            "unauthorized_client",
            "no Custom API Client",
        ),
        (vec![("client_id", "calendar-spa")], "unauthorized_client", "a public client"),
        (
            vec![("client_id", REPORTS_CLIENT[0]), ("client_secret", REPORTS_CLIENT[1])],
            "access_denied",
            "a token for another API",
        ),
    ] {
        println!("{what}");
        exchange(&world, &token, &changes).await.refused(403, error);
    }
    assert_eq!(world.logged(LogKind::FailedOnBehalfOf), 6);

    // Without the switch of its own, and where the API shuts people's tokens out.
    let off =
        json!({ "token_exchange": { "allow_any_profile_of_type": ["custom_authentication"] } });
    world.patch("/api/v2/clients/calendar-api-client", off).await.ok();
    exchange(&world, &token, &[]).await.refused(403, "unauthorized_client");
}

/// TK-5/3: the API has the last word.
#[tokio::test]
async fn an_api_that_denies_people_denies_their_agents() {
    let world = World::with(|file| {
        let api = format!("    identifier: {REPORTS}\n");
        let denied = "    subject_type_authorization:\n      client: { policy: require_client_grant }\n      user: { policy: deny_all }\n";
        set_up(&file.replace(&api, &format!("{api}{denied}")))
    })
    .await;
    let token = world.access_token(ADA, CALENDAR).await;
    exchange(&world, &token, &[]).await.refused(403, "access_denied");
}

/// TK-5/2: a bad subject token, whatever is bad about it, and a bad client.
#[tokio::test]
async fn a_subject_that_is_not_good_is_refused() {
    let world = world().await;
    let good = world.access_token(ADA, CALENDAR).await;
    let tokens = world.log_in(ADA, "openid read:calendar").await;
    let id_token = tokens["id_token"].as_str().unwrap();
    let (message, _) = good.rsplit_once('.').unwrap();
    for token in ["nonsense", id_token, &format!("{message}.AAAA")] {
        exchange(&world, token, &[]).await.refused(401, "invalid_grant");
    }
    exchange(&world, &good, &[("client_secret", "wrong")]).await.refused(401, "access_denied");

    world.tenant.clock().advance(86400);
    exchange(&world, &good, &[]).await.refused(401, "invalid_grant");
}

/// TK-5/2: the token of somebody who is gone, or who is nobody.
#[tokio::test]
async fn only_people_of_the_tenant_have_others_act_for_them() {
    let world = World::with(|file| granting(&set_up(&file), CALENDAR, "read:calendar")).await;
    let of_a_client = world.client_credentials("management", "management-secret", CALENDAR).await;
    let of_a_client = access_token(&of_a_client);
    exchange(&world, &of_a_client, &[]).await.refused(401, "invalid_grant");

    let token = world.access_token(ADA, CALENDAR).await;
    world.block(ADA).await;
    exchange(&world, &token, &[]).await.refused(401, "invalid_grant");
}

/// SC-3/7: what every exchange needs.
#[tokio::test]
async fn each_parameter_is_needed() {
    let world = world().await;
    let token = world.access_token(ADA, CALENDAR).await;
    for change in [
        ("subject_token", ""),
        ("subject_token_type", ""),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("requested_token_type", ""),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
        ("audience", ""),
    ] {
        println!("{change:?}");
        exchange(&world, &token, &[change]).await.refused(400, "invalid_request");
    }
}

/// token.md §5, DT-3/13: bound to the API's own key if it proves one, else to none, also where the subject's token was.
#[tokio::test]
async fn the_new_token_is_bound_to_the_key_of_who_asks_for_it() {
    let world = world().await;
    let body = json!({ "proof_of_possession": serde_json::from_str::<Value>(ALLOWED).unwrap() });
    let path = "/api/v2/resource-servers/https:%2F%2Freports-api.example.com";
    world.patch(path, body).await.ok();
    let token = world.access_token(ADA, CALENDAR).await;
    let prover = Prover::generate();

    let form = form(CALENDAR_CLIENT, &token, REPORTS, &[]);
    let bound = world.token_by(&prover, &form).await.ok();
    assert_eq!(bound["token_type"], "DPoP");
    let claims = unverified_claims(&bound["access_token"]);
    assert_eq!(claims["cnf"]["jkt"], prover.thumbprint().as_str());

    let plain = exchange(&world, &token, &[]).await.ok();
    assert_eq!(plain["token_type"], "Bearer");
    assert!(unverified_claims(&plain["access_token"]).get("cnf").is_none());
}

/// token.md §5, DT-3/11: the organization is kept, for who is its member still.
#[tokio::test]
async fn the_organization_of_the_login_is_kept_for_its_members() {
    let organizations = "\norganizations:\n  - id: org_acme\n    name: acme\n    members: [ada@example.com]\n    connections:\n      \
                         - name: Username-Password-Authentication\n  - id: org_other\n    name: other\n    connections: []\n";
    let world = World::with(|file| {
        let usage = "    app_type: spa\n    organization_usage: allow\n";
        set_up(&file).replace("    app_type: spa\n", usage) + organizations
    })
    .await;
    let code = world.browser().code(ADA, &request(&[("organization", "org_acme")])).await;
    let token = access_token(&world.token(&redemption(&code, &[])).await);
    let kept = access_token(&exchange(&world, &token, &[]).await);
    assert_eq!(unverified_claims(&json!(kept))["org_id"], "org_acme");

    // Nobody leaves an organization here, so the secret that the API shares with us writes what would be left then.
    let shared = json!({ "signing_alg": "HS256", "signing_secret": "a-secret-of-sixteen-or-more" });
    let path = "/api/v2/resource-servers/https:%2F%2Fmy-api.example.com";
    world.patch(path, shared).await.ok();
    let key = EncodingKey::from_secret(b"a-secret-of-sixteen-or-more");
    let mut claims = unverified_claims(&json!(token));
    claims["aud"] = json!(CALENDAR);
    for (org_id, status) in [("org_acme", 200), ("org_other", 401), ("org_nowhere", 401)] {
        claims["org_id"] = json!(org_id);
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        let reply = exchange(&world, &token, &[]).await;
        assert_eq!(reply.status, status, "{org_id} {reply:?}");
    }
}
