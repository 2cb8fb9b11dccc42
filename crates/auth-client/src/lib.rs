//! An OAuth client for single-page apps: authorization code with PKCE, tokens in memory, no UI framework.
//!
//! It logs a person in at an Auth0 tenant (or whatever speaks the same words), reads the answer, and hands out access
//! tokens. An app gives it a [`Config`] and the [`Browser`]; its tests give it a [`Double`](platform::double::Double)
//! instead, which plays browser and tenant, and comes with the feature `test-double`.
//!
//! ```
//! use auth_client::platform::double::{Double, ada};
//! use auth_client::{AuthClient, CallbackOutcome, Config, Login, Logout};
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
//! let CallbackOutcome::LoggedIn(logged_in) = auth.handle_redirect_callback().await? else {
//!     return Ok(()); // the page is being left again, on the way of connecting an account
//! };
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
//! # Connected accounts
//!
//! [`AuthClient::connect_account`] takes the person to a provider and back, so that the tenant's Token Vault holds a
//! token for their account there, by the My Account API of the tenant (`/me/v1/connected-accounts`). That API wants a
//! token of its own. A login with `offline_access` brings a refresh token, which gets one as far as the tenant's
//! policies for the client go (Multi-Resource Refresh Tokens); where it does not reach, the browser is sent to the
//! tenant's login for one and goes on from there by itself. The page forgets its tokens whenever it is left, so that it
//! comes back from the provider by way of the tenant, whose session answers without a form:
//!
//! ```
//! use auth_client::platform::double::{Double, ada};
//! use auth_client::{AuthClient, CallbackOutcome, Config, ConnectAccount, Login};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let config = Config {
//! #     domain: "tenant.example".parse()?,
//! #     client_id: "calendar-spa".into(),
//! #     redirect_uri: "http://localhost:8080/callback".to_owned(),
//! # };
//! # let page = Double::at("http://localhost:8080/calendar");
//! # let auth = AuthClient::new(config.clone(), page.clone());
//! # auth.login_with_redirect(auth.my_account_login(None)).await?;
//! # page.sign_in(&ada());
//! # auth.handle_redirect_callback().await?;
//! # page.offer_to_connect();
//! let google = ConnectAccount {
//!     connection: "google-oauth2".into(),
//!     scopes: "openid https://www.googleapis.com/auth/calendar.events".into(),
//!     return_to: Some("/calendar".to_owned()),
//! };
//! auth.connect_account(google).await?;
//!
//! // The person allows it, and the app starts anew at its callback.
//! page.come_back_from_the_provider("connect_code=a-connect-code");
//! # let auth = AuthClient::new(config, page.clone());
//! assert_eq!(auth.handle_redirect_callback().await?, CallbackOutcome::Leaving);
//! # page.sign_in(&ada());
//! # page.answer(201, r#"{"id":"cac_1","connection":"google-oauth2","access_type":"offline","scopes":[],"created_at":""}"#);
//! let CallbackOutcome::LoggedIn(logged_in) = auth.handle_redirect_callback().await? else {
//!     return Ok(());
//! };
//! let account = logged_in.connected.ok_or("a plain login")??;
//! assert_eq!(account.connection.as_str(), "google-oauth2");
//! # assert_eq!(logged_in.return_to.as_deref(), Some("/calendar"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is kept where
//!
//! | What | Where | How long |
//! |---|---|---|
//! | access tokens, who is signed in | memory of the page | until 60 s before expiry (see [`AuthClient::with_expiry_leeway`]), a reload or a logout |
//! | the refresh token, where one was asked for | memory of the page | until the tenant refuses it, a reload or a logout |
//! | `state`, `nonce`, code verifier, [`Login::return_to`]; of an account that is connected, `auth_session` and `connect_code` | `sessionStorage` of the tab, one entry per login or attempt | until its answer came, ten minutes at most |
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
//! - **A refresh token used twice** (RFC 9700 §4.14): one renewal at a time, however many ask for a token.
//! - **Another person's account**: an attempt to connect one is bound to its `state`, its verifier and the tenant's
//!   `auth_session`, and a code of a login does not end it, nor the other way round.
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
mod my_account;
pub mod platform;
mod token_endpoint;
mod token_store;
mod transaction;

pub use callback::CallbackStep;
pub use client::{AuthClient, CallbackOutcome, ConnectAccount, LoggedIn, Login, Logout};
pub use config::{Config, Domain, InvalidDomain};
pub use error::AuthError;
pub use id_token::{IdTokenError, User};
pub use platform::{Browser, Platform};
pub use token_store::AccessToken;
