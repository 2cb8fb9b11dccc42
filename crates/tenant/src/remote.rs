//! Where the request comes from that is being answered: the log tells it, and so do people's profiles and sessions.
//!
//! It goes with the task that answers the request instead of through every function on the way to a line of the log.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

/// Characters of a user agent that are kept: strangers choose it.
const USER_AGENT: usize = 256;

tokio::task_local! {
    static CURRENT: Remote;
}

/// An address, and what the program there calls itself; nothing of what is unknown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remote {
    pub(crate) ip: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
}

impl Remote {
    /// That of the request that is being answered; nothing is known where none is.
    pub(crate) fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }
}

/// Answers a request in the knowledge of where it comes from.
pub(crate) async fn remember(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|text| text.to_str().ok());
    let remote = Remote {
        ip: peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()),
        user_agent: user_agent.map(|text| text.chars().take(USER_AGENT).collect()),
    };
    CURRENT.scope(remote, next.run(request)).await
}
