//! Each kind of token is good where its kind is asked for, and nowhere else (SC-9/3, RFC 8725 §3.11, §3.12).

use reqwest::StatusCode;
use serde_json::json;

use crate::client_authentication::{ask, claims, world};
use crate::harness::{ADA, CALENDAR, World, redemption, request};
use crate::signer::Signer;
use crate::token_vault::exchange;

/// Whether a token is taken, by place: userinfo, the exchange, the Management API, a logout's hint, an assertion.
async fn taken(world: &World, token: &str) -> [bool; 5] {
    let userinfo = world.describes(&json!(token)).await;
    let exchanged = world.token(&exchange(token, &[])).await;
    let managed = world.management_with(token, "GET", "/api/v2/clients", None).await;
    let hint = format!("/oidc/logout?id_token_hint={token}");
    let logged_out = world.browser().get(&hint).await;
    let asserted = ask(world, &[], token).await;
    let statuses =
        [&userinfo, &exchanged, &managed, &logged_out, &asserted].map(|reply| reply.status);
    // What is refused is refused, not stumbled over.
    assert!(statuses.iter().all(|status| !status.is_server_error()), "{statuses:?}");
    statuses.map(|status| status == StatusCode::OK || status == StatusCode::FOUND)
}

/// SC-9/3, SC-4/3.
#[tokio::test]
async fn no_kind_of_token_passes_for_another() {
    let world = world().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let of_auth0 = text("access_token");
    world.change_api(json!({ "token_dialect": "rfc9068_profile" })).await;
    let of_the_rfc = world.access_token(ADA, CALENDAR).await;
    let management = world.management_token("read:clients").await;
    let assertion = Signer::known().sign(&claims(&world, &json!({})));

    for (kind, token, places) in [
        ("ID token", text("id_token"), [false, false, false, true, false]),
        ("access token of Auth0's dialect", of_auth0, [true, true, false, false, false]),
        ("access token of RFC 9068's", of_the_rfc, [true, true, false, false, false]),
        ("Management API token", management, [false, false, true, false, false]),
        ("client assertion", assertion, [false, false, false, false, true]),
    ] {
        assert_eq!(taken(&world, &token).await, places, "{kind}");
    }
}
