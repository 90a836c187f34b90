//! Routes: each path with each method that it takes.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::scene::{APNS_ID, DEVICE_TOKEN, KEY_ID, Scene, TEAM_ID};
use super::{list, source};

const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PUT", "DELETE"];
/// Segments of paths that are no public names.
const UNLISTED: [&str; 3] = ["api", "catalogue", "drawer"];

#[test]
fn every_route_takes_the_methods_in_its_list() {
    let scene = Scene::new();
    let paths: BTreeSet<String> = list::read("routes")
        .iter()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, path)| path.to_owned())
        .collect();
    let mut found = BTreeSet::new();
    for path in &paths {
        for method in METHODS {
            if takes(&scene, method, path) {
                found.insert(format!("{method} {path}"));
            }
        }
    }
    list::check("routes", &found);
}

#[test]
fn every_segment_in_the_source_belongs_to_a_listed_route() {
    let listed: BTreeSet<String> = list::read("routes")
        .iter()
        .flat_map(|line| {
            line.split(['/', ' '])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let text = source::read(&["src/relay", "src/simulator"]);
    let segments: BTreeSet<&str> = source::behind(&text, "[\"")
        .filter_map(pattern)
        .flat_map(|pattern| pattern.split('"').step_by(2))
        .filter(|segment| !segment.is_empty() && !UNLISTED.contains(segment))
        .collect();
    assert!(
        segments.len() > 10,
        "the patterns of routes are not found: {segments:?}"
    );
    for segment in segments {
        assert!(
            listed.contains(segment),
            "{segment}: is new; add its route to tests/public_names/routes.txt"
        );
    }
}

/// Slice pattern of a route: only words and wildcards, and an arrow or a bar behind it.
fn pattern(behind: &str) -> Option<&str> {
    let end = behind.find(']')?;
    let rest = behind[end + 1..].trim_start_matches([')', ' ', '\n']);
    let is_pattern = (rest.starts_with("=>") || rest.starts_with('|') || rest.starts_with("if "))
        && behind.starts_with(|first: char| first.is_ascii_alphanumeric());
    is_pattern.then_some(&behind[..end])
}

/// Returns `true` if something answers under a path to a method.
fn takes(scene: &Scene, method: &str, path: &str) -> bool {
    let path = path
        .replace("{environment}", "simulator")
        .replace("{device_token}", DEVICE_TOKEN)
        .replace("{key_id}", KEY_ID)
        .replace("{team_id}", TEAM_ID)
        .replace("{apns_id}", APNS_ID)
        .replace("{app_id}", "x")
        .replace("{app}", "wire");
    let (status, body) = answer(scene, method, &path);
    let code = serde_json::from_slice::<Value>(&body).unwrap_or_default()["code"].take();
    status != 405 && code != "not_found" && code != "method_not_allowed"
}

/// Status and body of an answer; of an event stream, which does not end, no body.
fn answer(scene: &Scene, method: &str, path: &str) -> (u16, Vec<u8>) {
    let address = scene.trill.address();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: 0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).unwrap_or(0);
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let is_stream = head.contains("text/event-stream") && text.contains("\r\n\r\n");
        if count == 0 || is_stream {
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status.unwrap_or_default(), body.as_bytes().to_vec())
}
