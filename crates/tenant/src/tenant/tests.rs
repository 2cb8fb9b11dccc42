use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use wire::discovery::{Jwks, ProviderMetadata};

use super::*;
use crate::signup::PEOPLE_AT_MOST;
use crate::store::users::User;

fn quickstart() -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        import: concat!(env!("CARGO_MANIFEST_DIR"), "/../../tenants/quickstart.yaml").into(),
        ..Config::default()
    }
}

/// Issue 3, point 7: strangers cannot fill the tenant's memory by signing up.
#[tokio::test]
async fn a_tenant_full_of_people_takes_no_more() {
    let tenant = start(quickstart()).await.unwrap();
    let ada = tenant.state.users.find_by_email("ada@example.com").await.unwrap();
    for number in 0..PEOPLE_AT_MOST {
        let user_id = format!("auth0|{number}").into();
        let user = User { user_id, email: format!("{number}@example.com"), ..ada.clone() };
        tenant.state.users.sign_in(user).await;
    }
    let browser = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let mut url = Url::parse(&format!("{}/authorize", tenant.url())).unwrap();
    url.query_pairs_mut()
        .append_pair("client_id", "calendar-spa")
        .append_pair("response_type", "code")
        .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .append_pair("code_challenge_method", "S256")
        .append_pair("screen_hint", "signup");
    let page = browser.get(url).send().await.unwrap().url().clone();
    let state = page.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();

    let form = [("state", &*state), ("email", "edith@example.com"), ("password", "edith-password")];
    let answer = browser.post(page.join("/u/signup").unwrap()).form(&form).send().await.unwrap();

    assert_eq!(answer.status(), 400);
    assert!(tenant.state.users.find_by_email("edith@example.com").await.is_none());
}

/// Issue 3: signing keys are made without delaying the first answer of discovery; who needs them waits.
#[tokio::test]
async fn discovery_is_answered_before_there_are_keys() {
    let tenant = start_without_keys(quickstart()).await.unwrap();
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
