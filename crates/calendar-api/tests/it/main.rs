//! The calendar API through its real router: between scripted neighbours for what they rarely do, and in `journey`
//! between the real tenant and the real provider.

mod access_tokens;
mod callback;
mod dpop;
mod events;
mod exchange;
mod harness;
mod journey;
mod keys;
mod provider;
mod routes;
mod secrecy;
