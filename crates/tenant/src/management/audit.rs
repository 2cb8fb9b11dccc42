//! What the Management API changes, in the log: `sapi`, and `fapi` for what it refused to change. Reads are not logged.

use axum::extract::Request;
use axum::http::{Method, StatusCode};

use super::authorization::ManagementToken;
use crate::log::{LogKind, OperationDetails, OperationRequest, OperationResponse};
use crate::tenant::State as Tenant;

/// What the paths of the API are below.
const BASE: &str = "/api/v2";

/// A change that is asked for.
pub(super) struct Change {
    title: String,
    request: OperationRequest,
}

impl Change {
    /// What the request would change by the operation at that path; `None` if it only reads.
    pub(super) fn of(request: &Request, path: &str) -> Option<Self> {
        if request.method() == Method::GET || request.method() == Method::HEAD {
            return None;
        }
        Some(Self {
            title: title(request.method(), path),
            request: OperationRequest {
                method: request.method().as_str().to_ascii_lowercase(),
                path: format!("{BASE}{}", request.uri().path()),
            },
        })
    }

    /// Logs how it ended.
    pub(super) fn log(self, tenant: &Tenant, token: &ManagementToken, status: StatusCode) {
        let kind = if status.is_success() { LogKind::Sapi } else { LogKind::Fapi };
        let mut entry = tenant.log.entry(kind).description(self.title);
        if let Some(client_id) = token.client_id() {
            entry = entry.client(client_id);
        }
        let response = OperationResponse { status: status.as_u16() };
        entry.operation(OperationDetails { request: self.request, response }).write();
    }
}

/// `Create a role`, in the manner of Auth0's descriptions; `Update clients of a connection`; `Rotate secret of a client`.
fn title(method: &Method, path: &str) -> String {
    let verb = match *method {
        Method::POST => "Create",
        Method::DELETE => "Delete",
        _ => "Update",
    };
    let ends_with_one = path.ends_with('}');
    let words: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
        .map(words)
        .collect();
    match words.as_slice() {
        [] => verb.to_owned(),
        [only] => format!("{verb} a {}", one(only)),
        [of, .., last] if ends_with_one => format!("{verb} a {} of a {}", one(last), one(of)),
        [of, .., last] if last.ends_with('s') => format!("{verb} {last} of a {}", one(of)),
        [of, .., last] => {
            let mut letters = last.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            format!("{}{} of a {}", first.collect::<String>(), letters.as_str(), one(of))
        }
    }
}

fn words(part: &str) -> String {
    part.replace('-', " ")
}

fn one(words: &str) -> &str {
    words.strip_suffix('s').unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_described_by_its_method_and_path() {
        for (method, path, expected) in [
            (Method::POST, "/roles", "Create a role"),
            (Method::PATCH, "/client-grants/{id}", "Update a client grant"),
            (Method::PATCH, "/connections/{id}/clients", "Update clients of a connection"),
            (Method::DELETE, "/users/{id}/roles", "Delete roles of a user"),
            (Method::DELETE, "/clients/{id}/credentials/{cid}", "Delete a credential of a client"),
            (Method::POST, "/clients/{id}/rotate-secret", "Rotate secret of a client"),
            (Method::PATCH, "/tenants/settings", "Update settings of a tenant"),
        ] {
            assert_eq!(title(&method, path), expected);
        }
    }
}
