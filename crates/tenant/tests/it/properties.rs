//! What holds for every request, through the real router.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use reqwest::header::CONTENT_TYPE;
use tokio::runtime::Runtime;
use url::Url;

use crate::harness::{ADA, CALLBACK, Reply, World, parameter, request};

/// One tenant for all cases: what one leaves behind is there for the next, as with strangers in the wild.
pub(crate) fn for_all<S: Strategy>(
    strategy: &S,
    check: &impl AsyncFn(&World, S::Value) -> TestCaseResult,
) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::quickstart());
    let outcome = TestRunner::new(Config::default())
        .run(strategy, |case| runtime.block_on(check(&world, case)));
    runtime.block_on(world.tenant.stop());
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// One of the words between the bars.
pub(crate) fn one_of(words: &'static str) -> impl Strategy<Value = String> {
    select(words.split('|').map(str::to_owned).collect::<Vec<_>>())
}

/// Parameters that mean something somewhere.
fn name() -> impl Strategy<Value = String> {
    let known = one_of(
        "client_id|response_type|redirect_uri|audience|scope|state|nonce|code_challenge|code_challenge_method|\
         response_mode|prompt|max_age|login_hint|connection|organization|invitation|screen_hint|ui_locales|acr_values|\
         dpop_jkt|request_uri|request|resource|id_token_hint|ext-x|connection_scope|auth0Client",
    );
    prop_oneof![9 => known, 1 => any::<String>()]
}

/// Values that mean something somewhere, and such that would like to.
fn value() -> impl Strategy<Value = String> {
    let known = one_of(
        "|calendar-spa|management|calendar-api-client|code|token|id_token|code id_token|id_token token|query|fragment|\
         form_post|web_message|none|login|consent|select_account|none login|0|-1|18446744073709551616|S256|plain|\
         E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM|https://my-api.example.com|openid profile offline_access|\
         online_access offline_access|google-oauth2|Username-Password-Authentication|org_abc|signup|\
         urn:ietf:params:oauth:request_uri:x",
    );
    let hostile = one_of(
        "http://localhost:8080/|http://localhost:8080/callback#x|http://localhost:8080/callback?x=1|\
         http://localhost:8080/callback/../evil|http://localhost:8080@evil.example/callback|https://evil.example/|\
         //evil.example|javascript:alert(1)|<marker>\"'|%0d%0aLocation: https://evil.example|evil.example;*",
    );
    prop_oneof![6 => known, 3 => hostile, 1 => any::<String>(), 1 => "[ -~]{0,40}"]
}

/// The app's own request with some parameters changed, added or left out.
fn requests() -> impl Strategy<Value = Vec<(String, String)>> {
    vec((name(), value()), 0..6).prop_map(|changes| {
        let mut request: Vec<_> = request(&[])
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        for (name, value) in changes {
            request.retain(|(own, _)| *own != name);
            request.push((name, value));
        }
        request
    })
}

fn sent<'a>(request: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let value = request.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    value.filter(|value| !value.is_empty())
}

/// What any answer of `/authorize` must be, whoever asks (SC-1/4, SC-1/8, SC-7/2, SC-7/11).
fn check_answer(world: &World, request: &[(String, String)], reply: &Reply) -> TestCaseResult {
    prop_assert!(!reply.status.is_server_error(), "{reply:?}");
    prop_assert!(reply.header("cache-control").contains("no-store"), "{reply:?}");
    prop_assert!(!reply.body.contains("<marker>"), "{reply:?}");
    if reply.status.is_redirection() {
        let location = Url::parse(reply.header("location")).unwrap();
        let own = Url::parse(world.tenant.url()).unwrap().origin();
        if location.origin() == own {
            return Ok(());
        }
        // A social connection that is named leads to its provider, which is to send the browser back to us (AZ-1/15).
        if sent(request, "connection") == Some("google-oauth2")
            && location.origin() == Url::parse(world.provider.url()).unwrap().origin()
        {
            let back = format!("{}login/callback", world.tenant.issuer());
            prop_assert_eq!(parameter(&location, "redirect_uri"), Some(back));
            return Ok(());
        }
        let answer = location.as_str().strip_prefix(CALLBACK).unwrap_or("elsewhere");
        prop_assert!(answer.starts_with(['?', '#']), "{}", location);
        let answer = Url::parse(&format!("http://answer/?{}", &answer[1..])).unwrap();
        let state = parameter(&answer, "state");
        prop_assert_eq!(state.as_deref(), sent(request, "state"));
        prop_assert_ne!(
            parameter(&answer, "code").is_some(),
            parameter(&answer, "error").is_some()
        );
        if sent(request, "prompt") == Some("none") && reply.status.is_success() {
            return Err(TestCaseError::fail(format!("a page though prompt=none: {reply:?}")));
        }
    } else {
        let policy = reply.header("content-security-policy");
        prop_assert!(policy.contains("default-src 'none'"), "{reply:?}");
        prop_assert!(!policy.contains("unsafe") && !policy.contains("evil"), "{reply:?}");
    }
    Ok(())
}

#[test]
fn strangers_are_sent_to_the_app_or_to_our_own_pages_only() {
    for_all(&requests(), &async |world, request| {
        let mut url = Url::parse(&world.at("/authorize")).unwrap();
        url.query_pairs_mut().extend_pairs(&request);
        let reply = world.browser().get(url.as_str()).await;
        check_answer(world, &request, &reply)?;
        prop_assert!(!reply.header("location").contains("code="), "{reply:?}");
        let posted: Vec<_> =
            request.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        check_answer(world, &request, &world.browser().post("/authorize", &posted).await)
    });
}

#[test]
fn who_is_logged_in_is_sent_to_the_app_or_to_our_own_pages_only() {
    for_all(&requests(), &async |world, request| {
        let browser = world.browser();
        browser.log_in(ADA, &crate::harness::request(&[])).await;
        let mut url = Url::parse(&world.at("/authorize")).unwrap();
        url.query_pairs_mut().extend_pairs(&request);
        check_answer(world, &request, &browser.get(url.as_str()).await)
    });
}

#[test]
fn any_query_is_answered() {
    let queries = prop_oneof![
        "[ -~&&[^#\"<>\\\\^`{|}]]{0,200}",
        "(client_id|redirect_uri|state|=|&|%|calendar-spa|%00|%ff|%2500|\\+|[a-z]){0,40}",
    ];
    for_all(&queries, &async |world, query| {
        let Ok(url) = Url::parse(&world.at(&format!("/authorize?{query}"))) else { return Ok(()) };
        let reply = world.browser().get(url.as_str()).await;
        prop_assert!(!reply.status.is_server_error(), "{reply:?}");
        prop_assert!(!reply.status.is_redirection(), "{reply:?}");
        Ok(())
    });
}

/// Secrets of token requests, which no answer repeats.
const SECRETS: &str = "client_secret|code|code_verifier|refresh_token|subject_token|actor_token|client_assertion|password";

fn token_requests() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = one_of(
        "grant_type|client_id|redirect_uri|audience|scope|connection|resource|subject_token_type|requested_token_type|\
         actor_token_type|login_hint|client_assertion_type|organization|token|token_type_hint",
    );
    let values = one_of(
        "|authorization_code|refresh_token|client_credentials|password|urn:ietf:params:oauth:grant-type:token-exchange|\
         urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token|\
         http://auth0.com/oauth/token-type/federated-connection-access-token|\
         urn:ietf:params:oauth:token-type:access_token|urn:ietf:params:oauth:client-assertion-type:jwt-bearer|\
         calendar-spa|management|calendar-api-client|https://my-api.example.com|http://localhost:8080/callback|\
         openid offline_access|google-oauth2",
    );
    let secret = "secret-[ -~]{1,20}|secret-eyJ[A-Za-z0-9._-]{8,60}";
    let secrets = vec((one_of(SECRETS), secret), 0..4);
    let others = vec((names, values), 0..8);
    (secrets, others, vec((any::<String>(), any::<String>()), 0..2))
        .prop_map(|(secrets, others, strange)| [secrets, others, strange].concat())
}

/// TK-1/5: without a proof of anything there is a refusal, in JSON, kept by no cache, that repeats no secret.
fn check_refusal(request: &[(String, String)], reply: &Reply) -> TestCaseResult {
    prop_assert!(reply.status.is_client_error(), "{reply:?}");
    prop_assert!(reply.json()["error"].is_string(), "{reply:?}");
    prop_assert!(reply.header("cache-control").contains("no-store"), "{reply:?}");
    for (name, value) in
        request.iter().filter(|(name, _)| SECRETS.split('|').any(|secret| secret == name))
    {
        prop_assert!(!reply.body.contains(value), "{name}: {reply:?}");
    }
    Ok(())
}

#[test]
fn who_proves_nothing_gets_no_token() {
    for_all(&token_requests(), &async |world, request| {
        let form: Vec<_> =
            request.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        check_refusal(&request, &world.token(&form).await)?;
        let object: serde_json::Map<_, _> =
            request.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let reply = world.post("/oauth/token").json(&object).send().await.unwrap();
        check_refusal(&request, &Reply::of(reply).await)
    });
}

#[test]
fn any_body_is_refused() {
    let media_types = one_of(
        "application/x-www-form-urlencoded|application/json|application/json; charset=utf-8|multipart/form-data|\
         text/plain|application/jwt|",
    );
    let bodies = prop_oneof![
        vec(any::<u8>(), 0..300),
        r#"([{}\[\]":,=&%]|grant_type|client_id|null|1e400|-0|\\u0000|\\ud800|[a-z]){0,40}"#
            .prop_map(String::into_bytes),
        (1_usize..2000).prop_map(|depth| "[".repeat(depth).into_bytes()),
    ];
    for_all(&(media_types, bodies), &async |world, (media_type, body)| {
        let request = world.post("/oauth/token").header(CONTENT_TYPE, media_type).body(body);
        check_refusal(&[], &Reply::of(request.send().await.unwrap()).await)
    });
}

#[test]
fn any_authorization_header_is_refused() {
    let headers = prop_oneof![
        vec(0x20_u8..=0xFF, 0..100),
        "(Basic|basic|Bearer|DPoP) [A-Za-z0-9+/=._-]{0,80}".prop_map(String::into_bytes),
    ];
    for_all(&headers, &async |world, header| {
        let Ok(header) = reqwest::header::HeaderValue::from_bytes(&header) else { return Ok(()) };
        let form = [("grant_type", "client_credentials"), ("client_id", "management")];
        let request = world.post("/oauth/token").header("authorization", &header).form(&form);
        check_refusal(&[], &Reply::of(request.send().await.unwrap()).await)?;
        let request = world.http.get(world.at("/userinfo")).header("authorization", &header);
        let reply = Reply::of(request.send().await.unwrap()).await;
        prop_assert_eq!(reply.status.as_u16(), 401, "{:?}", reply);
        Ok(())
    });
}
