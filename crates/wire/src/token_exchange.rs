//! Token exchange ([RFC 8693 §2](https://www.rfc-editor.org/rfc/rfc8693#section-2)) as Token Vault uses it
//! (contract: token-vault.md §2).

/// Auth0's grant type for a provider's access token.
pub const TOKEN_VAULT_GRANT: &str =
    "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";

/// What the grant asks for and issues: an external provider's access token. The scheme really is `http`.
pub const FEDERATED_CONNECTION_ACCESS_TOKEN: &str =
    "http://auth0.com/oauth/token-type/federated-connection-access-token";

/// What a privileged worker asks for and gets (TV-4/2): a provider's access token as well.
pub const TOKEN_VAULT_ACCESS_TOKEN: &str =
    "http://auth0.com/oauth/token-type/token-vault-access-token";

/// The generic grant type of RFC 8693.
pub const TOKEN_EXCHANGE_GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// `subject_token_type` of an access token ([RFC 8693 §3](https://www.rfc-editor.org/rfc/rfc8693#section-3)).
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

/// `subject_token_type` of a refresh token (the same).
pub const REFRESH_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// `subject_token_type` of a JSON Web Token that is neither (the same).
pub const JWT_TYPE: &str = "urn:ietf:params:oauth:token-type:jwt";
