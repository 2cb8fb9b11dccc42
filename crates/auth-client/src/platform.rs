//! What the client needs of the place it runs in: a clock, randomness, storage, HTTP, and the address bar.
//!
//! Two places exist: [`Browser`], and for tests [`Double`] (feature `test-double`).

mod browser;
// Its documentation is shown with and without the feature.
#[cfg(any(doc, feature = "test-double"))]
pub mod double;

use std::future::Future;

use wire::timestamp::Timestamp;

pub use browser::Browser;
#[cfg(any(doc, feature = "test-double"))]
pub use double::Double;

/// A page in a browser, or something that behaves like one.
pub trait Platform: 'static {
    /// What time it is, by this device's clock.
    fn now(&self) -> Timestamp;

    /// 256 bits that nobody can guess.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Randomness`] when there is no cryptographic source.
    fn random(&self) -> Result<[u8; 32], PlatformError>;

    /// Keeps `value` under `key` across a redirect, for this tab only.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Storage`] when the browser refuses.
    fn store(&self, key: &str, value: &str) -> Result<(), PlatformError>;

    /// What is kept under `key`.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Storage`] when the browser refuses.
    fn stored(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// Every key that something is kept under, the app's own included.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Storage`] when the browser refuses.
    fn stored_keys(&self) -> Result<Vec<String>, PlatformError>;

    /// Forgets what is kept under `key`, if anything.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Storage`] when the browser refuses.
    fn forget(&self, key: &str) -> Result<(), PlatformError>;

    /// Posts `body` as `application/x-www-form-urlencoded`, without cookies, following no redirect, and gives up after
    /// ten seconds.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Network`] when no whole answer came: no connection, no permission (CORS), or no time left.
    fn post_form(
        &self,
        url: &str,
        body: String,
    ) -> impl Future<Output = Result<HttpAnswer, PlatformError>>;

    /// The address bar, query and fragment included.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Navigation`] where there is no page.
    fn url(&self) -> Result<String, PlatformError>;

    /// Writes another address of the same origin over this one, in the address bar and in the history.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Navigation`] when the browser refuses.
    fn replace_url(&self, url: &str) -> Result<(), PlatformError>;

    /// Leaves the page for `url`.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Navigation`] when the browser refuses.
    fn leave_for(&self, url: &str) -> Result<(), PlatformError>;
}

/// An HTTP answer, read to its end. It may hold tokens, therefore it has no `Debug`.
#[derive(Clone)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Which of its duties a platform could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// No cryptographic randomness.
    #[error("the browser has no source of secure random numbers")]
    Randomness,
    /// `sessionStorage` is switched off or full.
    #[error("the browser's session storage cannot be used")]
    Storage,
    /// No answer came.
    #[error("the tenant could not be reached")]
    Network,
    /// The address could not be read or changed.
    #[error("the browser refused to change the page's address")]
    Navigation,
}
