//! The server: from a TCP connection to the requests on it, HTTP/2 over TLS and nothing else.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustls::ServerConnection;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificates::ALPN;
use super::client_certificate::ClientCertificate;
use super::exchange;
use super::face::Face;
use super::shared::Shared;

/// More than a relay or a test run opens.
const MOST_CONNECTIONS: usize = 1_024;
/// As many as APNs grants once a connection is trusted.
const MOST_STREAMS: u32 = 1_000;
/// Room for every header APNs knows, several times over.
const LARGEST_HEADERS: u32 = 16 * 1024;
/// TLS and the first frames together.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);
/// After an error of the listener itself, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

type H2 = h2::server::Connection<TlsStream<TcpStream>, Bytes>;

/// What TLS says about a client.
struct Peer {
    face: Face,
    certificate: Option<ClientCertificate>,
}

/// Accepts connections for ever; they end when this does. All of them reach `face`, or without one
/// the face that TLS names.
pub(crate) async fn run(listener: TcpListener, tls: TlsAcceptor, shared: Arc<Shared>, face: Option<Face>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        match accepted {
            // Over the limit the connection is closed at once, which its client can tell from a hang.
            Ok((tcp, _)) if connections.len() < MOST_CONNECTIONS => {
                connections.spawn(serve(tcp, tls.clone(), Arc::clone(&shared), face));
            }
            Ok(_) => {}
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn serve(tcp: TcpStream, tls: TlsAcceptor, shared: Arc<Shared>, face: Option<Face>) {
    // A client that fails here has told nothing about a push; it sees its connection end.
    let Ok(Ok((mut h2, peer))) = timeout(HANDSHAKE_DEADLINE, handshake(tcp, &tls)).await else { return };
    let connection = Arc::new(shared.connect(face.unwrap_or(peer.face), peer.certificate));
    while let Some(Ok((request, respond))) = h2.accept().await {
        tokio::spawn(exchange::serve(Arc::clone(&shared), Arc::clone(&connection), request, respond));
    }
}

async fn handshake(tcp: TcpStream, tls: &TlsAcceptor) -> io::Result<(H2, Peer)> {
    tcp.set_nodelay(true)?;
    let stream = tls.accept(tcp).await?;
    // TLS refuses other protocols by itself, but not a client that names none.
    if stream.get_ref().1.alpn_protocol() != Some(ALPN) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let peer = Peer::of(stream.get_ref().1);
    let mut settings = h2::server::Builder::new();
    settings.max_concurrent_streams(MOST_STREAMS).max_header_list_size(LARGEST_HEADERS);
    let h2 = settings.handshake(stream).await.map_err(io::Error::other)?;
    Ok((h2, peer))
}

impl Peer {
    fn of(tls: &ServerConnection) -> Self {
        let leaf = tls.peer_certificates().and_then(<[_]>::first);
        // TLS has read it already, so it can be read.
        Self { face: Face::of_host(tls.server_name()), certificate: leaf.map(|leaf| ClientCertificate::read(leaf).unwrap_or_default()) }
    }
}
