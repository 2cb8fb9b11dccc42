//! `/config.json`: which tenant, which client, which API. Fetched at start, so that one build serves any tenant.

use auth_client::Domain;
use gloo_net::http::RequestBuilder;
use leptos::web_sys::RequestCache;
use serde::Deserialize;
use wire::ids::{Audience, ClientId, ConnectionName};

use crate::browser;

/// How long the file may take to come, in milliseconds.
const TIMEOUT: u32 = 10_000;

/// A file that works with the quickstart tenant; the page about a broken file shows it.
pub const EXAMPLE: &str = include_str!("../../../config.json");

/// What the app is pointed at.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// The tenant; a domain without a scheme means `https://`.
    pub domain: Domain,
    /// The app's client at the tenant.
    pub client_id: ClientId,
    /// The identifier of the calendar API.
    pub audience: Audience,
    /// Where the calendar API is, without a slash at the end.
    pub api_base: String,
    /// The connection that holds the calendars.
    pub connection: ConnectionName,
}

/// Why there is no configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrokenConfig {
    /// No answer.
    Unreachable,
    /// The server has no such file: this is its status, or it sent a page instead.
    Missing(u16),
    /// The file is not what it should be; the text says where.
    Invalid(String),
}

/// Reads a configuration file.
///
/// # Errors
///
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Config, BrokenConfig> {
    let mut config: Config =
        wire::json::from_str(text).map_err(|error| BrokenConfig::Invalid(error.to_string()))?;
    let blank = [
        ("client_id", config.client_id.as_str()),
        ("audience", config.audience.as_str()),
        ("connection", config.connection.as_str()),
    ];
    if let Some((name, _)) = blank.iter().find(|(_, value)| value.trim().is_empty()) {
        return Err(BrokenConfig::Invalid([name, " is empty"].concat()));
    }
    config.api_base.truncate(config.api_base.trim_end_matches('/').len());
    if !(config.api_base.starts_with("https://") || config.api_base.starts_with("http://")) {
        return Err(BrokenConfig::Invalid(
            "api_base does not begin with https:// or http://".to_owned(),
        ));
    }
    Ok(config)
}

/// Fetches the file, past every cache: somebody may just have mended it.
///
/// # Errors
///
/// Why there is none.
pub async fn load() -> Result<Config, BrokenConfig> {
    let request = RequestBuilder::new("/config.json").cache(RequestCache::NoStore);
    let answer = browser::fetch(request, None, TIMEOUT).await.ok_or(BrokenConfig::Unreachable)?;
    // Servers of single-page apps, Trunk's included, send the app's page for every path that they do not know.
    if !answer.is_success() || answer.body.trim_start().starts_with('<') {
        return Err(BrokenConfig::Missing(answer.status));
    }
    parse(&answer.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        match parse(text) {
            Err(BrokenConfig::Invalid(complaint)) => complaint,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_file_of_this_repository_is_right() {
        let config = parse(EXAMPLE).unwrap();
        assert_eq!(config.domain.origin(), "http://localhost:4400");
        assert_eq!(config.client_id.as_str(), "calendar-spa");
        assert_eq!(config.audience.as_str(), "https://my-api.example.com");
        assert_eq!(config.api_base, "http://localhost:4401");
        assert_eq!(config.connection.as_str(), "google-oauth2");
    }

    #[test]
    fn a_domain_without_a_scheme_means_https() {
        let config =
            parse(&EXAMPLE.replace("http://localhost:4400", "example.eu.auth0.com")).unwrap();
        assert_eq!(config.domain.origin(), "https://example.eu.auth0.com");
    }

    #[test]
    fn a_slash_after_the_address_of_the_api_does_no_harm() {
        assert_eq!(
            parse(&EXAMPLE.replace(":4401", ":4401/")).unwrap().api_base,
            "http://localhost:4401"
        );
    }

    #[test]
    fn a_broken_file_is_told_by_its_mistake() {
        assert!(complaint("{").contains("line 1"));
        assert!(
            complaint(&EXAMPLE.replace("audience", "audiance"))
                .contains("missing field `audience`")
        );
        assert!(complaint(&EXAMPLE.replace("calendar-spa", " ")).contains("client_id"));
        assert!(
            complaint(&EXAMPLE.replace("http://localhost:4401", "localhost:4401"))
                .contains("api_base")
        );
        assert!(
            complaint(&EXAMPLE.replace("http://localhost:4400", "ftp://localhost"))
                .contains("domain")
        );
    }
}
