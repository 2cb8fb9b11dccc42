//! What the vault does with providers that rotate, forget, fail and take their time (token-vault.md §5).

use reqwest::StatusCode;
use serde_json::{Value, json};
use tenant::{LogDetails, LogKind};
use tokio::task::JoinSet;

use crate::harness::{ADA, CALENDAR, Reply, World, tenant_file};
use crate::scripted_provider::ScriptedProvider;
use crate::token_vault::exchange;

const HOUR: u64 = 3600;
const FAILED: &str = "federated_connection_refresh_token_flow_failed";
const NOT_FOUND: &str = "federated_connection_refresh_token_not_found";

/// The refresh token of Ada's account in the tenant file.
const FIRST: &str = "1//ada-offline-grant";

/// The quickstart with a provider that does as it is told.
async fn world() -> (World, ScriptedProvider) {
    world_with(|file| file).await
}

async fn world_with(change: impl FnOnce(String) -> String) -> (World, ScriptedProvider) {
    let provider = ScriptedProvider::start().await;
    let world = World::quickstart().await;
    let file = change(include_str!("../../../../tenants/quickstart.yaml").to_owned());
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

impl World {
    /// An exchange for Ada, now.
    async fn exchange(&self, changes: &[(&'static str, &str)]) -> Reply {
        let subject = self.access_token(ADA, CALENDAR).await;
        self.token(&exchange(&subject, changes)).await
    }

    /// Ada's account, as an administrator sees it.
    async fn account_of_ada(&self) -> Value {
        let path = "/api/v2/users/auth0%7C65a1f0c2d3e4b5a697887a01/connected-accounts";
        self.management("GET", path, None).await.ok()["connected_accounts"][0].clone()
    }

    /// Why the last exchange failed, as the log says.
    fn failure_reason(&self) -> &'static str {
        let log = self.tenant.log();
        match log.last().and_then(|entry| entry.details.as_ref()) {
            Some(LogDetails::TokenVault(details)) => details.failure_reason.unwrap_or_default(),
            other => panic!("{other:?}"),
        }
    }
}

fn access_token(reply: &Reply) -> String {
    reply.ok()["access_token"].as_str().unwrap().to_owned()
}

/// TV-5/1: a provider that replaces the refresh token each time gets the latest.
#[tokio::test]
async fn a_rotated_refresh_token_is_the_one_that_is_used_next() {
    let (world, provider) = world().await;
    provider.issues("at-1", &json!({ "refresh_token": "rt-1" }));
    provider.issues("at-2", &json!({ "refresh_token": "rt-2", "scope": "openid" }));
    provider.issues("at-3", &json!({}));
    provider.issues("at-4", &json!({}));
    for (token, scopes) in [("at-1", 4), ("at-2", 1), ("at-3", 1), ("at-4", 1)] {
        let reply = world.exchange(&[]).await.ok();
        assert_eq!(reply["access_token"], token);
        assert_eq!(reply["scope"].as_str().unwrap().split(' ').count(), scopes, "{reply}");
        world.tenant.clock().advance(HOUR);
    }
    assert_eq!(provider.refresh_tokens(), [FIRST, "rt-1", "rt-2", "rt-2"]);
}

/// TV-5/2.
#[tokio::test]
async fn a_refresh_token_that_has_ended_is_not_sent() {
    let (world, provider) = world().await;
    provider.issues("at-1", &json!({ "refresh_token_expires_in": 2 * HOUR }));
    provider.issues("at-2", &json!({}));
    world.exchange(&[]).await.ok();
    world.tenant.clock().advance(2 * HOUR - 1);
    world.exchange(&[]).await.ok();

    world.tenant.clock().advance(1);
    assert_eq!(access_token(&world.exchange(&[]).await), "at-2", "it has an end of its own");
    world.tenant.clock().advance(HOUR);
    world.exchange(&[]).await.refused(401, NOT_FOUND);
    assert_eq!(provider.calls().len(), 2);
}

/// TV-5/3.
#[tokio::test]
async fn tokens_that_nobody_used_for_a_year_are_gone() {
    const YEAR: u64 = 365 * 24 * HOUR;
    let (world, provider) = world().await;
    for token in ["at-1", "at-2"] {
        world.tenant.clock().advance(YEAR);
        provider.issues(token, &json!({}));
        assert_eq!(access_token(&world.exchange(&[]).await), token);
    }
    world.tenant.clock().advance(YEAR + 1);
    world.exchange(&[]).await.refused(401, NOT_FOUND);
    assert_eq!(provider.calls().len(), 2);
}

/// TV-2.4/15: the provider is told from the failure, and a token that it has ended is not sent to it again.
#[tokio::test]
async fn a_refusal_for_good_is_not_asked_for_again() {
    let (world, provider) = world().await;
    provider.answers(400, json!({ "error": "invalid_grant", "error_description": "Revoked." }));
    for _ in 0..3 {
        world.exchange(&[]).await.refused(401, FAILED);
        assert_eq!(world.failure_reason(), "refresh_token_refused");
    }
    assert_eq!(provider.calls().len(), 1);
}

/// Failures that pass do not cost the account.
#[tokio::test]
async fn other_failures_of_the_provider_are_tried_again() {
    let (world, provider) = world().await;
    for (status, error, reason) in [
        (500, "server_error", "provider_unavailable"),
        (503, "temporarily_unavailable", "provider_unavailable"),
        (429, "rate_limit_exceeded", "provider_unavailable"),
        (401, "invalid_client", "provider_refused"),
        (400, "invalid_scope", "provider_refused"),
    ] {
        provider.answers(status, json!({ "error": error }));
        world.exchange(&[]).await.refused(401, FAILED);
        assert_eq!(world.failure_reason(), reason, "{error}");
    }
    provider.issues("at-1", &json!({}));
    assert_eq!(access_token(&world.exchange(&[]).await), "at-1");
    assert_eq!(provider.refresh_tokens(), [FIRST; 6]);
}

/// The provider rotated, but its answer was lost. The stored token is tried once more, and its refusal is told for what
/// it is: the token that took its place is lost, and only the person can help.
#[tokio::test]
async fn a_refresh_token_whose_successor_was_lost_is_told_and_never_hidden() {
    let (world, provider) = world().await;
    provider.answers(500, json!({}));
    provider.answers(429, json!({ "error": "slow_down" }));
    provider.answers(400, json!({ "error": "invalid_grant" }));
    for reason in ["provider_unavailable", "provider_unavailable", "refresh_token_lost"] {
        world.exchange(&[]).await.refused(401, FAILED);
        assert_eq!(world.failure_reason(), reason);
    }
    world.exchange(&[]).await.refused(401, FAILED);
    assert_eq!(world.failure_reason(), "refresh_token_refused");
    assert_eq!(provider.refresh_tokens(), [FIRST; 3]);
    assert_eq!(world.account_of_ada().await["needs_reconnect"], true);
}

/// The same with a provider that takes the token once more.
#[tokio::test]
async fn a_lenient_provider_mends_a_lost_answer() {
    let (world, provider) = world().await;
    provider.answers(500, json!({}));
    provider.issues("at-1", &json!({ "refresh_token": "rt-1" }));
    world.exchange(&[]).await.refused(401, FAILED);
    assert_eq!(access_token(&world.exchange(&[]).await), "at-1");
    assert!(world.account_of_ada().await.get("needs_reconnect").is_none());
}

/// A token of which the provider does not say when it ends is renewed after a day.
#[tokio::test]
async fn a_token_without_a_lifetime_lasts_a_day() {
    let (world, provider) = world().await;
    provider.answers(200, json!({ "access_token": "at-1", "refresh_token": "rt-1" }));
    provider.issues("at-2", &json!({}));
    let first = world.exchange(&[]).await.ok();
    assert_eq!((&first["access_token"], &first["expires_in"]), (&json!("at-1"), &json!(24 * HOUR)));
    world.tenant.clock().advance(24 * HOUR);
    assert_eq!(access_token(&world.exchange(&[]).await), "at-2");
    assert_eq!(provider.refresh_tokens(), [FIRST, "rt-1"]);
}

/// Issue 4: a live stored token costs neither a signature nor a call.
#[tokio::test]
async fn a_live_token_costs_neither_a_signature_nor_a_call() {
    let (world, provider) = world().await;
    provider.issues("at-1", &json!({}));
    world.exchange(&[]).await.ok();
    let subject = world.access_token(ADA, CALENDAR).await;
    let signatures = world.tenant.signatures();
    for _ in 0..3 {
        assert_eq!(access_token(&world.token(&exchange(&subject, &[])).await), "at-1");
    }
    assert_eq!(world.tenant.signatures(), signatures);
    assert_eq!(provider.calls().len(), 1);
}

/// A hundred exchanges of an account at once, all of them answered.
async fn a_hundred(world: &World, provider: &ScriptedProvider) -> Vec<Reply> {
    let subject = world.access_token(ADA, CALENDAR).await;
    provider.hold();
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let request = world.post("/oauth/token").form(&exchange(&subject, &[]));
        requests.spawn(async move { Reply::of(request.send().await.unwrap()).await });
    }
    provider.called(1).await;
    provider.open();
    requests.join_all().await
}

/// Issue 4.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_exchanges_at_once_make_one_refresh() {
    let (world, provider) = world().await;
    provider.issues("at-1", &json!({ "refresh_token": "rt-1" }));
    for reply in a_hundred(&world, &provider).await {
        assert_eq!(access_token(&reply), "at-1");
    }
    assert_eq!(provider.refresh_tokens(), [FIRST]);

    world.tenant.clock().advance(HOUR);
    provider.issues("at-2", &json!({}));
    for reply in a_hundred(&world, &provider).await {
        assert_eq!(access_token(&reply), "at-2");
    }
    assert_eq!(provider.refresh_tokens(), [FIRST, "rt-1"]);
}

/// Likewise where it is refused: whoever waits has the same refusal, and whoever comes later is not asked about.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_exchanges_at_once_are_refused_by_one_refusal() {
    let (world, provider) = world().await;
    provider.answers(400, json!({ "error": "invalid_grant" }));
    for reply in a_hundred(&world, &provider).await {
        reply.refused(401, FAILED);
    }
    assert_eq!(provider.calls().len(), 1);
    assert_eq!(world.logged(LogKind::Feta), 100);
}

/// A client that goes away while the provider takes its time does not take the rotated refresh token with it.
#[tokio::test]
async fn a_client_that_goes_away_does_not_lose_the_answer() {
    let (world, provider) = world().await;
    let subject = world.access_token(ADA, CALENDAR).await;
    provider.issues("at-1", &json!({ "refresh_token": "rt-1" }));
    provider.hold();
    let request = world.post("/oauth/token").form(&exchange(&subject, &[]));
    let client = tokio::spawn(request.send());
    provider.called(1).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    provider.open();

    assert_eq!(access_token(&world.token(&exchange(&subject, &[])).await), "at-1");
    world.tenant.clock().advance(HOUR);
    provider.issues("at-2", &json!({}));
    assert_eq!(access_token(&world.exchange(&[]).await), "at-2");
    assert_eq!(provider.refresh_tokens(), [FIRST, "rt-1"]);
}

/// A second account of Ada's at the same connection, connected later.
fn with_a_second_account(file: &str) -> String {
    file.replace(
        "        refresh_token: 1//ada-offline-grant\n",
        "        refresh_token: 1//ada-offline-grant\n      - connection: google-oauth2\n        \
         user_id: \"second\"\n        email: second@example.com\n        scopes: [openid]\n        \
         refresh_token: second\n",
    )
}

/// A slow provider holds up the account that waits for it, and no other.
#[tokio::test]
async fn a_slow_refresh_holds_up_its_own_account_alone() {
    let (world, provider) = world_with(|file| with_a_second_account(&file)).await;
    provider.issues("at-second", &json!({}));
    world.exchange(&[("login_hint", "second")]).await.ok();

    let subject = world.access_token(ADA, CALENDAR).await;
    provider.hold();
    let request = world.post("/oauth/token").form(&exchange(&subject, &[("login_hint", ADA)]));
    let slow = tokio::spawn(async move { Reply::of(request.send().await.unwrap()).await });
    provider.called(2).await;
    let other = world.exchange(&[("login_hint", "second")]).await;
    assert_eq!(access_token(&other), "at-second");
    assert!(!slow.is_finished());

    provider.issues("at-first", &json!({}));
    provider.open();
    assert_eq!(access_token(&slow.await.unwrap()), "at-first");
}

/// token-vault.md §8.9: the account that was connected last, unless a hint names the other.
#[tokio::test]
async fn of_several_accounts_the_latest_is_meant_unless_a_hint_names_another() {
    let (world, provider) = world_with(|file| with_a_second_account(&file)).await;
    for (hint, refresh_token) in [
        ("", "second"),
        (ADA, FIRST),
        ("SECOND@example.com", "second"),
        ("108442190116482530771", FIRST),
    ] {
        let before = provider.calls().len();
        provider.issues("at", &json!({}));
        world.exchange(&[("login_hint", hint)]).await.ok();
        assert_eq!(provider.refresh_tokens()[before..], [refresh_token], "{hint}");
        world.tenant.clock().advance(HOUR);
    }
    world.exchange(&[("login_hint", "nobody")]).await.refused(401, "user_not_found");
}

/// token-vault.md §5, SC-10/9: the log names the provider's token by its hash and holds no token at all.
#[tokio::test]
async fn the_log_tells_what_was_issued_and_never_a_token() {
    let (world, provider) = world().await;
    provider.issues("at-secret", &json!({ "refresh_token": "rt-secret", "scope": "openid" }));
    let subject = world.access_token(ADA, CALENDAR).await;
    world.token(&exchange(&subject, &[])).await.ok();
    let now = world.tenant.clock().now();

    let log = serde_json::to_value(world.tenant.log()).unwrap();
    let entry = log.as_array().unwrap().last().unwrap();
    let details = &entry["details"];
    assert_eq!(entry["type"], "seta");
    assert_eq!(entry["client_id"], "calendar-api-client");
    assert_eq!(entry["connection"], "google-oauth2");
    assert_eq!(entry["ip"], "127.0.0.1");
    assert_eq!(details["subject_token_type"], wire::token_exchange::ACCESS_TOKEN_TYPE);
    assert_eq!(details["is_privileged_worker"], false);
    assert_eq!(
        details["issued_token_type"],
        wire::token_exchange::FEDERATED_CONNECTION_ACCESS_TOKEN
    );
    assert_eq!(details["scope"], "openid");
    assert_eq!(details["expires_at"], now.seconds() + HOUR);
    assert_eq!(details["token_thumbprint"], thumbprint("at-secret"));
    assert_eq!(details["failure_reason"], Value::Null);

    world.tenant.clock().advance(HOUR);
    provider.answers(400, json!({ "error": "invalid_grant" }));
    world.token(&exchange(&subject, &[])).await.refused(401, FAILED);
    let text = serde_json::to_string(&world.tenant.log()).unwrap();
    for secret in [&subject, "at-secret", "rt-secret", FIRST] {
        assert!(!text.contains(secret), "{secret}");
    }
}

fn thumbprint(token: &str) -> String {
    use base64::Engine;
    let digest = service::digest::sha256(token.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)
}

/// TV-2.1/12: the end user's address, of those clients alone that are trusted to tell it.
#[tokio::test]
async fn the_users_address_is_taken_from_a_client_that_is_trusted() {
    let (world, _) = world().await;
    let subject = world.access_token(ADA, CALENDAR).await;
    let ip = async |header: &str| {
        let request = world.post("/oauth/token").header("auth0-forwarded-for", header);
        let reply = request.form(&exchange(&subject, &[])).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
        world.tenant.log().pop().unwrap().ip.unwrap().to_string()
    };
    assert_eq!(ip("203.0.113.9").await, "127.0.0.1");
    let trusted = json!({ "is_token_endpoint_ip_header_trusted": true });
    let path = "/api/v2/clients/calendar-api-client";
    world.management("PATCH", path, Some(trusted)).await.ok();
    assert_eq!(ip("203.0.113.9").await, "203.0.113.9");
    assert_eq!(ip("no address").await, "127.0.0.1");
}
