//! `GET /callback`: a login that landed on the API (token-vault.md §6).

use reqwest::{Client, Method, redirect};
use wire::calendar::ProblemCode;

use crate::harness::{Answer, World};

impl World {
    /// The answer itself, not what it leads to.
    pub(crate) async fn lands(&self, path: &str) -> Answer {
        let browser = Client::builder().redirect(redirect::Policy::none()).build();
        let request = self.api.request(Method::GET, path).build().expect("a request");
        Answer::to(browser.expect("a client").get(request.url().clone())).await
    }
}

#[track_caller]
fn sent_to(answer: &Answer, location: &str) {
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("location"), Some(location));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// TV-6/5.
#[tokio::test]
async fn a_login_that_landed_here_goes_on_to_the_app_with_the_same_query() {
    let world = World::start().await;
    let app = "http://localhost:8080/callback";

    for query in [
        "?code=c_8mQ&state=b3Bhc%3D%3D",
        "?error=access_denied&error_description=User%20did%20not%20authorize&state=%2B+%2F",
        "?",
        "",
    ] {
        sent_to(&world.lands(&format!("/callback{query}")).await, &format!("{app}{query}"));
    }
    world.nothing_was_exchanged();
}

/// TV-6/5: the app may be elsewhere, and its callback have a query of its own.
#[tokio::test]
async fn the_app_is_where_the_configuration_says() {
    let world = World::with(|config| {
        config.app_callback = "https://app.example.com/back?from=api".parse().unwrap();
    })
    .await;

    let answer = world.lands("/callback?code=c").await;
    sent_to(&answer, "https://app.example.com/back?from=api&code=c");
    sent_to(&world.lands("/callback").await, "https://app.example.com/back?from=api");
}

/// SC-7/2: nothing in a request says where it leads.
#[tokio::test]
async fn a_request_cannot_choose_where_it_is_sent() {
    let world = World::start().await;
    let app = "http://localhost:8080/callback";
    for query in [
        "redirect_uri=https://evil.example/",
        "//evil.example",
        "@evil.example",
        "code=c%0d%0aLocation:%20https://evil.example/",
        ".evil.example",
    ] {
        let answer = world.lands(&format!("/callback?{query}")).await;
        sent_to(&answer, &format!("{app}?{query}"));
    }
    world.lands("/callback/https://evil.example").await.refused(404, ProblemCode::NotFound);
    Answer::to(world.api.request(Method::POST, "/callback"))
        .await
        .refused(405, ProblemCode::MethodNotAllowed);
}
