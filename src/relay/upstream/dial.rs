//! Dialling: resolves a host name and connects to its addresses with overlapping attempts.
//!
//! Each dial resolves the name again, because Apple spreads connections over its servers by DNS.
//! The next address is tried after 250 ms without an answer, so one silent address cannot use up
//! the deadline.
//! Source: RFC 8305 §4 and §5.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// "Connection Attempt Delay" of RFC 8305 §8.
const HEAD_START: Duration = Duration::from_millis(250);

/// Resolves a name into its addresses, alternating between IPv6 and IPv4. Empty if the name does
/// not resolve.
pub(crate) async fn resolve(host: &str, port: u16) -> Vec<SocketAddr> {
    lookup_host((host, port))
        .await
        .map(|addresses| in_turn(addresses.collect()))
        .unwrap_or_default()
}

/// Connects to the first address that accepts. If none does, returns the error of the last attempt.
pub(crate) async fn connect(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut attempts = JoinSet::new();
    for address in addresses {
        attempts.spawn(TcpStream::connect(address));
        tokio::select! {
            Some(attempt) = attempts.join_next() => match attempt? {
                Ok(stream) => return Ok(stream),
                // After a failure the next address is tried without a pause.
                Err(error) => last = error,
            },
            () = sleep(HEAD_START) => {}
        }
    }
    while let Some(attempt) = attempts.join_next().await {
        match attempt? {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Alternates between the address families, beginning with that of the first address, and keeps the
/// order within each family.
fn in_turn(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let begins_with_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (one, other): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == begins_with_v6);
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    let mut mixed = Vec::new();
    loop {
        let before = mixed.len();
        mixed.extend(one.next());
        mixed.extend(other.next());
        if mixed.len() == before {
            return mixed;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use tokio::time::{Instant, timeout};

    use super::{connect, in_turn};

    const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    /// An address that drops every packet while the returned listener and streams are alive: its
    /// accept queue is full.
    async fn black_hole() -> (SocketAddr, TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().expect("there are sockets");
        socket.bind(ANY_PORT).expect("a port is free");
        let listener = socket.listen(1).expect("it listens");
        let address = listener.local_addr().expect("it has an address");
        let mut queue = Vec::new();
        while let Ok(stream) =
            timeout(Duration::from_millis(100), TcpStream::connect(address)).await
        {
            queue.push(stream.expect("it is let in"));
            assert!(queue.len() < 64, "the queue has no end");
        }
        (address, listener, queue)
    }

    async fn refusal() -> SocketAddr {
        TcpListener::bind(ANY_PORT)
            .await
            .expect("a port is free")
            .local_addr()
            .expect("it has an address")
    }

    #[tokio::test]
    async fn a_silent_address_does_not_use_up_the_time_of_the_next() {
        let (silent, _listener, _queue) = black_hole().await;
        let here = TcpListener::bind(ANY_PORT).await.expect("a port is free");
        let address = here.local_addr().expect("it has an address");
        let start = Instant::now();
        let stream = connect(vec![silent, silent, refusal().await, address])
            .await
            .expect("one of them answers");
        assert_eq!(stream.peer_addr().expect("it is connected"), address);
        assert!(
            (500..1_500).contains(&start.elapsed().as_millis()),
            "{:?}",
            start.elapsed()
        );
    }

    #[tokio::test]
    async fn refused_addresses_cost_no_time_and_the_last_error_is_returned() {
        let start = Instant::now();
        let error = connect(vec![refusal().await, refusal().await])
            .await
            .expect_err("nobody is there");
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        assert!(
            start.elapsed() < Duration::from_millis(200),
            "{:?}",
            start.elapsed()
        );
        assert!(connect(Vec::new()).await.is_err());
    }

    #[test]
    fn address_families_alternate() {
        let read = |text: &str| -> Vec<SocketAddr> {
            text.split(' ')
                .map(|address| address.parse().expect("an address"))
                .collect()
        };
        let mixed = in_turn(read("[::1]:1 [::2]:1 [::3]:1 127.0.0.1:1 127.0.0.2:1"));
        assert_eq!(
            mixed,
            read("[::1]:1 127.0.0.1:1 [::2]:1 127.0.0.2:1 [::3]:1")
        );
        assert_eq!(
            in_turn(read("127.0.0.2:1 [::1]:1 127.0.0.1:1")),
            read("127.0.0.2:1 [::1]:1 127.0.0.1:1")
        );
        assert_eq!(in_turn(Vec::new()), Vec::new());
    }
}
