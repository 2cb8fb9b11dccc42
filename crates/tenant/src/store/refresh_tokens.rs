//! Refresh tokens (token.md §3): families, each of one login, whose tokens replace one another.

mod family;
mod token;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::Mutex;
use wire::dpop::Thumbprint;
use wire::ids::{ClientId, UserId};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use self::family::{Family, Standing};
use self::token::{Handle, Token};
use crate::authorization::Authorization;
use crate::log::RefreshTokenDetails;
use crate::store::clients::Client;
use crate::store::consents::Parties;

/// How many families are kept in all; the oldest gives way.
const AT_MOST: usize = 100_000;

/// How many a person has with one client, as at Auth0; the oldest gives way.
const AT_MOST_OF_A_LOGIN: usize = 200;

/// All refresh tokens. Clones share them.
///
/// A token is known by its hash only, and found by the part of it that names its family, in a time that does not grow
/// with what there is. Whatever else that family has issued, a token of it is recognised for ever as one of its own:
/// that is how a token that was replaced long ago is told from one that never was.
#[derive(Clone, Default)]
pub(crate) struct RefreshTokens(Arc<Mutex<Families>>);

#[derive(Default)]
struct Families {
    by_handle: HashMap<Handle, Family>,
    /// The oldest first.
    by_age: BTreeMap<u64, Handle>,
    by_login: HashMap<Login, BTreeMap<u64, Handle>>,
    created: u64,
}

type Login = (UserId, ClientId);

/// What a token is good for, as long as it is.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) authorization: Authorization,
    /// The key that who uses the token must prove to hold (RFC 9449 §5).
    pub(crate) jkt: Option<Thumbprint>,
    /// Whether another token took its place, and the leeway is over.
    pub(crate) was_replaced: bool,
    /// Whether its use is the end of it.
    pub(crate) rotates: bool,
    pub(crate) details: RefreshTokenDetails,
}

/// What is told about a family, and leads to none of its tokens.
#[derive(Clone, Debug)]
pub(crate) struct Overview {
    pub(crate) id: String,
    pub(crate) authorization: Authorization,
    pub(crate) created_at: Timestamp,
    /// When one of its tokens was last exchanged.
    pub(crate) exchanged_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    /// When it ends, if it is not used until then.
    pub(crate) idle_expires_at: Option<Timestamp>,
    pub(crate) rotates: bool,
}

/// Why a token was not exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotExchanged {
    /// There is no such token, or not any more.
    Unknown,
    /// It was replaced before: two have it, and one of them stole it (RFC 9700 §4.14.2).
    Reused(RefreshTokenDetails),
}

impl RefreshTokens {
    /// The first token of a new family, by the settings of the client as they are now.
    pub(crate) async fn issue(
        &self,
        client: &Client,
        authorization: Authorization,
        jkt: Option<Thumbprint>,
        now: Timestamp,
    ) -> Secret {
        let settings = &client.refresh_token;
        let mut families = self.0.lock().await;
        families.insert(Family::new(settings, authorization, jkt, settings.end(now), now), now)
    }

    /// What a token of the client is good for, if its family still lives. Nothing happens to it, also where it was
    /// replaced: that is for [`Self::exchange`].
    pub(crate) async fn find(&self, token: &str, client: &Client, now: Timestamp) -> Option<Found> {
        let token = Token::read(token)?;
        let families = self.0.lock().await;
        let family = families.by_handle.get(&token.handle()).filter(|own| own.is_alive(now))?;
        let standing = family.standing(&token, client.refresh_token.leeway, now);
        (standing != Standing::Unknown).then(|| Found {
            authorization: family.authorization.clone(),
            jkt: family.jkt.clone(),
            was_replaced: standing == Standing::Replaced,
            rotates: family.rotates(),
            details: family.details(&token),
        })
    }

    /// Uses a token, and hands out the one that takes its place, if one does (token.md §3.2).
    ///
    /// Of two uses at once the second finds what the first has left. A reused token costs its person's other tokens of
    /// the same client and API too: the whole grant is gone (TK-3.2/4).
    pub(crate) async fn exchange(
        &self,
        token: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Secret>, NotExchanged> {
        let token = Token::read(token).ok_or(NotExchanged::Unknown)?;
        self.0.lock().await.exchange(&token, client, now)
    }

    /// Ends the family of a token; there need not be one.
    pub(crate) async fn revoke(&self, token: &str) {
        if let Some(token) = Token::read(token) {
            self.0.lock().await.remove(token.handle());
        }
    }

    /// Ends all that the person has with the client for the API.
    pub(crate) async fn revoke_grant(&self, authorization: &Authorization) {
        self.0.lock().await.remove_of_grant(authorization, |_| true);
    }

    /// Ends what everybody has with a client that is no more.
    pub(crate) async fn remove_of_client(&self, client_id: &ClientId) {
        self.0.lock().await.remove_where(|family| family.authorization.client_id == *client_id);
    }

    /// The living families that satisfy `is_meant`.
    pub(crate) async fn overview(
        &self,
        is_meant: impl Fn(&Overview) -> bool,
        now: Timestamp,
    ) -> Vec<Overview> {
        let families = self.0.lock().await;
        let living = families.by_handle.values().filter(|family| family.is_alive(now));
        living.map(Family::overview).filter(is_meant).collect()
    }

    /// Ends the family of that identifier; there need not be one.
    pub(crate) async fn remove(&self, id: &str) {
        self.0.lock().await.remove_where(|family| family.id() == id);
    }

    /// Ends what began in a session.
    pub(crate) async fn remove_of_session(&self, session_id: &str) {
        let mut families = self.0.lock().await;
        families.remove_where(|family| family.authorization.session_id == session_id);
    }

    /// Ends what a person has with a client for an API.
    pub(crate) async fn remove_of_parties(&self, parties: &Parties) {
        self.0.lock().await.remove_where(|family| family.authorization.parties() == *parties);
    }

    /// Ends what a person has with every client.
    pub(crate) async fn remove_of_user(&self, user_id: &UserId) {
        self.0.lock().await.remove_where(|family| family.authorization.user_id == *user_id);
    }
}

impl Families {
    fn exchange(
        &mut self,
        token: &Token,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Secret>, NotExchanged> {
        let handle = token.handle();
        let family = self.by_handle.get_mut(&handle).ok_or(NotExchanged::Unknown)?;
        if !family.is_alive(now) {
            self.remove(handle);
            return Err(NotExchanged::Unknown);
        }
        let settings = &client.refresh_token;
        let authorization = family.authorization.clone();
        match family.standing(token, settings.leeway, now) {
            Standing::Unknown => Err(NotExchanged::Unknown),
            Standing::Replaced => {
                let details = family.details(token);
                self.remove_of_grant(&authorization, |_| true);
                Err(NotExchanged::Reused(details))
            }
            standing if settings.rotates() => {
                let was_rotating = family.rotate(standing, settings, now);
                let next = Token::next(token, family.counter());
                family.expect(&next);
                if !was_rotating {
                    self.remove_of_grant(&authorization, |other| !other.rotates());
                }
                Ok(Some(next.write()))
            }
            _ if family.rotates() => {
                let (jkt, end) = (family.jkt.clone(), family.expires_at());
                self.remove(handle);
                let family = Family::new(settings, authorization, jkt, end, now);
                Ok(client.may_keep_refresh_tokens().then(|| self.insert(family, now)))
            }
            _ => {
                family.touch(now);
                Ok(None)
            }
        }
    }

    fn insert(&mut self, family: Family, now: Timestamp) -> Secret {
        let login = login(&family.authorization);
        let mut own: Vec<Handle> = self.of_login(&login).collect();
        own.retain(|handle| {
            let lives = self.by_handle.get(handle).is_some_and(|family| family.is_alive(now));
            if !lives {
                self.remove(*handle);
            }
            lives
        });
        let surplus = (own.len() + 1).saturating_sub(AT_MOST_OF_A_LOGIN);
        for handle in own.into_iter().take(surplus) {
            self.remove(handle);
        }
        while self.by_handle.len() >= AT_MOST
            && let Some((_, oldest)) = self.by_age.first_key_value()
        {
            self.remove(*oldest);
        }

        let mut family = family;
        let token = Token::first();
        let handle = token.handle();
        family.expect(&token);
        self.created += 1;
        family.set_position(self.created);
        self.by_age.insert(self.created, handle);
        self.by_login.entry(login).or_default().insert(self.created, handle);
        self.by_handle.insert(handle, family);
        token.write()
    }

    /// The families of a person with a client, the oldest first.
    fn of_login(&self, login: &Login) -> impl Iterator<Item = Handle> {
        self.by_login.get(login).into_iter().flat_map(|own| own.values().copied())
    }

    fn remove(&mut self, handle: Handle) {
        let Some(family) = self.by_handle.remove(&handle) else { return };
        self.by_age.remove(&family.position());
        let login = login(&family.authorization);
        if let Some(own) = self.by_login.get_mut(&login) {
            own.remove(&family.position());
            if own.is_empty() {
                self.by_login.remove(&login);
            }
        }
    }

    fn remove_where(&mut self, goes: impl Fn(&Family) -> bool) {
        let own = |(handle, family): (&Handle, &Family)| goes(family).then_some(*handle);
        let own: Vec<Handle> = self.by_handle.iter().filter_map(own).collect();
        for handle in own {
            self.remove(handle);
        }
    }

    /// Removes those families of the same person, client and API that satisfy `goes`.
    fn remove_of_grant(&mut self, authorization: &Authorization, goes: impl Fn(&Family) -> bool) {
        let own: Vec<Handle> = self.of_login(&login(authorization)).collect();
        for handle in own {
            let goes = self.by_handle.get(&handle).is_some_and(|family| {
                family.authorization.audience == authorization.audience && goes(family)
            });
            if goes {
                self.remove(handle);
            }
        }
    }
}

fn login(authorization: &Authorization) -> Login {
    (authorization.user_id.clone(), authorization.client_id.clone())
}

#[cfg(test)]
mod tests;
