//! Access tokens in both dialects (discovery-and-tokens.md §3).

use serde_json::{Value, json};

use crate::harness::{
    ADA, CALENDAR, Reply, World, granting, parameter, redemption, request, unverified_claims,
    unverified_header,
};
use crate::token_vault::exchange;

impl World {
    /// A world whose calendar API has these settings.
    pub(crate) async fn with_api(settings: Value) -> Self {
        let world = Self::quickstart().await;
        world.change_api(settings).await;
        world
    }

    pub(crate) async fn change_api(&self, settings: Value) {
        let path = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
        self.management("PATCH", path, Some(settings)).await.ok();
    }

    /// The access token of a login with the app.
    pub(crate) async fn logged_in(&self) -> Value {
        let code = self.browser().code(ADA, &request(&[])).await;
        self.token(&redemption(&code, &[])).await.ok()["access_token"].clone()
    }

    pub(crate) async fn describes(&self, token: &Value) -> Reply {
        let request = self.http.get(self.at("/userinfo")).bearer_auth(token.as_str().unwrap());
        Reply::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn exchanged(&self, token: &Value) -> Reply {
        self.token(&exchange(token.as_str().unwrap(), &[])).await
    }
}

#[track_caller]
fn names_of(claims: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// DT-3/1 to DT-3/6, DT-3/8, DT-3/14, DT-3/15.
#[tokio::test]
async fn auth0s_dialect_names_the_client_in_azp() {
    let world = World::quickstart().await;
    let token = world.logged_in().await;

    let claims = unverified_claims(&token);
    let header = unverified_header(token.as_str().unwrap());
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["typ"], "JWT");
    assert_eq!(names_of(&claims), ["aud", "azp", "exp", "iat", "iss", "scope", "sub"]);
    let issuer = world.tenant.issuer();
    assert_eq!(claims["iss"], issuer);
    assert_eq!(claims["sub"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(claims["aud"], json!([CALENDAR, format!("{issuer}userinfo")]));
    assert_eq!(claims["azp"], "calendar-spa");
    assert_eq!(claims["scope"], "openid profile email read:calendar");
    let seconds = |name: &str| claims[name].as_u64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 86_400, "DT-3/16");
}

/// DT-3/5, DT-3/7, SC-4/1, SC-4/2.
#[tokio::test]
async fn the_dialect_of_the_rfc_has_its_type_its_client_id_and_a_name_of_its_own() {
    let world = World::with_api(json!({ "token_dialect": "rfc9068_profile" })).await;
    let (token, another) = (world.logged_in().await, world.logged_in().await);

    let claims = unverified_claims(&token);
    assert_eq!(unverified_header(token.as_str().unwrap())["typ"], "at+jwt");
    assert_eq!(names_of(&claims), ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"]);
    assert_eq!(claims["client_id"], "calendar-spa");
    assert_ne!(claims["jti"], unverified_claims(&another)["jti"]);
    // The tenant takes it back wherever it takes access tokens.
    world.describes(&token).await.ok();
    world.exchanged(&token).await.ok();
}

/// DT-3/2, DT-3/9, DT-3/10: a client's own token.
#[tokio::test]
async fn only_auth0s_dialect_names_the_grant() {
    for (dialect, gty) in
        [("access_token", json!("client-credentials")), ("rfc9068_profile", json!(null))]
    {
        let world = World::with(|file| granting(&file, CALENDAR, "read:calendar")).await;
        world.change_api(json!({ "token_dialect": dialect })).await;
        let token =
            world.client_credentials("management", "management-secret", CALENDAR).await.ok();
        let claims = unverified_claims(&token["access_token"]);
        assert_eq!(claims["gty"], gty);
        assert_eq!(claims["sub"], "management@clients");
        assert_eq!(claims["aud"], CALENDAR, "one audience is a string");
    }
}

/// DT-3/3: without `openid` the token is for the API alone.
#[tokio::test]
async fn without_openid_aud_is_a_string() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[("scope", "read:calendar")])).await;
    let token = world.token(&redemption(&code, &[])).await.ok()["access_token"].clone();
    assert_eq!(unverified_claims(&token)["aud"], CALENDAR);
}

/// DT-3/16, DT-3/17, MG-5/11: each flow has its lifetime.
#[tokio::test]
async fn lifetimes_are_those_of_the_api() {
    let lifetimes = json!({ "token_lifetime": 5000, "token_lifetime_for_web": 300 });
    let world = World::with_api(lifetimes).await;
    let spa = json!({ "grant_types": ["authorization_code", "implicit"] });
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(spa)).await.ok();

    let lifetime = |token: &Value| {
        let claims = unverified_claims(token);
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap()
    };
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert_eq!(tokens["expires_in"], 5000);
    assert_eq!(lifetime(&tokens["access_token"]), 5000);

    let implicit =
        [("response_type", "token"), ("code_challenge", ""), ("code_challenge_method", "")];
    let callback = world.browser().log_in(ADA, &request(&implicit)).await;
    let fragment = format!("http://localhost/?{}", callback.fragment().unwrap());
    let answer = fragment.parse().unwrap();
    assert_eq!(parameter(&answer, "expires_in").as_deref(), Some("300"));
    assert_eq!(lifetime(&json!(parameter(&answer, "access_token"))), 300);
}
