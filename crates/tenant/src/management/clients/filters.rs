//! Which clients a list is asked for (MG-3/3).

use serde_json::Value;

use crate::management::error::ManagementError;
use crate::management::payload::Kind;
use crate::management::query::{Parameter, Query};
use crate::store::client_grants::ClientGrant;
use crate::store::clients::Client;

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::once(
        "app_type",
        Kind::Text,
        "Optional filter by a comma-separated list of application types.",
    ),
    Parameter::once(
        "is_first_party",
        Kind::Flag,
        "Optional filter on whether or not a client is a first-party client.",
    ),
    Parameter::once("is_global", Kind::Flag, "Optional filter on the global client parameter."),
    Parameter::once(
        "external_client_id",
        Kind::Text,
        "Optional filter by the Client ID Metadata Document URI for CIMD-registered clients.",
    ),
    Parameter::once(
        "q",
        Kind::Word(&[ALLOWS_ANY_ORGANIZATION]),
        "Advanced Query in Lucene syntax, with the from and take paging parameters and no other filter.",
    ),
];

/// The one of Auth0's permitted queries that means something here: clients are not assigned to organizations.
const ALLOWS_ANY_ORGANIZATION: &str = "client_grant.allow_any_organization:true";

/// What a client must be to be listed.
pub(super) struct Filter<'a> {
    app_types: Option<Vec<&'a str>>,
    is_first_party: Option<bool>,
    is_global: Option<bool>,
    external_client_id: Option<&'a str>,
    allows_any_organization: bool,
}

impl<'a> Filter<'a> {
    pub(super) fn of(query: &'a Query) -> Result<Self, ManagementError> {
        let filter = Self {
            app_types: query.items("app_type"),
            is_first_party: query.flag("is_first_party"),
            is_global: query.flag("is_global"),
            external_client_id: query.text("external_client_id"),
            allows_any_organization: query.text("q").is_some(),
        };
        let has_others = filter.app_types.is_some()
            || filter.is_first_party.is_some()
            || filter.is_global.is_some()
            || filter.external_client_id.is_some();
        let has_checkpoints = query.text("take").is_some() || query.text("from").is_some();
        if filter.allows_any_organization && (has_others || !has_checkpoints) {
            let text = "'q' goes with from and take, and with no other filter.";
            return Err(ManagementError::InvalidQuery(text.to_owned()));
        }
        Ok(filter)
    }

    pub(super) fn takes(&self, client: &Client, grants: &[ClientGrant]) -> bool {
        let app_type = client.app_type.and_then(|own| serde_json::to_value(own).ok());
        let is_of_type = |types: &Vec<&str>| {
            let own = app_type.as_ref().and_then(Value::as_str);
            own.is_some_and(|own| types.contains(&own))
        };
        let allows_any = || {
            grants.iter().any(|grant| {
                grant.client_id.as_ref() == Some(&client.client_id)
                    && grant.allow_any_organization == Some(true)
            })
        };
        // No client here is the global one, and none was registered by a document of its own.
        self.app_types.as_ref().is_none_or(is_of_type)
            && self.is_first_party.is_none_or(|asked| asked == client.is_first_party)
            && self.is_global != Some(true)
            && self.external_client_id.is_none()
            && (!self.allows_any_organization || allows_any())
    }
}
