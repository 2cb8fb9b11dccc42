//! What the provider remembers: one collection, one file. Functions are async and atomic, since a durable store may
//! stand behind them one day.

pub(crate) mod access_tokens;
pub(crate) mod clients;
pub(crate) mod codes;
pub(crate) mod consents;
pub(crate) mod events;
pub(crate) mod grants;
pub(crate) mod page_tokens;
pub(crate) mod people;
pub(crate) mod refresh_tokens;
pub(crate) mod sessions;
pub(crate) mod transactions;
