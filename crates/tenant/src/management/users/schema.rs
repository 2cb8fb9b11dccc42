//! What people are created with, and what of it can be changed.

use crate::management::format::Format;
use crate::management::payload::{Kind, Property, property};

const NAME: Kind = Kind::Name;
const CONNECTION: &str = "Name of the connection this user should be created in";

/// What a person can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("connection", NAME, CONNECTION),
    property("user_id", NAME, "The external user's id provided by the identity provider"),
    property("email", Kind::Format(Format::Email), "The user's email"),
    property("email_verified", Kind::Flag, "Whether this email address is verified"),
    property("verify_email", Kind::Flag, "Whether the user will receive a verification email"),
    property("password", Kind::Text, "Initial password for this user"),
    property("name", NAME, "The user's full name"),
    property("given_name", NAME, "The user's given name(s)"),
    property("middle_name", NAME, "The user's middle name(s)"),
    property("family_name", NAME, "The user's family name(s)"),
    property("nickname", NAME, "The user's nickname"),
    property("phone_number", NAME, "The user's phone number (following the E.164 recommendation)"),
    property("user_metadata", Kind::AnyObject, USER_METADATA),
    property("app_metadata", Kind::AnyObject, APP_METADATA),
    property("picture", Kind::Text, "A URI pointing to the user's picture"),
    property("blocked", Kind::Flag, "Whether this user was blocked by an administrator"),
];

const USER_METADATA: &str = "User metadata to which this user has read/write access";
const APP_METADATA: &str = "User metadata to which this user has read-only access";

/// What can be changed; `null` takes away what need not be there.
pub(super) const PATCHABLE: &[Property] = &[
    property("connection", NAME, "Name of the connection to target for this user update"),
    property("client_id", NAME, "Auth0 client ID. Only valid when updating email address"),
    property("email", Kind::Format(Format::Email), "Email address of this user"),
    property("email_verified", Kind::Flag, "Whether this email address is verified"),
    property("verify_email", Kind::Flag, "Whether this user will receive a verification email"),
    property("password", Kind::Text, "New password for this user"),
    property("name", Kind::OrNull(&NAME), "Name of this user"),
    property("given_name", Kind::OrNull(&NAME), "Given name/first name/forename of this user"),
    property("middle_name", Kind::OrNull(&NAME), "Middle name(s) of this user"),
    property("family_name", Kind::OrNull(&NAME), "Family name/last name/surname of this user"),
    property("nickname", Kind::OrNull(&NAME), "Preferred nickname or alias of this user"),
    property("phone_number", Kind::OrNull(&NAME), "The user's phone number"),
    property("user_metadata", Kind::AnyObject, USER_METADATA),
    property("app_metadata", Kind::AnyObject, APP_METADATA),
    property("picture", Kind::OrNull(&Kind::Text), "URL to picture, photo, or avatar of this user"),
    property("blocked", Kind::Flag, "Whether this user was blocked by an administrator"),
];
