//! What each server does around its router: time, randomness, binding and stopping, token signatures, pages.
//!
//! The tenant, the provider and the calendar API share this crate so that none of it stands thrice.

pub mod clock;
pub mod cookie;
pub mod dpop;
pub mod http;
pub mod jwt;
pub mod page;
pub mod random;
pub mod reply;
pub mod running;
pub mod secret;
