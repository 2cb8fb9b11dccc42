//! Pages, by what a person does on them.

mod accounts;
mod calendar;
mod login;
mod provider;
mod refused;
mod welcome;

pub use accounts::Accounts;
pub use calendar::Calendar;
pub use login::Login;
pub use provider::Provider;
pub use refused::Refused;
pub use welcome::Welcome;
