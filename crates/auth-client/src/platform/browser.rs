//! The page that the app runs in. The only file that talks to the browser.

use gloo_net::http::{Method, RequestBuilder};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect, Storage, Window};
use wire::timestamp::Timestamp;

use super::{HttpAnswer, Platform, PlatformError};

/// How long the tenant may take to answer, in milliseconds.
const TIMEOUT: u32 = 10_000;

/// The browser window: its clock, `crypto`, `sessionStorage`, `fetch`, `location` and `history`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Browser;

impl Platform for Browser {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and a clock before 1970 or after the age of the universe tells no time anyway"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_epoch((js_sys::Date::now() / 1000.0) as u64)
    }

    fn random(&self) -> Result<[u8; 32], PlatformError> {
        let mut bytes = [0; 32];
        window()
            .and_then(|window| window.crypto().ok())
            .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
            .ok_or(PlatformError::Randomness)?;
        Ok(bytes)
    }

    fn store(&self, key: &str, value: &str) -> Result<(), PlatformError> {
        storage()?.set_item(key, value).map_err(|_| PlatformError::Storage)
    }

    fn stored(&self, key: &str) -> Result<Option<String>, PlatformError> {
        storage()?.get_item(key).map_err(|_| PlatformError::Storage)
    }

    fn stored_keys(&self) -> Result<Vec<String>, PlatformError> {
        let storage = storage()?;
        let length = storage.length().map_err(|_| PlatformError::Storage)?;
        Ok((0..length).filter_map(|index| storage.key(index).ok().flatten()).collect())
    }

    fn forget(&self, key: &str) -> Result<(), PlatformError> {
        storage()?.remove_item(key).map_err(|_| PlatformError::Storage)
    }

    async fn post_form(&self, url: &str, body: String) -> Result<HttpAnswer, PlatformError> {
        let request = RequestBuilder::new(url)
            .method(Method::POST)
            .header("content-type", "application/x-www-form-urlencoded")
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::Omit)
            // Code and verifier go to the configured tenant and nowhere else.
            .redirect(RequestRedirect::Error)
            .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
            .body(body)
            .map_err(network)?;
        let response = request.send().await.map_err(network)?;
        Ok(HttpAnswer { status: response.status(), body: response.text().await.map_err(network)? })
    }

    fn url(&self) -> Result<String, PlatformError> {
        page()?.location().href().map_err(navigation)
    }

    fn replace_url(&self, url: &str) -> Result<(), PlatformError> {
        let history = page()?.history().map_err(navigation)?;
        // A router's own state of this entry stays.
        let state = history.state().unwrap_or(JsValue::NULL);
        history.replace_state_with_url(&state, "", Some(url)).map_err(navigation)
    }

    fn leave_for(&self, url: &str) -> Result<(), PlatformError> {
        page()?.location().assign(url).map_err(navigation)
    }
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn page() -> Result<Window, PlatformError> {
    window().ok_or(PlatformError::Navigation)
}

/// Reading `sessionStorage` throws where a person has switched storage off.
fn storage() -> Result<Storage, PlatformError> {
    window()
        .and_then(|window| window.session_storage().ok().flatten())
        .ok_or(PlatformError::Storage)
}

fn network(_: gloo_net::Error) -> PlatformError {
    PlatformError::Network
}

fn navigation(_: JsValue) -> PlatformError {
    PlatformError::Navigation
}
