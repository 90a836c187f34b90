//! A small APNs client: HTTP/2 over TLS on one connection, nothing repeated, nothing hidden.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{HeaderMap, Request};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// One connection to an APNs.
pub(crate) struct H2Client {
    requests: SendRequest<Bytes>,
}

/// Answer as it came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// `true` if the headers were the whole answer.
    pub(crate) ended_with_headers: bool,
}

impl Answer {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("headers of answers are ASCII"))
    }

    /// The body as JSON; null when it is empty.
    pub(crate) fn json(&self) -> Value {
        if self.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&self.body).expect("bodies are JSON")
        }
    }

    /// The reason in the body.
    pub(crate) fn reason(&self) -> Option<String> {
        self.json()["reason"].as_str().map(str::to_owned)
    }
}

/// Opens a TLS connection that trusts `authority` alone and offers `protocols`.
pub(crate) async fn tls(
    address: SocketAddr,
    authority: &CertificateDer<'static>,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    tls_as("localhost", address, authority, protocols).await
}

/// A client certificate and its private key.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads both from one PEM text.
    pub(crate) fn from_pem(pem: &str) -> Self {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
        Self {
            certificate,
            key: PrivateKeyDer::from_pem_slice(pem.as_bytes()).expect("a private key"),
        }
    }
}

/// The same, expecting a certificate for `name`.
pub(crate) async fn tls_as(
    name: &'static str,
    address: SocketAddr,
    authority: &CertificateDer<'static>,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    tls_with(name, address, authority, protocols, None).await
}

/// The same, showing a client certificate.
async fn tls_with(
    name: &'static str,
    address: SocketAddr,
    authority: &CertificateDer<'static>,
    protocols: &[&str],
    identity: Option<&Identity>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots
        .add(authority.clone())
        .expect("the authority is a certificate");
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_root_certificates(roots);
    let mut config = match identity {
        None => config.with_no_client_auth(),
        Some(Identity { certificate, key }) => config
            .with_client_auth_cert(vec![certificate.clone()], key.clone_key())
            .expect("the key fits the certificate"),
    };
    config.alpn_protocols = protocols
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    let name = ServerName::try_from(name).expect("a name of a certificate");
    TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
}

impl H2Client {
    /// Connects and says hello.
    pub(crate) async fn connect(address: SocketAddr, authority: &CertificateDer<'static>) -> Self {
        Self::over(
            tls(address, authority, &["h2"])
                .await
                .expect("TLS succeeds"),
        )
        .await
    }

    /// Says hello on a connection that is there.
    pub(crate) async fn over(stream: TlsStream<TcpStream>) -> Self {
        let (requests, connection) = h2::client::handshake(stream)
            .await
            .expect("HTTP/2 succeeds");
        tokio::spawn(connection);
        Self { requests }
    }

    /// Connects to `name`, with a client certificate or without one.
    pub(crate) async fn connect_as(
        name: &'static str,
        address: SocketAddr,
        authority: &CertificateDer<'static>,
        identity: Option<&Identity>,
    ) -> std::io::Result<Self> {
        let stream = tls_with(name, address, authority, &["h2"], identity).await?;
        let (requests, connection) = h2::client::handshake(stream)
            .await
            .map_err(std::io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self { requests })
    }

    /// Sends one request and waits for the answer.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Answer {
        self.try_send(method, path, headers, body)
            .await
            .expect("an answer comes")
    }

    /// The same, for requests whose stream may be reset.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Answer, h2::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("https://localhost{path}"))
            .body(())
            .expect("a legal request");
        request.headers_mut().clone_from(headers);
        let mut requests = self.requests.clone().ready().await?;
        let (response, mut stream) = requests.send_request(request, body.is_empty())?;
        if !body.is_empty() {
            // A server may answer and hang up before it has read everything.
            let _ = stream.send_data(Bytes::copy_from_slice(body), true);
        }
        let (head, mut stream) = response.await?.into_parts();
        let ended_with_headers = stream.is_end_stream();
        let mut body = Vec::new();
        while let Some(piece) = stream.data().await {
            let piece = piece?;
            stream.flow_control().release_capacity(piece.len())?;
            body.extend_from_slice(&piece);
        }
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.into(),
            ended_with_headers,
        })
    }
}
