//! The two providers that stand in one here.

/// Whose words are spoken; what one of them issued is nothing at the other's paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dialect {
    /// [Google](https://developers.google.com/identity/protocols/oauth2/web-server): short-lived access tokens, and
    /// refresh tokens for who asks.
    Google,
    /// [GitHub's OAuth apps](https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps):
    /// access tokens without end, and nothing else.
    GitHub,
}
