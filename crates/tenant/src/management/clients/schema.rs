//! The properties of a client (field lists of the contract: management-api.md §4).

use std::sync::LazyLock;

use super::kept::KEPT;
use super::{credentials, privileged_access};
use crate::management::format::Format;
use crate::management::payload::{Kind, Property, property};

/// The longest lifetime of a refresh token, seconds (TK-3.1/4).
const LONGEST: u64 = 31_557_600;

const JWT_CONFIGURATION: &[Property] = &[
    property("alg", Kind::Word(&["HS256", "RS256", "PS256"]), "Algorithm used to sign JWTs"),
    property(
        "lifetime_in_seconds",
        Kind::Number(1, 2_592_000),
        "Number of seconds the JWT will be valid for",
    ),
    property("secret_encoded", Kind::Flag, "Whether the client secret is base64 encoded"),
];

const REFRESH_TOKEN_POLICY: &[Property] = &[
    property("audience", Kind::Name, "The identifier of the resource server"),
    property("scope", Kind::Texts, "The resource server permissions granted under the MRRT policy"),
];

const REFRESH_TOKEN: &[Property] = &[
    property(
        "rotation_type",
        Kind::Word(&["rotating", "non-rotating"]),
        "Refresh token rotation types",
    ),
    property(
        "expiration_type",
        Kind::Word(&["expiring", "non-expiring"]),
        "Refresh token expiration types",
    ),
    property(
        "leeway",
        Kind::Number(0, LONGEST),
        "Seconds in which the previous refresh token can be exchanged",
    ),
    property(
        "token_lifetime",
        Kind::Number(1, LONGEST),
        "Seconds for which refresh tokens will remain valid",
    ),
    property(
        "idle_token_lifetime",
        Kind::Number(1, LONGEST),
        "Seconds for which unused refresh tokens will remain valid",
    ),
    property("infinite_token_lifetime", Kind::Flag, "Prevents tokens from having a set lifetime"),
    property(
        "infinite_idle_token_lifetime",
        Kind::Flag,
        "Prevents tokens from expiring without use",
    ),
    property(
        "policies",
        Kind::Objects(REFRESH_TOKEN_POLICY),
        "A collection of policies governing multi-resource refresh token exchange",
    ),
];

const TOKEN_EXCHANGE: &[Property] = &[property(
    "allow_any_profile_of_type",
    Kind::List {
        of: &Kind::Word(&["custom_authentication", "on_behalf_of_token_exchange"]),
        least: 0,
        most: 10,
        is_unique: true,
    },
    "List of allowed profile types for token exchange",
)];

/// Set when a client is created and never changed (MG-4/17).
const LINK: Property = property(
    "resource_server_identifier",
    Kind::Text,
    "The identifier of the resource server that this client is linked to",
);

/// Made up when a client is created; another can be chosen later.
const SECRET: Property =
    property(CLIENT_SECRET, Kind::TextOf(1, 1024), "The secret used to sign tokens for the client");

pub(super) const CLIENT_SECRET: &str = "client_secret";

/// What a client can be created with and a PATCH can change, and what of it the tenant acts by.
const PROPERTIES: &[Property] = &[
    property("name", Kind::Name, "The name of the client"),
    property(
        "description",
        Kind::TextOf(0, 140),
        "Free text description of the purpose of the client",
    ),
    property("logo_uri", Kind::Format(Format::UrlOrEmpty), "The URL of the client logo"),
    property(
        "app_type",
        Kind::Word(&["spa", "native", "regular_web", "non_interactive", "resource_server"]),
        "The type of application this client represents",
    ),
    property("callbacks", Kind::Texts, "A set of URLs that are valid to call back from Auth0"),
    property(
        "allowed_logout_urls",
        Kind::Texts,
        "URLs that are valid to redirect to after logout from Auth0",
    ),
    property(
        "web_origins",
        Kind::Texts,
        "A set of URLs that represents valid web origins for use with web message response mode",
    ),
    property(
        "allowed_origins",
        Kind::Texts,
        "A set of URLs that represents valid origins for CORS",
    ),
    property(
        "grant_types",
        Kind::Texts,
        "A set of grant types that the client is authorized to use",
    ),
    property(
        "token_endpoint_auth_method",
        Kind::OrNull(&Kind::Word(&["none", "client_secret_post", "client_secret_basic"])),
        "Defines the requested authentication method for the token endpoint",
    ),
    property(
        "require_proof_of_possession",
        Kind::Flag,
        "Makes the use of Proof-of-Possession mandatory for this client",
    ),
    property(
        "require_pushed_authorization_requests",
        Kind::Flag,
        "Makes the use of Pushed Authorization Requests mandatory for this client",
    ),
    property(
        "par_request_expiry",
        Kind::OrNull(&Kind::Number(10, 600)),
        "Specifies how long, in seconds, a Pushed Authorization Request URI remains valid",
    ),
    property("is_first_party", Kind::Flag, "Whether this client is a first party client or not"),
    property(
        "oidc_conformant",
        Kind::Flag,
        "Whether this client will conform to strict OIDC specifications",
    ),
    property(
        "jwt_configuration",
        Kind::Object(JWT_CONFIGURATION),
        "Configuration related to JWTs for the client",
    ),
    property(
        "refresh_token",
        Kind::OrNull(&Kind::Object(REFRESH_TOKEN)),
        "Refresh token configuration",
    ),
    property(
        "token_exchange",
        Kind::Object(TOKEN_EXCHANGE),
        "Token exchange configuration for the client",
    ),
    property(
        "organization_usage",
        Kind::OrNull(&Kind::Word(&["deny", "allow", "require"])),
        "Defines how to proceed during an authentication transaction with regards an organization",
    ),
    property(
        "organization_require_behavior",
        Kind::OrNull(&Kind::Word(&["no_prompt", "pre_login_prompt", "post_login_prompt"])),
        "Defines how to proceed when organization_usage is require and no organization is given",
    ),
];

/// What a client can be created with.
pub(crate) fn creatable() -> &'static [Property] {
    static CREATABLE: LazyLock<Vec<Property>> = LazyLock::new(|| {
        let alone = [LINK, credentials::ON_CREATION, privileged_access::ON_CREATION];
        [&alone, PROPERTIES, KEPT].concat()
    });
    &CREATABLE
}

/// What a PATCH can change.
pub(super) fn patchable() -> &'static [Property] {
    static PATCHABLE: LazyLock<Vec<Property>> = LazyLock::new(|| {
        let alone = [SECRET, credentials::ON_CHANGE, privileged_access::ON_CHANGE];
        [&alone, PROPERTIES, KEPT].concat()
    });
    &PATCHABLE
}
