//! Numbered pushes: a load in which each push has an `apns-id` of its own, as a store remembers it.
//! h2load repeats one request, which a relay with idempotency would answer from memory.

use std::error::Error;
use std::io;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::contenders::Contender;
use super::machine::{authorization, on_other_core};
use super::support::h2load::median;
use super::support::process::Folder;
use super::{PAYLOAD, TOKEN};

/// First argument of the program that is this load; then come port, connections, pushes and the
/// value of `authorization`.
pub(crate) const WORD: &str = "numbered-pushes";

type Failure = Box<dyn Error + Send + Sync>;

/// Measurements of a run.
#[derive(Deserialize, Serialize)]
pub(crate) struct Measured {
    /// Pushes per second.
    pub(crate) rate: f64,
    /// Median time of a push in milliseconds.
    pub(crate) median_ms: f64,
}

/// Runs the load on the other core.
pub(crate) fn run(
    folder: &Folder,
    contender: &Contender,
    connections: usize,
    pushes: usize,
) -> Measured {
    let program = std::env::current_exe().expect("it is known");
    let output = on_other_core(&program.to_string_lossy())
        .args([
            WORD,
            &contender.port.to_string(),
            &connections.to_string(),
            &pushes.to_string(),
            &authorization(folder),
        ])
        .output()
        .expect("it can be started");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {problem}", contender.name);
    serde_json::from_slice(&output.stdout).expect("its result")
}

/// The program that is this load.
pub(crate) fn load(arguments: &[String]) -> Result<(), Failure> {
    let [port, connections, pushes, authorization] = arguments else {
        return Err("PORT CONNECTIONS PUSHES AUTHORIZATION".into());
    };
    let (port, connections, pushes) = (port.parse()?, connections.parse()?, pushes.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let begun = Instant::now();
    let mut times = runtime.block_on(send_all(port, connections, pushes, authorization))?;
    let measured = Measured {
        rate: times.len() as f64 / begun.elapsed().as_secs_f64(),
        median_ms: median(&mut times),
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

/// Sends all pushes, and returns the time of each in milliseconds.
async fn send_all(
    port: u16,
    connections: usize,
    pushes: usize,
    authorization: &str,
) -> Result<Vec<f64>, Failure> {
    let mut tasks = JoinSet::new();
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64;
    for connection in 0..connections {
        let authorization = authorization.to_owned();
        tasks.spawn(async move {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
            stream.set_nodelay(true)?;
            let mut times = Vec::new();
            for number in (connection..pushes).step_by(connections) {
                let request = push(port, &authorization, run, number);
                times.push(exchange(&mut stream, &request).await?.as_secs_f64() * 1e3);
            }
            Ok::<_, io::Error>(times)
        });
    }
    let mut times = Vec::with_capacity(pushes);
    while let Some(ended) = tasks.join_next().await {
        times.extend(ended??);
    }
    Ok(times)
}

fn push(port: u16, authorization: &str, run: u64, number: usize) -> String {
    let (high, middle, low) = (run >> 32, run >> 16 & 0xffff, run & 0xffff);
    format!(
        "POST /sandbox/3/device/{TOKEN} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: {authorization}\r\n\
         apns-id: {high:08x}-{middle:04x}-{low:04x}-0000-{number:012x}\r\napns-topic: com.example.calls.voip\r\n\
         apns-push-type: voip\r\ncontent-length: {}\r\n\r\n{PAYLOAD}",
        PAYLOAD.len(),
    )
}

/// Sends a request and reads its answer, which must be 200.
async fn exchange(stream: &mut TcpStream, request: &str) -> io::Result<Duration> {
    let begun = Instant::now();
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            let is_accepted = head.starts_with("HTTP/1.1 200");
            return match is_accepted {
                true => Ok(begun.elapsed()),
                false => Err(io::Error::other(text.into_owned())),
            };
        }
    }
}

fn content_length(head: &str) -> usize {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse().ok())
        .unwrap_or_default()
}
