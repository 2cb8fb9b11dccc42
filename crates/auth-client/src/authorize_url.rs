//! From a transaction to the URL that the browser leaves for: `GET /authorize` (authorize.md §1).

use wire::authorize::AuthorizationRequest;

use crate::config::Config;
use crate::transaction::Transaction;

/// The tenant's login, asked to answer this transaction.
pub(crate) fn authorize_url(config: &Config, state: &str, transaction: &Transaction) -> String {
    let request = AuthorizationRequest {
        client_id: config.client_id.clone(),
        redirect_uri: transaction.redirect_uri.clone(),
        scope: transaction.scope.clone(),
        audience: transaction.audience.clone(),
        state: state.to_owned(),
        nonce: transaction.nonce.clone(),
        code_challenge: transaction.verifier.challenge(),
    };
    [&config.domain.endpoint("/authorize?"), request.to_query().as_str()].concat()
}
