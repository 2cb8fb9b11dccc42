//! Pages, by what a person does on them.

mod calendar;
mod login;
mod refused;
mod welcome;

pub use calendar::Calendar;
pub use login::Login;
pub use refused::Refused;
pub use welcome::Welcome;
