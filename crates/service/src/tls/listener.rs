//! Connections that have shaken hands.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many handshakes may be under way. Whoever connects and says nothing holds one until its time is over; beyond
/// this many, new connections wait in the system's queue.
const UNDER_WAY: usize = 512;

/// Hands out connections in the order in which their handshakes end, so that a slow one keeps nobody waiting.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
    most: usize,
}

impl TlsListener {
    pub(crate) fn new(tcp: TcpListener, config: Arc<ServerConfig>) -> Self {
        Self { tcp, acceptor: config.into(), handshakes: JoinSet::new(), most: UNDER_WAY }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                (stream, address) = Listener::accept(&mut self.tcp), if self.handshakes.len() < self.most => {
                    let handshake = timeout(HANDSHAKE, self.acceptor.accept(stream));
                    self.handshakes.spawn(async move { Some((handshake.await.ok()?.ok()?, address)) });
                }
                Some(ended) = self.handshakes.join_next() => {
                    // A client that does not trust us, or speaks no TLS, is no event of ours.
                    if let Ok(Some(connection)) = ended {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use tokio::io::AsyncReadExt;

    use super::super::Authority;
    use super::super::certificates::NAMES;
    use super::super::files::tests::Folder;
    use super::*;
    use crate::clock::Clock;
    use crate::running::{Bound, Running};

    /// A server over TLS whose `/` answers with its peer's address, and a client that trusts it and nobody else.
    async fn server() -> (Running, reqwest::Client) {
        server_of(&NAMES).await
    }

    /// The same with a certificate for these names, which the client looks for at its address.
    async fn server_of(names: &[&str]) -> (Running, reqwest::Client) {
        let folder = Folder::new();
        let now = Clock::system().now();
        let authority = Authority::open(folder.path(), now).unwrap();
        let tls = authority.vouch_for(names, now).unwrap();
        let bound = Bound::over_tls("server", ([127, 0, 0, 1], 0).into(), tls).await;
        let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let running = bound.unwrap().serve(Router::new().route("/", get(peer)));
        let root = reqwest::Certificate::from_pem(authority.certificate().as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([root]);
        let client =
            names.iter().fold(client, |client, name| client.resolve(name, running.address()));
        (running, client.build().unwrap())
    }

    #[tokio::test]
    async fn each_loopback_name_is_vouched_for_and_the_peer_is_known() {
        let (server, client) = server().await;
        for host in ["localhost", "127.0.0.1"] {
            let url = format!("https://{host}:{}/", server.address().port());
            let reply = client.get(url).send().await.unwrap();
            assert!(reply.text().await.unwrap().starts_with("127.0.0.1:"), "{host}");
        }
    }

    #[tokio::test]
    async fn who_does_not_know_the_authority_refuses_the_certificate() {
        let (server, _) = server().await;
        let error = reqwest::get(server.url()).await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
    }

    #[tokio::test]
    async fn a_certificate_for_another_name_is_refused_though_the_authority_signed_it() {
        let (server, client) = server_of(&["www.example.com"]).await;
        let url = format!("https://www.example.com:{}/", server.address().port());
        let error = client.get(url).send().await.unwrap_err();
        assert!(format!("{error:?}").contains("NameConstraintViolation"), "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_handshakes_are_under_way() {
        let folder = Folder::new();
        let now = Clock::system().now();
        let authority = Authority::open(folder.path(), now).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let mut listener = TlsListener::new(tcp, authority.vouch(now).unwrap());
        listener.most = 2;
        let mut silent = Vec::new();
        for _ in 0..4 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }

        assert!(timeout(HANDSHAKE / 2, listener.accept()).await.is_err(), "nobody has spoken");

        assert_eq!(listener.handshakes.len(), 2);
    }

    #[tokio::test]
    async fn a_client_that_says_nothing_keeps_nobody_waiting() {
        let (server, client) = server().await;
        let _silent = TcpStream::connect(server.address()).await.unwrap();

        assert!(client.get(server.url()).send().await.is_ok());

        let stopped = timeout(Duration::from_secs(2), server.stop()).await;
        assert!(stopped.is_ok(), "nor does it keep the server from stopping");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_left_after_a_while() {
        let (server, _) = server().await;
        let mut silent = TcpStream::connect(server.address()).await.unwrap();

        let read = timeout(HANDSHAKE * 2, silent.read(&mut [0])).await;

        assert!(matches!(read, Ok(Ok(0) | Err(_))), "{read:?}");
    }
}
