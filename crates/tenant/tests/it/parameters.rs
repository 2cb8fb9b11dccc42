//! The parameters of `/authorize` that say what is asked for, each by its effect.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{
    ADA, CALENDAR, CALLBACK, Reply, World, of_a_third_party, parameter, redemption, request,
    unverified_claims,
};

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
    let world = World::with(|file| of_a_third_party(&file)).await;
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

const WITHOUT_PKCE: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];

/// SC-2/6, SC-7/9: a challenge that somebody stripped off is missed, unless the tenant puts up with apps that have none;
/// a third party has one in any case.
#[tokio::test]
async fn public_clients_need_a_challenge_unless_the_tenant_says_otherwise() {
    let switch = "tenant:\n  allow_public_clients_without_pkce: true\n";
    let world = World::quickstart().await;
    world.browser().authorize(&request(&WITHOUT_PKCE)).await.sent_back("invalid_request");

    let world = World::with(|file| file.replacen("tenant:\n", switch, 1)).await;
    let code = world.browser().code(ADA, &request(&WITHOUT_PKCE)).await;
    world.token(&redemption(&code, &[])).await.refused(403, "invalid_grant");
    let code = world.browser().code(ADA, &request(&WITHOUT_PKCE)).await;
    world.token(&redemption(&code, &[("code_verifier", "")])).await.ok();

    let world = World::with(|file| of_a_third_party(&file.replacen("tenant:\n", switch, 1))).await;
    let asked = request(&[WITHOUT_PKCE[0], WITHOUT_PKCE[1], ("audience", "")]);
    world.browser().authorize(&asked).await.sent_back("invalid_request");
}

/// SC-1/14: the state comes back as it went, and none comes where none went.
#[tokio::test]
async fn the_state_is_echoed_and_never_made_up() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let url = browser.log_in(ADA, &request(&[("state", "<ä> +&=%20")])).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("<ä> +&=%20"));
    for changes in [vec![("state", "")], vec![("state", ""), ("audience", "nobody")]] {
        let url = browser.authorize(&request(&changes)).await.location();
        assert_eq!(parameter(&url, "state"), None, "{url}");
    }
}

/// SC-8/1: an app in a browser has no secret to lose, and no flow but the one with a code and a challenge.
#[tokio::test]
async fn a_new_app_in_a_browser_has_no_secret_and_no_password_flow() {
    let world = World::quickstart().await;
    let body = json!({ "name": "New", "app_type": "spa", "callbacks": [CALLBACK] });
    let client = world.management("POST", "/api/v2/clients", Some(body)).await;
    let client = client.expect(StatusCode::CREATED).json();
    assert_eq!(client["token_endpoint_auth_method"], "none");
    let id = client["client_id"].as_str().unwrap();
    let asked = request(&[WITHOUT_PKCE[0], WITHOUT_PKCE[1], ("client_id", id)]);
    world.browser().authorize(&asked).await.sent_back("invalid_request");
    for grant_type in ["password", "client_credentials"] {
        let form = [("grant_type", grant_type), ("client_id", id), ("username", ADA)];
        let reply = world.token(&form).await;
        assert!(reply.status.is_client_error() && reply.json()["error"].is_string(), "{reply:?}");
        assert!(reply.json()["access_token"].is_null(), "{reply:?}");
    }
    let by_token = request(&[("response_type", "token")]);
    let refused = world.browser().authorize(&by_token).await.location();
    assert!(refused.fragment().unwrap_or_default().contains("error=unauthorized_client"));
}

/// AZ-1/26.
#[tokio::test]
async fn extensions_reach_the_login_page() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let asked = request(&[("ext-promo", "summer & <b>"), ("promo", "winter")]);
    let page = browser.get(browser.authorize(&asked).await.location().as_str()).await;
    let shown = "<dt>ext-promo</dt><dd>summer &#38; &#60;b&#62;</dd>";
    assert!(page.body.contains(shown), "{}", page.body);
    assert!(!page.body.contains("winter"), "{}", page.body);
}
