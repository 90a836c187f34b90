//! A front: the page of the real program, as somebody runs it for a team. It asks for an access token, tells of a
//! policy, and passes on what it does not answer itself.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::support::trill::Trill;

/// Access token that opens it.
pub(crate) const TOKEN: &str = "Zx81-Zx81_Zx81";

/// Conduct of the front, which a test may change meanwhile.
#[derive(Default)]
pub(crate) struct Manner {
    /// `access`, `policy` and `presets` of its `GET /api/relay`.
    pub(crate) offers: Value,
    /// `true` if only the access token lets anybody in.
    pub(crate) is_guarded: bool,
    /// Sessions that are open; ended from outside when it is 0 again.
    pub(crate) sessions: u32,
    /// Further header lines and the body of what every push is answered: a refusal of Trill's.
    pub(crate) refusal: Option<(&'static str, Value)>,
}

/// A front that answers until the test binary ends.
pub(crate) struct Front {
    address: SocketAddr,
    pub(crate) manner: Arc<Mutex<Manner>>,
}

impl Front {
    /// Stands before a program.
    pub(crate) fn of(trill: &Trill, manner: Manner) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let front = Self {
            address: listener.local_addr().unwrap(),
            manner: Arc::new(Mutex::new(manner)),
        };
        let (behind, manner, relay) = (
            trill.address(),
            Arc::clone(&front.manner),
            trill.request("GET", "/api/relay", &[], b"").json(),
        );
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, relay) = (Arc::clone(&manner), relay.clone());
                thread::spawn(move || serve(stream, behind, &manner, &relay));
            }
        });
        front
    }

    /// One that only the access token opens.
    pub(crate) fn guarded(trill: &Trill) -> Self {
        let access = json!({ "mode": "token", "granted": true, "user": null, "insecure": [] });
        Self::of(
            trill,
            Manner {
                offers: json!({ "access": access }),
                is_guarded: true,
                ..Manner::default()
            },
        )
    }

    /// Origin of the front, as a browser writes it.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn serve(
    mut stream: TcpStream,
    behind: SocketAddr,
    manner: &Mutex<Manner>,
    relay: &Value,
) -> Option<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let header = |name: &str| {
        head.lines()
            .find_map(|line| {
                line.split_once(": ")
                    .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            })
            .map(|(_, value)| value)
    };
    let length = header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut missing = vec![0; length - (bytes.len() - end).min(length)];
    stream.read_exact(&mut missing).ok()?;
    bytes.extend_from_slice(&missing);

    let mut words = head.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let own = own_answer(
        &mut manner.lock().unwrap(),
        method,
        path,
        header("trill-access"),
        header("cookie"),
        relay,
    );
    match own {
        Some((status, headers, body)) => {
            let body = if body.is_null() {
                String::new()
            } else {
                body.to_string()
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
            );
            stream.write_all([head, body].concat().as_bytes()).ok()
        }
        None => pass_on(stream, behind, &head, &bytes[end..]),
    }
}

fn own_answer(
    manner: &mut Manner,
    method: &str,
    path: &str,
    token: Option<&str>,
    cookie: Option<&str>,
    relay: &Value,
) -> Option<(&'static str, &'static str, Value)> {
    let refusal = |status: u16, code: &str, title: &str| json!({ "status": status, "code": code, "title": title, "detail": "Ask who started it." });
    let is_in = !manner.is_guarded
        || (manner.sessions > 0 && cookie.is_some_and(|cookie| cookie.contains("trill-test=in")));
    let is_push = path.contains("/3/device/");
    Some(match (method, path) {
        ("POST", "/api/session") if token == Some(TOKEN) => {
            manner.sessions += 1;
            (
                "204 No Content",
                "set-cookie: trill-test=in; HttpOnly; SameSite=Strict; Path=/\r\n",
                Value::Null,
            )
        }
        ("POST", "/api/session") => (
            "401 Unauthorized",
            "",
            refusal(401, "access_token", "This is not the access token."),
        ),
        ("DELETE", "/api/session") => {
            manner.sessions = 0;
            (
                "204 No Content",
                "set-cookie: trill-test=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/\r\n",
                Value::Null,
            )
        }
        ("GET", "/api/relay") if !is_in => {
            let mode = &manner.offers["access"]["mode"];
            (
                "200 OK",
                "",
                json!({ "version": "0.0.0", "access": { "mode": mode, "granted": false } }),
            )
        }
        ("GET", "/api/relay") => {
            let mut relay = relay.clone();
            relay
                .as_object_mut()?
                .extend(manner.offers.as_object()?.clone());
            ("200 OK", "", relay)
        }
        _ if !is_in && (is_push || path.starts_with("/api/")) => (
            "401 Unauthorized",
            "trill-outcome: not-sent\r\n",
            refusal(401, "sign_in", "This page needs access."),
        ),
        ("POST", _) if is_push => {
            let (headers, body) = manner.refusal.clone()?;
            (
                if headers.contains("retry-after") {
                    "429 Too Many Requests"
                } else {
                    "403 Forbidden"
                },
                headers,
                body,
            )
        }
        _ => return None,
    })
}

/// With the names of the program, whose page this is.
fn pass_on(mut stream: TcpStream, behind: SocketAddr, head: &str, body: &[u8]) -> Option<()> {
    let mut program = TcpStream::connect(behind).ok()?;
    let mut lines = vec![
        head.lines().next()?.to_owned(),
        format!("host: {behind}"),
        "connection: close".to_owned(),
    ];
    for line in head.lines().skip(1).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ")?;
        match name.to_ascii_lowercase().as_str() {
            "host" | "connection" | "cookie" => {}
            "origin" => lines.push(format!("origin: http://{behind}")),
            _ => lines.push(format!("{name}: {value}")),
        }
    }
    program
        .write_all(
            [lines.join("\r\n").as_bytes(), b"\r\n\r\n", body]
                .concat()
                .as_slice(),
        )
        .ok()?;
    // An event stream ends when the browser closes it.
    let (mut gone, ended) = (stream.try_clone().ok()?, program.try_clone().ok()?);
    thread::spawn(move || {
        let _ = gone.read(&mut [0]);
        let _ = ended.shutdown(Shutdown::Both);
    });
    std::io::copy(&mut program, &mut stream).ok()?;
    stream.shutdown(Shutdown::Both).ok()
}
