//! The provider through its real router, over HTTP on a free port, with a clock that the tests move.

#![expect(clippy::unwrap_used, reason = "the harness cannot go on without what it asks for")]

mod authorize;
mod calendar_change;
mod calendar_list;
mod code;
mod consent;
mod control;
mod elsewhere;
mod github;
mod harness;
mod logout;
mod refresh;
mod revoke;
mod sign_in;
mod trouble;
mod userinfo;
