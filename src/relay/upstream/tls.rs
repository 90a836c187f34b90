//! TLS towards APNs: whose certificates are believed, and that HTTP/2 is spoken.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;

use super::classify::Cause;
use super::target::Trust;

const HTTP2: &[u8] = b"h2";

/// The system's roots, read when they are first needed: a day with the simulator never needs them.
#[derive(Default)]
pub(crate) struct Tls {
    system: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    /// A connector that believes whom `trust` says.
    pub(crate) async fn connector(&self, trust: &Trust) -> Result<TlsConnector, Cause> {
        let config = match trust {
            Trust::System => self.system.get_or_try_init(load_system).await?.clone(),
            Trust::Only(authorities) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(authorities.iter().cloned());
                configure(roots)?
            }
        };
        Ok(TlsConnector::from(config))
    }
}

async fn load_system() -> Result<Arc<ClientConfig>, Cause> {
    let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await.map_err(|_| Cause::NoRoots)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    configure(roots)
}

fn configure(roots: RootCertStore) -> Result<Arc<ClientConfig>, Cause> {
    if roots.is_empty() {
        return Err(Cause::NoRoots);
    }
    // The provider is named because a process-wide default could be anybody's choice.
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| Cause::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(Arc::new(config))
}

/// Whether the server agreed to speak HTTP/2.
pub(crate) fn speaks_http2(session: &rustls::ClientConnection) -> bool {
    session.alpn_protocol() == Some(HTTP2)
}
