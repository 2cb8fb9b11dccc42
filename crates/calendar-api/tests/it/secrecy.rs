//! Tokens and the client's secret are in no answer and in no log (SC-10/4, SC-10/9).

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::filter::LevelFilter;

use crate::harness::{
    CLIENT_SECRET, CREATE, EXCHANGE, LIST, PROVIDER_TOKEN, Reply, SigningKey, World, google_error,
    settle,
};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no writer panicked")).into_owned()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All in one thread, so that the subscriber sees the servers too.
#[tokio::test]
async fn tokens_and_secrets_are_in_no_answer_and_in_no_log() {
    let logs = Logs::default();
    let writer = logs.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // While there is one dispatcher alone, a callsite that another test's thread meets first asks that thread's, which has
    // none, and is off for good. With two of them every callsite asks all.
    let _another = Dispatch::new(NoSubscriber::new());
    let _guard = tracing::subscriber::set_default(subscriber);

    let world = World::start().await;
    let token = world.token();
    let expired = world.token_with(&json!({"exp": 1_700_000_000}));
    let forged = SigningKey::other().token(&world.claims());
    let event =
        json!({"title": "Tea", "start": "2026-11-24T15:00:00Z", "end": "2026-11-24T16:00:00Z"});
    // Neighbours that repeat in their refusals what they were given.
    let everything = format!("{token} {PROVIDER_TOKEN} {CLIENT_SECRET}");
    let tenants_no = json!({"error": "invalid_grant", "error_description": everything});
    let providers_no =
        json!({"error": {"code": 403, "message": everything, "status": "PERMISSION_DENIED"}});

    world.tenant.next(EXCHANGE, Reply::Json(401, tenants_no));
    world.tenant.next(EXCHANGE, Reply::Json(200, json!({"access_token": PROVIDER_TOKEN})));
    let mut answers = vec![
        world.api.events(&token).await,
        world.api.events(&token).await,
        world.api.events(&token).await,
    ];
    world.provider.next(LIST, google_error(401, "UNAUTHENTICATED"));
    answers.push(world.api.events(&token).await);
    world.provider.next(LIST, Reply::Json(403, providers_no.clone()));
    answers.push(world.api.events(&token).await);
    world.provider.next(CREATE, Reply::Json(403, providers_no));
    answers.push(world.api.create(&token, &event).await);
    answers.push(world.api.create(&token, &event).await);
    answers.push(world.api.create(&token, &json!({ "title": token })).await);
    answers.push(world.api.events(&expired).await);
    answers.push(world.api.events(&forged).await);
    let landed = world.lands("/callback?code=c0de-for-the-app&state=st4te").await;
    assert!(landed.header("location").is_some_and(|url| url.contains("c0de-for-the-app")));
    world.provider.stop().await;
    answers.push(world.api.events(&token).await);
    settle().await;

    let logs = logs.text();
    assert!(logs.contains("calendar_api"), "the API's own logs are captured: {logs}");
    let signature = |token: &str| token.rsplit_once('.').unwrap().1.to_owned();
    let secrets = [
        signature(&token),
        signature(&expired),
        signature(&forged),
        PROVIDER_TOKEN.to_owned(),
        CLIENT_SECRET.to_owned(),
        // In Base64, as HTTP Basic has it.
        "Y2FsZW5kYXItYXBpLXNlY3JldA".to_owned(),
        "OmNhbGVuZGFyLWFwaS1zZWNyZXQ".to_owned(),
        "jYWxlbmRhci1hcGktc2VjcmV0".to_owned(),
    ];
    assert!(!logs.contains("c0de-for-the-app") && !logs.contains("st4te"), "TV-6/5: {logs}");
    for secret in &secrets {
        assert!(!logs.contains(secret), "{secret} is in the logs: {logs}");
        for answer in &answers {
            assert!(!answer.body.contains(secret), "{secret} is in {}", answer.body);
            assert!(
                !format!("{:?}", answer.headers).contains(secret),
                "{secret} is in {:?}",
                answer.headers
            );
        }
    }
}
