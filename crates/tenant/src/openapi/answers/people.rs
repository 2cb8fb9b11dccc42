//! People, and what they have.

use super::Shape;
use crate::management::property::{Kind, Property, property};
use crate::management::users;

const TEXT_OR_NULL: Kind = Kind::OrNull(&Kind::Text);

pub(super) const USER: Shape = Shape {
    name: "User",
    given: || users::PROPERTIES,
    own: &[
        property("user_id", Kind::Name, "ID of the user"),
        // Who comes by a provider may have an address of any form.
        property("email", Kind::Text, "Email address of this user"),
        property("identities", Kind::Objects(IDENTITY), "How the user is known in a connection"),
        property("created_at", Kind::Text, "When this user was created"),
        property("updated_at", Kind::Text, "When this user was last changed"),
        property("last_login", Kind::Text, "When this user logged in last"),
        property("last_ip", Kind::Text, "The address that this user logged in from last"),
        property("logins_count", Kind::Number(1, u64::MAX), "How often this user logged in"),
    ],
};

const IDENTITY: &[Property] = &[
    property("connection", Kind::Name, "Name of the connection"),
    property("user_id", Kind::Text, "ID of the user in the connection"),
    property("provider", Kind::Name, "Strategy of the connection"),
    property("isSocial", Kind::Flag, "Whether the connection is a social one"),
];

pub(super) const MEMBER: Shape = Shape {
    name: "Member",
    given: || &[],
    own: &[
        property("user_id", Kind::Name, "ID of the user"),
        property("email", Kind::Text, "Email address of this user"),
        property("name", Kind::Text, "Name of this user"),
        property("picture", Kind::Text, "URL to a picture of this user"),
    ],
};

const OF_PERMISSION: &[Property] = &[
    property("resource_server_identifier", Kind::Name, "Resource server (API) identifier"),
    property("resource_server_name", TEXT_OR_NULL, "Resource server (API) name"),
    property("permission_name", Kind::Name, "Name of this permission"),
    property("description", TEXT_OR_NULL, "Description of this permission"),
];

pub(super) const PERMISSION: Shape =
    Shape { name: "Permission", given: || OF_PERMISSION, own: &[] };

pub(super) const USER_PERMISSION: Shape = Shape {
    name: "UserPermission",
    given: || OF_PERMISSION,
    own: &[property("sources", Kind::Objects(SOURCE), "Where the user has the permission from")],
};

const SOURCE: &[Property] = &[
    property("source_id", Kind::Text, "ID of the role"),
    property("source_name", Kind::Text, "Name of the role"),
    property("source_type", Kind::Word(&["DIRECT", "ROLE"]), "Whether it is by a role"),
];

pub(super) const CONNECTED_ACCOUNT: Shape = Shape {
    name: "ConnectedAccount",
    given: || &[],
    own: &[
        property("id", Kind::Name, "The unique identifier for the connected account"),
        property("connection", Kind::Name, "The name of the connection"),
        property("connection_id", TEXT_OR_NULL, "The unique identifier of the connection"),
        property("strategy", TEXT_OR_NULL, "The strategy of the connection"),
        property("access_type", Kind::Word(&["offline"]), "The access type"),
        property("scopes", Kind::Texts, "The scopes granted for this connected account"),
        property("created_at", Kind::Text, "When the account was connected"),
    ],
};

pub(super) const REFRESH_TOKEN: Shape = Shape {
    name: "RefreshToken",
    given: || &[],
    own: &[
        property("id", Kind::Name, "The ID of the refresh token"),
        property("user_id", Kind::Name, "ID of the user"),
        property("client_id", Kind::Name, "ID of the client"),
        property("session_id", TEXT_OR_NULL, "ID of the login session"),
        property("created_at", Kind::Text, "When the token was made"),
        property("expires_at", TEXT_OR_NULL, "When the token ends"),
        property("idle_expires_at", TEXT_OR_NULL, "When the token ends if it is not used"),
        property("last_exchanged_at", TEXT_OR_NULL, "When the token was used last"),
        property("rotating", Kind::Flag, "Whether each use makes another token"),
        property(
            "resource_servers",
            Kind::Objects(&[
                property("audience", Kind::Name, "Resource server ID"),
                property("scopes", Kind::Texts, "The scopes of that resource server"),
            ]),
            "The APIs that the token is for",
        ),
    ],
};

pub(super) const SESSION: Shape = Shape {
    name: "Session",
    given: || &[],
    own: &[
        property("id", Kind::Name, "The ID of the session"),
        property("user_id", Kind::Name, "ID of the user"),
        property("created_at", Kind::Text, "When the session began"),
        property("updated_at", Kind::Text, "When the session changed last"),
        property("authenticated_at", Kind::Text, "When the user was authenticated"),
        property("last_interacted_at", Kind::Text, "When the session was used last"),
        property("idle_expires_at", Kind::Text, "When the session ends if it is not used"),
        property("expires_at", Kind::Text, "When the session ends"),
        property(
            "device",
            Kind::Object(&[
                property("initial_ip", TEXT_OR_NULL, "The address that the session began at"),
                property("initial_user_agent", TEXT_OR_NULL, "The browser that it began in"),
            ]),
            "Where the session is",
        ),
        property(
            "clients",
            Kind::Objects(&[property("client_id", Kind::Name, "ID of the client")]),
            "The clients that the session was used for",
        ),
    ],
};

pub(super) const GRANT: Shape = Shape {
    name: "Grant",
    given: || &[],
    own: &[
        property("id", Kind::Name, "ID of the grant"),
        property("clientID", Kind::Name, "ID of the client"),
        property("user_id", Kind::Name, "ID of the user"),
        property("audience", Kind::Name, "Audience of the grant"),
        property("scope", Kind::Texts, "Scopes included in this grant"),
    ],
};

pub(super) const LOG: Shape = Shape {
    name: "Log",
    given: || &[],
    own: &[
        property("log_id", Kind::Name, "Unique log event identifier"),
        property("_id", Kind::Name, "The same"),
        property("date", Kind::Text, "When the event happened"),
        property("type", Kind::Name, "Type of event"),
        property("description", Kind::Text, "Description of the event"),
        property("client_id", Kind::Text, "ID of the client"),
        property("client_name", Kind::Text, "Name of the client"),
        property("connection", Kind::Text, "Name of the connection"),
        property("connection_id", Kind::Text, "ID of the connection"),
        property("strategy", Kind::Text, "Strategy of the connection"),
        property("user_id", Kind::Text, "ID of the user"),
        property("user_name", Kind::Text, "Name of the user"),
        property("ip", Kind::Text, "The address that the event came from"),
        property("user_agent", Kind::Text, "The program that the event came from"),
        property("hostname", Kind::Text, "The tenant's domain"),
        property("audience", Kind::Text, "The API that the event is about"),
        property("scope", Kind::Text, "Scopes of the event"),
        property("details", Kind::AnyObject, "Additional details about the event"),
    ],
};

pub(super) const ACTION: Shape = Shape { name: "Action", given: || &[], own: &[] };
