//! The `provider` binary.

use std::process::ExitCode;

use clap::Parser;

const TROUBLE: &str = "\
Trouble on request, while it listens on loopback (POST, JSON):
  /control/fail                   {\"endpoint\":\"token\",\"failure\":\"server_error\",\"times\":1}
                                  endpoints: token, userinfo, calendar
                                  failures: revoked, server_error, rate_limited (with retry_after), garbage
  /control/delay                  {\"endpoint\":\"token\",\"milliseconds\":3000}, 0 ends it
  /control/revoke                 {\"email\":\"ada@example.com\"}: takes back all that she allowed
  /control/expire-refresh-tokens  {}
  /control/advance                {\"seconds\":3600}: moves the provider's clock
  /control/reset                  {}: ends failures and delays";

/// The external provider: Google's and GitHub's OAuth, and a calendar in Google Calendar's shape.
#[derive(Parser)]
#[command(version, after_help = TROUBLE)]
struct Cli {
    #[command(flatten)]
    config: provider::Config,
}

#[tokio::main]
async fn main() -> ExitCode {
    service::running::run(provider::start(Cli::parse().config)).await
}
