//! A person at a browser, and the app's requests.

use reqwest::{Client, StatusCode};
use url::Url;

use super::{CALENDAR, CALLBACK, CHALLENGE, Reply, VERIFIER, World};

/// A browser with its cookies. Redirects are answers, so that tests see them.
pub(crate) struct Browser<'a> {
    pub(super) world: &'a World,
    pub(super) http: Client,
}

impl Browser<'_> {
    pub(crate) async fn get(&self, url: &str) -> Reply {
        let url = if url.starts_with('/') { self.world.at(url) } else { url.to_owned() };
        Reply::of(self.http.get(url).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Reply {
        let url = if url.starts_with('/') { self.world.at(url) } else { url.to_owned() };
        Reply::of(self.http.post(url).form(form).send().await.unwrap()).await
    }

    pub(crate) async fn authorize(&self, request: &[(&'static str, &str)]) -> Reply {
        let mut url = Url::parse(&self.world.at("/authorize")).unwrap();
        url.query_pairs_mut().extend_pairs(request);
        self.get(url.as_str()).await
    }

    /// Starts a login and returns the `state` of the login page.
    pub(crate) async fn login_page(&self, request: &[(&'static str, &str)]) -> String {
        let location = self.authorize(request).await.location();
        self.page_at("/u/login", &location).await.0
    }

    /// Goes where it was sent, to that page, and returns its `state` and what it says.
    pub(crate) async fn page_at(&self, path: &str, location: &Url) -> (String, String) {
        assert_eq!(location.path(), path, "{location}");
        let page = self.get(location.as_str()).await;
        page.expect(StatusCode::OK);
        (parameter(location, "state").unwrap(), page.body)
    }

    /// Logs in by password and returns the callback URL with its answer.
    pub(crate) async fn log_in(&self, email: &str, request: &[(&'static str, &str)]) -> Url {
        let state = self.login_page(request).await;
        let password = email.replace("@example.com", "-password");
        let form = [("state", state.as_str()), ("username", email), ("password", &password)];
        self.post("/u/login", &form).await.location()
    }

    /// Logs in and returns the code.
    pub(crate) async fn code(&self, email: &str, request: &[(&'static str, &str)]) -> String {
        let callback = self.log_in(email, request).await;
        parameter(&callback, "code").unwrap_or_else(|| panic!("no code: {callback}"))
    }
}

/// The app's authorization request, with some of its parameters changed or (when empty) left out.
pub(crate) fn request<'a>(changes: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let mut request = vec![
        ("client_id", "calendar-spa"),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("audience", CALENDAR),
        ("scope", "openid profile email read:calendar"),
        ("state", "af0ifjsldkj"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        request.retain(|(own, _)| own != name);
        if !value.is_empty() {
            request.push((name, value));
        }
    }
    request
}

/// The app's code redemption, with some parameters changed or left out.
pub(crate) fn redemption<'a>(
    code: &'a str,
    changes: &[(&'static str, &'a str)],
) -> Vec<(&'static str, &'a str)> {
    let mut request = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "calendar-spa"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    for (name, value) in changes {
        request.retain(|(own, _)| own != name);
        if !value.is_empty() {
            request.push((name, value));
        }
    }
    request
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}
