//! The way to the provider.

use leptos::prelude::*;
use wire::scope::ScopeSet;

use crate::auth::use_auth;
use crate::router::use_router;

/// Leaves for the provider's consent, and comes back to the same page. While the tenant is asked where that is, the
/// button says so.
#[component]
pub fn ConnectButton(
    /// The connection as the tenant names it, e.g. `google-oauth2`.
    #[prop(into)]
    connection: String,
    /// The button's words.
    label: String,
    /// What to ask of the provider; when it is empty, what the connection says.
    scopes: RwSignal<ScopeSet>,
    /// How the button looks.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let auth = use_auth();
    let router = use_router();
    let connection = StoredValue::new(connection);
    let is_busy = Memo::new(move |_| auth.connecting() == Some(connection.get_value()));
    let connect =
        move |_| auth.connect(connection.get_value(), scopes.get_untracked(), router.here());
    view! {
        <button class=class type="button" aria-busy=move || is_busy.get().then_some("true") on:click=connect>
            {move || if is_busy.get() { "Connecting".to_owned() } else { label.clone() }}
        </button>
    }
}
