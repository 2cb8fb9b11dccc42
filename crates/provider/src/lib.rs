//! The external provider: an OAuth server and a calendar in Google Calendar's shape, our offline stand-in for Google.
//!
//! - OAuth: [`/o/oauth2/v2/auth`](https://developers.google.com/identity/protocols/oauth2/web-server) with a sign-in and
//!   a consent page, `/token`, `/revoke`, `/v1/userinfo`, `/.well-known/openid-configuration`.
//! - Calendar: `/calendar/v3/calendars/primary/events`
//!   ([v3 reference](https://developers.google.com/workspace/calendar/api/v3/reference/events)).
//!
//! Answers and refusals are in Google's words, and so is one habit that surprises: a refresh token comes only with
//! `access_type=offline`, and only when the person has just accepted on the consent page. A client that needs one for
//! sure sends `prompt=consent`.
//!
//! Everything lives in memory and ends with the process. The people and their events are in [`people`].

mod authorize;
mod authorized;
mod browser;
mod calendar;
mod config;
mod consent;
mod discovery;
mod error;
mod issuer;
mod login;
mod logout;
pub mod people;
mod provider;
mod revoke;
mod router;
mod scope;
mod store;
mod token;
mod userinfo;

pub use self::config::{Config, InvalidRedirectUri, RedirectUri};
pub use self::provider::{Provider, start};
