//! Families without the token endpoint around them.

use serde_json::json;

use super::*;
use crate::store::refresh_token_settings::RefreshTokenSettings;

const NOW: Timestamp = Timestamp::from_epoch(1_000_000);

fn client(settings: &serde_json::Value) -> Client {
    let client = json!({
        "client_id": "app", "name": "App", "is_first_party": true, "oidc_conformant": true,
        "grant_types": ["authorization_code", "refresh_token"], "refresh_token": settings,
    });
    serde_json::from_value(client).unwrap()
}

fn rotating(leeway: u64) -> Client {
    client(&json!({
        "rotation_type": "rotating", "expiration_type": "expiring", "leeway": leeway,
        "token_lifetime": 1000, "infinite_token_lifetime": false,
        "idle_token_lifetime": 100, "infinite_idle_token_lifetime": false,
    }))
}

fn fixed() -> Client {
    client(&json!({ "rotation_type": "non-rotating" }))
}

fn authorization(user: &str, api: &str) -> Authorization {
    Authorization {
        client_id: "app".into(),
        user_id: user.into(),
        audience: Some(api.into()),
        scope: "openid offline_access".into(),
        session_id: "session".to_owned(),
        auth_time: NOW,
        tells_auth_time: false,
        organization: None,
    }
}

struct Case {
    tokens: RefreshTokens,
    client: Client,
}

impl Case {
    fn of(client: Client) -> Self {
        Self { tokens: RefreshTokens::default(), client }
    }

    async fn issue(&self) -> Secret {
        self.issue_for("ada", "calendar").await
    }

    async fn issue_for(&self, user: &str, api: &str) -> Secret {
        self.tokens.issue(&self.client, authorization(user, api), None, NOW).await
    }

    async fn exchange(
        &self,
        token: &Secret,
        now: Timestamp,
    ) -> Result<Option<Secret>, NotExchanged> {
        self.tokens.exchange(token.expose(), &self.client, now).await
    }

    async fn rotate(&self, token: &Secret, now: Timestamp) -> Secret {
        self.exchange(token, now).await.unwrap().unwrap()
    }

    async fn lives(&self, token: &Secret, now: Timestamp) -> bool {
        self.tokens.find(token.expose(), &self.client, now).await.is_some()
    }
}

fn counters(result: Result<Option<Secret>, NotExchanged>) -> (u32, u32) {
    match result {
        Err(NotExchanged::Reused(details)) => (details.token_counter, details.latest_counter),
        other => panic!("{other:?}"),
    }
}

/// TK-3.2/1, TK-3.2/4.
#[tokio::test]
async fn a_token_that_was_replaced_ends_its_family_when_it_comes_again() {
    let case = Case::of(rotating(0));
    let first = case.issue().await;
    let second = case.rotate(&first, NOW).await;
    let third = case.rotate(&second, NOW).await;

    assert_eq!(counters(case.exchange(&first, NOW).await), (1, 3));
    assert_eq!(case.exchange(&third, NOW).await, Err(NotExchanged::Unknown));
}

/// TK-3.2/2: both successors are good, and either makes the other one the previous.
#[tokio::test]
async fn within_the_leeway_the_previous_token_yields_another() {
    let case = Case::of(rotating(30));
    let first = case.issue().await;
    let second = case.rotate(&first, NOW).await;
    let sibling = case.rotate(&first, NOW.plus(29)).await;
    let third = case.rotate(&second, NOW.plus(40)).await;

    assert_ne!(second, sibling);
    case.rotate(&sibling, NOW.plus(41)).await;
    assert!(case.lives(&third, NOW.plus(41)).await);
}

/// TK-3.2/4.
#[tokio::test]
async fn after_the_leeway_the_previous_token_is_a_breach() {
    let case = Case::of(rotating(30));
    let first = case.issue().await;
    let second = case.rotate(&first, NOW).await;

    assert_eq!(counters(case.exchange(&first, NOW.plus(30)).await), (1, 2));
    assert!(!case.lives(&second, NOW.plus(30)).await);
}

/// TK-3.2/3.
#[tokio::test]
async fn the_token_before_the_previous_is_a_breach_even_within_the_leeway() {
    let case = Case::of(rotating(30));
    let first = case.issue().await;
    let second = case.rotate(&first, NOW).await;
    case.rotate(&second, NOW).await;

    assert_eq!(counters(case.exchange(&first, NOW).await), (1, 3));
}

#[tokio::test]
async fn a_token_cannot_be_multiplied_without_end_within_the_leeway() {
    let case = Case::of(rotating(30));
    let first = case.issue().await;
    for _ in 0..100 {
        case.rotate(&first, NOW).await;
    }
    assert_eq!(counters(case.exchange(&first, NOW).await), (1, 2));
}

/// SC-8/3, TK-3.1/4, TK-3.1/5: a use puts off the idle end, and never the absolute one.
#[tokio::test]
async fn rotation_renews_the_idle_lifetime_and_not_the_absolute_one() {
    let case = Case::of(rotating(0));
    let mut token = case.issue().await;
    for use_ in 1..=10 {
        token = case.rotate(&token, NOW.plus(use_ * 99)).await;
    }
    assert!(case.lives(&token, NOW.plus(999)).await);
    assert!(!case.lives(&token, NOW.plus(1000)).await);
    assert_eq!(case.exchange(&token, NOW.plus(1000)).await, Err(NotExchanged::Unknown));

    let idle = case.issue().await;
    assert!(case.lives(&idle, NOW.plus(99)).await);
    assert!(!case.lives(&idle, NOW.plus(100)).await);
}

/// TK-3.1/2, TK-3.1/6.
#[tokio::test]
async fn what_does_not_expire_is_good_for_ever() {
    let years = NOW.plus(100 * 365 * 24 * 3600);
    for settings in [
        json!({ "rotation_type": "non-rotating", "expiration_type": "non-expiring",
            "token_lifetime": 1, "idle_token_lifetime": 1,
            "infinite_token_lifetime": false, "infinite_idle_token_lifetime": false }),
        json!({ "rotation_type": "non-rotating", "expiration_type": "expiring",
            "token_lifetime": 1, "idle_token_lifetime": 1,
            "infinite_token_lifetime": true, "infinite_idle_token_lifetime": true }),
    ] {
        let case = Case::of(client(&settings));
        let token = case.issue().await;
        assert_eq!(case.exchange(&token, years).await, Ok(None), "{settings}");
    }
}

/// TK-3.2/5.
#[tokio::test]
async fn rotation_that_is_switched_on_swaps_the_token_and_deletes_the_others_of_the_grant() {
    let mut case = Case::of(fixed());
    let token = case.issue().await;
    let other = case.issue().await;
    let for_another_api = case.issue_for("ada", "reports").await;
    let of_another_person = case.issue_for("grace", "calendar").await;
    case.client = rotating(0);

    let swapped = case.rotate(&token, NOW).await;

    assert!(!case.lives(&other, NOW).await);
    assert!(case.lives(&for_another_api, NOW).await);
    assert!(case.lives(&of_another_person, NOW).await);
    assert!(!case.lives(&swapped, NOW.plus(100)).await, "it has an idle end now");
    assert_eq!(counters(case.exchange(&token, NOW).await), (1, 2));
    assert!(!case.lives(&swapped, NOW).await);
}

/// TK-3.2/6: the new token ends when the login would have ended.
#[tokio::test]
async fn rotation_that_is_switched_off_ends_the_family_for_a_token_that_stays() {
    let mut case = Case::of(rotating(0));
    let token = case.issue().await;
    case.client = fixed();

    let kept = case.rotate(&token, NOW).await;

    assert!(!case.lives(&token, NOW).await);
    assert_eq!(case.exchange(&kept, NOW.plus(999)).await, Ok(None));
    assert!(!case.lives(&kept, NOW.plus(1000)).await);
}

/// TK-7/9.
#[tokio::test]
async fn a_breach_or_a_revoked_grant_takes_what_is_of_the_same_person_client_and_api() {
    let case = Case::of(rotating(0));
    let token = case.issue().await;
    let same = case.issue().await;
    let other_api = case.issue_for("ada", "reports").await;
    let other_person = case.issue_for("grace", "calendar").await;
    case.rotate(&token, NOW).await;

    counters(case.exchange(&token, NOW).await);

    assert!(!case.lives(&same, NOW).await);
    assert!(case.lives(&other_api, NOW).await && case.lives(&other_person, NOW).await);
    case.tokens.revoke_grant(&authorization("grace", "calendar")).await;
    assert!(!case.lives(&other_person, NOW).await);
    case.tokens.remove_of_client(&"app".into()).await;
    assert!(!case.lives(&other_api, NOW).await);
}

#[tokio::test]
async fn of_two_uses_at_once_one_is_served() {
    let case = Case::of(rotating(0));
    let token = case.issue().await;
    let (one, two) = tokio::join!(case.exchange(&token, NOW), case.exchange(&token, NOW));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|served| **served).count(), 1);
}

#[tokio::test]
async fn a_person_has_200_families_with_a_client_and_the_oldest_gives_way() {
    let case = Case::of(rotating(0));
    let first = case.issue().await;
    let second = case.issue().await;
    let other = case.issue_for("grace", "calendar").await;
    for _ in 2..=AT_MOST_OF_A_LOGIN {
        case.issue().await;
    }
    assert!(!case.lives(&first, NOW).await);
    assert!(case.lives(&second, NOW).await && case.lives(&other, NOW).await);
}

#[tokio::test]
async fn nothing_is_left_of_a_family_that_ended() {
    let case = Case::of(rotating(0));
    let revoked = case.issue().await;
    case.tokens.revoke(revoked.expose()).await;
    let expired = case.issue().await;
    assert!(case.exchange(&expired, NOW.plus(100)).await.is_err());

    let families = case.tokens.0.lock().await;
    assert!(families.by_handle.is_empty() && families.by_age.is_empty());
    assert!(families.by_login.is_empty());
}

#[tokio::test]
async fn what_is_no_token_of_a_family_is_unknown() {
    let case = Case::of(fixed());
    let token = case.issue().await;
    let another = Token::next(&Token::read(token.expose()).unwrap(), 1).write();
    for wrong in [Secret::from(""), "v1.x".into(), Token::first().write(), another] {
        assert!(!case.lives(&wrong, NOW).await);
        assert_eq!(case.exchange(&wrong, NOW).await, Err(NotExchanged::Unknown));
    }
    assert!(case.lives(&token, NOW).await);
}

/// TK-3.1: what the API creates when nothing is said.
#[test]
fn the_default_neither_rotates_nor_expires() {
    let settings = RefreshTokenSettings::default();
    assert!(!settings.rotates());
    assert_eq!((settings.end(NOW), settings.idle_lifetime()), (None, None));
}
