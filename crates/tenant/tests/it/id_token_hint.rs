//! `id_token_hint` at `/authorize`.

use crate::harness::{ADA, Browser, GRACE, World, parameter, redemption, request};

/// The tokens of a person who logs in.
async fn tokens(world: &World, browser: &Browser<'_>, email: &str) -> serde_json::Value {
    let code = browser.code(email, &request(&[("prompt", "login")])).await;
    world.token(&redemption(&code, &[])).await.ok()
}

/// AZ-1/24: a hint that has expired is a hint all the same.
#[tokio::test]
async fn whom_the_app_expects_is_not_asked() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let tokens = tokens(&world, &browser, ADA).await;
    world.tenant.clock().advance(2 * 24 * 3600);

    let hint = tokens["id_token"].as_str().unwrap();
    let silent = request(&[("id_token_hint", hint), ("prompt", "none")]);
    let url = browser.authorize(&silent).await.location();

    assert!(parameter(&url, "code").is_some(), "{url}");
}

/// AZ-1/24, SC-4/6.
#[tokio::test]
async fn someone_else_than_the_app_expects_has_to_log_in() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let of_ada = tokens(&world, &browser, ADA).await;
    let of_ada = of_ada["id_token"].as_str().unwrap();
    tokens(&world, &browser, GRACE).await;

    let silent = request(&[("id_token_hint", of_ada), ("prompt", "none")]);
    browser.authorize(&silent).await.sent_back("login_required");
    let refused = browser.log_in(GRACE, &request(&[("id_token_hint", of_ada)])).await;
    assert_eq!(parameter(&refused, "error").as_deref(), Some("login_required"), "{refused}");
    browser.code(ADA, &request(&[("id_token_hint", of_ada)])).await;
}

/// SC-9/3: an access token is no ID token, and neither is what another tenant signed.
#[tokio::test]
async fn what_is_no_id_token_of_the_app_is_refused() {
    let world = World::quickstart().await;
    let elsewhere = World::quickstart().await;
    let of_another_tenant = tokens(&elsewhere, &elsewhere.browser(), ADA).await;
    let own = tokens(&world, &world.browser(), ADA).await;
    let id_token = own["id_token"].as_str().unwrap();
    let (head, _) = id_token.rsplit_once('.').unwrap();
    let unsigned = format!("{head}.");
    for hint in [
        "nonsense",
        unsigned.as_str(),
        own["access_token"].as_str().unwrap(),
        of_another_tenant["id_token"].as_str().unwrap(),
    ] {
        let asked = request(&[("id_token_hint", hint)]);
        world.browser().authorize(&asked).await.sent_back("invalid_request");
    }
}

/// AZ-1/24: nobody learns from another client's token whether its person is there.
#[tokio::test]
async fn an_id_token_of_another_client_is_refused() {
    let world = World::with(|file| {
        let spa = file.split_once("  - name: Custom API Client").unwrap().0;
        let spa = spa.rsplit_once("  - name: Calendar SPA").unwrap().1;
        let other = format!("  - name: Other SPA{}", spa.replace("calendar-spa", "other-spa"));
        file.replacen(
            "  - name: Custom API Client",
            &format!("{other}  - name: Custom API Client"),
            1,
        )
        .replacen("      - Calendar SPA\n", "      - Calendar SPA\n      - Other SPA\n", 1)
    })
    .await;
    let own = tokens(&world, &world.browser(), ADA).await;
    let hint = own["id_token"].as_str().unwrap();
    let asked = request(&[("id_token_hint", hint), ("client_id", "other-spa")]);
    world.browser().authorize(&asked).await.sent_back("invalid_request");
    world.browser().login_page(&request(&[("client_id", "other-spa")])).await;
}
