//! How the answers of `/authorize` travel.

use reqwest::StatusCode;
use serde_json::Value;

use crate::harness::{ADA, CALLBACK, Reply, World, parameter, redemption, request};

const APP: &str = "http://localhost:8080";

/// A browser that is logged in asks again, with these changes.
async fn answer(world: &World, changes: &[(&'static str, &str)]) -> Reply {
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    browser.authorize(&request(changes)).await
}

/// The value of an attribute, as a browser reads it.
#[track_caller]
fn attribute(html: &str, name: &str) -> String {
    let (_, rest) =
        html.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("{name}: {html}"));
    let (value, _) = rest.split_once('"').unwrap();
    value.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">")
}

#[track_caller]
fn hidden(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" ")).unwrap();
    attribute(rest, "value")
}

/// A page whose script, if it has one, is a file: nothing inline would run.
#[track_caller]
fn has_no_inline_script(page: &Reply) {
    assert!(page.header("content-security-policy").contains("script-src 'self';"), "{page:?}");
    for script in page.body.split("<script").skip(1) {
        assert!(script.trim_start().starts_with("src=\"/assets/"), "{}", page.body);
        assert!(script.contains("></script>"), "{}", page.body);
    }
}

/// AZ-2/1: the registered query stays, and the answer joins it.
#[tokio::test]
async fn an_answer_joins_the_query_of_the_address() {
    let with_query = "http://localhost:8080/callback?keep=1";
    let world = World::with(|file| {
        file.replace("- http://localhost:8080/callback", &format!("- {with_query}"))
    })
    .await;
    let browser = world.browser();

    let url =
        browser.log_in(ADA, &request(&[("redirect_uri", with_query), ("state", "a b+c&d")])).await;

    assert!(url.as_str().starts_with(&format!("{with_query}&code=")), "{url}");
    assert!(url.as_str().ends_with("&state=a%20b%2Bc%26d"), "{url}");
    let refused =
        browser.authorize(&request(&[("redirect_uri", with_query), ("audience", "no one")])).await;
    let location = refused.header("location");
    assert!(
        location
            .starts_with(&format!("{with_query}&error=access_denied&error_description=Service%20")),
        "{location}"
    );
}

/// AZ-1/11, AZ-2/2.
#[tokio::test]
async fn a_code_may_come_in_the_fragment() {
    let world = World::quickstart().await;
    let reply = answer(&world, &[("response_mode", "fragment")]).await;

    let location = reply.header("location");
    assert!(location.starts_with(&format!("{CALLBACK}#code=")), "{location}");
    assert!(location.ends_with("&state=af0ifjsldkj"), "{location}");
    assert_eq!(reply.header("cache-control"), "no-store");

    let refused = request(&[("response_mode", "fragment"), ("prompt", "none")]);
    let reply = world.browser().authorize(&refused).await;
    let expected = "#error=login_required&error_description=Login%20required&state=af0ifjsldkj";
    assert_eq!(reply.header("location"), format!("{CALLBACK}{expected}"));
}

/// AZ-2/3: by a script of the page's own origin, or by a button.
#[tokio::test]
async fn a_code_may_come_by_a_form_that_posts_itself() {
    let world = World::quickstart().await;
    let page = answer(&world, &[("response_mode", "form_post"), ("state", "\"><script>x")]).await;

    page.expect(StatusCode::OK);
    assert_eq!(attribute(&page.body, "action"), CALLBACK);
    assert_eq!(hidden(&page.body, "state"), "\"><script>x");
    assert!(page.body.contains("method=\"post\""));
    assert!(page.body.contains("/assets/form_post.js") && page.body.contains("<noscript>"));
    has_no_inline_script(&page);
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    let script = world.get("/assets/form_post.js").await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert!(script.body.contains(".submit()"));
    world.token(&redemption(&hidden(&page.body, "code"), &[])).await.ok();
}

#[tokio::test]
async fn a_refusal_comes_by_form_too() {
    let world = World::quickstart().await;
    let asked = request(&[("response_mode", "form_post"), ("prompt", "none")]);
    let page = world.browser().authorize(&asked).await;

    page.expect(StatusCode::OK);
    assert_eq!(hidden(&page.body, "error"), "login_required");
    assert_eq!(hidden(&page.body, "state"), "af0ifjsldkj");
}

/// AZ-2/4, SC-7/11, SC-7/12: to the exact origin, in a page that this origin alone may frame.
#[tokio::test]
async fn a_code_may_come_by_a_message_to_the_apps_origin() {
    let world = World::quickstart().await;
    let page = answer(&world, &[("response_mode", "web_message"), ("prompt", "none")]).await;

    page.expect(StatusCode::OK);
    assert_eq!(attribute(&page.body, "data-target-origin"), APP);
    let message: Value = serde_json::from_str(&attribute(&page.body, "data-message")).unwrap();
    assert_eq!(message["type"], "authorization_response");
    assert_eq!(message["response"]["state"], "af0ifjsldkj");
    assert!(message.as_object().unwrap().len() == 2, "{message}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("frame-ancestors {APP};")), "{policy}");
    assert!(!page.headers.contains_key("x-frame-options"));
    assert_eq!(page.header("cache-control"), "no-store");
    has_no_inline_script(&page);
    let script = world.get("/assets/web_message.js").await.body;
    assert!(script.contains(".postMessage(JSON.parse(message), targetOrigin)"), "{script}");
    assert!(!script.contains("\"*\"") && !script.contains("'*'"), "{script}");

    let code = message["response"]["code"].as_str().unwrap();
    world.token(&redemption(code, &[])).await.ok();
}

/// AZ-3/11: a silent refusal is a message too.
#[tokio::test]
async fn a_refusal_comes_by_message_too() {
    let world = World::quickstart().await;
    let asked = request(&[("response_mode", "web_message"), ("prompt", "none")]);
    let page = world.browser().authorize(&asked).await;

    let message: Value = serde_json::from_str(&attribute(&page.body, "data-message")).unwrap();
    let response = &message["response"];
    assert_eq!(response["error"], "login_required");
    assert_eq!(response["error_description"], "Login required");
    assert_eq!(response["state"], "af0ifjsldkj");
}

/// AZ-2/4, SC-7/12: an origin that is not registered gets nothing, and the page does not hold the answer.
#[tokio::test]
async fn to_an_origin_that_is_not_registered_nothing_is_posted() {
    let registered = "    web_origins:\n      - http://localhost:8080\n";
    for other in
        ["", "    web_origins:\n      - http://localhost:8081\n", "    web_origins: [\"*\"]\n"]
    {
        let world = World::with(|file| file.replace(registered, other)).await;
        let page = answer(&world, &[("response_mode", "web_message"), ("prompt", "none")]).await;

        page.expect(StatusCode::OK);
        assert!(!page.body.contains("web_message.js"), "{}", page.body);
        assert!(!page.body.contains("af0ifjsldkj") && !page.body.contains("code"), "{}", page.body);
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    }
}

/// AZ-1/11.
#[tokio::test]
async fn an_unknown_way_is_refused_in_the_usual_one() {
    let world = World::quickstart().await;
    let asked = request(&[("response_mode", "pigeon")]);
    world.browser().authorize(&asked).await.sent_back("invalid_request");
}

/// SC-5/5, SC-7/7: no answer names its issuer, as long as the metadata does not announce it.
#[tokio::test]
async fn answers_do_not_name_their_issuer() {
    let world = World::quickstart().await;
    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    assert!(metadata["authorization_response_iss_parameter_supported"].is_null());
    let url = answer(&world, &[]).await.location();
    assert!(parameter(&url, "code").is_some());
    assert_eq!(parameter(&url, "iss"), None);
    let refused = answer(&world, &[("audience", "no one")]).await.location();
    assert_eq!(parameter(&refused, "iss"), None);
}
