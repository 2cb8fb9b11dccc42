//! An account that is connected.

use leptos::prelude::*;
use wire::my_account::ConnectedAccount;

use crate::accounts::Accounts;
use crate::browser;
use crate::components::icon::{Drawing, Icon};
use crate::components::scopes::Scopes;
use crate::date::LocalTime;

/// Which account, since when and what it allows, and **Disconnect**, which asks first.
#[component]
pub fn AccountCard(
    /// The account.
    account: ConnectedAccount,
    /// What a person calls it.
    name: String,
    /// All of them.
    accounts: Accounts,
    /// Takes the account that is to be disconnected, if the person is sure.
    #[prop(into)]
    on_disconnect: Callback<ConnectedAccount>,
) -> impl IntoView {
    let id = account.id.to_string();
    let since = browser::local(&account.created_at).map(|LocalTime { date, minute }| {
        let (year, ..) = date.year_month_day();
        format!("{} {} {year}, {minute}", date.day(), date.month())
    });
    let connection = account.connection.to_string();
    let scopes = account.scopes.clone();
    let asked = account.clone();
    let is_leaving = Memo::new(move |_| accounts.is_leaving(&account));
    view! {
        <section class="card stack" aria-labelledby=id.clone()>
            <div class="row apart">
                <h2 id=id.clone() class="row"><Icon drawing=Drawing::Key/>{name}</h2>
                <span class="chip key">{connection}</span>
            </div>
            <dl class="fit">
                <div><dt>"Connected"</dt><dd>{since}</dd></div>
                <div><dt>"Allows"</dt><dd><Scopes scopes/></dd></div>
            </dl>
            <p class="row">
                <button
                    class="danger"
                    type="button"
                    aria-describedby=id.clone()
                    aria-busy=move || is_leaving.get().then_some("true")
                    on:click=move |_| on_disconnect.run(asked.clone())
                >
                    {move || if is_leaving.get() { "Disconnecting" } else { "Disconnect" }}
                </button>
            </p>
        </section>
    }
}
