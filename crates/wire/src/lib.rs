//! Everything that crosses a process boundary between the app, the tenant, the calendar API and the provider.
//!
//! Types and rules only: no I/O, no clock, no randomness. The crate builds for servers and for WebAssembly alike, so
//! that both ends of a conversation read the same words.

pub mod authorize;
pub mod basic;
pub mod bearer;
pub mod calendar;
pub mod claims;
pub mod discovery;
pub mod dpop;
pub mod google_calendar;
pub mod ids;
pub mod json;
pub mod management;
pub mod my_account;
pub mod oauth_error;
pub mod parameters;
pub mod pkce;
pub mod scope;
pub mod secret;
pub mod timestamp;
pub mod token;
pub mod token_exchange;
