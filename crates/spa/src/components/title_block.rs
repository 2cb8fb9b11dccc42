//! A ruled strip of facts.

use leptos::prelude::*;

use crate::browser;
use crate::config::Config;

/// Facts side by side, each with its name above it.
#[component]
pub fn Facts(
    /// Name and value.
    facts: Vec<(&'static str, String)>,
) -> impl IntoView {
    let facts =
        facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    view! { <dl class="block">{facts.collect_view()}</dl> }
}

/// The foot of every page: what the app is pointed at.
#[component]
pub fn TitleBlock(
    /// What the app is pointed at.
    config: Config,
) -> impl IntoView {
    let facts = vec![
        ("Tenant", host(config.domain.origin()).to_owned()),
        ("Client", config.client_id.to_string()),
        ("Audience", config.audience.to_string()),
        ("Connection", config.connection.to_string()),
        ("Calendar API", host(&config.api_base).to_owned()),
        ("Time zone", browser::time_zone()),
    ];
    view! { <footer><Facts facts/></footer> }
}

/// An address without its scheme.
#[must_use]
pub fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}
