//! `GET` and `POST /u/consent`: may this client do that? (authorize.md §4, §7)

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};
use wire::ids::UserId;
use wire::scope::ScopeSet;

use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::{self, AcceptedRequest, Prompt};
use crate::login::PageQuery;
use crate::store::consents::Parties;
use crate::store::resource_servers::ResourceServer;
use crate::store::sessions::Session;
use crate::store::transactions::Question;
use crate::tenant::State as Tenant;
use crate::{access, time_left, transaction};

/// The page.
#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    domain: &'a str,
    state: &'a str,
    request: &'a AcceptedRequest,
    name: String,
    api: Option<String>,
    api_scopes: Vec<Asked>,
    own_scopes: Vec<Asked>,
    session_left: String,
}

/// Something that is asked for, with its meaning.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    words: String,
    scope: String,
}

/// `GET /u/consent`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(PageQuery { state }): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let (transaction, session) =
        transaction::find_in_session(&tenant, Question::Consent, &state, &headers).await?;
    let request = transaction.request;
    let user = tenant.users.find(&session.user_id).await;
    let user = user.ok_or_else(|| transaction::refuse(&request, Refusal::LoginRequired))?;
    let api = match &request.audience {
        Some(audience) => tenant.resource_servers.find(audience).await,
        None => None,
    };
    let page = ConsentPage {
        domain: tenant.issuer.domain(),
        state: &state,
        request: &request,
        name: user.name,
        api_scopes: api.as_ref().map_or_else(Vec::new, |api| of_api(api, &request.scope)),
        own_scopes: of_session(&request.scope),
        api: api.map(|api| api.name.unwrap_or_else(|| api.identifier.to_string())),
        session_left: time_left::in_words(session.seconds_left(tenant.clock.now())),
    };
    Ok(transaction::page(&tenant, &request, page).await.into_response())
}

/// `POST /u/consent`: `decision` is `accept` or `deny`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    let form = transaction::form(&tenant, &body)?;
    let state = form.get("state").unwrap_or_default();
    let (_, session) =
        transaction::find_in_session(&tenant, Question::Consent, state, &headers).await?;
    let accepted = match form.get("decision") {
        Some("accept") => true,
        Some("deny") => false,
        _ => return Err(transaction::unknown(&tenant)),
    };
    let request = transaction::take(&tenant, state).await?;
    if !accepted {
        return Err(transaction::refuse(&request, Refusal::ConsentDenied));
    }
    tenant.consents.remember(parties(&request, &session.user_id), &request.scope).await;
    let request = request.after_consent();
    authorize::finish(&tenant, request, Some(&session), &headers, tenant.clock.now()).await
}

/// Whether the person has yet to allow what is asked for, or is to be asked whatever they allowed before (AZ-4/4). What
/// they may not do themselves is no longer asked for then: nobody consents to what the page does not show.
pub(crate) async fn is_needed(
    tenant: &Tenant,
    request: &mut AcceptedRequest,
    session: &Session,
) -> bool {
    let is_prompted = request.prompts.contains(Prompt::Consent);
    // A third party needs it in any case (AZ-4/9).
    if !is_prompted && request.client.is_first_party && !asks_first_party(tenant, request).await {
        return false;
    }
    if let Some(audience) = &request.audience
        && let Some(api) = tenant.resource_servers.find(audience).await
    {
        let (_, scope) = access::permitted(tenant, &session.user_id, &api, &request.scope).await;
        request.scope = scope;
    }
    let parties = parties(request, &session.user_id);
    is_prompted || !tenant.consents.cover(&parties, &request.scope).await
}

/// First parties have the person's consent unless the tenant file says otherwise (AZ-4/8). Then they have it as at
/// Auth0: where the API spares them, and the callback can be nobody else's (AZ-4/7).
async fn asks_first_party(tenant: &Tenant, request: &AcceptedRequest) -> bool {
    if !tenant.settings().flags.ask_first_parties_for_consent {
        return false;
    }
    let Some(audience) = &request.audience else {
        return false;
    };
    let api = tenant.resource_servers.find(audience).await;
    let spares = api.is_some_and(|api| api.skip_consent_for_verifiable_first_party_clients);
    !(spares && is_verifiable(&request.return_address.url))
}

/// Whether only its owner can answer at this address: not so on the person's own machine, nor with a scheme that any
/// app can claim.
fn is_verifiable(callback: &Url) -> bool {
    matches!(callback.scheme(), "http" | "https")
        && match callback.host() {
            Some(Host::Domain(domain)) => domain != "localhost" && !domain.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => !address.is_loopback(),
            Some(Host::Ipv6(address)) => !address.is_loopback(),
            None => false,
        }
}

/// Between whom the request asks for a consent.
fn parties(request: &AcceptedRequest, user_id: &UserId) -> Parties {
    Parties {
        user_id: user_id.clone(),
        client_id: request.client.client_id.clone(),
        audience: request.audience.clone(),
    }
}

/// The API's scopes in the words of its owner; those that were given none stand by their names.
fn of_api(api: &ResourceServer, scope: &ScopeSet) -> Vec<Asked> {
    let asked = api.scopes.iter().filter(|own| scope.contains(&own.value));
    asked
        .map(|own| Asked {
            words: own.description.clone().unwrap_or_default(),
            scope: own.value.clone(),
        })
        .collect()
}

/// The tenant's own scopes: how long, and what about the person.
fn of_session(scope: &ScopeSet) -> Vec<Asked> {
    let mut asked = Vec::new();
    if scope.contains("offline_access") {
        let words = "Stay signed in until you log out".to_owned();
        asked.push(Asked { words, scope: "offline_access".to_owned() });
    }
    let about = scope.filtered(|scope| ABOUT.iter().any(|(own, _)| *own == scope));
    if !about.is_empty() {
        let told: Vec<&str> = ABOUT
            .iter()
            .filter(|(own, words)| scope.contains(own) && !words.is_empty())
            .map(|(_, words)| *words)
            .collect();
        let words = match told.split_last() {
            None => "Recognise you when you come back".to_owned(),
            Some((last, [])) => format!("Your {last}"),
            Some((last, before)) => format!("Your {} and {last}", before.join(", ")),
        };
        asked.push(Asked { words, scope: about.to_string() });
    }
    asked
}

/// Scopes about the person, and what they tell (OpenID Connect Core §5.4); `openid` alone tells who comes back.
const ABOUT: [(&str, &str); 5] = [
    ("openid", ""),
    ("profile", "name"),
    ("email", "email address"),
    ("address", "postal address"),
    ("phone", "phone number"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(scope: &str) -> Vec<String> {
        of_session(&scope.into()).into_iter().map(|asked| asked.words).collect()
    }

    /// AZ-4/7.
    #[test]
    fn a_callback_on_ones_own_machine_or_of_a_custom_scheme_is_anybodys() {
        for callback in ["https://app.example.com/callback", "http://192.0.2.1/callback"] {
            assert!(is_verifiable(&callback.parse().unwrap()), "{callback}");
        }
        for callback in [
            "http://localhost:8080/callback",
            "https://app.localhost/callback",
            "http://127.0.0.1/callback",
            "http://[::1]/callback",
            "com.example.app:/callback",
            "com.example.app://tenant/callback",
        ] {
            assert!(!is_verifiable(&callback.parse().unwrap()), "{callback}");
        }
    }

    #[test]
    fn the_tenants_own_scopes_are_spelt_out_in_one_line() {
        assert_eq!(words("openid"), ["Recognise you when you come back"]);
        assert_eq!(words("openid email"), ["Your email address"]);
        assert_eq!(words("openid profile email"), ["Your name and email address"]);
        assert_eq!(
            words("phone email profile openid offline_access"),
            ["Stay signed in until you log out", "Your name, email address and phone number"]
        );
        assert!(words("read:calendar").is_empty());
    }
}
