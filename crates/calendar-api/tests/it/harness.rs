//! A calendar API, its tenant and its provider, all of one test's own.

mod neighbour;
mod tokens;

use std::time::Duration;

use calendar_api::Config;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use service::clock::Clock;
use service::running::Running;
use wire::calendar::{EventList, Problem, ProblemCode};

pub(crate) use self::neighbour::{Neighbour, Reply};
pub(crate) use self::tokens::{AUDIENCE, SigningKey, base64url, unsigned};

/// What the neighbours of a scripted world are asked for.
pub(crate) const METADATA: &str = "GET /.well-known/openid-configuration";
pub(crate) const JWKS: &str = "GET /.well-known/jwks.json";
pub(crate) const EXCHANGE: &str = "POST /oauth/token";
pub(crate) const LIST: &str = "GET /calendar/v3/calendars/primary/events";
pub(crate) const CREATE: &str = "POST /calendar/v3/calendars/primary/events";

/// A week that every calendar of these tests has events in.
pub(crate) const WEEK: &str = "/events?from=2026-11-23T00:00:00Z&to=2026-11-30T00:00:00Z";

/// Secrets of a scripted world; none may ever be seen outside.
pub(crate) const CLIENT_SECRET: &str = "calendar-api-secret";
pub(crate) const PROVIDER_TOKEN: &str = "ya29.scripted-provider-token";

/// A calendar API between neighbours that say what the test tells them.
pub(crate) struct World {
    pub(crate) api: TestApi,
    pub(crate) tenant: Neighbour,
    pub(crate) provider: Neighbour,
    pub(crate) clock: Clock,
}

impl World {
    /// Neighbours that say yes to everything.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A calendar API that does not wait long. Long enough for an answer, even when the machine is busy.
    pub(crate) async fn impatient() -> Self {
        Self::with(|config| config.upstream_timeout = Duration::from_secs(1)).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let tenant = Neighbour::start().await;
        let issuer = format!("{}/", tenant.url());
        tenant.usually(METADATA, metadata(&issuer, tenant.url()));
        tenant.usually(JWKS, jwks(&[SigningKey::of_tenant()]));
        tenant.usually(EXCHANGE, provider_token(PROVIDER_TOKEN, 3600));
        let provider = Neighbour::start().await;
        provider.usually(
            LIST,
            Reply::Json(200, json!({"kind": "calendar#events", "items": [event("1")]})),
        );
        provider.usually(CREATE, Reply::Json(200, event("2")));

        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            issuer: issuer.parse().expect("a URL"),
            provider: provider.url().parse().expect("a URL"),
            ..Config::default()
        };
        change(&mut config);
        let clock = Clock::system();
        let api =
            calendar_api::start_with_clock(config, clock.clone()).await.expect("the API starts");
        Self { api: TestApi::new(api), tenant, provider, clock }
    }

    /// The claims of an access token with which Ada may do everything.
    pub(crate) fn claims(&self) -> Value {
        let issuer = format!("{}/", self.tenant.url());
        tokens::claims(&issuer, self.clock.now())
    }

    /// Three requests that all wait for the tenant's `endpoint`: it is called once, and all three are answered.
    pub(crate) async fn three_requests_share_one_call(&self, endpoint: &'static str) {
        let gate = self.tenant.hold(endpoint);
        let token = self.token();
        let open = async {
            settle().await;
            assert_eq!(self.tenant.count(endpoint), 1);
            gate.open();
        };
        let events = || self.api.events(&token);
        let (first, second, third, ()) = tokio::join!(events(), events(), events(), open);
        for answer in [first, second, third] {
            answer.events();
        }
        assert_eq!(self.tenant.count(endpoint), 1);
    }

    /// That token.
    pub(crate) fn token(&self) -> String {
        SigningKey::of_tenant().token(&self.claims())
    }

    /// That token with some claims replaced, or taken away by `null`.
    pub(crate) fn token_with(&self, changed: &Value) -> String {
        let mut claims = self.claims();
        for (name, value) in changed.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        claims.as_object_mut().expect("claims").retain(|_, value| !value.is_null());
        SigningKey::of_tenant().token(&claims)
    }

    /// Nothing was exchanged: the token was refused before.
    #[track_caller]
    pub(crate) fn nothing_was_exchanged(&self) {
        assert_eq!(self.tenant.count(EXCHANGE), 0, "the token was exchanged");
        assert_eq!(
            self.provider.count(LIST) + self.provider.count(CREATE),
            0,
            "the provider was called"
        );
    }
}

/// A running calendar API and how the app calls it.
pub(crate) struct TestApi {
    running: Running,
    http: reqwest::Client,
}

impl TestApi {
    pub(crate) fn new(running: Running) -> Self {
        Self { running, http: reqwest::Client::new() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.url()))
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        Answer::to(self.request(Method::GET, path).bearer_auth(token)).await
    }

    /// The events of the week.
    pub(crate) async fn events(&self, token: &str) -> Answer {
        self.get(WEEK, token).await
    }

    pub(crate) async fn create(&self, token: &str, event: &Value) -> Answer {
        Answer::to(self.request(Method::POST, "/events").bearer_auth(token).json(event)).await
    }
}

/// What the API answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the API answers");
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.expect("the answer is text"),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn challenge(&self) -> &str {
        self.header("www-authenticate").unwrap_or_default()
    }

    /// A list of events, from which nothing is missing.
    #[track_caller]
    pub(crate) fn events(&self) -> EventList {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert_eq!(self.header("cache-control"), Some("no-store"));
        serde_json::from_str(&self.body).expect("a list of events")
    }

    #[track_caller]
    pub(crate) fn titles(&self) -> Vec<String> {
        self.events().events.into_iter().map(|event| event.title).collect()
    }

    /// A refusal with all that each refusal must have.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "refusals are written out in every test")]
    pub(crate) fn refused(&self, status: u16, code: ProblemCode) -> Problem {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let problem: Problem = serde_json::from_str(&self.body).expect("a problem");
        assert_eq!(problem.status, status);
        assert_eq!(problem.kind, format!("urn:strongroom:problem:{code}"));
        assert_eq!(problem.code, code);
        assert!(!problem.title.is_empty() && !problem.detail.is_empty(), "{problem:?}");
        problem
    }
}

/// The metadata of the tenant that answers at `url`, under whatever name it gives itself.
pub(crate) fn metadata(issuer: &str, url: &str) -> Reply {
    Reply::Json(
        200,
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/oauth/token"),
            "userinfo_endpoint": format!("{url}/userinfo"),
            "jwks_uri": format!("{url}/.well-known/jwks.json"),
        }),
    )
}

pub(crate) fn jwks(keys: &[&SigningKey]) -> Reply {
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    Reply::Json(200, json!({ "keys": keys }))
}

/// The vault's yes (TV-2.2).
pub(crate) fn provider_token(token: &str, expires_in: u64) -> Reply {
    Reply::Json(
        200,
        json!({
            "access_token": token,
            "scope": "openid https://www.googleapis.com/auth/calendar.events",
            "expires_in": expires_in,
            "issued_token_type": "http://auth0.com/oauth/token-type/federated-connection-access-token",
            "token_type": "Bearer",
        }),
    )
}

/// The tenant's no.
pub(crate) fn oauth_error(status: u16, code: &str) -> Reply {
    Reply::Json(status, json!({"error": code, "error_description": "Refused for the test."}))
}

/// The provider's no.
pub(crate) fn google_error(code: u16, status: &str) -> Reply {
    Reply::Json(
        code,
        json!({"error": {"code": code, "message": "Refused for the test.", "status": status}}),
    )
}

/// An event as the provider has it.
pub(crate) fn event(id: &str) -> Value {
    json!({
        "kind": "calendar#event",
        "id": id,
        "status": "confirmed",
        "summary": format!("Event {id}"),
        "start": {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-24T11:00:00+01:00", "timeZone": "Europe/Berlin"},
    })
}

/// Lets everything happen that can happen without the test: all of a test runs in one thread, and between two turns
/// of this loop so do the servers.
pub(crate) async fn settle() {
    for _ in 0..5_000 {
        tokio::task::yield_now().await;
    }
}
