//! The client in a page that is no browser, before a tenant that is no tenant: [`auth_client::platform::Double`].
#![cfg(not(target_arch = "wasm32"))]

mod callback;
mod callback_twice;
mod errors;
mod harness;
mod id_token;
mod login;
mod logout;
mod tokens;
