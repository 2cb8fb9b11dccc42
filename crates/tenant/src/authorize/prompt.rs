//! `prompt`, `max_age` and `id_token_hint`: what the person is asked in any case, and who it is to be (AZ-1/12, AZ-1/13,
//! AZ-1/24; OpenID Connect Core §3.1.2.1).

use wire::ids::UserId;
use wire::parameters::Parameters;

use super::error::Refusal;
use crate::id_token_hint;
use crate::store::clients::Client;
use crate::tenant::State as Tenant;

/// One value of `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Nothing, ever: what cannot be answered at once is refused.
    None,
    /// To log in, logged in or not.
    Login,
    /// To consent, even to what was consented to before.
    Consent,
    /// To choose the account.
    SelectAccount,
}

/// The values of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prompts(Vec<Prompt>);

impl Prompts {
    /// `none` stands alone (AZ-3/15).
    pub(super) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let words = parameters.get("prompt").unwrap_or_default().split_ascii_whitespace();
        let prompts = words.map(prompt).collect::<Result<Vec<_>, _>>()?;
        if prompts.contains(&Prompt::None) && prompts.len() > 1 {
            return Err(Refusal::PromptNoneAndAnother);
        }
        Ok(Self(prompts))
    }

    pub(crate) fn contains(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }

    /// Takes out what has been asked.
    pub(crate) fn remove(&mut self, prompt: Prompt) {
        self.0.retain(|own| *own != prompt);
    }
}

fn prompt(word: &str) -> Result<Prompt, Refusal> {
    match word {
        "none" => Ok(Prompt::None),
        "login" => Ok(Prompt::Login),
        "consent" => Ok(Prompt::Consent),
        "select_account" => Ok(Prompt::SelectAccount),
        _ => Err(Refusal::Malformed("prompt")),
    }
}

/// Seconds; anything but a number is refused.
pub(super) fn max_age(parameters: &Parameters) -> Result<Option<u64>, Refusal> {
    let Some(text) = parameters.get("max_age") else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| Refusal::Malformed("max_age"))
}

/// The person of whom an ID token speaks that the client has from an earlier login.
pub(super) fn expected_user(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<UserId>, Refusal> {
    let Some(hint) = parameters.get("id_token_hint") else {
        return Ok(None);
    };
    let subject = id_token_hint::subject(tenant, client, hint);
    subject.map(Some).map_err(|_| Refusal::Malformed("id_token_hint"))
}
