//! What a command is doing, on standard error in the manner of cargo: a verb, then its object.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

/// Prints one line of progress.
pub fn say(verb: &str, what: impl Display) {
    eprintln!("{verb:>12} {what}");
}

/// Prints why a command ends, and how it does.
pub fn fail(error: &dyn Error) -> ExitCode {
    eprintln!("\nerror: {error}");
    ExitCode::FAILURE
}
