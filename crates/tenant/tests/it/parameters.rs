//! The parameters of `/authorize` that say what is asked for, each by its effect.

use reqwest::StatusCode;

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request, unverified_claims};

const THIRD_PARTY: (&str, &str) =
    ("    app_type: spa\n", "    app_type: spa\n    is_first_party: false\n");

/// AZ-1/4: what the API does not know is dropped, and the answer says what was granted.
#[tokio::test]
async fn unknown_scopes_are_dropped() {
    let world = World::quickstart().await;
    let asked = request(&[("scope", "openid fly:planes read:calendar openid")]);
    let code = world.browser().code(ADA, &asked).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert_eq!(tokens["scope"], "openid read:calendar");
}

/// AZ-1/5: without an API the token is for `/userinfo` alone.
#[tokio::test]
async fn without_an_audience_the_token_is_opaque() {
    let world = World::quickstart().await;
    let asked = request(&[("audience", ""), ("scope", "openid read:calendar")]);
    let code = world.browser().code(ADA, &asked).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert!(!tokens["access_token"].as_str().unwrap().contains('.'));
    assert_eq!(tokens["scope"], "openid");
}

/// AZ-1/6, SC-3/11.
#[tokio::test]
async fn a_resource_names_the_api_in_the_compatibility_profile_alone() {
    let by_resource = request(&[("audience", ""), ("resource", CALENDAR)]);
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &by_resource).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert!(!tokens["access_token"].as_str().unwrap().contains('.'));

    let profile = "tenant:\n  resource_parameter_profile: compatibility\n";
    let world = World::with(|file| file.replacen("tenant:\n", profile, 1)).await;
    let code = world.browser().code(ADA, &by_resource).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    assert_eq!(unverified_claims(&tokens["access_token"])["aud"][0], CALENDAR);

    for malformed in ["not-absolute", "https://my-api.example.com#part"] {
        let asked = request(&[("audience", ""), ("resource", malformed)]);
        world.browser().authorize(&asked).await.sent_back("invalid_target");
    }
    let unknown = request(&[("audience", ""), ("resource", "https://nope.example.com")]);
    world.browser().authorize(&unknown).await.sent_back("access_denied");
    let both = request(&[("resource", "https://nope.example.com")]);
    world.browser().login_page(&both).await;
}

/// AZ-1/25, AZ-1/27, SC-1/5: what is not known is ignored.
#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let world = World::quickstart().await;
    let asked = request(&[("auth0Client", "eyJuYW1lIjoiYXV0aDAtc3BhLWpzIn0="), ("foo", "bar")]);
    let code = world.browser().code(ADA, &asked).await;
    world.token(&redemption(&code, &[])).await.ok();
}

/// AZ-1/27.
#[tokio::test]
async fn unknown_parameters_of_a_third_party_are_refused() {
    let world = World::with(|file| file.replace(THIRD_PARTY.0, THIRD_PARTY.1)).await;
    let browser = world.browser();
    let asked = request(&[("audience", ""), ("foo", "bar")]);
    browser.authorize(&asked).await.sent_back("invalid_request");
    let known =
        request(&[("audience", ""), ("auth0Client", "e30="), ("ext-foo", "bar"), ("foo", "")]);
    browser.login_page(&known).await;
}

/// SC-1/3: the endpoint keeps a query of its own, which is no part of a request that is posted.
#[tokio::test]
async fn a_query_beside_a_posted_request_counts_for_nothing() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let reply = browser.post("/authorize?tenant=blue&scope=none", &request(&[])).await;
    assert_eq!(reply.location().path(), "/u/login");
    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    let endpoint = metadata["authorization_endpoint"].as_str().unwrap();
    assert!(!endpoint.contains('#'), "{endpoint}");
}

/// Nothing but a form is read, and no other method is answered.
#[tokio::test]
async fn only_get_and_post_are_answered() {
    let world = World::quickstart().await;
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = world.http.request(method.parse().unwrap(), world.at("/authorize"));
        let reply = Reply::of(request.send().await.unwrap()).await;
        reply.expect(StatusCode::METHOD_NOT_ALLOWED);
    }
}

/// AZ-1/22: a thumbprint is a SHA-256 digest.
#[tokio::test]
async fn a_malformed_thumbprint_is_refused() {
    let world = World::quickstart().await;
    for malformed in ["short", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I=", "not base64url!"] {
        let asked = request(&[("dpop_jkt", malformed)]);
        world.browser().authorize(&asked).await.sent_back("invalid_request");
    }
}
