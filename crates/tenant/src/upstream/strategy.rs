//! The providers that the tenant knows, a row each: where they are, and what they want to hear.

mod flags;

use wire::scope::ScopeSet;

use self::flags::Flag;
use crate::access::OFFLINE_ACCESS;
use crate::store::connections::Connection;

/// A kind of provider.
pub(crate) struct Strategy {
    /// As connections name it.
    pub(crate) name: &'static str,
    /// As people know it; `None` where they know the connection's name alone.
    pub(crate) title: Option<&'static str>,
    /// `None` where the options of the connection say where the provider is.
    pub(super) services: Option<Services>,
    /// What every login asks for: who somebody is.
    pub(crate) identity: &'static str,
    /// The parameter that says whom the application means.
    pub(super) login_hint: &'static str,
    pub(super) offline: Offline,
    /// Options that stand for a scope.
    pub(crate) flags: &'static [Flag],
}

/// The endpoints of a provider that everybody knows.
pub(super) struct Services {
    authorization: Endpoint,
    token: Endpoint,
    profile: Endpoint,
}

/// What an endpoint is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Browsers ask for a code.
    Authorization,
    /// The tenant gets tokens.
    Token,
    /// The tenant learns who somebody is.
    Profile,
}

impl Services {
    pub(super) const fn at(&self, place: Place) -> &Endpoint {
        match place {
            Place::Authorization => &self.authorization,
            Place::Token => &self.token,
            Place::Profile => &self.profile,
        }
    }
}

/// The real address, and the path of the same at the provider that stands in for it.
pub(super) struct Endpoint {
    pub(super) real: &'static str,
    pub(super) path: &'static str,
}

/// How a refresh token is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Offline {
    /// By Google's parameters.
    AccessType,
    /// By the scope `offline_access` ([OIDC Core §11](https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess)).
    Scope,
    /// There is none to be had.
    Never,
}

/// Google ([discovery document](https://accounts.google.com/.well-known/openid-configuration)).
static GOOGLE: Strategy = Strategy {
    name: "google-oauth2",
    title: Some("Google"),
    services: Some(Services {
        authorization: Endpoint {
            real: "https://accounts.google.com/o/oauth2/v2/auth",
            path: "o/oauth2/v2/auth",
        },
        token: Endpoint { real: "https://oauth2.googleapis.com/token", path: "token" },
        profile: Endpoint {
            real: "https://openidconnect.googleapis.com/v1/userinfo",
            path: "v1/userinfo",
        },
    }),
    identity: "openid email profile",
    login_hint: "login_hint",
    offline: Offline::AccessType,
    flags: flags::GOOGLE,
};

/// GitHub's [OAuth apps](https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps).
static GITHUB: Strategy = Strategy {
    name: "github",
    title: Some("GitHub"),
    services: Some(Services {
        authorization: Endpoint {
            real: "https://github.com/login/oauth/authorize",
            path: "login/oauth/authorize",
        },
        token: Endpoint {
            real: "https://github.com/login/oauth/access_token",
            path: "login/oauth/access_token",
        },
        profile: Endpoint { real: "https://api.github.com/user", path: "user" },
    }),
    identity: "read:user user:email",
    login_hint: "login",
    offline: Offline::Never,
    flags: flags::GITHUB,
};

/// Any other OAuth server: the options say where it is and what it is asked for.
static CUSTOM: Strategy = Strategy {
    name: "oauth2",
    title: None,
    services: None,
    identity: "",
    login_hint: "login_hint",
    offline: Offline::Scope,
    flags: &[],
};

impl Strategy {
    /// The strategy of that name; `None` for those without a provider.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        [&GOOGLE, &GITHUB, &CUSTOM].into_iter().find(|strategy| strategy.name == name)
    }

    /// The scopes as the provider is asked for them. `offline_access` goes out where the provider knows it, and only
    /// when it is meant.
    pub(super) fn asked(&self, scope: &ScopeSet, offline_access: bool) -> ScopeSet {
        let rest = scope.filtered(|scope| scope != OFFLINE_ACCESS);
        if offline_access && self.offline == Offline::Scope {
            rest.iter().chain([OFFLINE_ACCESS]).collect()
        } else {
            rest
        }
    }
}

/// What says who somebody is, at the connection's provider.
pub(crate) fn identity(connection: &Connection) -> ScopeSet {
    let strategy = Strategy::named(&connection.strategy);
    strategy.map_or("", |strategy| strategy.identity).into()
}

/// What the connection asks for by itself, by its scopes and by its flags.
pub(crate) fn own_scope(connection: &Connection) -> ScopeSet {
    let flags = Strategy::named(&connection.strategy).map_or(&[][..], |strategy| strategy.flags);
    let flagged = flags.iter().filter(|flag| connection.options.has_flag(flag.name));
    let own = connection.options.scope.iter().map(String::as_str);
    own.chain(flagged.map(|flag| flag.scope)).collect()
}

/// What a login with the connection asks for, before what the request adds.
pub(crate) fn login_scope(connection: &Connection) -> ScopeSet {
    identity(connection).iter().chain(own_scope(connection).iter()).collect()
}
