//! What the tenant remembers: one collection, one file.
//!
//! Every function is async and atomic, since a durable and a shared store will stand behind the same functions.

pub(crate) mod auth_sessions;
pub(crate) mod client_grants;
pub(crate) mod clients;
pub(crate) mod codes;
pub(crate) mod connections;
pub(crate) mod consents;
pub(crate) mod credentials;
pub(crate) mod expiring;
pub(crate) mod failed_attempts;
pub(crate) mod opaque_tokens;
pub(crate) mod organizations;
pub(crate) mod password;
pub(crate) mod pending_logouts;
pub(crate) mod permissions;
pub(crate) mod privileged_access;
pub(crate) mod pushed_requests;
pub(crate) mod rate_limits;
pub(crate) mod refresh_token_settings;
pub(crate) mod refresh_tokens;
pub(crate) mod resource_servers;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod token_exchange_profiles;
pub(crate) mod transactions;
pub(crate) mod trips;
pub(crate) mod used_assertions;
pub(crate) mod users;
pub(crate) mod vault;
