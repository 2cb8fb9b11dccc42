//! Starts the app in the page that loaded it.

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use spa::app::App;
use spa::config;
use wasm_bindgen_futures::spawn_local;

fn main() {
    // A panic is told in the console, while there are names and lines to tell.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // Leptos' own executor starts with the first mount, which waits for the configuration.
    spawn_local(async {
        let config = config::load().await;
        mount_to_body(|| view! { <App config/> });
    });
}
