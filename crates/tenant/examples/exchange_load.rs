//! How long Token Vault exchanges with a live stored token take: median and p99 of 32 connections that ask without pause.
//!
//! `cargo run --release -p tenant --example exchange_load` prints both, and how often the second contains the first. A
//! measure and no test: what else the machine does is in it.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::task::JoinSet;
use wire::secret::Secret;
use wire::token::{TokenRequest, TokenResponse};

/// Connections that ask at once, and exchanges of each.
const CONNECTIONS: usize = 32;
const EXCHANGES: usize = 500;

type AnyError = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let provider =
        provider::start(provider::Config { listen: any_port, ..Default::default() }).await?;
    let import = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tenants/quickstart.yaml");
    let provider_url = Some(provider.url().parse()?);
    let config =
        tenant::Config { listen: any_port, import, provider: provider_url, ..Default::default() };
    let tenant = tenant::start(config).await?;
    let subject = tenant
        .access_token("ada@example.com", "calendar-spa", "https://my-api.example.com", "openid")
        .await
        .ok_or("the quickstart has Ada")?;
    let endpoint = format!("{}/oauth/token", tenant.url());
    // The first exchange refreshes at the provider; the others find its token.
    exchange(&Client::new(), &endpoint, &subject).await?;
    let (signatures, refreshes) = (tenant.signatures(), provider.refreshes());

    let began = Instant::now();
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        connections.spawn(ask(endpoint.clone(), subject.clone()));
    }
    let mut times = Vec::new();
    for connection in connections.join_all().await {
        times.extend(connection?);
    }
    let took = began.elapsed();

    times.sort_unstable();
    let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("{} exchanges over {CONNECTIONS} connections in {took:.1?}", times.len());
    println!("median {median:.1?}, p99 {p99:.1?}: {:.1} times", p99.div_duration_f64(median));
    println!(
        "{} signatures, {} calls to the provider",
        tenant.signatures() - signatures,
        provider.refreshes() - refreshes
    );
    Ok(())
}

/// What one connection waits for its answers.
async fn ask(endpoint: String, subject: Secret) -> Result<Vec<Duration>, AnyError> {
    let client = Client::builder().pool_max_idle_per_host(1).build()?;
    exchange(&client, &endpoint, &subject).await?;
    let mut times = Vec::with_capacity(EXCHANGES);
    for _ in 0..EXCHANGES {
        let asked = Instant::now();
        exchange(&client, &endpoint, &subject).await?;
        times.push(asked.elapsed());
    }
    Ok(times)
}

async fn exchange(
    client: &Client,
    endpoint: &str,
    subject: &Secret,
) -> Result<TokenResponse, AnyError> {
    let request = TokenRequest::token_vault(subject.clone(), "google-oauth2".into());
    let request = client
        .post(endpoint)
        .basic_auth("calendar-api-client", Some("calendar-api-secret"))
        .form(&request);
    Ok(request.send().await?.error_for_status()?.json().await?)
}
