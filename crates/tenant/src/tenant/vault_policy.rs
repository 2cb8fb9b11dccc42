//! What the tenant asks of Token Vault exchanges beside the rules of the contract.

use serde::Deserialize;

/// Settings that a tenant file has outside of `tenant:`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VaultPolicy {
    /// Whether a second factor is always asked for, which nobody has here: no exchange succeeds (TV-2.4/17). It follows
    /// from [`MfaPolicy::AllApplications`].
    #[serde(skip)]
    pub(crate) requires_mfa: bool,
    /// Whether the connection must be enabled for the client that exchanges, and not only for the one that people connect
    /// accounts with. Auth0 does not say; a section of our own, `tokenVault`.
    pub(crate) connection_must_be_enabled_for_client: bool,
}

/// When a second factor is asked for: `guardianPolicies.policies`, as deploy-cli has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MfaPolicy {
    /// Always.
    AllApplications,
    /// When the login looks odd, which none does here.
    ConfidenceScore,
}
