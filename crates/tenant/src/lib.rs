//! A mock of an Auth0 tenant: authorization server, Token Vault and Management API, strict and stateful.
//!
//! What goes over the wire follows Auth0 to the letter (contract folder; the tests name its rows), so that a client
//! which works here works there, and a mistake that Auth0 refuses is refused here too.
//!
//! [`start`] runs a tenant from a [`Config`]; the binary of this crate does no more. The tenant binds loopback, keeps
//! everything in memory, and imports a tenant file in the format of auth0-deploy-cli when it starts.

mod access;
mod access_token;
mod account;
mod authorization;
mod authorize;
mod caller;
mod client_request;
mod config;
mod connect;
mod consent;
mod custom_claims;
mod discovery;
mod dpop;
mod export;
mod https;
mod id_token;
mod id_token_hint;
mod import;
mod issue;
mod issuer;
mod keys;
mod log;
mod login;
mod logout;
mod management;
mod my_account;
mod openapi;
mod organization;
mod origin;
mod par;
mod rate_limit;
mod redirect_uri;
mod remote;
mod revoke;
mod router;
mod session;
mod signup;
mod social_login;
mod store;
mod tenant;
mod time_left;
mod token;
mod transaction;
mod trip;
mod upstream;
mod userinfo;

pub use config::Config;
pub use export::{Export, ExportError};
pub use log::{
    LogDetails, LogEntry, LogKind, OperationDetails, OperationRequest, OperationResponse,
    RefreshTokenDetails, TokenVaultDetails,
};
pub use tenant::{Tenant, start};
