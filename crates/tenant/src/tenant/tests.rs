use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use wire::discovery::{Jwks, ProviderMetadata};

use super::*;

/// Issue 3: signing keys are made without delaying the first answer of discovery; who needs them waits.
#[tokio::test]
async fn discovery_is_answered_before_there_are_keys() {
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        import: concat!(env!("CARGO_MANIFEST_DIR"), "/../../tenants/quickstart.yaml").into(),
        ..Config::default()
    };
    let tenant = start_without_keys(config).await.unwrap();
    let get = |path: &str| reqwest::get(format!("{}{path}", tenant.url()));

    let metadata = get("/.well-known/openid-configuration").await.unwrap();
    let metadata: ProviderMetadata = metadata.json().await.unwrap();
    assert_eq!(metadata.issuer, tenant.issuer());

    let mut published = pin!(tenant.state.keys.jwks());
    let is_waiting = poll_fn(|cx| Poll::Ready(published.as_mut().poll(cx).is_pending())).await;
    assert!(is_waiting, "there are no keys to publish yet");
    let asked = tokio::spawn(get("/.well-known/jwks.json"));
    let healthy = tokio::spawn(get("/health"));

    tenant.state.keys.make("localhost", tenant.clock().now());

    let published: Jwks = asked.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(published.keys.len(), 2);
    assert_eq!(healthy.await.unwrap().unwrap().status(), 200);
}
