//! The bare relay: hyper's server and one `h2` connection, without a check, a limit or a deadline.
//! The difference between it and Trill is the cost of Trill's own work.

use std::error::Error;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use http::{HeaderMap, Method, Request, Response, Uri, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

/// First argument of the program that is this relay; then come its port, that of the upstream, and
/// the upstream's authority.
pub(crate) const WORD: &str = "bare-relay";

type Failure = Box<dyn Error + Send + Sync>;

/// Serves until the process is ended.
pub(crate) fn serve(arguments: &[String]) -> Result<(), Failure> {
    let [port, upstream, authority] = arguments else {
        return Err("PORT UPSTREAM AUTHORITY".into());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let connection = connect(upstream.parse()?, Path::new(authority)).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (connection, upstream) = (connection.clone(), upstream.clone());
            let service =
                service_fn(move |request| pass_on(connection.clone(), upstream.clone(), request));
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(served);
        }
    })
}

async fn connect(port: u16, authority: &Path) -> Result<SendRequest<Bytes>, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&fs::read(authority)?)?)?;
    let mut config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::try_from("localhost")?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let (connection, transport) = h2::client::handshake(stream).await?;
    tokio::spawn(transport);
    Ok(connection)
}

async fn pass_on(
    connection: SendRequest<Bytes>,
    upstream: String,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let path = parts.uri.path();
    let mut push = Request::new(());
    *push.method_mut() = Method::POST;
    *push.version_mut() = Version::HTTP_2;
    *push.uri_mut() = Uri::builder()
        .scheme("https")
        .authority(format!("localhost:{upstream}"))
        .path_and_query(path.strip_prefix("/sandbox").unwrap_or(path))
        .build()?;
    *push.headers_mut() = pushed(parts.headers);
    let (answer, mut stream) = connection.ready().await?.send_request(push, false)?;
    stream.send_data(body, true)?;
    let (head, mut stream) = answer.await?.into_parts();
    let mut body = BytesMut::new();
    while let Some(chunk) = stream.data().await {
        let chunk = chunk?;
        stream.flow_control().release_capacity(chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    let mut reply = Response::new(Full::new(body.freeze()));
    *reply.status_mut() = head.status;
    Ok(reply)
}

/// The headers that APNs knows.
fn pushed(headers: HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::with_capacity(headers.len());
    let mut last = None;
    for (name, value) in headers {
        last = name.or(last);
        if let Some(name) = last.clone()
            && (name == http::header::AUTHORIZATION || name.as_str().starts_with("apns-"))
        {
            kept.append(name, value);
        }
    }
    kept
}
