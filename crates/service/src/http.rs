//! Outgoing HTTP.

use std::time::Duration;

use reqwest::redirect::Policy;

/// How long a call may take in all.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// A client whose calls end: two seconds to connect, `timeout` in all. It follows no redirect, since the endpoints
/// it calls have none, and a redirect would carry credentials elsewhere.
///
/// # Errors
///
/// When the system's TLS roots cannot be read.
pub fn client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .timeout(timeout)
        .redirect(Policy::none())
        .user_agent(concat!("strongroom/", env!("CARGO_PKG_VERSION")))
        .build()
}
