//! A client that holds a key and proves it (RFC 9449), as auth0-spa-js does.

use service::dpop::prover::{Prover, claims, claims_with_token};
use wire::dpop::ProofClaims;

use crate::harness::{CALENDAR, Reply, World, granting};

/// Auth0's words for an API that takes proofs, and for one that insists.
pub(crate) const ALLOWED: &str = r#"{"mechanism":"dpop","required":false}"#;
pub(crate) const REQUIRED: &str = r#"{"mechanism":"dpop","required":true}"#;

impl World {
    /// A world whose calendar API takes proofs, and whose `management` client may ask for tokens for it.
    pub(crate) async fn taking_proofs() -> Self {
        Self::taking_proofs_of(|file| file).await
    }

    /// The same with another tenant file made of its text.
    pub(crate) async fn taking_proofs_of(change: impl FnOnce(String) -> String) -> Self {
        let world = Self::with(|file| granting(&change(file), CALENDAR, "read:calendar")).await;
        world.calendar_api_has(ALLOWED).await;
        world
    }

    /// Changes `proof_of_possession` of the calendar API.
    pub(crate) async fn calendar_api_has(&self, proof_of_possession: &str) {
        let value: serde_json::Value = serde_json::from_str(proof_of_possession).unwrap();
        let body = serde_json::json!({ "proof_of_possession": value });
        let path = "/api/v2/resource-servers/https:%2F%2Fmy-api.example.com";
        let api = self.management("PATCH", path, Some(body)).await.ok();
        assert_eq!(api["proof_of_possession"], value);
    }

    /// The claims of a proof for a request to the tenant, as the tenant calls itself.
    pub(crate) fn claims(&self, method: &str, path: &str) -> ProofClaims {
        let url = format!("{}{path}", self.tenant.issuer());
        claims(method, &url, self.tenant.clock().now())
    }

    /// The same beside an access token.
    pub(crate) fn claims_with(&self, method: &str, path: &str, token: &str) -> ProofClaims {
        let url = format!("{}{path}", self.tenant.issuer());
        claims_with_token(method, &url, &token.into(), self.tenant.clock().now())
    }

    /// `POST /oauth/token` with these proofs.
    pub(crate) async fn token_with(&self, form: &[(&str, &str)], proofs: &[&str]) -> Reply {
        let mut request = self.post("/oauth/token").form(form);
        for proof in proofs {
            request = request.header("DPoP", *proof);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// A nonce of the tenant's, which it offers to who has none.
    pub(crate) async fn nonce(&self) -> String {
        let form = [("grant_type", "authorization_code"), ("client_id", "calendar-spa")];
        let proof = Prover::generate().proof(&self.claims("POST", "oauth/token"));
        let reply = self.token_with(&form, &[&proof]).await;
        reply.refused(400, "use_dpop_nonce");
        reply.header("dpop-nonce").to_owned()
    }

    /// `POST /oauth/token` beside a good proof of that key.
    pub(crate) async fn token_by(&self, prover: &Prover, form: &[(&str, &str)]) -> Reply {
        let nonce = Some(self.nonce().await);
        let claims = ProofClaims { nonce, ..self.claims("POST", "oauth/token") };
        self.token_with(form, &[&prover.proof(&claims)]).await
    }
}
