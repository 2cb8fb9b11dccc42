//! The pages, one for each route, and the one that is there when nothing else can be.

pub mod broken_config;
pub mod calendar;
pub mod callback;
pub mod home;
pub mod not_found;
