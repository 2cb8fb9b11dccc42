//! APIs (management-api.md §5).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::ids::Audience;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::keys::{SigningAlg, SigningMethod};

use crate::store::clients::Client;

/// A resource server as the Management API shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ResourceServer {
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) identifier: Audience,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) scopes: Vec<ApiScope>,
    pub(crate) allow_offline_access: bool,
    pub(crate) skip_consent_for_verifiable_first_party_clients: bool,
    pub(crate) subject_type_authorization: SubjectTypeAuthorization,
    /// Seconds (DT-3/16).
    pub(crate) token_lifetime: u64,
    /// Seconds; for implicit and hybrid flows only (DT-3/17).
    pub(crate) token_lifetime_for_web: u64,
    pub(crate) signing_alg: SigningAlg,
    /// What HS256 signs with; the API has it from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signing_secret: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_dialect: Option<TokenDialect>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) enforce_policies: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proof_of_possession: Option<ProofOfPossession>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_system: bool,
}

/// How access tokens for the API are written (DT-3, MG-5/13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenDialect {
    /// Auth0's own.
    #[default]
    AccessToken,
    /// The same with `permissions`.
    AccessTokenAuthz,
    /// RFC 9068's.
    Rfc9068Profile,
    /// The same with `permissions`.
    Rfc9068ProfileAuthz,
}

impl TokenDialect {
    pub(crate) const fn is_rfc9068(self) -> bool {
        matches!(self, Self::Rfc9068Profile | Self::Rfc9068ProfileAuthz)
    }

    pub(crate) const fn tells_permissions(self) -> bool {
        matches!(self, Self::AccessTokenAuthz | Self::Rfc9068ProfileAuthz)
    }
}

/// A permission of an API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiScope {
    pub(crate) value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

/// Who may have tokens for the API (MG-5/15, MG-5/16).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SubjectTypeAuthorization {
    pub(crate) client: Policy,
    pub(crate) user: Policy,
}

impl Default for SubjectTypeAuthorization {
    fn default() -> Self {
        Self {
            client: Policy { policy: AccessPolicy::RequireClientGrant },
            user: Policy { policy: AccessPolicy::AllowAll },
        }
    }
}

/// A policy in the envelope that Auth0 gives it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) policy: AccessPolicy,
}

/// Whether tokens for the API are bound to a key (DT-7/10).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ProofOfPossession {
    pub(crate) mechanism: Mechanism,
    pub(crate) required: bool,
    /// Of whom it is required; of all when it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) required_for: Option<RequiredFor>,
}

/// How possession is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mechanism {
    Dpop,
    Mtls,
}

/// Which clients must prove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequiredFor {
    AllClients,
    PublicClients,
}

impl ProofOfPossession {
    pub(crate) fn is_required_of(self, client: &Client) -> bool {
        let concerned = self.required_for != Some(RequiredFor::PublicClients) || client.is_public();
        self.required && concerned
    }
}

/// What a client needs to get tokens for the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccessPolicy {
    AllowAll,
    RequireClientGrant,
    DenyAll,
}

impl ResourceServer {
    pub(crate) fn defines(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own.value == scope)
    }

    pub(crate) fn all_scopes(&self) -> ScopeSet {
        self.scopes.iter().map(|scope| scope.value.as_str()).collect()
    }

    pub(crate) fn dialect(&self) -> TokenDialect {
        self.token_dialect.unwrap_or_default()
    }

    /// How tokens for the API are signed.
    pub(crate) fn signing_method(&self) -> SigningMethod {
        match (&self.signing_secret, self.signing_alg) {
            (Some(secret), SigningAlg::Hs256) => SigningMethod::Shared(secret.clone()),
            (_, alg) => SigningMethod::Rsa(alg),
        }
    }

    /// Whether the permissions of a person decide over scopes (MG-5/14).
    pub(crate) fn enforces_permissions(&self) -> bool {
        self.enforce_policies == Some(true)
    }
}

/// All APIs of the tenant, in the order of their creation.
#[derive(Clone, Default)]
pub(crate) struct ResourceServers(Arc<Mutex<Vec<ResourceServer>>>);

/// The identifier belongs to another API already (MG-5/7).
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdentifierTaken;

impl ResourceServers {
    /// The API that tokens name so in `aud`.
    pub(crate) async fn find(&self, identifier: &Audience) -> Option<ResourceServer> {
        self.0.lock().await.iter().find(|api| api.identifier == *identifier).cloned()
    }

    /// The API with that id or that identifier: the Management API takes both.
    pub(crate) async fn find_by_id(&self, id: &str) -> Option<ResourceServer> {
        let apis = self.0.lock().await;
        apis.iter().find(|api| api.id == id || api.identifier.as_str() == id).cloned()
    }

    pub(crate) async fn all(&self) -> Vec<ResourceServer> {
        self.0.lock().await.clone()
    }

    pub(crate) async fn insert(&self, api: ResourceServer) -> Result<(), IdentifierTaken> {
        let mut apis = self.0.lock().await;
        if apis.iter().any(|other| other.identifier == api.identifier) {
            return Err(IdentifierTaken);
        }
        apis.push(api);
        Ok(())
    }

    /// Takes an API out; there need not be one.
    pub(crate) async fn remove(&self, identifier: &Audience) {
        self.0.lock().await.retain(|api| api.identifier != *identifier);
    }

    /// Changes an API in one step; `None` when there is none, `Err` when `change` refuses.
    pub(crate) async fn update<E>(
        &self,
        id: &str,
        change: impl FnOnce(&ResourceServer) -> Result<ResourceServer, E>,
    ) -> Option<Result<ResourceServer, E>> {
        let mut apis = self.0.lock().await;
        let api = apis.iter_mut().find(|api| api.id == id || api.identifier.as_str() == id)?;
        Some(change(api).inspect(|changed| *api = changed.clone()))
    }
}
