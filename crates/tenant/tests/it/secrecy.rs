//! Tokens, codes, passwords and secrets are in no log, however much is logged (SC-10/9).

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use wire::token_exchange::{
    ACCESS_TOKEN_TYPE, FEDERATED_CONNECTION_ACCESS_TOKEN, TOKEN_VAULT_GRANT,
};

use crate::harness::{ADA, Reply, World, redemption, request};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A person's login, renewals, exchange and logout, and what is refused on the way. All in one thread, so that the
/// subscriber sees the servers too; what the libraries of the test's own browser say of its cookies is left out.
#[tokio::test]
async fn tokens_codes_passwords_and_secrets_are_in_no_log() {
    let logs = Logs::default();
    let writer = logs.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .with_filter(LevelFilter::TRACE)
        .with_filter(filter_fn(|metadata| !metadata.target().starts_with("cookie_store")));
    let subscriber = tracing_subscriber::registry().with(layer);
    // While there is one dispatcher alone, a callsite that another test's thread meets first asks that thread's, which has
    // none, and is off for good. With two of them every callsite asks all.
    let _another = Dispatch::new(NoSubscriber::new());
    let _guard = tracing::subscriber::set_default(subscriber);

    let world = World::quickstart().await;
    let browser = world.browser();
    let scope = "openid offline_access read:calendar";
    let code = browser.code(ADA, &request(&[("scope", scope)])).await;
    let spoilt = world.browser().code(ADA, &request(&[])).await;
    let wrong_verifier = "a-verifier-of-another-request-altogether-000";
    world
        .token(&redemption(&spoilt, &[("code_verifier", wrong_verifier)]))
        .await
        .refused(403, "invalid_grant");
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let renewed = world.refresh(&tokens["refresh_token"], &[]).await.ok();
    world.refresh(&tokens["refresh_token"], &[]).await.refused(403, "invalid_grant");
    exchange(&world, &renewed["access_token"], "calendar-api-secret").await.ok();
    exchange(&world, &renewed["access_token"], "wrong-secret").await.refused(401, "access_denied");
    let wrong = [("username", ADA), ("password", "wrong-password")];
    browser.post("/u/login", &wrong).await;
    let in_the_query = format!("/userinfo?access_token={}", text(&renewed["access_token"]));
    world.get(&in_the_query).await;
    let hint = format!("/oidc/logout?id_token_hint={}", text(&tokens["id_token"]));
    browser.get(&hint).await;

    let logs = logs.text();
    assert!(logs.contains("tenant"), "the tenant's own logs are captured: {logs}");
    assert!(logs.contains("/oidc/logout"), "requests are logged: {logs}");
    let signature = |token: &Value| text(token).rsplit('.').next().unwrap().to_owned();
    for secret in [
        code,
        spoilt,
        signature(&tokens["access_token"]),
        signature(&tokens["id_token"]),
        signature(&tokens["refresh_token"]),
        signature(&renewed["access_token"]),
        signature(&renewed["refresh_token"]),
        "calendar-api-secret".to_owned(),
        "strongroom-tenant-secret".to_owned(),
        "1//ada-offline-grant".to_owned(),
        "ada-password".to_owned(),
        "wrong-password".to_owned(),
        "wrong-secret".to_owned(),
        wrong_verifier.to_owned(),
    ] {
        assert!(!logs.contains(&secret), "{secret} is in the logs: {logs}");
    }
}

fn text(token: &Value) -> &str {
    token.as_str().unwrap()
}

async fn exchange(world: &World, token: &Value, secret: &str) -> Reply {
    world
        .token(&[
            ("grant_type", TOKEN_VAULT_GRANT),
            ("client_id", "calendar-api-client"),
            ("client_secret", secret),
            ("subject_token", text(token)),
            ("subject_token_type", ACCESS_TOKEN_TYPE),
            ("requested_token_type", FEDERATED_CONNECTION_ACCESS_TOKEN),
            ("connection", "google-oauth2"),
        ])
        .await
}
