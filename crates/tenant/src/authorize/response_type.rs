//! `response_type`: what the answer is made of (AZ-1/2; OAuth 2.0 Multiple Response Type Encoding Practices §3, §5).

use wire::parameters::Parameters;
use wire::scope::ScopeSet;

use super::error::Refusal;
use super::response_mode::ResponseMode;
use crate::store::clients::Client;

/// A set of words in any order: `code id_token` is `id_token code`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResponseType {
    pub(crate) code: bool,
    pub(crate) token: bool,
    pub(crate) id_token: bool,
}

impl ResponseType {
    /// AZ-3/5, AZ-3/6.
    pub(super) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let text = parameters.get("response_type").ok_or(Refusal::Missing("response_type"))?;
        Self::parse(text).ok_or_else(|| Refusal::UnsupportedResponseType(text.to_owned()))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut set = Self::default();
        for word in text.split_ascii_whitespace() {
            let member = match word {
                "code" => &mut set.code,
                "token" => &mut set.token,
                "id_token" => &mut set.id_token,
                _ => return None,
            };
            if std::mem::replace(member, true) {
                return None;
            }
        }
        (set != Self::default()).then_some(set)
    }

    /// Whether tokens come straight from this endpoint: then never in a query, where logs and referrers would have them.
    pub(super) const fn gives_tokens(self) -> bool {
        self.token || self.id_token
    }

    pub(super) const fn default_mode(self) -> ResponseMode {
        if self.gives_tokens() { ResponseMode::Fragment } else { ResponseMode::Query }
    }

    /// Codes need one grant type, tokens the other, and hybrid flows both (AZ-3/7). Third parties get no tokens from
    /// here whatever their grant types say.
    pub(super) fn check_allowed_for(self, client: &Client) -> Result<(), Refusal> {
        let may_have_tokens = client.is_first_party && client.allows_grant("implicit");
        if self.code && !client.allows_grant("authorization_code") {
            return Err(Refusal::GrantNotAllowed("authorization_code"));
        }
        if self.gives_tokens() && !may_have_tokens {
            return Err(Refusal::GrantNotAllowed("implicit"));
        }
        Ok(())
    }

    /// No ID token without `openid`, in whose name the person is told about (OpenID Connect Core §3.1.2.1).
    pub(super) fn check_scope(self, scope: &ScopeSet) -> Result<(), Refusal> {
        if self.id_token && !scope.contains("openid") {
            return Err(Refusal::Missing("scope openid"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AZ-1/2, AZ-3/6.
    #[test]
    fn the_order_of_the_words_means_nothing_and_each_stands_once() {
        assert_eq!(ResponseType::parse("id_token code"), ResponseType::parse("code id_token"));
        for nothing in ["", " ", "codes", "code code", "none", "code none", "CODE"] {
            assert_eq!(ResponseType::parse(nothing), None, "{nothing}");
        }
    }
}
