//! The listener: the accept loop, and hyper's HTTP/1 with a limit on everything.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::pace::{LastWord, Pace, Paced};
use super::problem::Problem;
use super::resolute::Resolute;
use super::{Shared, routes};

/// Beyond these, new connections wait in the system's queue.
const MOST_CONNECTIONS: usize = 1_024;
/// For a request's line and headers; browsers send one or two.
const LONGEST_HEAD: usize = 16 * 1024;
/// Browsers send about twenty.
const MOST_HEADERS: usize = 64;
/// Without a free file descriptor `accept` fails at once, and again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is done, then answers what is in flight.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, closing: watch::Sender<bool>, shutdown: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            (place, stream) = accepted => match stream {
                Ok((stream, peer)) => {
                    let shared = shared.clone();
                    connections.spawn(async move {
                        converse(stream, peer.ip(), shared).await;
                        drop(place);
                    });
                }
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    closing.send_replace(true);
    let _ = timeout(shared.config.deadlines.shutdown, async { while connections.join_next().await.is_some() {} }).await;
}

/// Serves one connection. Its errors are the other side's business: it has gone away or spoken nonsense.
async fn converse(stream: TcpStream, address: IpAddr, shared: Arc<Shared>) {
    // Without it Nagle's algorithm holds the second small packet of an answer back for 40 ms.
    let _ = stream.set_nodelay(true);
    let deadlines = shared.config.deadlines;
    let mut closing = shared.closing.clone();
    let pace = Pace::new();
    let stream = Paced::new(stream, pace.clone(), deadlines.head);
    let service = service_fn(move |request| {
        pace.serve();
        answer(shared.clone(), address, request, pace.clone())
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(deadlines.browser_idle)
        .max_buf_size(LONGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = closing.wait_for(|closing| *closing) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Answers: a panic costs one answer, and a push whose sender has hung up still comes to its end.
async fn answer(shared: Arc<Shared>, address: IpAddr, request: Request<Incoming>, pace: Pace) -> Result<Response<LastWord>, Infallible> {
    let uri = request.uri().clone();
    let answered = Resolute::new(routes::answer(shared, address, request)).await;
    let reply = answered.unwrap_or_else(|_| routes::refuse(&Problem::internal(), uri.path()));
    Ok(reply.map(|body| LastWord::new(body, pace)))
}
