//! A relay in this process, in front of a simulator or of a peer that plays APNs.

use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, SocketAddr};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trill::apns::Environment;
use trill::relay::{Config, Deadlines, Override, Relay};
use trill::simulator::Simulator;

use super::peer::Peer;
use super::raw_http1::{self, Answer, Request};

/// A device token of the usual length.
pub(crate) const DEVICE_TOKEN: &str =
    "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

/// Any port of the loopback.
pub(crate) const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Deadlines short enough to wait for.
pub(crate) fn short() -> Deadlines {
    Deadlines {
        connect: Duration::from_millis(700),
        answer: Duration::from_millis(700),
        send: Duration::from_millis(1_500),
        ..Deadlines::default()
    }
}

/// Does all of them at once, in one task.
pub(crate) async fn all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = futures
        .into_iter()
        .map(|future| (Box::pin(future), None))
        .collect();
    poll_fn(|context| {
        for (future, done) in pending.iter_mut().filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                *done = Some(value);
            }
        }
        if pending.iter().all(|(_, done)| done.is_some()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    pending.into_iter().filter_map(|(_, done)| done).collect()
}

/// A relay in this process. It stops when it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) simulator: Simulator,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// A relay as `config` has it, on a port of its own.
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_on(ANY_PORT, config).await
    }

    /// The same on an address.
    pub(crate) async fn start_on(listen: SocketAddr, config: Config) -> Self {
        let simulator = Simulator::start(ANY_PORT, config.clock)
            .await
            .expect("the simulator starts");
        Self::start_before(simulator, Config { listen, ..config }).await
    }

    /// The same before a simulator that is there already, and may outlive it.
    pub(crate) async fn start_before(simulator: Simulator, config: Config) -> Self {
        let relay = Relay::bind(config, simulator.clone())
            .await
            .expect("the relay starts");
        let address = relay.address();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(relay.run(async { stopped.await.unwrap_or_default() }));
        Self {
            address,
            simulator,
            stop: Some(stop),
            task,
        }
    }

    /// A relay with short deadlines whose sandbox is `peer`.
    pub(crate) async fn in_front_of(peer: &Peer) -> Self {
        Self::start(in_front_of(peer)).await
    }

    /// A request that says nothing but `Host`.
    pub(crate) fn request(&self, line: &str) -> Request {
        Request::new(line).header("host", &format!("127.0.0.1:{}", self.address.port()))
    }

    /// A push to the sandbox, as a script sends it.
    pub(crate) fn push(&self) -> Request {
        self.request(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
            .header("apns-topic", "com.example.calls.voip")
    }

    /// Sends a request on a connection of its own.
    pub(crate) async fn send(&self, request: Request) -> Answer {
        raw_http1::exchange(self.address, &request).await
    }

    /// Stops, and waits until it has.
    pub(crate) async fn halt(&mut self) {
        let stop = self.stop.take().expect("it runs");
        stop.send(()).expect("it listens");
        (&mut self.task).await.expect("it stops");
    }

    /// Begins to stop, and gives the task that ends when it has.
    pub(crate) fn stop(mut self) -> JoinHandle<()> {
        let stop = self.stop.take().expect("it runs");
        stop.send(()).expect("it listens");
        self.task
    }
}

/// The configuration of a relay with short deadlines whose sandbox is `peer`.
pub(crate) fn in_front_of(peer: &Peer) -> Config {
    Config {
        upstreams: vec![Override {
            environment: Environment::Sandbox,
            host: "localhost".to_owned(),
            port: peer.address.port(),
        }],
        upstream_authorities: Some(vec![peer.authority.clone()]),
        deadlines: short(),
        ..Config::default()
    }
}
