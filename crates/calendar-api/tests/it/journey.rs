//! The calendar API between the real tenant and the real provider, with the tenant file of `cargo dev`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use provider::Provider;
use reqwest::Method;
use serde_json::json;
use service::dpop::prover::{Prover, claims_with_token};
use tenant::{LogKind, Tenant};
use wire::calendar::{Event, ProblemCode};
use wire::google_calendar::{EVENTS_PATH, EVENTS_SCOPE, EventPage};
use wire::secret::Secret;

use crate::harness::{AUDIENCE, Answer, TestApi};

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";
const APP: &str = "calendar-spa";
const SCOPE: &str = "openid read:calendar write:calendar";
const TENANT_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tenants/quickstart.yaml");

/// The three servers, on free ports.
struct Journey {
    api: TestApi,
    tenant: Tenant,
    provider: Provider,
}

impl Journey {
    async fn start() -> Self {
        Self::of_file(TENANT_FILE).await
    }

    /// With another tenant file.
    async fn of_file(file: impl Into<PathBuf>) -> Self {
        let config = tenant::Config { import: file.into(), ..Default::default() };
        Self::with(config, |_| None).await
    }

    /// With the tenant over TLS; the API trusts what `trusted` makes of it.
    async fn over_tls(trusted: impl FnOnce(&Tenant) -> Option<PathBuf>) -> Self {
        static FOLDERS: AtomicUsize = AtomicUsize::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = format!("data-{}-{number}", std::process::id());
        let config = tenant::Config {
            import: TENANT_FILE.into(),
            https: true,
            https_listen: ([127, 0, 0, 1], 0).into(),
            data_folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder),
            ..Default::default()
        };
        Self::with(config, trusted).await
    }

    async fn with(
        config: tenant::Config,
        trusted: impl FnOnce(&Tenant) -> Option<PathBuf>,
    ) -> Self {
        let listen = ([127, 0, 0, 1], 0).into();
        let provider = provider::start(provider::Config { listen, ..Default::default() })
            .await
            .expect("the provider");
        let tenant = tenant::start(tenant::Config {
            listen,
            provider: Some(provider.url().parse().expect("a URL")),
            ..config
        })
        .await
        .expect("the tenant");
        let api = calendar_api::start(calendar_api::Config {
            listen,
            issuer: tenant.issuer().parse().expect("a URL"),
            provider: provider.url().parse().expect("a URL"),
            ca_file: trusted(&tenant),
            ..Default::default()
        })
        .await
        .expect("the calendar API");
        Self { api: TestApi::new(api), tenant, provider }
    }

    /// A token as if that person had logged in with the app.
    async fn token(&self, email: &str, audience: &str) -> Secret {
        self.tenant.access_token(email, APP, audience, SCOPE).await.expect("the tenant knows them")
    }

    /// How often the tenant was asked for a provider token, and gave one or not.
    fn exchanges(&self) -> (usize, usize) {
        let log = self.tenant.log();
        let count = |kind| log.iter().filter(|entry| entry.kind == kind).count();
        (count(LogKind::Seta), count(LogKind::Feta))
    }
}

/// Two weeks back, three ahead.
fn weeks() -> String {
    let days = |days: i64| Timestamp::now() + SignedDuration::from_hours(24 * days);
    format!("/events?from={}&to={}", days(-14), days(21))
}

#[tokio::test]
async fn ada_sees_her_events_through_a_real_exchange() {
    let journey = Journey::start().await;
    let token = journey.token(ADA, AUDIENCE).await;
    assert_eq!(journey.provider.refreshes(), 0);

    let answer = journey.api.get(&weeks(), token.expose()).await;

    let titles = answer.titles();
    assert!(titles.iter().any(|title| title == "Lunch with Charles Babbage"), "{titles:?}");
    assert_eq!(journey.exchanges(), (1, 0));
    assert_eq!(journey.provider.refreshes(), 1);

    journey.api.get(&weeks(), token.expose()).await.events();
    assert_eq!(journey.exchanges(), (1, 0));
    assert_eq!(journey.provider.refreshes(), 1);
}

/// SC-6/4: what binds Ada's token is between her browser and the API; the vault gives the same for it as for any.
#[tokio::test]
async fn ada_sees_her_events_with_a_token_that_is_bound_to_her_key() {
    let takes_proofs = "\n    proof_of_possession: {mechanism: dpop, required: false}\n    allow_offline_access: true\n";
    let text = fs::read_to_string(TENANT_FILE).expect("the tenant file");
    let text = text.replacen("\n    allow_offline_access: true\n", takes_proofs, 1);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("takes-proofs-{}.yaml", std::process::id()));
    fs::write(&file, text).expect("another tenant file");
    let journey = Journey::of_file(file).await;
    let prover = Prover::generate();
    let token = journey
        .tenant
        .bound_access_token(ADA, APP, AUDIENCE, SCOPE, prover.thumbprint())
        .await
        .expect("the tenant knows her");
    let request = || journey.api.request(Method::GET, &weeks());
    let mut url = request().build().expect("a request").url().clone();
    url.set_query(None);
    let claims = claims_with_token("GET", url.as_str(), &token, journey.tenant.clock().now());

    let with_proof = request()
        .header("authorization", format!("DPoP {}", token.expose()))
        .header("dpop", prover.proof(&claims));

    Answer::to(with_proof).await.events();
    assert_eq!(journey.exchanges(), (1, 0));
    let without = journey.api.get(&weeks(), token.expose()).await;
    without.refused(401, ProblemCode::InvalidToken);
}

#[tokio::test]
async fn an_event_that_ada_adds_is_then_stored_at_the_provider() {
    let journey = Journey::start().await;
    let token = journey.token(ADA, AUDIENCE).await;
    let start = Timestamp::now() + SignedDuration::from_hours(24);
    let new = json!({
        "title": "Bernoulli numbers",
        "location": "Marylebone",
        "start": start.to_string(),
        "end": (start + SignedDuration::from_hours(1)).to_string(),
    });

    let answer = journey.api.create(token.expose(), &new).await;

    assert_eq!(answer.status, 201, "{}", answer.body);
    let created: Event = serde_json::from_str(&answer.body).expect("an event");
    assert_eq!(created.title, "Bernoulli numbers");
    let own_token = journey.provider.access_token(ADA, EVENTS_SCOPE).await.expect("Ada is known");
    let stored: EventPage = reqwest::Client::new()
        .get(format!("{}{EVENTS_PATH}", journey.provider.url()))
        .bearer_auth(own_token.expose())
        .send()
        .await
        .expect("the provider answers")
        .json()
        .await
        .expect("a page of events");
    let stored = stored.items.into_iter().find(|event| event.id.as_ref() == Some(&created.id));
    let stored = stored.expect("the event is at the provider");
    assert_eq!(stored.summary.as_deref(), Some("Bernoulli numbers"));
    assert_eq!(stored.location.as_deref(), Some("Marylebone"));
    assert!(journey.api.get(&weeks(), token.expose()).await.events().events.contains(&created));
}

/// TV-2.4/13.
#[tokio::test]
async fn grace_is_told_that_no_account_is_connected() {
    let journey = Journey::start().await;
    let token = journey.token(GRACE, AUDIENCE).await;

    let problem = journey
        .api
        .get(&weeks(), token.expose())
        .await
        .refused(409, ProblemCode::AccountNotConnected);

    assert_eq!(
        problem.upstream_error.as_deref(),
        Some("federated_connection_refresh_token_not_found")
    );
    assert_eq!(journey.exchanges(), (0, 1));
}

/// SC-10/3.
#[tokio::test]
async fn a_token_for_the_reports_api_is_refused_and_nothing_is_exchanged() {
    let journey = Journey::start().await;
    let token = journey.token(ADA, "https://reports-api.example.com").await;

    let answer = journey.api.get(&weeks(), token.expose()).await;

    answer.refused(401, ProblemCode::InvalidToken);
    assert_eq!(journey.exchanges(), (0, 0));
    assert_eq!(journey.provider.refreshes(), 0);
}

/// TV-2.4/15: the app can offer to connect the account anew.
#[tokio::test]
async fn who_withdrew_the_consent_at_the_provider_is_refused_by_it() {
    let journey = Journey::start().await;
    let token = journey.token(ADA, AUDIENCE).await;
    assert!(journey.provider.revoke_refresh_token("1//ada-offline-grant").await);

    let problem =
        journey.api.get(&weeks(), token.expose()).await.refused(502, ProblemCode::ProviderRefused);

    assert_eq!(
        problem.upstream_error.as_deref(),
        Some("federated_connection_refresh_token_flow_failed")
    );
}

/// The provider's own word on it, when the consent is withdrawn while we keep a token.
#[tokio::test]
async fn a_kept_token_that_died_at_the_provider_is_not_used_for_ever() {
    let journey = Journey::start().await;
    let token = journey.token(ADA, AUDIENCE).await;
    journey.api.get(&weeks(), token.expose()).await.events();
    journey.provider.revoke_refresh_token("1//ada-offline-grant").await;

    journey.api.get(&weeks(), token.expose()).await.refused(502, ProblemCode::ProviderRefused);

    assert_eq!(journey.exchanges().0, 2, "the kept token was exchanged once more");
}

#[tokio::test]
async fn an_api_that_trusts_the_tenants_authority_reaches_it_over_tls() {
    let journey = Journey::over_tls(|tenant| tenant.ca_file().map(Path::to_owned)).await;
    assert!(journey.tenant.issuer().starts_with("https://"));
    let token = journey.token(ADA, AUDIENCE).await;

    assert!(!journey.api.get(&weeks(), token.expose()).await.titles().is_empty());

    assert_eq!(journey.exchanges(), (1, 0));
}

#[tokio::test]
async fn an_api_that_does_not_trust_it_asks_nothing_of_it() {
    let journey = Journey::over_tls(|_| None).await;
    let token = journey.token(ADA, AUDIENCE).await;

    let answer = journey.api.get(&weeks(), token.expose()).await;

    answer.refused(504, ProblemCode::TenantUnreachable);
    assert_eq!(journey.exchanges(), (0, 0));
}
