//! Applications (management-api.md §4).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use url::Url;
use wire::ids::{Audience, ClientId};
use wire::secret::Secret;
use wire::token_exchange::TOKEN_VAULT_GRANT;

use crate::keys::{SigningAlg, SigningMethod};
use crate::redirect_uri;
use crate::store::credentials::{AuthenticationMethods, Credential, CredentialId};
use crate::store::privileged_access::PrivilegedAccess;
use crate::store::refresh_token_settings::RefreshTokenSettings;
use crate::store::resource_servers::ResourceServer;

/// A client as the Management API shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "Auth0's settings of a client are switches")]
pub(crate) struct Client {
    pub(crate) client_id: ClientId,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) app_type: Option<AppType>,
    pub(crate) is_first_party: bool,
    pub(crate) oidc_conformant: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) callbacks: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_logout_urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) web_origins: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) grant_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_endpoint_auth_method: Option<AuthMethod>,
    /// Whether its authorization requests must be pushed (AZ-3/26).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) require_pushed_authorization_requests: bool,
    /// Seconds that they wait for the browser (AZ-6/5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) par_request_expiry: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resource_server_identifier: Option<Audience>,
    /// What the client may exchange tokens of others for (token.md §5, §6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_exchange: Option<TokenExchange>,
    /// Whether the client gets tokens that are bound to a key, or none (DT-7/11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) require_proof_of_possession: Option<bool>,
    /// Whether the client is believed who its user is at the network (TV-2.1/12).
    #[serde(default)]
    pub(crate) is_token_endpoint_ip_header_trusted: bool,
    #[serde(default)]
    pub(crate) jwt_configuration: JwtConfiguration,
    #[serde(default)]
    pub(crate) refresh_token: RefreshTokenSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization_usage: Option<OrganizationUsage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization_require_behavior: Option<OrganizationRequireBehavior>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_authentication_methods: Option<AuthenticationMethods>,
    /// What the client may have of the vault in people's names without their tokens (token-vault.md §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_vault_privileged_access: Option<PrivilegedAccess>,
    /// All its keys; those in use are named by `client_authentication_methods` and `token_vault_privileged_access`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) credentials: Vec<Credential>,
    /// Properties of Auth0's that are kept and shown but change nothing here.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

/// Kinds of applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AppType {
    Spa,
    Native,
    RegularWeb,
    NonInteractive,
    ResourceServer,
}

/// How a client proves who it is at the token endpoint (TK-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthMethod {
    None,
    ClientSecretPost,
    ClientSecretBasic,
}

/// Whether people log in to the client as one of an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganizationUsage {
    /// Never.
    #[default]
    Deny,
    /// Where the request names one.
    Allow,
    /// Always.
    Require,
}

/// What happens where an organization is required and the request names none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OrganizationRequireBehavior {
    /// The request is refused (AZ-3/23).
    #[default]
    #[serde(rename = "no_prompt")]
    Refuse,
    /// The person names the organization, then logs in.
    #[serde(rename = "pre_login_prompt")]
    AskBeforeLogin,
    /// The person logs in, then chooses among their organizations.
    #[serde(rename = "post_login_prompt")]
    AskAfterLogin,
}

/// Which kinds of token exchange are open to a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TokenExchange {
    #[serde(default)]
    pub(crate) allow_any_profile_of_type: Vec<ProfileType>,
}

/// A kind of token exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProfileType {
    /// By a profile of the tenant.
    CustomAuthentication,
    /// In the name of the person who called the client's API.
    OnBehalfOfTokenExchange,
}

/// How the client's ID tokens are made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct JwtConfiguration {
    pub(crate) alg: SigningAlg,
    /// Seconds.
    pub(crate) lifetime_in_seconds: u64,
    pub(crate) secret_encoded: bool,
}

impl Default for JwtConfiguration {
    fn default() -> Self {
        Self { alg: SigningAlg::Rs256, lifetime_in_seconds: 36_000, secret_encoded: false }
    }
}

impl Client {
    /// Whether the client cannot keep a secret (RFC 6749 §2.1).
    pub(crate) fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == Some(AuthMethod::None)
    }

    /// Whether the client proves who it is by a signed assertion, and by nothing else (TK-1/13).
    pub(crate) fn uses_private_key_jwt(&self) -> bool {
        self.client_authentication_methods.is_some()
    }

    pub(crate) fn requires_proof_of_possession(&self) -> bool {
        self.require_proof_of_possession == Some(true)
    }

    /// How the client's ID tokens are signed.
    pub(crate) fn signing_method(&self) -> SigningMethod {
        match (&self.client_secret, self.jwt_configuration.alg) {
            (Some(secret), SigningAlg::Hs256) => SigningMethod::Shared(secret.clone()),
            (_, alg) => SigningMethod::Rsa(alg),
        }
    }

    /// The keys that it may prove itself by now; it may have others.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Credential> {
        let methods = self.client_authentication_methods.as_ref();
        self.named(methods.map_or(&[][..], |methods| &methods.private_key_jwt.credentials))
    }

    /// The keys by which it signs whom it wants a provider's token of (TV-4/4).
    pub(crate) fn privileged_keys(&self) -> impl Iterator<Item = &Credential> {
        let access = self.token_vault_privileged_access.as_ref();
        self.named(access.map_or(&[][..], |access| &access.credentials))
    }

    fn named<'a>(&'a self, ids: &'a [CredentialId]) -> impl Iterator<Item = &'a Credential> {
        self.credentials.iter().filter(|own| ids.iter().any(|credential| credential.id == own.id))
    }

    /// Takes a key away, wherever it is named.
    pub(crate) fn forget_key(&mut self, id: &str) {
        self.credentials.retain(|own| own.id != id);
        if let Some(methods) = &mut self.client_authentication_methods {
            methods.private_key_jwt.credentials.retain(|own| own.id != id);
        }
        if let Some(access) = &mut self.token_vault_privileged_access {
            access.credentials.retain(|own| own.id != id);
        }
    }

    pub(crate) fn allows_grant(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|own| own == grant_type)
    }

    pub(crate) fn may_exchange(&self, kind: ProfileType) -> bool {
        let exchange = self.token_exchange.as_ref();
        exchange.is_some_and(|exchange| exchange.allow_any_profile_of_type.contains(&kind))
    }

    /// The API that the client is the Custom API Client of.
    pub(crate) fn linked_api(&self) -> Option<&Audience> {
        let is_linked = self.app_type == Some(AppType::ResourceServer);
        self.resource_server_identifier.as_ref().filter(|_| is_linked)
    }

    /// Whether a login for `api`, or for `/userinfo` alone, may yield a refresh token (token.md §2, AZ-4/6).
    pub(crate) fn gets_refresh_tokens(&self, api: Option<&ResourceServer>) -> bool {
        self.allows_grant("refresh_token")
            && api.is_none_or(|api| api.allow_offline_access)
            && (self.refresh_token.rotates() || self.may_keep_refresh_tokens())
    }

    /// Whether the client may have refresh tokens that are not replaced when used: no app in a browser may (AZ-4/6,
    /// SC-7/4).
    pub(crate) fn may_keep_refresh_tokens(&self) -> bool {
        self.app_type != Some(AppType::Spa)
    }

    /// Whether the client may use Token Vault at all (token-vault.md §1, client eligibility).
    pub(crate) fn is_eligible_for_token_vault(&self) -> bool {
        !self.is_public() && self.is_first_party && self.oidc_conformant
    }

    pub(crate) fn allows_callback(&self, redirect_uri: &str) -> bool {
        redirect_uri::is_allowed(&self.callbacks, redirect_uri)
    }

    /// Whether answers may be posted to pages of that origin (AZ-2/4).
    pub(crate) fn allows_web_origin(&self, origin: &str) -> bool {
        redirect_uri::is_allowed(&self.web_origins, origin)
    }

    /// Origins of browsers that may read this client's answers: those named, and those of its callbacks (TK-1/7).
    pub(crate) fn origins(&self) -> impl Iterator<Item = String> {
        let origin_of = |url: &String| Some(Url::parse(url).ok()?.origin().ascii_serialization());
        let callbacks = self.callbacks.iter().filter_map(origin_of);
        self.allowed_origins.iter().chain(&self.web_origins).cloned().chain(callbacks)
    }
}

/// All clients of the tenant, by the order of their creation.
#[derive(Clone, Default)]
pub(crate) struct Clients(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    clients: BTreeMap<usize, Client>,
    created: usize,
}

/// Why a client was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientConflict {
    /// The identifier is taken.
    ClientId,
    /// The API has its Custom API Client already (MG-4/16).
    LinkedApi,
}

impl Clients {
    pub(crate) async fn find(&self, id: &ClientId) -> Option<Client> {
        self.0.lock().await.clients.values().find(|client| client.client_id == *id).cloned()
    }

    /// The client with that name; tenant files refer to clients by name.
    pub(crate) async fn find_by_name(&self, name: &str) -> Option<Client> {
        self.0.lock().await.clients.values().find(|client| client.name == name).cloned()
    }

    /// The Custom API Client of an API.
    pub(crate) async fn linked_to(&self, api: &Audience) -> Option<Client> {
        let table = self.0.lock().await;
        table.clients.values().find(|c| c.resource_server_identifier.as_ref() == Some(api)).cloned()
    }

    pub(crate) async fn all(&self) -> Vec<Client> {
        self.0.lock().await.clients.values().cloned().collect()
    }

    /// Stores a new client, unless it would stand beside another that excludes it.
    pub(crate) async fn insert(&self, client: Client) -> Result<(), ClientConflict> {
        let mut table = self.0.lock().await;
        for other in table.clients.values() {
            if other.client_id == client.client_id {
                return Err(ClientConflict::ClientId);
            }
            let linked = client.resource_server_identifier.is_some();
            if linked && other.resource_server_identifier == client.resource_server_identifier {
                return Err(ClientConflict::LinkedApi);
            }
        }
        table.created += 1;
        let position = table.created;
        table.clients.insert(position, client);
        Ok(())
    }

    /// Takes a client out; there need not be one.
    pub(crate) async fn remove(&self, id: &ClientId) {
        self.0.lock().await.clients.retain(|_, client| client.client_id != *id);
    }

    /// Changes a client in one step; `None` when there is none, `Err` when `change` refuses.
    pub(crate) async fn update<E>(
        &self,
        id: &ClientId,
        change: impl FnOnce(&Client) -> Result<Client, E>,
    ) -> Option<Result<Client, E>> {
        let mut table = self.0.lock().await;
        let client = table.clients.values_mut().find(|client| client.client_id == *id)?;
        Some(change(client).inspect(|changed| *client = changed.clone()))
    }
}

/// Grant types that a client can have here (MG-4/20).
pub(crate) const GRANT_TYPES: [&str; 6] = [
    "authorization_code",
    "client_credentials",
    "implicit",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
    TOKEN_VAULT_GRANT,
];
