//! What a tenant is set up with.

use super::Shape;
use crate::management::property::{Kind, Property, property};
use crate::management::{
    client_grants, clients, connections, resource_servers, roles, tenant_settings,
};

const ID: &[Property] = &[property("id", Kind::Name, "The id")];

/// Keys that a client uses, by their ids.
const CREDENTIALS: Property = property("credentials", Kind::Objects(ID), "Credentials in use");

pub(super) const CLIENT: Shape = Shape {
    name: "Client",
    given: clients::creatable,
    own: &[
        property("client_id", Kind::Name, "ID of this client"),
        property("client_secret", Kind::Text, "Client secret (which you must not make public)"),
        property("tenant", Kind::Text, "Name of the tenant this client belongs to"),
        property("global", Kind::Flag, "Whether this is your global 'All Applications' client"),
        property(
            "signing_keys",
            Kind::Objects(&[property("cert", Kind::Text, "Signing certificate, PEM")]),
            "Signing keys of the tenant",
        ),
        property(
            "client_authentication_methods",
            Kind::Object(&[property(
                "private_key_jwt",
                Kind::Object(&[CREDENTIALS]),
                "Defines `private_key_jwt` client authentication method",
            )]),
            "Defines client authentication methods",
        ),
        property(
            "token_vault_privileged_access",
            Kind::OrNull(&Kind::Object(&[
                CREDENTIALS,
                property("ip_allowlist", Kind::Texts, "Where requests come from"),
                property(
                    "grants",
                    Kind::Objects(&[
                        property("connection", Kind::Name, "The name of the connection"),
                        property("scopes", Kind::Texts, "The scopes that can be requested"),
                    ]),
                    "What can be requested of which connection",
                ),
            ])),
            "Restricts what a privileged worker may have of Token Vault",
        ),
    ],
};

pub(super) const RESOURCE_SERVER: Shape = Shape {
    name: "ResourceServer",
    given: || resource_servers::PROPERTIES,
    own: &[
        property("id", Kind::Name, "Unique identifier for the resource server"),
        property("client_id", Kind::Name, "The client that is linked to the resource server"),
        property("is_system", Kind::Flag, "Whether this is an Auth0 system API"),
    ],
};

pub(super) const SIGNING_KEY: Shape = Shape {
    name: "SigningKey",
    given: || &[],
    own: &[
        property("kid", Kind::Name, "The key id of the signing key"),
        property("cert", Kind::Text, "The public certificate of the signing key, PEM"),
        property("fingerprint", Kind::Text, "The fingerprint of the certificate"),
        property("thumbprint", Kind::Text, "The thumbprint of the certificate"),
        property("current", Kind::Flag, "Whether the key signs"),
        property("next", Kind::Flag, "Whether the key signs after the next rotation"),
        property("previous", Kind::Flag, "Whether the key signed before"),
        property("revoked", Kind::Flag, "Whether the key is withdrawn"),
        property("current_since", Kind::Text, "When the key began to sign"),
        property("current_until", Kind::Text, "When what the key signed has expired"),
    ],
};

pub(super) const CONNECTION: Shape = Shape {
    name: "Connection",
    given: || connections::PROPERTIES,
    own: &[property("id", Kind::Name, "The connection's identifier")],
};

pub(super) const ENABLED_CLIENT: Shape = Shape {
    name: "EnabledClient",
    given: || &[],
    // Whatever a connection was told: whether there is such a client is not asked.
    own: &[property("client_id", Kind::Text, "The client id")],
};

pub(super) const DELETION: Shape = Shape {
    name: "Deletion",
    given: || &[],
    own: &[property("deleted_at", Kind::Text, "When it was deleted")],
};

pub(super) const ROLE: Shape = Shape {
    name: "Role",
    given: || roles::PROPERTIES,
    own: &[property("id", Kind::Name, "ID for this role")],
};

pub(super) const SETTINGS: Shape =
    Shape { name: "TenantSettings", given: || tenant_settings::PROPERTIES, own: &[] };

pub(super) const CREDENTIAL: Shape = Shape {
    name: "Credential",
    given: || &[],
    own: &[
        property("id", Kind::Name, "ID of the credential"),
        property("name", Kind::Name, "The name given to the credential by the user"),
        property("kid", Kind::Name, "The key identifier of the credential"),
        property("alg", Kind::Name, "The algorithm which will be used with the credential"),
        property("credential_type", Kind::Word(&["public_key"]), "Credential type"),
        property("created_at", Kind::Text, "When the credential was created"),
        property("updated_at", Kind::Text, "When the credential was changed last"),
        property("expires_at", Kind::Text, "When the credential ends"),
    ],
};

pub(super) const CLIENT_GRANT: Shape = Shape {
    name: "ClientGrant",
    given: || client_grants::PROPERTIES,
    own: &[
        property("id", Kind::Name, "ID of the client grant"),
        property("is_system", Kind::Flag, "Whether the grant is of the tenant itself"),
    ],
};

pub(super) const ORGANIZATION: Shape = Shape {
    name: "Organization",
    given: || &[],
    own: &[
        property("id", Kind::Name, "Organization identifier"),
        property("name", Kind::Name, "The name of this organization"),
        property("display_name", Kind::Text, "Friendly name of this organization"),
    ],
};
