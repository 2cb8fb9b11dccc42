//! The exchange with Token Vault: what is sent, what is kept, and what a refusal means (token-vault.md §2).

use reqwest::Method;
use serde_json::json;
use wire::calendar::ProblemCode;

use crate::harness::{
    Answer, CREATE, EXCHANGE, LIST, PROVIDER_TOKEN, Reply, WEEK, World, google_error, oauth_error,
    provider_token, settle,
};

/// TV-2.1, SC-1/1: `calendar-api-client:calendar-api-secret` in Base64.
#[tokio::test]
async fn the_exchange_is_that_of_the_contract() {
    let world = World::start().await;
    let token = world.token();

    world.api.events(&token).await.events();

    let call = world.tenant.last_call(EXCHANGE);
    let form = call.form();
    assert_eq!(
        call.authorization.as_deref(),
        Some("Basic Y2FsZW5kYXItYXBpLWNsaWVudDpjYWxlbmRhci1hcGktc2VjcmV0")
    );
    for (name, value) in [
        (
            "grant_type",
            "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
        ),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        (
            "requested_token_type",
            "http://auth0.com/oauth/token-type/federated-connection-access-token",
        ),
        ("subject_token", token.as_str()),
        ("connection", "google-oauth2"),
    ] {
        assert_eq!(form.get(name), Some(value), "{name}");
    }
    for name in ["audience", "resource", "login_hint", "client_secret"] {
        assert_eq!(form.get(name), None, "{name}");
    }
    assert_eq!(
        world.provider.last_call(LIST).authorization,
        Some(format!("Bearer {PROVIDER_TOKEN}"))
    );
}

#[tokio::test]
async fn the_clients_credentials_are_form_encoded_first() {
    let world = World::with(|config| {
        config.client_id = "client:id".into();
        config.client_secret = "se cret+%".into();
    })
    .await;

    world.api.events(&world.token()).await.events();

    // client%3Aid:se+cret%2B%25
    let expected = "Basic Y2xpZW50JTNBaWQ6c2UrY3JldCUyQiUyNQ==";
    assert_eq!(world.tenant.last_call(EXCHANGE).authorization.as_deref(), Some(expected));
}

#[tokio::test]
async fn a_provider_token_is_kept_for_the_next_request() {
    let world = World::start().await;

    world.api.events(&world.token()).await.events();
    world.api.events(&world.token()).await.events();

    assert_eq!(world.tenant.count(EXCHANGE), 1);
    assert_eq!(world.provider.count(LIST), 2);
}

/// Who disconnects an account is not shown it any more.
#[tokio::test]
async fn a_request_past_the_caches_is_exchanged_anew() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();

    for directive in ["no-cache", "max-age=0, No-Cache"] {
        let before = world.tenant.count(EXCHANGE);
        let request = world.api.request(Method::GET, WEEK).bearer_auth(world.token());
        Answer::to(request.header("cache-control", directive)).await.events();
        assert_eq!(world.tenant.count(EXCHANGE), before + 1);
    }
    world.api.events(&world.token()).await.events();
    assert_eq!(world.tenant.count(EXCHANGE), 3, "what it brought is kept for others");
}

#[tokio::test]
async fn a_kept_token_is_used_until_a_minute_before_its_expiry() {
    let world = World::start().await;
    let token = world.token_with(&json!({"exp": world.clock.now().plus(90_000).seconds()}));
    world.tenant.usually(EXCHANGE, provider_token(PROVIDER_TOKEN, 3000));
    world.api.events(&token).await.events();

    world.clock.advance(2900);
    world.api.events(&token).await.events();
    assert_eq!(world.tenant.count(EXCHANGE), 1);

    world.clock.advance(40);
    world.api.events(&token).await.events();
    assert_eq!(world.tenant.count(EXCHANGE), 2);
}

#[tokio::test]
async fn each_person_has_a_provider_token_of_their_own() {
    let world = World::start().await;
    world.tenant.next(EXCHANGE, provider_token("ya29.ada", 3600));
    world.tenant.next(EXCHANGE, provider_token("ya29.grace", 3600));
    let grace = world.token_with(&json!({"sub": "auth0|grace"}));

    for (token, bought) in
        [(world.token(), "ya29.ada"), (grace, "ya29.grace"), (world.token(), "ya29.ada")]
    {
        world.api.events(&token).await.events();
        assert_eq!(world.provider.last_call(LIST).authorization, Some(format!("Bearer {bought}")));
    }
    assert_eq!(world.tenant.count(EXCHANGE), 2);
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_exchange() {
    let world = World::start().await;
    world.three_requests_share_one_call(EXCHANGE).await;
    assert_eq!(world.provider.count(LIST), 3);
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_refusal() {
    let world = World::start().await;
    world
        .tenant
        .usually(EXCHANGE, oauth_error(401, "federated_connection_refresh_token_not_found"));
    let gate = world.tenant.hold(EXCHANGE);
    let token = world.token();

    let open = async {
        settle().await;
        gate.open();
    };
    let (first, second, ()) =
        tokio::join!(world.api.events(&token), world.api.events(&token), open);

    for answer in [first, second] {
        answer.refused(409, ProblemCode::AccountNotConnected);
    }
    assert_eq!(world.tenant.count(EXCHANGE), 1);
}

/// Who has just connected an account is not told otherwise because of what was true before.
#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::start().await;
    world.tenant.next(EXCHANGE, oauth_error(401, "federated_connection_refresh_token_not_found"));
    world.api.events(&world.token()).await.refused(409, ProblemCode::AccountNotConnected);

    world.api.events(&world.token()).await.events();
}

#[tokio::test]
async fn a_kept_token_that_the_provider_refuses_is_exchanged_once_more() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.provider.next(LIST, google_error(401, "UNAUTHENTICATED"));
    world.tenant.usually(EXCHANGE, provider_token("ya29.renewed", 3600));

    world.api.events(&world.token()).await.events();

    assert_eq!(world.tenant.count(EXCHANGE), 2);
    assert_eq!(
        world.provider.last_call(LIST).authorization.as_deref(),
        Some("Bearer ya29.renewed")
    );
}

/// The second to notice that the kept token is dead must not throw away the one that the first bought meanwhile.
#[tokio::test]
async fn requests_at_the_same_time_replace_a_refused_token_once() {
    let world = World::start().await;
    let token = world.token();
    world.api.events(&token).await.events();
    world.tenant.usually(EXCHANGE, provider_token("ya29.renewed", 3600));
    let gate = world.provider.hold(LIST);
    world.provider.next(LIST, google_error(401, "UNAUTHENTICATED"));
    world.provider.next(LIST, google_error(401, "UNAUTHENTICATED"));

    let open = async {
        settle().await;
        assert_eq!(world.provider.count(LIST), 3);
        gate.open();
    };
    let (first, second, ()) =
        tokio::join!(world.api.events(&token), world.api.events(&token), open);

    for answer in [first, second] {
        answer.events();
    }
    assert_eq!(world.tenant.count(EXCHANGE), 2);
}

#[tokio::test]
async fn a_kept_token_that_the_provider_refuses_does_not_lose_a_new_event() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.provider.next(CREATE, google_error(401, "UNAUTHENTICATED"));
    let event =
        json!({"title": "Tea", "start": "2026-11-24T15:00:00Z", "end": "2026-11-24T16:00:00Z"});

    let answer = world.api.create(&world.token(), &event).await;

    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(world.provider.count(CREATE), 2);
}

#[tokio::test]
async fn a_provider_that_goes_on_refusing_is_not_asked_for_ever() {
    let world = World::start().await;
    world.api.events(&world.token()).await.events();
    world.provider.usually(LIST, google_error(401, "UNAUTHENTICATED"));

    let problem = world.api.events(&world.token()).await.refused(502, ProblemCode::ProviderRefused);

    assert_eq!(problem.upstream_error.as_deref(), Some("UNAUTHENTICATED"));
    assert_eq!(world.tenant.count(EXCHANGE), 2);
    assert_eq!(world.provider.count(LIST), 3);
}

/// A new token that is refused at once would be bought again as it is: the vault keeps it too.
#[tokio::test]
async fn a_new_token_that_the_provider_refuses_is_neither_retried_nor_kept() {
    let world = World::start().await;
    world.provider.next(LIST, google_error(401, "UNAUTHENTICATED"));
    world.api.events(&world.token()).await.refused(502, ProblemCode::ProviderRefused);
    assert_eq!(world.tenant.count(EXCHANGE), 1);
    assert_eq!(world.provider.count(LIST), 1);

    world.api.events(&world.token()).await.events();
    assert_eq!(world.tenant.count(EXCHANGE), 2);
}

/// TV-2.4: what the person can mend, by connecting or reconnecting, is told apart from what they cannot.
#[tokio::test]
async fn refusals_of_the_vault_are_told_apart() {
    for (status, upstream, answered, code) in [
        // TV-2.4/13
        (
            401,
            "federated_connection_refresh_token_not_found",
            409,
            ProblemCode::AccountNotConnected,
        ),
        // TV-2.4/15
        (401, "federated_connection_refresh_token_flow_failed", 502, ProblemCode::ProviderRefused),
        // TV-2.4/1, TV-2.4/9
        (401, "access_denied", 502, ProblemCode::TenantRefused),
        (403, "access_denied", 502, ProblemCode::TenantRefused),
        // TV-2.4/2
        (403, "unauthorized_client", 502, ProblemCode::TenantRefused),
        // TV-2.4/10
        (401, "invalid_grant", 502, ProblemCode::TenantRefused),
        // TV-2.4/18
        (429, "too_many_requests", 502, ProblemCode::TenantRefused),
        (400, "a_code_of_tomorrow", 502, ProblemCode::TenantRefused),
    ] {
        let world = World::start().await;
        world.tenant.usually(EXCHANGE, oauth_error(status, upstream));

        let problem = world.api.events(&world.token()).await.refused(answered, code);

        assert_eq!(problem.upstream_error.as_deref(), Some(upstream));
        assert_eq!(world.tenant.count(EXCHANGE), 1);
        assert_eq!(world.provider.count(LIST), 0);
    }
}

#[tokio::test]
async fn an_answer_of_the_vault_that_cannot_be_read_is_a_refusal() {
    for broken in [
        Reply::Text(502, "<html>"),
        Reply::Text(200, "<html>"),
        Reply::Json(200, json!({"access_token": 1})),
    ] {
        let world = World::start().await;
        world.tenant.usually(EXCHANGE, broken);

        let problem =
            world.api.events(&world.token()).await.refused(502, ProblemCode::TenantRefused);

        assert_eq!(problem.upstream_error, None);
    }
}

#[tokio::test]
async fn a_vault_that_hangs_or_is_away_is_unreachable() {
    let world = World::impatient().await;
    world.tenant.next(EXCHANGE, Reply::Never);
    world.api.events(&world.token()).await.refused(504, ProblemCode::TenantUnreachable);

    world.tenant.stop().await;
    world.api.events(&world.token()).await.refused(504, ProblemCode::TenantUnreachable);
}

/// The vault is not followed elsewhere: a redirect would carry the secret along.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::start().await;
    world.tenant.usually(EXCHANGE, Reply::Json(307, json!({})));

    world.api.events(&world.token()).await.refused(502, ProblemCode::TenantRefused);
}
