//! TLS client configuration for APNs: trusted authorities, client certificate, and HTTP/2 as the
//! only protocol.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;

use super::failure::Cause;
use super::target::Trust;
use crate::relay::identity::Identity;

const HTTP2: &[u8] = b"h2";

/// TLS configurations. The system's authorities are read on first use; the simulator never needs
/// them.
#[derive(Default)]
pub(crate) struct Tls {
    system: OnceCell<System>,
}

struct System {
    roots: Arc<RootCertStore>,
    /// Configuration for connections without a client certificate. It caches TLS sessions, which no
    /// identity may share.
    anonymous: Arc<ClientConfig>,
}

impl Tls {
    /// Returns a connector that trusts `trust` and offers the certificate of `identity` if the
    /// server asks for one.
    pub(crate) async fn connector(
        &self,
        trust: &Trust,
        identity: Option<&Identity>,
    ) -> Result<TlsConnector, Cause> {
        let config = match trust {
            Trust::System => {
                let system = self.system.get_or_try_init(System::load).await?;
                match identity {
                    None => system.anonymous.clone(),
                    some => configure(system.roots.clone(), some)?,
                }
            }
            Trust::Only(authorities) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(authorities.iter().cloned());
                configure(Arc::new(roots), identity)?
            }
        };
        Ok(TlsConnector::from(config))
    }
}

impl System {
    async fn load() -> Result<Self, Cause> {
        let roots = Arc::new(system_roots().await?);
        Ok(Self {
            anonymous: configure(roots.clone(), None)?,
            roots,
        })
    }
}

/// Reads the certificate authorities that this machine trusts.
pub(crate) async fn system_roots() -> Result<RootCertStore, Cause> {
    let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs)
        .await
        .map_err(|_| Cause::NoRoots)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    Ok(roots)
}

fn configure(
    roots: Arc<RootCertStore>,
    identity: Option<&Identity>,
) -> Result<Arc<ClientConfig>, Cause> {
    if roots.is_empty() {
        return Err(Cause::NoRoots);
    }
    // The provider is named explicitly: any other code could have set the process-wide default.
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| Cause::Tls)?
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(identity) => builder.with_client_cert_resolver(identity.resolver()),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(Arc::new(config))
}

/// `true` if the server agreed to HTTP/2.
pub(crate) fn speaks_http2(session: &rustls::ClientConnection) -> bool {
    session.alpn_protocol() == Some(HTTP2)
}
