//! Auth0's own SDKs, unmodified, against the tenant: over HTTP, and over HTTPS as most of them insist.
//!
//! This starts the servers and hands over to Node's test runner, whose tests are the `*.test.js` beside it. They have
//! what any user of an SDK has: a domain, ids, and the certificate authority. Words on the command line choose tests.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use devkit::stack::Stack;
use devkit::tools::{chromium, node};
use service::running::{Bound, Running};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use tokio::process::Command;

/// The published bundle, as it lies in the package.
const BUNDLE: &str = "node_modules/@auth0/auth0-spa-js/dist/auth0-spa-js.production.js";

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // Only Node knows the tests, and tells their names by running them.
    if words.iter().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    match run(words.iter().filter(|word| !word.starts_with('-'))).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => devkit::progress::fail(&*error),
    }
}

/// Runs the chosen tests, or all, and says whether they passed.
async fn run(chosen: impl Iterator<Item = &String>) -> Result<bool, Box<dyn Error>> {
    let node = node::find()?;
    let browser = chromium::browser()?;
    let page = Bound::to("page", ([127, 0, 0, 1], 0).into()).await?;
    let origin = page.url().to_owned();
    let http = start(&node.suite, &origin, false).await?;
    let https = start(&node.suite, &origin, true).await?;
    let deployment = Stack::builder().free_ports().https(true).start().await?;
    let authority = https.tenant().ca_file().ok_or("the tenant over TLS has no authority")?;
    let of_deployment =
        deployment.tenant().ca_file().ok_or("the tenant over TLS has no authority")?;
    let _page = serve(page, &node.suite).await?;
    let status = Command::new(node.program)
        .args([
            "--test",
            "--test-concurrency=3",
            "--test-timeout=300000",
            "--test-reporter=./reporter.js",
        ])
        .args(chosen.map(|name| format!("--test-name-pattern={}", pattern(name))))
        .current_dir(&node.suite)
        .env("INTEROP_APP", origin)
        .env("INTEROP_HTTP", http.tenant_url())
        .env("INTEROP_HTTPS", https.tenant_url())
        .env("INTEROP_DEPLOYMENT", deployment.tenant_url())
        .env("INTEROP_DEPLOYMENT_AUTHORITY", of_deployment)
        .env("INTEROP_HTTP_BACKEND", http.calendar_api_url())
        .env("INTEROP_HTTPS_BACKEND", https.calendar_api_url())
        .env("INTEROP_CHROMIUM", browser)
        .env("INTEROP_CHROMIUM_ARGUMENTS", chromium::ARGUMENTS.join(" "))
        .env("NODE_EXTRA_CA_CERTS", authority)
        .kill_on_drop(true)
        .status()
        .await?;
    Ok(status.success())
}

/// A name as it is reported, `spa_js::over_http::logs_in`, for Node, which holds a pattern against the last part alone and
/// knows it as `logs in`.
fn pattern(name: &str) -> String {
    let last = name.rsplit("::").next().unwrap_or(name);
    format!("/{}/i", last.replace('_', "[^a-z0-9]+"))
}

/// The servers on free ports, with the tenant of this suite.
async fn start(suite: &Path, origin: &str, https: bool) -> Result<Stack, Box<dyn Error>> {
    let file = suite.join("tenant.yaml");
    let builder = Stack::builder().free_ports().https(https);
    Ok(builder.spa_origin(origin).tenant_file(&file).start().await?)
}

/// The page of the app: a few lines of HTML and the SDK.
async fn serve(bound: Bound, suite: &Path) -> Result<Running, Box<dyn Error>> {
    let page = tokio::fs::read_to_string(suite.join("page.html")).await?;
    let bundle = tokio::fs::read_to_string(suite.join(BUNDLE)).await?;
    let router =
        Router::new().route("/", get(async || ([(CONTENT_TYPE, "text/html")], page))).route(
            "/auth0-spa-js.production.js",
            get(async || ([(CONTENT_TYPE, "text/javascript")], bundle)),
        );
    Ok(bound.serve(router))
}
