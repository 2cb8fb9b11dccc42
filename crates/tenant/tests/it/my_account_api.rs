//! The My Account API as an API of the tenant's: who gets tokens for it, and how (connected-accounts.md §1).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, World, granting, redemption, request, unverified_claims};

const SCOPES: &str =
    "create:me:connected_accounts read:me:connected_accounts delete:me:connected_accounts";

/// Identifier of the API: the issuer with `me/` behind it, slash included.
fn audience(world: &World) -> String {
    format!("{}me/", world.tenant.issuer())
}

async fn api(world: &World) -> Value {
    let id = audience(world).replace(':', "%3A").replace('/', "%2F");
    world.management("GET", &format!("/api/v2/resource-servers/{id}"), None).await.ok()
}

/// CA-1/1, CA-1/2, DT-3/18, MG-5/18.
#[tokio::test]
async fn the_tenant_has_it_of_its_own() {
    let world = World::quickstart().await;
    let api = api(&world).await;

    assert_eq!(api["name"], "Auth0 My Account API");
    assert_eq!(api["identifier"], audience(&world));
    assert_eq!(api["is_system"], true);
    assert_eq!(
        (&api["token_lifetime"], &api["token_lifetime_for_web"]),
        (&json!(600), &json!(600))
    );
    assert_eq!(api["allow_offline_access"], true);
    assert_eq!(api["skip_consent_for_verifiable_first_party_clients"], true);
    assert_eq!(api["signing_alg"], "RS256");
    assert_eq!(api["proof_of_possession"], json!({ "mechanism": "dpop", "required": false }));
    assert_eq!(
        api["subject_type_authorization"],
        json!({ "client": { "policy": "deny_all" }, "user": { "policy": "require_client_grant" } })
    );
    let scopes: Vec<_> =
        api["scopes"].as_array().unwrap().iter().map(|scope| &scope["value"]).collect();
    for scope in SCOPES.split(' ').chain(["read:me:authentication_methods"]) {
        assert!(scopes.contains(&&json!(scope)), "{scope}: {scopes:?}");
    }

    let path = format!("/api/v2/resource-servers/{}", api["id"].as_str().unwrap());
    world.management("DELETE", &path, None).await.refused_with(400, "invalid_body");
    let named = json!({ "name": "Mine" });
    world.management("PATCH", &path, Some(named)).await.refused_with(400, "invalid_body");
}

/// An export of a real tenant may hold it.
#[tokio::test]
async fn a_tenant_file_cannot_have_another_of_its_name() {
    let world = World::with(|file| {
        let other = "resourceServers:\n  - name: Mine\n    identifier: \"##ISSUER##me/\"\n";
        file.replace("resourceServers:\n", other)
    })
    .await;
    assert_eq!(api(&world).await["name"], "Auth0 My Account API");
}

/// CA-1/3, CA-1/4: by a login for it.
#[tokio::test]
async fn a_login_yields_a_token_for_ten_minutes() {
    let world = World::quickstart().await;
    let audience = audience(&world);
    let scope = format!("openid {SCOPES} read:me:authentication_methods");
    let request = request(&[("audience", &audience), ("scope", &scope)]);
    let code = world.browser().code(ADA, &request).await;

    let tokens = world.token(&redemption(&code, &[])).await.ok();

    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["scope"], format!("openid {SCOPES}"), "no more than the client's grant");
    let claims = unverified_claims(&tokens["access_token"]);
    assert_eq!(claims["aud"][0], audience);
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 600);
}

/// CA-1/3, README of the contract, facts 2 and 3: as auth0-spa-js asks for it.
#[tokio::test]
async fn the_refresh_token_of_a_login_for_another_api_yields_one_too() {
    let world = World::quickstart().await;
    let login = "openid profile email offline_access read:calendar";
    let refresh_token = world.log_in(ADA, login).await["refresh_token"].clone();
    let scope = "openid profile email offline_access create:me:connected_accounts";
    let audience = audience(&world);

    let changes = [("audience", audience.as_str()), ("scope", scope)];
    let tokens = world.refresh(&refresh_token, &changes).await.ok();

    let granted: Vec<_> = tokens["scope"].as_str().unwrap().split(' ').collect();
    assert!(scope.split(' ').all(|scope| granted.contains(&scope)), "{granted:?}");
    assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(unverified_claims(&tokens["access_token"])["aud"][0], audience);
}

/// CA-1/4: a grant for machines gives people's tokens nothing.
#[tokio::test]
async fn a_client_without_a_grant_for_people_gets_none() {
    for grant in ["    subject_type: client\n", ""] {
        let world = World::with(|file| file.replace("    subject_type: user\n", grant)).await;
        let audience = audience(&world);
        let asked = request(&[("audience", &audience), ("scope", "read:me:connected_accounts")]);
        let browser = world.browser();
        browser.authorize(&asked).await.sent_back("invalid_request");

        let refresh_token =
            world.log_in(ADA, "openid offline_access").await["refresh_token"].clone();
        let refused = world.refresh(&refresh_token, &[("audience", &audience)]).await;
        refused.refused(400, "invalid_request");
    }
}

/// CA-1/5: not even with a grant.
#[tokio::test]
async fn no_client_gets_one_for_itself() {
    let world =
        World::with(|file| granting(&file, "\"##ISSUER##me/\"", "read:me:connected_accounts"))
            .await;
    let refused =
        world.client_credentials("management", "management-secret", &audience(&world)).await;
    refused.refused(403, "access_denied");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// CA-1/7, AZ-3/16, TK-3.4/7: a tenant that asks for more than an old login refuses who has no more to show.
#[tokio::test]
async fn a_policy_wants_a_login_of_late() {
    let world = World::with(|file| {
        file.replace("tenant:\n", "tenant:\n  my_account: {require_2fa: true}\n")
    })
    .await;
    let audience = audience(&world);
    let scope = ("scope", "openid offline_access read:me:connected_accounts");
    let asked = request(&[("audience", &audience), scope]);
    let browser = world.browser();
    let code = browser.code(ADA, &asked).await;
    let token = world.token(&redemption(&code, &[])).await.ok()["refresh_token"].clone();
    world.tenant.clock().advance(900);
    let token = world.refresh(&token, &[]).await.ok()["refresh_token"].clone();

    world.tenant.clock().advance(1);

    let refused = world.refresh(&token, &[]).await;
    refused.refused(403, "unmet_authentication_requirements");
    let silent = request(&[("audience", &audience), scope, ("prompt", "none")]);
    browser.authorize(&silent).await.sent_back("unmet_authentication_requirements");
    // Other APIs know no such policy, and who can be asked is.
    let other = browser.authorize(&request(&[("prompt", "none")])).await.location();
    assert!(other.as_str().contains("code="), "{other}");
    browser.code(ADA, &asked).await;
    let silent = browser.authorize(&silent).await.location();
    assert!(silent.as_str().contains("code="), "{silent}");
}

/// CA-1/7: it is a tenant's own choice.
#[tokio::test]
async fn without_the_policy_an_old_login_will_do() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, "openid offline_access").await["refresh_token"].clone();
    world.tenant.clock().advance(24 * 3600);
    world.refresh(&token, &[("audience", &audience(&world))]).await.ok();
}
