//! The tenant through its router, over HTTP, beside a real provider.

#![expect(clippy::unwrap_used, reason = "the harness cannot go on without what it asks for")]

mod algorithms;
mod authorization_code;
mod authorize;
mod bounds;
mod client_authentication;
mod client_credentials;
mod code_replay;
mod crafted_tokens;
mod dialects;
mod discovery;
mod dpop;
mod dpop_policy;
mod dpop_refresh;
mod dpop_userinfo;
mod error_page;
mod guesses;
mod guide;
mod harness;
mod holder;
mod https;
mod implicit;
mod keys;
mod landing;
mod login;
mod logout;
mod management;
mod management_credentials;
mod management_deletions;
mod management_lists;
mod mrrt;
mod origin;
mod par;
mod parameters;
mod prompts;
mod properties;
mod rate_limits;
mod refresh_token;
mod response_modes;
mod revoke;
mod signer;
mod tenant_file;
mod token_requests;
mod token_vault;
mod userinfo;
