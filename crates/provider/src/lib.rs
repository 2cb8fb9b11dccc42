//! The external provider: an OAuth server and a calendar in Google Calendar's shape, our offline stand-in for Google,
//! and for GitHub's OAuth apps at GitHub's paths.
//!
//! - Google's OAuth: [`/o/oauth2/v2/auth`](https://developers.google.com/identity/protocols/oauth2/web-server) with a
//!   sign-in and a consent page, `/token`, `/revoke`, `/v1/userinfo`, `/.well-known/openid-configuration`.
//! - Calendar: `/calendar/v3/calendars/primary/events`
//!   ([v3 reference](https://developers.google.com/workspace/calendar/api/v3/reference/events)).
//! - [GitHub's](https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps):
//!   `/login/oauth/authorize`, `/login/oauth/access_token`, `/user`: the same people; tokens without end, and no others.
//!
//! Answers and refusals are in Google's or GitHub's words, and so is one habit that surprises: a refresh token of Google's
//! comes only with `access_type=offline`, and only when the person has just accepted on the consent page. A client that
//! needs one for sure sends `prompt=consent`. With `include_granted_scopes=true` the tokens are good for what the person
//! allowed the client before, too. Two flags do what Google does not: `--rotate-refresh-tokens`, and
//! `--refresh-token-lifetime` with `refresh_token_expires_in` in the answers.
//!
//! Whoever signs in with several accounts in one browser is asked which of them is meant, unless `login_hint` says it.
//!
//! # Trouble
//!
//! What real providers do to their clients sooner or later can be brought about: in tests by [`Provider::fail_next`],
//! [`Provider::hold`], [`Provider::revoke_consent`], [`Provider::expire_refresh_tokens`] and the clock, and by hand with
//! `POST /control/…`, as long as the provider listens on loopback. Bodies are JSON; pages of other sites are refused.
//!
//! | Path | Body | Effect |
//! |---|---|---|
//! | `/control/fail` | `{"endpoint":"token","failure":"server_error","times":2}` | The next requests fail: `revoked` (`invalid_grant`, or 401), `server_error` (500), `rate_limited` (429 with `retry_after`, 60 seconds if not given), `garbage` (200, no JSON). Endpoints: `token`, `userinfo`, `calendar` |
//! | `/control/delay` | `{"endpoint":"token","milliseconds":3000}` | Answers come late, until it is 0 |
//! | `/control/revoke` | `{"email":"ada@example.com"}` | The person takes back all that they allowed |
//! | `/control/expire-refresh-tokens` | `{}` | Every refresh token has expired |
//! | `/control/advance` | `{"seconds":3600}` | The provider's clock goes forward |
//! | `/control/reset` | `{}` | No more failures and delays |
//!
//! Everything lives in memory and ends with the process. The people and their events are in [`people`].

mod authorize;
mod authorized;
mod browser;
mod calendar;
mod config;
mod consent;
mod control;
mod dialect;
mod discovery;
mod error;
mod github;
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
mod trouble;
mod userinfo;

pub use self::config::{Config, InvalidRedirectUri, RedirectUri};
pub use self::provider::{Provider, start};
pub use self::trouble::{Endpoint, Failure, Held};
