//! Hostile clients.

mod bad_requests;
mod crowd;
mod flood;
mod matrix;
mod smuggling;

use trill::apns::Environment;
use trill::relay::{Config, Override};

use super::peer::Peer;
use super::running::in_front_of;

/// The configuration of a relay whose sandbox and production are both `peer`.
fn in_front_of_both(peer: &Peer) -> Config {
    let config = in_front_of(peer);
    let production = Override { environment: Environment::Production, ..config.upstreams[0].clone() };
    let upstreams = [config.upstreams.clone(), vec![production]].concat();
    Config { upstreams, ..config }
}
