//! A stand-in for the program: a few fixed pages over HTTP, for the tests of the machinery itself.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A page that is served.
pub(crate) struct Page {
    /// Path of the page.
    pub(crate) path: &'static str,
    /// Further header lines, each with its line break.
    pub(crate) headers: &'static str,
    /// HTML of the page.
    pub(crate) html: &'static str,
}

/// Serves pages until the test binary ends and returns the origin. A POST is answered with the
/// length of its body, and every other request for something unknown with 404.
pub(crate) fn serve(pages: &'static [Page]) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Chromium opens connections in advance, so none may keep another waiting.
            thread::spawn(move || answer(stream, pages));
        }
    });
    origin
}

fn answer(mut stream: TcpStream, pages: &[Page]) -> Option<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut missing = vec![0; length - (bytes.len() - end - 4).min(length)];
    stream.read_exact(&mut missing).ok()?;
    let mut words = head.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let page = pages.iter().find(|page| page.path == path);
    let (status, headers, body) = match (method, page) {
        ("post", _) => ("200 OK", "content-type: text/plain\r\n", length.to_string()),
        (_, Some(page)) => ("200 OK", page.headers, page.html.to_owned()),
        _ => ("404 Not Found", "", String::new()),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).ok()
}
