//! Journeys through the whole stack, in a real browser, as a person makes them.
//!
//! Each test owns its world: provider, tenant, calendar API and the built app on free ports, and a Chromium of its own.

mod app;
mod browser;
mod calendar;
mod guide;
mod harness;
mod https;
mod keyboard;
mod pages;
mod pictures;
mod refusals;
mod sign_in;
mod tenant_pages;
