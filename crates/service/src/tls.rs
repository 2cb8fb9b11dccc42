//! TLS on this machine: a local certificate authority, and listeners that it vouches for
//! ([RFC 5280](https://www.rfc-editor.org/rfc/rfc5280), [RFC 8446](https://www.rfc-editor.org/rfc/rfc8446)).

mod authority;
mod certificates;
mod files;
mod listener;
mod trust;

pub use authority::{Authority, AuthorityError};

pub(crate) use listener::TlsListener;
