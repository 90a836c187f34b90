//! The flood: however much comes, the program's memory stays as it was.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::support::trill::Trill;

/// Size of a few buffers and of the allocator's habits, in KiB.
const FLAT: u64 = 6 * 1024;

/// Longest time that a connection may stay as it is.
const PATIENCE: Duration = Duration::from_secs(10);

fn connect(trill: &Trill) -> TcpStream {
    let stream = TcpStream::connect(trill.address()).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("it can be set");
    stream
        .set_write_timeout(Some(PATIENCE))
        .expect("it can be set");
    stream
}

/// Fails when `deed` lets the program grow.
fn check_flat(trill: &Trill, what: &str, deed: impl FnOnce()) {
    let before = trill.resident();
    deed();
    let after = trill.resident();
    assert!(
        before > 0 && after < before + FLAT,
        "{what}: from {before} to {after} KiB"
    );
    assert_eq!(
        trill.request("GET", "/healthz", &[], b"").status,
        200,
        "{what}"
    );
}

#[test]
fn ten_thousand_pipelined_requests_are_answered_in_order() {
    const PAIRS: usize = 5_000;
    let trill = Trill::start(&[]);
    let host = trill.address();
    let pair = format!(
        "GET /healthz HTTP/1.1\r\nhost: {host}\r\n\r\nGET /api/nothing HTTP/1.1\r\nhost: {host}\r\n\r\n"
    );
    check_flat(&trill, "10,000 requests", || {
        let mut stream = connect(&trill);
        let mut writer = stream.try_clone().expect("it can be shared");
        let last = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let written =
            thread::spawn(move || writer.write_all((pair.repeat(PAIRS) + &last).as_bytes()));
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("they are answered");
        written.join().expect("it ran").expect("they are taken");
        let statuses: Vec<_> = text
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| &answer[..3])
            .collect();
        assert_eq!(statuses.len(), 2 * PAIRS + 1);
        assert!(
            statuses
                .chunks(2)
                .all(|pair| pair[0] == "200" && pair.get(1).is_none_or(|second| *second == "404"))
        );
    });
    check_flat(&trill, "requests whose answers nobody reads", || {
        let mut stream = connect(&trill);
        stream
            .set_write_timeout(Some(Duration::from_millis(700)))
            .expect("it can be set");
        let requests = format!("GET /api/relay HTTP/1.1\r\nhost: {host}\r\n\r\n").repeat(400_000);
        let error = stream
            .write_all(requests.as_bytes())
            .expect_err("they are not taken without end");
        assert!(
            matches!(
                error.kind(),
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::ConnectionReset
            ),
            "{error}"
        );
    });
}

#[test]
fn an_endless_request_is_cut_off() {
    let trill = Trill::start(&[]);
    let host = trill.address();
    let push = format!(
        "POST /simulator/3/device/00ff HTTP/1.1\r\nhost: {host}\r\napns-topic: com.example.calls.voip\r\n"
    );
    let piece = "a".repeat(64 * 1024);
    for (what, head, piece) in [
        (
            "a body in chunks",
            push.clone() + "transfer-encoding: chunked\r\n\r\n",
            format!("10000\r\n{piece}\r\n"),
        ),
        (
            "a body of a length",
            push.clone() + "content-length: 1099511627776\r\n\r\n",
            piece.clone(),
        ),
        (
            "a head of many lines",
            push.clone(),
            format!("x: {}\r\n", "y".repeat(100)).repeat(600),
        ),
        ("a head of one line", push.clone() + "x: ", piece.clone()),
        ("a line", "GET /".to_owned(), piece.clone()),
        ("a method", String::new(), piece.clone()),
    ] {
        check_flat(&trill, what, || {
            let mut stream = connect(&trill);
            let mut sent = stream.write_all(head.as_bytes());
            let mut pieces = 0;
            while sent.is_ok() && pieces < 1_600 {
                sent = stream.write_all(piece.as_bytes());
                pieces += 1;
            }
            let error = sent.expect_err("100 MiB are not taken");
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
                ),
                "{what}: {error}"
            );
        });
    }
}
