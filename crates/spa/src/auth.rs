//! Who is signed in, for components: the [`AuthClient`] as signals, and a guard for pages.

use auth_client::{
    AccessToken, AuthClient, AuthError, Browser, CallbackStep, Login, Logout, Platform, User,
};
use leptos::prelude::*;
use wire::ids::Audience;
use wire::timestamp::Timestamp;

use crate::browser;
use crate::components::auth_error::LoginErrorCard;
use crate::config::Config;
use crate::router::use_router;

/// What the app asks for when it sends somebody to log in.
const SCOPE: &str = "openid profile email read:calendar write:calendar";

/// A token that is refused within so many seconds after its login is not mended by another login.
const FRESH: u64 = 60;

/// Where somebody stands between signed out and signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthStatus {
    /// On the way to the tenant, or back and being checked.
    Loading,
    /// Nobody is signed in.
    SignedOut,
    /// This person is.
    SignedIn(User),
    /// The login did not end well.
    Failed(AuthError),
}

/// The login of this page. A handle: copies are the same login.
#[derive(Clone, Copy)]
pub struct Auth {
    client: StoredValue<AuthClient<Browser>, LocalStorage>,
    audience: StoredValue<Audience>,
    status: RwSignal<AuthStatus>,
    expires_at: RwSignal<Option<Timestamp>>,
    signed_in_at: StoredValue<Timestamp>,
}

impl Auth {
    fn new(config: &Config) -> Self {
        let client = auth_client::Config {
            domain: config.domain.clone(),
            client_id: config.client_id.clone(),
            redirect_uri: [&*browser::origin(), "/callback"].concat(),
        };
        Self {
            client: StoredValue::new_local(AuthClient::new(client, Browser)),
            audience: StoredValue::new(config.audience.clone()),
            status: RwSignal::new(AuthStatus::SignedOut),
            expires_at: RwSignal::new(None),
            signed_in_at: StoredValue::new(Timestamp::from_epoch(0)),
        }
    }

    /// Where the person stands.
    #[must_use]
    pub fn status(self) -> AuthStatus {
        self.status.get()
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn is_signed_in(self) -> bool {
        self.status.with(|status| matches!(status, AuthStatus::SignedIn(_)))
    }

    /// How to call whoever is signed in.
    #[must_use]
    pub fn name(self) -> Option<String> {
        self.status.with(|status| match status {
            AuthStatus::SignedIn(User { sub, name, nickname, email, .. }) => {
                let name = name.as_ref().or(nickname.as_ref()).or(email.as_ref());
                Some(name.cloned().unwrap_or_else(|| sub.to_string()))
            }
            _ => None,
        })
    }

    /// When the login ends, if somebody is signed in.
    #[must_use]
    pub fn expires_at(self) -> Option<Timestamp> {
        self.expires_at.get()
    }

    /// Leaves for the tenant's login, to come back to `return_to`. A session that still lives there answers at once.
    pub fn login(self, return_to: String) {
        self.status.set(AuthStatus::Loading);
        let audience = Some(self.audience.get_value());
        let client = self.client.get_value();
        browser::spawn(async move {
            let login = Login { audience, scope: SCOPE.into(), return_to: Some(return_to) };
            if let Err(error) = client.login_with_redirect(login).await {
                self.status.set(AuthStatus::Failed(error));
            }
        });
    }

    /// Reads the tenant's answer, telling `on_step` each check that passes. Gives the place that the person was on the
    /// way to, or `None` when the login failed, which [`status`](Self::status) tells.
    pub async fn finish_login(self, on_step: impl Fn(CallbackStep) + 'static) -> Option<String> {
        self.status.set(AuthStatus::Loading);
        let client = self.client.get_value();
        match client.handle_redirect_callback_with(on_step).await {
            Ok(logged_in) => {
                self.signed_in_at.set_value(Browser.now());
                self.expires_at.set(client.session_expires_at());
                self.status.set(AuthStatus::SignedIn(logged_in.user));
                Some(logged_in.return_to.unwrap_or_else(|| "/calendar".to_owned()))
            }
            Err(error) => {
                self.status.set(AuthStatus::Failed(error));
                None
            }
        }
    }

    /// An access token for the calendar API with this scope, from memory.
    ///
    /// # Errors
    ///
    /// [`AuthError::LoginRequired`] when only another login helps.
    pub async fn token(self, scope: &str) -> Result<AccessToken, AuthError> {
        let (client, audience) = (self.client.get_value(), self.audience.get_value());
        client.get_token(&audience, &scope.into()).await
    }

    /// Whether the login is so young that a token which is refused all the same will not be mended by another one.
    #[must_use]
    pub fn is_fresh(self) -> bool {
        self.signed_in_at.get_value().seconds_until(Browser.now()) < FRESH
    }

    /// Forgets the tokens and leaves for the tenant's logout, which sends the person to the welcome page.
    pub fn logout(self) {
        // Not `SignedOut`: the guard of a page would send the person to log in again.
        self.status.set(AuthStatus::Loading);
        self.expires_at.set(None);
        let logout = Logout { return_to: Some(browser::origin()) };
        if let Err(error) = self.client.get_value().logout(logout) {
            self.status.set(AuthStatus::Failed(error));
        }
    }
}

/// Gives everything inside it [`use_auth`].
#[component]
pub fn AuthProvider(
    /// The tenant and the client there.
    config: Config,
    /// The app.
    children: Children,
) -> impl IntoView {
    let auth = Auth::new(&config);
    provide_context(auth);
    // The Back button may bring a page back to life as it was left: on its way out.
    window_event_listener(leptos::ev::pageshow, move |event| {
        let left = auth.status.with_untracked(|status| *status == AuthStatus::Loading);
        if event.persisted() && left {
            auth.status.set(AuthStatus::SignedOut);
        }
    });
    children()
}

/// The login of this page.
///
/// # Panics
///
/// Outside of an [`AuthProvider`]: that is a mistake in the code.
#[must_use]
pub fn use_auth() -> Auth {
    expect_context()
}

/// Shows a page to whoever is signed in. Anybody else is sent to the tenant's login at once and comes back to the same
/// address: with a session that still lives there, without noticing. That is what makes a reload work, since tokens are
/// kept in memory only.
#[component]
pub fn RequireAuth(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    let router = use_router();
    Effect::new(move || {
        if auth.status.with(|status| *status == AuthStatus::SignedOut) {
            auth.login(router.here());
        }
    });
    view! {
        {move || match auth.status() {
            AuthStatus::SignedIn(_) => children().into_any(),
            AuthStatus::Failed(error) => view! {
                <div class="narrow stack far">
                    <h1>"You are not signed in"</h1>
                    <LoginErrorCard error return_to=router.here()/>
                </div>
            }
            .into_any(),
            AuthStatus::Loading | AuthStatus::SignedOut => view! {
                <div class="narrow stack snug" role="status">
                    <h1>"Log in first"</h1>
                    <p class="soft">"The tenant's login comes next. Then you are back here."</p>
                </div>
            }
            .into_any(),
        }}
    }
}
