//! Claims that a tenant adds (DT-3/15), and what profiles hold for them.

use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, GRACE, World, redemption, request, unverified_claims};

const CLAIMS: &str = "tenant:
  custom_claims:
    id_token:
      https://example.com/plan: ${user.app_metadata.plan}
      https://example.com/theme: ${user.user_metadata.look.theme}
      https://example.com/fixed: [1, true]
    access_token:
      https://example.com/email: ${user.email}
";

async fn world() -> World {
    World::with(|file| {
        let own = "    password: ada-password\n    app_metadata: {plan: gold}\n    user_metadata: {look: {theme: dark}}\n";
        file.replace("tenant:\n", CLAIMS).replace("    password: ada-password\n", own)
    })
    .await
}

async fn claims(world: &World, person: &str) -> (Value, Value) {
    let code = world.browser().code(person, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    (unverified_claims(&tokens["id_token"]), unverified_claims(&tokens["access_token"]))
}

#[tokio::test]
async fn claims_of_the_tenant_are_fixed_or_of_the_persons_profile() {
    let world = world().await;

    let (id_token, access_token) = claims(&world, ADA).await;
    assert_eq!(id_token["https://example.com/plan"], "gold");
    assert_eq!(id_token["https://example.com/theme"], "dark");
    assert_eq!(id_token["https://example.com/fixed"], json!([1, true]));
    assert!(id_token.get("https://example.com/email").is_none());
    assert_eq!(access_token["https://example.com/email"], ADA);
    assert!(access_token.get("https://example.com/plan").is_none());

    // What a profile does not hold is not claimed.
    let (id_token, _) = claims(&world, GRACE).await;
    assert!(id_token.get("https://example.com/plan").is_none());
    assert_eq!(id_token["https://example.com/fixed"], json!([1, true]));
}

/// The tenant takes back what it added to.
#[tokio::test]
async fn tokens_with_claims_of_the_tenant_are_taken() {
    let world = world().await;
    let token = json!(world.access_token(ADA, CALENDAR).await);
    world.describes(&token).await.ok();
    world.exchanged(&token).await.ok();
}

#[tokio::test]
async fn claims_of_the_standards_and_of_auth0_cannot_be_set() {
    for name in ["sub", "azp", "roles", "permissions", "urn:example:a", "https://a.auth0.com/b"] {
        let claims = format!("tenant:\n  custom_claims:\n    access_token:\n      {name}: x\n");
        let error = World::refused(|file| file.replace("tenant:\n", &claims)).await;
        assert!(error.contains(name) && error.contains("https://example.com/"), "{error}");
    }
}
