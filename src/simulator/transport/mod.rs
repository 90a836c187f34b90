//! TLS and HTTP/2 below the requests: certificates, the wire with its control, and the limits on
//! streams.

pub(crate) mod certificates;
pub(crate) mod client_cert_verifier;
pub(crate) mod concurrent_streams;
mod inbound_frames;
pub(crate) mod stream_limit;
pub(crate) mod wire;
pub(crate) mod wire_control;
