//! A peer that plays APNs over real TLS: it does what a test tells it, and remembers what it was sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Deed of the peer when a request comes.
#[derive(Clone)]
pub(crate) enum Deed {
    /// Answers.
    Answer(u16, &'static [(&'static str, &'static str)], &'static str),
    /// Sends a head and the beginning of a body, and no more.
    Begin(u16, &'static str),
    /// Does something later.
    After(Duration, Box<Deed>),
    /// Answers 200 once it is told to.
    Once(watch::Receiver<bool>),
    /// RST_STREAM.
    Reset(h2::Reason),
    /// Does nothing.
    Silence,
    /// Closes the TCP connection.
    HangUp,
}

/// A 200.
pub(crate) const ACCEPT: Deed = Deed::Answer(200, &[], "");

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Number of the connection, counted from 1.
    pub(crate) connection: usize,
    pub(crate) path: String,
    pub(crate) authority: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Number of requests on this connection that were open with it.
    pub(crate) open: usize,
}

/// Manners of the peer on a connection.
#[derive(Clone)]
pub(crate) struct Manners {
    pub(crate) name: &'static str,
    pub(crate) years: (i32, i32),
    pub(crate) alpn: bool,
    /// Speaks frames of the test's own instead of HTTP/2's.
    pub(crate) raw: Option<Raw>,
}

/// A server without manners.
#[derive(Clone, Copy)]
pub(crate) enum Raw {
    /// Takes the TLS handshake and says nothing.
    Mute,
    /// Opens the connection, and then hears nothing more.
    Deaf,
    /// Answers the first HEADERS, then allows no stream for a while, and many after that.
    Throttle(Duration),
    /// Answers the first HEADERS with a GOAWAY that excludes or covers it, then closes.
    GoAway { last_stream: u32 },
    /// The same, with these words: the connection did not see the request.
    LastWords(&'static [u8]),
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            name: "localhost",
            years: (2020, 2120),
            alpn: true,
            raw: None,
        }
    }
}

/// The peer.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) authority: CertificateDer<'static>,
    state: Arc<State>,
    hang_up: watch::Sender<usize>,
}

type Script = Box<dyn Fn(usize, &Seen) -> Deed + Send + Sync>;

struct State {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    /// Number of HEADERS that came to a server without manners.
    heads: AtomicUsize,
    script: Script,
}

impl Peer {
    /// A peer that does the same with every request.
    pub(crate) async fn that(deed: Deed) -> Self {
        Self::start(Manners::default(), move |_, _| deed.clone()).await
    }

    /// A peer that takes what to do from `script`, which gets the request and its number from 0.
    pub(crate) async fn start(
        manners: Manners,
        script: impl Fn(usize, &Seen) -> Deed + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(super::running::ANY_PORT)
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (acceptor, authority) = identity(&manners);
        let (hang_up, hung_up) = watch::channel(0);
        let state = Arc::new(State {
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            heads: AtomicUsize::new(0),
            script: Box::new(script),
        });
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, state, mut hung_up, raw) = (
                    acceptor.clone(),
                    shared.clone(),
                    hung_up.clone(),
                    manners.raw,
                );
                tokio::spawn(async move {
                    hung_up.mark_unchanged();
                    tokio::select! {
                        () = converse(stream, acceptor, state, raw) => {}
                        _ = hung_up.changed() => {}
                    }
                });
            }
        });
        Self {
            address,
            authority,
            state,
            hang_up,
        }
    }

    /// Requests that it was sent, in order.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().expect("not poisoned").clone()
    }

    /// Number of connections that came as far as HTTP/2.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Number of HEADERS that came to a server without manners.
    pub(crate) fn heads(&self) -> usize {
        self.state.heads.load(Ordering::SeqCst)
    }

    /// Closes every connection without a word.
    pub(crate) fn hang_up(&self) {
        self.hang_up.send_modify(|times| *times += 1);
    }
}

fn identity(manners: &Manners) -> (TlsAcceptor, CertificateDer<'static>) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"))
        .expect("an authority");

    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new([manners.name.to_owned()]).expect("a name");
    params.not_before = rcgen::date_time_ymd(manners.years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(manners.years.1, 1, 1);
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let mut config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("they belong together");
    if manners.alpn {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    (TlsAcceptor::from(Arc::new(config)), authority.der().clone())
}

async fn converse(stream: TcpStream, acceptor: TlsAcceptor, state: Arc<State>, raw: Option<Raw>) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    if let Some(raw) = raw {
        return converse_raw(stream, raw, &state).await.unwrap_or_default();
    }
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    let number = state.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let open = Arc::new(AtomicUsize::new(0));
    let (hang_up, mut hung_up) = mpsc::channel(1);
    loop {
        tokio::select! {
            accepted = connection.accept() => {
                let Some(Ok((request, respond))) = accepted else { return };
                tokio::spawn(serve(request, respond, number, open.clone(), state.clone(), hang_up.clone()));
            }
            _ = hung_up.recv() => return,
        }
    }
}

async fn serve(
    request: Request<h2::RecvStream>,
    respond: SendResponse<Bytes>,
    connection: usize,
    open: Arc<AtomicUsize>,
    state: Arc<State>,
    hang_up: mpsc::Sender<()>,
) {
    let now_open = open.fetch_add(1, Ordering::SeqCst) + 1;
    let (parts, mut stream) = request.into_parts();
    let mut body = Vec::new();
    while let Some(Ok(chunk)) = stream.data().await {
        body.extend_from_slice(&chunk);
    }
    let authority = parts
        .uri
        .authority()
        .map(ToString::to_string)
        .unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let seen = Seen {
        connection,
        path,
        authority,
        headers: parts.headers,
        body: body.into(),
        open: now_open,
    };
    let number = {
        let mut all = state.seen.lock().expect("not poisoned");
        all.push(seen.clone());
        all.len() - 1
    };
    do_it((state.script)(number, &seen), respond, &open, hang_up).await;
}

async fn do_it(
    mut deed: Deed,
    mut respond: SendResponse<Bytes>,
    open: &AtomicUsize,
    hang_up: mpsc::Sender<()>,
) {
    loop {
        match deed {
            Deed::After(delay, then) => {
                sleep(delay).await;
                deed = *then;
            }
            Deed::Once(mut told) => {
                let _ = told.wait_for(|told| *told).await;
                deed = ACCEPT;
            }
            now => {
                deed = now;
                break;
            }
        }
    }
    open.fetch_sub(1, Ordering::SeqCst);
    match deed {
        Deed::Answer(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            let response = response.body(()).expect("a legal answer");
            // The client may be gone already; that is its test's business.
            if let Ok(mut stream) = respond.send_response(response, body.is_empty()) {
                let _ = stream.send_data(Bytes::from_static(body.as_bytes()), true);
            }
        }
        Deed::Begin(status, body) => {
            let response = Response::builder()
                .status(status)
                .body(())
                .expect("a legal answer");
            if let Ok(mut stream) = respond.send_response(response, false) {
                let _ = stream.send_data(Bytes::from_static(body.as_bytes()), false);
                std::future::pending::<()>().await;
            }
        }
        Deed::Reset(reason) => respond.send_reset(reason),
        Deed::HangUp => {
            let _ = hang_up.send(()).await;
            // To let go of the stream would reset it first.
            std::future::pending::<()>().await;
        }
        Deed::Silence | Deed::After(..) | Deed::Once(_) => std::future::pending().await,
    }
}

/// SETTINGS with SETTINGS_MAX_CONCURRENT_STREAMS alone (RFC 9113 §6.5.2).
fn most_streams(count: u8) -> [u8; 15] {
    [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, count]
}

/// RFC 9113 §4.1 and §6, as little as it takes.
async fn converse_raw(
    mut stream: TlsStream<TcpStream>,
    raw: Raw,
    state: &State,
) -> std::io::Result<()> {
    const PREFACE: usize = 24;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    const GOAWAY: u8 = 7;
    let mut preface = [0; PREFACE];
    stream.read_exact(&mut preface).await?;
    if matches!(raw, Raw::Mute) {
        return std::future::pending().await;
    }
    stream
        .write_all(&[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0])
        .await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        stream.read_exact(&mut payload).await?;
        match head[3] {
            SETTINGS if head[4] == 0 => {
                stream
                    .write_all(&[0, 0, 0, SETTINGS, 1, 0, 0, 0, 0])
                    .await?
            }
            PING => {
                stream.write_all(&[0, 0, 8, PING, 1, 0, 0, 0, 0]).await?;
                stream.write_all(&payload).await?;
            }
            HEADERS => {
                let (last_stream, words): (u32, &[u8]) = match raw {
                    Raw::GoAway { last_stream } => (last_stream, b""),
                    Raw::LastWords(words) => (0, words),
                    Raw::Mute | Raw::Deaf => return std::future::pending().await,
                    Raw::Throttle(pause) => {
                        state.heads.fetch_add(1, Ordering::SeqCst);
                        // `:status 200` of the static table of HPACK, and the end of the stream.
                        stream
                            .write_all(&[
                                0, 0, 1, HEADERS, 5, head[5], head[6], head[7], head[8], 0x88,
                            ])
                            .await?;
                        stream.write_all(&most_streams(0)).await?;
                        sleep(pause).await;
                        stream.write_all(&most_streams(100)).await?;
                        continue;
                    }
                };
                let [_, length @ ..] = (8 + words.len() as u32).to_be_bytes();
                stream
                    .write_all(
                        &[
                            &length[..],
                            &[GOAWAY, 0, 0, 0, 0, 0],
                            &last_stream.to_be_bytes(),
                            &[0; 4],
                            words,
                        ]
                        .concat(),
                    )
                    .await?;
                stream.flush().await?;
                return stream.shutdown().await;
            }
            _ => {}
        }
    }
}
