//! HTTP/2 server over TLS, from a TCP connection to the requests on it.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::apns::Apns;
use super::apple_environment::AppleEnvironment;
use super::connection::Connection;
use super::exchange::Exchange;
use super::faults::{Firing, fault_injector};
use super::transport::certificates::Certificates;
use super::transport::concurrent_streams::MOST_STREAMS;
use super::transport::wire::Wire;
use crate::apns::Certificate;

/// Maximum number of open connections, more than a relay or a test run opens.
const MOST_CONNECTIONS: usize = 1_024;
/// Settings of APNs, as its clients report them (pushy, issue 356; aapns 23.7; apnotic, pull
/// request 141). The limit on streams is not fixed, because it depends on the provider token.
const HEADER_TABLE: u32 = 4_096;
const WINDOW: u32 = 65_535;
const LARGEST_FRAME: u32 = 16_384;
const LARGEST_HEADER_LIST: u32 = 8_000;
/// Pause after an error of the listener itself, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

type H2 = h2::server::Connection<Wire<TlsStream<TcpStream>>, Bytes>;

/// Accepts connections forever; they end when this future is dropped. All of them reach
/// `environment` or, if it is `None`, the environment that TLS selects.
pub(crate) async fn run(
    mut listener: TcpListener,
    certificates: Arc<Certificates>,
    apns: Arc<Apns>,
    environment: Option<AppleEnvironment>,
) {
    let mut connections = JoinSet::new();
    let mut restarts = apns.faults.restarts();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Ok(()) = restarts.changed() => {
                let down = *restarts.borrow_and_update();
                listener = restart(listener, &mut connections, down).await;
                continue;
            }
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            // Over the limit, the connection is closed at once, so that its client can tell this
            // from a hang.
            Ok((tcp, _)) if connections.len() < MOST_CONNECTIONS => {
                connections.spawn(serve(
                    tcp,
                    Arc::clone(&certificates),
                    Arc::clone(&apns),
                    environment,
                ));
            }
            Ok(_) => {}
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Drops every connection and the listener, as the end of a process does, and listens again after
/// `down`.
async fn restart(
    listener: TcpListener,
    connections: &mut JoinSet<()>,
    down: Duration,
) -> TcpListener {
    // A listener that was bound has an address.
    let address = listener
        .local_addr()
        .unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
    drop(listener);
    connections.shutdown().await;
    sleep(down).await;
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn serve(
    tcp: TcpStream,
    certificates: Arc<Certificates>,
    apns: Arc<Apns>,
    environment: Option<AppleEnvironment>,
) {
    // A connection with a lasting fault ends when the fault is disabled.
    let mut changes = apns.faults.changes();
    let connection = Arc::new(apns.connect(environment));
    let firing = apns.faults.fire_on_connection();
    if let Some(firing) = &firing {
        fault_injector::inject_into_connection(&apns, &connection, firing);
    }
    let handshake = handshake(tcp, &certificates, &connection, firing.as_ref());
    // A failed handshake is not recorded, because the client has sent no push; it sees its
    // connection end.
    let handshake = tokio::select! {
        handshake = timeout(connection.handshake_deadline(), handshake) => handshake,
        () = connection.lasting_fault_ended(&mut changes) => return,
    };
    let Ok(Ok(mut h2)) = handshake else { return };
    loop {
        let accepted = tokio::select! {
            accepted = h2.accept() => accepted,
            () = connection.lasting_fault_ended(&mut changes) => return,
        };
        let Some(Ok(mut accepted)) = accepted else {
            return;
        };
        // Requests that arrived together are answered together: `accept` also sends the answers,
        // and would send each in a TLS record of its own. All these requests have been read by now.
        connection.wire_control.hold(true);
        loop {
            serve_request(&apns, &connection, accepted).await;
            accepted = match h2.accept().now_or_never() {
                Some(Some(Ok(next))) => next,
                _ => break,
            };
        }
        connection.wire_control.hold(false);
    }
}

/// Serves one request. If it cannot be finished at once, it continues in a task of its own.
async fn serve_request(
    apns: &Arc<Apns>,
    connection: &Arc<Connection>,
    (request, mut respond): (http::Request<RecvStream>, SendResponse<Bytes>),
) {
    let Some(stream) = connection.open_stream() else {
        respond.send_reset(Reason::REFUSED_STREAM);
        return;
    };
    let (apns, connection) = (Arc::clone(apns), Arc::clone(connection));
    let exchange = Exchange::new(apns, connection, stream, request, respond);
    if let Some(rest) = serve_exchange(exchange) {
        begin(rest).await;
    }
}

/// Remaining work of an exchange that was not finished at once.
type Rest = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves one exchange. Most requests have arrived completely and are answered at once. For any
/// other, or if a fault fires, returns the remaining work.
fn serve_exchange(mut exchange: Exchange) -> Option<Rest> {
    exchange.apns.sweep();
    if exchange.connection.stream_limit.is_below(exchange.stream()) {
        // The body is read nevertheless, because its bytes count for flow control (RFC 9113 §6.8):
        // unread, they would block the streams that are still judged.
        return Some(Box::pin(async move {
            if exchange.receive().await {
                exchange.ignore().await;
            }
        }));
    }
    let firing = exchange
        .apns
        .fire_fault(&exchange.connection, &exchange.request);
    if let Some(firing) = firing {
        return Some(Box::pin(fault_injector::inject(exchange, firing)));
    }
    match exchange.receive().now_or_never() {
        Some(false) => None,
        Some(true) => {
            let Some(decision) = exchange.decide() else {
                return Some(Box::pin(async move { exchange.ignore().await }));
            };
            exchange.answer(&decision);
            None
        }
        None => Some(Box::pin(async move {
            if exchange.receive().await {
                exchange.go_on().await;
            }
        })),
    }
}

/// Starts the remaining work of an exchange. If it has to wait, it gets a task of its own.
async fn begin(mut rest: Rest) {
    if poll_fn(|cx| Poll::Ready(rest.as_mut().poll(cx)))
        .await
        .is_pending()
    {
        tokio::spawn(rest);
    }
}

async fn handshake(
    mut tcp: TcpStream,
    certificates: &Certificates,
    connection: &Connection,
    firing: Option<&Firing>,
) -> io::Result<H2> {
    tcp.set_nodelay(true)?;
    let tls = match firing {
        None => Arc::clone(&certificates.server),
        Some(firing) => fault_injector::inject_before_tls(firing, &mut tcp, certificates).await?,
    };
    let stream = TlsAcceptor::from(tls).accept(tcp).await?;
    // TLS itself refuses other protocols. A client that names none may speak HTTP/2 nevertheless:
    // aioapns does, and its users reach Apple.
    let tls = stream.get_ref().1;
    let certificate = tls.peer_certificates().and_then(<[_]>::first);
    // TLS has read the certificate already, so reading it does not fail.
    connection.meet(
        AppleEnvironment::of_host(tls.server_name()),
        certificate.map(|leaf| Certificate::read(leaf).unwrap_or_default()),
        firing.and_then(fault_injector::stream_cap),
    );
    let mut settings = h2::server::Builder::new();
    settings
        .max_concurrent_streams(MOST_STREAMS)
        .header_table_size(HEADER_TABLE)
        .max_header_list_size(LARGEST_HEADER_LIST);
    // HTTP/2 has these values by default, but APNs sends them.
    settings
        .initial_window_size(WINDOW)
        .max_frame_size(LARGEST_FRAME);
    settings
        .handshake(Wire::new(stream, connection.wire_control.clone()))
        .await
        .map_err(io::Error::other)
}
