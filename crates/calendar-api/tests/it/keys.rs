//! The tenant's keys: when they are fetched, and what happens when they cannot be (SC-9/5, SC-3/5).

use reqwest::Method;
use serde_json::json;
use wire::calendar::ProblemCode;

use crate::harness::{Answer, JWKS, METADATA, Reply, SigningKey, World, jwks, metadata};

#[tokio::test]
async fn keys_are_fetched_once_and_kept() {
    let world = World::start().await;

    for _ in 0..3 {
        world.api.events(&world.token()).await.events();
    }

    assert_eq!(world.tenant.count(METADATA), 1);
    assert_eq!(world.tenant.count(JWKS), 1);
}

#[tokio::test]
async fn a_key_that_the_tenant_has_rotated_to_is_found() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.tenant.usually(JWKS, jwks(&[SigningKey::of_tenant(), SigningKey::other()]));

    world.api.events(&SigningKey::other().token(&world.claims())).await.events();

    assert_eq!(world.tenant.count(JWKS), 2);
}

#[tokio::test]
async fn made_up_key_ids_make_us_ask_the_tenant_once_in_30_seconds() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    let mut header = SigningKey::other().header();
    header["kid"] = json!("made-up");
    let forged = SigningKey::other().token_with_header(&header, &world.claims());

    for _ in 0..3 {
        world.api.events(&forged).await.refused(401, ProblemCode::InvalidToken);
    }
    assert_eq!(world.tenant.count(JWKS), 2);

    world.clock.advance(30);
    world.api.events(&forged).await.refused(401, ProblemCode::InvalidToken);
    assert_eq!(world.tenant.count(JWKS), 3);
    world.api.events(&world.token()).await.events();
}

#[tokio::test]
async fn a_key_that_the_tenant_has_withdrawn_is_soon_refused() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.tenant.usually(JWKS, jwks(&[SigningKey::other()]));

    world.clock.advance(600);

    world.api.events(&world.token()).await.refused(401, ProblemCode::InvalidToken);
}

#[tokio::test]
async fn known_keys_go_on_being_used_while_the_tenant_is_away() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.tenant.stop().await;

    world.clock.advance(600);

    world.api.events(&world.token()).await.events();
}

#[tokio::test]
async fn requests_at_the_same_time_fetch_the_keys_once() {
    let world = World::start().await;
    world.three_requests_share_one_call(JWKS).await;
}

/// A good token is not called bad because the tenant is away.
#[tokio::test]
async fn without_keys_the_tenant_is_unreachable() {
    let world = World::start().await;
    world.tenant.stop().await;

    let answer = world.api.events(&world.token()).await;

    answer.refused(504, ProblemCode::TenantUnreachable);
    assert_eq!(answer.challenge(), "");
}

#[tokio::test]
async fn an_unknown_key_is_no_bad_token_while_the_tenant_is_away() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.tenant.stop().await;

    let answer = world.api.events(&SigningKey::other().token(&world.claims())).await;

    answer.refused(504, ProblemCode::TenantUnreachable);
}

#[tokio::test]
async fn a_tenant_that_hangs_is_unreachable() {
    for what in [METADATA, JWKS] {
        let world = World::impatient().await;
        world.tenant.usually(what, Reply::Never);

        world.api.events(&world.token()).await.refused(504, ProblemCode::TenantUnreachable);
    }
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_asked_for_again() {
    for broken in [
        Reply::Text(500, "oops"),
        Reply::Text(200, "no JSON"),
        Reply::Json(404, json!({"keys": []})),
    ] {
        for what in [METADATA, JWKS] {
            let world = World::start().await;
            world.tenant.next(what, broken.clone());
            world.api.events(&world.token()).await.refused(504, ProblemCode::TenantUnreachable);

            world.clock.advance(2);

            world.api.events(&world.token()).await.events();
        }
    }
}

/// SC-3/5.
#[tokio::test]
async fn metadata_of_another_issuer_are_not_believed() {
    let world = World::start().await;
    let url = world.tenant.url();
    for issuer in [url.to_owned(), format!("{url}//"), "https://tenant.example.com/".to_owned()] {
        world.clock.advance(60);
        world.tenant.next(METADATA, metadata(&issuer, url));

        world.api.events(&world.token()).await.refused(504, ProblemCode::TenantUnreachable);
    }
    assert_eq!(world.tenant.count(JWKS), 0);
}

#[tokio::test]
async fn health_tells_whether_the_keys_are_known() {
    let world = World::start().await;
    let health = || Answer::to(world.api.request(Method::GET, "/health"));
    world.tenant.next(JWKS, Reply::Text(503, "starting"));
    health().await.refused(504, ProblemCode::TenantUnreachable);

    world.clock.advance(2);
    assert_eq!(health().await.status, 200);

    world.tenant.stop().await;
    assert_eq!(health().await.status, 200);
}
