//! Settings of the tenant, as a tenant file has them below `tenant:` and the Management API at `/tenants/settings`.

use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use url::Url;
use wire::ids::Audience;

use crate::custom_claims::CustomClaims;

/// Settings of the tenant itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "Auth0's settings of a tenant are switches")]
pub(crate) struct Settings {
    /// The API that is meant by a request without an audience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_audience: Option<Audience>,
    /// Where a logout without a client may return to.
    pub(crate) allowed_logout_urls: Vec<String>,
    /// Whether `/oauth/par` is there (AZ-6/7).
    pub(crate) pushed_authorization_requests_supported: bool,
    /// Whether every authorization request must be pushed (AZ-3/26).
    pub(crate) require_pushed_authorization_requests: bool,
    /// Where errors are shown that must not go back to an application, if not here.
    pub(crate) error_page: ErrorPageSettings,
    /// The languages of the pages; the first is meant when nobody says another.
    pub(crate) enabled_locales: Vec<String>,
    /// Whether codes are given to public clients of the first party that send no challenge (SC-2/6).
    pub(crate) allow_public_clients_without_pkce: bool,
    /// Whether clients may name organizations, and tokens tell their names.
    pub(crate) allow_organization_name_in_authentication_api: bool,
    pub(crate) resource_parameter_profile: ResourceParameterProfile,
    pub(crate) flags: Flags,
    pub(crate) custom_claims: CustomClaims,
    pub(crate) oidc_logout: OidcLogout,
    pub(crate) sessions: SessionSettings,
    #[serde(skip_serializing_if = "MyAccountSettings::are_usual")]
    pub(crate) my_account: MyAccountSettings,
}

/// What the My Account API asks of people (CA-1/7).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MyAccountSettings {
    /// Whether a token for it takes a login of late; Auth0's policy "Require 2FA".
    pub(crate) require_2fa: bool,
}

impl MyAccountSettings {
    /// Whether there is nothing to show: Auth0 has this policy elsewhere.
    const fn are_usual(&self) -> bool {
        !self.require_2fa
    }
}

/// Which parameters name the API that a token is for (AZ-1/6).
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResourceParameterProfile {
    /// Auth0's `audience` alone.
    #[default]
    Audience,
    /// Beside it the `resource` of RFC 8707.
    Compatibility,
}

/// How clients may end the person's session (discovery-and-tokens.md §6).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OidcLogout {
    /// Whether discovery names `/oidc/logout` (DT-1/6).
    pub(crate) rp_logout_end_session_endpoint_discovery: bool,
}

impl Default for OidcLogout {
    fn default() -> Self {
        Self { rp_logout_end_session_endpoint_discovery: true }
    }
}

/// Switches of the tenant.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Flags {
    /// Whether the revocation of a refresh token ends all that its person has with that client and API (TK-7/9).
    pub(crate) revoke_refresh_token_grant: bool,
    /// Whether first-party clients need the person's consent as at Auth0 (AZ-4/7). If not, they have it (AZ-4/8).
    pub(crate) ask_first_parties_for_consent: bool,
}

/// How sessions end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SessionSettings {
    /// Whether the person is asked before a logout that does not show whose session it means.
    pub(crate) oidc_logout_prompt_enabled: bool,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { oidc_logout_prompt_enabled: true }
    }
}

/// The tenant's own page for errors.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ErrorPageSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<Url>,
}

/// The settings as they are now. Clones share them.
#[derive(Clone)]
pub(crate) struct CurrentSettings(Arc<RwLock<Arc<Settings>>>);

impl CurrentSettings {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(settings))))
    }

    /// A snapshot: who decides by several settings decides by those of one moment.
    pub(crate) fn get(&self) -> Arc<Settings> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in their place, in one step.
    pub(crate) fn update<E>(
        &self,
        change: impl FnOnce(&Settings) -> Result<Settings, E>,
    ) -> Result<Arc<Settings>, E> {
        let mut settings = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *settings = Arc::new(change(&settings)?);
        Ok(Arc::clone(&settings))
    }
}

impl Settings {
    /// The language that is meant by `ui_locales`: the first of them if the tenant has it, else the tenant's own
    /// (AZ-1/20). Our pages are in English all the same; a page of the tenant's own need not be.
    pub(crate) fn language(&self, ui_locales: &str) -> String {
        let asked = ui_locales.split_ascii_whitespace().next();
        let enabled = || self.enabled_locales.iter();
        let found = asked.and_then(|asked| enabled().find(|own| own.eq_ignore_ascii_case(asked)));
        found.or_else(|| enabled().next()).map_or_else(|| "en".to_owned(), Clone::clone)
    }
}
