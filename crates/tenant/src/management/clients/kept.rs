//! Properties of a client that Auth0 has and that change nothing here. They are checked, kept and shown, so that what is
//! exported from another tenant or described in Terraform comes back as it went in. Those that promise protection which
//! this tenant does not give are not among them: a client that asks for it is refused.

use crate::management::format::Format;
use crate::management::payload::{Kind, Property, property};

const BACKCHANNEL_LOGOUT: &[Property] = &[
    property(
        "backchannel_logout_urls",
        Kind::List { of: &Kind::Format(Format::UrlOrEmpty), least: 0, most: 1, is_unique: true },
        "Comma-separated list of URLs that are valid to call back from Auth0 for OIDC backchannel logout",
    ),
    property(
        "backchannel_logout_initiators",
        Kind::AnyObject,
        "Configuration for OIDC backchannel logout initiators",
    ),
    property(
        "backchannel_logout_session_metadata",
        Kind::OrNull(&Kind::AnyObject),
        "Controls whether session metadata is included in the logout token",
    ),
];

const DEFAULT_ORGANIZATION: &[Property] = &[
    property(
        "organization_id",
        Kind::Format(Format::Id("org_")),
        "The default Organization ID to be used",
    )
    .required(),
    property(
        "flows",
        Kind::List { of: &Kind::Word(&["client_credentials"]), least: 1, most: 1, is_unique: true },
        "The default Organization usage",
    )
    .required(),
];

const ENCRYPTION_KEY: &[Property] = &[
    property("pub", Kind::Text, "Encryption Public RSA Key"),
    property("cert", Kind::Text, "Encryption certificate for public key in X.509 (.CER) format"),
    property("subject", Kind::Text, "Encryption certificate name for this certificate"),
];

/// The one table of them.
pub(super) const KEPT: &[Property] = &[
    property(
        "client_metadata",
        Kind::TextMap { most: 10, longest: 255 },
        "Metadata associated with the client",
    ),
    property(
        "initiate_login_uri",
        Kind::Format(Format::SecureUrlOrEmpty),
        "Initiate login uri, must be https",
    ),
    property("sso", Kind::Flag, "Whether Auth0 will handle Single Sign On"),
    property("sso_disabled", Kind::Flag, "Whether SSO is disabled"),
    property(
        "cross_origin_authentication",
        Kind::Flag,
        "Whether this client can be used to make cross-origin authentication requests",
    ),
    property(
        "cross_origin_loc",
        Kind::OrNull(&Kind::Format(Format::UrlOrEmpty)),
        "URL of the location in your site where the cross origin verification takes place",
    ),
    property(
        "is_token_endpoint_ip_header_trusted",
        Kind::Flag,
        "Whether the client's IP header is trusted",
    ),
    property("custom_login_page_on", Kind::Flag, "Whether a custom login page is to be used"),
    property("custom_login_page", Kind::Text, "The content of the custom login page"),
    property(
        "custom_login_page_preview",
        Kind::Text,
        "The content of the custom login page, for previews",
    ),
    property("form_template", Kind::Text, "HTML form template to be used for WS-Federation"),
    property("client_aliases", Kind::Texts, "List of audiences/realms for SAML protocol"),
    property(
        "allowed_clients",
        Kind::Texts,
        "Ids of clients that are allowed to make delegation requests",
    ),
    property(
        "addons",
        Kind::AnyObject,
        "Addons enabled for this client and their associated configurations",
    ),
    property("mobile", Kind::AnyObject, "Additional configuration for native mobile apps"),
    property("native_social_login", Kind::AnyObject, "Configure native social settings"),
    property(
        "encryption_key",
        Kind::OrNull(&Kind::Object(ENCRYPTION_KEY)),
        "Encryption used for WS-Fed responses",
    ),
    property(
        "oidc_logout",
        Kind::Object(BACKCHANNEL_LOGOUT),
        "Configuration for OIDC backchannel logout",
    ),
    property(
        "oidc_backchannel_logout",
        Kind::Object(BACKCHANNEL_LOGOUT),
        "Configuration for OIDC backchannel logout (deprecated)",
    ),
    property("session_transfer", Kind::OrNull(&Kind::AnyObject), "Native to Web SSO Configuration"),
    property(
        "default_organization",
        Kind::OrNull(&Kind::Object(DEFAULT_ORGANIZATION)),
        "Defines the default Organization ID and flows",
    ),
    property(
        "organization_discovery_methods",
        Kind::List {
            of: &Kind::Word(&["email", "organization_name"]),
            least: 1,
            most: 2,
            is_unique: true,
        },
        "Defines the available methods for organization discovery during the `pre_login_prompt`",
    ),
    property(
        "skip_non_verifiable_callback_uri_confirmation_prompt",
        Kind::OrNull(&Kind::Flag),
        "Controls whether a confirmation prompt is shown for non-verifiable callback URIs",
    ),
    property(
        "async_approval_notification_channels",
        Kind::List {
            of: &Kind::Word(&["guardian-push", "email"]),
            least: 1,
            most: 2,
            is_unique: true,
        },
        "Array of notification channels for contacting the user when their approval is required",
    ),
];
