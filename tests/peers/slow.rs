//! Slow clients: slowhttptest's three ways of taking one's time and 512 connections that say nothing, while somebody
//! sends pushes from the same address. None of the slow is kept longer than ten seconds, and nobody waits for them.

use std::collections::HashMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;

use crate::support::http1;
use crate::support::trill::Trill;

/// Number of slow connections at once.
const CONNECTIONS: usize = 512;
/// Longest time that any of them may be kept.
const LONGEST: Duration = Duration::from_secs(10);
/// Longest time that somebody else's request may take, in 99 of 100.
const P99: Duration = Duration::from_millis(500);
/// Between two looks at the system's connections.
const LOOK: Duration = Duration::from_millis(100);

/// One crowd at a time: they are to press on the relay, not on each other.
static TURN: Mutex<()> = Mutex::new(());

/// Lets a crowd at a fresh relay, for at most `length`, and looks at what becomes of it and of somebody else.
fn check(length: Duration, crowd: impl FnOnce(&Trill)) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let trill = Trill::start(&[]);
    let over = AtomicBool::new(false);
    let start = Instant::now();
    let (stays, mut times) = scope(|scope| {
        let watch = scope.spawn(|| watch(trill.address(), &over));
        let somebody = scope.spawn(|| send_pushes(&trill, &over));
        {
            // Also when the crowd fails, or these two would go on for ever.
            let _over = Over(&over);
            crowd(&trill);
            sleep(length.saturating_sub(start.elapsed()));
        }
        (watch.join().unwrap(), somebody.join().unwrap())
    });
    // A push is over in milliseconds, so these are the slow.
    let mut slow: Vec<_> = stays.into_iter().filter(|stay| *stay > 5 * LOOK).collect();
    slow.sort();
    times.sort();
    let p99 = times[times.len() * 99 / 100];
    println!(
        "{} slow, kept {:?} to {:?}; {} pushes, p99 {p99:?}, worst {:?}",
        slow.len(),
        slow.first(),
        slow.last(),
        times.len(),
        times.last()
    );
    assert!(
        slow.len() > CONNECTIONS * 95 / 100,
        "the crowd was there: {}",
        slow.len()
    );
    assert!(*slow.last().unwrap() <= LONGEST, "{:?}", slow.last());
    assert!(
        times.len() > 100 && p99 <= P99,
        "{p99:?} of {}",
        times.len()
    );
}

/// Says that it is over when it is dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Times for which each connection was open on the side of the relay.
fn watch(relay: SocketAddr, over: &AtomicBool) -> Vec<Duration> {
    let mut open: HashMap<String, Instant> = HashMap::new();
    let mut stays = Vec::new();
    let mut last = false;
    while !last {
        last = over.load(Ordering::Relaxed);
        let now = established(relay);
        let looked = Instant::now();
        open.retain(|other, since| {
            let stays_open = now.contains(other);
            if !stays_open || last {
                stays.push(looked - *since);
            }
            stays_open
        });
        for other in now {
            open.entry(other).or_insert(looked);
        }
        sleep(LOOK);
    }
    stays
}

/// The other ends of the connections that the relay has not closed.
fn established(relay: SocketAddr) -> Vec<String> {
    const ESTABLISHED: &str = "01";
    let local = format!("0100007F:{:04X}", relay.port());
    let table = fs::read_to_string("/proc/net/tcp").expect("Linux lists its connections");
    let is_it = |line: &str| {
        let mut columns = line.split_whitespace().skip(1);
        (columns.next()? == local)
            .then(|| columns.next())?
            .filter(|_| columns.next() == Some(ESTABLISHED))
            .map(str::to_owned)
    };
    table.lines().filter_map(is_it).collect()
}

/// Sends one push after the other, each on a connection of its own, and says how long each took. One that fails ends the test.
fn send_pushes(trill: &Trill, over: &AtomicBool) -> Vec<Duration> {
    let path = format!("/simulator/3/device/{}", "0f".repeat(32));
    let mut times = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let start = Instant::now();
        let answer = http1::try_request(
            trill.address(),
            "POST",
            &path,
            &[("apns-topic", "com.example.calls.voip")],
            b"{}",
        );
        times.push(start.elapsed());
        let answer = answer.unwrap_or_else(|error| panic!("after {:?}: {error}", start.elapsed()));
        assert_eq!(
            answer.header("trill-outcome"),
            Some("rejected"),
            "the simulator wants a token: {}",
            answer.text()
        );
        sleep(Duration::from_millis(20));
    }
    times
}

/// Lets slowhttptest at the relay for so many seconds.
fn slowhttptest(trill: &Trill, path: &str, seconds: u32, arguments: &[&str]) {
    let (connections, seconds) = (CONNECTIONS.to_string(), seconds.to_string());
    let url = trill.origin() + path;
    let status = Command::new("slowhttptest")
        .args([
            "-c",
            &connections,
            "-r",
            &connections,
            "-l",
            &seconds,
            "-u",
            &url,
            "-v",
            "0",
        ])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("slowhttptest is installed").success());
}

#[test]
fn heads_that_come_line_by_line() {
    check(Duration::from_secs(8), |trill| {
        slowhttptest(trill, "/", 7, &["-H", "-i", "1", "-x", "24"])
    });
}

#[test]
fn bodies_that_come_byte_by_byte() {
    let path = format!("/simulator/3/device/{}", "0f".repeat(32));
    check(Duration::from_secs(8), |trill| {
        slowhttptest(
            trill,
            &path,
            7,
            &[
                "-B",
                "-i",
                "1",
                "-s",
                "8192",
                "-x",
                "10",
                "-f",
                "application/json",
            ],
        );
    });
}

#[test]
fn answers_that_nobody_reads() {
    check(Duration::from_secs(12), |trill| {
        slowhttptest(
            trill,
            "/metrics",
            11,
            &[
                "-X", "-k", "10", "-n", "5", "-z", "32", "-w", "512", "-y", "1024",
            ],
        );
    });
}

#[test]
fn connections_that_say_nothing_from_one_address() {
    check(Duration::from_secs(8), |trill| say_nothing(trill, 1));
}

#[test]
fn connections_that_say_nothing_from_sixteen_addresses() {
    check(Duration::from_secs(8), |trill| say_nothing(trill, 16));
}

/// Opens the connections and waits until the relay has closed each of them.
fn say_nothing(trill: &Trill, addresses: u8) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut silent = Vec::new();
        for number in 0..CONNECTIONS {
            let last = u8::try_from(number % usize::from(addresses)).unwrap() + 1;
            let socket = TcpSocket::new_v4().unwrap();
            socket
                .bind(SocketAddr::new(
                    IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)),
                    0,
                ))
                .unwrap();
            silent.push(socket.connect(trill.address()).await.unwrap());
        }
        for stream in silent {
            let closed = tokio::time::timeout(LONGEST, stream.readable()).await;
            closed.expect("it is closed in time").unwrap();
        }
    });
}
