//! An OAuth client for single-page apps: authorization code with PKCE, tokens in memory, no UI framework.
//!
//! It logs a person in at an Auth0 tenant (or whatever speaks the same words), reads the answer, and hands out access
//! tokens. An app gives it a [`Config`] and the [`Browser`]; its tests give it a [`Double`](platform::double::Double)
//! instead, which plays browser and tenant, and comes with the feature `test-double`.
//!
//! ```
//! use auth_client::platform::double::{Double, ada};
//! use auth_client::{AuthClient, Config, Login, Logout};
//! use wire::ids::Audience;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config {
//!     domain: "http://localhost:4400".parse()?,
//!     client_id: "calendar-spa".into(),
//!     redirect_uri: "http://localhost:8080/callback".to_owned(),
//! };
//! let page = Double::at("http://localhost:8080/calendar"); // in an app: auth_client::Browser
//! let auth = AuthClient::new(config, page.clone());
//! let api = Audience::from("https://my-api.example.com");
//!
//! // A person asks for a page that needs a login.
//! let login = Login {
//!     audience: Some(api.clone()),
//!     scope: "profile email read:calendar".into(),
//!     return_to: Some("/calendar".to_owned()),
//! };
//! auth.login_with_redirect(login).await?;
//!
//! // The tenant sends the browser back to /callback, with a code.
//! page.sign_in(&ada());
//! let logged_in = auth.handle_redirect_callback().await?;
//! assert_eq!(logged_in.return_to.as_deref(), Some("/calendar"));
//! assert_eq!(auth.user().and_then(|user| user.name).as_deref(), Some("Ada Lovelace"));
//!
//! // Calls to the API carry a token.
//! let token = auth.get_token(&api, &"read:calendar".into()).await?;
//! let authorization = format!("Bearer {}", token.token.expose());
//! # assert!(authorization.ends_with("https://my-api.example.com"));
//!
//! auth.logout(Logout { return_to: Some("http://localhost:8080".to_owned()) })?;
//! assert!(auth.user().is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # What is kept where
//!
//! | What | Where | How long |
//! |---|---|---|
//! | access tokens, who is signed in | memory of the page | until 60 s before expiry (see [`AuthClient::with_expiry_leeway`]), a reload or a logout |
//! | `state`, `nonce`, code verifier, [`Login::return_to`] | `sessionStorage` of the tab, one entry per login | until its answer came, ten minutes at most |
//! | the ID token | nowhere: checked, read and dropped | |
//!
//! A reload therefore asks the tenant again, which answers without a form as long as its own session lasts.
//!
//! # What is guarded against
//!
//! - **A foreign answer** (login CSRF, code injection; RFC 9700 §4.5, §4.7): `state` and `nonce` are 256 random bits,
//!   PKCE is always S256, and an answer that no login of this tab waits for is refused without touching any that does.
//! - **A code seen twice**: the address is cleaned before anything is awaited, the code redeemed once however often a
//!   framework runs the callback, and the transaction gone as soon as it matched.
//! - **An open redirect**: [`Login::return_to`] is a path of the app's own origin or it is dropped.
//! - **Somebody else's ID token**: `alg`, `iss`, `sub`, `aud`, `azp`, `exp`, `iat` and `nonce` are checked as OpenID
//!   Connect Core §3.1.3.7 says, and a failure names the claim ([`IdTokenError`]). Its signature is not verified: point
//!   6 there lets TLS vouch for a token that comes straight from the token endpoint (for a tenant on this machine, the
//!   loopback interface does). Over plain `http://` to any other machine nothing vouches for it: do not do that.
//! - **Secrets in sight**: tokens, codes and verifiers are in no error, no `Debug` output and no storage that outlives
//!   the tab.
//!
//! What no code in a page can guard against is a script injected into that page: it can use the tokens, or ask for its
//! own. Where personal data is at stake, [RFC 10017](https://www.rfc-editor.org/rfc/rfc10017) (OAuth 2.0 for
//! Browser-Based Applications) therefore prefers a backend for the frontend, which keeps the tokens out of the browser.

mod authorize_url;
mod callback;
mod client;
mod config;
mod error;
mod id_token;
pub mod platform;
mod token_endpoint;
mod token_store;
mod transaction;

pub use callback::CallbackStep;
pub use client::{AuthClient, LoggedIn, Login, Logout};
pub use config::{Config, Domain, InvalidDomain};
pub use error::AuthError;
pub use id_token::{IdTokenError, User};
pub use platform::{Browser, Platform};
pub use token_store::AccessToken;
