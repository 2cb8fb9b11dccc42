//! A refresh token that is used after it was replaced (token.md §3.2).

use tenant::{LogDetails, LogEntry, LogKind, RefreshTokenDetails};

use crate::harness::{ADA, GRACE, World};

const SCOPE: &str = "openid profile email offline_access read:calendar";

/// TK-3.2/4, SC-7/4: the thief comes second. Both lose, and so do the person's other logins to the same API.
#[tokio::test]
async fn a_stolen_token_that_is_used_after_its_owner_ends_the_grant() {
    let world = World::quickstart().await;
    let other_login = world.log_in(ADA, SCOPE).await;
    let of_grace = world.log_in(GRACE, SCOPE).await;
    let stolen = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let owners = world.refresh(&stolen, &[]).await.ok()["refresh_token"].clone();

    world.refresh(&stolen, &[]).await.refused(403, "invalid_grant");

    world.refresh(&owners, &[]).await.refused(403, "invalid_grant");
    world.refresh(&other_login["refresh_token"], &[]).await.refused(403, "invalid_grant");
    world.refresh(&of_grace["refresh_token"], &[]).await.ok();
    let log = world.tenant.log();
    let reuse: Vec<_> = log.iter().filter(|entry| entry.kind == LogKind::Ferrt).collect();
    let details = details(reuse[0]);
    assert_eq!(reuse.len(), 1);
    assert_eq!((details.token_counter, details.latest_counter), (1, 2));
    let success = log.iter().find(|entry| entry.kind == LogKind::Sertft).unwrap();
    assert_eq!(self::details(success).family_id, details.family_id);
    assert!(reuse[0].user_id.is_some() && reuse[0].client_id.is_some());
}

fn details(entry: &LogEntry) -> &RefreshTokenDetails {
    match &entry.details {
        Some(LogDetails::RefreshToken(details)) => details,
        other => panic!("{other:?}"),
    }
}

/// SC-7/4, the other order: the thief comes first, and loses all when the owner comes.
#[tokio::test]
async fn a_thief_who_is_first_loses_the_token_when_its_owner_comes() {
    let world = World::quickstart().await;
    let stolen = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let thiefs = world.refresh(&stolen, &[]).await.ok()["refresh_token"].clone();
    let thiefs = world.refresh(&thiefs, &[]).await.ok()["refresh_token"].clone();

    world.refresh(&stolen, &[]).await.refused(403, "invalid_grant");

    world.refresh(&thiefs, &[]).await.refused(403, "invalid_grant");
}

/// TK-3.1/3, TK-3.2/2, TK-3.2/3.
#[tokio::test]
async fn the_leeway_is_for_the_previous_token_alone() {
    let world = World::with(|file| file.replace("leeway: 0", "leeway: 60")).await;
    let first = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let second = world.refresh(&first, &[]).await.ok()["refresh_token"].clone();
    let sibling = world.refresh(&first, &[]).await.ok()["refresh_token"].clone();
    assert_ne!(second, sibling);
    let third = world.refresh(&sibling, &[]).await.ok()["refresh_token"].clone();

    world.refresh(&first, &[]).await.refused(403, "invalid_grant");
    world.refresh(&third, &[]).await.refused(403, "invalid_grant");
    assert_eq!(world.logged(LogKind::Ferrt), 1);
}

/// TK-3.2/4: whatever else is wrong with the request that the stolen token comes in.
#[tokio::test]
async fn a_replaced_token_ends_the_grant_in_any_request() {
    let world = World::quickstart().await;
    let stolen = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let owners = world.refresh(&stolen, &[]).await.ok()["refresh_token"].clone();
    let signatures = world.tenant.signatures();

    let elsewhere = [("audience", "https://nope.example.com")];
    world.refresh(&stolen, &elsewhere).await.refused(403, "invalid_grant");

    assert_eq!(world.tenant.signatures(), signatures, "nothing is signed for it");
    world.refresh(&owners, &[]).await.refused(403, "invalid_grant");
    assert_eq!(world.logged(LogKind::Ferrt), 1);
}

/// Of two requests at once one is served; the other one is a token used twice.
#[tokio::test]
async fn of_two_uses_at_once_one_wins() {
    let world = World::quickstart().await;
    let token = world.log_in(ADA, SCOPE).await["refresh_token"].clone();
    let (one, two) = tokio::join!(world.refresh(&token, &[]), world.refresh(&token, &[]));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
}
