//! The start: how long it takes from the call of the program to the first answered push.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::contenders::{start_haproxy, start_trill};
use super::machine::{Upstream, authorization};
use super::support::h2load::median;
use super::support::process::Folder;
use super::{PAYLOAD, TOKEN};

const TRIES: usize = 9;
const PATIENCE: Duration = Duration::from_secs(10);

/// Measures and says it.
pub(crate) fn measure(folder: &Folder, upstream: &Upstream) {
    let authorization = authorization(folder);
    let (mut ours, mut theirs, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TRIES {
        let begun = Instant::now();
        let (trill, port) = start_trill(upstream);
        push(port, &authorization);
        ours.push(begun.elapsed().as_secs_f64() * 1e3);
        memory.push(trill.resident() as f64 / 1024.0);
        let begun = Instant::now();
        let (_haproxy, port) = start_haproxy(folder, upstream);
        push(port, &authorization);
        theirs.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "start to first answered push, median of {TRIES}: trill {:.0} ms (goal: at most 25), HAProxy {:.0} ms",
        median(&mut ours),
        median(&mut theirs)
    );
    println!(
        "memory of trill after it: {:.1} MiB (goal: at most 8)",
        median(&mut memory)
    );
}

/// Sends one push and reads the first line of its answer.
fn push(port: u16, authorization: &str) {
    let mut stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("it is set");
    let head = format!(
        "POST /sandbox/3/device/{TOKEN} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: {authorization}\r\napns-topic: com.example.calls.voip\r\n\
         apns-push-type: voip\r\ncontent-length: {}\r\n\r\n{PAYLOAD}",
        PAYLOAD.len(),
    );
    stream.write_all(head.as_bytes()).expect("it is read");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("it is answered");
    assert_eq!(
        &answer,
        b"HTTP/1.1 200",
        "{:?}",
        String::from_utf8_lossy(&answer)
    );
}
