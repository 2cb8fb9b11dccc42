//! What each server does around its router: time, randomness, binding and stopping, TLS, token signatures, pages.
//!
//! The tenant, the provider and the calendar API share this crate so that none of it stands thrice.

pub mod clock;
pub mod cookie;
pub mod data_folder;
pub mod digest;
pub mod dpop;
pub mod http;
pub mod jwt;
pub mod page;
pub mod pem;
pub mod random;
pub mod reply;
pub mod running;
pub mod secret;
pub mod tls;
