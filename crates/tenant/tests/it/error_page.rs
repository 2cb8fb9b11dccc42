//! The page for errors that must not go back to an application, and the tenant's own in its place.

use reqwest::StatusCode;

use crate::harness::{World, parameter, request};

const TYPO: [(&str, &str); 1] = [("redirect_uri", "http://localhost:8080/callbacks")];

/// authorize.md §3, error page.
#[tokio::test]
async fn the_page_says_what_is_wrong_and_where_it_differs() {
    let world = World::quickstart().await;

    let page = world.browser().authorize(&request(&TYPO)).await;

    page.shown(403, "unauthorized_client");
    for words in [
        "Callback URL mismatch.",
        "The provided redirect_uri is not in the list of allowed callback URLs",
        "http://localhost:8080/<mark class=\"bad\">callbacks</mark>",
        "http://localhost:8080/<mark class=\"ok\">callback</mark>",
        "calendar-spa",
        "Tracking ID",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
}

/// authorize.md §3: the tenant's own page gets the same as parameters (AZ-1/20 for `lang`), beside its own query.
#[tokio::test]
async fn a_tenant_can_have_a_page_of_its_own() {
    let settings = "tenant:\n  enabled_locales: [de, fr]\n  error_page:\n    \
                    url: https://errors.example.com/show?from=tenant\n    show_log_link: false\n";
    let world = World::with(|file| file.replace("tenant:\n", settings)).await;

    for (ui_locales, lang) in [("", "de"), ("fr en", "fr"), ("it fr", "de")] {
        let asked = request(&[TYPO[0], ("ui_locales", ui_locales)]);
        let reply = world.browser().authorize(&asked).await;
        let url = reply.expect(StatusCode::FOUND).location();

        assert!(url.as_str().starts_with("https://errors.example.com/show?from=tenant&"), "{url}");
        let expected = [
            ("error", "unauthorized_client"),
            (
                "error_description",
                "Callback URL mismatch. http://localhost:8080/callbacks is not in the list of allowed callback URLs",
            ),
            ("client_id", "calendar-spa"),
            ("lang", lang),
        ];
        for (name, value) in expected {
            assert_eq!(parameter(&url, name).as_deref(), Some(value), "{url}");
        }
        assert_eq!(parameter(&url, "tracking").unwrap().len(), 20);
        assert_eq!(parameter(&url, "state"), None, "{url}");
    }
}

/// SC-7/2: nothing in a request chooses the page.
#[tokio::test]
async fn a_request_cannot_name_the_page() {
    let world = World::quickstart().await;
    let mut asked = request(&TYPO);
    asked.push(("error_page", "https://evil.example/"));
    asked.push(("url", "https://evil.example/"));
    world.browser().authorize(&asked).await.shown(403, "unauthorized_client");
}

/// SC-1/4: pages that lost their request have nowhere to send the browser.
#[tokio::test]
async fn pages_without_a_request_are_shown_and_lead_nowhere() {
    let world = World::quickstart().await;
    for path in ["/u/login", "/u/signup", "/u/account", "/u/organization", "/u/consent"] {
        let browser = world.browser();
        browser.get(path).await.shown(400, "invalid_request");
        browser.get(&format!("{path}?state=made-up")).await.shown(400, "invalid_request");
        browser.post(path, &[("state", "made-up")]).await.shown(400, "invalid_request");
        let twice = [("state", "a"), ("state", "b")];
        browser.post(path, &twice).await.shown(400, "invalid_request");
    }
}
