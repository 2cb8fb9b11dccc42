//! `/accounts`: what the person has connected, and what they can connect.

use leptos::prelude::*;
use wire::my_account::{AvailableConnection, ConnectedAccount};

use crate::accounts::{Accounts, Listed, Phase};
use crate::auth::use_auth;
use crate::browser;
use crate::components::account_card::AccountCard;
use crate::components::account_news::AccountNews;
use crate::components::auth_error::headline;
use crate::components::connect_button::ConnectButton;
use crate::components::error_card::ErrorCard;
use crate::components::icon::{Drawing, Icon};
use crate::components::notice::{Notice, Tone};
use crate::components::scopes::ScopeChoice;
use crate::router::use_router;

/// The dialog's id.
const DIALOG: &str = "disconnect";

/// The lists appear with the first answer, stay while they are fetched again, and tell their age when that fails. A
/// login that does not reach the tenant's My Account API is followed by one that does, and comes back here.
#[component]
pub fn AccountsPage() -> impl IntoView {
    browser::set_title("Connected accounts");
    let auth = use_auth();
    let router = use_router();
    let accounts = Accounts::new(auth);
    let phase = accounts.phase();
    accounts.refresh();
    Effect::new(move || {
        if phase.get() == Phase::LoginRequired {
            auth.login_to_my_account(router.here());
        }
    });
    let asked = RwSignal::new(None::<ConnectedAccount>);
    let ask = move |account: ConnectedAccount| {
        asked.set(Some(account));
        browser::open_dialog(DIALOG);
    };
    view! {
        <div class="stack far">
            <div class="stack snug">
                <h1>"Connected accounts"</h1>
                <p class="lead">"Their tokens are in the tenant's vault. Disconnecting destroys them there."</p>
            </div>
            <AccountNews/>
            {move || match phase.get() {
                Phase::Loading | Phase::LoginRequired => view! { <AccountSkeleton/> }.into_any(),
                Phase::Failed => view! { <Failure accounts/> }.into_any(),
                Phase::Listed => view! {
                    {move || accounts.problem().map(|problem| view! { <Stale accounts problem=headline(&problem)/> }.into_any())}
                    {move || accounts.listed().map(|listed| lists(&listed, accounts, ask))}
                }
                .into_any(),
            }}
        </div>
        <Confirmation accounts asked/>
    }
}

/// What is connected, and below it what can be.
fn lists(
    listed: &Listed,
    accounts: Accounts,
    ask: impl Fn(ConnectedAccount) + Copy + Send + Sync + 'static,
) -> AnyView {
    let cards = listed.accounts.iter().map(|account| {
        let name = listed.name(account.connection.as_str());
        view! { <AccountCard account=account.clone() name accounts on_disconnect=ask/> }.into_any()
    });
    let offers = listed.connections.iter().map(|connection| {
        let name = listed.name(connection.name.as_str());
        let is_connected =
            listed.accounts.iter().any(|account| account.connection == connection.name);
        view! { <Offer connection=connection.clone() name is_connected/> }.into_any()
    });
    let (cards, offers) = (cards.collect_view(), offers.collect_view());
    let none_connected = cards.is_empty().then(|| {
        view! {
            <section class="card stack snug" aria-labelledby="none">
                <h2 id="none">"Nothing connected"</h2>
                <p class="soft">"The vault holds no token for you. Connect an account below, and your calendar appears."</p>
            </section>
        }
    });
    let none_available = offers.is_empty().then(|| {
        view! { <p class="soft">"This tenant has no connection with Connected Accounts switched on for this app."</p> }
    });
    view! {
        {none_connected}
        {cards}
        <section class="stack" aria-labelledby="available">
            <h2 id="available">"Available"</h2>
            {none_available}
            {offers}
        </section>
    }
    .into_any()
}

/// A connection, what to ask of it, and the button that leaves for it.
#[component]
fn Offer(
    /// The connection.
    connection: AvailableConnection,
    /// What a person calls it.
    name: String,
    /// Whether an account of it is there already.
    is_connected: bool,
) -> impl IntoView {
    let chosen = RwSignal::new(connection.scopes.iter().map(String::as_str).collect());
    let label = if is_connected {
        ["Connect another ", &*name].concat()
    } else {
        ["Connect ", &*name].concat()
    };
    view! {
        <div class="card stack">
            <div class="row apart"><h3>{name}</h3><span class="chip">{connection.name.to_string()}</span></div>
            <ScopeChoice scopes=connection.scopes chosen/>
            <p class="row"><ConnectButton connection=connection.name.to_string() label scopes=chosen/></p>
        </div>
    }
}

/// Asks whether the person is sure, and says what it means.
#[component]
fn Confirmation(
    /// The accounts.
    accounts: Accounts,
    /// The one in question.
    asked: RwSignal<Option<ConnectedAccount>>,
) -> impl IntoView {
    let name = move || {
        let asked = asked.get()?;
        Some(accounts.listed()?.name(asked.connection.as_str()))
    };
    let disconnect = move |_| {
        browser::close_dialog(DIALOG);
        if let Some(account) = asked.get_untracked() {
            accounts.disconnect(account);
        }
    };
    view! {
        <dialog id=DIALOG class="card" aria-labelledby="sure">
            <div class="stack">
                <h2 id="sure">"Disconnect "{name}"?"</h2>
                <p class="lead">"The tenant destroys the provider's token. What is in the account stays there. The calendar asks you to connect it before it shows events again."</p>
                <p class="row">
                    <button class="quiet" type="button" on:click=|_| browser::close_dialog(DIALOG)>"Keep it"</button>
                    <button class="danger" type="button" on:click=disconnect>"Disconnect"</button>
                </p>
            </div>
        </dialog>
    }
}

/// Since when the lists are as they are, where they could not be fetched again.
#[component]
fn Stale(
    /// The accounts.
    accounts: Accounts,
    /// Why.
    problem: &'static str,
) -> impl IntoView {
    let fact = accounts.since().map(|since| format!("Accounts as of {}.", since.minute));
    view! {
        <Notice tone=Tone::Aged fact=fact.unwrap_or_default() text=[problem, "."].concat()>
            <button type="button" on:click=move |_| accounts.refresh()><Icon drawing=Drawing::Reload/>"Try now"</button>
        </Notice>
    }
}

/// Why there is no list.
#[component]
fn Failure(
    /// The accounts.
    accounts: Accounts,
) -> impl IntoView {
    accounts.problem().map(|problem| {
        view! {
            <ErrorCard headline=headline(&problem) cause=problem.next_step() code=problem.code() said=Some(problem.to_string())>
                <button
                    class="primary"
                    type="button"
                    aria-busy=move || accounts.is_loading().then_some("true")
                    on:click=move |_| accounts.refresh()
                >
                    "Try again"
                </button>
            </ErrorCard>
        }
    })
}

/// Hatched cards where the accounts will be.
#[component]
fn AccountSkeleton() -> impl IntoView {
    view! {
        <div class="stack" role="status" aria-busy="true">
            <span class="hide">"Loading accounts"</span>
            <div class="card stack"><p class="hatch"></p><p class="hatch"></p><p class="hatch"></p></div>
            <div class="card stack"><p class="hatch"></p><p class="hatch"></p></div>
        </div>
    }
}
