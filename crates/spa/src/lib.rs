//! The calendar app: a person logs in at the tenant and sees the events of their calendar at the provider, whose token
//! never comes here.
//!
//! `main.rs` fetches the configuration and mounts [`app::App`]. By `leptos` stands `leptos-light` here: Leptos' components
//! and signals, drawn by less code. Everything that is a rule and not a drawing is plain
//! Rust and tested natively: [`date`], [`week`], [`agenda`], [`draft`], [`config`]. What the browser does stands in
//! [`browser`], [`router`] and [`auth`].

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "components are functions whose callers are macros: nobody forgets their result, and props are theirs"
)]

pub mod agenda;
pub mod app;
pub mod auth;
pub mod browser;
pub mod calendar_api;
pub mod clock;
pub mod components;
pub mod config;
pub mod date;
pub mod draft;
pub mod pages;
pub mod router;
pub mod schedule;
pub mod week;
