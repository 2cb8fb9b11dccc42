//! Options by which Auth0 names a scope (`ConnectionOptionsGoogleOAuth2`, `ConnectionOptionsGitHub` in its SDKs): the
//! switches of its dashboard. Flags of services that Google has ended are none of ours.

/// An option that is on or off.
pub(crate) struct Flag {
    /// Auth0's name for it.
    pub(crate) name: &'static str,
    /// What it asks for at the provider.
    pub(crate) scope: &'static str,
}

const fn flag(name: &'static str, scope: &'static str) -> Flag {
    Flag { name, scope }
}

/// [Google's scopes](https://developers.google.com/identity/protocols/oauth2/scopes).
pub(super) const GOOGLE: &[Flag] = &[
    flag("email", "email"),
    flag("profile", "profile"),
    flag("calendar", "https://www.googleapis.com/auth/calendar"),
    flag("calendar_events", "https://www.googleapis.com/auth/calendar.events"),
    flag("calendar_events_readonly", "https://www.googleapis.com/auth/calendar.events.readonly"),
    flag(
        "calendar_settings_readonly",
        "https://www.googleapis.com/auth/calendar.settings.readonly",
    ),
    flag("contacts_readonly", "https://www.googleapis.com/auth/contacts.readonly"),
    flag("drive", "https://www.googleapis.com/auth/drive"),
    flag("drive_file", "https://www.googleapis.com/auth/drive.file"),
    flag("drive_readonly", "https://www.googleapis.com/auth/drive.readonly"),
    flag("gmail", "https://mail.google.com/"),
    flag("gmail_compose", "https://www.googleapis.com/auth/gmail.compose"),
    flag("gmail_readonly", "https://www.googleapis.com/auth/gmail.readonly"),
    flag("gmail_send", "https://www.googleapis.com/auth/gmail.send"),
    flag("tasks", "https://www.googleapis.com/auth/tasks"),
    flag("tasks_readonly", "https://www.googleapis.com/auth/tasks.readonly"),
    flag("youtube", "https://www.googleapis.com/auth/youtube"),
    flag("youtube_readonly", "https://www.googleapis.com/auth/youtube.readonly"),
];

/// [GitHub's scopes](https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps).
pub(super) const GITHUB: &[Flag] = &[
    flag("admin_org", "admin:org"),
    flag("admin_public_key", "admin:public_key"),
    flag("admin_repo_hook", "admin:repo_hook"),
    flag("delete_repo", "delete_repo"),
    flag("email", "user:email"),
    flag("follow", "user:follow"),
    flag("gist", "gist"),
    flag("notifications", "notifications"),
    flag("profile", "read:user"),
    flag("public_repo", "public_repo"),
    flag("read_org", "read:org"),
    flag("read_public_key", "read:public_key"),
    flag("read_repo_hook", "read:repo_hook"),
    flag("read_user", "read:user"),
    flag("repo", "repo"),
    flag("repo_deployment", "repo_deployment"),
    flag("repo_status", "repo:status"),
    flag("write_org", "write:org"),
    flag("write_public_key", "write:public_key"),
    flag("write_repo_hook", "write:repo_hook"),
];
