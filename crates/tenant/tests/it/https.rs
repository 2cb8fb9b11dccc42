//! The tenant over TLS, beside plain HTTP.

use std::fs;

use reqwest::{Client, StatusCode};
use tenant::Config;

use crate::harness::{
    ADA, Reply, World, https, parameter, redemption, request, tenant_file, unverified_claims,
};

const QUICKSTART: &str = include_str!("../../../../tenants/quickstart.yaml");

/// A client that trusts what the system trusts, and so not the tenant.
async fn by_plain_http(world: &World, path: &str) -> Reply {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let url = format!("{}{path}", world.tenant.plain_url());
    Reply::of(client.get(url).send().await.unwrap()).await
}

async fn refusal_to_start(config: Config) -> String {
    tenant::start(config).await.err().map_or_else(String::new, |error| error.to_string())
}

/// A configuration with an authority and ports of its own.
fn config() -> Config {
    let listen = ([127, 0, 0, 1], 0).into();
    https(Config { listen, import: tenant_file(QUICKSTART), ..Config::default() })
}

/// DT-1/1, DT-3/1, SC-3/5.
#[tokio::test]
async fn a_login_over_tls_ends_in_tokens_of_the_https_issuer() {
    let world = World::over_https().await;
    let issuer = format!("{}/", world.tenant.url());
    assert!(issuer.starts_with("https://localhost:"), "{issuer}");

    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    assert_eq!(metadata["issuer"], issuer);
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();

    for token in ["access_token", "id_token"] {
        assert_eq!(unverified_claims(&tokens[token])["iss"], issuer, "{token}");
    }
    let access_token = tokens["access_token"].as_str().unwrap();
    let userinfo = world.http.get(world.at("/userinfo")).bearer_auth(access_token).send().await;
    assert_eq!(userinfo.unwrap().status(), StatusCode::OK);
}

/// authorize.md §2: an app at `http://localhost` is of another site than `https://localhost`.
#[tokio::test]
async fn cookies_over_tls_are_secure_and_reach_frames_of_the_app() {
    let world = World::over_https().await;
    let browser = world.browser();
    let page = browser.authorize(&request(&[])).await;
    let state = parameter(&page.location(), "state").unwrap();
    let form = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    let answer = browser.post("/u/login", &form).await;

    assert!(parameter(&answer.location(), "code").is_some(), "{answer:?}");
    let cookies: Vec<_> = [&page, &answer]
        .into_iter()
        .flat_map(|reply| reply.headers.get_all("set-cookie"))
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert!(cookies.len() >= 2, "{cookies:?}");
    for cookie in cookies {
        assert!(cookie.ends_with("; HttpOnly; SameSite=None; Secure"), "{cookie}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_know_the_authority_turns_away() {
    let world = World::over_https().await;
    let error = reqwest::get(world.at("/health")).await.unwrap_err();
    assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
}

#[tokio::test]
async fn the_certificate_is_served_at_both_addresses_and_vouches_for_the_tenant() {
    let world = World::over_https().await;
    let plain = by_plain_http(&world, "/ca.pem").await;
    let over_tls = world.get("/ca.pem").await;

    for reply in [&plain, &over_tls] {
        reply.expect(StatusCode::OK);
        assert_eq!(reply.header("content-type"), "application/pem-certificate-chain");
        assert!(!reply.body.contains("PRIVATE"), "{reply:?}");
    }
    assert_eq!(plain.body, over_tls.body);
    let root = reqwest::Certificate::from_pem(plain.body.as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([root]).build().unwrap();
    assert!(client.get(world.at("/health")).send().await.is_ok());
}

/// SC-3/5, sdk-expectations.md §1: the two are not mixed.
#[tokio::test]
async fn plain_http_answers_clients_with_the_one_issuer() {
    let world = World::over_https().await;
    by_plain_http(&world, "/health").await.expect(StatusCode::OK);

    let metadata = by_plain_http(&world, "/.well-known/openid-configuration").await.ok();

    assert_eq!(metadata, world.get("/.well-known/openid-configuration").await.ok());
    assert!(!metadata.to_string().contains(world.tenant.plain_url()), "{metadata}");
}

#[tokio::test]
async fn a_page_by_plain_http_is_at_the_issuer_and_sets_no_cookie() {
    let world = World::over_https().await;
    for path in ["/authorize?client_id=calendar-spa&state=a%20b", "/u/login?state=x", "/v2/logout"]
    {
        let reply = by_plain_http(&world, path).await;

        reply.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.header("location"), world.at(path));
        assert!(!reply.headers.contains_key("set-cookie"), "{reply:?}");
    }
    by_plain_http(&world, "/no-such-page").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_issuer_that_is_given_holds_for_both_addresses() {
    let issuer = "http://localhost:4400/";
    let config = Config { issuer: issuer.parse().ok(), ..https(Config::default()) };
    let world = World::configured(config).await;

    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    assert_eq!(metadata["issuer"], issuer);
    // Whoever names a plain issuer means its pages to be there.
    let page = by_plain_http(&world, "/u/login").await;
    assert!(!page.status.is_redirection(), "{page:?}");
}

#[tokio::test]
async fn the_next_start_has_the_same_authority() {
    let config = config();
    let certificate = |tenant: &tenant::Tenant| fs::read(tenant.ca_file().unwrap()).unwrap();

    let first = tenant::start(config.clone()).await.unwrap();
    let first = certificate(&first);
    let second = tenant::start(config).await.unwrap();

    assert_eq!(first, certificate(&second));
}

#[cfg(unix)]
#[tokio::test]
async fn the_private_key_is_for_its_owner_alone_and_refused_when_it_is_not() {
    use std::os::unix::fs::PermissionsExt;
    let config = config();
    let key = config.data_folder.join("ca-key.pem");
    drop(tenant::start(config.clone()).await.unwrap());
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();

    let message = refusal_to_start(config).await;
    assert!(message.contains("ca-key.pem") && message.contains("chmod"), "{message}");
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_flag_that_changes_it() {
    let world = World::over_https().await;
    let taken = world.tenant.url().rsplit(':').next().unwrap().to_owned();
    let address = format!("127.0.0.1:{taken}").parse().unwrap();

    let message = refusal_to_start(Config { https_listen: address, ..config() }).await;

    assert!(message.contains(&taken) && message.contains("--https-listen"), "{message}");
}

#[tokio::test]
async fn without_tls_there_is_no_certificate() {
    let world = World::quickstart().await;
    assert!(world.tenant.ca_file().is_none());
    world.get("/ca.pem").await.expect(StatusCode::NOT_FOUND);
}
