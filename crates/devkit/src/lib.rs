//! `cargo dev` and `cargo verify`: the whole of Strongroom on one machine, to look at and to prove.
//!
//! [`stack`] starts the three servers together, for people and for the browser journeys alike.

pub mod app_config;
pub mod dev;
pub mod guard;
pub mod hook;
pub mod people;
pub mod ports;
pub mod progress;
pub mod services;
pub mod stack;
pub mod tools;
pub mod trunk;
pub mod verify;
pub mod watch;
pub mod workspace;
